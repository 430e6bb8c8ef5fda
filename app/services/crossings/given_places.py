"""Children whose place was given on when they were told to have died: with their return another one has none (spec 3.5)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.people import Relation
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.rules.family_children import brood_of, pushes_out
from app.services import family_facts
from app.services.family_facts import FamilyFacts
from app.services.transaction import widened


def pushing_out(session: Session, rights: Iterable[Entitlement], today: date) -> set[int]:
    """Of these rights those of children told to have died, by id, who would leave one whose right stands without a place.

    Asked of each family that the child belongs to, for a death is undone in all of them. Reads the nation for the law alone: what
    leaves it is a doubt, which names nobody.
    """
    dead = {
        right.id: right for right in rights if right.relation is Relation.CHILD and right.person.death_date is not None
    }
    if not dead:
        return set()
    with widened(session) as wide:
        parents = _parents(wide, {right.person.national_id for right in dead.values()})
        families = family_facts.load_families(wide, set().union(*parents.values()))
    return {
        number
        for number, right in dead.items()
        if any(
            _pushes_out(families, whose, right.person.national_id, today) for whose in parents[right.person.national_id]
        )
    }


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


def _pushes_out(families: FamilyFacts, whose: str, who: str, today: date) -> bool:
    around = families.around_of(whose, who, (), None, today)
    mine = [one for one in families.relatives.get(whose, ()) if one.national_id == who and one.birth_date is not None]
    if not mine or around.principal_sex is None:
        return False
    alive = replace(mine[-1], told=replace(mine[-1].told, death_date=None))
    alive = replace(alive, legitimate_from=alive.legitimate_from or alive.birth_date)
    return pushes_out(brood_of(alive, around.others, around.principal_sex), today, around.standing_on(today))
