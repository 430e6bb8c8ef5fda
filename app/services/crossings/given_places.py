"""What comes of the three places where a child's end is taken back: its own, or that of who came in its place (spec 3.5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.people import Relation
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.rules.birth_order import places_on
from app.rules.children import DISPLACED
from app.rules.decision import Clause
from app.rules.family_children import Brood, brood_of, pushes_out
from app.rules.family_clauses import PUSHES_OUT
from app.services import family_facts
from app.services.family_facts import FamilyFacts
from app.services.transaction import widened


def doubts_of_return(session: Session, rights: Iterable[Entitlement], today: date) -> dict[int, list[Clause]]:
    """What the registrar looks at before an end of these rights is taken back, by id; only children are asked about.

    Whether the child itself has no place any more, and, where it was told to have died, whether another one has none with it:
    both are asked of each family that it belongs to then, for a death is undone in all of them. Reads the nation for the law
    alone: what leaves it is a doubt, which names nobody.
    """
    children = {right.id: right for right in rights if right.relation is Relation.CHILD}
    if not children:
        return {}
    dead = {right.person.national_id for right in children.values() if right.person.death_date is not None}
    with widened(session) as wide:
        parents = _parents(wide, dead)
        own = {right.principal.national_id for right in children.values()}
        families = family_facts.load_families(wide, own.union(*parents.values()))
    found: dict[int, list[Clause]] = {}
    for number, right in children.items():
        who, died = right.person.national_id, right.person.death_date
        homes = sorted(parents.get(who, set()) | {right.principal.national_id})
        then = [_at_home(families, home, who, max(today, right.entitled_from)) for home in homes]
        now = [] if died is None else [_at_home(families, home, who, today, died) for home in homes]
        found[number] = [
            *([DISPLACED] if any(one is not None and one.has_no_place for one in then) else []),
            *([PUSHES_OUT] if any(one is not None and one.pushes_out for one in now) else []),
        ]
    return found


def _parents(wide: Session, numbers: Iterable[str]) -> Mapping[str, set[str]]:
    """Through whom these children have rights anywhere, all by national ID."""
    child, parent = aliased(Person), aliased(Person)
    query = (
        sa.select(child.national_id, parent.national_id)
        .join(Entitlement, Entitlement.person_id == child.id)
        .join(parent, parent.id == Entitlement.principal_id)
        .where(child.national_id.in_(sorted(numbers)), Entitlement.relation == Relation.CHILD)
        .where(sa.not_(Entitlement.voided))
    )
    found: dict[str, set[str]] = {number: set() for number in numbers}
    for number, whose in wide.execute(query):
        found[number].add(whose)
    return found


@dataclass(frozen=True)
class _AtHome:
    """One family that the child belongs to, with it alive: its children, and who has a right there to lose."""

    brood: Brood
    day: date
    keepers: frozenset[str]

    @property
    def has_no_place(self) -> bool:
        place = places_on(self.brood.children, self.day).get(self.brood.own_id)
        return place is not None and not place.in_quota

    @property
    def pushes_out(self) -> bool:
        return pushes_out(self.brood, self.day, self.keepers)


def _at_home(families: FamilyFacts, whose: str, who: str, day: date, died: date | None = None) -> _AtHome | None:
    """The principal's children with this one alive; a right to lose has whose stands on the day or began after the death.

    One that began so counts whatever it is by now: who is suspended returns, and an end can be taken back, with nobody asked.
    """
    around = families.around_of(whose, who, (), None, day)
    mine = [one for one in families.relatives.get(whose, ()) if one.national_id == who and one.birth_date is not None]
    if not mine or around.principal_sex is None:
        return None
    alive = replace(mine[-1], told=replace(mine[-1].told, death_date=None))
    alive = replace(alive, legitimate_from=alive.legitimate_from or alive.birth_date)
    keepers = around.standing_on(day) | (around.begun_after(died) if died is not None else set())
    return _AtHome(brood_of(alive, around.others, around.principal_sex), day, frozenset(keepers))
