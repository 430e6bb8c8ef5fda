"""The register for officers: searched on screen, asked for as Excel, written in the background."""

import secrets
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.domain.actor import Actor, Scope
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput
from app.domain.powers import Power
from app.domain.thai_calendar import format_be_instant
from app.models import Agency
from app.models.database import db
from app.models.dialects import contains
from app.models.scoping import in_scope
from app.reports.register import as_register_row, register_count, register_rows
from app.reports.register_columns import RegisterFilters, workbook_columns, workbook_rows
from app.reports.register_pages import Beside, RegisterPage, register_page
from app.reports.workbook import file_name
from app.services import jobs
from app.services.audit import person_hash, record, record_reads
from app.services.clock import business_now
from app.services.leases import Lease
from app.services.officers import name_of
from app.services.report_files import (
    EXCEL,
    ROWS_AT_ONCE,
    as_of,
    asked_by,
    deliver,
    place,
    refuse_too_many,
    scope_of,
    write_table,
)
from app.services.transaction import transaction

KIND = "register_export"
PAGE_SIZE = 25


def search(
    filters: RegisterFilters,
    *,
    actor: Actor,
    hash_key: str,
    beside: Beside | None = None,
    order: str = "",
    size: int = PAGE_SIZE,
) -> RegisterPage:
    """One page of at most `size` rows of the register in the actor's scope, as of now.

    A search for one national ID is written down as a read.

    `beside` and `order` are as `register_page` takes them. Raises NotAllowed('POWER_MISSING').
    """
    actor.require(Power.VIEW_REGISTER)
    now = business_now(db.session())
    day = bangkok_day(now)
    found = register_page(
        db.session(), filters, actor.scope, today=day, known_at=now, beside=beside, size=size, order=order
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
    file_format: str = EXCEL,
) -> int:
    """Ask for a file of all rows that `filters` find in the actor's scope; returns the id of its job.

    `words` are the file's words (titles by column name, codes by `word_key`, phrases), `described` the filters in words,
    `columns` the names of the wanted ones, None all.
    Raises NotAllowed('POWER_MISSING') and Conflict('EXPORTS_WAITING') while the actor has several unfinished ones.
    """
    actor.require(Power.EXPORT_REGISTER)
    with transaction(actor) as session:
        refuse_too_many(session, actor)
        now = business_now(session)
        covered, code = place(session, filters.agency_id, actor.scope, words)
        provenance = words["exported_by"] % {"who": name_of(session, actor), "at": format_be_instant(now)}
        payload = asked_by(actor) | {
            "filters": _without_national_id(session, filters, actor.scope, now).as_json(),
            "columns": None if columns is None else sorted(columns),
            "described": described,
            "format": file_format,
            "heading": [words["report_title"], covered, described, provenance],
            "file_name": file_name(words["report_title"], code, bangkok_day(now), file_format),
            "words": dict(words),
        }
        key = f"{KIND}:{secrets.token_hex(8)}"
        job = jobs.add(session, KIND, key, payload, actor=actor, agency_id=actor.agency_id)
        record(session, actor, "request_export", "job", job.id, agency_id=actor.agency_id)
        return job.id


def write_export(payload: dict[str, Any], lease: Lease) -> None:
    """Write the file of one job (the handler of KIND): streamed, so that a million rows need no more memory than ten."""
    deliver(payload, lease, "register", lambda connection, file: _write(connection, file, payload, lease))


def _write(connection: Connection, file: Path, payload: dict[str, Any], lease: Lease) -> int:
    words, filters, scope = payload["words"], RegisterFilters.from_json(payload["filters"]), scope_of(payload)
    chosen, now = payload["columns"], business_now(connection)
    wanted = {"today": bangkok_day(now), "known_at": now}
    heading = [*payload["heading"], as_of(connection, now, words)]
    total = connection.execute(register_count(filters, scope, **wanted)).scalar_one()
    lease.progress(0, total)
    streaming = connection.execution_options(yield_per=ROWS_AT_ONCE)
    with closing(streaming.execute(register_rows(filters, scope, **wanted))) as rows:
        return write_table(
            file,
            payload,
            heading,
            columns=workbook_columns(words, chosen),
            rows=workbook_rows(map(as_register_row, rows), words, chosen),
            progress=lambda done: lease.progress(done, total),
        )


def _without_national_id(session: Session, filters: RegisterFilters, scope: Scope, now: datetime) -> RegisterFilters:
    """The same rows by their ids: no national ID goes into a job (decisions 10)."""
    if filters.national_id is None:
        return filters
    found = session.execute(register_rows(filters, scope, today=bangkok_day(now), known_at=now))
    rows = tuple((row.is_spell, row.id) for row in map(as_register_row, found))
    return replace(filters, national_id=None, rows=rows)


def _record_search(filters: RegisterFilters, count: int, actor: Actor, hash_key: str) -> None:
    if filters.national_id is not None:
        read = {"person_hash": person_hash(filters.national_id, hash_key), "answer": str(count)}
        record_reads([read], actor=actor, purpose="REGISTER_SEARCH")
