"""What may be one receipt under two numbers is pointed at before it is sent, and never approved among ticked ones."""

import pytest

from app.domain.claims import ClaimVerb, look_key
from app.services.money import appeals, claim_review
from app.services.money.claim_review import Decision
from app.services.money.claim_twins import Twin
from app.services.money.held_receipts import FurtherReceipt
from tests.services.claim_counter import Counter, open_counter, value, version
from tests.services.rights_register import days
from tests.services.test_appeals import Desk
from tests.services.test_receipts_once import near, ready


@pytest.fixture
def counter(sqlite_database, tmp_path) -> Counter:
    return open_counter(tmp_path)


def test_one_receipt_typed_with_letters_that_look_alike_is_not_approved_in_one_press(counter):
    numbers = ("B0l-100", "BOl-100", "B01-I00")
    first, *others = [counter.sent(receipt_no=one, total=3_210_00, claimable=3_210_00) for one in numbers]
    moved = counter.sent(receipt_no="b01/100", total=99_00, claimable=99_00, served_on=days(-90), receipt_on=days(-90))
    assert near(counter, first) == {value("claim_no", one): Twin.READS for one in (*others, moved)}
    decisions = [Decision(one, version(one), ClaimVerb.APPROVE) for one in (first, *others, moved)]
    told = claim_review.decide_many(decisions, actor=counter.finance[0])
    assert {one.error.code for one in told if one.error} == {"LOOKS_ALIKE"} and not any(one.status for one in told)
    assert look_key("B0l-100") != look_key("B01-101")


@pytest.mark.parametrize(
    ("served", "paid", "hospital", "total", "by"),
    [
        (-10, -10, "10001", 321_00, Twin.DAY),
        (-10, -9, "10001", 321_00, Twin.DAY),
        (-11, -10, "10001", 321_00, Twin.DAY),
        (-10, -10, "10002", 321_00, Twin.DAY),  # an issuer can be written in other words
        (-11, -9, "10001", 321_00, Twin.AMOUNT),
        (-10, -10, "10001", 320_00, None),
    ],
)
def test_two_of_one_patient_amount_and_day_are_decided_by_themselves(counter, served, paid, hospital, total, by):
    first = counter.sent(total=321_00, claimable=100_00)
    day = {"served_on": days(served), "receipt_on": days(paid)}
    draft = ready(counter, hospital=hospital, total=total, claimable=100_00, **day)
    assert near(counter, draft) == ({value("claim_no", first): by} if by else {}), "told before it is sent"
    counter.send(draft)
    told = claim_review.decide_many(
        [Decision(one, version(one), ClaimVerb.APPROVE) for one in (first, draft)], actor=counter.finance[0]
    )
    assert [one.error.code if one.error else "" for one in told] == ["LOOKS_ALIKE" if by is Twin.DAY else ""] * 2


def test_a_further_receipt_that_reads_alike_is_pointed_at(counter):
    desk = Desk(counter)
    claim_id = counter.sent(receipt_no="1")
    counter.decide(claim_id)
    appeals.record(claim_id, desk.form(further=[FurtherReceipt("10002", "OP-7", 500_00)]), actor=desk.clerk)
    other = ready(counter, receipt_no="0P-7", total=77_00, claimable=77_00)
    assert near(counter, other) == {value("claim_no", claim_id): Twin.READS}
