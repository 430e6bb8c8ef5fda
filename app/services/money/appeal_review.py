"""ตรวจสอบคำร้องอุทธรณ์: the NHSO's finance lets an appeal pass or not, and releases what it brought (spec 5.6, 7)."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.appeals import AppealKind, AppealStatus, AppealVerb
from app.domain.clock import bangkok_day
from app.domain.errors import Conflict, NotAllowed, WrongState
from app.domain.ledger import EntryKind
from app.domain.powers import Power
from app.models.appeal import Appeal
from app.models.claim import ReceiptClaim
from app.rules.citations import REGISTER_APPEALS
from app.services.audit import record as audit
from app.services.clock import business_now
from app.services.money import held_receipts, ledger
from app.services.money.appeals import granted_before, line, own, require_room, stamp
from app.services.money.claim_review import needs_two
from app.services.money.claim_rows import own as own_claim
from app.services.money.deed_facts import note_of, require_transfer_day, transfer_of
from app.services.money.given_back import free_receipts
from app.services.money.held_receipts import cost_of
from app.services.money.rights_now import require_cover, require_receipts, require_right
from app.services.money.run_plans import refuse_in_run
from app.services.transaction import transaction

RECALLED = "recall_appeal"


def decide(appeal_id: int, seen_version: int, passes: bool, note: str, *, actor: Actor) -> AppealStatus:
    """Let the appeal pass, or not. Returns its new state.

    Where the claim brings more in all than one signature may grant, the first yes only signs.

    Raises BadInput NOTE_NEEDED without words for a no, TOO_LONG; NotAllowed OWN_CLAIM, SECOND_SIGNATURE; Refused
    APPEAL_OVER_TOTAL; NotFound, WrongState('APPEAL_STATE'), Conflict('STALE').
    """
    actor.require(Power.DECIDE_CLAIM)
    text = note_of(note, missing="" if passes else "NOTE_NEEDED")
    with transaction(actor) as session:
        now = business_now(session)
        appeal = own(session, appeal_id, seen_version)
        _refuse_own(appeal, actor)
        claim = own_claim(session, appeal.claim_id)
        if passes and appeal.kind is AppealKind.AMOUNT:
            require_right(session, claim)
        if passes:
            require_receipts(session, appeal)
        before = granted_before(session, claim)
        verb = _signed_or_passed(appeal, before, actor, now) if passes else AppealVerb.NOT_PASS
        step = line(appeal, verb, actor)
        if verb is AppealVerb.PASS and appeal.kind is AppealKind.AMOUNT:
            require_room(session, claim, appeal.additional or 0, min(appeal.total or 0, cost_of(session, claim, ())))
            ledger.post(session, claim, EntryKind.APPROVAL, appeal.additional or 0, actor=actor, now=now)
        appeal.status, appeal.note = step.to, text or appeal.note
        if verb is AppealVerb.SIGN:
            appeal.signed_by_id = actor.user_id
        else:
            stamp(appeal, actor, now)
        if not passes:
            appeal.signed_by_id = None
            held_receipts.release_of_appeal(session, appeal)
        session.flush()
        word = "sign_appeal" if verb is AppealVerb.SIGN else "pass_appeal" if passes else "refuse_appeal"
        audit(
            session, actor, word, "appeal", appeal.id, agency_id=appeal.agency_id, detail={"amount": appeal.additional}
        )
        return appeal.status


def recall(appeal_id: int, seen_version: int, note: str, *, actor: Actor) -> None:
    """Take back that an appeal passed, before it is paid: it did not pass, the ledger gets the counter-entry.

    What it added is free again, but where a later appeal that was paid rests on it.
    Raises BadInput NOTE_NEEDED, TOO_LONG; NotAllowed OWN_CLAIM; Conflict IN_PAYMENT_RUN, APPEAL_RESTS_ON, STALE; NotFound,
    WrongState APPEAL_STATE, APPEAL_PAID.
    """
    actor.require(Power.DECIDE_CLAIM)
    text = note_of(note, missing="NOTE_NEEDED")
    with transaction(actor) as session:
        now = business_now(session)
        appeal = own(session, appeal_id, seen_version)
        step = line(appeal, AppealVerb.RECALL, actor)
        if appeal.paid_on is not None:
            raise WrongState("APPEAL_PAID", appeal_no=appeal.appeal_no)
        _refuse_own(appeal, actor)
        refuse_in_run(session, appeal.appeal_no, appeal.claim_id, appeal.id)
        claim = own_claim(session, appeal.claim_id)
        is_rested_on = _is_rested_on(session, appeal, claim)
        if appeal.additional is not None:
            ledger.undo(session, claim, EntryKind.APPROVAL, actor=actor, now=now, satang=appeal.additional)
        appeal.status, appeal.note, appeal.signed_by_id = step.to, text, None
        stamp(appeal, actor, now)
        if not is_rested_on:
            held_receipts.release_of_appeal(session, appeal)
        session.flush()
        free_receipts(session, [claim.id], actor=actor)
        told = {"amount": appeal.additional}
        audit(session, actor, RECALLED, "appeal", appeal.id, agency_id=appeal.agency_id, detail=told)


def pay(appeal_id: int, seen_version: int, paid_on: date | None, transfer_no: str, *, actor: Actor) -> None:
    """Release what a passed appeal brought.

    Raises NotAllowed('PAYER_DECIDED'), WrongState('APPEAL_STATE', 'APPEAL_WITHOUT_MONEY'), BadInput REQUIRED, DATE_IN_FUTURE,
    PAID_BEFORE_DECIDED, TOO_LONG; Refused RIGHT_GONE, APPEAL_RECEIPT_HELD, APPEAL_OVER_RECEIPTS; NotFound, Conflict('STALE').
    """
    actor.require(Power.PAY_CLAIM)
    day, number = transfer_of(paid_on, transfer_no)
    with transaction(actor) as session:
        now = business_now(session)
        appeal = own(session, appeal_id, seen_version)
        line(appeal, AppealVerb.PAY, actor)
        if not appeal.waits_for_money or appeal.additional is None or appeal.decided_at is None:
            raise WrongState("APPEAL_WITHOUT_MONEY", appeal_no=appeal.appeal_no)
        if actor.user_id in (appeal.decided_by_id, appeal.signed_by_id):
            raise NotAllowed("PAYER_DECIDED", citation=REGISTER_APPEALS.text)
        refuse_in_run(session, appeal.appeal_no, appeal.claim_id, appeal.id)
        require_transfer_day(day, appeal.decided_at, now)
        appeal.paid_by_id, appeal.paid_on, appeal.transfer_no = actor.user_id, day, number
        claim = own_claim(session, appeal.claim_id)
        require_right(session, claim)
        require_receipts(session, appeal)
        require_cover(session, appeal, claim)
        ledger.post(session, claim, EntryKind.PAYMENT, appeal.additional, actor=actor, now=now)
        session.flush()
        told = {"amount": appeal.additional, "transfer_no": number}
        audit(session, actor, "pay_appeal", "appeal", appeal.id, agency_id=appeal.agency_id, detail=told)


def _refuse_own(appeal: Appeal, actor: Actor) -> None:
    if actor.user_id is not None and actor.user_id in (appeal.recorded_by_id, appeal.submitted_by_id):
        raise NotAllowed("OWN_CLAIM", citation=REGISTER_APPEALS.text)


def _is_rested_on(session: Session, appeal: Appeal, claim: ReceiptClaim) -> bool:
    """Whether another appeal brought money that only the receipts of this one cover; raises where that one is unpaid yet."""
    added = sum(one.total for one in held_receipts.further_of(session, appeal.id) if one.held)
    without = granted_before(session, claim) - (appeal.additional or 0)
    if added <= (appeal.additional or 0) or without <= cost_of(session, claim, (), is_certain=True) - added:
        return False
    others = sa.select(Appeal.appeal_no).where(
        Appeal.claim_id == claim.id, Appeal.id != appeal.id, Appeal.status == AppealStatus.PASSED,
        Appeal.additional.is_not(None), Appeal.paid_on.is_(None),
    )  # fmt: skip
    if other := session.scalars(others.order_by(Appeal.id.desc()).limit(1)).first():
        raise Conflict("APPEAL_RESTS_ON", appeal_no=appeal.appeal_no, other=other)
    return True


def _signed_or_passed(appeal: Appeal, granted: int, actor: Actor, now: datetime) -> AppealVerb:
    """One signature does for what a claim brings in all, not for each slice of it."""
    if appeal.additional is None or not needs_two(granted + appeal.additional, bangkok_day(now)):
        return AppealVerb.PASS
    if appeal.signed_by_id is None:
        return AppealVerb.SIGN
    if appeal.signed_by_id == actor.user_id:
        raise NotAllowed("SECOND_SIGNATURE", citation=REGISTER_APPEALS.text)
    return AppealVerb.PASS
