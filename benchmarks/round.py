"""A round of 10,000 approvals over 100,000 persons beside its floor: `python -m benchmarks.round --database postgresql`.

Portal and floor start from copies of the same database; the floor is `benchmarks/floors/round_apply.py`, which sends the bare
statements through the bare driver. Runs are interleaved and medians shown. PostgreSQL is the tests' cluster, which does not
wait for the disk.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.domain.people import Relation
from app.models.database import db
from app.services import releases, rounds
from benchmarks import table
from benchmarks.floors import round_apply
from tests import builders, postgres

RUNS, FAMILY = 3, 5
# Of what is unchanged since its decision, and of a round in which a third must be judged anew.
TARGETS = {"sqlite": (3.0, 6.0), "postgresql": (1.5, 3.0)}
_CHANGED = "UPDATE change_request SET rules_version = 'older' WHERE status = 'APPROVED' AND id % 3 = 0"


def lines() -> list[table.Row]:
    """Both databases, small."""
    return [line for database in TARGETS for line in run(database, persons=10_000, approvals=1_000)]


def main() -> None:
    """Measure and print absolute figures, the ratio and its target."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    words.add_argument("--persons", type=int, default=100_000)
    words.add_argument("--approvals", type=int, default=10_000)
    given = words.parse_args()
    table.show(run(given.database, given.persons, given.approvals))


def run(database: str, persons: int, approvals: int) -> list[table.Line]:
    """Measure a round of `approvals` in a register of `persons`; portal and floor must leave the same rows."""
    seconds: dict[str, list[float]] = {"portal": [], "portal, mixed": [], "portal, all judged": [], "floor": []}
    told: dict[str, set[str]] = {name: set() for name in seconds}
    with databases(database) as made:
        fill(made.origin, persons, approvals)
        for _ in range(RUNS):
            for name in seconds:
                url = made.copy()
                seconds[name].append(timed(name, url))
                told[name].add(round_apply.digest(url))
    assert len(set.union(*told.values())) == 1, told
    rows = told["portal"].pop()
    print(
        f"{database}: {approvals:,} approvals, {persons:,} persons; rows and sha256 {rows}, the same on all", flush=True
    )
    return _lines(database, approvals, {name: statistics.median(spent) for name, spent in seconds.items()})


def _lines(database: str, approvals: int, spent: dict[str, float]) -> list[table.Line]:
    title = f"{database}: round of {approvals:,}"
    return [
        table.Line(f"{title} / bare statements", spent["floor"], spent["portal"], "s", at_most=TARGETS[database][0]),
        table.Line(
            f"{title}, a third judged anew", spent["floor"], spent["portal, mixed"], "s", at_most=TARGETS[database][1]
        ),
        table.Line(f"{title}, all judged anew", spent["floor"], spent["portal, all judged"], "s"),
    ]


def timed(name: str, url: str) -> float:
    if name == "floor":
        begun = time.perf_counter()
        round_apply.apply(url)
        return time.perf_counter() - begun
    db.bind(url, url)
    shortcut = name != "portal, all judged"
    if name == "portal, mixed":
        with db.writer.begin() as connection:
            connection.execute(sa.text(_CHANGED))
    with _round_job() as (payload, lease):
        begun = time.perf_counter()
        rounds.run(payload, lease, shortcut=shortcut)
        spent = time.perf_counter() - begun
    db.dispose()
    return spent


@contextmanager
def _round_job() -> Iterator[tuple[dict[str, Any], Any]]:
    """The round's job, claimed, with a living lease: what a worker's child has in hand."""
    from app.services import jobs, round_plan
    from app.services.clock import business_now
    from app.services.transaction import transaction

    with transaction(builders.ROBOT) as session:
        job = round_plan.start_due(session, business_now(session))
        assert job is not None
        session.execute(sa.text("UPDATE job SET status = 'RUNNING'"))
    with jobs.Lease(job.id, job.attempt, 60) as lease:
        yield job.payload, lease


def fill(url: str, persons: int, approvals: int) -> None:
    """Families of five that an earlier round carried, and as many approvals as asked for: new families and new members."""
    db.bind(url, url)
    releases.upgrade()
    builders.clock("2018-10-01 08:00")
    standing = [ask for n in range(persons // FAMILY) for ask in builders.family(10 * n + 1, FAMILY)]
    builders.approved(builders.planned_round("2018-10-01 11:00"), standing)
    builders.clock("2018-10-01 11:00")
    list(rounds.run_due())
    families = approvals * 8 // 10 // FAMILY
    asks = [ask for n in range(families) for ask in builders.family(5_000_000 + 10 * n, FAMILY)]
    for n in range(approvals - len(asks)):
        asks.append(builders.Ask(10 * n + 8, 10 * n + 1, Relation.MOTHER, date(2011, 1, 1)))
    builders.approved(builders.planned_round("2018-10-01 15:00"), asks)
    builders.clock("2018-10-01 15:00")
    with db.writer.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    db.dispose()


class _Databases:
    """An origin and fresh copies of it."""

    def __init__(self, kind: str, place: str) -> None:
        self.kind, self._place, self._copies = kind, place, 0
        self.origin = self._url("origin")
        if kind == "postgresql":
            self._admin("CREATE DATABASE origin")

    def copy(self) -> str:
        name = f"copy{self._copies}"
        self._copies += 1
        if self.kind == "sqlite":
            shutil.copyfile(Path(self._place) / "origin.db", Path(self._place) / f"{name}.db")
            releases.prepare_file(sa.create_engine(self._url(name)))
        else:
            self._admin(f"CREATE DATABASE {name} TEMPLATE origin")
            self._admin("CHECKPOINT")
        return self._url(name)

    def _url(self, name: str) -> str:
        return f"sqlite:///{self._place}/{name}.db" if self.kind == "sqlite" else self._place.format(name=name)

    def _admin(self, statement: str) -> None:
        engine = sa.create_engine(self._place.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


@contextmanager
def databases(kind: str) -> Iterator[_Databases]:
    if kind == "postgresql":
        with postgres.cluster() as place:
            yield _Databases(kind, place)
        return
    with tempfile.TemporaryDirectory(prefix="lgo-bench-") as folder:
        yield _Databases(kind, folder)


if __name__ == "__main__":
    main()
