"""Jobs as rows: one key one job, one attempt one run, a lost lease fences, errors end in the row (decisions 7)."""

import logging
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.clock import real_now
from app.domain.errors import BadInput
from app.domain.people import JobStatus
from app.models import Job
from app.models.database import db
from app.services import jobs
from app.services.leases import Fenced, Lease
from app.services.transaction import transaction
from tests.builders import ROBOT

SECRET = "1990100000018"  # stands for a national ID in the words of a database error


def succeeds(payload: dict[str, Any], lease: Lease) -> None:
    lease.progress(3, 3)


def fails(payload: dict[str, Any], lease: Lease) -> None:
    raise ValueError(SECRET)


def refuses(payload: dict[str, Any], lease: Lease) -> None:
    raise BadInput("NOTHING_TO_EXPORT")


def loses_its_lease(payload: dict[str, Any], lease: Lease) -> None:
    with db.writer.begin() as connection:
        connection.execute(sa.update(Job.__table__).values(attempt=lease.attempt + 1))
    with transaction(ROBOT) as session:
        lease.guard(session)


@pytest.fixture(autouse=True)
def handlers(monkeypatch):
    for function in (succeeds, fails, refuses, loses_its_lease):
        handler = jobs.Handler(f"{__name__}:{function.__name__}", attempts=3)
        monkeypatch.setitem(jobs.HANDLERS, function.__name__, handler)


def add(kind: str, key: str = "one", **payload: Any) -> Job:
    with transaction(ROBOT) as session:
        return jobs.add(session, kind, key, payload, actor=ROBOT)


def row(job_id: int) -> Any:
    with db.engine.connect() as connection:
        return connection.execute(sa.select(Job.__table__).where(Job.__table__.c.id == job_id)).one()


def write(job_id: int, **values: Any) -> None:
    with db.writer.begin() as connection:
        connection.execute(sa.update(Job.__table__).where(Job.__table__.c.id == job_id).values(**values))


def test_the_same_key_again_is_the_same_job(database):
    first, second = add("succeeds", report=1), add("succeeds", report=2)
    assert (second.id, second.payload, second.attempt) == (first.id, {"report": 1}, 1)


def test_a_verb_that_fails_leaves_no_job(database):
    with pytest.raises(ValueError, match="verb"), transaction(ROBOT) as session:
        jobs.add(session, "succeeds", "one", {}, actor=ROBOT)
        raise ValueError("verb")
    with db.engine.connect() as connection:
        assert connection.execute(sa.select(Job.__table__)).all() == []


def test_an_attempt_runs_once(database):
    job = add("succeeds")
    assert [jobs.run(job.id, 1), jobs.run(job.id, 1), jobs.run(job.id, 2)] == [True, False, False]
    done = row(job.id)
    assert (done.status, done.attempt, done.done_count, done.total_count) == (JobStatus.DONE, 1, 3, 3)
    assert (done.lease_until, done.error) == (None, None)
    assert done.finished_at is not None


def test_an_error_ends_in_the_row_as_code_and_reference_and_nowhere_with_its_words(database, caplog):
    caplog.set_level(logging.DEBUG)
    job = add("fails")
    assert jobs.run(job.id, 1)
    code, reference = row(job.id).error.split()
    assert code == "ValueError"
    assert f"reference {reference}" in caplog.text
    assert SECRET not in caplog.text
    refused = add("refuses", "two")
    jobs.run(refused.id, 1)
    assert row(refused.id).error.split()[0] == "NOTHING_TO_EXPORT"


def test_three_attempts_then_failed(database):
    job = add("fails")
    for attempt in (1, 2, 3):
        assert row(job.id).status is JobStatus.QUEUED
        assert jobs.run(job.id, attempt)
    failed = row(job.id)
    assert (failed.status, failed.attempt) == (JobStatus.FAILED, 3)
    assert not jobs.run(job.id, 4)


def test_a_failed_attempt_waits_longer_each_time(database, monkeypatch):
    monkeypatch.setitem(jobs.HANDLERS, "fails", jobs.Handler(f"{__name__}:fails", attempts=None))
    job = add("fails")
    pauses = []
    for attempt in range(1, 10):
        jobs.run(job.id, attempt)
        pauses.append(row(job.id).lease_until - real_now())
    assert timedelta(seconds=8) < pauses[0] < pauses[1] < pauses[2] < timedelta(seconds=60)
    assert pauses[-1] <= jobs.LONGEST_PAUSE


def test_who_lost_the_lease_changes_nothing_any_more(database):
    job = add("loses_its_lease")
    assert jobs.run(job.id, 1)
    now = row(job.id)
    assert (now.status, now.attempt, now.error) == (JobStatus.RUNNING, 2, None)


def test_a_fence_rolls_the_whole_transaction_back(database):
    job = add("succeeds")
    write(job.id, status=JobStatus.RUNNING, attempt=2)
    with pytest.raises(Fenced), transaction(ROBOT) as session:
        jobs.add(session, "succeeds", "two", {}, actor=ROBOT)
        Lease(job.id, 1, 60).guard(session)
    with db.engine.connect() as connection:
        assert connection.execute(sa.select(Job.__table__.c.key)).scalars().all() == ["one"]


def test_a_lease_that_ran_out_goes_to_the_next_attempt_and_a_living_one_stays(database):
    silent, living = add("succeeds"), add("succeeds", "two")
    write(silent.id, status=JobStatus.RUNNING, lease_until=real_now() - timedelta(seconds=1))
    write(living.id, status=JobStatus.RUNNING, lease_until=real_now() + timedelta(seconds=30))
    jobs.recover()
    assert (row(silent.id).status, row(silent.id).attempt) == (JobStatus.QUEUED, 2)
    assert (row(living.id).status, row(living.id).attempt) == (JobStatus.RUNNING, 1)
    assert [jobs.run(silent.id, 1), jobs.run(silent.id, 2)] == [False, True]


def test_a_worker_lost_three_times_is_a_failed_job(database):
    job = add("succeeds")
    write(job.id, status=JobStatus.RUNNING, attempt=3, lease_until=real_now() - timedelta(seconds=1))
    jobs.recover()
    assert (row(job.id).status, row(job.id).error) == (JobStatus.FAILED, jobs.WORKER_LOST)


def test_the_heartbeat_keeps_a_long_job(database):
    job = add("succeeds")
    write(job.id, status=JobStatus.RUNNING, lease_until=real_now())
    with Lease(job.id, 1, 1.5):
        for _ in range(5):  # without a beat the lease would be gone after the second look
            time.sleep(0.5)
            jobs.recover(real_now() - timedelta(seconds=1))
    assert (row(job.id).status, row(job.id).attempt) == (JobStatus.RUNNING, 1)


def test_many_at_once_claim_a_job_once(database):
    job = add("succeeds")
    ran: list[bool] = []
    threads = [threading.Thread(target=lambda: ran.append(jobs.run(job.id, 1))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ran) == [False] * 7 + [True]
