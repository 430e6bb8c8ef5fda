"""The round that an approval made now would join, and how long it still takes approvals."""

import math
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.actor import NOTHING
from app.domain.clock import bangkok_day
from app.rules.rounds import RoundSlot
from app.services.round_plan import clock_and_timetable, next_round
from app.services.transaction import reading


@dataclass(frozen=True)
class ComingRound:
    """The coming round as of the business instant `now`."""

    slot: RoundSlot
    now: datetime

    @property
    def seconds_left(self) -> int:
        """Whole seconds until its cut-off, at least 1."""
        return math.ceil((self.slot.scheduled_at - self.now).total_seconds())

    @property
    def is_today(self) -> bool:
        """Whether it runs on the Bangkok day that it is now."""
        return self.slot.day == bangkok_day(self.now)


def coming_round(session: Session | None = None) -> ComingRound:
    """The coming round by the business clock, read through `session` or one of its own."""
    if session is None:
        with reading(NOTHING) as own:
            return coming_round(own)
    now, lines = clock_and_timetable(session)
    return ComingRound(next_round(session, now, lines), now)
