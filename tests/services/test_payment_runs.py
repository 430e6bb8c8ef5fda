"""Payment runs: gathered, released by somebody else, paid line by line and never twice, whoever interferes."""

import hashlib

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.actor import NATION
from app.domain.claims import ClaimStatus
from app.domain.errors import NotAllowed, PortalError
from app.domain.payment_runs import LineOutcome, RunStatus
from app.domain.people import JobStatus
from app.models import Job
from app.models.database import db
from app.services import invariants, jobs
from app.services.leases import Fenced, Lease
from app.services.money import bank_files, claim_review, run_pages, run_plans, run_release, runs
from app.services.transaction import reading
from tests.services.claim_counter import Counter, code_of, open_counter, standing, value, version
from tests.services.rights_register import TODAY, days
from tests.services.test_appeals import Desk

S, R, L = ClaimStatus, RunStatus, LineOutcome


@pytest.fixture
def counter(sqlite_database, tmp_path) -> Counter:
    return open_counter(tmp_path)


@pytest.fixture
def any_counter(database, tmp_path) -> Counter:
    return open_counter(tmp_path)


def rows(query: str, **values) -> list[tuple]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query), values)]


def made(counter: Counter, by: int = 1, on=TODAY, agency: str = "") -> int:
    seen = run_plans.preview(on, agency, actor=counter.finance[by])
    return run_plans.make(on, agency, (seen.count, seen.satang), actor=counter.finance[by])


def seen(run_id: int) -> int:
    return rows("SELECT version FROM payment_run WHERE id = :id", id=run_id)[0][0]


def release(counter: Counter, run_id: int, by: int = 2) -> None:
    runs.release(run_id, seen(run_id), actor=counter.finance[by])


def work() -> None:
    """Run what waits, as a worker would."""
    with reading(NATION) as session:
        waiting = session.execute(sa.select(Job.id, Job.attempt).where(Job.status == JobStatus.QUEUED)).all()
    assert [jobs.run(*job) for job in waiting] == [True] * len(waiting)


def outcomes(run_id: int) -> dict[str, int]:
    return dict(rows("SELECT outcome, count(*) FROM transfer_line WHERE run_id = :id GROUP BY 1", id=run_id))


def sound() -> None:
    with db.engine.connect() as connection:
        found = [one.invariant.code for one in invariants.findings(connection) if one.count]
    assert [code for code in found if code.startswith(("LEDGER", "RUN"))] == []


def test_a_run_is_made_by_one_released_by_another_and_pays_each_once(any_counter):
    counter, desk = any_counter, Desk(any_counter)
    paid = counter.brought_to(S.PAID)
    appeal_id = desk.sent(paid)
    desk.decide(appeal_id)
    claims = [counter.brought_to(S.APPROVED) for _ in range(3)]
    counter.brought_to(S.SUBMITTED)
    found = run_plans.preview(days(2), "", actor=counter.finance[0])
    assert (found.count, found.satang, found.left, found.mine) == (4, 3 * 900_00 + 100_00, [], 4)
    assert [(one.code, one.count, one.satang) for one in found.agencies] == [("04110101", 4, found.satang)]
    assert run_plans.preview(days(2), "06900101", actor=counter.finance[0]).count == 0
    run_id = made(counter, on=days(2))
    after = run_plans.preview(days(2), "", actor=counter.finance[0])
    assert (after.count, [(one.run_id, one.count, one.satang) for one in after.left]) == (
        0,
        [(run_id, 4, found.satang)],
    )
    # What stands in the run is paid by it alone, and its approval stays.
    recall = (claims[0], version(claims[0]), "ผิด")
    acts = [lambda: counter.pay(claims[0]), lambda: desk.pay(appeal_id), lambda: desk.recall(appeal_id)]
    for act in [*acts, lambda: claim_review.recall(*recall, actor=counter.finance[0])]:
        with pytest.raises(PortalError) as told:
            act()
        assert (told.value.code, told.value.facts["run_no"]) == ("IN_PAYMENT_RUN", after.left[0].run_no)
    assert code_of(lambda: release(counter, run_id, by=1)) == "RUN_OWN"
    with pytest.raises(NotAllowed) as refusal:
        release(counter, run_id, by=0)
    assert (refusal.value.code, refusal.value.facts["count"]) == ("RUN_DECIDED", 4)
    assert value("claim_no", claims[0]) in refusal.value.facts["claim_no"]
    release(counter, run_id)
    assert code_of(lambda: runs.cancel(run_id, seen(run_id), actor=counter.finance[1])) == "RUN_STATE"
    work()
    assert outcomes(run_id) == {"PAID": 4}
    assert {value("status", claim) for claim in claims} == {S.PAID}
    assert (value("paid_on", claims[0]), value("paid_by_id", claims[0])) == (days(2), counter.finance[2].user_id)
    assert [standing(claim) for claim in [*claims, paid]] == [(0, 900_00)] * 3 + [(0, 1_000_00)]
    desk_of = run_pages.open_run(run_id, actor=counter.finance[0])
    assert (desk_of.run.status, desk_of.run.satang, desk_of.done, desk_of.verbs) == (
        R.RELEASED, 2_800_00, 4, frozenset(),
    )  # fmt: skip
    assert rows("SELECT statement_no, line_count, satang, issued_at IS NULL FROM transfer_statement") == [
        (f"{desk_of.run.run_no}-04110101", 4, 2_800_00, False)
    ]
    assert rows("SELECT count(*) FROM audit_event WHERE verb IN ('pay_claim', 'pay_appeal')") == [(5,)]
    sound()
    assert code_of(lambda: release(counter, run_id)) == "RUN_STATE"
    content, name = bank_files.take(run_id, 0, actor=counter.finance[0])
    number = desk_of.run.run_no
    assert content.decode().split("\r\n") == [
        f"H|LGO-TRANSFER-1|{number}|{days(2):%Y%m%d}",
        f"D|1|{number}-04110101|04110101|006|1112223334|บัญชี เทศบาลเมืองตัวอย่าง|280000",
        "T|1|280000", "",
    ]  # fmt: skip
    assert (hashlib.sha256(content).hexdigest(), name) == (desk_of.run.file_sha256, f"{number}_{days(2):%Y%m%d}.txt")
    assert rows("SELECT count(*) FROM audit_event WHERE verb = 'take_bank_file'") == [(1,)]
    with pytest.raises(PortalError) as twice:  # whoever did not see that somebody took it gets nothing
        bank_files.take(run_id, 0, actor=counter.finance[1])
    assert (twice.value.code, twice.value.facts["taken_by"]) == ("FILE_TAKEN", f"{counter.finance[0].name} ทดสอบ")
    with db.writer.begin() as connection:  # an agency that is upgraded later was paid under its old code
        connection.execute(sa.text("UPDATE agency SET dla_code = '03110101' WHERE dla_code = '04110101'"))
    assert bank_files.take(run_id, 1, actor=counter.finance[0])[0] == content
    taken = run_pages.open_run(run_id, actor=counter.finance[1]).takings
    assert [one.taken_by for one in taken] == [f"{counter.finance[0].name} ทดสอบ"] * 2


class Dying(Lease):
    """The lease of a worker that dies when it begins its n-th transaction."""

    def __init__(self, deaths_at: int) -> None:
        super().__init__(1, 1, 60)
        self.left = deaths_at

    def guard(self, session, **changes) -> None:
        self.left -= 1
        if not self.left:
            raise Fenced("struck")

    def progress(self, done, total) -> None:
        pass


def test_a_worker_that_dies_anywhere_pays_nothing_twice_and_loses_nothing(counter, monkeypatch):
    monkeypatch.setattr(run_release, "AT_ONCE", 2)
    claims = [counter.brought_to(S.APPROVED) for _ in range(5)]
    run_id = made(counter)
    release(counter, run_id)
    payload = rows("SELECT payload FROM job")[0][0]
    assert "officer_id" in payload
    told = {"run_id": run_id, "officer_id": counter.finance[2].user_id, "officer": "n3"}
    for deaths_at in (1, 2, 2, 2):  # before the first chunk, and once after each of the others
        with pytest.raises(Fenced):
            run_release.run(told, Dying(deaths_at))
        paid = outcomes(run_id).get("PAID", 0)
        assert rows("SELECT count(*) FROM ledger_entry WHERE kind = 'PAYMENT'") == [(paid,)]
        assert rows("SELECT count(*) FROM receipt_claim WHERE status = 'PAID'") == [(paid,)]
        assert rows("SELECT count(*) FROM claim_step WHERE verb = 'PAY'") == [(paid,)]
        sound()
    assert rows("SELECT status FROM payment_run") == [("RELEASING",)]
    work()
    run_release.run(told, Dying(99))  # and once more, after it is over
    assert outcomes(run_id) == {"PAID": 5}
    assert [standing(claim) for claim in claims] == [(0, 900_00)] * 5
    assert rows("SELECT status, line_count, satang FROM payment_run") == [("RELEASED", 5, 4_500_00)]
    sound()


def test_what_changed_since_is_refused_and_the_rest_is_paid(counter):
    claims = [counter.brought_to(S.APPROVED) for _ in range(3)]
    run_id = made(counter)
    release(counter, run_id)
    # No verb can do this any more; a line that is wrong all the same is not paid.
    changes = ("approved = approved - 1, reason = 'OTHER'", f"decided_by_id = {counter.finance[2].user_id}")
    with db.writer.begin() as connection:
        for claim, change in zip(claims, changes, strict=False):
            connection.execute(sa.text(f"UPDATE receipt_claim SET {change} WHERE id = {claim}"))
    work()
    assert outcomes(run_id) == {"PAID": 1, "REFUSED": 2}
    refused = run_pages.lines(run_id, L.REFUSED, 1, actor=counter.finance[0]).rows
    assert {one.claim_id: one.reason_code for one in refused} == dict(
        zip(claims, ("LINE_CHANGED", "PAYER_DECIDED"), strict=False)
    )
    assert (value("status", claims[0]), standing(claims[0])) == (S.APPROVED, (900_00, 0))
    assert rows("SELECT line_count, satang FROM payment_run") == [(1, 900_00)]
    assert run_plans.preview(TODAY, "", actor=counter.finance[0]).count == 2


def test_one_takes_out_what_one_decided_and_a_cancelled_run_lets_go(counter):
    mine, other = counter.sent(), counter.sent()
    counter.decide(mine, by=2)
    counter.decide(other, by=0)
    run_id = made(counter)
    assert code_of(lambda: release(counter, run_id)) == "RUN_DECIDED"
    assert runs.leave_mine(run_id, seen(run_id), actor=counter.finance[2]) == 1
    assert rows("SELECT line_count, satang FROM payment_run") == [(1, 900_00)]
    second = made(counter, by=0)  # what was taken out waits for another run
    assert outcomes(second) == {"WAITS": 1}
    assert code_of(lambda: runs.cancel(run_id, seen(run_id) - 1, actor=counter.finance[0])) == "STALE"
    runs.cancel(run_id, seen(run_id), actor=counter.finance[0])
    assert outcomes(run_id) == {"CANCELLED": 1, "LEFT": 1}
    assert code_of(lambda: release(counter, run_id)) == "RUN_STATE"
    assert counter.pay(other).status is S.PAID  # the single release is there for exceptions
    runs.leave_mine(second, seen(second), actor=counter.finance[2])
    assert code_of(lambda: release(counter, second)) == "RUN_EMPTY"


# Each is an attempt past the verbs; the last line refuses it.
BEHIND_THE_VERBS = (
    ("IN_PAYMENT_RUN", "UPDATE receipt_claim SET status = 'SUBMITTED', approved = NULL WHERE id = :claim"),
    ("IN_PAYMENT_RUN", "UPDATE receipt_claim SET status = 'PAID', paid_on = '2026-11-22' WHERE id = :claim"),
    ("FROZEN", "UPDATE transfer_line SET satang = satang + 1"),
    ("FROZEN", "UPDATE transfer_line SET outcome = 'REFUSED', reason_code = 'X'"),
    ("FROZEN", "UPDATE payment_run SET transfer_on = '2027-01-01'"),
    ("FROZEN", "UPDATE payment_run SET status = 'RELEASED', finished_at = made_at, released_by_id = :other,"
               " released_at = made_at, job_id = 1"),
    ("ck_payment_run_releaser_is_another", "UPDATE payment_run SET released_by_id = made_by_id"),
    ("ck_transfer_line_paid_is_posted", "UPDATE transfer_line SET outcome = 'LEFT', entry_id = 1"),
    ("NO_DELETE", "DELETE FROM transfer_line"),
    ("NO_DELETE", "DELETE FROM transfer_statement"),
    ("NO_DELETE", "DELETE FROM payment_run"),
    ("transfer_line.claim_id", "INSERT INTO transfer_line (run_id, statement_id, claim_id, satang, outcome, agency_id)"
                               " SELECT run_id, statement_id, claim_id, satang, 'WAITS', agency_id FROM transfer_line"),
)  # fmt: skip
AFTER_THE_RELEASE = (
    ("FROZEN", "UPDATE transfer_line SET outcome = 'WAITS', entry_id = NULL"),
    ("FROZEN", "UPDATE payment_run SET satang = 1"),
    ("FROZEN", "UPDATE transfer_statement SET satang = satang + 1"),
    ("FROZEN", "INSERT INTO transfer_line (run_id, statement_id, claim_id, satang, outcome, agency_id)"
               " SELECT run_id, statement_id, claim_id, satang, 'LEFT', agency_id FROM transfer_line"),
)  # fmt: skip


def test_the_database_refuses_what_no_verb_does(counter):
    claim = counter.brought_to(S.APPROVED)
    run_id = made(counter)
    for code, statement in BEHIND_THE_VERBS:
        refused(code, statement, claim=claim, other=counter.finance[2].user_id)
    release(counter, run_id)
    work()
    for code, statement in AFTER_THE_RELEASE:
        refused(code, statement)


def refused(code: str, statement: str, **values) -> None:
    values = {name: one for name, one in values.items() if f":{name}" in statement}
    with pytest.raises(IntegrityError, match=code), db.writer.begin() as connection:
        connection.execute(sa.text(statement), values)


def test_two_officers_who_make_a_run_at_once_get_one(counter):
    claim = counter.brought_to(S.APPROVED)
    seen_by_both = run_plans.preview(TODAY, "", actor=counter.finance[0])
    wanted = (seen_by_both.count, seen_by_both.satang)
    run_plans.make(TODAY, "", wanted, actor=counter.finance[0])
    with pytest.raises(PortalError):
        run_plans.make(TODAY, "", wanted, actor=counter.finance[1])
    assert rows("SELECT count(*) FROM transfer_line WHERE claim_id = :id", id=claim) == [(1,)]
