"""The registrar's queue as a file: every request that his filters find, in their order, written down as a read."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from app.domain.actor import Actor
from app.domain.errors import BadInput
from app.domain.powers import Power
from app.models.change_request import ChangeRequest
from app.services import queue_filters
from app.services.audit import record_reads
from app.services.officers import officer_names
from app.services.queue_filters import QueueFilters, QueueOrder
from app.services.transaction import reading

FILE_LIMIT = 10_000
PURPOSE = "QUEUE_EXPORT"


@dataclass(frozen=True)
class QueueLine:
    """One request with its proposal, and who recorded it."""

    request: ChangeRequest
    recorder_name: str


def for_file(filters: QueueFilters, order: QueueOrder, *, actor: Actor) -> list[QueueLine]:
    """What fits in the actor's scope.

    Raises NotAllowed('POWER_MISSING'), BadInput('TOO_MANY_ROWS') beyond FILE_LIMIT.
    """
    actor.require(Power.APPROVE_CERTIFICATION)
    actor.require(Power.EXPORT_REGISTER)
    query = (
        sa.select(ChangeRequest)
        .join(ChangeRequest.proposal)
        .options(contains_eager(ChangeRequest.proposal))
        .where(*queue_filters.conditions(filters))
        .order_by(*queue_filters.order_by(order))
        .limit(FILE_LIMIT + 1)
    )
    with reading(actor.scope) as session:
        found = session.scalars(query).all()
        recorders = officer_names(session, {request.recorded_by_id for request in found})
    if len(found) > FILE_LIMIT:
        raise BadInput("TOO_MANY_ROWS", most=FILE_LIMIT)
    read = {"object_type": "approval_queue", "object_id": None, "answer": str(len(found))}
    record_reads([read], actor=actor, purpose=PURPOSE)
    return [QueueLine(request, recorders.get(request.recorded_by_id, "")) for request in found]
