"""The report of the day after an emergency access: who came in without a card, when, why, by whose leave, and what he did.

It waits on the first page of those who supervise (VIEW_AUDIT, within their reach) until somebody has read it who neither
asked, nor allowed, nor came in.
"""

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION, Actor, robot
from app.domain.clock import BANGKOK, bangkok_day, real_now
from app.domain.errors import Conflict, NotAllowed, NotFound
from app.domain.powers import Power
from app.models.audit import AuditEvent
from app.models.card import BreakGlass
from app.models.database import db
from app.models.dialects import lock_rows
from app.models.read_access import ReadAccess
from app.services.audit import record
from app.services.break_glass import SESSION_MINUTES
from app.services.officers import officer_names
from app.services.transaction import reading, transaction

PAGE = 20
MOST_ACTS = 300
_ROBOT = robot("emergency-reports")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Act:
    """One act under the access, as it stands in the audit trail."""

    at: datetime
    verb: str
    object_type: str
    object_id: str | None


@dataclass(frozen=True)
class Report:
    """One use. `acts`, the first ones of `act_count`, and `reads` (records of persons that were looked at) are None in a list
    of many."""

    id: int
    officer: str
    reason: str
    asked_by: str
    allowed_by: str
    used_at: datetime
    until: datetime
    reported_at: datetime | None
    read_by: str
    read_at: datetime | None
    may_read: bool
    acts: tuple[Act, ...] | None = None
    act_count: int | None = None
    reads: int | None = None


def report_due() -> None:
    """Report each use of a day that is over; writes only where one is due, and once however often it runs."""
    due = (BreakGlass.used_at < _today_began(), BreakGlass.reported_at.is_(None))
    with reading(NATION) as session:
        ids = list(session.scalars(sa.select(BreakGlass.id).where(*due).order_by(BreakGlass.id)))
    for break_glass_id in ids:
        _report(break_glass_id)


def _today_began() -> datetime:
    return datetime.combine(bangkok_day(real_now()), time.min, BANGKOK).astimezone(UTC)


def _report(break_glass_id: int) -> None:
    with transaction(_ROBOT) as session:
        still = (BreakGlass.id == break_glass_id, BreakGlass.reported_at.is_(None))
        found = session.scalars(lock_rows(sa.select(BreakGlass).where(*still), session)).first()
        if found is None or found.used_at is None:
            return
        found.reported_at = real_now()
        acts, reads = _act_count(session, found), _reads(found)
        detail = {"emergency": found.id, "acts": acts, "reads": reads}
        record(
            session, _ROBOT, "report_break_glass", "account", found.user_id, agency_id=found.agency_id, detail=detail
        )
    log.warning("emergency access %s was used: %s acts, %s reads; its report waits", break_glass_id, acts, reads)


def waiting(session: Session, actor: Actor) -> int:
    """How many reports wait that this officer may read, in his reach; 0 without the power."""
    if Power.VIEW_AUDIT not in actor.powers:
        return 0
    mine = (BreakGlass.user_id, BreakGlass.asked_by_id, BreakGlass.allowed_by_id)
    open_ones = (BreakGlass.reported_at.is_not(None), BreakGlass.read_at.is_(None))
    query = sa.select(BreakGlass.id).where(*open_ones, *(who != actor.user_id for who in mine)).limit(PAGE)
    return len(session.scalars(query).all())


def reports(*, actor: Actor, page: int = 0) -> tuple[list[Report], bool]:
    """A page of the uses in the actor's reach, the newest first, and whether more follow."""
    actor.require(Power.VIEW_AUDIT)
    query = sa.select(BreakGlass).where(BreakGlass.used_at.is_not(None)).order_by(BreakGlass.id.desc())
    with reading(actor.scope) as session:
        rows = list(session.scalars(query.offset(page * PAGE).limit(PAGE + 1)))
        names = _names(session, rows)
    return [_told(row, names, actor) for row in rows[:PAGE]], len(rows) > PAGE


def report(break_glass_id: int, *, actor: Actor) -> Report:
    """One use with what was done under it, as far as the actor reaches; raises NotFound('EMERGENCY_NOT_FOUND')."""
    actor.require(Power.VIEW_AUDIT)
    with reading(actor.scope) as session:
        row = _used(session, break_glass_id)
        told = _told(row, _names(session, [row]), actor)
        return replace(told, acts=_acts(session, row), act_count=_act_count(session, row), reads=_reads(row))


def note_read(break_glass_id: int, *, actor: Actor) -> None:
    """Say that somebody has read the report.

    Raises NotFound('EMERGENCY_NOT_FOUND'), NotAllowed('READ_BY_ANOTHER') for whoever asked, allowed or came in, and
    Conflict('EMERGENCY_READ') where it is read already or the day is not over.
    """
    actor.require(Power.VIEW_AUDIT)
    with transaction(actor) as session:
        row = _used(session, break_glass_id)
        if actor.user_id in (row.user_id, row.asked_by_id, row.allowed_by_id):
            raise NotAllowed("READ_BY_ANOTHER", citation="decisions 6")
        unread = (BreakGlass.id == row.id, BreakGlass.reported_at.is_not(None), BreakGlass.read_at.is_(None))
        done = session.execute(
            sa.update(BreakGlass).where(*unread).values(read_by_id=actor.user_id, read_at=real_now())
        )
        if done.rowcount != 1:  # type: ignore[attr-defined]
            raise Conflict("EMERGENCY_READ")
        record(session, actor, "read_emergency_report", "account", row.user_id, agency_id=row.agency_id)


def _used(session: Session, break_glass_id: int) -> BreakGlass:
    wanted = (BreakGlass.id == break_glass_id, BreakGlass.used_at.is_not(None))
    found = session.scalars(sa.select(BreakGlass).where(*wanted)).first()
    if found is None:
        raise NotFound("EMERGENCY_NOT_FOUND")
    return found


def _span(row: BreakGlass) -> tuple[datetime, datetime]:
    began = row.used_at or row.asked_at
    return began, began + timedelta(minutes=SESSION_MINUTES)


def _of_his(row: BreakGlass) -> tuple[sa.ColumnElement[bool], ...]:
    began, until = _span(row)
    return AuditEvent.actor_id == row.user_id, AuditEvent.at >= began, AuditEvent.at < until


def _acts(session: Session, row: BreakGlass) -> tuple[Act, ...]:
    columns = (AuditEvent.at, AuditEvent.verb, AuditEvent.object_type, AuditEvent.object_id)
    rows = session.execute(sa.select(*columns).where(*_of_his(row)).order_by(AuditEvent.id).limit(MOST_ACTS))
    return tuple(Act(*found) for found in rows)


def _act_count(session: Session, row: BreakGlass) -> int:
    return session.scalar(sa.select(sa.func.count(AuditEvent.id)).where(*_of_his(row))) or 0


def _reads(row: BreakGlass) -> int:
    began, until = _span(row)
    of_his = (ReadAccess.actor_id == row.user_id, ReadAccess.at >= began, ReadAccess.at < until)
    with db.reads.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(ReadAccess).where(*of_his)) or 0


def _names(session: Session, rows: list[BreakGlass]) -> dict[int | None, str]:
    return officer_names(
        session, [who for row in rows for who in (row.user_id, row.asked_by_id, row.allowed_by_id, row.read_by_id)]
    )


def _told(row: BreakGlass, names: dict[int | None, str], actor: Actor) -> Report:
    began, until = _span(row)
    of_three = actor.user_id in (row.user_id, row.asked_by_id, row.allowed_by_id)
    return Report(
        row.id, names.get(row.user_id, ""), row.reason, names.get(row.asked_by_id, ""),
        names.get(row.allowed_by_id, ""), began, until, row.reported_at, names.get(row.read_by_id, ""), row.read_at,
        row.reported_at is not None and row.read_at is None and not of_three,
    )  # fmt: skip
