"""Approvals of many: what was confirmed is what is approved, each row once and with its outcome, whoever interferes."""

from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION
from app.domain.errors import NotAllowed, NotFound, WrongState
from app.domain.people import JobStatus, Relation, RequestStatus, RowOutcome
from app.models import Job, MassApprovalRow
from app.services import approvals, change_requests, jobs, mass_approvals, mass_pages, mass_plans
from app.services.clock import business_now
from app.services.queue_filters import QueueFilters
from app.services.rounds import run_due
from app.services.transaction import reading
from tests import builders
from tests.builders import Ask, clock
from tests.services.conftest import family, nid, official, relative
from tests.services.test_approvals import by_sql, request, versions


@pytest.fixture
def few_at_once(monkeypatch):
    monkeypatch.setattr(mass_approvals, "TOGETHER", 5)


def prepared(registrar, besides=(), **filters) -> mass_plans.MassSummary:
    with reading(NATION) as session:
        now = business_now(session)
    return mass_plans.prepare(QueueFilters(**filters), shown_at=now, besides=besides, actor=registrar)


def outcomes(approval_id: int) -> dict[int, tuple[str, str | None]]:
    with reading(NATION) as session:
        rows = session.scalars(sa.select(MassApprovalRow).where(MassApprovalRow.approval_id == approval_id))
        return {row.request_id: (row.outcome.value, row.reason_code) for row in rows}


def work() -> None:
    """Run what waits, as a worker would."""
    with reading(NATION) as session:
        waiting = session.execute(sa.select(Job.id, Job.attempt).where(Job.status == JobStatus.QUEUED)).all()
    assert [jobs.run(*job) for job in waiting] == [True] * len(waiting)


def sent(actor, *members, **form) -> tuple[int, ...]:
    return change_requests.record(family(*members, **form), actor=actor, submit=True).request_ids


def test_every_row_tells_what_became_of_it(people, second_registrar, few_at_once):
    clock("2026-11-21 12:00")
    plain = builders.waiting([ask for n in range(3) for ask in builders.family(100 + 10 * n, 4)], people.clerk.user_id)
    own = sent(people.registrar, official(nid(1)))[0]
    mother = relative(Relation.MOTHER, nid(2), birth_date=date(1960, 5, 4))
    of_own = sent(people.clerk, mother, principal_national_id=nid(1))
    doubtful, rejected, corrected, taken = (sent(people.clerk, official(nid(n)))[0] for n in (11, 12, 13, 14))
    by_sql(
        "INSERT INTO request_flag (request_id, revision, clause, flag, agency_id)"
        " SELECT id, 1, 'X', 'REVIEW', agency_id FROM change_request WHERE id = :id", id=doubtful,
    )  # fmt: skip
    (spared,) = sent(people.clerk, official(nid(15)))
    summary = prepared(people.registrar, besides=[spared])
    assert (summary.count, summary.left) == (12 + 3, {"FLAGS_OPEN": 1, "FOUR_EYES": 1, "PRINCIPAL_LEFT": 1})
    assert sum(summary.kinds[kind] for kind in ("CERTIFY_NEW:CHILD", "CERTIFY_NEW:SPOUSE")) == 9
    with pytest.raises(NotFound):  # not yet confirmed: nobody's page
        mass_pages.find(summary.id, actor=people.registrar)
    with pytest.raises(NotFound):
        mass_approvals.confirm(summary.id, actor=second_registrar)
    # What happens between the look and the work.
    approvals.reject([rejected], "ไม่ครบ", actor=second_registrar, seen_versions=versions(rejected))
    approvals.return_([corrected], "ชื่อผิด", actor=second_registrar, seen_versions=versions(corrected))
    change_requests.correct(corrected, actor=people.clerk)
    change_requests.submit(request(corrected).submission_no, actor=people.clerk)
    builders.approved(builders.planned_round("2026-11-21 15:00"), [Ask(14, agency_id=people.other_clerk.agency_id)])
    clock("2026-11-21 15:00")
    list(run_due())
    later = sent(people.clerk, official(nid(16)))[0]
    for _ in range(2):  # a double click
        mass_approvals.confirm(summary.id, actor=people.registrar)
    work()
    found = outcomes(summary.id)
    assert {found.pop(i) for i in plain} == {("APPROVED", None)}
    assert found == {
        own: ("NEEDS_LOOK", "FOUR_EYES"), of_own[0]: ("NEEDS_LOOK", "PRINCIPAL_LEFT"),
        doubtful: ("NEEDS_LOOK", "FLAGS_OPEN"), rejected: ("CHANGED", "NOT_PENDING"), corrected: ("CHANGED", "STALE"),
        taken: ("CONFLICT", "OWN_RIGHT_OVERLAP"),
    }  # fmt: skip
    still = {i: request(i).status for i in (own, *of_own, doubtful, corrected, taken, spared, later)}
    assert set(still.values()) == {RequestStatus.PENDING_APPROVAL}
    assert {(request(i).decided_by_id, request(i).version) for i in plain} == {(people.registrar.user_id, 2)}
    page = mass_pages.find(summary.id, actor=people.registrar)
    assert (page.status, page.done, page.total, page.counts[RowOutcome.APPROVED]) == (JobStatus.DONE, 15, 15, 12)
    (row,) = mass_pages.rows(summary.id, RowOutcome.CONFLICT, page=1, actor=people.registrar)
    assert row.error is not None and row.error.facts == {"differs": True} and row.request_id == taken
    with pytest.raises(NotFound):
        mass_pages.find(summary.id, actor=people.other_registrar)
    assert mass_pages.rows(summary.id, None, page=1, actor=people.other_registrar) == []


def test_it_goes_on_as_the_officer_is_now_and_stops_where_it_is_told(people, second_registrar, few_at_once):
    clock("2026-11-21 12:00")
    ids = builders.waiting([Ask(n) for n in range(1, 13)], people.clerk.user_id)
    summary = prepared(people.registrar)
    mass_approvals.confirm(summary.id, actor=people.registrar)
    after_chunks(1, lambda: mass_approvals.stop(summary.id, actor=second_registrar))
    assert Counter(outcome for outcome, _ in outcomes(summary.id).values()) == {"APPROVED": 5, "WAITS": 7}
    page = mass_pages.find(summary.id, actor=people.registrar)
    assert (page.status, page.is_over, page.waiting) == (JobStatus.CANCELLED, True, 7)
    with pytest.raises(WrongState):
        mass_approvals.stop(summary.id, actor=people.registrar)
    again = prepared(people.registrar)
    assert again.count == 7
    mass_approvals.confirm(again.id, actor=people.registrar)
    role = "DELETE FROM ab_user_role WHERE user_id = :id"
    after_chunks(1, lambda: by_sql(role, id=people.registrar.user_id))
    assert Counter(outcomes(again.id).values()) == {("APPROVED", None): 5, ("REFUSED", "POWER_MISSING"): 2}
    assert sum(request(i).status is RequestStatus.APPROVED for i in ids) == 10
    with pytest.raises(NotAllowed):
        prepared(people.clerk)


def after_chunks(count: int, deed, verb: str = "_decide") -> None:
    """Run the job and do something else after so many of its chunks."""
    decide, done = getattr(mass_approvals, verb), []

    def counted(*given):
        decide(*given)
        done.append(1)
        if len(done) == count:
            deed()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mass_approvals, verb, counted)
        work()


def test_a_row_whose_frozen_copy_is_another_one_is_not_approved(people):
    (id_,) = builders.waiting([Ask(1)], people.clerk.user_id)
    summary = prepared(people.registrar)
    mass_approvals.confirm(summary.id, actor=people.registrar)
    by_sql("UPDATE mass_approval_row SET sha256 = :other", other="0" * 64)
    work()
    assert outcomes(summary.id) == {id_: ("CHANGED", "STALE")} and request(id_).status is RequestStatus.PENDING_APPROVAL
