"""แจ้งคำร้องขอเบิกค่ารักษา: the finance clerk records a receipt, sends it to the NHSO, mends or gives it up (spec 5.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import names
from app.domain.actor import Actor
from app.domain.claims import ClaimStatus, ClaimVerb, PaperKind, PatientType, receipt_key, strange_letter
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, Conflict, InvalidForm, PortalError, Refused
from app.domain.powers import Power
from app.models.agency import Title
from app.models.claim import ClaimPaper, ReceiptClaim
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.rules import receipts
from app.rules.claim_statuses import HOLDING, TABLE
from app.rules.receipts import Fault, ReceiptFacts
from app.services.audit import record as audit
from app.services.clock import business_now
from app.services.money import held_receipts, hospital_choice, issuers, patients
from app.services.money.claim_rows import as_sent, line, move, own, sealed
from app.services.money.patients import Patient
from app.services.numbering import take_numbers
from app.services.transaction import reading, transaction

PREFIX = "RC"
LENGTHS = {"name_on_receipt": 300, "receipt_no": 100, "private_unit": 200}
REQUIRED = ("patient_type", "served_on", "receipt_no", "receipt_on", "total", "claimable", "name_on_receipt")
# Leave to send late is for one receipt of one patient.
_LATE_LEAVE_IS_FOR = ("patient_id", "hospital_id", "private_unit", "receipt_key", "receipt_on", "total")
# May be kept as a draft all the same, and be allowed by the NHSO (spec 5.5).
_ONLY_WHEN_SENT = {receipts.RECEIPT_TOO_OLD.code}


@dataclass(frozen=True)
class ClaimForm:
    """What the clerk types; amounts in satang. `hospital` is a code or part of a name; where the hospital sent the patient
    to a private unit, `private_unit` is the one on the receipt and `hospital` that of the referral letter."""

    national_id: str
    patient_type: PatientType | None
    served_on: date | None
    receipt_no: str
    receipt_on: date | None
    total: int | None
    claimable: int | None
    hospital: str
    name_on_receipt: str
    discharged_on: date | None = None
    private_unit: str = ""


def record(
    form: ClaimForm, *, actor: Actor, hash_key: str, claim_id: int | None = None, seen_version: int | None = None
) -> int:
    """Keep the claim as a draft, or write `claim_id` (a draft, or one that came back) anew; returns its id.

    A new one that says what a draft of the same officer says already, as a form that was sent twice, is that draft.

    Raises InvalidForm with every refusal at its field, NotFound('CLAIM_NOT_FOUND'), WrongState('CLAIM_STATE'),
    Conflict('STALE'), NotAllowed.
    """
    actor.require(Power.RECORD_CLAIM)
    errors: list[PortalError] = _missing(form)
    patient = _patient(form, errors, actor, hash_key)
    places = issuers.read_before(actor.scope, [form.private_unit] if claim_id is not None else [])
    with transaction(actor) as session:
        issuers.use(session, places)
        now = business_now(session)
        claim = own(session, claim_id, seen_version) if claim_id is not None else None
        step = line(claim, ClaimVerb.RECORD, actor) if claim else TABLE.line(None, ClaimVerb.RECORD)
        hospital = _hospital(session, form, errors)
        person = patients.spell(session, patient.national_id, patient.right)[0] if patient and patient.right else None
        errors += _faults(form, person, now, session.scalars(sa.select(Title.name_th)).all())
        if errors or person is None or hospital is None or step is None:
            raise InvalidForm(errors)
        values = _said(form, person.id, hospital)
        if claim is None:
            if (draft := _drafted(session, values, actor, now)) is not None:
                return draft
            claim = _begun(session, actor, now)
        _fill(claim, values)
        session.add(claim)
        move(session, claim, step, actor=actor, now=now)
        if claim.status in HOLDING:
            held_receipts.hold(session, claim)
        audit(session, actor, "record_claim", "receipt_claim", claim.id, agency_id=claim.agency_id)
        return claim.id


def submit(claim_id: int, seen_version: int, *, actor: Actor, hash_key: str) -> None:
    """Send the claim to the NHSO; everything is looked at anew as it stands today.

    Raises Refused with the clause behind it (not entitled, another agency pays, too old), BadInput PAPER_MISSING, RECEIPT_LETTER,
    Conflict RECEIPT_ALREADY_CLAIMED, NotFound, WrongState('CLAIM_STATE'), Conflict('STALE').
    """
    actor.require(Power.RECORD_CLAIM)
    with reading(actor.scope) as session:
        seen = own(session, claim_id)
        number, served_on = session.get_one(Person, seen.patient_id).national_id, seen.served_on
    patient = patients.find(number, served_on, actor=actor, hash_key=hash_key)
    places = issuers.read_before(actor.scope, [seen.private_unit or ""])
    with transaction(actor) as session:
        issuers.use(session, places)
        now = business_now(session)
        claim = own(session, claim_id, seen_version)
        step = line(claim, ClaimVerb.SUBMIT, actor)
        person, right = _paying(session, patient)
        standing = receipts.faults(facts_of(claim, person, bangkok_day(now)))
        if standing:
            raise refusal(standing[0])
        if sign := strange_letter(claim.receipt_no):  # a draft of the time when nobody asked
            raise BadInput("RECEIPT_LETTER", field="receipt_no", sign=sign)
        claim.receipt_key = receipt_key(claim.receipt_no)
        frozen = as_sent(claim, _require_papers(session, claim))
        held_receipts.hold(session, claim)
        claim.entitlement_id, claim.submitted_by_id, claim.submitted_at = right.id, actor.user_id, now
        claim.approved = claim.signed_by_id = claim.reason = claim.note = claim.decided_by_id = claim.decided_at = None
        move(session, claim, step, actor=actor, now=now, amount=claim.claimable, frozen=frozen)
        told = {"amount": claim.claimable, "sha256": sealed(frozen)}
        audit(session, actor, "submit_claim", "receipt_claim", claim.id, agency_id=claim.agency_id, detail=told)


def cancel(claim_id: int, seen_version: int, *, actor: Actor) -> None:
    """Give the claim up; its receipt may be claimed anew.

    Raises NotFound, WrongState('CLAIM_STATE', 'CLAIM_SIGNED'), Conflict('STALE').
    """
    actor.require(Power.RECORD_CLAIM)
    with transaction(actor) as session:
        now = business_now(session)
        claim = own(session, claim_id, seen_version)
        step = line(claim, ClaimVerb.CANCEL, actor)
        if claim.is_signed_once:
            raise Conflict("CLAIM_SIGNED", claim_no=claim.claim_no)
        move(session, claim, step, actor=actor, now=now)
        held_receipts.release(session, claim)
        audit(session, actor, "cancel_claim", "receipt_claim", claim.id, agency_id=claim.agency_id)


def facts_of(claim: ReceiptClaim, person: Person, today: date) -> ReceiptFacts:
    """What the law of receipts asks of a claim."""
    return ReceiptFacts(
        today, claim.patient_type, claim.served_on, claim.discharged_on, claim.receipt_on, claim.claimable, claim.total,
        person.birth_date, person.death_date, claim.late_allowed_by_id is not None,
    )  # fmt: skip


def refusal(fault: Fault) -> Refused:
    """A fault of the receipt as the refusal that pages show."""
    return Refused(fault.code, citation=fault.clause.citation, field=fault.field, **fault.facts)


def _missing(form: ClaimForm) -> list[PortalError]:
    blank = [name for name in REQUIRED if getattr(form, name) in (None, "")]
    long = [name for name, most in LENGTHS.items() if len(getattr(form, name)) > most]
    return [
        *(BadInput("REQUIRED", field=name) for name in blank),
        *(BadInput("TOO_LONG", field=name, longest=LENGTHS[name]) for name in long),
    ]


def _patient(form: ClaimForm, errors: list[PortalError], actor: Actor, hash_key: str) -> Patient | None:
    if form.served_on is None:  # without the day nobody can say who pays
        return None
    try:
        found = patients.find(form.national_id, form.served_on, actor=actor, hash_key=hash_key)
    except BadInput as error:
        error.field = "national_id"
        errors.append(error)
        return None
    if found.refusal is not None:
        errors.append(found.refusal)
    return found


def _hospital(session: Session, form: ClaimForm, errors: list[PortalError]) -> int | None:
    try:
        return hospital_choice.find(session, form.hospital, form.served_on or date.max).id
    except BadInput as error:
        errors.append(error)
        return None


def _paying(session: Session, patient: Patient) -> tuple[Person, Entitlement]:
    if patient.right is None:
        assert patient.refusal is not None
        raise patient.refusal
    return patients.spell(session, patient.national_id, patient.right)


def _faults(form: ClaimForm, person: Person | None, now: datetime, titles: Sequence[str]) -> list[PortalError]:
    """What the law of receipts has against the form, as far as its boxes are filled in and the patient is known."""
    if form.patient_type is None or form.served_on is None or form.receipt_on is None:
        return []
    facts = ReceiptFacts(
        bangkok_day(now), form.patient_type, form.served_on, form.discharged_on, form.receipt_on,
        1 if form.claimable is None else form.claimable, receipts.largest(form.receipt_on) if form.total is None else form.total,
        person.birth_date if person else None, person.death_date if person else None,
    )  # fmt: skip
    found: list[PortalError] = [refusal(fault) for fault in receipts.faults(facts) if fault.code not in _ONLY_WHEN_SENT]
    name = form.name_on_receipt
    if person is not None and name and not receipts.is_same_patient(name, person.title_th, person.full_name, titles):
        found.append(refusal(Fault(receipts.NAME_DIFFERS, "name_on_receipt", {"name": person.full_name})))
    if form.receipt_no and not receipt_key(form.receipt_no):
        found.append(BadInput("REQUIRED", field="receipt_no"))
    if sign := strange_letter(form.receipt_no):
        found.append(BadInput("RECEIPT_LETTER", field="receipt_no", sign=sign))
    return found


def _begun(session: Session, actor: Actor, now: datetime) -> ReceiptClaim:
    assert actor.agency_id is not None
    (number,) = take_numbers(session, PREFIX, actor.agency_id, bangkok_day(now), 1)
    return ReceiptClaim(claim_no=number, agency_id=actor.agency_id, recorded_at=now, recorded_by_id=actor.user_id)


def _drafted(session: Session, values: Mapping[str, Any], actor: Actor, now: datetime) -> int | None:
    """The actor's draft that says just this; nobody else begins a claim of his agency before the commit."""
    assert actor.agency_id is not None
    take_numbers(session, PREFIX, actor.agency_id, bangkok_day(now), 0)
    same = (getattr(ReceiptClaim, name).is_not_distinct_from(value) for name, value in values.items())
    mine = ReceiptClaim.recorded_by_id == actor.user_id, ReceiptClaim.status == ClaimStatus.DRAFT
    return session.scalars(sa.select(ReceiptClaim.id).where(*mine, *same).order_by(ReceiptClaim.id).limit(1)).first()


def _said(form: ClaimForm, patient_id: int, hospital_id: int) -> dict[str, Any]:
    private_unit = names.tidy(form.private_unit) or None
    return {
        "patient_id": patient_id, "hospital_id": hospital_id, "patient_type": form.patient_type,
        "served_on": form.served_on, "discharged_on": form.discharged_on, "receipt_no": names.tidy(form.receipt_no),
        "receipt_key": receipt_key(form.receipt_no), "receipt_on": form.receipt_on, "total": form.total,
        "claimable": form.claimable, "name_on_receipt": names.tidy(form.name_on_receipt),
        "is_referred": private_unit is not None, "private_unit": private_unit,
    }  # fmt: skip


def _fill(claim: ReceiptClaim, values: Mapping[str, Any]) -> None:
    if any(getattr(claim, name) != values[name] for name in _LATE_LEAVE_IS_FOR):
        claim.late_allowed_by_id = None
    for name, value in values.items():
        setattr(claim, name, value)


def _require_papers(session: Session, claim: ReceiptClaim) -> Sequence[ClaimPaper]:
    stands = sa.select(ClaimPaper).where(ClaimPaper.claim_id == claim.id, ClaimPaper.withdrawn_at.is_(None))
    papers = session.scalars(stands.order_by(ClaimPaper.id)).all()
    there = {one.kind for one in papers}
    for kind in (PaperKind.RECEIPT, *((PaperKind.REFERRAL,) if claim.is_referred else ())):
        if kind not in there:
            raise BadInput("PAPER_MISSING", field="file", kind=kind)
    return papers
