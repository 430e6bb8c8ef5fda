"""นายกคนเดียวต่อหนึ่ง อปท.: one chief executive of an agency at a time (spec 2.4; deputies are no principals at all)."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.errors import PortalError, Refused
from app.domain.period import Period
from app.rules import citations
from app.rules.decision import Clause

ONE_AT_A_TIME = Clause(
    "ONE_EXECUTIVE", "An agency has one chief executive at a time.", citations.REGISTER_PERSONNEL_TYPES
)


@dataclass(frozen=True)
class Executive:
    """Who holds the office at the agency, or was asked for first."""

    national_id: str
    full_name: str
    period: Period


def refusals(national_id: str, period: Period, others: Iterable[Executive]) -> list[PortalError]:
    """Another one who holds the office on any day of the period, by name and first day."""
    for other in others:
        if other.national_id != national_id and other.period.overlaps(period):
            facts = {"clause": ONE_AT_A_TIME.code, "holder": other.full_name, "since": other.period.from_on}
            cited = ONE_AT_A_TIME.citation
            return [Refused("SECOND_EXECUTIVE", citation=cited, field="personnel_type", **facts)]
    return []
