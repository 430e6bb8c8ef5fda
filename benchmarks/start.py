"""The start of a web worker on a ready database beside its floor, `import flask_appbuilder`: `python -m benchmarks.start`."""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from app.models.database import db
from app.services import releases
from benchmarks import table

RUNS, TARGET = 5, 2.0
_SPENT = "import time; print(time.process_time(), {counted})"
_COUNTING = (
    "import sqlalchemy.event, sqlalchemy.engine; seen = []; "
    "sqlalchemy.event.listen(sqlalchemy.engine.Engine, 'before_cursor_execute', lambda *a: seen.append(a[2])); "
)


def lines() -> list[table.Row]:
    """CPU seconds until a worker could answer, and how many statements it sent."""
    with tempfile.TemporaryDirectory(prefix="lgo-bench-") as folder:
        db.bind(f"sqlite:///{folder}/portal.db", f"sqlite:///{folder}/reads.db")
        releases.upgrade()
        db.dispose()
        floor, _none = _median("import flask_appbuilder; " + _SPENT.format(counted=0), folder)
        ours, sent = _median(_COUNTING + "import app.wsgi; " + _SPENT.format(counted="len(seen)"), folder)
    return [
        table.Line("start of a web worker / import flask_appbuilder, CPU", floor, ours, "s", at_most=TARGET),
        table.Limit("start of a web worker, SQL statements", sent, "", 1),
    ]


def _median(code: str, folder: str) -> tuple[float, float]:
    env = os.environ | {"INSTANCE": folder, "LOG_LEVEL": "ERROR"}
    runs = []
    for _ in range(RUNS):
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True,
            cwd=Path(__file__).parents[1],
        )  # fmt: skip
        runs.append([float(word) for word in done.stdout.split()[-2:]])
    return statistics.median(run[0] for run in runs), max(run[1] for run in runs)


if __name__ == "__main__":
    table.show(lines())
