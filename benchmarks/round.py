"""A round of 10,000 approvals over 100,000 persons beside its floor: `python -m benchmarks.round --database postgresql`.

Portal and floor start from copies of the same database; the floor is `benchmarks/floors/round_apply.py`, which sends the bare
statements through the bare driver. Runs are interleaved and medians shown. PostgreSQL is the tests' cluster, which does not
wait for the disk.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from app.models.database import db
from app.services import jobs, rounds
from app.services.queues import ROUNDS
from benchmarks import table
from benchmarks.floors import round_apply
from benchmarks.interleaved import Spent
from benchmarks.kept_databases import databases
from benchmarks.peak import apart
from benchmarks.register_origin import stands_or_fill
from tests import builders

RUNS = 3
# Of what is unchanged since its decision, and of a round in which some must be judged anew; the target names no share of them.
TARGETS = {"sqlite": (3.0, 6.0), "postgresql": (1.5, 3.0)}
_CHANGED = "UPDATE change_request SET rules_version = 'older' WHERE status = 'APPROVED' AND id % {} = 0"
_ONE_IN = {"portal, a tenth": 10, "portal, mixed": 3}


NAMES = ("floor", "portal", "portal, a tenth", "portal, mixed", "portal, all judged")


def lines() -> list[table.Row]:
    """Both databases, small."""
    return [line for database in TARGETS for line in run(database, persons=10_000, approvals=1_000)]


def main() -> None:
    """Measure and print absolute figures, the ratio and its target."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    words.add_argument("--persons", type=int, default=100_000)
    words.add_argument("--approvals", type=int, default=10_000)
    words.add_argument("--runs", type=int, default=RUNS)
    words.add_argument("--without", nargs="*", default=[], choices=NAMES[1:], help="what need not be measured")
    words.add_argument(
        "--kept", help="where the register stands or is to stay: a folder, or a cluster's URL with {name}"
    )
    given = words.parse_args()
    names = [name for name in NAMES if name not in given.without]
    table.tell(run(given.database, given.persons, given.approvals, runs=given.runs, names=names, kept=given.kept))


def run(
    database: str,
    persons: int,
    approvals: int,
    *,
    runs: int = RUNS,
    names: Sequence[str] = NAMES,
    kept: str | None = None,
) -> list[table.Line]:
    """Measure a round of `approvals` in a register of `persons`; portal and floor must leave the same rows."""
    spent = {name: Spent() for name in names}
    told: set[str] = set()
    with databases(database, kept) as made:
        stands_or_fill(made, persons, approvals)
        for _ in range(runs):
            for name, each in spent.items():
                url = made.copy()
                (seconds, cpu), highest = apart(timed, name, url)
                each.seconds.append(seconds)
                each.cpu.append(cpu)
                each.peak = max(each.peak, highest)
                told.add(round_apply.digest(url))
                made.drop(url)
                print(f"{database}, {name}: {seconds:.2f} s, {cpu:.2f} s of CPU, {highest:.0f} MB", flush=True)
    assert len(told) == 1, told
    rows = told.pop()
    print(
        f"{database}: {approvals:,} approvals, {persons:,} persons; rows and sha256 {rows}, the same on all", flush=True
    )
    return _lines(database, approvals, persons, spent)


def _lines(database: str, approvals: int, persons: int, spent: dict[str, Spent]) -> list[table.Line]:
    title, floor = f"{database}: round of {approvals:,} in {persons:,}", spent["floor"].median
    judged = {
        "portal": (" / bare statements", TARGETS[database][0]),
        "portal, a tenth": (", a tenth judged anew", TARGETS[database][1]),
        "portal, mixed": (", a third judged anew", TARGETS[database][1]),
        "portal, all judged": (", all judged anew", None),
    }
    lines = [
        table.Line(title + words, floor, spent[name].median, "s", at_most=most, peak=spent[name].peak)
        for name, (words, most) in judged.items()
        if name in spent
    ]
    if database == "sqlite":
        lines += [
            table.Line(f"{title}{words}, CPU", min(spent["floor"].cpu), min(spent[name].cpu), "s")
            for name, (words, _most) in judged.items()
            if name in spent
        ]
    return lines


def timed(name: str, url: str) -> tuple[float, float]:
    """Seconds by the clock, and of this process's CPU: on SQLite that is all there is, and what a busy machine leaves alone."""
    if name == "floor":
        begun, worked = time.perf_counter(), time.process_time()
        round_apply.apply(url)
        return time.perf_counter() - begun, time.process_time() - worked
    jobs.prepare([ROUNDS])  # what a worker does before it takes a job
    db.bind(url, url)
    shortcut = name != "portal, all judged"
    if name in _ONE_IN:
        with db.writer.begin() as connection:
            connection.execute(sa.text(_CHANGED.format(_ONE_IN[name])))
    with _round_job() as (payload, lease):
        begun, worked = time.perf_counter(), time.process_time()
        rounds.run(payload, lease, shortcut=shortcut)
        spent = time.perf_counter() - begun, time.process_time() - worked
    db.dispose()
    return spent


@contextmanager
def _round_job() -> Iterator[tuple[dict[str, Any], Any]]:
    """The round's job, claimed, with a living lease: what a worker's child has in hand."""
    from app.services import round_plan
    from app.services.clock import business_now
    from app.services.transaction import transaction

    with transaction(builders.ROBOT) as session:
        job = round_plan.start_due(session, business_now(session))
        assert job is not None
        session.execute(sa.text("UPDATE job SET status = 'RUNNING'"))
    with jobs.Lease(job.id, job.attempt, 60) as lease:
        yield job.payload, lease


if __name__ == "__main__":
    main()
