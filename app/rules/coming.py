"""เรื่องที่จะมาถึง: what the calendar will do to a right, and which reason its end will have (spec 2.6, 3.6, 3.8)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.people import PersonnelType, Relation, TerminationReason
from app.domain.thai_calendar import FISCAL_YEAR_FIRST_MONTH, add_years
from app.rules import parameters

LOOKS_AHEAD = (30, 60, 90)
"""How many days ahead an officer may look."""


class Coming(StrEnum):
    """What comes to a right on a day."""

    COMES_OF_AGE = "COMES_OF_AGE"  # บุตรบรรลุนิติภาวะ
    RETIRES = "RETIRES"  # เกษียณอายุ
    ENDS = "ENDS"  # ถึงวันสิ้นสุดสิทธิที่ทราบแล้ว
    PAPERS_DUE = "PAPERS_DUE"  # ครบกำหนดส่งหลักฐาน


@dataclass(frozen=True)
class Known:
    """What the register holds of the right to which something comes."""

    relation: Relation
    personnel_type: PersonnelType | None = None
    termination_reason: TerminationReason | None = None
    own_marriage_date: date | None = None
    adopted_out_date: date | None = None


def reason_of(coming: Coming, known: Known) -> TerminationReason | None:
    """The reason under which a clerk would report the end; None where nothing ends by itself."""
    match coming:
        case Coming.COMES_OF_AGE:
            return TerminationReason.AGE_OF_MAJORITY
        case Coming.RETIRES:
            return TerminationReason.RETIRED_LUMP_SUM
        case Coming.PAPERS_DUE:
            return None
        case _:
            return known.termination_reason or _likely_reason(known)


def _likely_reason(known: Known) -> TerminationReason:
    if known.relation is Relation.SELF:
        is_elected = known.personnel_type is PersonnelType.POLITICAL_EXECUTIVE
        return TerminationReason.TERM_ENDED if is_elected else TerminationReason.OTHER
    if known.relation is Relation.CHILD and known.own_marriage_date is not None:
        return TerminationReason.CHILD_MARRIED
    if known.relation is Relation.CHILD and known.adopted_out_date is not None:
        return TerminationReason.ADOPTED_OUT
    return TerminationReason.DIVORCED if known.relation is Relation.SPOUSE else TerminationReason.OTHER


def of_age_before(day: date) -> date:
    """Whoever was born before this day has the 20th birthday before `day`."""
    return add_years(day, -parameters.YEARS_OF_MINORITY.value)


def retired_before(day: date) -> date:
    """Whoever was born before this day has to retire by age before `day`: on an earlier 1 October."""
    last = date(day.year, FISCAL_YEAR_FIRST_MONTH, 1)
    if last >= day:
        last = add_years(last, -1)
    return add_years(last, -parameters.RETIREMENT_AGE.value).replace(day=2)
