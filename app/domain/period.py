"""A stretch of whole days, half-open: the first day counts, `until_on` no longer does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from app.domain.errors import BadInput

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `from_on` up to but not including `until_on`; None means that no end is known.

    Raises BadInput PERIOD_EMPTY (facts `from_on`, `until_on`) when there is not one day in it.
    """

    from_on: date
    until_on: date | None = None

    def __post_init__(self) -> None:
        if self.until_on is not None and self.until_on <= self.from_on:
            raise BadInput("PERIOD_EMPTY", from_on=self.from_on, until_on=self.until_on)

    @classmethod
    def from_last_day(cls, from_on: date, last_day: date | None) -> Self:
        """The period that people write as first and last day, both counting; errors as for the class."""
        return cls(from_on, None if last_day is None else last_day + _ONE_DAY)

    @property
    def last_day(self) -> date | None:
        """The last day that counts, None while the period is open."""
        return None if self.until_on is None else self.until_on - _ONE_DAY

    def contains(self, day: date) -> bool:
        """True when the day counts."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)

    def overlaps(self, other: "Period") -> bool:
        """True when at least one day counts in both; periods that merely touch do not overlap."""
        return _starts_before_end(self, other) and _starts_before_end(other, self)


def uncovered(whole: Period, parts: Iterable[Period]) -> list[Period]:
    """What no part covers of a period whose end is known, in order; ValueError for an open one."""
    if whole.until_on is None:
        raise ValueError("an open period has no end of what is not covered")
    found, day = [], whole.from_on
    for part in sorted(parts, key=lambda one: one.from_on):
        if part.from_on > day:
            found.append(Period(day, min(part.from_on, whole.until_on)))
        day = max(day, part.until_on or whole.until_on)
        if day >= whole.until_on:
            return found
    return [*found, Period(day, whole.until_on)]


def _starts_before_end(one: Period, other: Period) -> bool:
    return other.until_on is None or one.from_on < other.until_on
