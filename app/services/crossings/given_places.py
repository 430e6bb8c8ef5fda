"""Children whose place was given on when they were told to have died: with their return another one has none (spec 3.5)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from app.domain.people import Relation
from app.models.entitlement import Entitlement
from app.rules.family_children import brood_of, pushes_out
from app.services import family_facts
from app.services.transaction import widened


def pushing_out(session: Session, rights: Iterable[Entitlement], today: date) -> set[int]:
    """Of these rights those of children told to have died, by id, who would leave one whose right stands without a place.

    Reads the nation for the law alone: what leaves it is a doubt, which names nobody.
    """
    dead = {
        right.id: right for right in rights if right.relation is Relation.CHILD and right.person.death_date is not None
    }
    if not dead:
        return set()
    with widened(session) as wide:
        families = family_facts.load_families(wide, {right.principal.national_id for right in dead.values()})
    found = set()
    for number, right in dead.items():
        whose, who = right.principal.national_id, right.person.national_id
        around = families.around_of(whose, who, (), None, today)
        mine = [
            one for one in families.relatives.get(whose, ()) if one.national_id == who and one.birth_date is not None
        ]
        if not mine or around.principal_sex is None:
            continue
        alive = replace(mine[-1], told=replace(mine[-1].told, death_date=None), birth_order=None)
        alive = replace(alive, legitimate_from=alive.legitimate_from or alive.birth_date)
        if pushes_out(brood_of(alive, around.others, around.principal_sex), today, around.standing_on(today)):
            found.add(number)
    return found
