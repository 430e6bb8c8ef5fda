"""An approval of many whose worker is killed at random instants: each row decided once, its outcome with it."""

import os
import time
from random import Random

import pytest
import sqlalchemy as sa
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy.orm import Session

from app.domain.actor import NATION, Actor
from app.models import PortalUser
from app.models.database import db
from app.services import acting, mass_approvals, mass_plans, queues
from app.services.clock import business_now
from app.services.queue_filters import QueueFilters
from app.services.transaction import reading
from tests import builders
from tests.jobs import strikes
from tests.jobs.harness import PATIENCE_SECONDS, LivePortal, job_state, wait_until

LONGEST_DELAY_SECONDS = 0.8


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_kills_decide_nothing_twice_and_lose_no_outcome(portal: LivePortal):
    approved_under_fire(portal, families=60, kills=2)


@pytest.mark.soak
def test_ten_thousand_rows_and_twelve_kills(portal: LivePortal):
    portal.lease_seconds = 10  # on a busy machine a heart that is to beat every second is taken for dead
    approved_under_fire(portal, families=2_000, kills=12)


def approved_under_fire(portal: LivePortal, *, families: int, kills: int) -> None:
    seed = int.from_bytes(os.urandom(4))
    chance = Random(seed)
    print(f"seed of the kills: {seed}")
    builders.clock("2026-12-01 12:00")
    queues.connect_queue({"REDIS_URL": portal.redis_url})
    asks = [ask for n in range(families) for ask in builders.family(1 + 10 * n, 5)]
    ids = builders.waiting(asks, builders.user("clerk", builders.agency()))
    registrar = officer("registrar")
    portal.start_ticker()
    try:
        with reading(NATION) as session:
            now = business_now(session)
        summary = mass_plans.prepare(QueueFilters(), shown_at=now, besides=(), actor=registrar)
        mass_approvals.confirm(summary.id, actor=registrar)
        for _ in range(kills):
            portal.start_worker()
            before = attempt()
            wait_until(lambda before=before: is_done() or attempt() > before, "an attempt begins")
            time.sleep(chance.uniform(0, LONGEST_DELAY_SECONDS))
            strikes.count(portal.urls.kind, portal.kill("worker"))
            told = rows("SELECT count(*) FROM mass_approval_row WHERE outcome = 'APPROVED'")
            assert told == rows("SELECT count(*) FROM change_request WHERE status = 'APPROVED'")
        portal.start_worker()
        wait_until(is_done, "all is decided", seconds=5 * PATIENCE_SECONDS)
    finally:
        queues.connect_queue({"REDIS_URL": None})
    assert rows("SELECT DISTINCT outcome, reason_code FROM mass_approval_row") == [("APPROVED", None)]
    assert rows("SELECT status, version, count(*) FROM change_request GROUP BY 1, 2") == [("APPROVED", 2, len(ids))]
    audited = "SELECT count(*), count(DISTINCT object_id) FROM audit_event WHERE verb = 'approve_certification'"
    assert rows(audited) == [(len(ids), len(ids))]


def officer(name: str) -> Actor:
    """A registrar of the agency as he is now."""
    user_id = builders.user(name, builders.agency())
    with Session(db.writer) as session:
        session.get_one(PortalUser, user_id).roles = [Role(name="registrar")]
        session.commit()
    with reading(NATION) as session:
        found = acting.officer(session, user_id)
    assert found is not None
    return found


def is_done() -> bool:
    return [state for state, _ in job_state("mass_approval")] == ["DONE"]


def attempt() -> int:
    return max((number for state, number in job_state("mass_approval") if state == "RUNNING"), default=0)


def rows(query: str) -> list[tuple[object, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]
