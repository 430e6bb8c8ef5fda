"""The time of the made-up nation: working hours of its offices, and the rounds that carried what was decided."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from app.services.demo.nation.records import Slot

YEARS = 3
LATEST = 6  # days before today on which the last of what is in force was recorded: decided and carried since


class Calendar:
    """Days and instants of the past; instants are plain UTC, as the tables keep them."""

    def __init__(self, chance: Random, today: date, slots: Sequence[Slot], coming: Slot) -> None:
        self.chance, self.today, self.coming = chance, today, coming
        self.first = today - timedelta(days=365 * YEARS)
        self.last = today - timedelta(days=LATEST)
        self._slots, self._instants = slots, [slot.at for slot in slots]

    def some_day(self, since: date, until: date) -> date:
        """A day from `since` to `until`, both included; `since` where they stand the wrong way round."""
        return since + timedelta(days=self.chance.randrange(max(0, (until - since).days) + 1))

    def enrolment(self, not_before: date) -> date:
        """When a family came: most in the months of the first registration, the others ever since."""
        ahead = int(self.chance.expovariate(1 / 60)) if self.chance.random() < 0.6 else 10_000
        day = self.first + timedelta(days=ahead)
        if day > self.last or day < not_before:
            day = self.some_day(max(self.first, not_before), self.last)
        return min(day, self.last)

    def at_work(self, day: date) -> datetime:
        """An instant of the working hours of `day`, from half past eight to four in Bangkok."""
        return datetime.combine(day, time(1, 30)) + timedelta(seconds=self.chance.randrange(27_000))  # noqa: DTZ001

    def decided_after(self, at: datetime) -> datetime:
        """When the registrar decided: some days later, never before."""
        return self.at_work(at.date() + timedelta(days=self.chance.choice((1, 1, 1, 2, 3))))

    @property
    def latest_instant(self) -> datetime:
        """Just after the latest round: whatever is decided from now on waits for the coming one."""
        return self._instants[-1] + timedelta(seconds=1)

    def round_after(self, decided: datetime) -> Slot:
        """The round that carried a decision of the past."""
        return self._slots[bisect_right(self._instants, decided)]
