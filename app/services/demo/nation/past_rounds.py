"""The rounds of the made-up past: every one that was due has run on time, and tells how many requests it carried."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.people import RequestStatus, RoundStatus
from app.models.audit import AuditEvent
from app.models.base import UtcInstant
from app.models.processing_round import ProcessingRound
from app.rules.rounds import slots_between
from app.services.demo.nation.records import Request, Slot
from app.services.demo.nation.rows import told
from app.services.round_chunks import ROBOT
from app.services.round_plan import seat, timetable

_JUST_NOW = timedelta(minutes=1)  # what has become due this minute is the ticker's
_INSERT = sa.text(
    "INSERT INTO processing_round (round_date, round_no, scheduled_at, status, run_at, finished_at, effective_count,"
    " error_count) VALUES (:day, :no, :at, 'DONE', :at, :at, 0, 0) ON CONFLICT DO NOTHING"
).bindparams(sa.bindparam("day", type_=sa.Date), sa.bindparam("at", type_=UtcInstant))
_COUNT = sa.text(
    "UPDATE processing_round SET effective_count = effective_count + :effective, error_count = error_count + :errors"
    " WHERE id = :id"
)


def stand(session: Session, since: datetime, now: datetime) -> list[Slot]:
    """The rounds that ran on time from `since` to `now`, oldest first; those that have no row yet are written."""
    slots = slots_between(since, now - _JUST_NOW, timetable(session))
    session.execute(_INSERT, [{"day": slot.day, "no": slot.no, "at": slot.scheduled_at} for slot in slots])
    on_time = (
        sa.select(ProcessingRound.id, ProcessingRound.scheduled_at)
        .where(
            ProcessingRound.status == RoundStatus.DONE,
            ProcessingRound.run_at == ProcessingRound.scheduled_at,
            ProcessingRound.scheduled_at.between(since, now),
        )
        .order_by(ProcessingRound.scheduled_at)
    )
    return [_slot(id_, at) for id_, at in session.execute(on_time)]


def coming(session: Session) -> Slot:
    """The round that carries what is approved now."""
    found, _decided_at = seat(session)
    return _slot(found.id, found.scheduled_at)


def count(session: Session, requests: Iterable[Request]) -> None:
    """Add what these requests became to the counts of their rounds."""
    effective: Counter[int] = Counter()
    errors: Counter[int] = Counter()
    for request in requests:
        if request.slot is not None and request.status is not RequestStatus.APPROVED:
            (errors if request.error else effective)[request.slot.id] += 1
    rows = [{"id": i, "effective": effective[i], "errors": errors[i]} for i in sorted(effective.keys() | errors.keys())]
    if rows:
        session.execute(_COUNT, rows)


def tell(session: Session) -> None:
    """The robot's audit rows of every round that carried something and has none."""
    told = sa.select(AuditEvent.object_id).where(
        AuditEvent.object_type == "processing_round", AuditEvent.verb == "start_round"
    )
    known = set(session.scalars(told))
    carried = ProcessingRound.effective_count + ProcessingRound.error_count > 0
    query = sa.select(ProcessingRound).where(ProcessingRound.status == RoundStatus.DONE, carried)
    rows = []
    for found in session.scalars(query.order_by(ProcessingRound.scheduled_at)):
        if str(found.id) in known:
            continue
        common = {"at": found.run_at, "actor_name": ROBOT.name, "object_type": "processing_round", "agency_id": None}
        common |= {"object_id": str(found.id)}
        detail = {"effective": found.effective_count, "errors": found.error_count}
        began = {"run_at": found.run_at.isoformat() if found.run_at else None}
        rows += [
            common | {"verb": "start_round", "detail": began},
            common | {"verb": "finish_round", "detail": detail},
        ]
    if rows:
        session.execute(sa.insert(AuditEvent.__table__), rows)


def _slot(round_id: int, instant: datetime) -> Slot:
    at = instant.astimezone(UTC).replace(tzinfo=None)
    return Slot(round_id, at, told(at))
