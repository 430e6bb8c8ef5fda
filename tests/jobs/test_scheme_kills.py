"""A scheme's file and a round's last step whose worker is killed: each right is put aside, or brought back, once and wholly."""

import os
import time
from datetime import date
from random import Random

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION, Actor
from app.domain.people import RoundStatus
from app.domain.powers import Power
from app.models import ProcessingRound
from app.models.database import db
from app.rules.schemes import Scheme
from app.services import scheme_files
from benchmarks import rights_database
from tests import builders
from tests.jobs import strikes
from tests.jobs.harness import LivePortal, wait_until

ADMIN = Actor("admin", NATION, frozenset({Power.MANAGE_AGENCIES}))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # the soak strikes both
def test_a_kill_in_each_changes_nothing(portal: LivePortal, monkeypatch, tmp_path):
    under_fire(portal, monkeypatch, tmp_path, persons=800, kills=1)


@pytest.mark.soak
def test_ten_kills_in_each_change_nothing(portal: LivePortal, monkeypatch, tmp_path):
    under_fire(portal, monkeypatch, tmp_path, persons=30_000, kills=10)


def under_fire(portal: LivePortal, monkeypatch, tmp_path, *, persons: int, kills: int) -> None:
    seed = int.from_bytes(os.urandom(4))
    chance = Random(seed)
    print(f"seed of the kills: {seed}")
    monkeypatch.setenv("INSTANCE", str(portal.folder))
    builders.clock("2026-11-20 09:00")
    home = builders.agency()
    with db.writer.begin() as connection:
        rights_database.people(connection, persons, home)
        if portal.urls.kind == "postgresql":  # the ids were written, not drawn
            for table in ("change_request", "person", "entitlement"):
                connection.execute(sa.text(f"SELECT setval('{table}_id_seq', {persons})"))
    standing = persons - persons // 10  # every tenth right has ended
    file = tmp_path / "pensioners.csv"
    lines = [f"{rights_database.national_id(n)},2020-01-01" for n in range(1, persons + 1)]
    file.write_text("\n".join(["national_id,since", *lines]))
    portal.start_ticker()
    with file.open("rb") as content:
        scheme_files.request_load(content, "a.csv", Scheme.CSMBS_PENSION, date(2026, 11, 1), actor=ADMIN)
    _carry(portal, lambda: _one("SELECT count(*) FROM scheme_file WHERE loaded_at IS NOT NULL") == 1, kills, chance)
    assert _one("SELECT count(*) FROM other_scheme_right") == persons
    assert _told("stand_by") == (standing, standing) and _standing_by() == standing  # MM11
    assert _one("SELECT matched_count FROM scheme_file") == persons
    assert not list((portal.folder / scheme_files.FOLDER).iterdir())

    with db.writer.begin() as connection:
        connection.execute(sa.text("UPDATE other_scheme_right SET until = '2026-11-24'"))
    round_id = builders.planned_round("2026-11-24 11:00")
    builders.approved(round_id, [builders.Ask(9_000_000)], decided_at=builders.bangkok("2026-11-01 09:00"))
    builders.clock("2026-11-24 11:00")
    _carry(portal, lambda: _is_done(round_id), kills, chance)
    assert _told("promote_right") == (standing, standing) and _standing_by() == 0
    assert _one("SELECT count(*) FROM change_request WHERE status = 'APPROVED'") == 0


def _carry(portal: LivePortal, is_done, kills: int, chance: Random) -> None:
    """Kill the worker at random instants of its attempts, then let it finish."""
    for _ in range(kills):
        portal.start_worker()
        before = _attempt()
        wait_until(lambda before=before: is_done() or _attempt() > before, "an attempt begins")
        time.sleep(chance.uniform(0, 1.0))
        if is_done():
            break
        strikes.count(portal.urls.kind, portal.kill("worker"))
    if "worker" not in portal.processes:
        portal.start_worker()
    wait_until(is_done, "the work is done")
    wait_until(lambda: _one("SELECT count(*) FROM job WHERE status <> 'DONE'") == 0, "the jobs are done")
    portal.kill("worker")


def _attempt() -> int:
    return int(_one("SELECT max(id * 1000 + attempt) FROM job WHERE status = 'RUNNING'") or 0)


def _told(verb: str) -> tuple[int, int]:
    """How often the trail tells of it, and of how many rights."""
    query = f"SELECT count(*), count(DISTINCT object_id) FROM audit_event WHERE verb = '{verb}'"
    with db.engine.connect() as connection:
        return tuple(connection.execute(sa.text(query)).one())


def _standing_by() -> int:
    return _one("SELECT count(*) FROM entitlement WHERE standby_since IS NOT NULL")


def _is_done(round_id: int) -> bool:
    table = ProcessingRound.__table__
    with db.engine.connect() as connection:
        found = connection.execute(sa.select(table.c.status).where(table.c.id == round_id)).scalar()
        return found is RoundStatus.DONE


def _one(query: str):
    with db.engine.connect() as connection:
        return connection.execute(sa.text(query)).scalar()
