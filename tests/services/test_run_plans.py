"""What a payment run may hold, who may make and touch it, and what takes no place in it."""

import pytest
import sqlalchemy as sa

from app.domain.claims import ClaimStatus
from app.domain.errors import NotFound
from app.domain.payment_runs import LeftOutFor, LineOutcome
from app.models.database import db
from app.services.money import agency_accounts, bank_files, run_pages, run_plans, runs
from tests.services.claim_counter import Counter, code_of, open_counter
from tests.services.rights_register import TODAY, days
from tests.services.test_payment_runs import made, release

S, L = ClaimStatus, LineOutcome


@pytest.fixture
def counter(sqlite_database, tmp_path) -> Counter:
    return open_counter(tmp_path)


def test_what_lost_its_right_takes_no_place_of_what_can_be_paid(counter, monkeypatch):
    monkeypatch.setattr(run_plans, "MOST_LINES", 2)
    lost = [counter.brought_to(S.APPROVED) for _ in range(3)]
    for _ in range(3):
        counter.decide(counter.sent(served_on=days(-30), receipt_on=days(-30)))
    with db.writer.begin() as connection:
        change = sa.text("UPDATE entitlement SET entitled_until = :day WHERE id = :id")
        connection.execute(change, {"day": days(-20), "id": counter.entitlements["own"]})
    found = run_plans.preview(TODAY, "", actor=counter.finance[0])
    assert (found.count, found.is_cut) == (2, True)
    assert [(why, [one.count for one in sums]) for why, sums in found.left_out.items()] == [
        (LeftOutFor.RIGHT_GONE, [len(lost)])
    ]


def test_what_a_run_must_be(counter):
    officer = counter.finance[1]
    assert code_of(lambda: run_plans.make(TODAY, "", (0, 0), actor=officer)) == "NOTHING_TO_PAY"
    counter.brought_to(S.APPROVED)
    for day, agency, code in (
        (None, "", "REQUIRED"), (days(-1), "", "TRANSFER_DAY_PAST"), (days(31), "", "DATE_TOO_FAR"),
        (TODAY, "99999999", "NO_SUCH_AGENCY"),
    ):  # fmt: skip
        assert code_of(lambda day=day, agency=agency: run_plans.preview(day, agency, actor=officer)) == code
    assert code_of(lambda: run_plans.make(TODAY, "", (1, 900_01), actor=officer)) == "PREVIEW_CHANGED"
    for deed in (
        lambda: run_plans.preview(TODAY, "", actor=counter.clerk),
        lambda: run_plans.make(TODAY, "", (1, 1), actor=counter.clerk),
        lambda: runs.release(1, 1, actor=counter.clerk),
        lambda: runs.cancel(1, 1, actor=counter.clerk),
        lambda: runs.leave_mine(1, 1, actor=counter.clerk),
        lambda: bank_files.take(1, 0, actor=counter.clerk),
        lambda: agency_accounts.listed("", 1, actor=counter.clerk),
        lambda: agency_accounts.propose("04110101", "006", "1" * 10, "ก", actor=counter.clerk),
        lambda: agency_accounts.decide(1, True, actor=counter.clerk),
        lambda: run_pages.newest(1, actor=counter.clerk),
        lambda: run_pages.open_run(1, actor=counter.clerk),
        lambda: run_pages.lines(1, L.PAID, 1, actor=counter.clerk),
        lambda: run_pages.agencies(1, 1, actor=counter.clerk),
    ):
        assert code_of(deed) == "POWER_MISSING"
    with pytest.raises(NotFound):
        runs.cancel(77, 1, actor=officer)
    run_id = made(counter)
    for day, code in ((days(-1), "TRANSFER_DAY_OVER"), (days(400), "RUN_OTHER_YEAR")):
        with db.writer.begin() as connection:
            connection.execute(sa.text("DROP TRIGGER IF EXISTS payment_run_over"))
            connection.execute(sa.text("UPDATE payment_run SET transfer_on = :day"), {"day": day.isoformat()})
        if code == "TRANSFER_DAY_OVER":
            assert code_of(lambda: release(counter, run_id)) == code
    assert code_of(lambda: release(counter, run_id)) == "RUN_OTHER_YEAR"
