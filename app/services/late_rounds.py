"""A round that has not finished in time is told: on the pages of those who watch the nation, in the log and as a figure."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION
from app.domain.clock import real_now
from app.domain.people import JobStatus, RoundStatus
from app.models.job import Job
from app.models.processing_round import ProcessingRound
from app.services.clock import business_now
from app.services.transaction import reading

LATE_AFTER = timedelta(minutes=5)
SAID_EVERY = timedelta(minutes=1)
log = logging.getLogger(__name__)
_said: dict[int, datetime] = {}  # of this process


@dataclass(frozen=True)
class LateRound:
    """The oldest round that should have finished by now; `late_by` since its time."""

    id: int
    scheduled_at: datetime
    status: RoundStatus
    late_by: timedelta


@dataclass(frozen=True)
class Figures:
    """What a monitor watches: seconds that the oldest unfinished round is late, due rounds, jobs by state."""

    late_seconds: int
    due_rounds: int
    jobs: dict[JobStatus, int]


def late_round(session: Session | None = None, now: datetime | None = None) -> LateRound | None:
    """The oldest late round by the business clock (`now`, where it has just been read); None where everything is in time."""
    if session is None:
        with reading(NATION) as own:
            return late_round(own, now)
    now = now or business_now(session)
    oldest = _due(now - LATE_AFTER).order_by(ProcessingRound.scheduled_at).limit(1)
    found = session.scalars(oldest).one_or_none()
    return found and LateRound(found.id, found.scheduled_at, found.status, now - found.scheduled_at)


def shout() -> None:
    """What every ticker does: an error in its log, once a minute, while a round is late."""
    found = late_round()
    if found is None:
        return
    now = real_now()
    if now - _said.get(found.id, now - SAID_EVERY) >= SAID_EVERY:
        _said[found.id] = now
        minutes = int(found.late_by.total_seconds() // 60)
        log.error("round %s of %s is %s minutes late (%s)", found.id, found.scheduled_at, minutes, found.status)


def figures() -> Figures:
    """The figures as they are now."""
    with reading(NATION) as session:
        late = late_round(session)
        due = session.scalar(sa.select(sa.func.count()).select_from(_due(business_now(session)).subquery())) or 0
        counts = session.execute(sa.select(Job.status, sa.func.count(Job.id)).group_by(Job.status)).all()
    jobs = dict.fromkeys(JobStatus, 0) | {status: count for status, count in counts}
    return Figures(int(late.late_by.total_seconds()) if late else 0, due, jobs)


def _due(now: datetime) -> sa.Select[tuple[ProcessingRound]]:
    return sa.select(ProcessingRound).where(
        ProcessingRound.status != RoundStatus.DONE, ProcessingRound.scheduled_at <= now
    )
