"""Appeals: for details and for money, from the clerk to the outcome and the transfer, and what the ledger says of them."""

import io

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.appeals import AppealKind, AppealStatus, Compensation
from app.domain.claims import ClaimStatus, PatientType
from app.domain.errors import Conflict, NotAllowed, NotFound, PortalError, Refused, WrongState
from app.models.appeal import Appeal
from app.models.database import db
from app.services import invariants
from app.services.money import appeal_desk, appeal_papers, appeal_review, appeals, claim_review
from app.services.money.appeals import AppealForm
from tests.services.claim_counter import Counter, code_of, open_counter, standing, version
from tests.services.rights_register import KEY, TODAY, days
from tests.services.test_evidence import PDF

S = AppealStatus


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
