"""สิ่งที่น่าสงสัยของผู้มีสิทธิ: ages at which hardly anybody serves or draws a pension, most often a wrong year (our decision).

Nothing is refused for it: the registrar compares the order of appointment and ticks it off with a note.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.domain.people import PersonnelType
from app.domain.thai_calendar import age_on
from app.rules import citations, parameters
from app.rules.decision import Clause, Doubt, Flag
from app.rules.plain_dates import Asked
from app.rules.retirement import retirement_date, retires_by_age


class OwnAsked(Asked, Protocol):
    """An own right that is asked for; of a relative the personnel type is None."""

    @property
    def personnel_type(self) -> PersonnelType | None: ...


@dataclass(frozen=True)
class Serving:
    """Who serves or draws a pension as what, since when, and the day on which that is told."""

    birth_date: date
    since: date
    personnel_type: PersonnelType
    told_on: date


def _serves_young(one: Serving) -> bool:
    return one.personnel_type is not PersonnelType.PENSIONER and _age(one) < parameters.SERVICE_AGE.value


def _draws_young(one: Serving) -> bool:
    return one.personnel_type is PersonnelType.PENSIONER and _age(one) < parameters.PENSION_AGE.value


def _serves_past_retirement(one: Serving) -> bool:
    return retires_by_age(one.personnel_type) and retirement_date(one.birth_date) <= max(one.since, one.told_on)


def _age(one: Serving) -> int:
    return age_on(one.birth_date, one.since)


TABLE: tuple[Doubt[Serving], ...] = (
    Doubt(Clause("SERVICE_UNDER_18", "The service began before the 18th birthday: compare the order of appointment.",
                 citations.REGISTER_PLAUSIBILITY, Flag.REVIEW),
          _serves_young),
    Doubt(Clause("PENSIONER_UNDER_28", "Nobody has the ten years of service of a pension before the age of 28.",
                 citations.REGISTER_PLAUSIBILITY, Flag.REVIEW),
          _draws_young),
    Doubt(Clause("SERVICE_PAST_RETIREMENT", "By the birth date this official has retired by age already.",
                 citations.RETIREMENT, Flag.REVIEW),
          _serves_past_retirement),
)  # fmt: skip


def doubts_of(asked: OwnAsked, told_on: date) -> tuple[Clause, ...]:
    """The clauses that the registrar has to look at, in the order of the table; none while a fact is missing."""
    born, since, kind = asked.birth_date, asked.service_start_date, asked.personnel_type
    if born is None or since is None or kind is None or since <= born:
        return ()
    serving = Serving(born, since, kind, told_on)
    return tuple(row.clause for row in TABLE if row.shows(serving))
