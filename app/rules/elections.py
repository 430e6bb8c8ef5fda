"""การเลือกสิทธิในเดือนตุลาคม: which scheme a person with two main rights has chosen (CGD s.10 para 1; seed 001, spec 4.1, since 2018).

An election counts from the day it is declared to 30 September next; whoever chose ประกันสังคม is bound until then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.domain.period import Period
from app.domain.thai_calendar import FISCAL_YEAR_FIRST_MONTH
from app.rules.schemes import Scheme

CITATION = "CGD s.10 para 1"


@dataclass(frozen=True)
class Election:
    """The scheme that a person declared on a day to use instead of the default."""

    scheme: Scheme
    declared_on: date
    record_id: int = 0

    @property
    def period(self) -> Period:
        """The days on which it counts: to 30 September next."""
        return Period(self.declared_on, next_election_on(self.declared_on))


def next_election_on(day: date) -> date:
    """The first 1 October after the day, when a new choice may be made."""
    return date(day.year + (day.month >= FISCAL_YEAR_FIRST_MONTH), FISCAL_YEAR_FIRST_MONTH, 1)


def is_election_month(day: date) -> bool:
    """True in October, the month for declarations; one made in another month wants a look by the registrar."""
    return day.month == FISCAL_YEAR_FIRST_MONTH


def elected_on(elections: Iterable[Election], on: date) -> Scheme | None:
    """The scheme whose election counts on the day, None when silence leaves the default.

    The latest declaration counts, except that nobody leaves ประกันสังคม within the fiscal year (seed 001: ไม่สามารถเบิก
    สิทธิข้าราชการได้ภายใน 1 ปีงบประมาณ).
    """
    counting = [election for election in elections if election.period.contains(on)]
    if any(election.scheme is Scheme.SSO for election in counting):
        return Scheme.SSO
    latest = max(counting, key=lambda election: (election.declared_on, election.record_id), default=None)
    return latest.scheme if latest else None
