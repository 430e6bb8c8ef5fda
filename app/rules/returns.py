"""Who has a place that a right would take again whose end is taken back: one father, one mother, one spouse at a time
(spec 3.2, 3.3); of spouses by nikah as many as the law lets a man record.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.errors import PortalError, Refused
from app.domain.people import Relation
from app.domain.period import Period
from app.rules import citations, parameters

OF_ONE = (Relation.FATHER, Relation.MOTHER, Relation.SPOUSE)
"""The relations of which a principal has one at a time."""


@dataclass(frozen=True)
class Held:
    """The right of one person (any key) through one principal, and the days; `by_nikah` of a spouse who was told so.

    `agency` is the name of the one that keeps it.
    """

    person: object
    relation: Relation
    period: Period
    by_nikah: bool = False
    agency: str = ""


def refusals(back: Held, days: Period, others: Iterable[Held]) -> list[PortalError]:
    """What forbids that a right has these `days` again beside the `others` of its principal, by relation and first day."""
    beside = [one for one in others if _is_beside(one, back, days)]
    if not beside or (back.relation is Relation.SPOUSE and _are_by_nikah([back, *beside])):
        return []
    cited = citations.BIGAMY if back.relation is Relation.SPOUSE else citations.NHSO_PARENTS
    first = min(beside, key=lambda one: one.period.from_on)
    facts: dict[str, Any] = {"relation": back.relation, "since": first.period.from_on, "agency": first.agency}
    return [Refused("GIVEN_SINCE", citation=cited.text, **facts)]


def _is_beside(other: Held, back: Held, days: Period) -> bool:
    """Whether another person has the place on one of the days."""
    same = other.relation is back.relation and back.relation in OF_ONE
    return same and other.person != back.person and other.period.overlaps(days)


def _are_by_nikah(spouses: Sequence[Held]) -> bool:
    """Whether all but the first were told by nikah, and are no more than the law allows."""
    _first, *further = sorted(spouses, key=lambda one: one.period.from_on)
    return len(spouses) <= parameters.SPOUSES_BY_NIKAH.value and all(one.by_nikah for one in further)
