"""The floor of a payment run: the rows that it writes, by bare statements over five hundred lines a transaction."""

import hashlib
from datetime import date
from typing import Any

import sqlalchemy as sa

AT_ONCE = 500
_STEPS = (
    "UPDATE receipt_claim SET status = 'PAID', paid_by_id = {payer}, paid_on = '{day}', transfer_no = '{no}',"
    " version = version + 1 WHERE id IN (SELECT claim_id FROM transfer_line"
    " WHERE run_id = {run} AND id BETWEEN {low} AND {high})",
    "INSERT INTO claim_step (claim_id, agency_id, verb, status, amount, by_name, at, note) SELECT claim_id, agency_id, 'PAY',"
    " 'PAID', satang, 'ผู้จ่าย', CURRENT_TIMESTAMP, '{no}' FROM transfer_line WHERE run_id = {run} AND id BETWEEN {low} AND {high}",
    "INSERT INTO ledger_entry (claim_id, agency_id, kind, debit, credit, satang, posted_by_id, posted_at) SELECT claim_id,"
    " agency_id, 'PAYMENT', 'OWED', 'BANK', satang, {payer}, CURRENT_TIMESTAMP FROM transfer_line"
    " WHERE run_id = {run} AND id BETWEEN {low} AND {high}",
    "UPDATE transfer_line SET outcome = 'PAID', entry_id = (SELECT max(e.id) FROM ledger_entry e"
    " WHERE e.claim_id = transfer_line.claim_id AND e.kind = 'PAYMENT') WHERE run_id = {run} AND id BETWEEN {low} AND {high}",
)
_TOLD = (
    "SELECT count(*), sum(approved) FROM receipt_claim WHERE status = 'PAID'",
    "SELECT kind, count(*), sum(satang) FROM ledger_entry GROUP BY kind ORDER BY kind",
    "SELECT outcome, count(*), sum(satang), count(DISTINCT entry_id) FROM transfer_line GROUP BY outcome ORDER BY outcome",
    "SELECT verb, count(*), sum(amount) FROM claim_step GROUP BY verb ORDER BY verb",
)


def pay(engine: sa.Engine, run_id: int, payer: int, day: date, number: str) -> None:
    """Pay the lines of a released run."""
    with engine.connect() as connection:
        low, high = connection.execute(
            sa.text("SELECT min(id), max(id) FROM transfer_line WHERE run_id = :run"), {"run": run_id}
        ).one()
    for first in range(low, high + 1, AT_ONCE):
        with engine.begin() as connection:
            for step in _STEPS:
                given = {"payer": payer, "day": day.isoformat(), "no": number, "run": run_id, "low": first}
                connection.execute(sa.text(step.format(**given, high=min(first + AT_ONCE - 1, high))))


def digest(engine: sa.Engine) -> str:
    """Count and sha256 of what a run leaves behind."""
    with engine.connect() as connection:
        rows: list[Any] = [
            [str(int(cell)) if cell is not None and str(cell).replace(".", "").isdigit() else str(cell) for cell in row]
            for query in _TOLD
            for row in connection.execute(sa.text(query))
        ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]
