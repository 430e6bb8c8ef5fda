"""Rounds by the clock: real ticker, queue and worker; the tests only set the business clock (decisions 7, 26)."""

import sqlalchemy as sa

from app.domain.people import RoundStatus
from app.models import ChangeRequest, ProcessingRound
from app.models.database import db
from tests.builders import approved, bangkok, clock, family, outcome, planned_round, rights
from tests.jobs.harness import LivePortal, job_state, rounds_done, wait_until

EFFECTIVE = ("EFFECTIVE", None, None)


def families(first: int, count: int) -> list:
    return [ask for number in range(count) for ask in family(first + 10 * number)]


def rounds() -> list:
    with db.engine.connect() as connection:
        return list(connection.execute(sa.select(ProcessingRound.__table__).order_by(sa.text("scheduled_at"))))


def test_a_round_runs_by_the_clock(portal: LivePortal):
    clock("2018-10-01 10:59:57")
    ids = approved(planned_round("2018-10-01 11:00"), families(1, 50))
    portal.start_worker()
    portal.start_ticker()
    wait_until(lambda: rounds_done(1), "the round is done")
    assert {outcome(i) for i in ids} == {EFFECTIVE}
    assert {row.effective_at for row in rights()} == {bangkok("2018-10-01 11:00")}
    wait_until(lambda: job_state() == [("DONE", 1)], "the job is done")
    assert [row.status for row in rounds()] == [RoundStatus.DONE, RoundStatus.PLANNED]


def test_two_tickers_and_two_workers_run_each_round_once(portal: LivePortal):
    clock("2018-10-01 10:59:58")
    first = approved(planned_round("2018-10-01 11:00"), families(1, 100))
    portal.start_worker()
    portal.start_ticker()
    portal.start_ticker("ticker-2")
    portal.start_worker(name="worker-2")
    wait_until(lambda: rounds_done(1), "the first round is done")
    second = approved(planned_round("2018-10-01 15:00"), families(5_001, 100))
    clock("2018-10-01 14:59:59")
    wait_until(lambda: rounds_done(2), "the second round is done")
    wait_until(lambda: job_state() == [("DONE", 1)] * 2, "both jobs are done")
    assert {outcome(i) for i in first + second} == {EFFECTIVE}
    assert len(rights()) == 600
    with db.engine.connect() as connection:
        versions = connection.execute(sa.select(ChangeRequest.__table__.c.version).distinct()).scalars().all()
        started = connection.execute(sa.text("SELECT count(*) FROM audit_event WHERE verb = 'start_round'")).scalar()
    assert (versions, started) == ([2], 2)


def test_losing_the_queue_before_a_worker_comes_loses_nothing(portal: LivePortal):
    clock("2018-10-01 10:59:58")
    ids = approved(planned_round("2018-10-01 11:00"), families(1, 50))
    portal.start_ticker()
    wait_until(lambda: job_state() == [("QUEUED", 1)], "the job is queued")
    portal.forget_queue()
    portal.start_worker()
    wait_until(lambda: rounds_done(1), "the round is done")
    assert {outcome(i) for i in ids} == {EFFECTIVE}


def test_losing_the_queue_in_the_middle_of_a_round_loses_nothing(portal: LivePortal):
    clock("2018-10-01 10:59:58")
    ids = approved(planned_round("2018-10-01 11:00"), families(1, 1_500))
    approved(planned_round("2018-10-01 15:00"), families(50_001, 50))
    portal.start_worker()
    portal.start_ticker()
    wait_until(lambda: job_state() == [("RUNNING", 1)], "the round runs")
    portal.kill("redis")
    (portal.folder / "redis").rename(portal.folder / "lost")
    assert not rounds_done(1)
    clock("2018-10-01 15:00")
    wait_until(lambda: rounds_done(1), "the first round is done without a queue")
    portal.start_redis()
    wait_until(lambda: revived(portal) and rounds_done(2), "the second round is done")
    assert {outcome(i) for i in ids} == {EFFECTIVE}
    assert len(rights()) == 4_650


def revived(portal: LivePortal) -> bool:
    """As the supervisor of the portal does: a worker that has ended is started again."""
    if portal.processes["worker"].poll() is not None:
        portal.start_worker()
    return True


def test_rounds_missed_while_everything_was_down_run_oldest_first(portal: LivePortal):
    clock("2018-10-05 10:00")
    approved(planned_round("2018-10-05 11:00"), families(1, 20))
    approved(planned_round("2018-10-05 15:00"), families(1_001, 20))
    clock("2018-10-07 09:00")
    portal.start_worker()
    portal.start_ticker()
    wait_until(lambda: rounds_done(2), "both rounds are done")
    done = [row for row in rounds() if row.status is RoundStatus.DONE]
    assert [(row.scheduled_at, row.effective_count) for row in done] == [
        (bangkok("2018-10-05 11:00"), 60), (bangkok("2018-10-05 15:00"), 60),
        (bangkok("2018-10-06 11:00"), 0), (bangkok("2018-10-06 15:00"), 0),
    ]  # fmt: skip
    assert bangkok("2018-10-07 09:00") <= done[0].run_at <= done[0].finished_at <= done[1].run_at
    assert {row.effective_at for row in rights()} == {done[0].run_at, done[1].run_at}
