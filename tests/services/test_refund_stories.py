"""What the story of a refund keeps."""

import pytest

from app.domain.actor import Actor
from app.domain.claims import ClaimStatus
from app.domain.errors import PortalError
from app.domain.refunds import RefundMethod
from app.services.money import claims, refund_desk, refunds
from app.services.money.held_receipts import FurtherReceipt
from tests.services.claim_counter import PATIENT, open_counter, value, version
from tests.services.rights_register import KEY, agency, days, right
from tests.services.test_appeals import Desk as Appeals
from tests.services.test_appeals import sound
from tests.services.test_bills import cut
from tests.services.test_payment_runs import made, release, rows, work
from tests.services.test_refunds import Desk, S, V, of

NO_RIGHT = "ผู้ป่วยไม่มีสิทธิ ณ วันรับบริการ"


@pytest.fixture
def desk(sqlite_database, tmp_path) -> Desk:
    return Desk(open_counter(tmp_path))


def test_a_confirmation_stays_in_the_story_after_the_refund_was_changed_or_cancelled(desk):
    refund_id = desk.brought_to(S.CONFIRMED)
    told = lambda: refund_desk.open_refund(refund_id, actor=desk.clerk, hash_key=KEY)  # noqa: E731
    assert not told().undone
    desk.again(refund_id)
    desk.do(refund_id, V.CONFIRM, desk.finance[1])
    assert [one.actor_id for one in told().undone] == [desk.finance[0].user_id]
    desk.do(refund_id, V.CANCEL)
    assert [one.actor_id for one in told().undone] == [desk.finance[0].user_id, desk.finance[1].user_id]
    assert set(told().names) >= {one.user_id for one in desk.finance[:2]}


def moved_away(desk: Desk) -> None:
    """The right of the day turns out to be another agency's."""
    cut(desk.counter, days(-20))
    right(PATIENT, agency_id=agency("06900101"), entitled_from=days(-20))


def claimed_anew(desk: Desk, claim_id: int, actor: Actor) -> int:
    """A draft of the same receipt, ready to be sent."""
    form = desk.counter.form(receipt_no=value("receipt_no", claim_id))
    mine = claims.record(form, actor=actor, hash_key=KEY)
    desk.counter.attach(mine, actor=actor)
    return mine


def sent(claim_id: int, actor: Actor) -> str:
    """What becomes of it: the code of its refusal, or nothing."""
    try:
        claims.submit(claim_id, version(claim_id), actor=actor, hash_key=KEY)
    except PortalError as refusal:
        return refusal.code
    return ""


def reason_of(desk: Desk, name: str) -> int:
    return next(key for key, known in refunds.reasons(actor=desk.clerk) if known == name)


def given_back(desk: Desk, claim_id: int, **values) -> None:
    refund_id = desk.record(claim_id, **values)
    for verb in (V.CONFIRM, V.PRINT, V.RECEIVE):
        desk.do(refund_id, verb)


def test_what_came_back_whole_because_its_right_has_gone_is_claimed_where_the_right_is(desk):
    claim_id = desk.counter.brought_to(ClaimStatus.PAID)
    moved_away(desk)
    reason, there = reason_of(desk, NO_RIGHT), desk.counter.other_clerk
    anew = claimed_anew(desk, claim_id, there)
    given_back(desk, claim_id, amount=899_00, reason_id=reason)
    assert sent(anew, there) == "RECEIPT_ALREADY_CLAIMED", "a baht is still there"
    given_back(desk, claim_id, amount=1_00, reason_id=reason)
    assert rows("SELECT object_id FROM audit_event WHERE verb = 'free_receipts'") == [(str(claim_id),)]
    sound()
    assert sent(anew, there) == ""
    sound()


@pytest.mark.parametrize(("reason", "has_moved"), [("เบิกซ้ำ", True), (NO_RIGHT, False)])
def test_what_was_paid_elsewhere_or_keeps_its_right_is_not_claimed_anew(desk, reason, has_moved):
    claim_id = desk.counter.brought_to(ClaimStatus.PAID)
    if has_moved:
        moved_away(desk)
    actor = desk.counter.other_clerk if has_moved else desk.counter.clerk
    anew = claimed_anew(desk, claim_id, actor)
    given_back(desk, claim_id, amount=900_00, reason_id=reason_of(desk, reason))
    assert sent(anew, actor) == "RECEIPT_ALREADY_CLAIMED"


def test_what_a_run_keeps_back_whole_frees_the_receipts_of_appeals_too(desk):
    counter, appeals = desk.counter, Appeals(desk.counter)
    claim_id = counter.brought_to(ClaimStatus.PAID)
    appeal_id = appeals.sent(claim_id, additional=50_00, further=[FurtherReceipt("10001", "F-1", 500_00)])
    appeals.decide(appeal_id), appeals.pay(appeal_id)
    moved_away(desk)
    values = {
        "amount": 950_00,
        "reason_id": reason_of(desk, NO_RIGHT),
        "method": RefundMethod.SET_OFF,
        "account_id": None,
    }
    refund_id = desk.record(claim_id, **values)
    desk.do(refund_id, V.CONFIRM)
    before = {"served_on": days(-25), "receipt_on": days(-25)}
    counter.decide(counter.sent(total=2_000_00, claimable=2_000_00, **before))
    release(counter, made(counter)), work()
    assert (of(refund_id, "status"), of(refund_id, "kept_back")) == (S.MONEY_RECEIVED, 950_00)
    assert rows("SELECT id FROM claimed_receipt WHERE held AND claim_id = :id", id=claim_id) == []
    there = counter.other_clerk
    assert sent(claimed_anew(desk, claim_id, there), there) == ""
    sound()
