"""The start of a web worker on a ready database beside its floor, `import flask_appbuilder`: `python -m benchmarks.start`.

A second floor tells what is nobody's fault: a program with as many tables, columns and routes, and nothing in them.
"""

import json
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
_SPENT = (
    "import resource, time; print(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, {counted})"
)
_SIZE = (
    "import json; from flask_appbuilder import Model; from app.wsgi import application; "
    "print(json.dumps([len(table.columns) for table in Model.metadata.tables.values()]), "
    "sum(1 for _ in application.url_map.iter_rules()), sep='\\n')"
)
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
        columns, routes = _told(["-c", _SIZE], folder)
        floor, *_none = _median(["-c", "import flask_appbuilder; " + _SPENT.format(counted=0)], folder)
        alike, *_none = _median(["-m", "benchmarks.floors.same_size", columns, routes], folder)
        ours, peak, sent = _median(["-c", _COUNTING + "import app.wsgi; " + _SPENT.format(counted="len(seen)")], folder)
    size = f"{len(json.loads(columns))} empty tables and {routes} routes"
    return [
        table.Line("start of a web worker / import flask_appbuilder, CPU", floor, ours, "s", at_most=TARGET, peak=peak),
        table.Line(f"start of a web worker / {size}, CPU", alike, ours, "s", peak=peak),
        table.Limit("start of a web worker, SQL statements", sent, "", 1),
    ]


def _median(arguments: list[str], folder: str) -> tuple[float, float, float]:
    """CPU seconds, peak of memory in MB, and what else was counted."""
    runs = [[float(word) for word in _told(arguments, folder)[-1].split()] for _ in range(RUNS)]
    return statistics.median(run[0] for run in runs), max(run[1] for run in runs) / 1024, max(run[-1] for run in runs)


def _told(arguments: list[str], folder: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, *arguments], env=os.environ | {"INSTANCE": folder, "LOG_LEVEL": "ERROR"}, check=True,
        capture_output=True, text=True, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    return done.stdout.strip().splitlines()


if __name__ == "__main__":
    table.tell(lines())
