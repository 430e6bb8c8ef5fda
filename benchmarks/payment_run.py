"""A payment run and its statement beside their floors: `python -m benchmarks.payment_run --database postgresql --lines 100000`.

Portal: what is approved is gathered and made into a run (the rights of all claims asked anew), the run is released and its job
pays line by line with entry, story, audit and outcome; then the statement of the largest agency as Excel. Floors: the same
rows by bare statements (`benchmarks/floors/payment_run.py`), triggers in place for both; the same lines as CSV.
"""

import argparse
import csv
import tempfile
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.domain.actor import NATION, Actor
from app.domain.clock import bangkok_day, real_now
from app.domain.powers import Power
from app.models.database import db
from app.reports.transfer_statement import COLUMNS, file_rows, select_kept_back, select_lines
from app.services.money import run_plans, run_release, runs, statements
from app.services.transaction import reading
from benchmarks import table
from benchmarks.floors import payment_run as floor
from benchmarks.money_database import PAYER, filled
from benchmarks.peak import peak

# The portal asks every right anew, keeps story, audit and outcome, and locks its rows; the floor does none of it.
RUN_TARGET, SHEET_TARGET = 4.0, 4.0
OF_HUNDRED = 98  # waits, or is approved


class _Lease:
    """Nobody takes the work over here."""

    def guard(self, _session: Any, **_changes: Any) -> None: ...

    def progress(self, _done: int, _total: int | None) -> None: ...


class _Words(dict[str, str]):
    """The plain code for each code, the plain name for each column."""

    def __missing__(self, key: str) -> str:
        return key.rpartition(".")[2]


def main() -> None:
    """Measure and print absolute figures, ratios and targets."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    words.add_argument("--lines", type=int, default=100_000)
    given = words.parse_args()
    table.tell(run(given.database, given.lines))


def lines() -> list[table.Row]:
    """Both databases, small."""
    return [line for database in ("sqlite", "postgresql") for line in run(database, 5_000)]


def run(database: str, count: int) -> list[table.Line]:
    """Measure a run of `count` lines and its statement, all of one agency; portal and floor must leave the same rows."""
    spent, told = {}, set()
    for name in ("portal", "floor"):
        with filled(database, count * 100 // 94 + count // 500 + 200, approved=OF_HUNDRED, persons=2_000, agency=1):
            begun = time.perf_counter()
            run_id, number = _released(count)
            made = time.perf_counter()
            if name == "portal":
                with peak() as found:
                    run_release.run({"run_id": run_id, "officer_id": PAYER, "officer": "ผู้จ่าย"}, _Lease())  # type: ignore[arg-type]
            else:
                floor.pay(db.writer, run_id, PAYER, bangkok_day(real_now()), number)
            done = time.perf_counter()
            told.add(floor.digest(db.engine))
            spent[name] = done - made
            print(
                f"{database}, {name}: {count:,} lines made in {made - begun:.2f} s, paid in {done - made:.2f} s",
                flush=True,
            )
            if name == "portal":
                with peak() as wrote:
                    sheet = _sheet(run_id)
    assert len(told) == 1, told
    print(f"{database}: sha256 of what both left {told.pop()}", flush=True)
    title, sheets = (
        f"{database}: payment run of {count:,} / bare statements",
        f"{database}: STM of {count:,} lines / CSV",
    )
    return [
        table.Line(title, spent["floor"], spent["portal"], "s", at_most=RUN_TARGET, peak=found.mb),
        table.Line(sheets, sheet[1], sheet[0], "s", at_most=SHEET_TARGET, peak=wrote.mb),
    ]


def _released(count: int) -> tuple[int, str]:
    run_plans.MOST_LINES = count
    maker = Actor("ผู้รวบรวม", NATION, frozenset(Power), user_id=_MAKER)
    payer = Actor("ผู้จ่าย", NATION, frozenset(Power), user_id=PAYER)
    today = bangkok_day(real_now())
    seen = run_plans.preview(today, "", actor=maker)
    assert seen.count == count, seen.count
    run_id = run_plans.make(today, "", (seen.count, seen.satang), actor=maker)
    runs.release(run_id, 1, actor=payer)
    with db.engine.connect() as connection:
        return run_id, connection.execute(
            sa.text("SELECT run_no FROM payment_run WHERE id = :id"), {"id": run_id}
        ).scalar_one()


def _sheet(run_id: int) -> tuple[float, float]:
    """CPU seconds of the statement's workbook, and of the same cells as CSV."""
    with db.engine.connect() as connection, tempfile.TemporaryDirectory() as folder:
        of = sa.text("SELECT id FROM transfer_statement WHERE run_id = :id ORDER BY line_count DESC LIMIT 1")
        statement_id = connection.execute(of, {"id": run_id}).scalar_one()
        payload = {
            "statement_id": statement_id, "format": "xlsx", "heading": ["STM"], "words": _Words(title="STM"),
            "scope": ["NATION", None],
        }  # fmt: skip
        begun = time.process_time()
        written = statements._write(connection, Path(folder) / "stm.xlsx", payload, None)
        ours = time.process_time() - begun
        begun = time.process_time()
        with reading(NATION) as session:
            statement = statements._issued(session, statement_id)
            session.expunge_all()
        rows = file_rows(
            statement,
            connection.execute(select_lines(statement_id)),
            connection.execute(select_kept_back(statement_id)),
            _Words(),
        )
        with (Path(folder) / "stm.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(name for name, *_rest in COLUMNS)
            plain = sum(1 for row in rows if writer.writerow(row))
        assert written == plain, (written, plain)
        return ours, time.process_time() - begun


_MAKER = 3  # the clerk of the database: neither decided nor pays

if __name__ == "__main__":
    main()
