"""The right on the day of service is asked again when money is approved, signed and paid: one that has gone pays nothing."""

import pytest
import sqlalchemy as sa

from app.domain.claims import ClaimStatus, ClaimVerb, RightGone
from app.models.database import db
from app.services import invariants
from app.services.money import claim_desk, claim_review, run_plans, runs
from tests.services.claim_counter import PATIENT, Counter, code_of, open_counter, standing, value, version
from tests.services.conftest import nid
from tests.services.rights_register import KEY, TODAY, agency, days, right
from tests.services.test_appeals import Desk, of
from tests.services.test_payment_runs import outcomes, seen, work

GONE = {
    "UPDATE entitlement SET voided = 1, voided_at = '2026-01-01 00:00:00.000000' WHERE relation = 'SELF'": RightGone.VOIDED,
    "UPDATE entitlement SET entitled_until = :day WHERE relation = 'SELF'": RightGone.ENDED,
    "UPDATE person SET death_date = :before": RightGone.DIED,
    "UPDATE entitlement SET standby_since = :day WHERE relation = 'SELF'": RightGone.STANDS_BY,
}


@pytest.fixture
def counter(sqlite_database, tmp_path) -> Counter:
    return open_counter(tmp_path)


def happens(statement: str) -> None:
    """The register learns something about the days before the service, ten days ago."""
    with db.writer.begin() as connection:
        values = {"day": days(-10), "before": days(-11)}
        connection.execute(sa.text(statement), {name: values[name] for name in values if f":{name}" in statement})


def told(code: str = "CLAIM_RIGHT_GONE") -> tuple[str, ...]:
    with db.engine.connect() as connection:
        return next(iter(invariants.findings(connection, only=code))).examples


@pytest.mark.parametrize(("statement", "why"), GONE.items())
def test_nothing_is_approved_signed_or_paid_for_a_right_that_has_gone(counter, statement, why):
    large = {"total": 400_000_00, "claimable": 200_000_00}
    waits, signed, approved = counter.sent(), counter.sent(**large), counter.brought_to(ClaimStatus.APPROVED)
    counter.decide(signed)
    assert told() == ()
    happens(statement)
    for act in (
        lambda: counter.decide(waits), lambda: counter.decide(signed, by=1), lambda: counter.pay(approved),
    ):  # fmt: skip
        assert code_of(act) == "RIGHT_GONE"
    assert standing(approved) == (900_00, 0)
    assert sorted(told()) == [value("claim_no", one) for one in (waits, signed, approved)]
    page = claim_desk.waiting(ClaimStatus.SUBMITTED, 0, actor=counter.finance[0])
    assert page.gone == {waits: why}
    assert claim_desk.open_claim(waits, actor=counter.finance[0], hash_key=KEY).gone is why
    # What helps is open: close, return, take back.
    counter.decide(waits, ClaimVerb.DENY, reason=claim_review.ClaimReason.NOT_ENTITLED)
    counter.decide(signed, ClaimVerb.RETURN, reason=claim_review.ClaimReason.NOT_ENTITLED)
    claim_review.recall(approved, version(approved), "สิทธิสิ้นสุดก่อน", actor=counter.finance[0])
    assert standing(approved) == (0, 0)


def test_neither_an_appeal_nor_a_run_pays_for_a_right_that_has_gone(counter):
    desk = Desk(counter)
    claim_id, in_run = counter.brought_to(ClaimStatus.PAID), counter.brought_to(ClaimStatus.APPROVED)
    passed = desk.sent(claim_id, additional=50_00)
    desk.decide(passed)
    preview = run_plans.preview(TODAY, "", actor=counter.finance[1])
    run_id = run_plans.make(TODAY, "", (preview.count, preview.satang), actor=counter.finance[1])
    happens("UPDATE entitlement SET entitled_until = :day WHERE relation = 'SELF'")
    runs.release(run_id, seen(run_id), actor=counter.finance[2])
    work()
    assert outcomes(run_id) == {"REFUSED": 2}
    assert standing(in_run) == (900_00, 0)
    assert code_of(lambda: desk.pay(passed)) == "RIGHT_GONE"
    later = desk.sent(claim_id, additional=10_00)
    assert code_of(lambda: desk.decide(later)) == "RIGHT_GONE"
    assert of(later, "status") == "SUBMITTED"


def test_an_entry_that_another_one_replaced_pays_on(counter):
    claim_id = counter.sent()
    happens(next(iter(GONE)))
    right(PATIENT, agency_id=counter.clerk.agency_id, entitled_from=days(-20))
    assert counter.decide(claim_id).status is ClaimStatus.APPROVED
    assert told() == ()


def test_receipts_of_the_days_before_a_succession_name_who_claims_them(counter):
    old = agency("06900109", "อบต.เดิม")
    right(nid(8050), agency_id=old, entitled_until=days(-5))
    with db.writer.begin() as connection:
        succeeded = "UPDATE agency SET valid_until = :day, successor_agency_id = :new WHERE id = :old"
        connection.execute(sa.text(succeeded), {"day": days(-5), "new": counter.clerk.agency_id, "old": old})
    assert code_of(lambda: counter.record(national_id=nid(8050))) == "PREDECESSOR_PAYS"
    right(nid(8051), agency_id=counter.other_clerk.agency_id)
    assert code_of(lambda: counter.record(national_id=nid(8051))) == "OTHER_AGENCY_PAYS"
