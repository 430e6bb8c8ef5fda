"""What comes of the three places where a child's end is taken back: its own, or that of who came in its place (spec 3.5)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
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
    that is asked of each family that the child belongs to, for a death is undone in all of them. Reads the nation for the law
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
        who, day = right.person.national_id, max(today, right.entitled_from)
        mine = _brood(families, right.principal.national_id, who, day)
        place = None if mine is None else places_on(mine[0].children, day).get(mine[0].own_id)
        broods = [_brood(families, whose, who, today) for whose in parents.get(who, ())]
        pushes = any(one is not None and pushes_out(one[0], today, one[1]) for one in broods)
        found[number] = [
            *([DISPLACED] if place is not None and not place.in_quota else []),
            *([PUSHES_OUT] if pushes else []),
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


def _brood(families: FamilyFacts, whose: str, who: str, day: date) -> tuple[Brood, set[str]] | None:
    """The principal's children with this one alive, and whose right stands on the day."""
    around = families.around_of(whose, who, (), None, day)
    mine = [one for one in families.relatives.get(whose, ()) if one.national_id == who and one.birth_date is not None]
    if not mine or around.principal_sex is None:
        return None
    alive = replace(mine[-1], told=replace(mine[-1].told, death_date=None))
    alive = replace(alive, legitimate_from=alive.legitimate_from or alive.birth_date)
    return brood_of(alive, around.others, around.principal_sex), around.standing_on(day)
