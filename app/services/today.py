"""What a day at the desk begins with: the officer's own work, what waits for a decision, and the rounds around now."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor, ScopeKind
from app.domain.approval_menus import ApprovalMenu
from app.domain.clock import bangkok_day
from app.domain.people import CORRECTABLE_STATUSES, RequestStatus, RequestType, RoundStatus
from app.domain.powers import Power
from app.models.change_request import ChangeRequest, RequestEditor
from app.models.processing_round import ProcessingRound
from app.rules.coming import Coming
from app.services.approval_queue import COUNT_LIMIT, counts_waiting
from app.services.assignments import Tally, tally
from app.services.clerk_desk import MINE_TO_DO
from app.services.coming_round import ComingRound, coming_round
from app.services.emergency_reports import waiting as reports_waiting
from app.services.look_ahead import counts_ahead
from app.services.transaction import reading


@dataclass(frozen=True)
class LastRound:
    """The newest round that is done, and what it carried of the reader's reach."""

    id: int
    scheduled_at: datetime
    effective: int
    errors: int


@dataclass(frozen=True)
class Today:
    """Counts up to COUNT_LIMIT; None where the officer's powers do not concern it."""

    mine: dict[RequestStatus, int] | None
    waiting: int | None
    waiting_by_menu: dict[ApprovalMenu, int]
    oldest_at: datetime | None
    seated: int | None  # approved, waiting for the coming round
    last_round: LastRound | None
    coming: ComingRound
    assigned: Tally | None  # of what waits for a decision
    came_back: int  # to somebody whose role does not correct it any more
    ahead: dict[Coming, int]  # what comes within the nearest days, of one's own agency
    emergencies: int = 0  # reports on emergency access that wait to be read


def today(*, actor: Actor) -> Today:
    """What concerns this officer now, in his scope; raises nothing for a role without any of it."""
    powers = actor.powers
    with reading(actor.scope) as session:
        sees_requests = bool(powers & {Power.RECORD_REQUEST, Power.APPROVE_CERTIFICATION})
        coming = coming_round(session)
        sees_ahead = Power.VIEW_REGISTER in powers and actor.scope.kind is ScopeKind.AGENCY
        return Today(
            mine=_mine(session, actor) if Power.RECORD_REQUEST in powers else None,
            waiting=_count(session, RequestStatus.PENDING_APPROVAL) if sees_requests else None,
            waiting_by_menu=counts_waiting(actor=actor) if sees_requests else {},
            oldest_at=_oldest(session) if sees_requests else None,
            seated=_count(session, RequestStatus.APPROVED) if sees_requests else None,
            last_round=_last_round(session) if Power.VIEW_ROUNDS in powers else None,
            coming=coming,
            assigned=tally(list(RequestType), actor=actor) if Power.APPROVE_CERTIFICATION in powers else None,
            came_back=_came_back(session, actor) if Power.VIEW_ROUNDS in powers else 0,
            ahead=counts_ahead(session, today=bangkok_day(coming.now), actor=actor) if sees_ahead else {},
            emergencies=reports_waiting(session, actor),
        )


def _came_back(session: Session, actor: Actor) -> int:
    if Power.RECORD_REQUEST in actor.powers:
        return 0  # among his own work
    query = sa.select(sa.func.count(ChangeRequest.id)).where(
        ChangeRequest.recorded_by_id == actor.user_id, ChangeRequest.status.in_(CORRECTABLE_STATUSES)
    )
    return session.execute(query).scalar_one()


def _mine(session: Session, actor: Actor) -> dict[RequestStatus, int]:
    edited = sa.select(RequestEditor.request_id).where(RequestEditor.user_id == actor.user_id)
    query = (
        sa.select(ChangeRequest.status, sa.func.count(ChangeRequest.id))
        .where(ChangeRequest.status.in_(MINE_TO_DO), ChangeRequest.agency_id == actor.agency_id)
        .where(sa.or_(ChangeRequest.recorded_by_id == actor.user_id, ChangeRequest.id.in_(edited)))
    )
    found = {status: count for status, count in session.execute(query.group_by(ChangeRequest.status))}
    return {status: found.get(status, 0) for status in MINE_TO_DO}


def _count(session: Session, status: RequestStatus) -> int:
    some = sa.select(ChangeRequest.id).where(ChangeRequest.status == status).limit(COUNT_LIMIT).subquery()
    return session.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()


def _oldest(session: Session) -> datetime | None:
    query = sa.select(sa.func.min(ChangeRequest.submitted_at))
    return session.execute(query.where(ChangeRequest.status == RequestStatus.PENDING_APPROVAL)).scalar_one()


def _last_round(session: Session) -> LastRound | None:
    newest = sa.select(ProcessingRound).where(ProcessingRound.status == RoundStatus.DONE)
    found = session.scalars(newest.order_by(ProcessingRound.scheduled_at.desc()).limit(1)).one_or_none()
    if found is None:
        return None
    query = sa.select(ChangeRequest.status, sa.func.count(ChangeRequest.id)).where(ChangeRequest.round_id == found.id)
    counts = {status: count for status, count in session.execute(query.group_by(ChangeRequest.status))}
    effective, errors = counts.get(RequestStatus.EFFECTIVE, 0), counts.get(RequestStatus.ROUND_ERROR, 0)
    return LastRound(found.id, found.scheduled_at, effective, errors)
