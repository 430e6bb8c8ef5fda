"""The register for officers: searched on screen, asked for as Excel, written in the background."""

import os
import secrets
import shutil
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor, Scope, ScopeKind
from app.domain.clock import bangkok_day, real_now
from app.domain.errors import BadInput, Conflict
from app.domain.people import JobStatus, RoundStatus
from app.domain.powers import Power
from app.domain.thai_calendar import format_be_instant
from app.models import Agency, Job, NhsoRegion, ProcessingRound, Province
from app.models.database import db
from app.models.dialects import contains, snapshots
from app.models.scoping import in_scope
from app.reports.register import RegisterPage, as_register_row, register_count, register_page, register_rows
from app.reports.register_columns import RegisterFilters, workbook_columns, workbook_rows
from app.reports.workbook import file_name, write_workbook
from app.services import jobs
from app.services.audit import person_hash, record, record_reads
from app.services.clock import business_now
from app.services.leases import ROBOT, Fenced, Lease
from app.services.transaction import transaction
from config import instance_dir

KIND = "register_export"
FOLDER = "reports"
FILES_KEPT = timedelta(days=7)  # they hold full national IDs, so none lies about for long
WAITING_LIMIT = 3
PAGE_SIZE = 50
ROWS_AT_ONCE = 2_000
_job = Job.__table__


def search(filters: RegisterFilters, *, page: int, actor: Actor, hash_key: str, order: str = "") -> RegisterPage:
    """One page of the register in the actor's scope, as of now; a search for one national ID is written down as a read.

    `order` is as `register_page` takes it. Raises NotAllowed('POWER_MISSING').
    """
    actor.require(Power.VIEW_REGISTER)
    now = business_now(db.session())
    day = bangkok_day(now)
    found = register_page(
        db.session(), filters, actor.scope, today=day, known_at=now, page=page, size=PAGE_SIZE, order=order
    )
    _record_search(filters, found.count, actor, hash_key)
    return found


def nameless(filters: RegisterFilters, *, actor: Actor, hash_key: str) -> RegisterFilters:
    """The same search fit to be kept: a national ID gives way to the ids of the rows that it finds now.

    Looking a number up is a read and written down as one, like `search` does. Raises NotAllowed('POWER_MISSING').
    """
    actor.require(Power.VIEW_REGISTER)
    found = _without_national_id(db.session(), filters, actor.scope, business_now(db.session()))
    _record_search(filters, len(found.rows or ()), actor, hash_key)
    return found


def find_agency(text: str, *, actor: Actor, field: str | None = None) -> tuple[int, str]:
    """Id and name of the one agency in scope with this eight-digit code or with these words in its name.

    Raises BadInput NO_SUCH_AGENCY, or SEVERAL_AGENCIES when the words fit more than one.
    """
    agency = Agency.__table__
    fits = agency.c.dla_code == text if text.isdecimal() else contains(agency.c.name_th, text)
    query = sa.select(agency.c.id, agency.c.name_th).where(fits, in_scope(agency.c.id, actor.scope))
    found = db.session.execute(query.limit(2)).all()
    if len(found) != 1:
        raise BadInput("SEVERAL_AGENCIES" if found else "NO_SUCH_AGENCY", field=field)
    return found[0].id, found[0].name_th


def request_export(
    filters: RegisterFilters,
    *,
    actor: Actor,
    words: Mapping[str, str],
    described: str,
    columns: Collection[str] | None = None,
) -> int:
    """Ask for the Excel file of all rows that `filters` find in the actor's scope; returns the id of its job.

    `words` are the file's words (titles by column name, codes by `word_key`, phrases), `described` the filters in words,
    `columns` the names of the wanted ones, None all.
    Raises NotAllowed('POWER_MISSING') and Conflict('EXPORTS_WAITING') while the actor has several unfinished ones.
    """
    actor.require(Power.EXPORT_REGISTER)
    with transaction(actor) as session:
        unfinished = _job.c.status.in_([JobStatus.QUEUED, JobStatus.RUNNING])
        waiting = sa.select(sa.func.count()).where(_asked_by(actor), unfinished)
        if session.execute(waiting).scalar_one() >= WAITING_LIMIT:
            raise Conflict("EXPORTS_WAITING", limit=WAITING_LIMIT)
        now = business_now(session)
        place, place_code = _place(session, filters, actor.scope, words)
        provenance = words["exported_by"] % {"who": actor.name, "at": format_be_instant(now)}
        payload = {
            "filters": _without_national_id(session, filters, actor.scope, now).as_json(),
            "columns": None if columns is None else sorted(columns),
            "described": described,
            "scope": [actor.scope.kind.value, actor.scope.key],
            "requester": {"name": actor.name, "user_id": actor.user_id, "agency_id": actor.agency_id},
            "heading": [words["report_title"], place, described, provenance],
            "file_name": file_name(words["report_title"], place_code, bangkok_day(now)),
            "words": dict(words),
        }
        key = f"{KIND}:{secrets.token_hex(8)}"
        job = jobs.add(session, KIND, key, payload, actor=actor, agency_id=actor.agency_id)
        record(session, actor, "request_export", "job", job.id, agency_id=actor.agency_id)
        return job.id


def reports_folder(instance: Path) -> Path:
    """Where the files of an instance lie, closed to other accounts of the machine."""
    folder = instance / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def write_export(payload: dict[str, Any], lease: Lease) -> None:
    """Write the file of one job (the handler of KIND): streamed, so that a million rows need no more memory than ten.

    The file counts as handed to the requester, so the read is written down before the job is done (decisions 11).
    """
    folder = reports_folder(instance_dir(os.environ))
    forget_old(folder)
    file = folder / f"register-{lease.job_id}-{lease.attempt}.xlsx"
    count = _write(file, payload, lease)
    requester = Actor(scope=scope_of(payload), **payload["requester"])
    read = {"object_type": "job", "object_id": str(lease.job_id), "answer": str(count)}
    record_reads([read], actor=requester, purpose="REGISTER_EXPORT")
    try:
        with transaction(ROBOT) as session:
            lease.guard(session, result_file=file.name, result_name=payload["file_name"])
    except Fenced:
        file.unlink(missing_ok=True)
        raise


def forget_old(folder: Path) -> None:
    """Remove files whose days are over, and what killed workers left behind; several may do it at once."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if is_over(path):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _write(file: Path, payload: dict[str, Any], lease: Lease) -> int:
    words, filters, scope = payload["words"], RegisterFilters.from_json(payload["filters"]), scope_of(payload)
    chosen = payload["columns"]
    # One connection and one reading transaction: heading, count and rows come from the same state of the register.
    with snapshots(db.engine).connect() as connection:
        now = business_now(connection)
        wanted = {"today": bangkok_day(now), "known_at": now}
        heading = [*payload["heading"], _as_of(connection, now, words)]
        total = connection.execute(register_count(filters, scope, **wanted)).scalar_one()
        lease.progress(0, total)
        rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(register_rows(filters, scope, **wanted))
        return write_workbook(
            file,
            sheet_title=words["sheet_title"],
            heading_lines=heading,
            columns=workbook_columns(words, chosen),
            rows=workbook_rows(map(as_register_row, rows), words, chosen),
            progress=lambda done: lease.progress(done, total),
        )


def _as_of(connection: Any, now: datetime, words: Mapping[str, str]) -> str:
    done = ProcessingRound.__table__
    last = sa.select(sa.func.max(done.c.scheduled_at)).where(done.c.status == RoundStatus.DONE, done.c.run_at <= now)
    round_at = connection.execute(last).scalar()
    facts = {"at": format_be_instant(now)}
    if round_at is None:
        return words["as_of_no_round"] % facts
    return words["as_of_round"] % (facts | {"round": format_be_instant(round_at)})


def _place(session: Session, filters: RegisterFilters, scope: Scope, words: Mapping[str, str]) -> tuple[str, str]:
    """What the file covers: as a line to read, and as the code in its file name."""
    agency_id = filters.agency_id or (scope.key if scope.kind is ScopeKind.AGENCY else None)
    if agency_id is not None:
        agency = session.get_one(Agency, agency_id)
        return f"{agency.name_th} ({agency.dla_code})", agency.dla_code
    if scope.kind is ScopeKind.PROVINCE:
        return session.get_one(Province, scope.key).name_th, str(scope.key)
    if scope.kind is ScopeKind.REGION:
        return repr(session.get_one(NhsoRegion, scope.key)), words["region_code"] % {"no": scope.key}
    return words["nation"], words["nation"]


def _without_national_id(session: Session, filters: RegisterFilters, scope: Scope, now: datetime) -> RegisterFilters:
    """The same rows by their ids: no national ID goes into a job (decisions 10)."""
    if filters.national_id is None:
        return filters
    found = session.execute(register_rows(filters, scope, today=bangkok_day(now), known_at=now))
    rows = tuple((row.is_spell, row.id) for row in map(as_register_row, found))
    return replace(filters, national_id=None, rows=rows)


def _asked_by(actor: Actor) -> Any:
    return sa.and_(_job.c.kind == KIND, _job.c.created_by_id == actor.user_id)


def scope_of(payload: Mapping[str, Any]) -> Scope:
    """The scope in which a job was asked for, from its payload."""
    kind, key = payload["scope"]
    return Scope(ScopeKind(kind), key)


def is_over(path: Path) -> bool:
    """Whether the days of a file have passed, or it is gone."""
    try:
        return path.stat().st_mtime < (real_now() - FILES_KEPT).timestamp()
    except FileNotFoundError:
        return True


def _record_search(filters: RegisterFilters, count: int, actor: Actor, hash_key: str) -> None:
    if filters.national_id is not None:
        read = {"person_hash": person_hash(filters.national_id, hash_key), "answer": str(count)}
        record_reads([read], actor=actor, purpose="REGISTER_SEARCH")
