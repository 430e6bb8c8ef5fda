"""Files that are written in the background for an officer: where they lie, for how long, where their figures come from."""

import os
import shutil
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.domain.actor import Actor, Scope, ScopeKind
from app.domain.clock import real_now
from app.domain.errors import Conflict
from app.domain.people import JobStatus, RoundStatus
from app.domain.powers import Power
from app.domain.thai_calendar import format_be_instant
from app.models import Agency, Job, NhsoRegion, ProcessingRound, Province
from app.models.database import db
from app.models.dialects import snapshots
from app.reports.csv_file import write_csv
from app.reports.workbook import write_workbook
from app.services.audit import record_reads
from app.services.leases import ROBOT, Fenced, Lease
from app.services.transaction import transaction
from config import instance_dir

KINDS = ("register_export", "report", "transfer_statement", "fiscal_summary")  # of jobs that an officer asks for
FOLDER = "reports"
FILES_KEPT = timedelta(days=7)  # they hold full national IDs, so none lies about for long
UNFINISHED, UNFINISHED_KEPT = ".unfinished-", timedelta(hours=6)  # what a killed worker leaves; no file takes so long
WAITING_LIMIT = 3
ROWS_AT_ONCE = 2_000
EXCEL, CSV = "xlsx", "csv"
FORMATS = (EXCEL, CSV)
_job = Job.__table__


def reports_folder(instance: Path) -> Path:
    """Where the files of an instance lie, closed to other accounts of the machine."""
    folder = instance / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def forget_old(folder: Path) -> None:
    """Remove files whose days are over, and what killed workers left behind; several may do it at once."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if is_over(path):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def is_over(path: Path) -> bool:
    """Whether the days of a file, or of an unfinished one's folder, have passed, or it is gone."""
    kept = UNFINISHED_KEPT if path.name.startswith(UNFINISHED) else FILES_KEPT
    try:
        return path.stat().st_mtime < (real_now() - kept).timestamp()
    except FileNotFoundError:
        return True


def refuse_too_many(session: Session, actor: Actor) -> None:
    """Raises Conflict('EXPORTS_WAITING') while the actor has several unfinished ones."""
    unfinished = _job.c.status.in_([JobStatus.QUEUED, JobStatus.RUNNING])
    mine = sa.and_(_job.c.kind.in_(KINDS), _job.c.created_by_id == actor.user_id)
    if session.execute(sa.select(sa.func.count()).where(mine, unfinished)).scalar_one() >= WAITING_LIMIT:
        raise Conflict("EXPORTS_WAITING", limit=WAITING_LIMIT)


def scope_of(payload: Mapping[str, Any]) -> Scope:
    """The scope in which a job was asked for, from its payload."""
    kind, key = payload["scope"]
    return Scope(ScopeKind(kind), key)


def power_of(payload: Mapping[str, Any]) -> Power:
    """The power without which nobody gets the file of a job."""
    return Power(payload.get("power", Power.EXPORT_REGISTER))


def asked_by(actor: Actor) -> dict[str, Any]:
    """The part of a payload that says for whom the file is and how far he sees."""
    requester = {"name": actor.name, "user_id": actor.user_id, "agency_id": actor.agency_id}
    return {"scope": [actor.scope.kind.value, actor.scope.key], "requester": requester}


def deliver(payload: dict[str, Any], lease: Lease, name: str, write: Callable[[Connection, Path], int]) -> Path:
    """Have `write` make the file of a job from one state of the register and hand it over; returns where it lies.

    The file counts as handed to the requester, so the read is written down before the job is done (decisions 11).
    Raises Fenced, with nothing left behind, for an attempt that is not the newest any more.
    """
    folder = reports_folder(instance_dir(os.environ))
    forget_old(folder)
    for left in folder.glob(f"{name}-{lease.job_id}-*"):  # by an attempt that was cut off before it could hand it over
        left.unlink(missing_ok=True)
    file = folder / f"{name}-{lease.job_id}-{lease.attempt}.{payload.get('format', EXCEL)}"
    # One connection and one reading transaction: heading, count and rows come from the same state of the register.
    with snapshots(db.engine).connect() as connection:
        count = write(connection, file)
    requester = Actor(scope=scope_of(payload), **payload["requester"])
    read = {"object_type": "job", "object_id": str(lease.job_id), "answer": str(count)}
    record_reads([read], actor=requester, purpose="REGISTER_EXPORT")
    try:
        with transaction(ROBOT) as session:
            lease.guard(session, result_file=file.name, result_name=payload["file_name"])
    except Fenced:
        file.unlink(missing_ok=True)
        raise
    return file


def write_table(file: Path, payload: Mapping[str, Any], heading: list[str], **table: Any) -> int:
    """Write `columns` and `rows` with `progress` in the format that the payload names; a CSV has its heading below."""
    if payload.get("format") == CSV:
        return write_csv(file, origin=heading, **table)
    words = payload["words"]
    return write_workbook(
        file, sheet_title=words["sheet_title"], heading_lines=heading, total_label=words.get("total_label", ""), **table
    )


def as_of(connection: Connection, now: datetime, words: Mapping[str, str]) -> str:
    """The line that says which state of the register a file shows: the instant and the last round before it."""
    done = ProcessingRound.__table__
    last = sa.select(sa.func.max(done.c.scheduled_at)).where(done.c.status == RoundStatus.DONE, done.c.run_at <= now)
    round_at = connection.execute(last).scalar()
    facts = {"at": format_be_instant(now)}
    if round_at is None:
        return words["as_of_no_round"] % facts
    return words["as_of_round"] % (facts | {"round": format_be_instant(round_at)})


def place(session: Session, agency_id: int | None, scope: Scope, words: Mapping[str, str]) -> tuple[str, str]:
    """What a file covers: as a line to read, and as the code in its file name."""
    agency_id = agency_id or (scope.key if scope.kind is ScopeKind.AGENCY else None)  # type: ignore[assignment]
    if agency_id is not None:
        agency = session.get_one(Agency, agency_id)
        return f"{agency.name_th} ({agency.dla_code})", agency.dla_code
    if scope.kind is ScopeKind.PROVINCE:
        return session.get_one(Province, scope.key).name_th, str(scope.key)
    if scope.kind is ScopeKind.REGION:
        return repr(session.get_one(NhsoRegion, scope.key)), words["region_code"] % {"no": scope.key}
    return words["nation"], words["nation"]
