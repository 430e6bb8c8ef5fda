"""One relation of a family as the register or a form tells it: facts only, no judgement."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.people import Relation, Sex
from app.domain.period import Period
from app.rules.papers import Paper
from app.rules.told import NOTHING, Told

STANDS = 0
"""The `place` of a right that is in force: before everything that still waits."""


@dataclass(frozen=True)
class Relative:
    """A person's relation to a principal; `papers` are those filed for it.

    `place` orders what was asked for: STANDS, then by request. Of a right that stands, `period` and `legitimate_from` are
    what was decided; `stands_from` is the first day of such a right of the person's in whose place this relation is asked for.
    """

    national_id: str
    relation: Relation
    birth_date: date | None = None
    sex: Sex | None = None
    told: Told = NOTHING
    papers: frozenset[Paper] = frozenset()
    birth_order: int | None = None
    seq_in_delivery: int | None = None
    place: int = STANDS
    period: Period | None = None
    legitimate_from: date | None = None
    agency_id: int | None = None  # that recorded or asked for it, where the register tells
    stands_from: date | None = None

    @property
    def days(self) -> Period:
        """The days that it takes up among relatives of its kind: its own, or from the marriage on while it waits."""
        return self.period or Period(self.told.marriage_date or date.min, _later(self.told))

    @property
    def told_end(self) -> date | None:
        """The first day without the marriage, by what was told of it; None while nothing is."""
        return _end_of(self.told)


def _later(told: Told) -> date | None:
    end = _end_of(told)
    return end if end is not None and end > (told.marriage_date or date.min) else None


def _end_of(told: Told) -> date | None:
    after_death = None if told.death_date is None else told.death_date + timedelta(days=1)
    return min((day for day in (told.marriage_end_date, after_death) if day is not None), default=None)
