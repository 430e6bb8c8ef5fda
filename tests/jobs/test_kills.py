"""SIGKILL at random instants, through the real ticker, queue and worker: the result is as if nobody had (decisions 4, 26)."""

import os
import shutil
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from app.domain.people import Relation, RoundStatus
from app.models import Entitlement, ProcessingRound
from app.models.database import db
from app.services import rounds
from tests.builders import Ask, approved, bangkok, clock, family, planned_round
from tests.databases import DatabaseUrls
from tests.jobs import strikes
from tests.jobs.dumps import dump
from tests.jobs.harness import LEASE_SECONDS, LivePortal, job_state, wait_until

FAMILIES = {"sqlite": 700, "postgresql": 350}  # of five, most of a second of work
LONGEST_DELAY_SECONDS = 1.0


def test_some_kills_change_nothing(portal: LivePortal, new_database):
    kill_and_compare(portal, new_database, kills=3, count=3)  # more rounds than the kills need on any machine


@pytest.mark.soak
def test_fifty_kills_change_nothing(portal: LivePortal, new_database):
    kill_and_compare(portal, new_database, kills=25, count=14)


def kill_and_compare(portal: LivePortal, new_database, *, kills: int, count: int) -> None:
    seed = int.from_bytes(os.urandom(4))
    chance = Random(seed)
    print(f"seed of the kills: {seed}")
    times = [f"2018-10-{1 + i // 2:02d} {('11:00', '15:00')[i % 2]}" for i in range(count)]
    clock("2018-10-01 09:00")
    for number, at in enumerate(times):
        approved(planned_round(at), list(requests(number, FAMILIES[portal.urls.kind])))
    untouched = copied(portal.urls, new_database)

    portal.start_ticker()
    left = kills
    for at in times:
        clock(just_before(at))
        left = carry(portal, at, left, chance)
    assert left == 0, "the rounds were done before all kills were spent"
    killed = dump_of(portal.urls)
    assert_effective_with_their_rounds(count)

    db.bind(untouched.url, untouched.reads_url)
    for at in times:
        clock(at)
        list(rounds.run_due())
    assert_equal(dump_of(untouched), killed)


def requests(number: int, families: int):
    """A round of families, with a rival and a dependent without principal in every tenth."""
    for i in range(families):
        serial = 1 + number * 100_000 + 10 * i
        yield from family(serial, 5)
        if i % 10 == 0:
            yield Ask(serial)
            yield Ask(serial + 8, serial + 9, Relation.MOTHER, date(2011, 1, 1))


def just_before(at: str) -> str:
    return (bangkok(at) - timedelta(seconds=2)).replace(tzinfo=None).isoformat(sep=" ")


def carry(portal: LivePortal, at: str, left: int, chance: Random) -> int:
    """Kill the worker of the round again and again while kills are left, then let it finish; returns the kills left."""
    while left and not done(at):
        portal.start_worker()
        before = running_attempt()
        if chance.random() < 0.8:
            wait_until(lambda before=before: done(at) or running_attempt() > before, "an attempt begins")
            time.sleep(chance.uniform(0, LONGEST_DELAY_SECONDS))
        else:
            time.sleep(chance.uniform(0, LEASE_SECONDS + 1))
        strikes.count(portal.urls.kind, portal.kill("worker"))
        left -= 1
    if not done(at):
        portal.start_worker()
        wait_until(lambda: done(at), f"the round of {at} is done")
    wait_until(lambda: all(state == "DONE" for state, _ in job_state()), "the jobs are done")
    if "worker" in portal.processes:
        portal.kill("worker")
    return left


def running_attempt() -> int:
    return max((attempt for state, attempt in job_state() if state == "RUNNING"), default=0)


def done(at: str) -> bool:
    table = ProcessingRound.__table__
    with db.engine.connect() as connection:
        query = sa.select(table.c.status).where(table.c.scheduled_at == bangkok(at))
        return connection.execute(query).scalar() is RoundStatus.DONE


def copied(urls: DatabaseUrls, new_database) -> DatabaseUrls:
    """A copy of the register as it stands, before anything runs on it."""
    copy = new_database(urls.kind)
    if urls.kind == "sqlite":
        with db.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.dispose()
        shutil.copyfile(path_of(urls), path_of(copy))
    else:
        db.dispose()
        source, target = (sa.make_url(each.url).database for each in (urls, copy))
        admin = sa.create_engine(sa.make_url(urls.url).set(database="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {target}"))
            connection.execute(sa.text(f"CREATE DATABASE {target} TEMPLATE {source}"))
        admin.dispose()
    db.bind(urls.url, urls.reads_url)
    return copy


def path_of(urls: DatabaseUrls) -> Path:
    return Path(sa.make_url(urls.url).database or "")


def assert_equal(expected: dict, found: dict) -> None:
    """Table by table, naming the first rows that differ."""
    for table, rows in expected.items():
        missing, extra = set(rows) - set(found[table]), set(found[table]) - set(rows)
        assert (sorted(missing)[:3], sorted(extra)[:3], len(rows)) == ([], [], len(found[table])), table


def dump_of(urls: DatabaseUrls) -> dict:
    db.bind(urls.url, urls.reads_url)
    return dump()


def assert_effective_with_their_rounds(count: int) -> None:
    with db.engine.connect() as connection:
        done_rounds = connection.execute(
            sa.text("SELECT count(*) FROM processing_round WHERE status = 'DONE'")
        ).scalar()
        table = Entitlement.__table__
        instants = set(connection.execute(sa.select(table.c.effective_at).distinct()).scalars())
        run_at = set(connection.execute(sa.select(ProcessingRound.__table__.c.run_at)).scalars())
    assert done_rounds == count
    assert instants == run_at - {None}
