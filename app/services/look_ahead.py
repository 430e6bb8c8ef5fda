"""What comes to the rights of an agency in the next days: as a worklist, as counts, and as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput
from app.domain.people import TerminationReason
from app.domain.powers import Power
from app.models.database import db
from app.reports.look_ahead import (
    COUNT_LIMIT,
    ComingFilters,
    ComingRow,
    Place,
    as_coming_row,
    coming_counts,
    coming_rows,
)
from app.rules.coming import LOOKS_AHEAD, Coming, Known, reason_of
from app.services.audit import record_reads
from app.services.clock import business_now
from app.services.transaction import reading

PAGE_SIZE = 50
FILE_LIMIT = 20_000


@dataclass(frozen=True)
class ComingLine:
    """One row and what a request for it would say: whose right, why it ends, and the first day without it.

    `reason` and `first_day_without` are None where nothing ends, but papers are due.
    """

    row: ComingRow
    reason: TerminationReason | None
    is_overdue: bool

    @property
    def entitlement_id(self) -> int:
        """The right."""
        return self.row.id

    @property
    def is_to_be_reported(self) -> bool:
        """Whether a request for its end is still wanted: none where one was carried, or it goes with a move or a principal."""
        return self.reason is not None and self.row.termination_reason is None

    @property
    def first_day_without(self) -> date | None:
        """The day on which it ends, None where nothing ends."""
        return None if self.reason is None else self.row.day


@dataclass(frozen=True)
class ComingPage:
    """Some lines, the counts of each kind (up to COUNT_LIMIT), and where the next page begins, None on the last one."""

    lines: list[ComingLine]
    counts: dict[Coming, int]
    today: date
    next_place: Place | None

    @property
    def count(self) -> int:
        """All of them, as far as they are counted."""
        return sum(self.counts.values())


def coming(filters: ComingFilters, *, after: Place | None = None, actor: Actor) -> ComingPage:
    """One page of what comes within the days asked for, the overdue first.

    Raises NotAllowed('POWER_MISSING'), BadInput('DAYS_AHEAD') for another number of days than LOOKS_AHEAD.
    """
    actor.require(Power.VIEW_REGISTER)
    if filters.within not in LOOKS_AHEAD:
        raise BadInput("DAYS_AHEAD", field="within")
    with reading(actor.scope) as session:
        today = bangkok_day(business_now(session))
        found = _rows(session, filters, actor, today, PAGE_SIZE + 1, after)
        counts = _counts(session, filters, actor, today)
    rows = found[:PAGE_SIZE]
    more = Place(rows[-1].day, rows[-1].kind, rows[-1].id) if len(found) > PAGE_SIZE else None
    return ComingPage([_line(row, today) for row in rows], counts, today, more)


def counts_ahead(session: Session, *, today: date, actor: Actor) -> dict[Coming, int]:
    """How much of each kind comes within the nearest days, for the first page."""
    return _counts(session, ComingFilters(LOOKS_AHEAD[0]), actor, today)


def for_file(filters: ComingFilters, *, actor: Actor) -> tuple[date, list[ComingLine]]:
    """All lines for a file, which is written down as a read before it leaves.

    Raises NotAllowed('POWER_MISSING'), BadInput('TOO_MANY_ROWS') beyond FILE_LIMIT: one agency alone has never so many.
    """
    actor.require(Power.EXPORT_REGISTER)
    with reading(actor.scope) as session:
        today = bangkok_day(business_now(session))
        rows = _rows(session, filters, actor, today, FILE_LIMIT + 1, None)
    if len(rows) > FILE_LIMIT:
        raise BadInput("TOO_MANY_ROWS", most=FILE_LIMIT)
    read = {"object_type": "look_ahead", "object_id": None, "answer": str(len(rows))}
    record_reads([read], actor=actor, purpose="LOOK_AHEAD_EXPORT")
    return today, [_line(row, today) for row in rows]


def _rows(
    session: Session, filters: ComingFilters, actor: Actor, today: date, limit: int, after: Place | None
) -> Sequence[ComingRow]:
    query = coming_rows(filters, actor.scope, today=today, dialect=db.dialect, limit=limit, after=after)
    return [as_coming_row(row) for row in session.execute(query)]


def _counts(session: Session, filters: ComingFilters, actor: Actor, today: date) -> dict[Coming, int]:
    found = session.execute(coming_counts(filters, actor.scope, today=today, dialect=db.dialect))
    return {Coming(kind): count for kind, count in found}


def _line(row: ComingRow, today: date) -> ComingLine:
    known = Known(row.relation, row.personnel_type, row.termination_reason, row.own_marriage_date, row.adopted_out_date)
    return ComingLine(row, reason_of(row.kind, known), row.day <= today)


__all__ = ["COUNT_LIMIT", "ComingFilters", "ComingLine", "ComingPage", "Place", "coming", "counts_ahead", "for_file"]
