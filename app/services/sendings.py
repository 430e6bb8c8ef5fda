"""When requests were sent and decided: which goes before which, and whose right still ran on the day it was asked for."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.clock import bangkok_day
from app.domain.people import RequestStatus
from app.models.base import UtcInstant
from app.models.change_request import ChangeRequest, RequestRevision

_BATCH = 500
_LATEST = datetime.max.replace(tzinfo=UTC)
Sent = sa.Row[tuple[int, RequestStatus, datetime | None, datetime | None, datetime | None]]
"""A request's id, status, and the instants of its decision, of its last sending and of its first one."""


def sent(wide: Session, request_ids: Sequence[int]) -> list[Sent]:
    """The stamps of these requests, one query per 500; `wide` sees the nation."""
    found: list[Sent] = []
    first = sa.select(sa.func.min(RequestRevision.submitted_at)).where(RequestRevision.request_id == ChangeRequest.id)
    begun = sa.func.coalesce(first.scalar_subquery(), ChangeRequest.submitted_at, type_=UtcInstant)
    columns = (ChangeRequest.id, ChangeRequest.status, ChangeRequest.decided_at, ChangeRequest.submitted_at, begun)
    ids = sorted(request_ids)
    for start in range(0, len(ids), _BATCH):
        found += wide.execute(sa.select(*columns).where(ChangeRequest.id.in_(ids[start : start + _BATCH])))
    return found


def places(rows: Iterable[Sent]) -> dict[int, int]:
    """The order in which requests go, by id: approved ones as they were decided, then as they were sent, drafts last."""
    found: list[tuple[int, datetime, int]] = []
    for number, status, decided_at, submitted_at, _ in rows:
        is_approved, is_sent = status is RequestStatus.APPROVED, status is RequestStatus.PENDING_APPROVAL
        at = decided_at if is_approved else submitted_at if is_sent else None
        found.append((0 if is_approved else 1 if is_sent else 2, at or _LATEST, number))
    return {number: place for place, (_, _, number) in enumerate(sorted(found), start=1)}


def days(rows: Iterable[Sent]) -> dict[int, date]:
    """The Bangkok day on which each was first sent, by id, however often it came back; what was never sent is left out."""
    return {number: bangkok_day(at) for number, _, _, _, at in rows if at is not None}
