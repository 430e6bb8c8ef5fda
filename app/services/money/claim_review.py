"""ตรวจสอบคำร้องขอเบิก: the NHSO's finance decides claims, signs the large ones twice, and releases the money (spec 5.5, 7)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.appeals import AppealStatus
from app.domain.claims import ClaimReason, ClaimStatus, ClaimVerb
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, Conflict, NotAllowed, PortalError, Refused
from app.domain.ledger import EntryKind
from app.domain.powers import Power
from app.models.appeal import Appeal
from app.models.claim import ReceiptClaim
from app.rules.citations import ONE_YEAR_TO_CLAIM, REGISTER_CLAIMS
from app.rules.parameters import DAYS_TO_CLAIM, ONE_SIGNATURE_UP_TO, in_force
from app.services.clock import business_now
from app.services.money import claim_twins, held_receipts, ledger
from app.services.money.claim_rows import line, move, own, record
from app.services.money.claim_twins import BY_ITSELF
from app.services.money.deed_facts import note_of, require_transfer_day, transfer_of
from app.services.money.paid_there import paid_there
from app.services.money.rights_now import require_right
from app.services.money.run_plans import refuse_in_run
from app.services.money.signers import signed
from app.services.transaction import reading, transaction

MOST_AT_ONCE = 100
DECISIONS = (ClaimVerb.APPROVE, ClaimVerb.RETURN, ClaimVerb.DENY)


@dataclass(frozen=True)
class Decision:
    """What is decided of one claim as it was seen; `amount` in satang, None for all that is claimed."""

    claim_id: int
    seen_version: int
    verb: ClaimVerb
    amount: int | None = None
    reason: ClaimReason | None = None
    note: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one claim of several: its new state, or the refusal that left it as it was."""

    claim_id: int
    claim_no: str
    status: ClaimStatus | None = None
    error: PortalError | None = None


def decide_many(decisions: Sequence[Decision], *, actor: Actor) -> list[Outcome]:
    """Decide several claims, each for itself: a refusal of one holds up no other.

    One that looks like the receipt of another claim (LOOKS_ALIKE), or whose hospital was paid for its days (HOSPITAL_WAS_PAID),
    is not approved among many, but on its own page.
    Raises NotAllowed('POWER_MISSING'), BadInput('TOO_MANY_AT_ONCE').
    """
    actor.require(Power.DECIDE_CLAIM)
    if len(decisions) > MOST_AT_ONCE:
        raise BadInput("TOO_MANY_CLAIMS", most=MOST_AT_ONCE)
    approved = [one.claim_id for one in decisions if one.verb is ClaimVerb.APPROVE]
    alone = _by_itself(approved, actor)
    outcomes = []
    for decision in decisions:
        try:
            if decision.verb is ClaimVerb.APPROVE and decision.claim_id in alone:
                code, facts = alone[decision.claim_id]
                raise Refused(code, citation=REGISTER_CLAIMS.text, **facts)
            outcomes.append(decide(decision, actor=actor))
        except PortalError as refusal:
            outcomes.append(Outcome(decision.claim_id, str(refusal.facts.get("claim_no", "")), None, refusal))
    return outcomes


def decide(decision: Decision, *, actor: Actor) -> Outcome:
    """Approve (in full or in part), return for correction, or close one claim.

    Above the limit of one signature the first approval only signs; the second, by somebody else over the same amount,
    approves. Raises BadInput REASON_MISSING, NOTE_NEEDED, TOO_LONG, AMOUNT_NOT_POSITIVE, APPROVED_OVER_CLAIMED;
    NotAllowed OWN_CLAIM, SECOND_SIGNATURE; NotFound, WrongState('CLAIM_STATE'), Conflict('STALE').
    """
    actor.require(Power.DECIDE_CLAIM)
    note = note_of(decision.note)
    with transaction(actor) as session:
        now = business_now(session)
        claim = own(session, decision.claim_id, decision.seen_version)
        line(claim, decision.verb, actor)
        if actor.user_id is not None and actor.user_id in (claim.recorded_by_id, claim.submitted_by_id):
            raise NotAllowed("OWN_CLAIM", citation=REGISTER_CLAIMS.text, claim_no=claim.claim_no)
        decision = _as_signed(claim, decision)
        note = note or note_of(decision.note)
        amount, verb = None, decision.verb
        if verb is ClaimVerb.APPROVE:
            require_right(session, claim)
            amount = _amount(claim, decision)
            verb = _signed_or_approved(claim, amount, actor, now)
        elif decision.reason is None:
            raise BadInput("REASON_MISSING", field="reason", claim_no=claim.claim_no)
        if decision.reason is ClaimReason.OTHER and not note:
            raise BadInput("NOTE_NEEDED", field="note", claim_no=claim.claim_no)
        _write(session, claim, decision, verb, amount, note, actor, now)
        return Outcome(claim.id, claim.claim_no, claim.status)


def recall(claim_id: int, seen_version: int, note: str, *, actor: Actor) -> None:
    """Take back an approval that was not paid, or a closing: the claim waits anew, the ledger gets the counter-entry.

    Raises Conflict('RECEIPT_ALREADY_CLAIMED') where the receipt of a closed claim was claimed since, BadInput REQUIRED without
    words, NotFound, WrongState('CLAIM_STATE'), Conflict('STALE').
    """
    actor.require(Power.DECIDE_CLAIM)
    text = note_of(note, missing="REQUIRED")
    with transaction(actor) as session:
        now = business_now(session)
        claim = own(session, claim_id, seen_version)
        step = line(claim, ClaimVerb.RECALL, actor)
        _refuse_appealed(session, claim)
        refuse_in_run(session, claim.claim_no, claim.id)
        amount, was_approved = claim.approved, claim.status is ClaimStatus.APPROVED
        claim.decided_by_id = claim.decided_at = claim.signed_by_id = claim.approved = claim.reason = claim.note = None
        move(session, claim, step, actor=actor, now=now, amount=amount, note=text)
        if was_approved:
            ledger.undo(session, claim, EntryKind.APPROVAL, actor=actor, now=now)
        else:
            held_receipts.hold(session, claim)
        record(session, actor, "recall_claim", "receipt_claim", claim, amount=amount)


def allow_late(claim_id: int, seen_version: int, note: str, *, actor: Actor) -> None:
    """Let a claim be sent although its year is over, with a reason in words; raises as `recall`, and Refused('NOT_TOO_OLD').

    The leave is for this very receipt: whoever changes it loses the leave (`claims.record`).
    """
    actor.require(Power.DECIDE_CLAIM)
    text = note_of(note, missing="REQUIRED")
    with transaction(actor) as session:
        now = business_now(session)
        claim = own(session, claim_id, seen_version)
        step = line(claim, ClaimVerb.ALLOW_LATE, actor)
        age, most = (bangkok_day(now) - claim.receipt_on).days, in_force(DAYS_TO_CLAIM, claim.receipt_on)
        if age <= most:
            raise Refused("NOT_TOO_OLD", citation=ONE_YEAR_TO_CLAIM.text, claim_no=claim.claim_no, days=age, most=most)
        claim.late_allowed_by_id = actor.user_id
        move(session, claim, step, actor=actor, now=now, note=text)
        record(session, actor, "allow_late_claim", "receipt_claim", claim)


def pay(claim_id: int, seen_version: int, paid_on: date | None, transfer_no: str, *, actor: Actor) -> Outcome:
    """Release the payment of an approved claim: on which day, under which number of the transfer.

    Raises NotAllowed('PAYER_DECIDED') for who signed or decided, BadInput REQUIRED, DATE_IN_FUTURE, PAID_BEFORE_DECIDED,
    TOO_LONG; NotFound, WrongState('CLAIM_STATE'), Conflict('STALE').
    """
    actor.require(Power.PAY_CLAIM)
    day, number = transfer_of(paid_on, transfer_no)
    with transaction(actor) as session:
        now = business_now(session)
        claim = own(session, claim_id, seen_version)
        step = line(claim, ClaimVerb.PAY, actor)
        if actor.user_id in (claim.decided_by_id, claim.signed_by_id) or signed(session, [claim.id], actor):
            raise NotAllowed("PAYER_DECIDED", citation=REGISTER_CLAIMS.text, claim_no=claim.claim_no)
        refuse_in_run(session, claim.claim_no, claim.id)
        require_right(session, claim)
        assert claim.decided_at is not None and claim.approved is not None
        require_transfer_day(day, claim.decided_at, now, claim_no=claim.claim_no)
        claim.paid_by_id, claim.paid_on, claim.transfer_no = actor.user_id, day, number
        move(session, claim, step, actor=actor, now=now, amount=claim.approved, note=number)
        ledger.post(session, claim, EntryKind.PAYMENT, claim.approved, actor=actor, now=now)
        record(session, actor, "pay_claim", "receipt_claim", claim, amount=claim.approved, transfer_no=number)
        return Outcome(claim.id, claim.claim_no, claim.status)


def _by_itself(claim_ids: Sequence[int], actor: Actor) -> dict[int, tuple[str, dict[str, str]]]:
    """What is never approved among others: code and facts of the refusal for each such claim."""
    with reading(actor.scope) as session:
        near, there = claim_twins.near(session, claim_ids), paid_there(session, claim_ids)
        known = {mine: others for mine, others in near.items() if any(one.by in BY_ITSELF for one in others)}
        query = sa.select(ReceiptClaim.id, ReceiptClaim.claim_no).where(ReceiptClaim.id.in_({*known, *there}))
        numbers = {row.id: row.claim_no for row in session.execute(query)}
    return {
        claim_id: ("LOOKS_ALIKE", {"claim_no": number, "other": known[claim_id][0].claim_no})
        if claim_id in known
        else ("HOSPITAL_WAS_PAID", {"claim_no": number, "tran_id": there[claim_id][0].tran_id})
        for claim_id, number in numbers.items()
    }


def one_signature_limit() -> int:
    """Up to how many satang one signature does today."""
    return in_force(ONE_SIGNATURE_UP_TO, bangkok_day(business_now()))


def needs_two(amount: int, day: date) -> bool:
    """Whether a decision over so many satang needs two signatures on the day."""
    return amount > in_force(ONE_SIGNATURE_UP_TO, day)


def _as_signed(claim: ReceiptClaim, decision: Decision) -> Decision:
    """A second signature over the same amount keeps the reason and the note of the first where it brings none."""
    amount = claim.claimable if decision.amount is None else decision.amount
    if decision.verb is not ClaimVerb.APPROVE or not claim.is_signed_once or amount != claim.approved:
        return decision
    return replace(decision, reason=decision.reason or claim.reason, note=decision.note or claim.note or "")


def _amount(claim: ReceiptClaim, decision: Decision) -> int:
    amount = claim.claimable if decision.amount is None else decision.amount
    if amount <= 0:
        raise BadInput("AMOUNT_NOT_POSITIVE", field="amount", claim_no=claim.claim_no)
    if amount > claim.claimable:
        raise BadInput("APPROVED_OVER_CLAIMED", field="amount", claim_no=claim.claim_no)
    if amount < claim.claimable and decision.reason is None:
        raise BadInput("REASON_MISSING", field="reason", claim_no=claim.claim_no)
    return amount


def _signed_or_approved(claim: ReceiptClaim, amount: int, actor: Actor, now: datetime) -> ClaimVerb:
    """Whether this is the first of two signatures or the decision; a signature over another amount begins anew."""
    if not needs_two(amount, bangkok_day(now)):
        return ClaimVerb.APPROVE
    if claim.signed_by_id is None or claim.approved != amount:
        return ClaimVerb.SIGN
    if claim.signed_by_id == actor.user_id:
        raise NotAllowed("SECOND_SIGNATURE", citation=REGISTER_CLAIMS.text, claim_no=claim.claim_no)
    return ClaimVerb.APPROVE


def _write(
    session: Session, claim: ReceiptClaim, decision: Decision, verb: ClaimVerb, amount: int | None, note: str,
    actor: Actor, now: datetime,
) -> None:  # fmt: skip
    step = line(claim, verb, actor)
    claim.reason, claim.note, claim.approved = decision.reason, note or None, amount
    if verb is ClaimVerb.SIGN:
        claim.signed_by_id = actor.user_id
    else:
        if verb is not ClaimVerb.APPROVE or claim.signed_by_id == actor.user_id:
            claim.signed_by_id = None  # a signature of somebody else stays: who gave it does not pay
        claim.decided_by_id, claim.decided_at = actor.user_id, now
    move(session, claim, step, actor=actor, now=now, amount=amount, reason=decision.reason, note=note or None)
    if verb is ClaimVerb.DENY and decision.reason is not ClaimReason.DUPLICATE:
        held_receipts.release(session, claim)
    if verb is ClaimVerb.APPROVE and amount is not None:
        ledger.post(session, claim, EntryKind.APPROVAL, amount, actor=actor, now=now)
    refused = "return_claim" if verb is ClaimVerb.RETURN else "deny_claim"
    word = "approve_claim" if verb is ClaimVerb.APPROVE else "sign_claim" if verb is ClaimVerb.SIGN else refused
    record(session, actor, word, "receipt_claim", claim, **({"amount": amount} if amount else {}))


def _refuse_appealed(session: Session, claim: ReceiptClaim) -> None:
    """What an appeal builds on stays: it would hang in the air, and its money with it. A draft is nobody's business yet."""
    sent = (AppealStatus.SUBMITTED, AppealStatus.PASSED)
    query = sa.select(Appeal.appeal_no).where(Appeal.claim_id == claim.id, Appeal.status.in_(sent)).limit(1)
    if number := session.scalars(query).one_or_none():
        raise Conflict("APPEAL_OPEN", appeal_no=number)
