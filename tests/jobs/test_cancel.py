"""Stopping an export through the real queue and worker: while it waits, and in the middle of its rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.actor import Actor, Scope, ScopeKind
from app.domain.errors import WrongState
from app.domain.people import JobStatus
from app.domain.powers import Power
from app.models import Job
from app.models.database import db
from app.reports.register_columns import RegisterFilters
from app.services import my_jobs, queues, register_reports, report_files
from tests.builders import agency, approved, family, planned_round, user
from tests.jobs.harness import LivePortal, wait_until
from tests.reports.test_register_export import WORDS

FAMILIES = 600  # of five: enough writing for a stop to come in the middle
TRIES = 10  # a fast machine may be done before


@pytest.fixture
def clerk(portal: LivePortal) -> Iterator[Actor]:
    """An officer connected to the live queue."""
    queues.connect_queue({"REDIS_URL": portal.redis_url})
    here, powers = agency(), frozenset({Power.VIEW_REGISTER, Power.EXPORT_REGISTER})
    yield Actor("clerk", Scope(ScopeKind.AGENCY, here), powers, user_id=user("clerk", here), agency_id=here)
    queues.connect_queue({"REDIS_URL": None})


def crowd() -> None:
    """Fill the officer's agency."""
    families = [ask for number in range(FAMILIES) for ask in family(1 + 10 * number, 5)]
    approved(planned_round("2018-10-01 11:00"), families)


def ask(clerk: Actor, **filters: Any) -> int:
    wanted = RegisterFilters(**filters)
    return register_reports.request_export(wanted, actor=clerk, words=WORDS, described="ทุกรายการ")


def job(job_id: int) -> Any:
    with db.engine.connect() as connection:
        return connection.execute(sa.select(Job.__table__).where(Job.__table__.c.id == job_id)).one()


def stopped_in_the_middle(portal: LivePortal, clerk: Actor) -> int:
    for _ in range(TRIES):
        job_id = ask(clerk)
        wait_until(lambda asked=job_id: job(asked).total_count is not None, "the rows are counted")
        try:
            my_jobs.cancel(job_id, actor=clerk, folder=portal.folder / report_files.FOLDER)
        except WrongState:
            continue
        return job_id
    raise AssertionError("every export was done before it could be stopped")


def files(portal: LivePortal) -> list[Path]:
    return list((portal.folder / report_files.FOLDER).glob("*.xlsx"))


def test_what_waits_is_stopped_and_no_worker_begins_it(portal: LivePortal, clerk: Actor):
    stopped = ask(clerk)
    my_jobs.cancel(stopped, actor=clerk, folder=portal.folder / report_files.FOLDER)
    following = ask(clerk, name="ไม่มีใคร")
    portal.start_worker()
    portal.start_ticker()
    wait_until(lambda: job(following).status is JobStatus.DONE, "the export behind it is done")
    row = job(stopped)
    assert (row.status, row.attempt, row.started_at) == (JobStatus.CANCELLED, 1, None)
    assert [file.name for file in files(portal)] == [job(following).result_file]


def test_a_worker_in_the_middle_of_the_rows_stops_and_is_free_for_others(portal: LivePortal, clerk: Actor):
    crowd()
    portal.start_worker()
    portal.start_ticker()
    stopped = stopped_in_the_middle(portal, clerk)
    wait_until(lambda: f"job {stopped}, attempt " in portal.log("worker"), "the worker notices")
    following = ask(clerk, name="ไม่มีใคร")
    wait_until(lambda: job(following).status is JobStatus.DONE, "the worker does the next one")
    row = job(stopped)
    assert (row.status, row.total_count) == (JobStatus.CANCELLED, 5 * FAMILIES)
    assert row.started_at <= row.finished_at and row.done_count < row.total_count
    assert not [file for file in files(portal) if file.name.startswith(f"register-{stopped}-")]
    assert not list((portal.folder / report_files.FOLDER).glob(".unfinished-*"))
