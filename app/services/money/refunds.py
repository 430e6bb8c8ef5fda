"""แจ้งคำร้องขอคืนเงิน: the agency writes a refund, somebody else confirms it, its form is printed (spec 5.7, seed of 2561)."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import names
from app.domain.actor import Actor
from app.domain.claims import ClaimStatus
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, Conflict, InvalidForm, NotAllowed, NotFound, PortalError, Refused
from app.domain.ledger import EntryKind
from app.domain.powers import Power
from app.domain.refunds import RefundMethod, RefundStatus, RefundVerb
from app.models.appeal import Appeal
from app.models.claim import ReceiptClaim
from app.models.refund import RefundReason, RefundRequest
from app.rules.citations import NHSO_REFUNDS, REGISTER_REFUNDS
from app.rules.refund_statuses import TABLE
from app.services.audit import record as audit
from app.services.clock import business_now
from app.services.money import fund_accounts, ledger
from app.services.money.claim_rows import own as own_claim
from app.services.money.refund_rows import line, own, require_room, room
from app.services.numbering import take_numbers
from app.services.transaction import reading, transaction

PREFIX = "RF"
WORDS_LENGTH, NUMBER_LENGTH = 1000, 60


@dataclass(frozen=True)
class RefundForm:
    """What the clerk types; the amount in satang, the account one of configuration. Day and number where they are known."""

    amount: int | None
    reason_id: int | None
    method: RefundMethod | None
    account_id: int | None = None
    words: str = ""
    sent_on: date | None = None
    sent_no: str = ""


def record(
    claim_id: int, form: RefundForm, *, actor: Actor, refund_id: int | None = None, seen_version: int | None = None,
    seen_room: int | None = None,
) -> int:  # fmt: skip
    """Write a refund of a paid claim, or one anew that the agency may still change; returns its id.

    What was confirmed is confirmed anew. `seen_room` is what the form of a new one said may come back: sent twice, it writes
    one. Raises InvalidForm with every refusal at its field, Refused('NOT_REFUNDABLE'), NotFound,
    WrongState('REFUND_STATE', 'REFUND_PRINTED'), Conflict('STALE', 'REFUND_ROOM').
    """
    actor.require(Power.RECORD_REFUND)
    with transaction(actor) as session:
        now = business_now(session)
        refund = own(session, refund_id, seen_version) if refund_id is not None else None
        claim = own_claim(session, refund.claim_id if refund else claim_id)
        step = line(refund, RefundVerb.RECORD, actor) if refund else TABLE.line(None, RefundVerb.RECORD)
        assert step is not None
        if claim.status is not ClaimStatus.PAID:
            raise Refused("NOT_REFUNDABLE", citation=NHSO_REFUNDS.text, claim_no=claim.claim_no, status=claim.status)
        if seen_room is not None and (left := room(session, claim.id)) != seen_room:
            raise Conflict("REFUND_ROOM", field="amount", room=left)
        values = _values(session, claim, form, refund, bangkok_day(now))
        if refund is None:
            (number,) = take_numbers(session, PREFIX, claim.agency_id, bangkok_day(now), 1)
            refund = RefundRequest(refund_no=number, claim_id=claim.id, agency_id=claim.agency_id, recorded_at=now)
        _unconfirm(session, refund, claim, actor, now)
        for name, value in values.items():
            setattr(refund, name, value)
        refund.status, refund.recorded_by_id = step.to, actor.user_id
        session.add(refund)
        session.flush()
        audit(session, actor, "record_refund", "refund_request", refund.id, agency_id=refund.agency_id)
        return refund.id


def confirm(refund_id: int, seen_version: int, *, actor: Actor) -> None:
    """Let the refund stand: from now on the ledger expects the money.

    Raises NotAllowed('OWN_REFUND') for who wrote it last, NotFound, WrongState('REFUND_STATE'), Conflict('STALE').
    """
    actor.require(Power.CONFIRM_REFUND)
    with transaction(actor) as session:
        now = business_now(session)
        refund = own(session, refund_id, seen_version)
        step = line(refund, RefundVerb.CONFIRM, actor)
        if actor.user_id is None or actor.user_id == refund.recorded_by_id:
            raise NotAllowed("OWN_REFUND", citation=REGISTER_REFUNDS.text, refund_no=refund.refund_no)
        claim = own_claim(session, refund.claim_id)
        entry = ledger.post(session, claim, EntryKind.REFUND_CLAIMED, refund.amount, actor=actor, now=now)
        refund.status, refund.entry_id = step.to, entry.id
        refund.confirmed_by_id, refund.confirmed_at = actor.user_id, now
        session.flush()
        audit(session, actor, "confirm_refund", "refund_request", refund.id, agency_id=refund.agency_id)


def cancel(refund_id: int, seen_version: int, *, actor: Actor) -> None:
    """Give the refund up before its form was printed. Raises NotFound, WrongState('REFUND_PRINTED'), Conflict('STALE')."""
    actor.require(Power.RECORD_REFUND)
    with transaction(actor) as session:
        now = business_now(session)
        refund = own(session, refund_id, seen_version)
        step = line(refund, RefundVerb.CANCEL, actor)
        _unconfirm(session, refund, own_claim(session, refund.claim_id), actor, now)
        refund.status, refund.cancelled_by_id, refund.cancelled_at = step.to, actor.user_id, now
        session.flush()
        audit(session, actor, "cancel_refund", "refund_request", refund.id, agency_id=refund.agency_id)


def note_print(refund_id: int, seen_version: int, *, actor: Actor) -> None:
    """Note that the form is printed, the first time or again; afterwards the agency changes nothing any more.

    Raises Refused('ACCOUNT_ENDED'), NotFound, WrongState('REFUND_STATE'), Conflict('STALE').
    """
    actor.require(Power.RECORD_REFUND)
    with transaction(actor) as session:
        now = business_now(session)
        refund = own(session, refund_id, seen_version)
        step = line(refund, RefundVerb.PRINT, actor)
        if refund.status is RefundStatus.CONFIRMED and refund.method is RefundMethod.TRANSFER:
            account = fund_accounts.in_force(session, refund.account_id, bangkok_day(now))
            if account is None:  # once printed the agency could not mend it any more
                raise Refused("ACCOUNT_ENDED", citation=NHSO_REFUNDS.text, refund_no=refund.refund_no)
        refund.status, refund.prints = step.to, refund.prints + 1
        refund.printed_by_id, refund.printed_at = actor.user_id, now
        session.flush()
        audit(session, actor, "print_refund", "refund_request", refund.id, agency_id=refund.agency_id)


def find_claim(number: str, *, actor: Actor) -> int:
    """The claim in scope with this number, or that of this appeal, for a new refund. Raises NotFound('CLAIM_NOT_FOUND')."""
    actor.require(Power.RECORD_REFUND)
    typed = names.tidy(number).upper().replace(" ", "")
    of_appeal = sa.select(Appeal.claim_id).where(Appeal.appeal_no == typed)
    query = sa.select(ReceiptClaim.id).where(
        sa.or_(ReceiptClaim.claim_no == typed, ReceiptClaim.id.in_(of_appeal.scalar_subquery()))
    )
    with reading(actor.scope) as session:
        found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("CLAIM_NOT_FOUND", field="claim_no")
    return found


def reasons(*, actor: Actor) -> list[tuple[int, str]]:
    """The reasons that the form offers, in the order of the list."""
    with reading(actor.scope) as session:
        rows = session.scalars(sa.select(RefundReason).order_by(RefundReason.position, RefundReason.id)).all()
        return [(row.id, row.name_th) for row in rows]


def _unconfirm(session: Session, refund: RefundRequest, claim: ReceiptClaim, actor: Actor, now: datetime) -> None:
    """Take the debt out of the ledger again that a confirmation posted."""
    if refund.status is RefundStatus.CONFIRMED and refund.entry_id is not None:
        ledger.undo_entry(session, claim, refund.entry_id, actor=actor, now=now)
    refund.confirmed_by_id = refund.confirmed_at = refund.entry_id = None


def _values(
    session: Session, claim: ReceiptClaim, form: RefundForm, refund: RefundRequest | None, today: date
) -> dict[str, object]:
    errors: list[PortalError] = []
    reason = session.get(RefundReason, form.reason_id) if form.reason_id else None
    words, number = names.tidy(form.words), names.tidy(form.sent_no)
    for name, value in (("amount", form.amount), ("reason_id", reason), ("method", form.method)):
        if value is None:
            errors.append(BadInput("REQUIRED", field=name))
    for name, value, most in (("words", words, WORDS_LENGTH), ("sent_no", number, NUMBER_LENGTH)):
        if len(value) > most:
            errors.append(BadInput("TOO_LONG", field=name, longest=most))
    if form.sent_on is not None:
        _check_sent_on(claim, form.sent_on, today, errors)
    if form.amount is not None:
        _check_amount(session, claim, form.amount, refund, errors)
    account = None
    if form.method is RefundMethod.TRANSFER:
        account = fund_accounts.in_force(session, form.account_id, today)
        if account is None:
            errors.append(BadInput("REQUIRED", field="account_id"))
    if errors or reason is None:
        raise InvalidForm(errors)
    return {
        "amount": form.amount, "reason": reason.name_th, "words": words or None, "method": form.method,
        "account_id": account.id if account else None, "sent_on": form.sent_on, "sent_no": number or None,
    }  # fmt: skip


def _check_sent_on(claim: ReceiptClaim, sent_on: date, today: date, errors: list[PortalError]) -> None:
    if sent_on > today:
        errors.append(BadInput("DATE_IN_FUTURE", field="sent_on", date=sent_on))
    if claim.paid_on is not None and sent_on < claim.paid_on:
        errors.append(BadInput("RECEIVED_BEFORE_PAID", field="sent_on", paid_on=claim.paid_on))


def _check_amount(
    session: Session, claim: ReceiptClaim, amount: int, refund: RefundRequest | None, errors: list[PortalError]
) -> None:
    if amount <= 0:
        errors.append(BadInput("AMOUNT_NOT_POSITIVE", field="amount"))
        return
    try:
        require_room(session, claim, amount, but=refund.id if refund else 0)
    except Refused as refusal:
        errors.append(refusal)
