"""A program of the portal's size without its code: Flask-AppBuilder imported, as many tables and routes, nothing in them.

`python -m benchmarks.floors.same_size "[12, 7]" 325` (columns of each table, number of routes) prints its seconds of CPU: what a
process pays to SQLAlchemy and Werkzeug for so many of both before any line of the portal's own has run.
"""

import gc
import json
import sys
import time

gc.disable()  # as the portal's own worker starts (app/wsgi.py)

import flask  # noqa: E402
import flask_appbuilder  # noqa: E402
import sqlalchemy as sa  # noqa: E402
from sqlalchemy.orm import configure_mappers  # noqa: E402

_TYPES = (sa.Integer, sa.String(40), sa.Date, sa.Boolean, sa.DateTime(timezone=True))


def main() -> None:
    """Make the tables and the routes, then print what it took."""
    columns, routes = json.loads(sys.argv[1]), int(sys.argv[2])
    for number, count in enumerate(columns):
        _table(number, count)
    configure_mappers()
    app = flask.Flask(__name__)
    for number in range(routes):
        app.add_url_rule(f"/view{number // 4}/deed{number}/<int:row>", f"route{number}", str)
    print(time.process_time(), 0)


def _table(number: int, count: int) -> None:
    body = {f"c{i}": sa.Column(_TYPES[i % len(_TYPES)]) for i in range(count - 2)}
    parent = sa.ForeignKey(f"table{max(0, number - 1)}.id")
    named = {"__tablename__": f"table{number}", "id": sa.Column(sa.Integer, primary_key=True)}
    type(f"Table{number}", (flask_appbuilder.Model,), {**named, "parent_id": sa.Column(parent), **body})


if __name__ == "__main__":
    main()
