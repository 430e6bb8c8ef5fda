"""An officer's own background work: how far it is, how long it will take, its file, and the way to stop it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor, ScopeKind
from app.domain.clock import real_now
from app.domain.errors import NotFound, WrongState
from app.domain.people import JobStatus
from app.domain.powers import Power
from app.models import Job
from app.services.audit import record, record_reads
from app.services.jobs import HANDLERS
from app.services.report_files import is_over, power_of, scope_of
from app.services.transaction import reading, transaction

SHOWN_LIMIT = 50
NIGHTLY = "nation_report"  # nobody asks for it; it is there for all who may export the nation
UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)
_job = Job.__table__


@dataclass(frozen=True)
class MyJob:
    """One piece of work that an officer asked for, or that is done every night for those with his reach.

    `title` and `described` say what it is and what it covers, `name` is that of its file; `title` is empty where the kind
    says it all.

    `seconds_left` is a guess from the rows so far, None where there is nothing to guess from.
    """

    id: int
    kind: str
    status: JobStatus
    done: int
    total: int | None
    title: str
    described: str
    name: str | None
    created_at: datetime
    seconds_left: int | None
    has_file: bool
    can_cancel: bool

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status not in UNFINISHED

    @property
    def percent(self) -> int | None:
        """How much is done, None before it is known how much there is."""
        return None if self.total is None else 100 if self.total == 0 else 100 * self.done // self.total


def my_jobs(*, actor: Actor, folder: Path, most: int = SHOWN_LIMIT) -> list[MyJob]:
    """The actor's own work with its files in `folder`, the newest first."""
    query = sa.select(_job).where(_mine(actor)).order_by(_job.c.id.desc()).limit(most)
    with reading(actor.scope) as session:
        rows = session.execute(query).all()
    return [_shown(row, folder) for row in rows if scope_of(row.payload) == actor.scope]


def my_job(job_id: int, *, actor: Actor, folder: Path) -> MyJob:
    """One of them; raises NotFound('JOB') for anybody else's, and after the actor's reach has changed."""
    with reading(actor.scope) as session:
        return _shown(_own(session, job_id, actor), folder)


def unfinished(*, actor: Actor) -> list[int]:
    """The ids of the actor's own work that waits or runs."""
    query = sa.select(_job.c.id).where(_mine(actor), _job.c.kind != NIGHTLY, _job.c.status.in_(UNFINISHED))
    with reading(actor.scope) as session:
        return list(session.execute(query).scalars())


def cancel(job_id: int, *, actor: Actor, folder: Path) -> None:
    """Stop one of the actor's jobs, waiting or running, and remove its file.

    A worker that has it loses its lease with this very commit: whatever it writes next is refused, so it ends at its next
    sign of progress (decisions 7). Raises NotFound('JOB') as `my_job` does and for work that must run, such as a round,
    WrongState('JOB_OVER') for what has ended.
    """
    with transaction(actor) as session:
        job = _own(session, job_id, actor)
        if not HANDLERS[job.kind].cancellable:
            raise NotFound("JOB")
        stopped = session.execute(
            sa.update(_job)
            .where(_job.c.id == job_id, _job.c.status.in_(UNFINISHED))
            .values(status=JobStatus.CANCELLED, lease_until=None, finished_at=real_now())
            .returning(_job.c.result_file)
        ).first()
        if stopped is None:
            raise WrongState("JOB_OVER")
        record(session, actor, "cancel_job", "job", job_id, agency_id=job.agency_id)
    if stopped.result_file:
        (folder / stopped.result_file).unlink(missing_ok=True)


def hand_out(job_id: int, *, actor: Actor, folder: Path) -> tuple[Path, str]:
    """Where the finished file lies and the name to give it; the download is written down first.

    Raises NotFound('JOB') as `my_job` does, NotAllowed('POWER_MISSING') without the power that the file was asked for with,
    NotFound('JOB_FILE') where no file lies or its days (FILES_KEPT) are over.
    """
    with reading(actor.scope) as session:
        job = _own(session, job_id, actor)
    actor.require(power_of(job.payload))
    if not _shown(job, folder).has_file:
        raise NotFound("JOB_FILE")
    record_reads([{"object_type": "job", "object_id": str(job_id)}], actor=actor, purpose="REGISTER_DOWNLOAD")
    return folder / job.result_file, job.result_name


def _mine(actor: Actor) -> Any:
    # What only rounds and the like are started by has no owner.
    own = sa.and_(_job.c.created_by_id == actor.user_id, _job.c.kind.in_(_KINDS))
    if actor.scope.kind is ScopeKind.NATION and Power.EXPORT_REGISTER in actor.powers:
        return sa.or_(own, _job.c.kind == NIGHTLY)
    return own


def _own(session: Session, job_id: int, actor: Actor) -> Any:
    job = session.execute(sa.select(_job).where(_mine(actor), _job.c.id == job_id)).first()
    # Somebody who moved to another agency has lost the old one's files with it.
    if job is None or scope_of(job.payload) != actor.scope:
        raise NotFound("JOB")
    return job


def _shown(job: Any, folder: Path) -> MyJob:
    return MyJob(
        id=job.id,
        kind=job.kind,
        status=job.status,
        done=job.done_count,
        total=job.total_count,
        title=job.payload.get("title", ""),
        described=job.payload["described"],
        name=job.result_name,
        created_at=job.created_at,
        seconds_left=seconds_left(job),
        has_file=job.status is JobStatus.DONE and not is_over(folder / job.result_file),
        can_cancel=job.status in UNFINISHED and HANDLERS[job.kind].cancellable,
    )


def seconds_left(job: Any) -> int | None:
    """A guess from the rows so far, None where there is nothing to guess from."""
    if job.status is not JobStatus.RUNNING or not job.done_count or not job.total_count or job.started_at is None:
        return None
    seconds = (real_now() - job.started_at).total_seconds()
    return round(seconds * (job.total_count - job.done_count) / job.done_count)


# The work that officers ask for; the rest is the portal's own and has to run.
_KINDS = [kind for kind, handler in HANDLERS.items() if handler.cancellable]
