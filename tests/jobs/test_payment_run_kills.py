"""A payment run whose worker is killed at random instants: every line paid once, each with its entry, nothing else touched."""

import os
import time
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.claims import ClaimStatus
from app.models import ReceiptClaim
from app.models.database import db
from app.services import invariants, queues
from app.services.money import run_plans, runs
from tests.jobs import strikes
from tests.jobs.harness import PATIENCE_SECONDS, LivePortal, job_state, wait_until
from tests.services.claim_counter import open_counter
from tests.services.rights_register import TODAY

LINES, KILLS = 12_000, 12


@pytest.mark.soak
def test_twelve_thousand_lines_and_twelve_kills(portal: LivePortal, tmp_path):
    seed = int.from_bytes(os.urandom(4))
    chance = Random(seed)
    print(f"seed of the kills: {seed}")
    counter = open_counter(tmp_path)
    copied(counter.brought_to(ClaimStatus.APPROVED), LINES - 1)
    seen = run_plans.preview(TODAY, "", actor=counter.finance[1])
    assert seen.count == LINES
    begun = time.monotonic()
    run_id = run_plans.make(TODAY, "", (seen.count, seen.satang), actor=counter.finance[1])
    print(f"made in {time.monotonic() - begun:.1f} s")
    queues.connect_queue({"REDIS_URL": portal.redis_url})
    portal.start_ticker()
    try:
        runs.release(run_id, 1, actor=counter.finance[2])
        for _ in range(KILLS):
            portal.start_worker()
            before = attempt()
            wait_until(lambda before=before: is_done() or attempt() > before, "an attempt begins")
            time.sleep(chance.uniform(0, 1.2))
            strikes.count(portal.urls.kind, portal.kill("worker"))
            (paid,) = rows("SELECT count(*) FROM transfer_line WHERE outcome = 'PAID'")[0]
            assert rows("SELECT count(*) FROM ledger_entry WHERE kind = 'PAYMENT'") == [(paid,)]
            assert rows("SELECT count(*) FROM receipt_claim WHERE status = 'PAID'") == [(paid,)]
        portal.start_worker()
        wait_until(is_done, "all is paid", seconds=5 * PATIENCE_SECONDS)
    finally:
        queues.connect_queue({"REDIS_URL": None})
    assert rows("SELECT outcome, count(*), count(DISTINCT entry_id) FROM transfer_line GROUP BY 1") == [
        ("PAID", LINES, LINES)
    ]
    told = "SELECT count(*), count(DISTINCT object_id) FROM audit_event WHERE verb = 'pay_claim'"
    assert (
        rows(told)
        == rows("SELECT count(*), count(DISTINCT claim_id) FROM claim_step WHERE verb = 'PAY'")
        == [(LINES, LINES)]
    )
    assert rows("SELECT status, line_count, satang FROM payment_run") == [("RELEASED", LINES, seen.satang)]
    with db.engine.connect() as connection:
        broken = [one.invariant.code for one in invariants.findings(connection) if one.count]
    assert [code for code in broken if code.startswith(("LEDGER", "RUN"))] == []


def copied(claim_id: int, count: int) -> None:
    """More approved claims like this one, each with its entry in the ledger."""
    own = {"claim_no": "'C-' || n.n", "receipt_no": "'R-' || n.n", "receipt_key": "'key-' || n.n"}
    numbers = f"WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {count})"
    with db.writer.begin() as connection:
        copy(connection, ReceiptClaim.__table__, own, numbers, f"c.id = {claim_id}")
        held = "c.id, 'H', 'H:1', c.receipt_no, c.receipt_key, c.total, FALSE, TRUE, c.agency_id"
        receipt = "claim_id, issuer, issuer_key, receipt_no, receipt_key, total, is_further, held, agency_id"
        connection.execute(
            sa.text(
                f"INSERT INTO claimed_receipt ({receipt}) SELECT {held} FROM receipt_claim c WHERE c.claim_no LIKE 'C-%'"
            )
        )
        entry = "claim_id, agency_id, kind, debit, credit, satang, posted_by_id, posted_at"
        values = "c.id, c.agency_id, 'APPROVAL', 'BENEFITS', 'OWED', c.approved, c.decided_by_id, c.decided_at"
        connection.execute(
            sa.text(
                f"INSERT INTO ledger_entry ({entry}) SELECT {values} FROM receipt_claim c WHERE c.claim_no LIKE 'C-%'"
            )
        )


def copy(connection: Connection, table: sa.Table, own: dict[str, str], numbers: str, which: str) -> None:
    names = [column.name for column in table.c if column.name != "id"]
    values = ", ".join(own.get(name, f"c.{name}") for name in names)
    insert = (
        f"INSERT INTO {table.name} ({', '.join(names)}) {numbers} SELECT {values} FROM n, {table.name} c WHERE {which}"
    )
    connection.execute(sa.text(insert))


def is_done() -> bool:
    return [state for state, _ in job_state("payment_run")] == ["DONE"]


def attempt() -> int:
    return max((number for state, number in job_state("payment_run") if state == "RUNNING"), default=0)


def rows(query: str) -> list[tuple[object, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]
