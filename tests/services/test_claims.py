"""A receipt's way from the clerk to the payment: every act in every state by the table, and what is refused on the way."""

import io
import zipfile

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.claims import ClaimReason, ClaimStatus, ClaimVerb, PaperKind, PatientType
from app.domain.errors import BadInput, Conflict, InvalidForm, NotAllowed, NotFound, Refused, WrongState
from app.domain.ledger import EntryKind
from app.models.database import db
from app.rules.claim_statuses import TABLE
from app.services import invariants
from app.services.money import claim_desk, claim_papers, claim_review, claims
from app.services.money.claim_review import Decision
from app.services.transaction import transaction
from tests.services.claim_counter import CHILD, NAME, PATIENT, Counter, code_of, open_counter, standing, value, version
from tests.services.conftest import nid
from tests.services.rights_register import KEY, TODAY, days, reads, right

S, V = ClaimStatus, ClaimVerb


@pytest.fixture
def counter(sqlite_database, tmp_path) -> Counter:
    return open_counter(tmp_path)


@pytest.fixture
def any_counter(database, tmp_path) -> Counter:
    return open_counter(tmp_path)


def nothing_is_broken() -> None:
    with db.engine.connect() as connection:
        found = [(one.invariant.code, one.examples) for one in invariants.findings(connection) if one.count]
    assert [one for one in found if one[0].startswith(("LEDGER", "CLAIM"))] == []


def test_the_whole_way_and_the_money_behind_it(any_counter):
    counter = any_counter
    claim_id = counter.sent()
    assert value("status", claim_id) is S.SUBMITTED
    assert value("entitlement_id", claim_id) == counter.entitlements["own"]
    outcome = counter.decide(claim_id, amount=850_00, reason=ClaimReason.NOT_CLAIMABLE)
    assert (outcome.status, standing(claim_id)) == (S.APPROVED, (850_00, 0))
    claim_review.recall(claim_id, version(claim_id), "คำนวณผิด", actor=counter.finance[0])
    assert (value("status", claim_id), standing(claim_id)) == (S.SUBMITTED, (0, 0))
    counter.decide(claim_id, by=1)
    assert standing(claim_id) == (900_00, 0)
    assert counter.pay(claim_id).status is S.PAID
    assert standing(claim_id) == (0, 900_00)
    desk = claim_desk.open_claim(claim_id, actor=counter.clerk, hash_key=KEY)
    assert [entry.kind for entry in desk.entries] == [EntryKind.APPROVAL] * 3 + [EntryKind.PAYMENT]
    assert [step.verb for step in desk.steps] == [V.RECORD, V.SUBMIT, V.APPROVE, V.RECALL, V.APPROVE, V.PAY]
    assert desk.verbs == frozenset()
    assert reads()[-1].object_id == str(claim_id)
    nothing_is_broken()
    # The database itself lets nobody touch what was posted, sent or said, nor pay twice.
    for statement in (
        "UPDATE ledger_entry SET satang = 1", "DELETE FROM ledger_entry", "UPDATE claim_step SET note = 'x'",
        "DELETE FROM receipt_claim", "UPDATE receipt_claim SET total = total + 1", "DELETE FROM claim_paper",
        "UPDATE receipt_claim SET paid_by_id = decided_by_id",
        "INSERT INTO ledger_entry (claim_id, agency_id, kind, debit, credit, satang, posted_at) SELECT claim_id, agency_id,"
        " kind, debit, credit, satang, posted_at FROM ledger_entry WHERE kind = 'PAYMENT'",
        "INSERT INTO ledger_entry (claim_id, agency_id, kind, debit, credit, satang, posted_at, reverses_id) SELECT claim_id,"
        " agency_id, kind, credit, debit, satang - 1, posted_at, id FROM ledger_entry WHERE kind = 'PAYMENT'",
    ):  # fmt: skip
        with pytest.raises(IntegrityError), db.writer.begin() as connection:
            connection.execute(sa.text(statement))


def grow_old(claim_id: int) -> None:
    """Let the receipt be of fourteen months ago, where it may still be written."""
    with db.writer.begin() as connection:
        aged = "UPDATE receipt_claim SET receipt_on = :day WHERE id = :id AND status IN ('DRAFT', 'RETURNED')"
        connection.execute(sa.text(aged), {"day": days(-420), "id": claim_id})


def test_every_act_in_every_state_does_what_the_table_says(counter):
    """All states by all acts; the clerk's and the NHSO's, each by whoever may."""
    first, second = counter.finance[0], counter.finance[1]

    acts = {
        V.RECORD: lambda id_: claims.record(
            counter.form(), actor=counter.clerk, hash_key=KEY, claim_id=id_, seen_version=version(id_)
        ),
        V.SUBMIT: counter.send,
        V.CANCEL: lambda id_: claims.cancel(id_, version(id_), actor=counter.clerk),
        V.ALLOW_LATE: lambda id_: (grow_old(id_), claim_review.allow_late(id_, version(id_), "น้ำท่วม", actor=first)),
        V.RETURN: lambda id_: counter.decide(id_, V.RETURN, reason=ClaimReason.PAPERS_MISSING),
        V.DENY: lambda id_: counter.decide(id_, V.DENY, reason=ClaimReason.DUPLICATE),
        V.APPROVE: lambda id_: counter.decide(id_),
        V.RECALL: lambda id_: claim_review.recall(id_, version(id_), "ผิด", actor=second),
        V.PAY: counter.pay,
    }
    for status in S:
        for verb, act in acts.items():
            claim_id, line = counter.brought_to(status), TABLE.line(status, verb)
            if line is not None:
                if verb is V.SUBMIT and status is S.DRAFT:
                    counter.attach(claim_id)
                act(claim_id)
                assert value("status", claim_id) is line.to, (status, verb)
            else:
                with pytest.raises(WrongState):
                    act(claim_id)
                assert value("status", claim_id) is status
    nothing_is_broken()


def test_nobody_without_the_power_and_nobody_elsewhere_does_anything(counter):
    claim_id, clerk, other, finance = counter.sent(), counter.clerk, counter.other_clerk, counter.finance[0]
    paper = claim_desk.open_claim(claim_id, actor=clerk, hash_key=KEY).papers[0].id
    number, decision = version(claim_id), Decision(claim_id, version(claim_id), V.APPROVE)
    for act in (
        lambda: claims.cancel(claim_id, number, actor=other),
        lambda: claims.submit(claim_id, number, actor=other, hash_key=KEY),
        lambda: claims.record(counter.form(), actor=other, hash_key=KEY, claim_id=claim_id, seen_version=number),
        lambda: counter.attach(claim_id, actor=other),
        lambda: claim_papers.remove(paper, actor=other),
        lambda: claim_desk.open_claim(claim_id, actor=other, hash_key=KEY),
        lambda: claim_desk.find_patient(PATIENT, actor=other, hash_key=KEY),
    ):
        with pytest.raises((NotFound, InvalidForm)):
            act()
    for act in (
        lambda: claim_review.decide(decision, actor=clerk),
        lambda: claim_review.pay(claim_id, number, TODAY, "1", actor=clerk),
        lambda: claim_review.recall(claim_id, number, "x", actor=clerk),
        lambda: claim_review.allow_late(claim_id, number, "x", actor=clerk),
        lambda: claims.cancel(claim_id, number, actor=finance),
        lambda: counter.attach(claim_id, actor=finance),
        lambda: claim_desk.waiting(S.SUBMITTED, 0, actor=clerk),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert claim_desk.waiting(S.SUBMITTED, 0, actor=finance).count == 1
    assert (version(claim_id), value("status", claim_id)) == (number, S.SUBMITTED)


BAD = [
    ({"total": 0, "claimable": 0}, "AMOUNT_NOT_POSITIVE"),
    ({"claimable": 1_000_01}, "CLAIMABLE_OVER_TOTAL"),
    ({"receipt_on": days(1)}, "RECEIPT_IN_FUTURE"),
    ({"served_on": days(1), "receipt_on": days(1)}, "SERVICE_IN_FUTURE"),
    ({"served_on": days(-900)}, "NOT_ENTITLED_ON_DAY"),
    ({"national_id": nid(8999)}, "NOT_ENTITLED_ON_DAY"),
    ({"national_id": CHILD, "served_on": days(-5), "receipt_on": days(-5)}, "NOT_ENTITLED_ON_DAY"),
    ({"national_id": "1-2345"}, "LENGTH"),
    ({"national_id": nid(8010)}, "OTHER_AGENCY_PAYS"),
    ({"hospital": ""}, "REQUIRED"),
    ({"hospital": "โรงพยาบาล"}, "SEVERAL_HOSPITALS"),
    ({"hospital": "99999"}, "HOSPITAL_NOT_FOUND"),
    ({"hospital": "10003"}, "HOSPITAL_CLOSED"),
    ({"name_on_receipt": "สมหญิง ใจดี"}, "RECEIPT_NAME_DIFFERS"),
    ({"receipt_no": "---"}, "REQUIRED"),
    ({"receipt_no": "9" * 101}, "TOO_LONG"),
    ({"receipt_no": "\u0420-77"}, "RECEIPT_LETTER"),
    ({"patient_type": PatientType.IP}, "DISCHARGE_MISSING"),
    ({"discharged_on": days(-9)}, "DISCHARGE_OF_OUTPATIENT"),
    ({"total": None}, "REQUIRED"),
]


def test_bad_receipts_are_refused_and_leave_nothing(counter):
    right(nid(8010), agency_id=counter.other_clerk.agency_id)
    for values, code in BAD:
        assert code_of(lambda values=values: counter.record(**values)) == code
    for column, day, code in (
        ("birth_date", days(-9), "SERVICE_BEFORE_BIRTH"), ("death_date", days(-11), "SERVICE_AFTER_DEATH"),
    ):  # fmt: skip
        with db.writer.begin() as connection:
            connection.execute(sa.text(f"UPDATE person SET {column} = :day"), {"day": day})
        assert code_of(counter.record) == code
        with db.writer.begin() as connection:
            connection.execute(sa.text(f"UPDATE person SET {column} = NULL"))
    with db.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM receipt_claim")).scalar() == 0
    assert value("status", counter.record(hospital="โรงพยาบาลสอง", name_on_receipt=f"นาย{NAME}")) is S.DRAFT


def test_a_receipt_is_claimed_once_however_it_is_typed_by_whichever_agency(any_counter):
    counter = any_counter
    claim_id = counter.sent(receipt_no="A-0012/34")
    again = counter.record(receipt_no="a 12 / 0034")
    counter.attach(again)
    with pytest.raises(Conflict) as refusal:
        counter.send(again)
    assert refusal.value.code == "RECEIPT_ALREADY_CLAIMED"
    assert refusal.value.facts["claim_no"] == value("claim_no", claim_id)
    # Of another agency nothing is told but that.
    patient = nid(8011)
    right(patient, agency_id=counter.other_clerk.agency_id)
    theirs = claims.record(
        counter.form(national_id=patient, receipt_no="A12-34"), actor=counter.other_clerk, hash_key=KEY
    )
    counter.attach(theirs, actor=counter.other_clerk)
    with pytest.raises(Conflict) as refusal:
        claims.submit(theirs, version(theirs), actor=counter.other_clerk, hash_key=KEY)
    assert (refusal.value.code, refusal.value.facts) == ("RECEIPT_ALREADY_CLAIMED", {})
    # Another amount under the number, or the amount under another number, is only pointed at.
    near = counter.sent(receipt_no="A12-34", total=1_000_01)
    desk = claim_desk.open_claim(near, actor=counter.clerk, hash_key=KEY)
    assert {one.id for one in desk.near} == {claim_id, again}
    # Cancelled, the receipt is free again.
    claims.cancel(claim_id, version(claim_id), actor=counter.clerk)
    counter.send(again)


def test_one_year_with_a_warning_and_a_way_past_it(counter):
    aged = counter.record(served_on=days(-300), receipt_on=days(-300))
    desk = claim_desk.open_claim(aged, actor=counter.clerk, hash_key=KEY)
    assert (desk.warning.facts, desk.faults) == ({"days_left": 65}, ())
    late = counter.record(served_on=days(-366), receipt_on=days(-366))
    counter.attach(late)
    with pytest.raises(Refused) as refusal:
        counter.send(late)
    assert (refusal.value.code, refusal.value.facts["days"]) == ("RECEIPT_TOO_OLD", 366)
    assert code_of(lambda: claim_review.allow_late(late, version(late), " ", actor=counter.finance[0])) == "REQUIRED"
    claim_review.allow_late(late, version(late), "น้ำท่วม", actor=counter.finance[0])
    counter.send(late)


def test_the_right_is_looked_at_again_when_the_claim_is_sent(counter):
    claim_id = counter.record()
    counter.attach(claim_id)
    with db.writer.begin() as connection:
        connection.execute(
            sa.text("UPDATE entitlement SET entitled_until = :day WHERE id = :id"),
            {"day": days(-20), "id": counter.entitlements["own"]},
        )
    assert code_of(lambda: counter.send(claim_id)) == "NOT_ENTITLED_ON_DAY"
    child = counter.sent(national_id=CHILD, served_on=days(-6), receipt_on=days(-6))
    assert value("entitlement_id", child) == counter.entitlements["child"]


def test_papers_are_looked_at_counted_and_needed(counter):
    claim_id = counter.record(private_unit="แล็บเอกชน")
    assert code_of(lambda: counter.send(claim_id)) == "PAPER_MISSING"
    counter.attach(claim_id)
    assert code_of(lambda: counter.send(claim_id)) == "PAPER_MISSING"  # the referral letter
    assert code_of(lambda: counter.attach(claim_id)) == "PAPER_THERE"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("a", "b")
    for content in (archive.getvalue(), b"", b"MZ\x90"):
        stream = io.BytesIO(content)
        with pytest.raises(BadInput):
            claim_papers.attach(
                claim_id, PaperKind.OTHER, stream, "ใบเสร็จ.pdf", actor=counter.clerk, shelf=counter.shelf
            )
    letter = counter.attach(claim_id, PaperKind.REFERRAL)
    opened = claim_papers.open_(letter, actor=counter.finance[0], shelf=counter.shelf)
    assert (opened.name, opened.content[:5]) == ("ใบเสร็จ.pdf", b"%PDF-")
    counter.send(claim_id)
    assert code_of(lambda: claim_papers.remove(letter, actor=counter.clerk)) == "CLAIM_STATE"
    full = counter.record()
    with transaction(counter.clerk) as session:
        session.execute(
            sa.text(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20) INSERT INTO claim_paper"
                " (claim_id, agency_id, kind, media_type, size, sha256, uploaded_at) SELECT :claim, :agency, 'OTHER',"
                " 'image/png', 1, i, '2026-01-01 00:00:00.000000' FROM n"
            ),
            {"claim": full, "agency": counter.clerk.agency_id},
        )
    assert code_of(lambda: counter.attach(full)) == "TOO_MANY_PAPERS"
    with pytest.raises(NotFound):
        claim_papers.open_(letter, actor=counter.other_clerk, shelf=counter.shelf)
