"""แจ้งคำร้องอุทธรณ์: the finance clerk asks for other details or for more money, sends it or gives it up (spec 5.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import names
from app.domain.actor import Actor
from app.domain.appeals import AppealKind, AppealStatus, AppealVerb, Compensation
from app.domain.claims import PatientType
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, Conflict, InvalidForm, NotFound, PortalError, Refused, WrongState
from app.domain.powers import Power
from app.models.appeal import Appeal, AppealPaper, AppealReason
from app.models.claim import ReceiptClaim
from app.rules.appeal_statuses import APPEALABLE, TABLE
from app.rules.citations import NHSO_APPEALS, REGISTER_APPEALS
from app.rules.status_tables import Line
from app.services.audit import record as audit
from app.services.clock import business_now
from app.services.money import held_receipts, hospital_choice, issuers
from app.services.money.claim_rows import own as own_claim
from app.services.money.held_receipts import FurtherReceipt
from app.services.money.own_rows import own_row
from app.services.numbering import take_numbers
from app.services.transaction import reading, transaction

PREFIX = "AP"
WORDS_LENGTH = 1000


@dataclass(frozen=True)
class AppealForm:
    """What the clerk types; amounts in satang. Of DETAILS the hospital or the kind of patient, of AMOUNT the last three;
    what the treatment cost is the sum of the receipts."""

    kind: AppealKind | None
    reason_id: int | None
    words: str = ""
    hospital: str = ""
    patient_type: PatientType | None = None
    compensation: Compensation | None = None
    additional: int | None = None
    further: Sequence[FurtherReceipt] = ()


def record(
    claim_id: int, form: AppealForm, *, actor: Actor, appeal_id: int | None = None, seen_version: int | None = None
) -> int:
    """Keep an appeal against the decision on a claim as a draft, or write one anew; returns its id.

    Raises InvalidForm with every refusal at its field, Refused('NOT_APPEALABLE'), Conflict('APPEAL_OPEN', 'STALE'),
    NotFound, WrongState('APPEAL_STATE').
    """
    actor.require(Power.RECORD_CLAIM)
    places = issuers.read_before(actor.scope, [one.issuer for one in form.further])
    with transaction(actor) as session:
        issuers.use(session, places)
        now = business_now(session)
        claim = own_claim(session, claim_id)
        appeal = own(session, appeal_id, seen_version) if appeal_id is not None else None
        step = line(appeal, AppealVerb.RECORD, actor) if appeal else TABLE.line(None, AppealVerb.RECORD)
        assert step is not None
        _require_appealable(session, claim, appeal)
        values = _values(session, claim, form)
        if appeal is None:
            (number,) = take_numbers(session, PREFIX, claim.agency_id, bangkok_day(now), 1)
            appeal = Appeal(appeal_no=number, claim_id=claim.id, agency_id=claim.agency_id, recorded_at=now)
            appeal.recorded_by_id = actor.user_id
        for name, value in values.items():
            setattr(appeal, name, value)
        appeal.status = step.to
        session.add(appeal)
        session.flush()
        held_receipts.note_of_appeal(session, claim, appeal, _further(form))
        session.flush()
        audit(session, actor, "record_appeal", "appeal", appeal.id, agency_id=appeal.agency_id)
        return appeal.id


def submit(appeal_id: int, seen_version: int, *, actor: Actor) -> None:
    """Send the appeal to the NHSO; one for money needs at least one further file.

    Raises BadInput('FURTHER_PAPER_MISSING'), Refused, Conflict('STALE', 'RECEIPT_ALREADY_CLAIMED'),
    NotFound, WrongState('APPEAL_STATE').
    """
    actor.require(Power.RECORD_CLAIM)
    places = held_receipts.places_of_appeal(appeal_id, actor=actor)
    with transaction(actor) as session:
        issuers.use(session, places)
        now = business_now(session)
        appeal = own(session, appeal_id, seen_version)
        step = line(appeal, AppealVerb.SUBMIT, actor)
        claim = own_claim(session, appeal.claim_id)
        _require_appealable(session, claim, appeal)
        if appeal.kind is AppealKind.DETAILS:  # the claim may have been sent anew since the draft
            held_receipts.note_of_appeal(session, claim, appeal, ())
            session.flush()
        held_receipts.hold_of_appeal(session, appeal)
        if appeal.kind is AppealKind.AMOUNT:
            total = held_receipts.cost_of(session, claim, ())
            require_room(session, claim, appeal.additional or 0, total)
            appeal.total = total
            papers = sa.select(AppealPaper.id).where(
                AppealPaper.appeal_id == appeal.id, AppealPaper.withdrawn_at.is_(None)
            )
            if session.scalar(papers.limit(1)) is None:
                raise BadInput("FURTHER_PAPER_MISSING", field="file")
        appeal.status, appeal.submitted_at, appeal.submitted_by_id = step.to, now, actor.user_id
        session.flush()
        audit(session, actor, "submit_appeal", "appeal", appeal.id, agency_id=appeal.agency_id)


def cancel(appeal_id: int, seen_version: int, *, actor: Actor) -> None:
    """Give the appeal up. Raises Conflict('APPEAL_SIGNED', 'STALE'), NotFound, WrongState('APPEAL_STATE')."""
    actor.require(Power.RECORD_CLAIM)
    with transaction(actor) as session:
        appeal = own(session, appeal_id, seen_version)
        step = line(appeal, AppealVerb.CANCEL, actor)
        if appeal.is_signed_once:
            raise Conflict("APPEAL_SIGNED", appeal_no=appeal.appeal_no)
        appeal.status = step.to
        held_receipts.release_of_appeal(session, appeal)
        session.flush()
        audit(session, actor, "cancel_appeal", "appeal", appeal.id, agency_id=appeal.agency_id)


def own(session: Session, appeal_id: int, seen_version: int | None = None) -> Appeal:
    """The appeal in scope, locked. Raises NotFound('APPEAL_NOT_FOUND'), Conflict('STALE')."""
    return own_row(session, Appeal, appeal_id, seen_version, "APPEAL_NOT_FOUND")


def line(appeal: Appeal, verb: AppealVerb, actor: Actor) -> Line[AppealStatus, AppealVerb]:
    """The line of the table for this act. Raises NotAllowed('POWER_MISSING'), WrongState('APPEAL_STATE')."""
    found = TABLE.line(appeal.status, verb)
    if found is None:
        raise WrongState("APPEAL_STATE", appeal_no=appeal.appeal_no, status=appeal.status)
    actor.require(found.power)
    return found


def find_claim(claim_no: str, *, actor: Actor) -> int:
    """The claim in scope with this number, for a new appeal. Raises NotFound('CLAIM_NOT_FOUND')."""
    actor.require(Power.RECORD_CLAIM)
    number = names.tidy(claim_no).upper().replace(" ", "")
    with reading(actor.scope) as session:
        found = session.scalars(sa.select(ReceiptClaim.id).where(ReceiptClaim.claim_no == number)).one_or_none()
    if found is None:
        raise NotFound("CLAIM_NOT_FOUND", field="claim_no")
    return found


def reasons(*, actor: Actor) -> list[tuple[int, str]]:
    """The reasons that the form offers, in the order of the list."""
    with reading(actor.scope) as session:
        rows = session.scalars(sa.select(AppealReason).order_by(AppealReason.position, AppealReason.id)).all()
        return [(row.id, row.name_th) for row in rows]


def granted_before(session: Session, claim: ReceiptClaim) -> int:
    """Satang that the claim and its passed appeals brought until now."""
    passed = sa.select(sa.func.sum(Appeal.additional)).where(
        Appeal.claim_id == claim.id, Appeal.status == AppealStatus.PASSED
    )
    return int(claim.approved or 0) + int(session.scalar(passed) or 0)


def require_room(session: Session, claim: ReceiptClaim, additional: int, total: int) -> None:
    """Raise Refused('APPEAL_OVER_TOTAL') where it would bring more than the receipts come to (spec 5.6)."""
    room = total - granted_before(session, claim)
    if additional > room:
        raise Refused("APPEAL_OVER_TOTAL", citation=NHSO_APPEALS.text, field="additional", room=max(room, 0))


def _require_appealable(session: Session, claim: ReceiptClaim, appeal: Appeal | None) -> None:
    if claim.status not in APPEALABLE:
        raise Refused("NOT_APPEALABLE", citation=NHSO_APPEALS.text, claim_no=claim.claim_no, status=claim.status)
    others = sa.select(Appeal.appeal_no).where(
        Appeal.claim_id == claim.id, Appeal.status.in_((AppealStatus.DRAFT, AppealStatus.SUBMITTED)),
        Appeal.id != (appeal.id if appeal else 0),
    )  # fmt: skip
    other = session.scalars(others.limit(1)).one_or_none()
    if other is not None:
        raise Conflict("APPEAL_OPEN", appeal_no=other, citation=REGISTER_APPEALS.text)


def _values(session: Session, claim: ReceiptClaim, form: AppealForm) -> dict[str, object]:
    errors: list[PortalError] = []
    reason = session.get(AppealReason, form.reason_id) if form.reason_id else None
    words = names.tidy(form.words)
    if form.kind is None:
        errors.append(BadInput("REQUIRED", field="kind"))
    if reason is None:
        errors.append(BadInput("REQUIRED", field="reason_id"))
    if len(words) > WORDS_LENGTH:
        errors.append(BadInput("TOO_LONG", field="words", longest=WORDS_LENGTH))
    values = _amounts(session, claim, form, errors) if form.kind is AppealKind.AMOUNT else {}
    if form.kind is AppealKind.DETAILS:
        values = _details(session, claim, form, errors)
    if errors or reason is None:
        raise InvalidForm(errors)
    blank = dict.fromkeys(("hospital_id", "patient_type", "compensation", "additional", "total"))
    return blank | values | {"kind": form.kind, "reason": reason.name_th, "words": words or None}


def _amounts(session: Session, claim: ReceiptClaim, form: AppealForm, errors: list[PortalError]) -> dict[str, object]:
    further = _further(form)
    errors += held_receipts.faults_of(further)
    total = held_receipts.cost_of(session, claim, further)
    for name in ("compensation", "additional"):
        if getattr(form, name) is None:
            errors.append(BadInput("REQUIRED", field=name))
    if form.additional is not None and form.additional <= 0:
        errors.append(BadInput("AMOUNT_NOT_POSITIVE", field="additional"))
    elif form.additional is not None:
        try:
            require_room(session, claim, form.additional, total)
        except Refused as refusal:
            errors.append(refusal)
    return {"compensation": form.compensation, "additional": form.additional, "total": total}


def _further(form: AppealForm) -> Sequence[FurtherReceipt]:
    return form.further if form.kind is AppealKind.AMOUNT else ()


def _details(session: Session, claim: ReceiptClaim, form: AppealForm, errors: list[PortalError]) -> dict[str, object]:
    hospital_id = None
    if names.tidy(form.hospital):
        try:
            hospital_id = hospital_choice.find(session, form.hospital, claim.served_on).id
        except BadInput as refusal:
            errors.append(refusal)
    changed = {
        "hospital_id": hospital_id if hospital_id != claim.hospital_id else None,
        "patient_type": form.patient_type if form.patient_type is not claim.patient_type else None,
    }
    if not errors and not any(changed.values()):
        errors.append(BadInput("NOTHING_CHANGED", field="hospital"))
    return changed


def stamp(appeal: Appeal, actor: Actor, now: datetime) -> None:
    """Note who decided."""
    appeal.decided_by_id, appeal.decided_at = actor.user_id, now
