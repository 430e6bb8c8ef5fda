"""Background jobs as rows: written with the verb that wants them, claimed once, recovered by the ticker (decisions 7)."""

import gc
import logging
import secrets
import traceback
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION, Actor
from app.domain.clock import real_now
from app.domain.errors import BadInput, PortalError
from app.domain.people import JobStatus
from app.models.base import UtcInstant
from app.models.job import Job
from app.services import queues
from app.services.leases import ROBOT, Fenced, Lease
from app.services.queues import connect_queue
from app.services.transaction import after_commit, reading, transaction

LONGEST_PAUSE = timedelta(minutes=5)
WORKER_LOST = "WORKER_LOST"
log = logging.getLogger(__name__)
_job = Job.__table__


@dataclass(frozen=True)
class Handler:
    """Who does a kind of work: `module:function(payload, lease)`, in which queue, how often and how long at most."""

    function: str
    queue: str = queues.DEFAULT
    attempts: int | None = 3  # None: again and again, for the law wants it done
    timeout_seconds: int = 3600
    cancellable: bool = False  # by the officer who asked for it

    def load(self) -> Callable[[dict[str, Any], Lease], None]:
        module, _, name = self.function.partition(":")
        found: Callable[[dict[str, Any], Lease], None] = getattr(import_module(module), name)
        return found


HANDLERS: dict[str, Handler] = {
    "round": Handler("app.services.rounds:run", queue=queues.ROUNDS, attempts=None, timeout_seconds=1800),
    "register_export": Handler("app.services.register_reports:write_export", cancellable=True),
    "report": Handler("app.services.reports:write", cancellable=True),
    "transfer_statement": Handler("app.services.money.statements:write", cancellable=True),
    "fiscal_summary": Handler("app.services.money.fiscal_summaries:write", cancellable=True),
    "nation_report": Handler("jobs.nation_report:write", queue=queues.SLOW),
    "roster_check": Handler("app.services.roster_jobs:check", attempts=20, timeout_seconds=600),
    "roster_submit": Handler("app.services.roster_sending:submit", attempts=20, timeout_seconds=1800),
    # Work in hand is told on its own page, where it can be stopped too.
    "mass_approval": Handler("app.services.mass_approvals:run", attempts=20),
    "succession": Handler("app.services.succession_jobs:carry", attempts=None, timeout_seconds=1800),
    "scheme_file": Handler("app.services.scheme_files:load", queue=queues.SLOW, attempts=20, timeout_seconds=4 * 3600),
    # What is released is paid: begun again until every line has its outcome.
    "payment_run": Handler("app.services.money.run_release:run", attempts=None),
    "hospital_statement": Handler("app.services.money.hospital_statements:read_in", attempts=20),
    "seal_audit": Handler("app.services.audit_seals:run", queue=queues.SLOW),
}
# Valid on both databases; the key decides, so the same wish twice is one job.
_ADD = sa.text(
    "INSERT INTO job (kind, key, payload, status, attempt, enqueued_at, done_count, created_by_id, created_at, agency_id) "
    "VALUES (:kind, :key, :payload, 'QUEUED', 1, :now, 0, :user, :now, :agency) ON CONFLICT (key) DO NOTHING"
).bindparams(sa.bindparam("payload", type_=sa.JSON), sa.bindparam("now", type_=UtcInstant))


def add(
    session: Session, kind: str, key: str, payload: dict[str, Any], *, actor: Actor, agency_id: int | None = None
) -> Job:
    """Write a job in the verb's own transaction and wake a worker after its commit; returns the row, detached.

    The same `key` again returns the job that stands already. `payload` is JSON of codes and ids, never a national ID.
    The queue may be away: the ticker hands the row over later. Raises KeyError for a kind without handler.
    """
    handler = HANDLERS[kind]
    values = {
        "kind": kind,
        "key": key,
        "payload": payload,
        "now": real_now(),
        "user": actor.user_id,
        "agency": agency_id,
    }
    written = session.execute(_ADD, values)
    job = Job(**session.execute(sa.select(_job).where(_job.c.key == key)).mappings().one())
    if written.rowcount:
        after_commit(session, partial(queues.push, job.id, job.attempt, handler.queue, handler.timeout_seconds))
    return job


def prepare(wanted: Collection[str]) -> None:
    """Import what the jobs of these queues need, once for all children of a worker, and let no child look it through.

    What lies outside `app` is left to its job: it builds on the screens, and many jobs never need those. What stands now
    stays as long as the process: the collector looking for garbage in it took a round of thousands a fifth of its time.
    """
    for handler in HANDLERS.values():
        if handler.queue in wanted and handler.function.startswith("app."):
            handler.load()
    gc.freeze()


def run(job_id: int, attempt: int) -> bool:
    """Do one attempt of a job; False when it was not this attempt's to do. Errors end in the row, never in the queue.

    The queue, the ticker and the commands all come through here, so a job that is started twice runs once.
    """
    with reading(NATION) as session:
        kind = session.scalar(sa.select(_job.c.kind).where(_job.c.id == job_id))
    # Before the claim: what it imports may take a busy machine longer than a lease lasts, and no heart beats yet.
    handle = HANDLERS[kind].load() if kind in HANDLERS else None
    job = _claim(job_id, attempt) if handle is not None else None
    if job is None or handle is None:
        return False
    try:
        with Lease(job_id, attempt, queues.lease_seconds()) as lease:
            handle(dict(job.payload), lease)
        with transaction(ROBOT) as session:
            lease.guard(session, status=JobStatus.DONE, lease_until=None, finished_at=real_now(), error=None)
    except Fenced as fence:
        log.warning("%s: cancelled, or taken over by a newer attempt", fence)
    except Exception as error:
        _fail(job, error)
    return True


def _claim(job_id: int, attempt: int) -> Job | None:
    until = real_now() + timedelta(seconds=queues.lease_seconds())
    with transaction(ROBOT) as session:
        claimed = session.execute(
            sa.update(_job)
            .where(_job.c.id == job_id, _job.c.attempt == attempt, _job.c.status == JobStatus.QUEUED)
            .values(status=JobStatus.RUNNING, lease_until=until, started_at=real_now())
        )
        return session.get(Job, job_id) if claimed.rowcount == 1 else None


def _fail(job: Job, error: Exception) -> None:
    reference = secrets.token_hex(4)
    code = error.code if isinstance(error, PortalError) else type(error).__name__
    # The places only: the words of a database error may hold a national ID (decisions 10).
    places = "".join(traceback.format_tb(error.__traceback__))
    log.error("job %s %s, attempt %s: %s, reference %s\n%s", job.id, job.kind, job.attempt, code, reference, places)
    try:
        with transaction(ROBOT) as session:
            changes = _next_attempt(job, f"{code} {reference}", is_final=isinstance(error, BadInput))
            Lease(job.id, job.attempt, 0).guard(session, **changes)
    except Fenced as fence:
        log.warning("%s: cancelled, or taken over by a newer attempt", fence)


def _next_attempt(job: Job, error: str, *, is_final: bool = False) -> dict[str, Any]:
    """What becomes of the row: another attempt, or the end; what was refused for what it says is not tried again."""
    limit, now = HANDLERS[job.kind].attempts, real_now()
    if limit is not None and (is_final or job.attempt >= limit):
        return {"status": JobStatus.FAILED, "lease_until": None, "finished_at": now, "error": error}
    pause = min(timedelta(seconds=_grace_seconds() * 2 ** min(job.attempt - 1, 10)), LONGEST_PAUSE)
    # Of a queued row the lease says before when nobody may start it.
    return {"status": JobStatus.QUEUED, "attempt": job.attempt + 1, "lease_until": now + pause, "error": error}


def _grace_seconds() -> float:
    """How long an entry may be on its way between queue and worker before it counts as lost."""
    return queues.lease_seconds() / 6


def recover(now: datetime | None = None) -> int:
    """Hand over again what no worker holds: rows whose lease ran out and rows that the queue has lost; returns how many.

    `now` is an instant of the real clock. Called by every ticker; several at once do no harm.
    """
    now = now or real_now()
    expired = sa.and_(Job.status == JobStatus.RUNNING, Job.lease_until < now)
    with reading(NATION) as session:  # looks before it writes: SQLite has one writer, and most looks find nothing
        silent = session.execute(sa.select(Job.id).where(expired).limit(1)).first() is not None
    if silent:
        _end_lost_attempts(expired)
    return _push_lost(now)


def _end_lost_attempts(expired: Any) -> None:
    with transaction(ROBOT) as session:
        # A row that a living transaction holds is not lost: its worker is about to commit with it.
        for job in session.scalars(sa.select(Job).where(expired).with_for_update(skip_locked=True)):
            log.warning("job %s %s, attempt %s: its worker is silent", job.id, job.kind, job.attempt)
            changes = _next_attempt(job, WORKER_LOST) | {"lease_until": None}
            session.execute(sa.update(_job).where(_job.c.id == job.id).values(**changes))


def _push_lost(now: datetime) -> int:
    waiting = queues.waiting()
    if waiting is None:
        return 0
    grace = timedelta(seconds=_grace_seconds())
    due = sa.or_(Job.lease_until <= now, sa.and_(Job.lease_until.is_(None), Job.enqueued_at <= now - grace))
    with reading(NATION) as session:
        queued = session.scalars(sa.select(Job).where(Job.status == JobStatus.QUEUED, due).order_by(Job.id)).all()
    lost = [job for job in queued if queues.entry_id(job.id, job.attempt) not in waiting]
    for job in lost:
        with transaction(ROBOT) as session:
            mine = sa.and_(_job.c.id == job.id, _job.c.attempt == job.attempt, _job.c.status == JobStatus.QUEUED)
            session.execute(sa.update(_job).where(mine).values(enqueued_at=now, lease_until=None))
            handler = HANDLERS[job.kind]
            after_commit(session, partial(queues.push, job.id, job.attempt, handler.queue, handler.timeout_seconds))
    return len(lost)


__all__ = ["HANDLERS", "Fenced", "Handler", "Lease", "add", "connect_queue", "prepare", "recover", "run"]
