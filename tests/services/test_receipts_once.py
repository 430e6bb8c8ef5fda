"""One receipt is paid once: by its issuer, number and amount, whoever claims it and however; what looks like it is pointed at."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.appeals import AppealKind, AppealStatus
from app.domain.claims import ClaimReason, ClaimStatus, ClaimVerb, issuer_key
from app.domain.errors import BadInput, PortalError
from app.models.claimed_receipt import ClaimedReceipt
from app.models.database import db
from app.services import invariants
from app.services.money import appeal_desk, appeals, claim_desk, claim_review, claims
from app.services.money.claim_review import Decision
from app.services.money.claim_twins import Twin
from app.services.money.held_receipts import FurtherReceipt
from tests.services.claim_counter import Counter, code_of, open_counter, standing, value, version
from tests.services.rights_register import KEY, days
from tests.services.side_by_side import gate, on_postgresql, outcomes_of
from tests.services.test_appeals import Desk, of, sound

HELD = "RECEIPT_ALREADY_CLAIMED"


@pytest.fixture
def counter(sqlite_database, tmp_path) -> Counter:
    return open_counter(tmp_path)


def ready(counter: Counter, **values) -> int:
    """A claim with its papers, not sent yet."""
    claim_id = counter.record(**values)
    counter.attach(claim_id)
    if values.get("private_unit"):
        counter.attach(claim_id, claims.PaperKind.REFERRAL)
    return claim_id


def near(counter: Counter, claim_id: int) -> dict[str, Twin]:
    found = claim_desk.open_claim(claim_id, actor=counter.finance[0], hash_key=KEY).near
    return {one.claim_no: one.by for one in found}


@pytest.mark.parametrize(
    ("hospital", "unit", "code"),
    [("10002", "ศูนย์ตรวจเอกชน", HELD), ("10001", "ศูนย์ ตรวจ-เอกชน", HELD), ("10001", "ศูนย์อื่น", ""), ("10001", "", "")],
)
def test_a_receipt_is_known_by_who_issued_it_not_by_who_referred(counter, hospital, unit, code):
    counter.send(
        ready(counter, receipt_no="12", private_unit="ศูนย์ตรวจเอกชน", served_on=days(-50), receipt_on=days(-50))
    )
    again = ready(counter, receipt_no="012", hospital=hospital, private_unit=unit)
    if code:
        assert code_of(lambda: counter.send(again)) == code
    else:
        counter.send(again)
    assert list(near(counter, again).values()) == [Twin.NUMBER]


def test_a_private_unit_that_is_a_listed_hospital_is_that_hospital(counter):
    counter.send(ready(counter, receipt_no="12", private_unit="รพ.สอง"))
    assert code_of(lambda: counter.send(ready(counter, receipt_no="12", hospital="10002"))) == HELD
    assert issuer_key("", "รพ. เอก ชน") == issuer_key("", "โรงพยาบาลเอกชน") != issuer_key("10001")


def test_a_clinic_is_no_hospital_of_its_name(counter):
    counter.send(ready(counter, receipt_no="12", private_unit="คลินิกสอง"))
    counter.send(ready(counter, receipt_no="12", hospital="10002"))


def test_details_put_right_hold_the_receipt_of_the_right_hospital(counter):
    desk = Desk(counter)
    claim_id = counter.sent(receipt_no="77")
    counter.decide(claim_id)
    appeal_id = desk.sent(claim_id, kind=AppealKind.DETAILS, hospital="10002")
    other = ready(counter, receipt_no="77", hospital="10002")
    assert code_of(lambda: counter.send(other)) == HELD
    assert desk.decide(appeal_id, passes=False, note="ไม่ใช่") is AppealStatus.NOT_PASSED
    counter.send(other)  # nobody holds it there any more
    blocked = appeals.record(claim_id, desk.form(kind=AppealKind.DETAILS, hospital="10002"), actor=desk.clerk)
    assert code_of(lambda: appeals.submit(blocked, of(blocked, "version"), actor=desk.clerk)) == HELD


def test_further_receipts_are_receipts_like_any_other(counter):
    desk = Desk(counter)
    claim_id = counter.sent(receipt_no="1")
    counter.decide(claim_id)
    for further, code in (
        (FurtherReceipt("10002", "", 500_00), "FURTHER_RECEIPT_INCOMPLETE"),
        (FurtherReceipt("10002", "9", 0), "FURTHER_RECEIPT_INCOMPLETE"),
        (FurtherReceipt("10002", "РC-9", 500_00), "RECEIPT_LETTER"),  # a Cyrillic letter
    ):
        form = desk.form(further=[further])
        assert code_of(lambda form=form: appeals.record(claim_id, form, actor=desk.clerk)) == code
    twice = desk.form(further=[FurtherReceipt("10002", "9", 5_00)] * 2)
    assert code_of(lambda: appeals.record(claim_id, twice, actor=desk.clerk)) == "FURTHER_RECEIPT_TWICE"
    # The claim's own receipt adds nothing to what the treatment cost.
    assert code_of(lambda: desk.sent(claim_id, further=[FurtherReceipt("10001", "01", 1_000_00)])) == HELD
    draft = appeals.find_claim(value("claim_no", claim_id), actor=desk.clerk)
    assert draft == claim_id
    with db.engine.connect() as connection:
        (left,) = connection.execute(sa.text("SELECT id FROM appeal")).scalars()
    appeals.cancel(left, of(left, "version"), actor=desk.clerk)
    more = [FurtherReceipt("10002", "9", 500_00)]
    over = desk.form(additional=600_01, further=more)
    assert code_of(lambda: appeals.record(claim_id, over, actor=desk.clerk)) == "APPEAL_OVER_TOTAL"
    appeal_id = desk.sent(claim_id, additional=600_00, further=more)
    assert of(appeal_id, "total") == 1_500_00
    assert desk.decide(appeal_id) is AppealStatus.PASSED
    assert (
        code_of(lambda: counter.send(ready(counter, receipt_no="9", hospital="10002", total=500_00, claimable=1)))
        == HELD
    )
    assert standing(claim_id) == (1_500_00, 0)
    sound()
    for statement in ("UPDATE claimed_receipt SET total = 1", "DELETE FROM claimed_receipt"):
        with pytest.raises(IntegrityError), db.writer.begin() as connection:
            connection.execute(sa.text(statement))


def test_a_draft_of_an_appeal_is_reckoned_anew_when_it_is_sent(counter):
    desk = Desk(counter)
    claim_id = counter.sent(receipt_no="5", total=5_000_00, claimable=4_000_00)
    counter.decide(claim_id, amount=3_000_00, reason=ClaimReason.AMOUNT_WRONG)
    money = appeals.record(claim_id, desk.form(additional=2_000_00), actor=desk.clerk)
    desk.attach(money)
    claim_review.recall(claim_id, version(claim_id), "ผิด", actor=counter.finance[0])
    counter.decide(claim_id, ClaimVerb.RETURN, reason=ClaimReason.AMOUNT_WRONG)
    less = counter.form(receipt_no="5", total=3_500_00, claimable=3_000_00)
    claims.record(less, actor=counter.clerk, hash_key=KEY, claim_id=claim_id, seen_version=version(claim_id))
    counter.send(claim_id)
    counter.decide(claim_id)
    assert code_of(lambda: appeals.submit(money, of(money, "version"), actor=desk.clerk)) == "APPEAL_OVER_TOTAL"
    appeals.cancel(money, of(money, "version"), actor=desk.clerk)
    assert desk.decide(desk.sent(claim_id, additional=500_00)) is AppealStatus.PASSED
    assert standing(claim_id) == (3_500_00, 0)
    sound()


def test_what_looks_alike_is_shown_in_the_queue_and_decided_by_itself(counter):
    first = counter.sent(receipt_no="5", served_on=days(-60), receipt_on=days(-60))
    second = counter.sent(receipt_no="5", hospital="10002", served_on=days(-40), receipt_on=days(-40))
    visits = [
        counter.sent(total=321_00, claimable=321_00, served_on=days(day), receipt_on=days(day))
        for day in (-20, -18, -5)
    ]
    number = value("claim_no", first)
    page = claim_desk.waiting(ClaimStatus.SUBMITTED, 0, actor=counter.finance[0])
    marks = {row.id: [one.by for one in page.near.get(row.id, ())] for row in page.rows}
    assert [marks[one] for one in (first, second, *visits)] == [
        [Twin.NUMBER], [Twin.NUMBER], [Twin.AMOUNT], [Twin.AMOUNT], [],
    ]  # fmt: skip
    decisions = [Decision(one, version(one), ClaimVerb.APPROVE) for one in (second, visits[0])]
    told, good = claim_review.decide_many(decisions, actor=counter.finance[0])
    assert (told.error.code, told.error.facts["other"], good.status) == ("LOOKS_ALIKE", number, ClaimStatus.APPROVED)
    assert value("status", second) is ClaimStatus.SUBMITTED
    assert counter.decide(second).status is ClaimStatus.APPROVED


def test_the_same_file_elsewhere_is_pointed_at(counter):
    desk = Desk(counter)
    claim_id, other = counter.sent(), counter.sent(total=77_00, claimable=77_00)
    counter.decide(claim_id)
    appeal_id = appeals.record(claim_id, desk.form(), actor=desk.clerk)
    with db.writer.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO appeal_paper (appeal_id, agency_id, media_type, size, sha256, uploaded_at) SELECT :appeal,"
                " agency_id, media_type, size, sha256, uploaded_at FROM claim_paper WHERE claim_id = :other"
            ),
            {"appeal": appeal_id, "other": other},
        )
    assert near(counter, other) == {value("claim_no", claim_id): Twin.FILE}
    found = appeal_desk.open_appeal(appeal_id, actor=counter.finance[0], hash_key=KEY)
    assert [(one.id, one.by) for one in found.near] == [(other, Twin.FILE)]
    appeals.cancel(appeal_id, of(appeal_id, "version"), actor=desk.clerk)
    assert near(counter, other) == near(counter, claim_id) == {}


def test_slices_of_one_claim_need_the_signatures_of_the_whole(counter):
    desk = Desk(counter)
    claim_id = counter.sent(total=150_000_00, claimable=100_000_00)
    assert counter.decide(claim_id).status is ClaimStatus.APPROVED
    appeal_id = desk.sent(claim_id, additional=1_00)
    assert appeal_desk.open_appeal(appeal_id, actor=desk.clerk, hash_key=KEY).needs_two
    assert desk.decide(appeal_id) is AppealStatus.SUBMITTED
    assert desk.decide(appeal_id, by=1) is AppealStatus.PASSED


def test_a_draft_from_before_letters_were_asked_for_is_refused_when_it_is_sent(counter):
    old, key = ready(counter, receipt_no="PC-9"), value("receipt_key", counter.sent(receipt_no="PC-8"))
    written("UPDATE receipt_claim SET receipt_no = 'РC-9' WHERE id = :id", id=old)
    with pytest.raises(BadInput) as refusal:
        counter.send(old)
    assert (refusal.value.code, refusal.value.facts["sign"], key) == ("RECEIPT_LETTER", "Р", "pc-8")
    written("UPDATE receipt_claim SET receipt_no = 'PC-8', receipt_key = 'p-c-8' WHERE id = :id", id=old)
    assert code_of(lambda: counter.send(old)) == HELD, "known by its key of today"
    written("UPDATE receipt_claim SET receipt_no = '1', receipt_key = '1', total = 999999999999 WHERE id = :id", id=old)
    assert code_of(lambda: counter.send(old)) == "RECEIPT_OVER_MOST"


def test_a_draft_of_an_appeal_from_before_letters_were_asked_for_is_refused_when_it_is_sent(counter):
    desk = Desk(counter)
    claim_id = counter.sent(receipt_no="1")
    counter.decide(claim_id)
    further = [FurtherReceipt("10002", "7", 100_00), FurtherReceipt("10002", "8", 500_00)]
    appeal_id = appeals.record(claim_id, desk.form(additional=100_00, further=further), actor=desk.clerk)
    desk.attach(appeal_id)
    noted(appeal_id, "8", receipt_no="РC-8")
    with pytest.raises(BadInput) as refusal:
        appeals.submit(appeal_id, of(appeal_id, "version"), actor=desk.clerk)
    facts = refusal.value.facts
    assert (refusal.value.code, facts["row"], facts["receipt_no"]) == ("FURTHER_RECEIPT_LETTER", 2, "РC-8")
    noted(appeal_id, "РC-8", receipt_no="PC-8", receipt_key="p-c-8")
    counter.send(ready(counter, receipt_no="PC-8", hospital="10002", total=500_00, claimable=1))
    assert code_of(lambda: appeals.submit(appeal_id, of(appeal_id, "version"), actor=desk.clerk)) == HELD
    noted(appeal_id, "PC-8", receipt_no="9", receipt_key="old", total=5_000_000_001_00)
    assert code_of(lambda: appeals.submit(appeal_id, of(appeal_id, "version"), actor=desk.clerk)) == "RECEIPT_OVER_MOST"
    noted(appeal_id, "9", total=300_00)
    appeals.submit(appeal_id, of(appeal_id, "version"), actor=desk.clerk)
    with db.engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT receipt_key, held FROM claimed_receipt WHERE receipt_no = '9'"))
        assert kept.all() == [("9", True)]
    sound()


@on_postgresql
def test_two_clerks_of_one_agency_at_once_are_told_of_each_other(database, tmp_path):
    counter = open_counter(tmp_path)
    first, second = (ready(counter, receipt_no="4711", claimable=satang) for satang in (500_00, 600_00))
    numbers = {value("claim_no", one) for one in (first, second)}
    told: list[PortalError] = []

    def send(claim_id: int) -> None:
        try:
            counter.send(claim_id)
        except PortalError as refusal:
            told.append(refusal)
            raise

    with gate("claimed_receipt", waiting=2):
        codes = outcomes_of(lambda: send(first), lambda: send(second))
    assert codes == ["", HELD] and told[0].facts["claim_no"] in numbers


def written(statement: str, **values: object) -> None:
    with db.writer.begin() as connection:
        connection.execute(sa.text(statement), values)


def noted(appeal_id: int, number: str, **other: object) -> None:
    """Write a further receipt of a draft as an older portal may have noted it: its row anew, as facts never change."""
    table = ClaimedReceipt.__table__
    this = sa.and_(table.c.appeal_id == appeal_id, table.c.receipt_no == number)
    with db.writer.begin() as connection:
        row = dict(connection.execute(sa.select(table).where(this)).mappings().one()) | other
        connection.execute(sa.delete(table).where(this))
        connection.execute(sa.insert(table).values(row))


def test_a_receipt_that_two_hold_and_more_than_the_receipts_are_found(counter):
    claim_id = counter.brought_to(ClaimStatus.APPROVED)
    for statement, code in (
        ("UPDATE claimed_receipt SET held = 0", "CLAIM_RECEIPT_TWICE"),
        (
            "UPDATE appeal SET status = 'PASSED', submitted_at = '2026-01-01', decided_at = '2026-01-01'",
            "CLAIM_OVER_RECEIPTS",
        ),
    ):
        with db.writer.connect() as connection:
            if "appeal" in statement:
                connection.rollback()
                appeals.record(claim_id, Desk(counter).form(), actor=counter.clerk)
                connection.execute(sa.text("UPDATE appeal SET additional = 100001, total = 100001"))
            connection.execute(sa.text(statement))
            (found,) = invariants.findings(connection, only=code)
            assert found.examples == (value("claim_no", claim_id),)
            connection.rollback()


def test_a_closed_claim_sets_its_receipt_free_and_its_closing_can_be_taken_back(counter):
    claim_id = counter.sent(receipt_no="33")
    counter.decide(claim_id, ClaimVerb.DENY, reason=claim_review.ClaimReason.NOT_ENTITLED)
    other = ready(counter, receipt_no="33")
    counter.send(other)
    back = lambda: claim_review.recall(claim_id, version(claim_id), "กดผิด", actor=counter.finance[0])  # noqa: E731
    assert code_of(back) == HELD
    counter.decide(other, ClaimVerb.DENY, reason=claim_review.ClaimReason.DUPLICATE)
    assert code_of(back) == HELD  # closed as a duplicate it still stands for its receipt
    claim_review.recall(other, version(other), "กดผิด", actor=counter.finance[0])
    claims.cancel(other, version(other), actor=counter.clerk)
    back()
    assert (value("status", claim_id), standing(claim_id)) == (ClaimStatus.SUBMITTED, (0, 0))
    assert counter.decide(claim_id).status is ClaimStatus.APPROVED
    sound()
