"""Many returned or rejected at once: one reason for all, each row once and with its outcome, families in one piece."""

from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.errors import BadInput
from app.domain.people import MassDecision, RequestStatus, RequestType
from app.models import AuditEvent
from app.services import approvals, change_requests, mass_approvals, mass_pages, mass_plans
from app.services.clock import business_now
from app.services.queue_filters import QueueFilters
from app.services.transaction import reading
from tests import builders
from tests.builders import clock
from tests.services.conftest import nid, official
from tests.services.lifecycle_desk import Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.test_approvals import by_sql, request, versions
from tests.services.test_mass_approvals import after_chunks, few_at_once, outcomes, sent, work  # noqa: F401 - fixtures

pytest_generate_tests = on_both(frozenset({"test_each_row_goes_back_once_with_the_reason_and_tells_what_became_of_it"}))
REASON = "หลักฐานไม่ตรงกับประกาศ โปรดแนบใหม่"


def asked(registrar, decision: MassDecision, besides=()) -> mass_plans.MassSummary:
    with reading(registrar.scope) as session:
        now = business_now(session)
    return mass_plans.prepare(QueueFilters(), shown_at=now, besides=besides, actor=registrar, decision=decision)


def test_each_row_goes_back_once_with_the_reason_and_tells_what_became_of_it(people, second_registrar, few_at_once):  # noqa: F811
    clock("2026-11-21 12:00")
    plain = builders.waiting([ask for n in range(3) for ask in builders.family(100 + 10 * n, 4)], people.clerk.user_id)
    own = sent(people.registrar, official(nid(1)))[0]
    doubtful, approved, corrected, copied = (sent(people.clerk, official(nid(n)))[0] for n in (11, 12, 13, 14))
    by_sql(
        "INSERT INTO request_flag (request_id, revision, clause, flag, agency_id)"
        " SELECT id, 1, 'X', 'REVIEW', agency_id FROM change_request WHERE id = :id", id=doubtful,
    )  # fmt: skip
    summary = asked(people.registrar, MassDecision.RETURN)
    assert (summary.count, summary.left) == (12 + 4, {"FOUR_EYES": 1})  # a doubt keeps nothing from going back
    for empty in ("", "  ", "ก" * 1_001):
        with pytest.raises(BadInput):
            mass_approvals.confirm(summary.id, actor=people.registrar, reason=empty)
    again = mass_plans.asked(summary.id, actor=people.registrar)
    assert (again.count, again.left, again.decision) == (16, {"FOUR_EYES": 1}, MassDecision.RETURN)
    approvals.approve([approved], actor=second_registrar, seen_versions=versions(approved))
    approvals.return_([corrected], "ชื่อผิด", actor=second_registrar, seen_versions=versions(corrected))
    change_requests.correct(corrected, actor=people.clerk)
    change_requests.submit(request(corrected).submission_no, actor=people.clerk)
    by_sql("UPDATE mass_approval_row SET sha256 = :other WHERE request_id = :id", other="0" * 64, id=copied)
    mass_approvals.confirm(summary.id, actor=people.registrar, reason=f" {REASON} ")
    mass_approvals.confirm(summary.id, actor=people.registrar, reason="อื่น")  # a double click
    after_chunks(2, lambda: mass_approvals.stop(summary.id, actor=second_registrar), "_send_back")
    counts = Counter(code for code, _ in outcomes(summary.id).values())
    assert counts["WAITS"] == 6 and counts["RETURNED"] + counts["CHANGED"] == 10
    by_sql("UPDATE job SET status = 'QUEUED', finished_at = NULL WHERE kind = 'mass_approval'")  # as after a kill
    work()
    found = outcomes(summary.id)
    assert {found.pop(i) for i in (*plain, doubtful)} == {("RETURNED", None)}
    assert found == {
        own: ("NEEDS_LOOK", "FOUR_EYES"), approved: ("CHANGED", "NOT_PENDING"), corrected: ("CHANGED", "STALE"),
        copied: ("CHANGED", "STALE"),
    }  # fmt: skip
    told = {(r.status, r.decision_reason, r.decided_by_id) for r in map(request, (*plain, doubtful))}
    assert told == {(RequestStatus.RETURNED, REASON, people.registrar.user_id)}
    with reading(people.registrar.scope) as session:
        verb = sa.select(AuditEvent.object_id).where(AuditEvent.verb == "decide_returned")
        assert max(Counter(session.scalars(verb)).values()) == 1
    page = mass_pages.find(summary.id, actor=people.registrar)
    assert (page.decision, page.reason, page.done, page.total) == (MassDecision.RETURN, REASON, 16, 16)


@pytest.mark.parametrize("decision", [MassDecision.RETURN, MassDecision.REJECT])
def test_a_family_that_moves_goes_back_whole_or_not_at_all(people, second_registrar, decision):
    desk = Desk(people).family().at("2018-09-02 11:00")
    moving = desk.go_on(RequestType.PENSION, date(2018, 9, 2))
    assert asked(people.registrar, decision, besides=[moving[-1]]).left == {"FAMILY_TOGETHER": len(moving) - 1}
    late = asked(people.registrar, decision)
    assert late.count == len(moving)
    approvals.return_([moving[-1]], "วันที่ผิด", actor=second_registrar, seen_versions=versions(moving[-1]))
    change_requests.correct(moving[0], actor=people.clerk)  # and the family with him
    change_requests.submit(request(moving[0]).submission_no, actor=people.clerk)
    mass_approvals.confirm(late.id, actor=people.registrar, reason=REASON)
    work()
    assert set(outcomes(late.id).values()) == {("NEEDS_LOOK", "FAMILY_TOGETHER")}
    now = asked(people.registrar, decision)
    mass_approvals.confirm(now.id, actor=people.registrar, reason=REASON)
    work()
    done = RequestStatus.RETURNED if decision is MassDecision.RETURN else RequestStatus.REJECTED
    assert set(outcomes(now.id).values()) == {(done.value, None)}
    assert {(request(i).status, request(i).decision_reason) for i in moving} == {(done, REASON)}
    with reading(people.registrar.scope) as session:
        verb = sa.select(AuditEvent.object_id).where(AuditEvent.verb == f"decide_{done.lower()}")
        audited = Counter(session.scalars(verb.where(AuditEvent.actor_id == people.registrar.user_id)))
    assert audited == {str(i): 1 for i in moving}


def test_of_a_family_that_another_officer_decides_on_meanwhile_or_that_somebody_joined_nobody_goes_back(
    people, second_registrar, monkeypatch
):
    moving = Desk(people).family().at("2018-09-02 11:00").go_on(RequestType.PENSION, date(2018, 9, 2))
    look = mass_approvals._standing

    def decided_right_after(session, some):
        found = look(session, some)
        approvals.reject([moving[1]], "ไม่ย้าย", actor=second_registrar, seen_versions=versions(moving[1]))
        return found

    summary = asked(people.registrar, MassDecision.REJECT)
    mass_approvals.confirm(summary.id, actor=people.registrar, reason=REASON)
    with monkeypatch.context() as patch:
        patch.setattr(mass_approvals, "_standing", decided_right_after)
        work()
    whole = ("NEEDS_LOOK", "FAMILY_TOGETHER")
    assert outcomes(summary.id) == dict.fromkeys(moving, whole) | {moving[1]: ("CHANGED", "NOT_PENDING")}
    rest = [i for i in moving if i != moving[1]]
    now = asked(people.registrar, MassDecision.REJECT)
    mass_approvals.confirm(now.id, actor=people.registrar, reason=REASON)
    by_sql("DELETE FROM mass_approval_row WHERE approval_id = :of AND request_id = :id", of=now.id, id=rest[-1])
    work()
    assert outcomes(now.id) == dict.fromkeys(rest[:-1], whole)
    assert {request(i).status for i in rest} == {RequestStatus.PENDING_APPROVAL}


def test_whose_family_was_ticked_at_another_version_goes_back_with_nobody(people):
    moving = Desk(people).family().at("2018-09-02 11:00").go_on(RequestType.PENSION, date(2018, 9, 2))
    seen = versions(*moving) | {moving[-1]: 7}
    (told,) = approvals.reject(moving[:1], REASON, actor=people.registrar, seen_versions=seen)
    assert told.error is not None and told.error.code == "STALE"
    assert {request(i).status for i in moving} == {RequestStatus.PENDING_APPROVAL}
