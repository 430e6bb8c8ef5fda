"""The register's list and its search by name at size: `python -m benchmarks.lists --database postgresql --persons 1000000`.

Pages are asked for as a browser would (WSGI, no socket, logged in). Their floor is a bare Flask that sends the same two
statements and the rows as JSON; a name's floor is the bare index scan, and what a page costs anyway. Runs are interleaved.
"""

import argparse
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask, jsonify

import config
from app import create_app
from app.cli.release import wanted_grants
from app.domain.actor import NATION, Scope, ScopeKind, robot
from app.domain.clock import bangkok_day, real_now
from app.domain.people import Relation
from app.models import Person
from app.models.database import db
from app.reports.register_columns import RegisterFilters, RegisterStatus
from app.reports.register_conditions import names_fit
from app.reports.register_pages import Beside, RegisterPage, register_page
from app.services import permissions
from app.services.queues import connect_queue
from app.services.transaction import reading
from benchmarks import table
from benchmarks.interleaved import Spent, interleaved
from benchmarks.register_database import RARE, filled
from tests.views.offices import Portal

RUNS, SMALL, PAGE, SAME = 9, 10_000, 6.0, 1.5
LISTS = {
    "first page": RegisterFilters(),
    "filtered page": RegisterFilters(status=RegisterStatus.ENDED, relation=Relation.CHILD),
}
NAMES = {
    "prefix, many": RegisterFilters(name="สมช", name_begins=True),
    "prefix, none": RegisterFilters(name="ฮฮฮ", name_begins=True),
    "contains, many": RegisterFilters(name="แก้ว"),
    "contains, two letters": RegisterFilters(name="ดี"),
    "contains, ten": RegisterFilters(name=RARE),
    "contains, none": RegisterFilters(name="ฮฮฮฮ"),
}


def main() -> None:
    """Measure and print absolute figures, ratios and targets."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    words.add_argument("--persons", type=int, default=100_000)
    words.add_argument(
        "--kept", help="where the register stands or is to stay: a folder, or a cluster's URL with {name}"
    )
    given = words.parse_args()
    table.tell(run(given.database, given.persons, given.kept))


def lines() -> list[table.Row]:
    """Both databases, small."""
    return [line for database in ("sqlite", "postgresql") for line in run(database, 100_000)]


def run(database: str, persons: int, kept: str | None = None) -> list[table.Line]:
    """Measure a register of `persons`, and one of SMALL beside it; prints what every path took."""
    few, many = _measure(database, SMALL), _measure(database, persons, kept)
    print(f"{database}: milliseconds, the quickest of {RUNS} runs; {SMALL:,} persons, {persons:,} persons")
    for name in many:
        print(f"  {name:<40}{few[name].quickest * 1000:>10.1f}{many[name].quickest * 1000:>10.1f}", flush=True)

    def line(path: str, floor: float, name: str, most: float) -> table.Line:
        ours = many[name]
        return table.Line(f"{database}: {path}", floor, ours.quickest, "s", at_most=most, peak=ours.peak)

    lines = [line(f"register, {name} / bare Flask", many[f"floor {name}"].quickest, name, PAGE) for name in LISTS]
    lines += [
        line(f"{persons:,} persons / {SMALL:,}, {name}", few[name].quickest, name, SAME)
        for name in (*LISTS, "hundredth page", "one agency")
    ]
    for name in NAMES:
        floor = 2 * many[f"floor {name}"].quickest + many["page"].quickest
        lines.append(line(f"name, {name} / 2 scans and a page", floor, name, 1))
    return lines


def _measure(database: str, persons: int, kept: str | None = None) -> dict[str, Spent]:
    with filled(database, persons, kept) as urls, tempfile.TemporaryDirectory() as folder:
        env = {"INSTANCE": folder, "DATABASE_URL": urls[0], "READS_DATABASE_URL": urls[1], "LOG_LEVEL": "WARNING"}
        app = create_app(config.load_config(env) | {"RATELIMIT_STORAGE_URI": "memory://"})
        with app.app_context():
            permissions.sync_roles(wanted_grants(), actor=robot("bench"))
        browser = Portal(app).officer("nhso_admin", None)
        paths = (
            _lists(browser) | _names() | {"hundredth page": _deep(), "one agency": _page(Scope(ScopeKind.AGENCY, 7))}
        )
        paths["page"] = _page(NATION)
        connect_queue(
            {"REDIS_URL": None}
        )  # the application connected it; nobody works here, and what is measured next has none
        return _spent(paths)


def _spent(paths: dict[str, Callable[[], Any]]) -> dict[str, Spent]:
    for path in paths.values():
        path()
    # Two registers are measured minutes apart: what neighbours add to a median differs more than the registers do.
    return interleaved(paths, RUNS)


def _lists(browser: Any) -> dict[str, Callable[[], Any]]:
    paths: dict[str, Callable[[], Any]] = {}
    for name, filters in LISTS.items():
        typed = {field: getattr(filters, field) or "" for field in ("status", "relation")}
        blank = dict.fromkeys(("national_id", "name", "personnel_type", "agency"), "")
        where = browser.post("/register/", blank | typed).location if any(typed.values()) else "/register/"
        answer = browser.get(where)
        assert answer.status_code == 200 and answer.text.count("<tr>") > 20, answer.text[:300]
        paths[name] = lambda where=where: browser.get(where).text
        paths[f"floor {name}"] = _bare(filters)
    return paths


def _bare(filters: RegisterFilters) -> Callable[[], Any]:
    """The same statements, as text that is known before, from a Flask that does nothing else."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            sent.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    _found(filters)
    sa.event.remove(db.engine, "before_cursor_execute", note)
    bare = Flask("bare")

    @bare.get("/")
    def rows() -> Any:
        with db.engine.connect() as connection:
            cursor = connection.connection.cursor()
            answers = [cursor.execute(*each).fetchall() for each in sent]
        return jsonify([[str(value) for value in row] for row in answers[-1]])

    client = bare.test_client()
    return lambda: client.get("/").text


def _names() -> dict[str, Callable[[], Any]]:
    paths: dict[str, Callable[[], Any]] = {}
    person = Person.__table__.alias("person")
    for name, filters in NAMES.items():
        paths[name] = lambda filters=filters: _found(filters)
        scan = sa.select(person.c.id).where(*names_fit(filters, person.c)).limit(2_001)
        paths[f"floor {name}"] = lambda scan=scan: _scanned(scan)
    return paths


def _scanned(scan: Any) -> int:
    with db.engine.connect() as connection:
        return len(connection.execute(scan).all())


def _deep() -> Callable[[], RegisterPage]:
    """A page far down: the one beside a row in the middle of all."""
    with reading(NATION) as session:
        middle = session.execute(sa.text("SELECT max(id) / 2 FROM entitlement")).scalar_one()
        row = session.execute(sa.text("SELECT min(id) FROM entitlement WHERE id >= :id"), {"id": middle}).scalar_one()
    return lambda: _found(RegisterFilters(), beside=Beside(True, row))


def _page(scope: Scope) -> Callable[[], RegisterPage]:
    return lambda: _found(RegisterFilters(), scope)


def _found(filters: RegisterFilters, scope: Scope = NATION, **more: Any) -> RegisterPage:
    now: datetime = real_now()
    day: date = bangkok_day(now)
    with reading(scope) as session:
        return register_page(session, filters, scope, today=day, known_at=now, **more)


if __name__ == "__main__":
    main()
