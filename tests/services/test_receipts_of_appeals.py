"""Receipts that appeals add, and who issued them: none is paid that another claim holds, and the hospitals are read once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.appeals import AppealKind, AppealStatus, AppealVerb
from app.domain.claims import ClaimStatus, RightGone
from app.domain.errors import PortalError
from app.domain.payment_runs import LeftOutFor
from app.models.database import db
from app.models.dialects import WRITES
from app.services import invariants
from app.services.money import appeal_desk, appeals, claim_review, issuers, run_plans
from app.services.money.held_receipts import FurtherReceipt
from app.services.transaction import transaction
from tests.services.claim_counter import Counter, code_of, open_counter, standing, value, version
from tests.services.rights_register import KEY, TODAY
from tests.services.test_appeals import Desk, of, sound
from tests.services.test_payment_runs import made, release, work
from tests.services.test_receipts_once import HELD, ready, written

LOST = "UPDATE claimed_receipt SET held = :held WHERE appeal_id = :id"


@pytest.fixture
def counter(database, tmp_path) -> Counter:
    return open_counter(tmp_path)


def broken(code: str = "APPEAL_RECEIPT_TWICE") -> tuple[str, ...]:
    with db.engine.connect() as connection:
        (found,) = invariants.findings(connection, only=code)
    return found.examples


def refused_lines() -> list[tuple[int, str]]:
    query = "SELECT appeal_id, reason_code FROM transfer_line WHERE outcome = 'REFUSED' ORDER BY appeal_id"
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


def refusal_of(act) -> PortalError:
    with pytest.raises(PortalError) as refusal:
        act()
    return refusal.value


def sent(desk: Desk, **values) -> int:
    claim_id = desk.claim(total=1_000_00, claimable=900_00)
    return desk.sent(claim_id, **{"further": [FurtherReceipt("10001", "F-1", 500_00)], "additional": 200_00} | values)


def test_an_appeal_whose_further_receipt_another_one_holds_is_named_and_brings_no_money(counter):
    desk = Desk(counter)
    appeal_id = sent(desk)
    assert broken() == ()
    written(LOST, held=False, id=appeal_id)
    assert broken() == (of(appeal_id, "appeal_no"),)
    assert code_of(lambda: desk.decide(appeal_id)) == "APPEAL_RECEIPT_HELD"
    written(LOST, held=True, id=appeal_id)
    assert desk.decide(appeal_id) is AppealStatus.PASSED
    written(LOST, held=False, id=appeal_id)
    assert broken() == (of(appeal_id, "appeal_no"),)
    assert code_of(lambda: desk.pay(appeal_id)) == "APPEAL_RECEIPT_HELD"
    written(LOST, held=True, id=appeal_id)
    desk.pay(appeal_id)
    assert standing(of(appeal_id, "claim_id"))[1] == 200_00
    sound()


def test_an_appeal_that_does_not_pass_needs_no_receipt(counter):
    desk = Desk(counter)
    appeal_id = sent(desk)
    written(LOST, held=False, id=appeal_id)
    assert desk.decide(appeal_id, passes=False, note="ใบเสร็จเป็นของคำร้องอื่น") is AppealStatus.NOT_PASSED
    assert broken() == ()


def test_a_run_leaves_out_and_refuses_an_appeal_whose_receipt_another_one_holds(counter):
    desk = Desk(counter)
    appeal_id = sent(desk)
    desk.decide(appeal_id)
    run_id = made(counter)
    with pytest.raises(IntegrityError):
        written("UPDATE appeal SET status = 'NOT_PASSED', note = 'x'")
    written(LOST, held=False, id=appeal_id)
    release(counter, run_id)
    work()
    assert refused_lines() == [(appeal_id, "LINE_RECEIPT_HELD")]
    left = run_plans.preview(TODAY, "", actor=counter.finance[2]).left_out
    assert [one.satang for one in left[LeftOutFor.RECEIPT_HELD]] == [200_00]
    claim_id = of(appeal_id, "claim_id")
    assert value("status", claim_id) is ClaimStatus.PAID
    assert appeal_desk.waiting(True, actor=counter.finance[1]).gone == {appeal_id: RightGone.RECEIPT_HELD}
    # The way out: its passing is taken back, nothing is owed any more, and the claim can be appealed against anew.
    desk.recall(appeal_id)
    assert (of(appeal_id, "status"), standing(claim_id), broken()) == (AppealStatus.NOT_PASSED, (0, 900_00), ())
    found = appeal_desk.open_appeal(appeal_id, actor=counter.clerk, hash_key=KEY)
    assert (found.gone, found.verbs, bool(found.taken_back_by)) == (None, frozenset(), True)
    sound()
    assert desk.decide(desk.sent(claim_id)) is AppealStatus.PASSED
    assert standing(claim_id) == (100_00, 900_00)


def test_nothing_is_paid_of_a_claim_that_brings_more_than_the_receipts_it_holds(counter):
    desk = Desk(counter)
    first = sent(desk, additional=100_00)
    claim_id = of(first, "claim_id")
    desk.decide(first)
    second = desk.sent(claim_id, additional=300_00)
    desk.decide(second)
    run_id = made(counter)
    written(LOST, held=False, id=first)  # an upgrade finds that another claim holds what the second one rests on
    assert (broken(), broken("CLAIM_OVER_RECEIPTS")) == ((of(first, "appeal_no"),), (value("claim_no", claim_id),))
    release(counter, run_id)
    work()
    found = {first: RightGone.RECEIPT_HELD, second: RightGone.RECEIPTS_SHORT}
    assert refused_lines() == [(first, "LINE_RECEIPT_HELD"), (second, "LINE_RECEIPTS_SHORT")]
    assert appeal_desk.waiting(True, actor=counter.finance[1]).gone == found
    left = run_plans.preview(TODAY, "", actor=counter.finance[2]).left_out
    assert [one.satang for one in left[LeftOutFor.RECEIPTS_SHORT]] == [300_00]
    told = refusal_of(lambda: desk.pay(second))
    assert (told.code, told.facts["over"]) == ("APPEAL_OVER_RECEIPTS", 300_00)
    waits = desk.sent(claim_id, additional=1_00, further=[FurtherReceipt("10001", "F-2", 1_000_00)])
    assert broken("CLAIM_OVER_RECEIPTS") == (value("claim_no", claim_id),), "what only waits covers nothing"
    desk.decide(waits, passes=False, note="ใบเสร็จของคนอื่น")
    # The way out: both are taken back, and what the receipts still bring is asked anew.
    desk.recall(first)
    assert refusal_of(lambda: desk.pay(second)).facts["over"] == 200_00
    desk.recall(second)
    third = desk.sent(claim_id, additional=100_00)
    desk.decide(third), desk.pay(third)
    assert (standing(claim_id), broken("CLAIM_OVER_RECEIPTS")) == ((0, 1_000_00), ())
    sound()


def test_what_its_claim_does_not_hold_any_more_covers_no_appeal(counter):
    desk = Desk(counter)
    claim_id = desk.claim(total=1_000_00, claimable=900_00)
    counter.pay(claim_id)
    passed = desk.sent(claim_id, additional=50_00)
    desk.decide(passed)
    written("UPDATE claimed_receipt SET held = false WHERE claim_id = :id", id=claim_id)  # of two that were paid for it
    assert code_of(lambda: desk.pay(passed)) == "APPEAL_OVER_RECEIPTS"
    desk.recall(passed)
    assert code_of(lambda: desk.sent(claim_id, additional=50_00)) == "APPEAL_OVER_TOTAL"


def test_an_appeal_for_details_that_lost_its_receipt_is_marked_and_taken_back(counter):
    desk = Desk(counter)
    appeal_id = desk.sent(desk.claim(receipt_no="77"), kind=AppealKind.DETAILS, hospital="10002")
    desk.decide(appeal_id)
    written(LOST, held=False, id=appeal_id)
    opened = lambda: appeal_desk.open_appeal(appeal_id, actor=counter.finance[0], hash_key=KEY)  # noqa: E731
    assert (opened().gone, opened().verbs) == (RightGone.RECEIPT_HELD, {AppealVerb.RECALL})
    desk.recall(appeal_id)
    assert (of(appeal_id, "status"), broken()) == (AppealStatus.NOT_PASSED, ())
    assert standing(of(appeal_id, "claim_id")) == (900_00, 0)
    claim_id = of(appeal_id, "claim_id")
    claim_review.recall(claim_id, version(claim_id), "ใบเสร็จเป็นของคำร้องอื่น", actor=counter.finance[0])
    sound()


def test_the_same_hospital_put_right_twice_is_held_by_the_first(counter):
    desk = Desk(counter)
    claim_id = desk.claim(receipt_no="77")
    first = desk.sent(claim_id, kind=AppealKind.DETAILS, hospital="10002")
    desk.decide(first)
    second = desk.sent(claim_id, kind=AppealKind.DETAILS, hospital="10002")
    desk.decide(second)
    assert broken() == ()
    sound()
    # The first is taken back: the second says the same and stands, so nobody else claims that receipt.
    desk.recall(first)
    assert broken() == ()
    again = ready(counter, receipt_no="77", hospital="10002")
    assert code_of(lambda: counter.send(again)) == HELD
    desk.recall(second)
    counter.send(again)
    assert broken() == ()


def test_a_hospital_is_not_put_right_to_where_a_further_receipt_of_the_claim_says_the_same(counter):
    desk = Desk(counter)
    claim_id = desk.claim(receipt_no="77", total=1_000_00, claimable=900_00)
    again = {"further": [FurtherReceipt("10002", "77", 1_000_00)], "additional": 200_00}
    desk.decide(desk.sent(claim_id, **again))
    details = appeals.record(claim_id, desk.form(kind=AppealKind.DETAILS, hospital="10002"), actor=desk.clerk)
    assert code_of(lambda: appeals.submit(details, 1, actor=desk.clerk)) == HELD
    assert broken() == ()


@pytest.mark.parametrize(
    ("unit", "is_hospital"),
    [("ศูนย์คลินิกรวม", True), ("โรงพยาบาล ศูนย์คลินิกรวม", True), ("บริษัท คลินิกสอง จำกัด", False), ("คลินิก สอง", False)],
)
def test_a_clinic_says_so_before_its_name_and_not_within(counter, unit, is_hospital):
    written("UPDATE hospital SET name_th = 'โรงพยาบาลศูนย์คลินิก รวม' WHERE code = '10003'")
    counter.send(ready(counter, receipt_no="12", private_unit=unit))
    with db.engine.connect() as connection:
        (key,) = connection.execute(sa.text("SELECT issuer_key FROM claimed_receipt")).scalars()
    assert key.startswith("H:10003" if is_hospital else "N:")


@contextmanager
def readings() -> Iterator[list[bool]]:
    """Whether each reading of all hospitals came while a transaction wrote."""
    seen: list[bool] = []

    def look(connection, _cursor, statement, *_more):
        if statement.startswith("SELECT hospital.code, hospital.name_th") and "WHERE" not in statement:
            seen.append(bool(connection.get_execution_options().get(WRITES)))

    sa.event.listen(db.engine, "before_cursor_execute", look)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", look)


def test_the_hospitals_are_read_once_and_before_the_writing(counter):
    desk = Desk(counter)
    claim_id = desk.claim()
    places = [FurtherReceipt(f"ศูนย์ที่ {number}", f"F-{number}", 100_00) for number in range(1, 6)]
    with readings() as seen:
        appeal_id = appeals.record(claim_id, desk.form(further=places), actor=desk.clerk)
        desk.attach(appeal_id)
        appeals.submit(appeal_id, of(appeal_id, "version"), actor=desk.clerk)
        counter.send(ready(counter, receipt_no="12", private_unit="ศูนย์อื่น"))
    assert seen == [False, False, False]
    again = ready(counter, receipt_no="12", private_unit="ศูนย์ อื่น")
    assert code_of(lambda: counter.send(again)) == HELD


def test_what_a_transaction_needs_unforeseen_it_reads_once(counter):
    with readings() as seen, transaction(counter.clerk) as session:
        found = [issuers.issuer_of(session, None, place) for place in ("ศูนย์ หนึ่ง", "บริษัท ส อง จำกัด")]
    assert found == [("ศูนย์ หนึ่ง", "N:ศูนย์หนึ่ง"), ("โรงพยาบาลสอง", "H:10002")]
    assert seen == [True]


def test_what_is_listed_or_a_clinic_asks_for_no_reading(counter):
    scope = counter.clerk.scope
    assert issuers.read_before(scope, ["", "คลินิกหมอดี", "10001", "รพ.หนึ่ง"]) is None
    assert issuers.read_before(scope, ["ศูนย์อื่น"]) is not None
