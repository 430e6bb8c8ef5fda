"""Bank accounts of agencies: two officers for each change, and a run pays to what is confirmed at its release."""

import pytest
import sqlalchemy as sa

from app.domain.payment_runs import LeftOutFor
from app.models.database import db
from app.services.money import agency_accounts, bank_files, run_plans, runs
from tests.services.claim_counter import Counter, code_of, open_counter, value
from tests.services.rights_register import TODAY, days
from tests.services.test_payment_runs import S, made, refused, release, rows, seen, work


@pytest.fixture
def counter(sqlite_database, tmp_path) -> Counter:
    return open_counter(tmp_path)


def test_an_account_needs_two_and_a_run_pays_to_confirmed_ones_alone(counter):
    first, second, _third = counter.finance
    counter.brought_to(S.APPROVED)
    old = rows("SELECT max(id) FROM agency_account WHERE state = 'CONFIRMED' AND account_no = '1112223334'")[0][0]
    for typed, code in (
        (("999", "006", "1234567890", "ก"), "NO_SUCH_AGENCY"), (("04110101", "999", "1234567890", "ก"), "REQUIRED"),
        (("04110101", "006", "123-456", "ก"), "ACCOUNT_NO"), (("04110101", "006", "1234567890", " "), "REQUIRED"),
        (("04110101", "006", "1234567890", "ก" * 201), "TOO_LONG"),
    ):  # fmt: skip
        assert code_of(lambda typed=typed: agency_accounts.propose(*typed, actor=first)) == code
    new = agency_accounts.propose("04110101", "034", "020-0-28048-277", "กองคลัง|เทศบาล", actor=first)
    assert (
        code_of(lambda: agency_accounts.propose("04110101", "034", "0200280482", "ข", actor=second)) == "ACCOUNT_WAITS"
    )
    assert code_of(lambda: agency_accounts.decide(new, True, actor=first)) == "ACCOUNT_OWN"
    run_id = made(counter)
    release(counter, run_id)  # what only waits counts for nothing
    agency_accounts.decide(new, True, actor=second)
    assert code_of(lambda: agency_accounts.decide(new, False, actor=second)) == "ACCOUNT_DECIDED"
    work()
    assert b"|1112223334|" in bank_files.take(run_id, 0, actor=first)[0]
    counter.brought_to(S.APPROVED)
    later = made(counter)
    release(counter, later)
    work()
    assert "|034|020028048277|กองคลัง เทศบาล|90000" in bank_files.take(later, 0, actor=first)[0].decode()
    refused("FROZEN", "UPDATE agency_account SET account_no = '9999999999' WHERE id = :old", old=old)
    refused("NO_DELETE", "DELETE FROM agency_account")
    refused("FROZEN", "UPDATE transfer_statement SET account_no = '9999999999'")
    waits = agency_accounts.propose("06900101", "006", "9" * 10, "ค", actor=first)
    own = "UPDATE agency_account SET state = 'CONFIRMED', decided_by_id = proposed_by_id, decided_at = proposed_at WHERE id = :id"
    refused("ck_agency_account_decider_is_another", own, id=waits)
    agency_accounts.decide(waits, False, actor=first)  # taken back
    page = agency_accounts.listed("04110101", 1, actor=first)
    assert ([row.id for row in page.rows], list(page.waiting), page.names[second.user_id]) == (
        [new, old],
        [],
        "n2 ทดสอบ",
    )
    with db.writer.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER payment_run_over"))
        connection.execute(sa.text("UPDATE payment_run SET file_sha256 = 'x' WHERE id = :id"), {"id": later})
    assert code_of(lambda: bank_files.take(later, 1, actor=first)) == "FILE_CHANGED"


def test_an_agency_without_an_account_is_left_out_and_told(counter):
    claim = counter.brought_to(S.APPROVED)
    run_id = made(counter)
    without = "UPDATE agency_account SET state = 'REFUSED' WHERE account_no = '1112223334'"
    with db.writer.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER agency_account_decided"))
        connection.execute(sa.text(without))
    assert code_of(lambda: release(counter, run_id)) == "ACCOUNT_MISSING"
    runs.cancel(run_id, seen(run_id), actor=counter.finance[0])
    found = run_plans.preview(TODAY, "", actor=counter.finance[0])
    assert (found.count, left_out(found)) == (0, {LeftOutFor.NO_ACCOUNT: [("04110101", 1, 900_00)]})
    assert code_of(lambda: made(counter)) == "NOTHING_TO_PAY"
    assert code_of(lambda: bank_files.take(run_id, 0, actor=counter.finance[0])) == "RUN_STATE"
    assert value("status", claim) is S.APPROVED


def left_out(found: run_plans.Preview) -> dict[LeftOutFor, list[tuple[str, int, int]]]:
    return {why: [(one.code, one.count, one.satang) for one in some] for why, some in found.left_out.items()}


def test_a_claim_whose_right_has_gone_is_left_out_and_told(counter):
    counter.brought_to(S.APPROVED)
    with db.writer.begin() as connection:
        ended = sa.text("UPDATE entitlement SET entitled_until = :day WHERE relation = 'SELF'")
        connection.execute(ended, {"day": days(-10).isoformat()})
    found = run_plans.preview(TODAY, "", actor=counter.finance[0])
    assert (found.count, left_out(found)) == (0, {LeftOutFor.RIGHT_GONE: [("04110101", 1, 900_00)]})
    assert code_of(lambda: made(counter)) == "NOTHING_TO_PAY"
