"""How long a round keeps others from writing: `python -m benchmarks.stall --database postgresql --approvals 100000`.

Another process changes one row every 20 ms while the round runs; told are its median and its longest wait.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import table
from benchmarks.round import databases, fill, timed

LIMITS = {"sqlite": 500.0, "postgresql": 100.0}
_WRITER = """
import pathlib, sys, time
import sqlalchemy as sa
from app.models.dialects import WRITES, make_engine
engine = make_engine(sys.argv[1]).execution_options(**{WRITES: True})
raise_it = sa.text("UPDATE running_number SET last = last + 1 WHERE series = 'BENCH'")
with engine.begin() as connection:
    connection.execute(sa.text("INSERT INTO running_number (series, last) VALUES ('BENCH', 0)"))
print("ready", flush=True)
spent = []
while not pathlib.Path(sys.argv[2]).exists():
    begun = time.perf_counter()
    with engine.begin() as connection:
        connection.execute(raise_it)
    spent.append((time.perf_counter() - begun) * 1000)
    time.sleep(0.02)
spent.sort()
print(len(spent), spent[len(spent) // 2], spent[-1])
"""


def run(database: str, persons: int, approvals: int) -> list[table.Row]:
    """One round of `approvals` beside a writer."""
    with databases(database) as made, tempfile.TemporaryDirectory() as folder:
        fill(made.origin, persons, approvals)
        url, done = made.copy(), Path(folder) / "done"
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, url, str(done)], stdout=subprocess.PIPE, text=True,
            cwd=Path(__file__).parents[1],
        )  # fmt: skip
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
        timed("portal", url)
        done.touch()
        count, median, longest = (float(word) for word in writer.communicate()[0].split())
    print(
        f"{database}: {count:.0f} writes beside the round, median {median:.1f} ms, longest {longest:.0f} ms", flush=True
    )
    return [table.Limit(f"{database}: write stall in a round of {approvals:,}", longest, "ms", LIMITS[database])]


def lines() -> list[table.Row]:
    """Both databases, small."""
    return [line for database in LIMITS for line in run(database, 10_000, 4_000)]


def main() -> None:
    """Measure one database at any size."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", choices=list(LIMITS), default="sqlite")
    words.add_argument("--persons", type=int, default=100_000)
    words.add_argument("--approvals", type=int, default=20_000)
    given = words.parse_args()
    table.show(run(given.database, given.persons, given.approvals))


if __name__ == "__main__":
    main()
