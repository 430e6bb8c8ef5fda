"""ถอนการอนุมัติ: a registrar takes an approval back while its round has not started (spec 5.1)."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.approval_menus import power_for
from app.domain.errors import Conflict, PortalError, WrongState
from app.domain.people import CONTINUING_TYPES, Relation, RequestStatus, RequestType, RoundStatus
from app.models.change_request import ChangeRequest, Proposal, RequestRevision
from app.models.dialects import lock_rows
from app.models.processing_round import ProcessingRound
from app.services.approvals import Outcome, require_any
from app.services.audit import record as audit
from app.services.change_requests import locked
from app.services.clock import business_now
from app.services.transaction import reading, transaction


def withdraw(request_ids: Sequence[int], *, actor: Actor, seen_versions: Mapping[int, int]) -> list[Outcome]:
    """Put approved requests back among those that wait, one outcome each, never stopping at the first failure.

    An outcome's error is NotFound, NotAllowed, WrongState('NOT_APPROVED' or 'ROUND_STARTED') or Conflict('STALE').
    """
    require_any(actor)
    return [_one(request_id, actor, seen_versions.get(request_id)) for request_id in dict.fromkeys(request_ids)]


def _one(request_id: int, actor: Actor, seen: int | None) -> Outcome:
    number = ""
    try:
        _refuse_what_a_round_holds(request_id, actor)
        with transaction(actor) as session:
            (request,) = locked(session, [request_id])
            number = request.request_no
            actor.require(power_for(request.type))
            if request.status is not RequestStatus.APPROVED:
                raise WrongState("NOT_APPROVED", request_no=number, status=request.status)
            if request.succession_id is not None:
                raise WrongState("PART_OF_SUCCESSION", request_no=number)
            if request.version != seen:
                raise Conflict("STALE", request_no=number)
            leaning = session.scalars(lock_rows(_leaning(request), session)).all()
            for one in (*leaning, request):
                _leave_round(session, one)
                audit(session, actor, "withdraw_approval", "change_request", one.id, agency_id=one.agency_id,
                      detail={"revision": one.revision})  # fmt: skip
            return Outcome(request_id, number, facts={"family": len(leaning)})
    except PortalError as error:
        return Outcome(request_id, number, error)


def _refuse_what_a_round_holds(request_id: int, actor: Actor) -> None:
    """Asked before anything is held: who came for a request that a running round has in hand would wait for its whole chunk."""
    query = (
        sa.select(ChangeRequest.request_no, ChangeRequest.type)
        .join(ProcessingRound, ProcessingRound.id == ChangeRequest.round_id)
        .where(ChangeRequest.id == request_id, ChangeRequest.status == RequestStatus.APPROVED)
        .where(ProcessingRound.status == RoundStatus.RUNNING)
    )
    with reading(actor.scope) as session:
        held = session.execute(query).one_or_none()
    if held is not None:
        actor.require(power_for(held.type))
        raise WrongState("ROUND_STARTED", request_no=held.request_no)


def names_along(session: Session, request: ChangeRequest) -> list[str]:
    """Of whom of the family the approval would be taken back with this one's; empty for what is not approved."""
    if request.status is not RequestStatus.APPROVED:
        return []
    return [one.proposal.full_name for one in session.scalars(_leaning(request))]


def _leaning(request: ChangeRequest) -> sa.Select[tuple[ChangeRequest]]:
    """The family that leans on a principal's request: of a move the round would strip it of its rights without him, of new
    entries it would refuse every one."""
    is_new = request.type is RequestType.CERTIFY_NEW
    query = sa.select(ChangeRequest).where(
        ChangeRequest.type == request.type, ChangeRequest.agency_id == request.agency_id,
        ChangeRequest.status == RequestStatus.APPROVED, ChangeRequest.id != request.id,
    ).order_by(ChangeRequest.id)  # fmt: skip
    if request.proposal.relation is not Relation.SELF or not (is_new or request.type in CONTINUING_TYPES):
        return query.where(sa.false())
    if is_new:  # who begins before him leans on an own right that he had earlier
        return query.join(ChangeRequest.proposal).where(
            Proposal.principal_national_id == request.proposal.national_id,
            Proposal.entitled_from >= request.proposal.entitled_from,
        )
    return query.where(ChangeRequest.submission_no == request.submission_no)


def _leave_round(session: Session, request: ChangeRequest) -> None:
    query = lock_rows(sa.select(ProcessingRound).where(ProcessingRound.id == request.round_id), session)
    found = session.scalars(query.execution_options(populate_existing=True)).one()
    # The clock is read under the lock, as an approval does (decisions 4).
    if found.status is not RoundStatus.PLANNED or business_now(session) >= found.scheduled_at:
        raise WrongState("ROUND_STARTED", request_no=request.request_no)
    revision = session.get(RequestRevision, (request.id, request.revision))
    if revision is not None:
        revision.outcome = revision.decided_by_id = revision.decided_at = None
    request.status, request.self_approved = RequestStatus.PENDING_APPROVAL, False
    request.round_id = request.decided_by_id = request.decided_at = None
    request.rules_version = request.inputs_version = request.holds_until = None
    session.flush()
