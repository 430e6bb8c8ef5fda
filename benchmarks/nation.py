"""The nightly report of the nation from a database: `python -m benchmarks.nation --database postgresql --persons 1000000`.

The portal's time and memory are the job's as its worker does it, from the query to the file that stands in its folder, in a
process of its own. The floor is the same rows of the same query, streamed into a CSV without words, styles or order of rights.
"""

import argparse
import csv
import os
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from app.domain.actor import NATION
from app.models.database import db
from app.reports.catalogue import REPORTS
from app.reports.report import Asked, Moment, select_rows
from app.services import jobs, nation_report, releases
from app.services.clock import business_now
from app.services.report_files import reports_folder
from benchmarks import table
from benchmarks.kept_databases import databases
from benchmarks.large_register import DAY
from benchmarks.peak import apart, peak
from benchmarks.register_origin import stands_or_fill
from tests import builders

TARGET, MEMORY, AT_ONCE = 2.0, 100, 2_000
SMALL, APPROVALS = 20_000, 1_000


def lines() -> list[table.Row]:
    """Both databases, small."""
    return [line for database in ("sqlite", "postgresql") for line in run(database, SMALL, APPROVALS)]


def main() -> None:
    """Measure one database at any size."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    words.add_argument("--persons", type=int, default=1_000_000)
    words.add_argument("--approvals", type=int, default=100_000)
    words.add_argument(
        "--kept", help="where the register stands or is to stay: a folder, or a cluster's URL with {name}"
    )
    given = words.parse_args()
    table.tell(run(given.database, given.persons, given.approvals, given.kept))


def run(database: str, persons: int, approvals: int, kept: str | None = None) -> list[table.Row]:
    """One report of a register of `persons`, and its floor; both must hold as many rows."""
    with databases(database, kept) as made, tempfile.TemporaryDirectory(prefix="lgo-bench-") as folder:
        stands_or_fill(made, persons, approvals)
        url = made.copy()
        reads = f"sqlite:///{folder}/reads.db" if database == "sqlite" else url
        db.bind(url, reads)
        releases.upgrade()
        db.dispose()
        (floor, plain), _memory = apart(_csv, url, f"{folder}/nation.csv")
        (ours, written, added), megabytes = apart(_report, url, reads, folder)
        size = sum(file.stat().st_size for file in reports_folder(Path(folder)).iterdir()) / 1e6
        made.drop(url)
    assert written == plain, (written, plain)
    memory = f"{megabytes:.0f} MB of memory, {added:.0f} of them the report's"
    print(f"{database}: {written:,} rows of {persons:,} persons, {size:.0f} MB .xlsx, {memory}", flush=True)
    title = f"{database}: report of the nation, {written:,} rows"
    return [
        table.Line(f"{title} / CSV, CPU", floor, ours, "s", at_most=TARGET, peak=megabytes),
        table.Limit(f"{title}, memory beside a worker at rest", added, "MB", MEMORY, megabytes),
    ]


def _report(url: str, reads: str, folder: str) -> tuple[float, int, float]:
    """CPU seconds of the whole job, its rows, and the memory that it needs beside what a worker holds at rest."""
    os.environ["INSTANCE"] = folder
    db.bind(url, reads)
    builders.clock(f"{DAY[:-2]}{int(DAY[-2:]) + 1:02d} 01:45")
    number = nation_report.start_nightly()
    assert number is not None
    jobs.prepare(["slow"])  # what a worker imports before it takes a job
    with peak() as found:
        begun, clock = time.process_time(), time.perf_counter()
        assert jobs.run(number, 1)
        spent = time.process_time() - begun
    print(f"  {time.perf_counter() - clock:.1f} s by the clock, {spent:.1f} s of CPU", flush=True)
    with db.reads.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT answer FROM read_access WHERE purpose = 'REGISTER_EXPORT'")
        ).scalar_one()
    db.dispose()
    return spent, int(rows), found.added


def _csv(url: str, file: str) -> tuple[float, int]:
    """CPU seconds of the same rows as CSV, and how many there are."""
    db.bind(url, url)
    begun, count = time.process_time(), 0
    with db.engine.connect() as connection, Path(file).open("w", encoding="utf-8-sig", newline="") as plain:
        asked = select_rows(REPORTS["entitled"], Asked("entitled"), NATION, Moment.at(business_now(connection)))
        out = csv.writer(plain)
        for row in connection.execution_options(yield_per=AT_ONCE).execute(asked):
            out.writerow(row)
            count += 1
    db.dispose()
    return time.process_time() - begun, count


if __name__ == "__main__":
    main()
