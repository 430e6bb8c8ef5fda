"""The lease under which a worker works on a job: renewed by a heartbeat, lost to a newer attempt (decisions 7)."""

import logging
import threading
import time
from datetime import timedelta
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.domain.actor import robot
from app.domain.clock import real_now
from app.domain.people import JobStatus
from app.models.job import Job
from app.services.transaction import transaction

BEATS_PER_LEASE = 3
PROGRESS_EVERY_SECONDS = 0.5
ROBOT = robot("jobs")
_job = Job.__table__
log = logging.getLogger(__name__)


class Fenced(Exception):
    """The job was cancelled, or a newer attempt has taken it over; this one must leave everything as it is."""


class Lease:
    """The right of one attempt to work on its job; handlers get it and guard every writing transaction with it."""

    def __init__(self, job_id: int, attempt: int, seconds: float) -> None:
        self.job_id, self.attempt, self.seconds = job_id, attempt, seconds
        self._stop = threading.Event()
        self._heart = threading.Thread(target=self._beat, name=f"lease-{job_id}", daemon=True)
        self._told_at = 0.0

    def guard(self, session: Session, **changes: Any) -> None:
        """Renew the lease in the session's own transaction and write `changes` to the job row.

        Raises Fenced when a newer attempt holds the job or somebody cancelled it. Called first in every writing transaction
        of a handler: the row stays locked until the commit, so nobody can take the job over half way through.
        """
        renewed = session.execute(
            sa.update(_job)
            .where(_job.c.id == self.job_id, _job.c.attempt == self.attempt, _job.c.status == JobStatus.RUNNING)
            .values(**({"lease_until": real_now() + timedelta(seconds=self.seconds)} | changes))
        )
        if renewed.rowcount != 1:
            raise Fenced(f"job {self.job_id}, attempt {self.attempt}")

    def progress(self, done: int, total: int | None) -> None:
        """Show how far the work is, at most twice a second and at its end; called outside a transaction. Raises Fenced."""
        now = time.monotonic()
        if done != total and now - self._told_at < PROGRESS_EVERY_SECONDS:
            return
        self._told_at = now
        with transaction(ROBOT) as session:
            self.guard(session, done_count=done, total_count=total)

    def __enter__(self) -> Self:
        self._heart.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._heart.join()

    def _beat(self) -> None:
        while not self._stop.wait(self.seconds / BEATS_PER_LEASE):
            try:
                with transaction(ROBOT) as session:
                    self.guard(session)
            except Fenced:
                return
            except SQLAlchemyError as error:  # a busy or absent database: the next beat tries again
                log.warning("job %s: heartbeat failed (%s)", self.job_id, type(error).__name__)
