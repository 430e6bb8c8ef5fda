"""ย้ายหน่วยงาน (ปลายทาง): the new agency asks for officials and their families, the old one is told and may object (spec 5.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.errors import BadInput, InvalidForm, NotFound, WrongState
from app.domain.people import PersonnelType, Relation, RequestStatus, RequestType
from app.domain.powers import Power
from app.models.change_request import ChangeRequest, Proposal, TransferExclusion, TransferNotice
from app.models.dialects import lock_rows
from app.models.entitlement import Entitlement
from app.services import change_drafts
from app.services.audit import record as audit
from app.services.change_drafts import Ask
from app.services.change_requests import REASON_LENGTH, Submission, checked_reason
from app.services.clock import business_now
from app.services.crossings import transfer_notices
from app.services.crossings.transfer_search import movers_of
from app.services.transaction import reading, transaction

MOST_AT_ONCE = 20


@dataclass(frozen=True)
class TransferForm:
    """One official who comes over: from which day, as what; `left_behind` says by right why one of the family does not.

    `seen` are the family's rights that the clerk saw on the form: whoever joined the family since is asked about again.
    `submission_no` points at the drafts that are written anew.
    """

    entitlement_id: int
    starts_on: date | None
    personnel_type: PersonnelType | None
    left_behind: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    seen: tuple[int, ...] | None = None
    evidence_ids: tuple[int, ...] = ()
    text: str = ""
    submission_no: str | None = None


def take_over(forms: Sequence[TransferForm], *, actor: Actor, submit: bool = True) -> list[Submission]:
    """Ask that these officials of other agencies come over with their families, all or none; one submission each.

    Raises InvalidForm with every refusal at its field (`officials-0-...`), NotFound, NotAllowed, Conflict('STALE').
    """
    actor.require(Power.RECORD_REQUEST)
    actor.require(Power.SEARCH_TRANSFER)
    if not 0 < len(forms) <= MOST_AT_ONCE:
        raise BadInput("TOO_MANY_AT_ONCE", most=MOST_AT_ONCE)
    with transaction(actor) as session:
        now = business_now(session)
        errors, done = [], []
        for place, form in enumerate(forms):
            try:
                done.append(_one(session, form, actor, now, submit))
            except InvalidForm as refused:
                for error in refused.errors:
                    error.field = f"officials-{place}-{error.field}" if len(forms) > 1 else error.field
                errors += refused.errors
        if errors:
            raise InvalidForm(errors)
    return done


def object_to(request_id: int, reason: str, *, actor: Actor) -> None:
    """The old agency's word against a transfer, for the new registrar to read; it blocks nothing.

    Raises NotFound('NOTICE_NOT_FOUND'), WrongState('ALREADY_OBJECTED', 'TOO_LATE_TO_OBJECT'), BadInput('REQUIRED' or 'TOO_LONG').
    """
    actor.require(Power.RECORD_REQUEST)
    text = checked_reason(reason)
    with transaction(actor) as session:
        query = sa.select(TransferNotice).where(TransferNotice.request_id == request_id)
        notice = session.scalars(lock_rows(query, session)).one_or_none()
        if notice is None:
            raise NotFound("NOTICE_NOT_FOUND")
        if notice.objected_at is not None:
            raise WrongState("ALREADY_OBJECTED")
        if not transfer_notices.still_waits(session, request_id):
            raise WrongState("TOO_LATE_TO_OBJECT")
        notice.objection, notice.objected_by_id, notice.objected_at = text, actor.user_id, business_now(session)
        audit(session, actor, "object_to_transfer", "change_request", request_id, agency_id=actor.agency_id)


def official_of(submission_no: str, *, actor: Actor) -> int:
    """The right of the official whom the drafts of this form are about. Raises NotFound('REQUEST_NOT_FOUND')."""
    actor.require(Power.SEARCH_TRANSFER)
    query = (
        sa.select(ChangeRequest.target_entitlement_id)
        .join(Proposal, Proposal.request_id == ChangeRequest.id)
        .where(
            ChangeRequest.submission_no == submission_no,
            ChangeRequest.type == RequestType.TRANSFER_IN,
            ChangeRequest.status == RequestStatus.DRAFT,
            Proposal.relation == Relation.SELF,
        )
    )
    with reading(actor.scope) as session:
        found = session.scalar(query)
    if found is None:
        raise NotFound("REQUEST_NOT_FOUND")
    return found


def _one(session: Session, form: TransferForm, actor: Actor, now: datetime, submit: bool) -> Submission:
    _checked(form)
    own, *family = movers_of(session, form.entitlement_id, form.starts_on, actor)
    if form.seen is not None and {right.id for right in family} - set(form.seen):
        raise InvalidForm([BadInput("FAMILY_GREW", field="family")])
    drafts = change_drafts.drafts_of(session, form.submission_no, own)
    afresh = {"requested_from": form.starts_on, "entitled_from": None, "entitled_until": None}
    mine = afresh | {
        "service_start_date": form.starts_on, "personnel_type": form.personnel_type, "event_date": form.starts_on,
    }  # fmt: skip
    asks = [Ask(RequestType.TRANSFER_IN, own, mine, form.text, form.evidence_ids, drafts.get(own.id))]
    asks += [
        Ask(
            RequestType.TRANSFER_IN,
            right,
            afresh | {"requested_from": _from(form, right)},
            request_id=drafts.get(right.id),
        )
        for right in family
        if right.id not in form.left_behind
    ]
    requests = change_drafts.write(session, asks, submission_no=form.submission_no, actor=actor, now=now)
    change_drafts.drop_others(session, requests)
    left = {right.id: form.left_behind[right.id] for right in family if right.id in form.left_behind}
    _leave_behind(session, requests[0], left)
    if submit:
        change_drafts.send(session, requests, actor=actor, now=now)
        _tell(session, requests[0], own.id, own.agency_id, now)
    ids = [request.id for request in requests]
    audit(session, actor, "take_over", "submission", requests[0].submission_no, agency_id=actor.agency_id,
          detail={"requests": ids, "left_behind": sorted(left), "sent": submit})  # fmt: skip
    return Submission(requests[0].submission_no, tuple(ids))


def _from(form: TransferForm, right: Entitlement) -> date | None:
    """The day on which a right of the family goes on: its own first day where that comes later."""
    return None if form.starts_on is None else max(form.starts_on, right.entitled_from)


def _checked(form: TransferForm) -> None:
    errors: list[BadInput] = []
    if form.starts_on is None:
        errors.append(BadInput("REQUIRED", field="service_start_date"))
    if form.personnel_type is None:
        errors.append(BadInput("REQUIRED", field="personnel_type"))
    for entitlement_id, reason in form.left_behind.items():
        if not reason.strip():
            errors.append(BadInput("REQUIRED", field=f"left-{entitlement_id}"))
        elif len(reason) > REASON_LENGTH:
            errors.append(BadInput("TOO_LONG", field=f"left-{entitlement_id}", longest=REASON_LENGTH))
    if errors:
        raise InvalidForm(list(errors))


def _leave_behind(session: Session, request: ChangeRequest, left_behind: Mapping[int, str]) -> None:
    session.execute(sa.delete(TransferExclusion).where(TransferExclusion.request_id == request.id))
    session.add_all(
        TransferExclusion(
            request_id=request.id, entitlement_id=right, reason=why.strip(), agency_id=request.agency_id
        )
        for right, why in sorted(left_behind.items())
    )  # fmt: skip
    session.flush()


def _tell(session: Session, request: ChangeRequest, entitlement_id: int, agency_id: int, now: datetime) -> None:
    """The notice to the agency that is left; a revised transfer tells it once."""
    insert = sa.text(
        "INSERT INTO transfer_notice (request_id, entitlement_id, told_at, agency_id)"
        " VALUES (:request, :right, :now, :agency) ON CONFLICT DO NOTHING"
    ).bindparams(sa.bindparam("now", type_=TransferNotice.__table__.c.told_at.type))
    session.execute(insert, {"request": request.id, "right": entitlement_id, "now": now, "agency": agency_id})
