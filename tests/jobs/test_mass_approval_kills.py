"""Decisions on many whose worker is killed at random instants: each row decided once, its outcome with it, families whole."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
import sqlalchemy as sa
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy.orm import Session

from app.domain.actor import NATION, Actor
from app.domain.people import MassDecision, RequestType
from app.models import PortalUser
from app.models.database import db
from app.services import acting, clerk_desk, mass_approvals, mass_plans, queues
from app.services.clock import business_now
from app.services.queue_filters import QueueFilters
from app.services.rounds import run_due
from app.services.transaction import reading
from tests import builders
from tests.jobs import strikes
from tests.jobs.harness import PATIENCE_SECONDS, LivePortal, job_state, wait_until

LONGEST_DELAY_SECONDS = 0.8


BACK, REASON = (MassDecision.RETURN, MassDecision.REJECT), "หลักฐานไม่ตรงกับประกาศ"
TOLD = {MassDecision.APPROVE: "APPROVED", MassDecision.RETURN: "RETURNED", MassDecision.REJECT: "REJECTED"}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_kills_decide_nothing_twice_and_lose_no_outcome(portal: LivePortal):
    approved_under_fire(portal, families=60, kills=2)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_kills_send_nothing_back_twice_and_no_family_in_parts(portal: LivePortal):
    sent_back_under_fire(portal, MassDecision.REJECT, families=30, kills=2)


@pytest.mark.soak
def test_ten_thousand_rows_and_twelve_kills(portal: LivePortal):
    portal.lease_seconds = 10  # on a busy machine a heart that is to beat every second is taken for dead
    approved_under_fire(portal, families=2_000, kills=12)


@pytest.mark.soak
@pytest.mark.parametrize("decision", BACK)
def test_ten_thousand_rows_sent_back_and_twelve_kills(portal: LivePortal, decision: MassDecision):
    portal.lease_seconds = 10
    sent_back_under_fire(portal, decision, families=2_000, kills=12)


def approved_under_fire(portal: LivePortal, *, families: int, kills: int) -> None:
    builders.clock("2026-12-01 12:00")
    asks = [ask for n in range(families) for ask in builders.family(1 + 10 * n, 5)]
    ids = builders.waiting(asks, officer("clerk", "personnel_clerk").user_id or 0)
    under_fire(portal, MassDecision.APPROVE, kills=kills)
    assert rows("SELECT DISTINCT outcome, reason_code FROM mass_approval_row") == [("APPROVED", None)]
    assert rows("SELECT status, version, count(*) FROM change_request GROUP BY 1, 2") == [("APPROVED", 2, len(ids))]
    audited = "SELECT count(*), count(DISTINCT object_id) FROM audit_event WHERE verb = 'approve_certification'"
    assert rows(audited) == [(len(ids), len(ids))]


def sent_back_under_fire(portal: LivePortal, decision: MassDecision, *, families: int, kills: int) -> None:
    """Half of the families are new, the others move together into a pension."""
    clerk = officer("clerk", "personnel_clerk")
    moving = [ask for n in range(families // 2) for ask in builders.family(1 + 10 * n, 5)]
    builders.clock("2018-10-01 10:00")
    builders.approved(builders.planned_round("2018-10-01 11:00"), moving)
    builders.clock("2018-10-01 11:00")
    list(run_due())
    builders.clock("2026-12-01 12:00")
    own = rows("SELECT p.national_id, e.id FROM entitlement e JOIN person p ON p.id = e.person_id")
    right = {str(number): int(str(id_)) for number, id_ in own}
    asks: list[builders.Ask] = [
        replace(ask, type=RequestType.PENSION, target=right[builders.national_id(ask.person)]) for ask in moving
    ]
    asks += [ask for n in range(families // 2, families) for ask in builders.family(1 + 10 * n, 5)]
    ids = builders.waiting(asks, clerk.user_id or 0)
    under_fire(portal, decision, kills=kills, watch=whole_families)
    told = TOLD[decision]
    assert rows("SELECT DISTINCT outcome, reason_code FROM mass_approval_row") == [(told, None)]
    said = "SELECT status, decision_reason, version, count(*) FROM change_request WHERE decided_by_id IS NOT NULL"
    assert rows(f"{said} GROUP BY 1, 2, 3") == [(told, REASON, 2, len(ids))]
    audited = "SELECT count(*), count(DISTINCT object_id) FROM audit_event WHERE verb = :verb"
    assert rows(audited, verb=f"decide_{told.lower()}") == [(len(ids), len(ids))]
    assert clerk_desk.count_my_work(actor=clerk) == len(ids)
    assert {item.reason for item in clerk_desk.came_back(actor=clerk)} == {REASON}


def whole_families() -> None:
    """No family that moves is in two states."""
    parts = (
        "SELECT submission_no FROM change_request WHERE type = 'PENSION' GROUP BY 1 HAVING count(DISTINCT status) > 1"
    )
    assert rows(parts) == []


def under_fire(
    portal: LivePortal, decision: MassDecision, *, kills: int, watch: Callable[[], None] = lambda: None
) -> None:
    """Decide on all that waits, with so many kills of the worker at random instants."""
    seed = int.from_bytes(os.urandom(4))
    chance = Random(seed)
    print(f"seed of the kills: {seed}")
    queues.connect_queue({"REDIS_URL": portal.redis_url})
    registrar = officer("registrar", "registrar")
    portal.start_ticker()
    told = TOLD[decision]
    try:
        with reading(NATION) as session:
            now = business_now(session)
        summary = mass_plans.prepare(QueueFilters(), shown_at=now, besides=(), actor=registrar, decision=decision)
        mass_approvals.confirm(summary.id, actor=registrar, reason=REASON)
        for _ in range(kills):
            portal.start_worker()
            before = attempt()
            wait_until(lambda before=before: is_done() or attempt() > before, "an attempt begins")
            time.sleep(chance.uniform(0, LONGEST_DELAY_SECONDS))
            strikes.count(portal.urls.kind, portal.kill("worker"))
            noted = rows("SELECT count(*) FROM mass_approval_row WHERE outcome = :told", told=told)
            decided = "SELECT count(*) FROM change_request WHERE status = :told AND decided_by_id IS NOT NULL"
            assert noted == rows(decided, told=told)
            watch()
        portal.start_worker()
        wait_until(is_done, "all is decided", seconds=5 * PATIENCE_SECONDS)
    finally:
        queues.connect_queue({"REDIS_URL": None})


def officer(name: str, role: str) -> Actor:
    """An officer of the agency as he is now."""
    user_id = builders.user(name, builders.agency())
    with Session(db.writer) as session:
        session.get_one(PortalUser, user_id).roles = [Role(name=role)]
        session.commit()
    with reading(NATION) as session:
        found = acting.officer(session, user_id)
    assert found is not None
    return found


def is_done() -> bool:
    return [state for state, _ in job_state("mass_approval")] == ["DONE"]


def attempt() -> int:
    return max((number for state, number in job_state("mass_approval") if state == "RUNNING"), default=0)


def rows(query: str, **values: str) -> list[tuple[object, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query), values)]
