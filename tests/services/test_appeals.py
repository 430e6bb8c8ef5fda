"""Appeals: for details and for money, from the clerk to the outcome and the transfer, and what the ledger says of them."""

import io

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.appeals import AppealKind, AppealStatus, AppealVerb, Compensation
from app.domain.claims import ClaimStatus, PatientType
from app.domain.errors import Conflict, NotAllowed, NotFound, PortalError, Refused, WrongState
from app.models.appeal import Appeal
from app.models.database import db
from app.rules.appeal_statuses import TABLE
from app.services import invariants
from app.services.money import appeal_desk, appeal_papers, appeal_review, appeals, claim_review
from app.services.money.appeals import AppealForm
from app.services.money.held_receipts import FurtherReceipt
from tests.services.claim_counter import Counter, code_of, open_counter, standing, version
from tests.services.rights_register import KEY, TODAY, days
from tests.services.test_evidence import PDF

S, V = AppealStatus, AppealVerb


@pytest.fixture
def counter(sqlite_database, tmp_path) -> Counter:
    return open_counter(tmp_path)


@pytest.fixture
def any_counter(database, tmp_path) -> Counter:
    return open_counter(tmp_path)


def of(appeal_id: int, column: str):
    table = Appeal.__table__
    with db.engine.connect() as connection:
        return connection.execute(sa.select(table.c[column]).where(table.c.id == appeal_id)).scalar_one()


class Desk:
    """The verbs in short, against a claim of 1,000 of which 850 were approved."""

    def __init__(self, counter: Counter) -> None:
        self.counter, self.clerk, self.finance = counter, counter.clerk, counter.finance
        self.reason = appeals.reasons(actor=counter.clerk)[0][0]

    def form(self, **values) -> AppealForm:
        given = {
            "kind": AppealKind.AMOUNT, "reason_id": self.reason, "compensation": Compensation.MEDICINE,
            "additional": 100_00,
        }  # fmt: skip
        return AppealForm(**given | values)

    def claim(self, **values) -> int:
        claim_id = self.counter.sent(**values)
        self.counter.decide(claim_id)
        return claim_id

    def sent(self, claim_id: int, **values) -> int:
        appeal_id = appeals.record(claim_id, self.form(**values), actor=self.clerk)
        self.attach(appeal_id)
        appeals.submit(appeal_id, of(appeal_id, "version"), actor=self.clerk)
        return appeal_id

    def attach(self, appeal_id: int) -> int:
        content = io.BytesIO(PDF + str(appeal_id).encode())
        return appeal_papers.attach(appeal_id, content, "ใบเสร็จ.pdf", actor=self.clerk, shelf=self.counter.shelf)

    def decide(self, appeal_id: int, passes: bool = True, note: str = "", by: int = 0) -> AppealStatus:
        seen = of(appeal_id, "version")
        return appeal_review.decide(appeal_id, seen, passes, note, actor=self.finance[by])

    def recall(self, appeal_id: int, note: str = "ใบเสร็จเป็นของคำร้องอื่น", by: int = 1) -> None:
        appeal_review.recall(appeal_id, of(appeal_id, "version"), note, actor=self.finance[by])

    def pay(self, appeal_id: int, by: int = 2, on=TODAY) -> None:
        appeal_review.pay(appeal_id, of(appeal_id, "version"), on, "KTB-2", actor=self.finance[by])


def sound() -> None:
    with db.engine.connect() as connection:
        found = [one.invariant.code for one in invariants.findings(connection) if one.count]
    assert [code for code in found if code.startswith(("LEDGER", "CLAIM"))] == []


def test_more_money_from_the_appeal_to_the_transfer(any_counter):
    desk = Desk(any_counter)
    claim_id = desk.claim()
    any_counter.pay(claim_id)
    appeal_id = desk.sent(claim_id)
    assert code_of(lambda: appeals.record(claim_id, desk.form(), actor=desk.clerk)) == "APPEAL_OPEN"
    assert desk.decide(appeal_id) is S.PASSED
    assert standing(claim_id) == (100_00, 900_00)
    sound()
    assert code_of(lambda: desk.pay(appeal_id, by=0)) == "PAYER_DECIDED"
    assert code_of(lambda: desk.pay(appeal_id, on=days(1))) == "DATE_IN_FUTURE"
    desk.pay(appeal_id)
    assert standing(claim_id) == (0, 1_000_00)
    sound()
    with pytest.raises(WrongState):
        desk.pay(appeal_id)
    # Nothing is left of the receipts.
    assert code_of(lambda: appeals.record(claim_id, desk.form(additional=1), actor=desk.clerk)) == "APPEAL_OVER_TOTAL"
    found = appeal_desk.open_appeal(appeal_id, actor=desk.clerk, hash_key=KEY)
    assert (found.before, found.verbs) == (900_00, frozenset())
    for statement in (
        "DELETE FROM appeal", "UPDATE appeal SET additional = additional + 1", "DELETE FROM appeal_paper",
        "UPDATE appeal SET paid_by_id = decided_by_id",
    ):  # fmt: skip
        with pytest.raises(IntegrityError), db.writer.begin() as connection:
            connection.execute(sa.text(statement))


def test_details_are_put_right_beside_the_claim(counter):
    desk = Desk(counter)
    claim_id = desk.claim()
    details = {"kind": AppealKind.DETAILS, "hospital": "10002", "patient_type": PatientType.IP, "additional": 5}
    unchanged = desk.form(**details | {"hospital": "10001", "patient_type": PatientType.OP})
    assert code_of(lambda: appeals.record(claim_id, unchanged, actor=desk.clerk)) == "NOTHING_CHANGED"
    appeal_id = desk.sent(claim_id, **details)
    assert (of(appeal_id, "additional"), of(appeal_id, "patient_type")) == (None, PatientType.IP)
    assert desk.decide(appeal_id) is S.PASSED
    assert standing(claim_id) == (900_00, 0)
    assert code_of(lambda: desk.pay(appeal_id)) == "APPEAL_WITHOUT_MONEY"
    assert (
        code_of(lambda: claim_review.recall(claim_id, version(claim_id), "x", actor=desk.finance[0])) == "APPEAL_OPEN"
    )
    sound()


def test_what_an_appeal_must_say_and_what_it_may_not_ask(counter):
    desk = Desk(counter)
    claim_id, unsent = desk.claim(), counter.record()
    for values, code in (
        ({"kind": None}, "REQUIRED"), ({"reason_id": 999}, "REQUIRED"), ({"additional": None}, "REQUIRED"),
        ({"additional": 0}, "AMOUNT_NOT_POSITIVE"), ({"additional": 100_01}, "APPEAL_OVER_TOTAL"),
        ({"words": "ก" * 1001}, "TOO_LONG"),
    ):  # fmt: skip
        assert code_of(lambda values=values: appeals.record(claim_id, desk.form(**values), actor=desk.clerk)) == code
    with pytest.raises(Refused):
        appeals.record(unsent, desk.form(), actor=desk.clerk)
    appeal_id = appeals.record(claim_id, desk.form(), actor=desk.clerk)
    assert code_of(lambda: appeals.submit(appeal_id, 1, actor=desk.clerk)) == "FURTHER_PAPER_MISSING"
    again = desk.form(additional=50_00)
    appeals.record(claim_id, again, actor=desk.clerk, appeal_id=appeal_id, seen_version=of(appeal_id, "version"))
    assert of(appeal_id, "additional") == 50_00
    appeals.cancel(appeal_id, of(appeal_id, "version"), actor=desk.clerk)
    refused = desk.sent(claim_id)
    assert code_of(lambda: desk.decide(refused, passes=False)) == "NOTE_NEEDED"
    assert desk.decide(refused, passes=False, note="เบิกครบแล้ว") is S.NOT_PASSED
    assert standing(claim_id) == (900_00, 0)


def test_above_the_limit_two_sign(counter):
    desk = Desk(counter)
    claim_id = desk.claim(total=500_000_00, claimable=100_000_00)
    appeal_id = desk.sent(claim_id, additional=150_000_00)
    assert desk.decide(appeal_id) is S.SUBMITTED
    assert code_of(lambda: desk.decide(appeal_id)) == "SECOND_SIGNATURE"
    assert code_of(lambda: appeals.cancel(appeal_id, of(appeal_id, "version"), actor=desk.clerk)) == "APPEAL_SIGNED"
    assert desk.decide(appeal_id, by=1) is S.PASSED
    assert code_of(lambda: desk.pay(appeal_id, by=0)) == "PAYER_DECIDED"
    desk.pay(appeal_id)
    assert standing(claim_id) == (100_000_00, 150_000_00)
    sound()


def test_nobody_elsewhere_and_nobody_without_the_power(counter):
    desk = Desk(counter)
    claim_id = desk.claim()
    appeal_id = desk.sent(claim_id)
    seen, other, paper = of(appeal_id, "version"), counter.other_clerk, 1
    acts = {
        NotFound: (
            lambda: appeals.record(claim_id, desk.form(), actor=other),
            lambda: appeals.cancel(appeal_id, seen, actor=other),
            lambda: appeals.submit(appeal_id, seen, actor=other),
            lambda: appeal_desk.open_appeal(appeal_id, actor=other, hash_key=KEY),
            lambda: appeal_papers.open_(paper, actor=other, shelf=counter.shelf),
            lambda: appeals.find_claim("RC1", actor=other),
        ),
        NotAllowed: (
            lambda: appeal_review.decide(appeal_id, seen, True, "", actor=desk.clerk),
            lambda: appeal_review.pay(appeal_id, seen, TODAY, "1", actor=desk.clerk),
            lambda: appeal_review.recall(appeal_id, seen, "x", actor=desk.clerk),
            lambda: appeals.cancel(appeal_id, seen, actor=desk.finance[0]),
            lambda: appeal_desk.waiting(False, actor=desk.clerk),
        ),
        WrongState: (lambda: desk.attach(appeal_id),),
        Conflict: (lambda: appeal_review.decide(appeal_id, seen + 1, True, "", actor=desk.finance[0]),),
    }
    for kind, tried in acts.items():
        for act in tried:
            with pytest.raises(PortalError) as refusal:
                act()
            assert isinstance(refusal.value, kind)
    assert appeal_papers.open_(paper, actor=desk.clerk, shelf=counter.shelf).name == "ใบเสร็จ.pdf"
    assert of(appeal_id, "version") == seen
    assert ClaimStatus.APPROVED is claim_status(claim_id)


def claim_status(claim_id: int) -> ClaimStatus:
    with db.engine.connect() as connection:
        query = sa.text("SELECT status FROM receipt_claim WHERE id = :id")
        return ClaimStatus(connection.execute(query, {"id": claim_id}).scalar_one())


def test_every_act_in_every_state_does_what_the_table_says(counter):
    desk = Desk(counter)
    acts = {
        V.RECORD: lambda id_: appeals.record(
            of(id_, "claim_id"), desk.form(), actor=desk.clerk, appeal_id=id_, seen_version=of(id_, "version")
        ),
        V.SUBMIT: lambda id_: appeals.submit(id_, of(id_, "version"), actor=desk.clerk),
        V.CANCEL: lambda id_: appeals.cancel(id_, of(id_, "version"), actor=desk.clerk),
        V.PASS: desk.decide,
        V.NOT_PASS: lambda id_: desk.decide(id_, passes=False, note="เบิกครบแล้ว"),
        V.RECALL: desk.recall,
        V.PAY: desk.pay,
    }
    ways: dict[AppealStatus, list[AppealVerb]] = {
        S.DRAFT: [], S.SUBMITTED: [V.SUBMIT], S.PASSED: [V.SUBMIT, V.PASS], S.NOT_PASSED: [V.SUBMIT, V.NOT_PASS],
        S.CANCELLED: [V.CANCEL],
    }  # fmt: skip
    for status in S:
        for verb, act in acts.items():
            appeal_id = appeals.record(desk.claim(), desk.form(), actor=desk.clerk)
            desk.attach(appeal_id)
            for before in ways[status]:
                acts[before](appeal_id)
            line = TABLE.line(status, verb)
            if line is None:
                assert code_of(lambda act=act, id_=appeal_id: act(id_)) in ("APPEAL_STATE", "STALE"), (status, verb)
            else:
                act(appeal_id)
            assert of(appeal_id, "status") is (line.to if line else status), (status, verb)
    sound()


def test_what_passed_is_taken_back_before_it_is_paid_and_by_nobody_who_sent_it(any_counter):
    desk = Desk(any_counter)
    claim_id = desk.claim(total=500_000_00, claimable=100_000_00)
    appeal_id = desk.sent(claim_id, additional=150_000_00)
    desk.decide(appeal_id)
    desk.decide(appeal_id, by=1)
    assert standing(claim_id) == (250_000_00, 0)
    assert code_of(lambda: desk.recall(appeal_id, note=" ")) == "NOTE_NEEDED"
    with db.writer.begin() as connection:  # an officer who was the agency's clerk when it was sent
        sender = {"officer": desk.finance[2].user_id, "id": appeal_id}
        connection.execute(sa.text("UPDATE appeal SET submitted_by_id = :officer WHERE id = :id"), sender)
    assert code_of(lambda: desk.recall(appeal_id, by=2)) == "OWN_CLAIM"
    desk.recall(appeal_id)
    told = (S.NOT_PASSED, None, "ใบเสร็จเป็นของคำร้องอื่น", desk.finance[1].user_id)
    assert tuple(of(appeal_id, name) for name in ("status", "signed_by_id", "note", "decided_by_id")) == told
    assert standing(claim_id) == (100_000_00, 0)
    sound()
    paid = desk.sent(claim_id, additional=1)
    desk.decide(paid), desk.decide(paid, by=1)
    desk.pay(paid)
    assert code_of(lambda: desk.recall(paid, by=0)) == "APPEAL_PAID"
    with pytest.raises(IntegrityError), db.writer.begin() as connection:
        connection.execute(sa.text("UPDATE appeal SET status = 'NOT_PASSED', note = 'x' WHERE paid_on IS NOT NULL"))


def test_what_a_later_appeal_rests_on_is_not_taken_from_under_it(counter):
    desk = Desk(counter)
    claim_id = desk.claim(total=1_000_00, claimable=900_00)
    first = desk.sent(claim_id, additional=100_00, further=[FurtherReceipt("10001", "F-1", 500_00)])
    desk.decide(first)
    second = desk.sent(claim_id, additional=300_00)
    desk.decide(second)
    assert code_of(lambda: desk.recall(first)) == "APPEAL_RESTS_ON"
    waits = desk.sent(claim_id, additional=1, further=[FurtherReceipt("10001", "F-2", 1_000_00)])
    assert code_of(lambda: desk.recall(first)) == "APPEAL_RESTS_ON", "a receipt that may go again holds nothing up"
    desk.decide(waits, passes=False, note="ใบเสร็จของคนอื่น")
    desk.recall(second)
    # One that was sent and not decided yet is asked anew what the receipts come to.
    third = desk.sent(claim_id, additional=300_00)
    desk.recall(first)
    assert code_of(lambda: desk.decide(third)) == "APPEAL_OVER_TOTAL"
    desk.decide(third, passes=False, note="ไม่มีใบเสร็จ")
    fourth = desk.sent(claim_id, additional=100_00, further=[FurtherReceipt("10001", "F-1", 500_00)])
    desk.decide(fourth)
    fifth = desk.sent(claim_id, additional=300_00)
    desk.decide(fifth)
    desk.pay(fifth)
    desk.recall(fourth)  # the money is out: its receipt stays taken
    again = appeals.record(
        claim_id, desk.form(additional=1, further=[FurtherReceipt("10001", "F-1", 500_00)]), actor=desk.clerk
    )
    desk.attach(again)
    assert code_of(lambda: appeals.submit(again, of(again, "version"), actor=desk.clerk)) == "RECEIPT_ALREADY_CLAIMED"
    sound()
