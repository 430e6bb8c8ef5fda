"""How long a round keeps others waiting: `python -m benchmarks.stall --database postgresql --persons 1000000 --approvals 100000`.

Four processes work beside it (benchmarks/beside_round.py): a bare writer of one row, a clerk who saves and sends, a registrar who
takes back, and a hospital that looks up; told are p50, p99 and the longest of each, at rest and beside the round.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from app.services import releases
from benchmarks import table
from benchmarks.kept_databases import databases
from benchmarks.peak import apart
from benchmarks.register_origin import stands_or_fill
from benchmarks.round import timed

LIMITS = {"sqlite": 500.0, "postgresql": 100.0}
AT_REST = 5.0  # seconds before the round
ROLES = {
    "bare": "one row by one statement", "clerk": "a clerk saves and sends", "registrar": "a registrar takes back",
    "reader": "a look-up",
}  # fmt: skip


@dataclass(frozen=True)
class _Times:
    """Milliseconds of what an officer did, in order of length."""

    spent: list[float]

    def at(self, part: float) -> float:
        """The time within which this part of them was done."""
        return self.spent[min(int(len(self.spent) * part), len(self.spent) - 1)]

    def __str__(self) -> str:
        return f"{len(self.spent):>6} times, p50 {self.at(0.5):7.1f}, p99 {self.at(0.99):7.1f}, longest {self.at(1):7.1f} ms"


def run(database: str, persons: int, approvals: int, kept: str | None = None) -> list[table.Row]:
    """One round of `approvals` beside the four."""
    with databases(database, kept) as made, tempfile.TemporaryDirectory(prefix="lgo-bench-") as folder:
        stands_or_fill(made, persons, approvals)
        url, done = made.copy(), Path(folder) / "done"
        reads = f"sqlite:///{folder}/reads.db" if database == "sqlite" else url
        _prepare(url, reads)
        officers = {role: _start(role, url, reads, str(done)) for role in ROLES}
        time.sleep(AT_REST)
        begun = time.time()
        (seconds, _cpu), megabytes = apart(timed, "portal", url)
        ended = time.time()
        done.touch()
        told = {role: officer.communicate()[0] for role, officer in officers.items()}
        assert not any(officer.returncode for officer in officers.values()), "an officer broke off"
        made.drop(url)
    rest, beside = (
        {role: _between(text, *when) for role, text in told.items()} for when in ((0, begun), (begun, ended))
    )
    print(f"{database}: a round of {approvals:,} in a register of {persons:,}, {seconds:.1f} s with four beside it")
    for role, words in ROLES.items():
        print(f"  {words:<26} at rest    {rest[role]}\n  {'':<26} in a round {beside[role]}", flush=True)
    return _rows(database, approvals, rest, beside, megabytes)


def _rows(
    database: str, approvals: int, rest: dict[str, _Times], beside: dict[str, _Times], megabytes: float
) -> list[table.Row]:
    limit, title = LIMITS[database], f"{database}: in a round of {approvals:,}"
    rows: list[table.Row] = [
        table.Limit(f"{title}, {ROLES['bare']}, longest", beside["bare"].at(1), "ms", limit, megabytes)
    ]
    for role in ("clerk", "registrar"):
        # What a save takes anyway is no wait for the round.
        waited = beside[role].at(1) - rest[role].at(0.5)
        rows.append(table.Limit(f"{title}, {ROLES[role]}, longest wait", waited, "ms", limit))
    look = (table.Told(f"{title}, a look-up, {name}", beside["reader"].at(part), "ms") for name, part in _PARTS.items())
    before = (
        table.Told(f"{database}: the same at rest, {name}", rest["reader"].at(part), "ms")
        for name, part in _PARTS.items()
    )
    return [*rows, *look, *before]


_PARTS = {"p50": 0.5, "p99": 0.99, "longest": 1.0}


def _prepare(url: str, reads: str) -> None:
    from app.models.database import db

    db.bind(url, reads)
    if reads != url:
        releases.upgrade(branch="reads")
    db.dispose()


def _start(role: str, *given: str) -> "subprocess.Popen[str]":
    officer = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.beside_round", role, *given], stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[1],
    )  # fmt: skip
    assert officer.stdout is not None and officer.stdout.readline() == "ready\n", role
    return officer


def _between(text: str, begun: float, ended: float) -> _Times:
    lines = (line.split() for line in text.splitlines())
    return _Times(sorted(float(spent) for at, spent in lines if begun <= float(at) < ended))


def lines() -> list[table.Row]:
    """Both databases, small."""
    return [line for database in LIMITS for line in run(database, 10_000, 4_000)]


def main() -> None:
    """Measure one database at any size."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", choices=list(LIMITS), default="sqlite")
    words.add_argument("--persons", type=int, default=100_000)
    words.add_argument("--approvals", type=int, default=20_000)
    words.add_argument(
        "--kept", help="where the register stands or is to stay: a folder, or a cluster's URL with {name}"
    )
    given = words.parse_args()
    table.tell(run(given.database, given.persons, given.approvals, given.kept))


if __name__ == "__main__":
    main()
