"""A roster import beside its floor: `python -m benchmarks.roster --database postgresql --rows 10000`.

The portal's time is everything from the bytes to submitted requests: read, checked, judged by law, kept in the ledger, made
and submitted, by its real handlers. The floor is `benchmarks/floors/roster_write.py`: calamine's reading and one bulk
insert of the very same rows. Runs are interleaved and medians shown.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor, Scope, ScopeKind
from app.domain.people import AgencyType
from app.domain.powers import Power
from app.models import Agency, Province
from app.models.database import db
from app.services import jobs, open_tables, releases, roster_imports
from app.services.roster_uploads import FOLDER, Tray
from benchmarks import table
from benchmarks.floors import roster_write
from benchmarks.peak import peak
from tests import builders, postgres
from tests.services.roster_workbooks import dependent, official, workbook

RUNS, TARGET = 3, 15.0


def main() -> None:
    """Measure and print absolute figures, the ratio and its target."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    words.add_argument("--rows", type=int, default=10_000)
    words.add_argument("--runs", type=int, default=RUNS)
    given = words.parse_args()
    table.tell(run(given.database, given.rows, given.runs))


def lines() -> list[table.Row]:
    """Both databases, small."""
    return [line for database in ("sqlite", "postgresql") for line in run(database, rows=2_000, runs=1)]


def run(database: str, rows: int, runs: int = RUNS) -> list[table.Line]:
    """Measure an import of `rows` people, half of them officials; portal and floor must leave the same rows."""
    people = range(1, rows // 2 + 1)
    content = workbook([official(n) for n in people], [dependent(1_000_000 + n, n) for n in people])
    spent: dict[str, list[float]] = {"floor": [], "check": [], "submit": [], "longest": []}
    megabytes = 0.0
    told: set[str] = set()
    for _ in range(runs):
        with _fresh(database) as first, _fresh(database, bind=False) as second:
            with peak() as found:
                for name, seconds in _portal(content).items():
                    spent[name].append(seconds)
            megabytes = max(megabytes, found.mb)
            told.add(roster_write.digest(db.engine))
            kept = roster_write.taken(db.engine)
            db.bind(second, second)
            _office()
            spent["floor"].append(roster_write.write(content, kept, db.engine))
            told.add(roster_write.digest(db.engine))
            db.bind(first, first)
            db.dispose()
    assert len(told) == 1, told
    medians = {name: statistics.median(seconds) for name, seconds in spent.items()}
    print(
        f"{database}: {rows:,} rows; rows and sha256 {told.pop()}, the same on both; check {medians['check']:.2f} s,"
        f" submit {medians['submit']:.2f} s, longest writing transaction {medians['longest']:.2f} s",
        flush=True,
    )
    ours = medians["check"] + medians["submit"]
    title = f"{database}: roster of {rows:,}, read + check + law + write"
    return [table.Line(title, medians["floor"], ours, "s", at_most=TARGET, peak=megabytes)]


def _portal(content: bytes) -> dict[str, float]:
    """Seconds of the two jobs, and of the longest transaction in which nobody else may write on SQLite."""
    clerk = _office()
    with tempfile.TemporaryDirectory(prefix="lgo-bench-") as folder, _longest() as longest:
        os.environ["INSTANCE"] = folder
        begun = time.perf_counter()
        import_id = roster_imports.receive(content, "a.xlsx", actor=clerk, tray=Tray(Path(folder) / FOLDER))
        _work()
        checked = time.perf_counter()
        roster_imports.submit(import_id, actor=clerk)
        _work()
        return {"check": checked - begun, "submit": time.perf_counter() - checked, "longest": max(longest)}


def _work() -> None:
    with db.engine.connect() as connection:
        query = sa.text("SELECT id, attempt FROM job WHERE status = 'QUEUED' AND kind LIKE 'roster%'")
        waiting = connection.execute(query).all()
    for job_id, attempt in waiting:
        assert jobs.run(job_id, attempt)


@contextmanager
def _longest() -> Iterator[list[float]]:
    begun: dict[int, float] = {}
    found = [0.0]

    def begin(connection: sa.Connection) -> None:
        begun[id(connection)] = time.perf_counter()

    def end(connection: sa.Connection) -> None:
        found.append(time.perf_counter() - begun.pop(id(connection), time.perf_counter()))

    writer = db.writer
    sa.event.listen(writer, "begin", begin)
    sa.event.listen(writer, "commit", end)
    try:
        yield found
    finally:
        sa.event.remove(writer, "begin", begin)
        sa.event.remove(writer, "commit", end)


def _office() -> Actor:
    """An agency and its clerk, with the same ids in each database."""
    with Session(db.writer) as session:
        if session.get(Province, "11") is None:
            session.add(Province(code="11", name_th="สมุทรปราการ"))
            session.flush()
        agency = Agency(
            dla_code="04110101", name_th="เทศบาลเมืองตัวอย่าง", agency_type=AgencyType.TOWN_MUNICIPALITY,
            province_code="11", valid_from=date(2000, 1, 1),
        )  # fmt: skip
        session.add(agency)
        session.commit()
        agency_id = agency.id
    builders.clock("2026-12-01 09:00")
    powers = frozenset({Power.IMPORT_ROSTER, Power.RECORD_REQUEST})
    user = builders.user("clerk", agency_id)
    return Actor("clerk", Scope(ScopeKind.AGENCY, agency_id), powers, user_id=user, agency_id=agency_id)


@contextmanager
def _fresh(kind: str, *, bind: bool = True) -> Iterator[str]:
    """The URL of a migrated, empty database of its own."""
    if kind == "postgresql":
        with postgres.cluster() as place:
            url = place.format(name="postgres")
            yield _migrated(url, bind)
        return
    with tempfile.TemporaryDirectory(prefix="lgo-bench-") as folder:
        yield _migrated(f"sqlite:///{folder}/portal.db", bind)


def _migrated(url: str, bind: bool) -> str:
    before = db.engine.url if not bind else None
    db.bind(url, url)
    releases.upgrade()
    open_tables.seed_open_tables()
    if before is not None:
        again = before.render_as_string(hide_password=False)
        db.bind(again, again)
    return url


if __name__ == "__main__":
    main()
