"""What a round asks of the database while others use it: cheap look-ups for itself alone, and a turn for every other writer."""

import sqlite3
import time
from itertools import count
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION
from app.models.database import db
from app.services import mass_approvals, mass_plans, rounds
from app.services.clock import business_now
from app.services.queue_filters import QueueFilters
from app.services.transaction import reading
from tests import builders
from tests.builders import approved, clock, family, planned_round
from tests.services.test_mass_approvals import work
from tests.services.test_rounds import MORNING, run

PRICE = "random_page_cost"
OF_A_ROUND = ("ORDER BY family", "INSERT INTO entitlement", "touched.person_id")  # its order, its rights, its last step


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_only_a_round_itself_takes_a_look_up_for_cheap(database):
    usual, seen, asking = price(), {}, []

    def look(connection, cursor, statement, *_):
        for part in OF_A_ROUND:
            if part in statement and not asking:
                asking.append(part)
                seen.setdefault(part, set()).add(connection.exec_driver_sql(f"SHOW {PRICE}").scalar_one())
                asking.clear()

    clock("2018-10-01 10:59")
    approved(planned_round(MORNING), family(1))
    sa.event.listen(db.engine, "before_cursor_execute", look)
    try:
        run(MORNING)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", look)
    assert seen == {part: {"1.1"} for part in OF_A_ROUND}
    assert usual != "1.1" and {price() for _ in range(5)} == {usual}  # whoever has the connection next pays as before


def price() -> str:
    with db.engine.connect() as connection:
        return str(connection.exec_driver_sql(f"SHOW {PRICE}").scalar_one())


@pytest.fixture
def others(database, monkeypatch):
    """Whoever writes while a long job pauses, and does not wait a moment for it; gives the pauses."""
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        with sqlite3.connect(db.engine.url.database, timeout=0) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.rollback()
        pauses.append(seconds)

    for job in (rounds, mass_approvals):
        monkeypatch.setattr(job, "time", SimpleNamespace(monotonic=time.monotonic, sleep=pause))
    return pauses


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_others_write_between_the_chunks_of_a_long_round(others, monkeypatch):
    monkeypatch.setattr(rounds, "chunk_sizes", lambda dialect: (3, 3))
    monkeypatch.setattr(rounds, "chunk_seconds", lambda dialect: 0.0001)  # each chunk holds the writer's place too long
    clock("2018-10-01 10:59")
    approved(planned_round(MORNING), [ask for number in (1, 11, 21, 31) for ask in family(number)])
    run(MORNING)
    assert (
        len(others) == 3 and min(others) > 0.008
    )  # between four families; longer than somebody waits between two looks


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_short_round_pauses_for_nobody(others, monkeypatch):
    monkeypatch.setattr(rounds, "chunk_sizes", lambda dialect: (3, 3))
    monkeypatch.setattr(rounds, "chunk_seconds", lambda dialect: 600.0)
    clock("2018-10-01 10:59")
    approved(planned_round(MORNING), [ask for number in (1, 11, 21, 31) for ask in family(number)])
    run(MORNING)
    assert others == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_after_a_pause_a_round_may_hold_the_place_as_long_as_before(others, monkeypatch):
    ticks = count()
    monkeypatch.setattr(rounds, "time", SimpleNamespace(monotonic=lambda: next(ticks), sleep=rounds.time.sleep))
    monkeypatch.setattr(rounds, "chunk_sizes", lambda dialect: (3, 3))
    monkeypatch.setattr(
        rounds, "chunk_seconds", lambda dialect: 3.0
    )  # a second each: every other chunk is followed by a pause
    clock("2018-10-01 10:59")
    approved(planned_round(MORNING), [ask for number in (1, 11, 21, 31, 41) for ask in family(number)])
    run(MORNING)
    assert len(others) == 2


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_others_write_between_the_hundreds_of_a_decision_on_many(others, people, monkeypatch):
    monkeypatch.setattr(mass_approvals, "TOGETHER", 5)
    clock("2026-11-21 12:00")
    builders.waiting([ask for n in range(3) for ask in builders.family(100 + 10 * n, 4)], people.clerk.user_id)
    with reading(NATION) as session:
        now = business_now(session)
    summary = mass_plans.prepare(QueueFilters(), shown_at=now, besides=(), actor=people.registrar)
    mass_approvals.confirm(summary.id, actor=people.registrar)
    work()
    assert len(others) >= 3 and min(others) > 0.008
