"""What may be one receipt under two numbers is pointed at before it is sent, and never approved among ticked ones."""

import pytest
import sqlalchemy as sa

from app.domain.claims import ClaimVerb, issuer_key, look_key
from app.models.claimed_receipt import ClaimedReceipt
from app.models.database import db
from app.services.money import appeal_desk, appeals, claim_review
from app.services.money.claim_review import Decision
from app.services.money.claim_twins import Twin
from app.services.money.held_receipts import FurtherReceipt
from tests.services.claim_counter import Counter, code_of, open_counter, value, version
from tests.services.rights_register import KEY, days
from tests.services.test_appeals import Desk, of
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


def test_the_claims_own_receipt_once_more_under_another_issuer_is_pointed_at(counter):
    desk, finance = Desk(counter), counter.finance[0]
    claim_id = desk.claim(receipt_no="68-00113")
    typed = (("68/113", 1_000_00), ("68-OO113", 20_00), ("7", 5_00))
    further = [FurtherReceipt("10002", number, total) for number, total in typed]
    first = desk.sent(claim_id, further=further)
    twins = lambda appeal_id: [  # noqa: E731
        (one.receipt.receipt_no, one.other.receipt_no, one.other.issuer, one.by)
        for one in appeal_desk.open_appeal(appeal_id, actor=finance, hash_key=KEY).own_twins
    ]
    own = ("68-00113", "โรงพยาบาลหนึ่ง")
    assert twins(first) == [("68/113", *own, Twin.NUMBER), ("68-OO113", *own, Twin.READS)]
    assert {key: len(found) for key, found in appeal_desk.waiting(False, actor=finance).own_twins.items()} == {first: 2}
    desk.decide(first)
    second = desk.sent(claim_id, further=[FurtherReceipt("คลินิกหมอดี", "7", 5_00)])
    assert twins(second) == [("7", "7", "โรงพยาบาลสอง", Twin.NUMBER)], "of an earlier appeal of the claim"
    assert appeal_desk.waiting(True, actor=finance).own_twins[first][0].by is Twin.NUMBER, "before it is paid, too"


def test_what_an_appeal_set_free_looks_like_nothing(counter):
    desk = Desk(counter)
    claim_id = desk.claim(receipt_no="1")
    other = counter.sent(receipt_no="FX-01", total=100_00, claimable=100_00, hospital="10002")
    pointed = lambda: (  # noqa: E731 - from the other claim, from the claim itself, and within it
        near(counter, other),
        [*near(counter, claim_id).values()],
        [*appeal_desk.waiting(False, actor=counter.finance[0]).near.values()],
    )
    for end in ("cancel", "refuse", "pass"):
        appeal_id = desk.sent(claim_id, additional=1_00, further=[FurtherReceipt("คลินิกหมอดี", "FX-1", 100_00)])
        found = appeal_desk.open_appeal(appeal_id, actor=counter.finance[0], hash_key=KEY)
        assert found.own_twins == () and [one.by for one in found.near] == [Twin.NUMBER]
        told, own, queue = pointed()
        assert (told, own, len(queue)) == ({value("claim_no", claim_id): Twin.NUMBER}, [Twin.NUMBER], 1)
        if end == "cancel":
            appeals.cancel(appeal_id, of(appeal_id, "version"), actor=desk.clerk)
        else:
            desk.decide(appeal_id, passes=end == "pass", note="ใบเสร็จของคนอื่น")
        if end != "pass":
            assert pointed() == ({}, [], [])
    assert near(counter, other) == {value("claim_no", claim_id): Twin.NUMBER}


SPELLINGS = (
    "รพ สอง", "ร.พ.สอง", "โรงพยาบาล สอง", "โรงพยาบาลสอง จำกัด", "บริษัท โรงพยาบาลสอง จำกัด (มหาชน)", "บจก. รพ.สอง",
    "10002 สอง", "สอง",
)  # fmt: skip


@pytest.mark.parametrize("unit", SPELLINGS)
def test_a_listed_hospital_is_itself_however_its_name_is_spelt(counter, unit):
    counter.send(ready(counter, receipt_no="12", hospital="10002"))
    again = ready(counter, receipt_no="12", hospital="10001", private_unit=unit)
    assert code_of(lambda: counter.send(again)) == "RECEIPT_ALREADY_CLAIMED"
    assert issuer_key("", unit) == issuer_key("", "โรงพยาบาลสอง") or unit.startswith("1")


def test_a_place_that_was_noted_under_an_older_key_holds_its_receipt_still(counter):
    old = counter.send(ready(counter, receipt_no="12", private_unit="ศูนย์เอกซเรย์ จำกัด"))
    rewritten(old, issuer_key="N:ศูนย์เอกซเรย์จำกัด")
    again = ready(counter, receipt_no="12", private_unit="บริษัท ศูนย์เอกซเรย์")
    assert code_of(lambda: counter.send(again)) == "RECEIPT_ALREADY_CLAIMED"
    counter.send(ready(counter, receipt_no="12", private_unit="ศูนย์อื่น"))


def rewritten(claim_id: int, **values: object) -> None:
    """What a claim holds as an older portal may have noted it: its row anew, as facts never change."""
    table = ClaimedReceipt.__table__
    with db.writer.begin() as connection:
        row = dict(connection.execute(sa.select(table).where(table.c.claim_id == claim_id)).mappings().one())
        connection.execute(sa.insert(table).values({**row, "id": row["id"] + 100, **values}))
        connection.execute(sa.text("UPDATE claimed_receipt SET held = 0 WHERE id = :id"), {"id": row["id"]})
