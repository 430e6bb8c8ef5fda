"""Bills whose right changed after they were sent: listed as the register stands, turned into refunds or closed with a reason."""

import pytest
import sqlalchemy as sa

from app.domain.bills import BillRisk
from app.domain.claims import ClaimReason, ClaimStatus, ClaimVerb, PatientType, RightGone
from app.domain.errors import NotAllowed, NotFound
from app.domain.period import Period, uncovered
from app.models.database import db
from app.services.money import bills, claim_desk, claim_review, patients
from tests.services.claim_counter import PATIENT, Counter, code_of, open_counter, value, version
from tests.services.rights_register import KEY, days, right
from tests.services.test_refunds import Desk, of, sound

LOST, GAINED = BillRisk


@pytest.fixture
def desk(sqlite_database, tmp_path) -> Desk:
    return Desk(open_counter(tmp_path))


@pytest.fixture
def any_desk(database, tmp_path) -> Desk:
    return Desk(open_counter(tmp_path))


def sql(statement: str, **values: object) -> None:
    with db.writer.begin() as connection:
        connection.execute(sa.text(statement), values)


def cut(counter: Counter, until) -> None:
    """What a round writes when a right is ended, or given back (None)."""
    sql("UPDATE entitlement SET entitled_until = :until WHERE id = :id", until=until, id=counter.entitlements["own"])


def shown(desk: Desk, risk: BillRisk = LOST, by=None) -> dict[int, tuple]:
    found = bills.listed(risk, 0, actor=by or desk.clerk)
    return {bill.claim.id: (bill.gone, bill.satang) for bill in found.rows}


def test_what_was_taken_away_later_is_listed_until_it_is_given_back(any_desk):
    desk, counter = any_desk, any_desk.counter
    paid, part, waits = (
        counter.brought_to(status) for status in (ClaimStatus.PAID, ClaimStatus.PAID, ClaimStatus.SUBMITTED)
    )
    counter.brought_to(ClaimStatus.DENIED)
    desk.record(part, amount=300_00)
    assert shown(desk) == {}
    cut(counter, days(-20))
    ended = RightGone.ENDED
    everything = {paid: (ended, 900_00), part: (ended, 600_00), waits: (ended, 900_00)}
    assert shown(desk) == shown(desk, by=desk.finance[0]) == everything
    assert shown(desk, by=counter.other_clerk) == {}
    assert [bill.claim.id for bill in bills.for_file(LOST, actor=desk.clerk)] == [waits, part, paid]
    refund_id = bills.draft(paid, actor=desk.clerk)
    assert (of(refund_id, "amount"), of(refund_id, "reason"), of(refund_id, "account_id")) == (
        900_00,
        bills.NO_RIGHT,
        desk.account,
    )
    assert shown(desk) == {part: (ended, 600_00), waits: (ended, 900_00)}
    for claim_id in (paid, waits):
        with pytest.raises(NotFound):
            bills.draft(claim_id, actor=desk.clerk)
    with pytest.raises(NotFound):
        bills.draft(part, actor=counter.other_clerk)
    cut(counter, None)
    assert shown(desk) == {}
    sql("UPDATE person SET death_date = :day WHERE national_id = :number", day=days(-11), number=PATIENT)
    assert shown(desk)[part] == (RightGone.DIED, 600_00)
    sound_but_gone()


def sound_but_gone() -> None:
    """Claims that wait for money while their right is gone are a finding of their own; all else holds."""
    sql("UPDATE person SET death_date = NULL")
    sound()


def test_another_right_of_the_agency_that_covers_the_day_pays_on(desk):
    paid = desk.counter.brought_to(ClaimStatus.PAID)
    own = desk.counter.entitlements["own"]
    sql("UPDATE entitlement SET standby_since = :day WHERE id = :id", day=days(-15), id=own)
    assert shown(desk) == {paid: (RightGone.STANDS_BY, 900_00)}
    sql("UPDATE entitlement SET standby_since = NULL, voided = TRUE, voided_at = effective_at WHERE id = :id", id=own)
    assert shown(desk) == {paid: (RightGone.VOIDED, 900_00)}
    right(PATIENT, agency_id=1, entitled_from=days(-40))
    assert shown(desk) == {}


def test_a_row_is_closed_with_a_reason_until_the_right_changes_again(desk):
    finance = desk.finance[0]
    paid = desk.counter.brought_to(ClaimStatus.PAID)
    cut(desk.counter, days(-20))
    for reason, code in ((" ", "REQUIRED"), ("ก" * 1001, "TOO_LONG")):
        assert code_of(lambda: bills.close(paid, LOST, reason, actor=finance)) == code  # noqa: B023
    with pytest.raises(NotAllowed):
        bills.close(paid, LOST, "ตรวจแล้ว", actor=desk.clerk)
    with pytest.raises(NotFound):
        bills.close(paid, GAINED, "ตรวจแล้ว", actor=finance)
    bills.close(paid, LOST, "ตรวจแล้ว มีสิทธิจริง", actor=finance)
    assert shown(desk) == {}
    told = claim_desk.open_claim(paid, actor=desk.clerk, hash_key=KEY).closures
    assert [(one.reason, one.closed_by) for one in told] == [("ตรวจแล้ว มีสิทธิจริง", finance.name)]
    cut(desk.counter, days(-25))
    assert shown(desk) == {paid: (RightGone.ENDED, 900_00)}
    # A right that stands by, or a death, closes the row as it is, and no other one.
    cut(desk.counter, None)
    for change, gone in (
        ("UPDATE entitlement SET standby_since = :day", RightGone.STANDS_BY),
        ("UPDATE person SET death_date = :day", RightGone.DIED),
    ):
        sql(change, day=days(-15))
        bills.close(paid, LOST, "ตรวจแล้ว", actor=finance)
        assert shown(desk) == {}
        sql(change, day=days(-12))
        assert shown(desk) == {paid: (gone, 900_00)}
        sql(change, day=None)


def test_a_claim_refused_for_want_of_a_right_is_looked_at_anew_once_there_is_one(desk):
    finance, counter = desk.finance[0], desk.counter
    claim_id = counter.sent()
    cut(counter, days(-20))
    counter.decide(claim_id, ClaimVerb.DENY, reason=ClaimReason.NOT_ENTITLED)
    assert shown(desk, GAINED) == {}
    cut(counter, None)
    counter.brought_to(ClaimStatus.DENIED)  # for another reason
    assert shown(desk, GAINED, finance) == {claim_id: (None, 900_00)}
    claim_review.recall(claim_id, version(claim_id), "มีสิทธิแล้ว", actor=finance)
    assert value("status", claim_id) == ClaimStatus.SUBMITTED
    assert shown(desk, GAINED) == {}
    counter.decide(claim_id)
    sound()


def test_days_of_a_stay_that_no_right_covers_are_told(desk):
    counter = desk.counter
    stay = {"patient_type": PatientType.IP, "served_on": days(-10), "discharged_on": days(-4), "receipt_on": days(-4)}
    claim_id = counter.sent(**stay)
    assert claim_desk.open_claim(claim_id, actor=desk.clerk, hash_key=KEY).gaps == ()
    cut(counter, days(-6))
    gap = Period(days(-6), days(-3))
    assert list(claim_desk.open_claim(claim_id, actor=desk.finance[0], hash_key=KEY).gaps) == [gap]
    assert claim_desk.waiting(ClaimStatus.SUBMITTED, 0, actor=desk.finance[0]).gaps == {claim_id: [gap]}
    told = patients.find(PATIENT, days(-10), actor=desk.clerk, hash_key=KEY, discharged_on=days(-4))
    assert told.gaps == (gap,) and told.right is not None
    assert shown(desk) == {}  # the day of admission decides


def test_what_parts_leave_of_a_period():
    whole = Period(days(0), days(10))
    assert uncovered(whole, []) == [whole]
    assert uncovered(whole, [Period(days(-5), days(3)), Period(days(5), None)]) == [Period(days(3), days(5))]
    assert uncovered(whole, [Period(days(4), days(6)), Period(days(2), days(5))]) == [
        Period(days(0), days(2)), Period(days(6), days(10)),
    ]  # fmt: skip
    assert uncovered(whole, [Period(days(12), days(15))]) == [whole]
    assert uncovered(whole, [Period(days(-9), days(-1)), Period(days(0), days(10))]) == []
    with pytest.raises(ValueError):
        uncovered(Period(days(0)), [])
