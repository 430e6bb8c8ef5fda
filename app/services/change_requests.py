"""The clerk's verbs on change requests: record, submit, cancel, correct, and report an entry as recorded in error."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, NotAllowed, NotFound, WrongState
from app.domain.people import (
    CONTINUING_TYPES,
    CORRECTABLE_STATUSES,
    OPEN_STATUSES,
    REASONED_TYPES,
    Relation,
    RequestStatus,
    RequestType,
)
from app.domain.powers import Power
from app.models.change_request import ChangeRequest, Proposal
from app.models.dialects import lock_rows
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.services import frozen_copies, submissions
from app.services.audit import record as audit
from app.services.clock import business_now
from app.services.family_forms import FamilyForm, tidied
from app.services.numbering import take_numbers
from app.services.transaction import transaction

REASON_LENGTH = 1000
CANCELLABLE = (RequestStatus.DRAFT, RequestStatus.PENDING_APPROVAL, *CORRECTABLE_STATUSES)


@dataclass(frozen=True)
class Submission:
    """What a verb wrote: the form's number and its requests' ids in the form's order."""

    submission_no: str
    request_ids: tuple[int, ...]


def record(form: FamilyForm, *, actor: Actor, submit: bool = False) -> Submission:
    """Keep a family form as drafts, and with `submit` send it to the registrar, all in one transaction.

    New members become drafts, known ones are changed, drafts that left the form are dropped. Raises InvalidForm with each
    error at its field, NotFound, WrongState('NOT_A_DRAFT'), Conflict('STALE'), NotAllowed.
    """
    actor.require(Power.RECORD_REQUEST)
    form = tidied(form)
    with transaction(actor) as session:
        now = business_now(session)
        principal = _principal_of(session, form)
        number = form.submission_no or _submission_no(session, actor, now)
        if form.submission_no is not None:
            _drop_missing(session, form)
        requests = submissions.write_drafts(
            session, form.members, principal=principal, submission_no=number, actor=actor, now=now
        )
        if submit:
            submissions.submit_drafts(session, requests, actor=actor, now=now)
        verb = "submit_requests" if submit else "record_drafts"
        ids = [request.id for request in requests]
        audit(session, actor, verb, "submission", number, agency_id=actor.agency_id, detail={"requests": ids})
    return Submission(number, tuple(ids))


def submit(submission_no: str, *, actor: Actor) -> Submission:
    """Send the drafts of a form to the registrar; errors as `record`. NotFound when the form has no draft."""
    actor.require(Power.RECORD_REQUEST)
    with transaction(actor) as session:
        drafts = _of_submission(session, submission_no, (RequestStatus.DRAFT,))
        if not drafts:
            raise NotFound("REQUEST_NOT_FOUND")
        submissions.submit_drafts(session, drafts, actor=actor, now=business_now(session))
        ids = [request.id for request in drafts]
        audit(
            session, actor, "submit_requests", "submission", submission_no, agency_id=actor.agency_id,
            detail={"requests": ids},
        )  # fmt: skip
    return Submission(submission_no, tuple(ids))


def cancel(request_ids: Sequence[int], *, actor: Actor) -> None:
    """Take back requests that are not approved or in force; a draft never submitted before is dropped altogether.

    Raises NotFound for an id outside the scope, WrongState('ALREADY_DECIDED', 'PRINCIPAL_APPROVED') otherwise; all or none.
    """
    actor.require(Power.RECORD_REQUEST)
    with transaction(actor) as session:
        for request in locked(session, request_ids):
            if request.status not in CANCELLABLE:
                raise WrongState("ALREADY_DECIDED", request_no=request.request_no, status=request.status)
            if _is_awaited(session, request):
                raise WrongState("PRINCIPAL_APPROVED", request_no=request.request_no)
            submissions.take_back(session, request)
            audit(session, actor, "cancel_request", "change_request", request.id, agency_id=request.agency_id)


@dataclass(frozen=True)
class Reopened:
    """A request that is a draft again: where it is written anew."""

    request_id: int
    type: RequestType
    submission_no: str
    target_id: int | None


def correct(request_id: int, *, actor: Actor) -> Reopened:
    """Reopen a returned, rejected or failed request as a draft of the next revision.

    Of a family that moves everybody is reopened with anyone. Raises NotFound, WrongState('NOT_CORRECTABLE').
    """
    actor.require(Power.RECORD_REQUEST)
    with transaction(actor) as session:
        (request,) = locked(session, [request_id])
        if request.status not in CORRECTABLE_STATUSES or request.type in REASONED_TYPES:
            raise WrongState("NOT_CORRECTABLE", request_no=request.request_no, status=request.status)
        together = [request]
        if request.type in CONTINUING_TYPES:
            together = _of_submission(session, request.submission_no, CORRECTABLE_STATUSES)
            if not any(one.proposal.relation is Relation.SELF for one in together):
                raise WrongState("MOVED_WITHOUT", request_no=request.request_no)
        for one in together:
            _reopen(session, one, actor)
        leader = next((one for one in together if one.proposal.relation is Relation.SELF), request)
        return Reopened(leader.id, leader.type, leader.submission_no, leader.target_entitlement_id)


def _reopen(session: Session, request: ChangeRequest, actor: Actor) -> None:
    before = request.status
    request.status, request.revision = RequestStatus.DRAFT, request.revision + 1
    request.decided_by_id = request.decided_at = request.decision_reason = None
    request.round_id = request.round_error = request.conflict_request_id = None
    request.self_approved, request.assigned_to_id = False, None
    request.succession_id = None  # from now on it is what its clerk says, judged like any other
    session.flush()
    submissions.mark_editors(session, [request], actor)
    audit(
        session, actor, "correct_request", "change_request", request.id, agency_id=request.agency_id,
        detail={"from": before, "revision": request.revision},
    )  # fmt: skip


def report_error(entitlement_id: int, reason: str, *, actor: Actor) -> Submission:
    """Ask for an effective entry to be voided as recorded in error (บันทึกผิด); four-eyes and the next round follow.

    An own right takes the family's rights through it along, one request each. Raises NotFound, BadInput('REQUIRED') without
    reason, WrongState('ALREADY_VOIDED' or 'ALREADY_PENDING').
    """
    actor.require(Power.RECORD_REQUEST)
    reason = checked_reason(reason)
    with transaction(actor) as session:
        query = sa.select(Entitlement).where(Entitlement.id == entitlement_id)
        entitlement = session.scalars(lock_rows(query, session)).one_or_none()
        if entitlement is None or entitlement.agency_id != actor.agency_id:
            raise NotFound("ENTITLEMENT_NOT_FOUND")
        if entitlement.voided:
            raise WrongState("ALREADY_VOIDED")
        targets = _with_family(session, entitlement)
        _refuse_second_correction(session, targets)
        now = business_now(session)
        number = _submission_no(session, actor, now)
        requests = _corrections(session, targets, reason, number, actor, now)
        ids = [request.id for request in requests]
        audit(
            session, actor, "report_error", "entitlement", entitlement_id, agency_id=actor.agency_id,
            detail={"requests": ids},
        )  # fmt: skip
    return Submission(number, tuple(ids))


def checked_reason(reason: str) -> str:
    """The reason without outer blanks; raises BadInput('REQUIRED' or 'TOO_LONG') at field `reason`."""
    reason = reason.strip()
    if not reason:
        raise BadInput("REQUIRED", field="reason")
    if len(reason) > REASON_LENGTH:
        raise BadInput("TOO_LONG", field="reason", longest=REASON_LENGTH)
    return reason


def locked(session: Session, request_ids: Sequence[int]) -> list[ChangeRequest]:
    """These requests, held against other verbs, in id order; NotFound if one is not in scope."""
    query = sa.select(ChangeRequest).where(ChangeRequest.id.in_(set(request_ids))).order_by(ChangeRequest.id)
    found = list(session.execute(lock_rows(query, session)).scalars())
    if len(found) != len(set(request_ids)) or not found:
        raise NotFound("REQUEST_NOT_FOUND")
    return found


def _principal_of(session: Session, form: FamilyForm) -> str:
    """The principal's ID; where he is not on the form he must stand in the agency's register or requests."""
    principal = form.principal_national_id
    if principal is None:
        raise NotFound("PRINCIPAL_NOT_FOUND")
    if any(member.relation is Relation.SELF for member in form.members):
        return principal
    standing = (
        sa.select(Entitlement.id)
        .join(Person, Person.id == Entitlement.person_id)
        .where(Person.national_id == principal, Entitlement.relation == Relation.SELF, sa.not_(Entitlement.voided))
    )
    asked = (
        sa.select(Proposal.request_id)
        .join(ChangeRequest, ChangeRequest.id == Proposal.request_id)
        .where(
            Proposal.national_id == principal,
            Proposal.relation == Relation.SELF,
            ChangeRequest.status.in_([*OPEN_STATUSES, *CORRECTABLE_STATUSES]),
        )
    )
    if session.execute(standing).first() is None and session.execute(asked).first() is None:
        raise NotFound("PRINCIPAL_NOT_FOUND", field="principal_national_id")
    return principal


def _submission_no(session: Session, actor: Actor, now: datetime) -> str:
    if actor.agency_id is None:
        raise NotAllowed("AGENCY_NEEDED")
    return next(take_numbers(session, "SB", actor.agency_id, bangkok_day(now), 1))


def _is_awaited(session: Session, request: ChangeRequest) -> bool:
    """Whether the principal's move, pension or return is approved, and would go on without this person of the family."""
    is_part = request.type in CONTINUING_TYPES and request.status in OPEN_STATUSES
    approved = _of_submission(session, request.submission_no, (RequestStatus.APPROVED,)) if is_part else []
    return any(one.proposal.relation is Relation.SELF for one in approved)


def _of_submission(session: Session, submission_no: str, statuses: tuple[RequestStatus, ...]) -> list[ChangeRequest]:
    query = sa.select(ChangeRequest).where(
        ChangeRequest.submission_no == submission_no, ChangeRequest.status.in_(statuses)
    )
    return list(session.execute(lock_rows(query.order_by(ChangeRequest.position, ChangeRequest.id), session)).scalars())


def _drop_missing(session: Session, form: FamilyForm) -> None:
    """Take back the drafts of this family that left the form; an import's number covers other families too."""
    kept = {member.request_id for member in form.members if member.request_id is not None}
    mine = sa.and_(ChangeRequest.submission_no == form.submission_no, ChangeRequest.status == RequestStatus.DRAFT)
    if session.scalar(sa.select(ChangeRequest.id).where(mine).limit(1)) is None:
        raise NotFound("REQUEST_NOT_FOUND")
    # The principal's number may be what is being mended: those that bore the old one are of this family too.
    before = sa.select(Proposal.principal_national_id).where(Proposal.request_id.in_(kept))
    family = sa.select(Proposal.request_id).where(
        sa.or_(Proposal.principal_national_id == form.principal_national_id, Proposal.principal_national_id.in_(before))
    )
    query = sa.select(ChangeRequest).where(mine, ChangeRequest.id.in_(family)).order_by(ChangeRequest.id)
    for request in session.scalars(lock_rows(query, session)).all():
        if request.id not in kept:
            submissions.take_back(session, request)


def _with_family(session: Session, entitlement: Entitlement) -> list[Entitlement]:
    if entitlement.relation is not Relation.SELF:
        return [entitlement]
    query = sa.select(Entitlement).where(
        Entitlement.principal_id == entitlement.person_id,
        Entitlement.relation != Relation.SELF,
        Entitlement.agency_id == entitlement.agency_id,
        Entitlement.entitled_from >= entitlement.entitled_from,
        sa.not_(Entitlement.voided),
    )
    if entitlement.entitled_until is not None:
        query = query.where(Entitlement.entitled_from < entitlement.entitled_until)
    return [entitlement, *session.scalars(lock_rows(query.order_by(Entitlement.id), session))]


def _refuse_second_correction(session: Session, targets: Sequence[Entitlement]) -> None:
    query = sa.select(ChangeRequest.request_no).where(
        ChangeRequest.target_entitlement_id.in_([target.id for target in targets]),
        ChangeRequest.status.in_(OPEN_STATUSES),
    )
    number = session.execute(query).scalars().first()
    if number is not None:
        raise WrongState("ALREADY_PENDING", request_no=number)


def _corrections(
    session: Session, targets: Sequence[Entitlement], reason: str, number: str, actor: Actor, now: datetime
) -> list[ChangeRequest]:
    numbers = take_numbers(session, "CR", targets[0].agency_id, bangkok_day(now), len(targets))
    requests = [
        ChangeRequest(
            request_no=next(numbers), submission_no=number, type=RequestType.CORRECTION, position=position,
            status=RequestStatus.DRAFT, agency_id=target.agency_id, reason=reason, target_entitlement_id=target.id,
            recorded_by_id=actor.user_id, recorded_at=now, revision=1, proposal=submissions.copy_of(target),
        )
        for position, target in enumerate(targets)
    ]  # fmt: skip
    session.add_all(requests)
    session.flush()
    frozen_copies.freeze(session, requests, actor=actor, now=now)
    submissions.mark_editors(session, requests, actor)
    return requests
