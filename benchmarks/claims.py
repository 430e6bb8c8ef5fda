"""The list of claims, its searches, and bills at risk at size: `python -m benchmarks.claims --database sqlite --claims 5000000`.

Pages are asked for as a browser would (WSGI, no socket, logged in as the NHSO's finance, who sees the nation). Their floor is a
bare Flask that sends the page's own statements over claims and gives the rows as JSON; that of the bills is one join of the
claims with their rights and one with the dead. A larger nation must cost a page next to nothing. Runs are interleaved.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask, jsonify

import config
from app import create_app
from app.cli.release import wanted_grants
from app.domain.actor import NATION, Actor, robot
from app.domain.bills import BillRisk
from app.domain.powers import Power
from app.models.database import db
from app.services import permissions
from app.services.money import bills
from benchmarks import table
from benchmarks.interleaved import Spent, interleaved
from benchmarks.money_database import filled
from tests.views.offices import Portal

RUNS, SMALL, PAGE, FOUND, SAME, BILLS = 7, 10_000, 8.0, 2.0, 2.0, 3.0
NOTHING, LISTS = "found nothing", {"first page", "waiting"}
PAGES = {
    "first page": "/claims/list/",
    "waiting": "/claims/list/?status=SUBMITTED",
    "by number": "/claims/list/?claim_no=RC2569-{middle}",
    "of one person": "/claims/list/?patient_id={person}",
    NOTHING: "/claims/list/?claim_no=NONE",
    "served in a week": "/claims/list/?served_on_from=1/11/2568&served_on_until=7/11/2568",
}


def main() -> None:
    """Measure and print absolute figures, ratios and targets."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    words.add_argument("--claims", type=int, default=1_000_000)
    given = words.parse_args()
    table.tell(run(given.database, given.claims))


def lines() -> list[table.Row]:
    """Both databases, small."""
    return [line for database in ("sqlite", "postgresql") for line in run(database, 50_000)]


def run(database: str, claims: int) -> list[table.Line]:
    """Measure a nation of `claims`, and one of SMALL beside it; prints what every path took."""
    few, many = _measure(database, SMALL), _measure(database, claims)
    print(f"{database}: milliseconds, the quickest of {RUNS} runs; {SMALL:,} claims, {claims:,} claims")
    for name in many:
        print(f"  {name:<30}{few[name].quickest * 1000:>10.1f}{many[name].quickest * 1000:>10.1f}", flush=True)

    def line(path: str, floor: float, name: str, most: float) -> table.Line:
        ours = many[name]
        return table.Line(f"{database}: {path}", floor, ours.quickest, "s", at_most=most, peak=ours.peak)

    lines = [line(f"claims, {name} / bare Flask", many[f"floor {name}"].quickest, name, PAGE) for name in LISTS]
    for name in (
        one for one in PAGES if one not in LISTS | {NOTHING}
    ):  # few rows: what a page costs anyway counts to the floor
        floor = many[f"floor {name}"].quickest + many[NOTHING].quickest
        lines.append(line(f"claims, {name} / statements and a page", floor, name, FOUND))
    lines += [line(f"{claims:,} claims / {SMALL:,}, {name}", few[name].quickest, name, SAME) for name in PAGES]
    title = f"bills at risk of {claims:,} claims / two joins"
    return [*lines, line(title, many["floor bills"].quickest, "bills", BILLS)]


def _measure(database: str, claims: int) -> dict[str, Spent]:
    begun = time.perf_counter()
    with filled(database, claims) as urls, tempfile.TemporaryDirectory() as folder:
        print(f"{database}: {claims:,} claims made in {time.perf_counter() - begun:.0f} s", flush=True)
        env = {"INSTANCE": folder, "DATABASE_URL": urls[0], "READS_DATABASE_URL": urls[1], "LOG_LEVEL": "WARNING"}
        app = create_app(config.load_config(env) | {"RATELIMIT_STORAGE_URI": "memory://"})
        with app.app_context():
            permissions.sync_roles(wanted_grants(), actor=robot("bench"))
        browser = Portal(app).officer("nhso_finance", None)
        paths = _pages(browser, claims)
        officer = Actor("bench", NATION, frozenset(Power))
        paths["bills"] = lambda: len(bills.listed(BillRisk.LOST, 0, actor=officer).rows)
        paths["floor bills"] = _joined
        return _spent(paths)


def _spent(paths: dict[str, Callable[[], Any]]) -> dict[str, Spent]:
    for path in paths.values():
        path()
    # Two registers are measured minutes apart: what neighbours add to a median differs more than the registers do.
    return interleaved(paths, RUNS)


def _pages(browser: Any, claims: int) -> dict[str, Callable[[], Any]]:
    with db.engine.connect() as connection:
        person = connection.execute(sa.text("SELECT patient_id FROM receipt_claim WHERE id = :id"), {"id": claims // 2})
        facts = {"middle": claims // 2, "person": person.scalar_one()}
    paths: dict[str, Callable[[], Any]] = {}
    for name, address in PAGES.items():
        where = address.format(**facts)
        sent: list[tuple[str, Any]] = []

        def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any, sent: Any = sent) -> None:
            if "receipt_claim" in statement and statement.startswith(("SELECT", "WITH")):
                sent.append((statement, given))

        sa.event.listen(db.engine, "before_cursor_execute", note)
        answer = browser.get(where)
        sa.event.remove(db.engine, "before_cursor_execute", note)
        assert answer.status_code == 200 and ("RC2569-" in answer.text) is (name != NOTHING), (name, answer.status_code)
        paths[name] = lambda where=where: browser.get(where).text
        paths[f"floor {name}"] = _bare(sent)
    return paths


def _bare(sent: list[tuple[str, Any]]) -> Callable[[], Any]:
    """The same statements, as text that is known before, from a Flask that does nothing else."""
    bare = Flask("bare")

    @bare.get("/")
    def rows() -> Any:
        with db.engine.connect() as connection:
            cursor = connection.connection.cursor()
            answers = [cursor.execute(*each).fetchall() for each in sent]
        return jsonify([[str(value) for value in row] for answer in answers for row in answer])

    client = bare.test_client()
    return lambda: client.get("/").text


_JOINS = (
    "SELECT count(*) FROM receipt_claim c JOIN entitlement t ON t.id = c.entitlement_id"
    " WHERE c.status IN ('SUBMITTED', 'APPROVED', 'PAID') AND (t.voided OR c.served_on < t.entitled_from"
    " OR c.served_on >= t.entitled_until OR c.served_on >= t.standby_since)",
    "SELECT count(*) FROM person p JOIN receipt_claim c ON c.patient_id = p.id"
    " WHERE p.death_date IS NOT NULL AND p.death_date < c.served_on AND c.status IN ('SUBMITTED', 'APPROVED', 'PAID')",
)


def _joined() -> list[int]:
    with db.engine.connect() as connection:
        return [connection.execute(sa.text(join)).scalar_one() for join in _JOINS]


if __name__ == "__main__":
    main()
