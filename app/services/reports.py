"""Reports for officers: which there are for whom, a few rows on screen, the whole as a file in the background."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain import national_id
from app.domain.actor import Actor, ScopeKind
from app.domain.clock import bangkok_day
from app.domain.errors import NotFound
from app.domain.people import RoundStatus
from app.domain.powers import Power
from app.domain.thai_calendar import format_be_instant
from app.models import Agency, ProcessingRound
from app.models.database import db
from app.models.scoping import in_scope
from app.reports.catalogue import REPORTS
from app.reports.report import (
    NATIONAL_IDS,
    Asked,
    Field,
    Filters,
    Moment,
    Report,
    count_rows,
    file_columns,
    file_rows,
    select_rows,
    shown_rows,
)
from app.reports.workbook import file_name
from app.services import jobs
from app.services.audit import record
from app.services.clock import business_now
from app.services.leases import Lease
from app.services.officers import name_of
from app.services.report_files import (
    ROWS_AT_ONCE,
    as_of,
    asked_by,
    deliver,
    place,
    refuse_too_many,
    scope_of,
    write_table,
)
from app.services.scheme_columns import with_schemes
from app.services.transaction import transaction

KIND = "report"
PREVIEW_ROWS = 12
ROUNDS_OFFERED = 60
_WIDE = (ScopeKind.REGION, ScopeKind.NATION)


@dataclass(frozen=True)
class Preview:
    """The first rows of a report; `is_sorted` is False where so much is in reach that these are just some of them."""

    fields: list[Field]
    rows: list[list[Any]]
    is_sorted: bool
    has_more: bool


def reports_of(actor: Actor) -> list[Report]:
    """The reports that the actor may see, in order. Raises NotAllowed('POWER_MISSING')."""
    actor.require(Power.VIEW_REPORTS)
    return [report for report in REPORTS.values() if report.seen_by in actor.powers]


def report_of(code: str, *, actor: Actor) -> Report:
    """One of them. Raises NotFound('REPORT') for a code that is none, NotAllowed('POWER_MISSING')."""
    actor.require(Power.VIEW_REPORTS)
    if code not in REPORTS:
        raise NotFound("REPORT")
    actor.require(REPORTS[code].seen_by)
    return REPORTS[code]


def complete(asked: Asked, *, actor: Actor) -> Asked:
    """What was asked for with what the report needs in order to mean something, and without what it does not know."""
    report = report_of(asked.report, actor=actor)
    known = {name: getattr(asked.filters, name) for name in report.filters}
    filters = report.begins(Filters(**known), bangkok_day(business_now(db.session())))
    fields = {field.name for field in report.fields}
    columns = None if asked.columns is None else tuple(name for name in asked.columns if name in fields) or None
    order = asked.order if asked.order.removeprefix("-") in report.orders else ""
    return Asked(report.code, columns, filters, order)


def preview(asked: Asked, *, actor: Actor, words: Mapping[str, str]) -> Preview:
    """A few rows in the actor's scope, as of now, with national IDs masked. Raises as `report_of`."""
    report = report_of(asked.report, actor=actor)
    moment = Moment.at(business_now(db.session()))
    is_sorted = actor.scope.kind not in _WIDE or not report.holds_persons
    query = select_rows(report, asked, actor.scope, moment, limit=PREVIEW_ROWS + 1, is_sorted=is_sorted)
    found = iter(db.session.execute(query).all())
    fields = report.chosen(asked.columns)
    found = with_schemes(found, fields, db.session(), moment.today, words)
    rows = list(shown_rows(report, asked, found, words, moment.today))
    _mask(rows, fields)
    return Preview(fields, rows[:PREVIEW_ROWS], is_sorted, len(rows) > PREVIEW_ROWS)


def request(asked: Asked, *, actor: Actor, words: Mapping[str, str], described: str, file_format: str) -> int:
    """Ask for the whole report as a file ("xlsx" or "csv") of the actor's scope; returns the id of its job.

    `words` are the file's words (titles by column name, codes by `word_key`, phrases), `described` the choice in words.
    Raises as `report_of`, and Conflict('EXPORTS_WAITING') while the actor has several unfinished ones.
    """
    report = report_of(asked.report, actor=actor)
    actor.require(report.taken_by)
    asked = complete(asked, actor=actor)
    with transaction(actor) as session:
        refuse_too_many(session, actor)
        now = business_now(session)
        covered, code = place(session, _own_agency(session, asked.filters.agency_id, actor), actor.scope, words)
        provenance = words["exported_by"] % {"who": name_of(session, actor), "at": format_be_instant(now)}
        payload = asked_by(actor) | {
            "asked": asked.as_json(),
            "described": described,
            "format": file_format,
            "heading": [words["report_title"], covered, described, provenance],
            "file_name": file_name(words["report_title"], code, bangkok_day(now), file_format),
            "power": report.taken_by.value,
            "title": words["report_title"],
            "words": dict(words),
        }
        key = f"{KIND}:{secrets.token_hex(8)}"
        job = jobs.add(session, KIND, key, payload, actor=actor, agency_id=actor.agency_id)
        detail = {"report": report.code}
        record(session, actor, "request_report", "job", job.id, agency_id=actor.agency_id, detail=detail)
        return job.id


def write(payload: dict[str, Any], lease: Lease) -> None:
    """Write the file of one job (the handler of KIND): streamed, so that a million rows need no more memory than ten."""
    deliver(payload, lease, "report", lambda connection, file: write_rows(connection, file, payload, lease))


def write_rows(connection: Connection, file: Path, payload: dict[str, Any], lease: Lease) -> int:
    """Write the rows that a payload asks for from one state of the register; returns how many there are."""
    asked, scope, words = Asked.from_json(payload["asked"]), scope_of(payload), payload["words"]
    report, now = REPORTS[asked.report], business_now(connection)
    moment = Moment.at(now)
    heading = [*payload["heading"], as_of(connection, now, words)]
    total = connection.execute(count_rows(report, asked, scope, moment)).scalar_one()
    lease.progress(0, total)
    streaming = connection.execution_options(yield_per=ROWS_AT_ONCE)
    fields = report.chosen(asked.columns)
    with closing(streaming.execute(select_rows(report, asked, scope, moment))) as found:
        filled = with_schemes(found, fields, connection, moment.today, words)
        return write_table(
            file,
            payload,
            heading,
            columns=file_columns(report, asked, words),
            rows=file_rows(report, asked, filled, words, moment.today),
            progress=lambda done: lease.progress(done, total),
        )


def rounds_offered() -> Sequence[Any]:
    """Id and instant of the newest rounds that have run, for a choice."""
    table = ProcessingRound.__table__
    query = sa.select(table.c.id, table.c.scheduled_at).where(table.c.status == RoundStatus.DONE)
    return db.session.execute(query.order_by(table.c.scheduled_at.desc()).limit(ROUNDS_OFFERED)).all()


def agency_name(agency_id: int, *, actor: Actor) -> str:
    """The name of an agency in the actor's scope, empty for any other."""
    return db.session.execute(_in_reach(agency_id, actor)).scalar() or ""


def _mask(rows: list[list[Any]], fields: Sequence[Field]) -> None:
    for place_, field in enumerate(fields):
        for row in rows if field.name in NATIONAL_IDS else ():
            row[place_] = row[place_] and national_id.mask(row[place_])


def _own_agency(session: Any, agency_id: int | None, actor: Actor) -> int | None:
    """The chosen agency, where it lies in the actor's scope; else the file is about everything in his scope: nothing of it."""
    return session.execute(_in_reach(agency_id, actor).with_only_columns(Agency.__table__.c.id)).scalar()


def _in_reach(agency_id: int | None, actor: Actor) -> sa.Select[Any]:
    agency = Agency.__table__
    return sa.select(agency.c.name_th).where(agency.c.id == agency_id, in_scope(agency.c.id, actor.scope))
