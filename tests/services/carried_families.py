"""Families that went the whole way: submitted by a clerk, approved by a registrar, carried by a round."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from app.domain.actor import NATION, robot
from app.domain.errors import PortalError
from app.domain.people import JobStatus
from app.models import ChangeRequest, Entitlement, Job, Person
from app.services import approvals, change_requests, jobs, round_plan
from app.services.clock import business_now, set_clock
from app.services.family_forms import Member
from app.services.judging import judge_all
from app.services.transaction import reading
from tests.services.conftest import family


def approve(request_ids: Sequence[int], registrar, **more) -> None:
    """Approve these requests as they stand now."""
    with reading(NATION) as session:
        rows = {i: session.get_one(ChangeRequest, i) for i in request_ids}
        seen = {i: row.version for i, row in rows.items()}
        told = judge_all(session, list(rows.values()), business_now(session))
        more.setdefault("seen_doubts", {i: [clause.code for clause in one.doubts] for i, one in told.items()})
    refusals: list[PortalError | None] = [
        outcome.error for outcome in approvals.approve(request_ids, actor=registrar, seen_versions=seen, **more)
    ]
    assert not any(refusals), refusals


def run_next_round() -> None:
    """A day passes, and its rounds run."""
    set_clock(business_now() + timedelta(days=1), actor=robot("test"), production=False)
    round_plan.start_due_rounds()
    while True:
        with reading(NATION) as session:
            job = session.scalars(sa.select(Job).where(Job.status == JobStatus.QUEUED).order_by(Job.id)).first()
        if job is None:
            return
        assert jobs.run(job.id, job.attempt)


def in_effect(*members: Member, clerk, registrar, **form) -> tuple[int, ...]:
    """The entitlement ids of a family that a round has carried, in the members' order."""
    done = change_requests.record(family(*members, **form), actor=clerk, submit=True)
    approve(done.request_ids, registrar)
    run_next_round()
    with reading(NATION) as session:
        found = {e.request_id: e.id for e in session.scalars(sa.select(Entitlement))}
    return tuple(found[request_id] for request_id in done.request_ids)


def person_id(national_id: str) -> int:
    """The surrogate id of a person in the register."""
    with reading(NATION) as session:
        return session.scalars(sa.select(Person.id).where(Person.national_id == national_id)).one()
