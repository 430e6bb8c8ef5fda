"""Approving all that match beside its floor: `python -m benchmarks.approve_many --database postgresql --rows 10000`.

Portal: the summary that freezes the rows, and the job that decides them, with law, hashes, four-eyes and an outcome per row.
Floor: `benchmarks/floors/approve_many.py`, the same rows by bare statements, a hundred a transaction. Both start from copies
of one database; runs are interleaved and medians shown.
"""

import argparse
import statistics
import time

import sqlalchemy as sa
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy.orm import Session

from app.domain.actor import NATION
from app.models import PortalUser
from app.models.database import db
from app.services import acting, jobs, mass_approvals, mass_plans, releases
from app.services.clock import business_now
from app.services.queue_filters import QueueFilters
from app.services.transaction import reading, transaction
from benchmarks import table
from benchmarks.floors import approve_many
from benchmarks.kept_databases import databases
from benchmarks.peak import apart
from tests import builders

RUNS, FAMILY = 3, 5
# The law is asked for every row in Python, and each keeps its outcome: the floor does neither.
TARGETS = {"sqlite": 40.0, "postgresql": 20.0}


def lines() -> list[table.Row]:
    """Both databases, small."""
    return [line for database in TARGETS for line in run(database, 1_000)]


def main() -> None:
    """Measure and print absolute figures, the ratio and its target."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    words.add_argument("--rows", type=int, default=10_000)
    given = words.parse_args()
    table.tell(run(given.database, given.rows))


def run(database: str, rows: int) -> list[table.Line]:
    """Measure an approval of `rows` requests; portal and floor must leave the same rows."""
    asked: list[float] = []
    spent: dict[str, list[float]] = {"portal": [], "floor": []}
    megabytes = 0.0
    told: set[str] = set()
    with databases(database) as made:
        made.create()
        fill(made.origin, rows)
        for _ in range(RUNS):
            for name in spent:
                url = made.copy()
                if name == "portal":
                    seconds, highest = apart(timed, url, rows)
                    megabytes = max(megabytes, highest)
                    asked.append(seconds[0])
                    spent[name].append(seconds[1])
                else:
                    begun = time.perf_counter()
                    approve_many.approve(url)
                    spent[name].append(time.perf_counter() - begun)
                told.add(approve_many.digest(url))
                made.drop(url)
    assert len(told) == 1, told
    print(f"{database}: {rows:,} requests; rows and sha256 {told.pop()}, the same on both", flush=True)
    print(f"{database}: the summary that freezes them took {statistics.median(asked):.2f} s", flush=True)
    floor, portal = statistics.median(spent["floor"]), statistics.median(spent["portal"])
    title = f"{database}: approve all of {rows:,} / bare statements"
    return [table.Line(title, floor, portal, "s", at_most=TARGETS[database], peak=megabytes)]


def fill(url: str, rows: int) -> None:
    """Families of five that wait in one agency, its registrar, and the round that will carry them."""
    db.bind(url, url)
    releases.upgrade()
    builders.clock("2018-10-01 08:00")
    clerk, registrar = (builders.user(name, builders.agency()) for name in ("clerk", "registrar"))
    with Session(db.writer) as session:
        session.get_one(PortalUser, registrar).roles = [Role(name="registrar")]
        session.commit()
    builders.planned_round("2018-10-01 11:00")
    asks = [ask for n in range(rows // FAMILY) for ask in builders.family(10 * n + 1, FAMILY)]
    builders.waiting(asks, clerk)
    # Submitted before the clock of the portal, which the summary compares with.
    with db.writer.connect() as connection:
        connection.execute(sa.text("UPDATE change_request SET submitted_at = recorded_at"))
        connection.commit()
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    db.dispose()


def timed(url: str, rows: int) -> tuple[float, float]:
    """Seconds of the summary, and of the confirmation and the whole job."""
    db.bind(url, url)
    with reading(NATION) as session:
        now = business_now(session)
        registrar = acting.officer(session, session.execute(_REGISTRAR).scalar_one())
    assert registrar is not None
    begun = time.perf_counter()
    summary = mass_plans.prepare(QueueFilters(), shown_at=now, besides=(), actor=registrar)
    asked = time.perf_counter()
    assert (summary.count, summary.left) == (rows // FAMILY * FAMILY, {}), summary
    mass_approvals.confirm(summary.id, actor=registrar)
    with transaction(builders.ROBOT) as session:
        job_id, attempt = session.execute(sa.text("SELECT id, attempt FROM job WHERE kind = 'mass_approval'")).one()
    assert jobs.run(job_id, attempt)
    done = time.perf_counter()
    db.dispose()
    return asked - begun, done - asked


_REGISTRAR = sa.select(PortalUser.id).where(PortalUser.username == "registrar")

if __name__ == "__main__":
    main()
