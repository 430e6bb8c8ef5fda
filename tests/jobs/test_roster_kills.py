"""An import whose worker is killed at random instants: nothing half, nothing double, the same rows as if nobody had."""

import os
import time
from random import Random

import pytest
import sqlalchemy as sa

from app.domain.actor import Actor, Scope, ScopeKind
from app.domain.powers import Power
from app.models.database import db
from app.services import queues, roster_imports
from app.services.roster_uploads import FOLDER, Tray
from tests.builders import agency, clock, user
from tests.jobs import strikes
from tests.jobs.harness import PATIENCE_SECONDS, LivePortal, wait_until
from tests.services.roster_workbooks import dependent, nid, official, workbook

# What a registrar, a hospital or a clerk could come upon.
_ALL = "SELECT count(*) FROM change_request"
_SENT = f"{_ALL} WHERE status <> 'DRAFT'"


def test_some_kills_change_nothing(portal: LivePortal):
    import_under_fire(portal, families=150, kills=3, longest_delay=2.0)


@pytest.mark.soak
def test_ten_thousand_rows_and_twenty_kills(portal: LivePortal):
    portal.lease_seconds = 10  # on a busy machine a heart that is to beat every second is taken for dead
    import_under_fire(portal, families=5_000, kills=20, longest_delay=6.0)


def import_under_fire(portal: LivePortal, *, families: int, kills: int, longest_delay: float) -> None:
    seed = int.from_bytes(os.urandom(4))
    chance = Random(seed)
    print(f"seed of the kills: {seed}")
    clock("2026-12-01 09:00")
    queues.connect_queue({"REDIS_URL": portal.redis_url})
    here = agency()
    powers = frozenset({Power.IMPORT_ROSTER, Power.RECORD_REQUEST})
    clerk = Actor("clerk", Scope(ScopeKind.AGENCY, here), powers, user_id=user("clerk", here), agency_id=here)
    staff = [official(n) for n in range(1, families + 1)]
    content = workbook(staff, [dependent(100_000 + n, n) for n in range(1, families + 1)])
    portal.start_ticker()
    try:
        import_id = roster_imports.receive(content, "a.xlsx", actor=clerk, tray=Tray(portal.folder / FOLDER))
        left = _carry(portal, import_id, "CHECKED", kills // 3, chance, longest_delay)
        assert _rows("SELECT fate, count(*) FROM roster_line GROUP BY fate") == [("NEW", 2 * families)]
        roster_imports.submit(import_id, actor=clerk)
        left = _carry(portal, import_id, "SUBMITTED", kills - kills // 3 + left, chance, longest_delay)
        print(f"kills that found nothing to strike: {left}")
    finally:
        queues.connect_queue({"REDIS_URL": None})
    _assert_whole(families)


def _carry(portal: LivePortal, import_id: int, goal: str, left: int, chance: Random, longest_delay: float) -> int:
    """Kill the worker again and again while kills are left, then let it come to `goal`; returns the kills left."""
    while left and _state(import_id) != goal:
        portal.start_worker()
        before = _attempt()
        wait_until(lambda before=before: _state(import_id) == goal or _attempt() > before, "an attempt begins")
        time.sleep(chance.uniform(0, longest_delay))
        if _state(import_id) == goal:
            break
        strikes.count(portal.urls.kind, portal.kill("worker"))
        left -= 1
        sent = _rows(_SENT)[0][0]
        assert sent == 0 or (_state(import_id) == "SUBMITTED" and sent == _rows(_ALL)[0][0]), (
            "half an import can be seen"
        )
    if "worker" not in portal.processes:
        portal.start_worker()
    wait_until(lambda: _state(import_id) == goal, f"the import is {goal}", seconds=5 * PATIENCE_SECONDS)
    wait_until(lambda: _rows("SELECT count(*) FROM job WHERE status <> 'DONE'") == [(0,)], "the jobs are done")
    portal.kill("worker")
    return left


def _assert_whole(families: int) -> None:
    count = 2 * families
    tables = ("change_request", "proposal", "request_revision", "request_editor", "roster_line")
    assert [_rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables] == [count] * len(tables)
    assert [_rows(f"SELECT count(*) FROM {table}")[0][0] for table in ("evidence_document", "evidence_link")] == [
        families
    ] * 2
    assert _rows("SELECT DISTINCT status, revision FROM change_request") == [("PENDING_APPROVAL", 1)]
    assert _rows("SELECT count(DISTINCT submission_no), count(DISTINCT request_no) FROM change_request") == [(1, count)]
    found = _rows(
        "SELECT p.national_id, p.principal_national_id FROM change_request r JOIN proposal p ON p.request_id = r.id"
        " ORDER BY r.position"
    )
    expected = [(nid(who), nid(n)) for n in range(1, families + 1) for who in (n, 100_000 + n)]
    assert found == expected, "each family together, in the order of the file"
    assert _rows("SELECT count(*) FROM audit_event WHERE verb = 'import_roster'") == [(1,)]


def _state(import_id: int) -> str:
    return str(_rows("SELECT state FROM roster_import WHERE id = :id", id=import_id)[0][0])


def _attempt() -> int:
    found = _rows("SELECT max(id * 1000 + attempt) FROM job WHERE status = 'RUNNING' AND kind LIKE 'roster%'")
    return int(found[0][0] or 0)


def _rows(query: str, **values: object) -> list[tuple[object, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query), values)]
