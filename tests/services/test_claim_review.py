"""Decisions on claims: two signatures above the limit, somebody else pays, each of many for itself."""

import pytest
import sqlalchemy as sa

from app.domain.claims import ClaimReason, ClaimStatus, ClaimVerb
from app.models.database import db
from app.services import invariants
from app.services.money import appeals, claim_desk, claim_review, claims
from app.services.money.claim_review import Decision
from tests.services.claim_counter import Counter, code_of, open_counter, standing, value, version
from tests.services.rights_register import KEY, days
from tests.services.test_appeals import Desk, of
from tests.services.test_payment_runs import made, release, rows, work

S, V = ClaimStatus, ClaimVerb


@pytest.fixture
def counter(sqlite_database, tmp_path) -> Counter:
    return open_counter(tmp_path)


def test_above_the_limit_two_sign_and_a_third_pays(counter):
    claim_id = counter.sent(total=200_000_00, claimable=150_000_00)
    assert counter.decide(claim_id, by=0).status is S.SUBMITTED
    assert standing(claim_id) == (0, 0)
    assert code_of(lambda: counter.decide(claim_id, by=0)) == "SECOND_SIGNATURE"
    assert code_of(lambda: claims.cancel(claim_id, version(claim_id), actor=counter.clerk)) == "CLAIM_SIGNED"
    assert claim_desk.waiting(S.SUBMITTED, 0, actor=counter.finance[1], signed=True).satang == 150_000_00
    # Another amount begins anew, so that two have looked at the same.
    part = {"amount": 120_000_00, "reason": ClaimReason.NOT_CLAIMABLE}
    assert counter.decide(claim_id, by=1, **part).status is S.SUBMITTED
    assert counter.decide(claim_id, by=0, **part).status is S.APPROVED
    for payer in (0, 1):
        assert code_of(lambda payer=payer: counter.pay(claim_id, by=payer)) == "PAYER_DECIDED"
    assert counter.pay(claim_id, by=2).status is S.PAID
    assert standing(claim_id) == (0, 120_000_00)
    exactly = counter.sent(total=100_000_00, claimable=100_000_00)
    assert counter.decide(exactly).status is S.APPROVED


def test_a_first_signature_over_more_keeps_its_officer_from_paying(counter):
    claim_id = counter.sent(total=200_000_00, claimable=150_000_00)
    assert counter.decide(claim_id, by=0).status is S.SUBMITTED
    assert counter.decide(claim_id, by=1, amount=90_000_00, reason=ClaimReason.NOT_CLAIMABLE).status is S.APPROVED
    assert value("signed_by_id", claim_id) == counter.finance[0].user_id
    steps = claim_desk.open_claim(claim_id, actor=counter.clerk, hash_key=KEY).steps
    assert [(one.verb, one.amount) for one in steps[-2:]] == [(V.SIGN, 150_000_00), (V.APPROVE, 90_000_00)]
    for payer in (0, 1):
        assert code_of(lambda payer=payer: counter.pay(claim_id, by=payer)) == "PAYER_DECIDED"
    assert counter.pay(claim_id, by=2).status is S.PAID
    alone = counter.sent(total=200_000_00, claimable=150_000_00)
    counter.decide(alone)  # who signed and thinks better of it decides alone
    assert counter.decide(alone, amount=90_000_00, reason=ClaimReason.NOT_CLAIMABLE).status is S.APPROVED
    assert value("signed_by_id", alone) is None


def test_a_signature_that_another_one_replaced_keeps_its_officer_from_paying_until_an_approval_is_taken_back(counter):
    claim_id = counter.sent(total=200_000_00, claimable=150_000_00)
    part = {"amount": 120_000_00, "reason": ClaimReason.NOT_CLAIMABLE}
    for by, values in ((0, {}), (1, part)):
        assert counter.decide(claim_id, by=by, **values).status is S.SUBMITTED
    assert counter.decide(claim_id, by=2, **part).status is S.APPROVED
    for payer in (0, 1, 2):
        assert code_of(lambda payer=payer: counter.pay(claim_id, by=payer)) == "PAYER_DECIDED"
    release(counter, made(counter), by=0), work()
    assert rows("SELECT outcome, reason_code FROM transfer_line") == [("REFUSED", "PAYER_DECIDED")]
    claim_review.recall(claim_id, version(claim_id), "เริ่มพิจารณาใหม่", actor=counter.finance[1])
    for by in (1, 2):
        counter.decide(claim_id, by=by)
    assert counter.pay(claim_id, by=0).status is S.PAID


def test_what_a_decision_must_say(counter):
    claim_id = counter.sent()
    for values, code in (
        ({"amount": 0}, "AMOUNT_NOT_POSITIVE"),
        ({"amount": 900_01}, "APPROVED_OVER_CLAIMED"),
        ({"amount": 899_99}, "REASON_MISSING"),
        ({"verb": V.RETURN}, "REASON_MISSING"),
        ({"verb": V.DENY, "reason": ClaimReason.OTHER}, "NOTE_NEEDED"),
        ({"note": "ก" * 1001}, "TOO_LONG"),
    ):
        assert code_of(lambda values=values: counter.decide(claim_id, **values)) == code
    assert code_of(lambda: claim_review.pay(claim_id, 1, None, "", actor=counter.finance[0])) == "REQUIRED"
    counter.decide(claim_id)
    assert code_of(lambda: counter.pay(claim_id, on=days(1))) == "DATE_IN_FUTURE"
    assert code_of(lambda: counter.pay(claim_id, on=days(-1))) == "PAID_BEFORE_DECIDED"


def test_many_are_decided_each_for_itself(counter):
    good, stale, gone = counter.sent(), counter.sent(total=950_00), 999_999
    decisions = [
        Decision(good, version(good), V.APPROVE),
        Decision(stale, version(stale) + 1, V.APPROVE),
        Decision(gone, 1, V.DENY, reason=ClaimReason.DUPLICATE),
    ]
    outcomes = claim_review.decide_many(decisions, actor=counter.finance[0])
    assert [one.error and one.error.code for one in outcomes] == [None, "STALE", "CLAIM_NOT_FOUND"]
    assert (value("status", good), value("status", stale)) == (S.APPROVED, S.SUBMITTED)
    assert code_of(lambda: claim_review.decide_many(decisions * 40, actor=counter.finance[0])) == "TOO_MANY_CLAIMS"


def test_a_ledger_that_says_something_else_than_the_claims_is_found(counter):
    approved, paid = counter.brought_to(S.APPROVED), counter.brought_to(S.PAID)
    numbers = {"approved": value("claim_no", approved), "paid": value("claim_no", paid)}
    less = "UPDATE receipt_claim SET approved = approved - 1, reason = 'OTHER' WHERE status"
    for statement, code, claim in (
        (f"{less} = 'APPROVED'", "LEDGER_OWED", "approved"),
        (f"{less} = 'PAID'", "LEDGER_PAID", "paid"),
        ("UPDATE receipt_claim SET entitlement_id = :child WHERE status = 'PAID'", "CLAIM_OF_ANOTHER", "paid"),
    ):  # fmt: skip
        with db.writer.connect() as connection:
            values = {"child": counter.entitlements["child"]} if ":child" in statement else {}
            assert connection.execute(sa.text(statement), values).rowcount == 1
            (found,) = invariants.findings(connection, only=code)
            assert (found.count, found.examples) == (1, (numbers[claim],))
            connection.rollback()


def test_leave_to_send_late_is_for_the_one_receipt(counter):
    old = {"served_on": days(-420), "receipt_on": days(-420), "receipt_no": "OLD-1"}
    fresh, claim_id = counter.record(), counter.record(**old)
    counter.attach(claim_id)
    first = counter.finance[0]
    assert code_of(lambda: claim_review.allow_late(fresh, version(fresh), "ภัยพิบัติ", actor=first)) == "NOT_TOO_OLD"

    def rewrite(**values) -> None:
        form = counter.form(**old | values)
        claims.record(form, actor=counter.clerk, hash_key=KEY, claim_id=claim_id, seen_version=version(claim_id))

    for other in ({"receipt_no": "OLD-2"}, {"hospital": "10002"}, {"total": 5_000_00}, {"receipt_on": days(-419)}):
        claim_review.allow_late(claim_id, version(claim_id), "ภัยพิบัติ", actor=first)
        rewrite(receipt_no="old-01", claimable=100_00)  # the same receipt in other letters
        assert value("late_allowed_by_id", claim_id) == first.user_id
        rewrite(**other)
        assert code_of(lambda: counter.send(claim_id)) == "RECEIPT_TOO_OLD"
        rewrite()


def test_a_draft_of_an_appeal_holds_up_nobody(counter):
    desk = Desk(counter)
    claim_id = desk.claim()
    appeal_id = appeals.record(claim_id, desk.form(), actor=desk.clerk)
    desk.attach(appeal_id)
    claim_review.recall(claim_id, version(claim_id), "ผิด", actor=desk.finance[0])
    assert standing(claim_id) == (0, 0)
    assert code_of(lambda: appeals.submit(appeal_id, of(appeal_id, "version"), actor=desk.clerk)) == "NOT_APPEALABLE"
    counter.decide(claim_id)
    appeals.submit(appeal_id, of(appeal_id, "version"), actor=desk.clerk)
    assert (
        code_of(lambda: claim_review.recall(claim_id, version(claim_id), "x", actor=desk.finance[0])) == "APPEAL_OPEN"
    )


def test_the_second_signature_keeps_what_the_first_one_said(counter):
    claim_id = counter.sent(total=400_000_00, claimable=300_000_00)
    part = {"amount": 200_000_00, "reason": ClaimReason.OTHER, "note": "ค่าห้องเกินสิทธิ"}
    counter.decide(claim_id, **part)
    assert counter.decide(claim_id, by=1, amount=200_000_00).status is S.APPROVED
    assert (value("reason", claim_id), value("note", claim_id)) == (ClaimReason.OTHER, "ค่าห้องเกินสิทธิ")


def test_a_long_queue_says_more_and_pages_no_further_than_it_counts(counter, monkeypatch):
    monkeypatch.setattr(claim_desk, "COUNTED", 2)
    monkeypatch.setattr(claim_desk, "PAGE", 1)
    for _number in range(3):
        counter.sent()
    pages = [claim_desk.waiting(S.SUBMITTED, page, actor=counter.finance[0]) for page in (0, 1)]
    assert [(page.count, page.has_more) for page in pages] == [(3, True), (3, False)]
