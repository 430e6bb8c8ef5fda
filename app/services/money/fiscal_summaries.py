"""สรุปการเงินรายปีงบประมาณ: the ledger of a fiscal year summed up in the reader's scope, as page and workbook (item 7 of money)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput
from app.domain.fiscal_years import SummaryBy
from app.domain.powers import Power
from app.domain.thai_calendar import fiscal_year_be, format_be_instant
from app.models.ledger import LedgerEntry
from app.models.scoping import in_scope
from app.reports.fiscal_summary import Line, summary, total
from app.reports.fiscal_workbook import write_summary
from app.reports.workbook import file_name
from app.services import jobs
from app.services.audit import record
from app.services.clock import business_now
from app.services.leases import Lease
from app.services.officers import name_of
from app.services.report_files import EXCEL, asked_by, deliver, place, refuse_too_many, scope_of
from app.services.transaction import reading, transaction

KIND = "fiscal_summary"
SHOWN = 200  # lines of the page; the workbook has all
OLDEST = 20  # years that can be chosen


@dataclass(frozen=True)
class Summary:
    """A fiscal year by one key: the first lines, how many there are, what all come to; `years` can be chosen."""

    year: int
    by: SummaryBy
    lines: list[Line]
    count: int
    total: Line
    years: list[int]


def summed_up(by: SummaryBy, year: int | None, *, actor: Actor) -> Summary:
    """What the ledger booked in the year (None: this one) in the actor's scope.

    Raises NotAllowed('POWER_MISSING'), BadInput('FISCAL_YEAR') for a year that has not begun or lies too far back.
    """
    actor.require(Power.VIEW_CLAIMS)
    with reading(actor.scope) as session:
        years = _years(session, actor)
        wanted = years[0] if year is None else year
        if wanted not in years:
            raise BadInput("FISCAL_YEAR", field="year")
        lines = summary(session.connection(), by, wanted, actor.scope)
    return Summary(wanted, by, lines[:SHOWN], len(lines), total(lines), years)


def request_workbook(year: int, words: Mapping[str, str], *, actor: Actor) -> int:
    """Ask for the workbook of a year; returns the id of its job. Raises as `summed_up`, and Conflict('EXPORTS_WAITING')."""
    actor.require(Power.VIEW_CLAIMS)
    with transaction(actor) as session:
        refuse_too_many(session, actor)
        if year not in _years(session, actor):
            raise BadInput("FISCAL_YEAR", field="year")
        now = business_now(session)
        covered, code = place(session, None, actor.scope, words)
        provenance = words["exported_by"] % {"who": name_of(session, actor), "at": format_be_instant(now)}
        payload = asked_by(actor) | {
            "year": year,
            "power": Power.VIEW_CLAIMS.value,
            "format": EXCEL,
            "title": words["title"],
            "described": words["described"],
            "heading": [words["title"], covered, words["described"], provenance],
            "file_name": file_name(f"{words['title']}_{year}", code, bangkok_day(now)),
            "words": dict(words),
        }
        job = jobs.add(session, KIND, f"{KIND}:{secrets.token_hex(8)}", payload, actor=actor, agency_id=actor.agency_id)
        record(session, actor, "request_report", "job", job.id, agency_id=actor.agency_id, detail={"report": KIND})
        return job.id


def write(payload: dict[str, Any], lease: Lease) -> None:
    """Write the workbook of one job (the handler of KIND): a sheet for each key, all of one state of the ledger."""

    def sheets(connection: Any, path: Any) -> int:
        found = {}
        for done, by in enumerate(SummaryBy):
            lease.progress(done, len(SummaryBy))
            found[by] = summary(connection, by, int(payload["year"]), scope_of(payload))
        count = write_summary(path, found, payload["heading"], payload["words"])
        lease.progress(len(SummaryBy), len(SummaryBy))
        return count

    deliver(payload, lease, "fiscal", sheets)


def _years(session: Any, actor: Actor) -> list[int]:
    """From this fiscal year back to the first in which something was booked in scope."""
    table = LedgerEntry.__table__
    first = session.execute(sa.select(sa.func.min(table.c.posted_at)).where(in_scope(table.c.agency_id, actor.scope)))
    this, oldest = fiscal_year_be(bangkok_day(business_now(session))), first.scalar()
    begun = fiscal_year_be(bangkok_day(oldest)) if oldest is not None else this
    return list(range(this, max(begun, this - OLDEST) - 1, -1))
