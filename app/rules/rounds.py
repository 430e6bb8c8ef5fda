"""รอบการประมวลผล: which processing round carries an approval (seed 001, spec section 6, since 2018).

The cut-off of a round is its own scheduled instant, half-open: an approval at 11:00:00 belongs to the 15:00 round.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.domain.clock import BANGKOK

ON_TIME = timedelta(seconds=60)


@dataclass(frozen=True)
class RoundTime:
    """One line of the dated timetable: round `no` runs at `at` Bangkok time from `valid_from` until `valid_until` (exclusive)."""

    no: int
    at: time
    valid_from: date
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


# Seed 001: รอบที่ 1 ปรับปรุงฐานข้อมูล 11.00 น., รอบที่ 2 ปรับปรุงฐานข้อมูล 15.00 น.
SEED_TIMETABLE = (RoundTime(1, time(11), date(2013, 1, 1)), RoundTime(2, time(15), date(2013, 1, 1)))


@dataclass(frozen=True)
class RoundSlot:
    """One round of one Bangkok day; `scheduled_at` is an aware instant in Bangkok time."""

    day: date
    no: int
    scheduled_at: datetime


def slots_on(day: date, timetable: tuple[RoundTime, ...] = SEED_TIMETABLE) -> list[RoundSlot]:
    """The rounds of one day in order of time; every calendar day has them (spec 6)."""
    lines = sorted((line for line in timetable if line.holds_on(day)), key=lambda line: line.at)
    return [RoundSlot(day, line.no, datetime.combine(day, line.at, BANGKOK)) for line in lines]


def round_for(decided_at: datetime, timetable: tuple[RoundTime, ...] = SEED_TIMETABLE) -> RoundSlot:
    """The first round whose cut-off lies strictly after the aware instant `decided_at`.

    Raises ValueError when the timetable names no round within a year.
    """
    day = decided_at.astimezone(BANGKOK).date()
    for ahead in range(366):
        for slot in slots_on(day + timedelta(days=ahead), timetable):
            if decided_at < slot.scheduled_at:
                return slot
    raise ValueError("the timetable names no round within a year")


def slots_between(
    after: datetime, until: datetime, timetable: tuple[RoundTime, ...] = SEED_TIMETABLE
) -> list[RoundSlot]:
    """All rounds with after < scheduled_at <= until, oldest first: what a restart has to catch up."""
    day, last = after.astimezone(BANGKOK).date(), until.astimezone(BANGKOK).date()
    found = []
    while day <= last:
        found += [slot for slot in slots_on(day, timetable) if after < slot.scheduled_at <= until]
        day += timedelta(days=1)
    return found


def run_instant(scheduled_at: datetime, started_at: datetime) -> datetime:
    """`run_at` and so `effective_at`: the scheduled instant if the round starts within 60 seconds of it (decisions 4)."""
    return scheduled_at if started_at - scheduled_at < ON_TIME else started_at
