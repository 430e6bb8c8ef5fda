"""An officer's own work: how far it is, and stopping it at once or while it runs; rounds are nobody's to stop."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.actor import Actor, Scope, ScopeKind
from app.domain.clock import real_now
from app.domain.errors import NotFound, WrongState
from app.domain.people import JobStatus
from app.models import AuditEvent, Job, PortalUser
from app.models.database import db
from app.services import jobs, my_jobs
from app.services.leases import Lease
from app.services.transaction import transaction
from tests.reports.register_builder import RegisterBuilder

KIND = "register_export"
SCOPE = Scope(ScopeKind.AGENCY, 1)
SEEN: list[Any] = []


def is_stopped_in_the_middle(payload: dict[str, Any], lease: Lease) -> None:
    lease.progress(0, 100)
    my_jobs.cancel(lease.job_id, actor=SEEN[0], folder=SEEN[1])
    lease.progress(100, 100)
    SEEN.append("went on")


@pytest.fixture
def owner(database, monkeypatch, tmp_path) -> Iterator[Actor]:
    handler = jobs.Handler(f"{__name__}:is_stopped_in_the_middle", cancellable=True)
    monkeypatch.setitem(jobs.HANDLERS, KIND, handler)
    build = RegisterBuilder()
    user = PortalUser(username="u", first_name="u", last_name="ก", email="u@example.invalid", active=True)
    owner = Actor("u", SCOPE, frozenset(), user_id=build.keep(user).id)
    SEEN[:] = [owner, tmp_path]
    yield owner
    build.session.close()


def asked(owner: Actor, kind: str = KIND, key: str = "one") -> int:
    payload = {"scope": [owner.scope.kind.value, owner.scope.key], "described": "ทุกรายการ"}
    with transaction(owner) as session:
        return jobs.add(session, kind, key, payload, actor=owner).id


def write(job_id: int, **values: Any) -> None:
    with db.writer.begin() as connection:
        connection.execute(sa.update(Job.__table__).where(Job.__table__.c.id == job_id).values(**values))


def shown(job_id: int, owner: Actor, folder: Path) -> my_jobs.MyJob:
    return my_jobs.my_job(job_id, actor=owner, folder=folder)


def test_what_waits_is_stopped_before_any_worker_has_it(owner, tmp_path):
    job_id = asked(owner)
    assert my_jobs.unfinished(actor=owner) == [job_id]
    my_jobs.cancel(job_id, actor=owner, folder=tmp_path)
    job = shown(job_id, owner, tmp_path)
    assert (job.status, job.is_over, job.can_cancel) == (JobStatus.CANCELLED, True, False)
    assert my_jobs.unfinished(actor=owner) == []
    assert not jobs.run(job_id, 1) and jobs.recover() == 0
    with db.engine.connect() as connection:
        event = AuditEvent.__table__.c
        stopped = connection.execute(sa.select(event.object_id).where(event.verb == "cancel_job")).scalars().all()
    assert stopped == [str(job_id)]


def test_a_worker_in_the_middle_notices_and_leaves_everything(owner, tmp_path):
    job_id = asked(owner)
    assert jobs.run(job_id, 1)
    job = shown(job_id, owner, tmp_path)
    assert (job.status, job.done, "went on" in SEEN) == (JobStatus.CANCELLED, 0, False)
    assert jobs.recover(real_now() + timedelta(days=1)) == 0  # no second attempt either


def test_a_file_written_just_before_goes_with_its_job(owner, tmp_path):
    job_id = asked(owner)
    (tmp_path / "written.xlsx").write_bytes(b"x")
    write(job_id, status=JobStatus.RUNNING, result_file="written.xlsx")
    my_jobs.cancel(job_id, actor=owner, folder=tmp_path)
    assert not (tmp_path / "written.xlsx").exists()


def test_what_has_ended_cannot_be_stopped(owner, tmp_path):
    for number, status in enumerate((JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED)):
        job_id = asked(owner, key=str(number))
        write(job_id, status=status, result_file="gone.xlsx")
        with pytest.raises(WrongState):
            my_jobs.cancel(job_id, actor=owner, folder=tmp_path)
        assert shown(job_id, owner, tmp_path).status is status


def test_neither_somebody_elses_work_nor_a_round_can_be_seen_or_stopped(owner, tmp_path):
    mine, a_round = asked(owner), asked(owner, "round", "round:1")
    stranger = Actor("s", SCOPE, frozenset(), user_id=owner.user_id + 1)
    moved = Actor("u", Scope(ScopeKind.AGENCY, 2), frozenset(), user_id=owner.user_id)
    for actor, job_id in ((stranger, mine), (moved, mine), (owner, a_round), (owner, 10**6)):
        with pytest.raises(NotFound):
            my_jobs.cancel(job_id, actor=actor, folder=tmp_path)
        with pytest.raises(NotFound):
            shown(job_id, actor, tmp_path)
    assert [job.id for job in my_jobs.my_jobs(actor=owner, folder=tmp_path)] == [mine]
    assert my_jobs.unfinished(actor=owner) == [mine]


def test_the_time_left_is_guessed_from_the_rows_so_far(owner, tmp_path):
    job_id = asked(owner)
    assert (shown(job_id, owner, tmp_path).percent, shown(job_id, owner, tmp_path).seconds_left) == (None, None)
    begun = real_now() - timedelta(seconds=100)
    write(job_id, status=JobStatus.RUNNING, started_at=begun, done_count=250, total_count=1000)
    job = shown(job_id, owner, tmp_path)
    assert job.percent == 25 and 300 <= job.seconds_left < 600
    write(job_id, done_count=0, total_count=0)
    assert (shown(job_id, owner, tmp_path).percent, shown(job_id, owner, tmp_path).seconds_left) == (100, None)
