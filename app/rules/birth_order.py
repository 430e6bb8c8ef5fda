"""ลำดับการเกิด: which children of a principal have one of the three places on a day (spec 3.5; seed 001, since 2018).

"บุตรชอบด้วยกฎหมายตามลำดับที่ 1-3"; "แทนที่เฉพาะตายก่อนบรรลุนิติภาวะ"; "ไม่รวมบุตรบุญธรรม"; "ยกเว้นหากบุตรในลำดับที่ 3
เป็นแฝด ให้มีสิทธิได้ครบทุกคนในการคลอดครั้งนั้น". One list per principal, across all marriages.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from app.rules import citations, parameters
from app.rules.decision import Clause, Flag
from app.rules.family import Child
from app.rules.majority import MajorityDecision, MajorityFacts
from app.rules.majority import decide as decide_majority

PLACE = Clause("CHILD_PLACE", "The first three lawful children by birth have a place.", citations.NHSO_CHILD_ORDER)
MULTIPLE_BIRTH = Clause(
    "CHILD_MULTIPLE_BIRTH",
    "Where the third place falls in a multiple birth, all children of that birth have one.",
    citations.NHSO_CHILD_ORDER,
)
REPLACEMENT = Clause(
    "CHILD_REPLACEMENT",
    "The next child by birth replaces an elder one who died before majority.",
    citations.NHSO_CHILD_TERMS,
)
REPLACEMENT_BY_MULTIPLE_BIRTH = Clause(
    "CHILD_REPLACEMENT_MULTIPLE",
    "Where the replacing child is one of a multiple birth, all of that birth come in; the registrar confirms.",
    citations.REGISTER_CHILDREN,
    Flag.NEEDS_REGISTRAR_CONFIRMATION,
)


@dataclass(frozen=True)
class Place:
    """A counted child's place: its number by birth, whether it is within the quota, and the clauses that give it."""

    birth_order: int
    in_quota: bool
    clauses: tuple[Clause, ...]


@lru_cache(maxsize=256)
def majority_of(child: Child) -> MajorityDecision:
    """When and why the child comes of age."""
    return decide_majority(
        MajorityFacts(
            child.birth_date, child.birth_date, child.registered_marriage_date, child.marriage_court_permitted
        )
    )


def is_counted_on(child: Child, day: date) -> bool:
    """Whether the child stands in the list at all: born, lawful, and not adopted by the principal."""
    lawful = child.legitimate_from is not None and child.legitimate_from <= day
    return lawful and child.birth_date <= day and not child.is_adopted_by_principal


def died_a_minor_before(child: Child, day: date) -> bool:
    """Whether the child's place is free on the day: from the day after a death before majority."""
    death = child.death_date
    return death is not None and death < day and majority_of(child).is_minor_on(death)


def places_on(children: Iterable[Child], day: date) -> dict[str, Place]:
    """The place of each counted child by its id; children that are not counted are left out.

    Deliveries are walked in order of birth: as long as a place is free the whole delivery is in. Only a death before
    majority frees a place again.
    """
    return places_among(by_birth(children), day)


def places_among(in_order: Iterable[Child], day: date) -> dict[str, Place]:
    """The same, of children who are in order of birth already."""
    quota = parameters.CHILDREN_WITH_A_PLACE.value
    places: dict[str, Place] = {}
    taken = 0
    for delivery in _deliveries(child for child in in_order if is_counted_on(child, day)):
        born_before = len(places)
        in_quota = taken < quota
        replaces = in_quota and born_before >= quota
        for child in delivery:
            order = len(places) + 1
            clauses = _clauses(replaces, len(delivery) > 1, order > quota) if in_quota else ()
            places[child.child_id] = Place(order, in_quota, clauses)
        taken += sum(not died_a_minor_before(child, day) for child in delivery)
    return places


def _clauses(replaces: bool, is_multiple: bool, is_beyond: bool) -> tuple[Clause, ...]:
    if replaces:
        return (REPLACEMENT, REPLACEMENT_BY_MULTIPLE_BIRTH) if is_multiple else (REPLACEMENT,)
    return (MULTIPLE_BIRTH,) if is_beyond else (PLACE,)


def by_birth(children: Iterable[Child]) -> list[Child]:
    """The children in order of birth."""
    return sorted(children, key=_key_of_birth)


def _deliveries(in_order: Iterable[Child]) -> list[list[Child]]:
    """The children of each delivery, both in order of birth."""
    found: dict[str, list[Child]] = {}
    for child in in_order:
        found.setdefault(child.delivery_id, []).append(child)
    return list(found.values())


def _key_of_birth(child: Child) -> tuple[date, int, date, str]:
    # The last two only settle that two children of different mothers, born on one day, are always listed alike.
    return child.birth_date, child.seq_in_delivery, child.legitimate_from or date.max, child.child_id
