"""The registrar's verbs: every sentence of the transition table, four-eyes, stale forms, one outcome per request."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION
from app.domain.errors import BadInput, Conflict, NotAllowed, NotFound, Refused, WrongState
from app.domain.people import Relation, RequestStatus
from app.models import ChangeRequest, RequestRevision
from app.models.database import db
from app.rules.rounds import round_for
from app.services import approval_queue, approvals, change_requests, request_reviews
from app.services.queue_filters import QueueFilters
from app.services.transaction import reading
from tests.services.conftest import family, nid, official, relative


def request(request_id: int) -> ChangeRequest:
    with reading(NATION) as session:
        return session.get_one(ChangeRequest, request_id)


def versions(*ids: int) -> dict[int, int]:
    return {i: request(i).version for i in ids}


def submitted(people, *members) -> tuple[int, ...]:
    form = family(*(members or (official(nid(1)),)))
    return change_requests.record(form, actor=people.clerk, submit=True).request_ids


def by_sql(statement: str, **values) -> None:
    with Session(db.writer) as session:
        session.execute(sa.text(statement), values)
        session.commit()


def test_an_approval_joins_the_next_open_round(people):
    (id_,) = submitted(people)
    (outcome,) = approvals.approve([id_], actor=people.registrar, seen_versions=versions(id_))
    row = request(id_)
    assert outcome.error is None and row.status is RequestStatus.APPROVED
    assert row.decided_by_id == people.registrar.user_id
    assert outcome.round_at == round_for(row.decided_at).scheduled_at
    assert row.inputs_version is not None and row.rules_version
    with reading(NATION) as session:
        assert session.get_one(RequestRevision, (id_, 1)).outcome is RequestStatus.APPROVED


@pytest.mark.parametrize(
    ("verb", "status"), [(approvals.return_, RequestStatus.RETURNED), (approvals.reject, RequestStatus.REJECTED)]
)
def test_a_refusal_needs_a_reason_and_can_be_corrected(people, verb, status):
    (id_,) = submitted(people)
    with pytest.raises(BadInput):
        verb([id_], "  ", actor=people.registrar, seen_versions=versions(id_))
    with pytest.raises(BadInput):
        verb([id_], "ก" * 1001, actor=people.registrar, seen_versions=versions(id_))
    verb([id_], "เอกสารไม่ชัด", actor=people.registrar, seen_versions=versions(id_))
    assert (request(id_).status, request(id_).decision_reason) == (status, "เอกสารไม่ชัด")
    number = change_requests.correct(id_, actor=people.clerk).submission_no
    assert (request(id_).status, request(id_).revision) == (RequestStatus.DRAFT, 2)
    change_requests.submit(number, actor=people.clerk)
    (outcome,) = approvals.approve([id_], actor=people.registrar, seen_versions=versions(id_))
    assert outcome.error is None
    with reading(NATION) as session:
        first = session.get_one(RequestRevision, (id_, 1))
        assert (first.outcome, first.reason) == (status, "เอกสารไม่ชัด")


def test_only_a_pending_request_is_decided(people):
    (draft,) = change_requests.record(family(official(nid(1))), actor=people.clerk).request_ids
    (sent,) = submitted(people, official(nid(2)))
    approvals.approve([sent], actor=people.registrar, seen_versions=versions(sent))
    outcomes = approvals.approve([draft, sent], actor=people.registrar, seen_versions=versions(draft, sent))
    assert [(type(o.error), o.error.code) for o in outcomes] == [(WrongState, "NOT_PENDING")] * 2


def test_one_failure_does_not_stop_the_others(people):
    first, second, third = submitted(
        people,
        official(nid(1)),
        relative(Relation.CHILD, nid(2)),
        relative(Relation.MOTHER, nid(3), birth_date=date(1950, 1, 1)),
    )
    seen = versions(first, second, third) | {second: 99}
    outcomes = approvals.approve([first, second, third, 4711], actor=people.registrar, seen_versions=seen)
    assert [type(o.error) for o in outcomes] == [type(None), Conflict, type(None), NotFound]
    assert request(second).status is RequestStatus.PENDING_APPROVAL


def test_who_changed_it_does_not_decide_it(people):
    form = family(official(nid(1)))
    (id_,) = change_requests.record(form, actor=people.registrar, submit=True).request_ids
    (outcome,) = approvals.approve([id_], actor=people.registrar, seen_versions=versions(id_))
    assert isinstance(outcome.error, NotAllowed) and outcome.error.code == "FOUR_EYES"
    (outcome,) = approvals.reject([id_], "ไม่ผ่าน", actor=people.registrar, seen_versions=versions(id_))
    assert outcome.error.code == "FOUR_EYES"


def test_who_only_edited_a_draft_of_another_does_not_decide_it_either(people):
    done = change_requests.record(family(official(nid(1))), actor=people.clerk)
    again = official(nid(1), first_name_th="แก้แล้ว", request_id=done.request_ids[0])
    change_requests.record(family(again, submission_no=done.submission_no), actor=people.registrar)
    change_requests.submit(done.submission_no, actor=people.clerk)
    seen = versions(*done.request_ids)
    (outcome,) = approvals.approve(done.request_ids, actor=people.registrar, seen_versions=seen)
    assert outcome.error.code == "FOUR_EYES"


def test_who_wrote_an_earlier_revision_does_not_decide_a_later_one(people, second_registrar):
    (id_,) = change_requests.record(family(official(nid(1))), actor=people.registrar, submit=True).request_ids
    approvals.return_([id_], "เอกสารไม่ชัด", actor=second_registrar, seen_versions=versions(id_))
    change_requests.submit(change_requests.correct(id_, actor=people.clerk).submission_no, actor=people.clerk)
    (outcome,) = approvals.approve([id_], actor=people.registrar, seen_versions=versions(id_))
    assert (request(id_).revision, outcome.error.code) == (2, "FOUR_EYES")
    statement = (
        "UPDATE change_request SET status = 'REJECTED', decision_reason = 'x', decided_by_id = :u WHERE id = :id"
    )
    with pytest.raises(sa.exc.IntegrityError, match="FOUR_EYES"):
        by_sql(statement, u=people.registrar.user_id, id=id_)
    shown = approval_queue.waiting(QueueFilters(), page=1, actor=people.registrar).rows
    assert [row.edited_by_reader for row in shown] == [True]
    review = request_reviews.open_(id_, actor=people.registrar, hash_key="k", filters=QueueFilters())
    assert review.four_eyes is request_reviews.FourEyes.BARRED
    (outcome,) = approvals.approve([id_], actor=second_registrar, seen_versions=versions(id_))
    assert outcome.error is None and not request(id_).self_approved


def test_the_only_officer_of_an_agency_may_and_it_is_flagged(people):
    by_sql("UPDATE ab_user SET active = :off WHERE id = :id", off=False, id=people.clerk.user_id)
    (id_,) = change_requests.record(family(official(nid(1))), actor=people.registrar, submit=True).request_ids
    (outcome,) = approvals.approve([id_], actor=people.registrar, seen_versions=versions(id_))
    assert outcome.error is None and request(id_).self_approved


def test_the_database_itself_refuses_the_editor(people):
    (id_,) = submitted(people)
    statement = (
        "UPDATE change_request SET status = 'REJECTED', decision_reason = 'x', decided_by_id = :user WHERE id = :id"
    )
    with pytest.raises(sa.exc.IntegrityError, match="FOUR_EYES"):
        by_sql(statement, user=people.clerk.user_id, id=id_)


def test_a_submitted_proposal_cannot_be_changed_even_by_sql(people):
    (id_,) = submitted(people)
    with pytest.raises(sa.exc.IntegrityError, match="FROZEN"):
        by_sql("UPDATE proposal SET first_name_th = 'x' WHERE request_id = :id", id=id_)


def test_evidence_added_after_submission_is_noticed(people):
    (id_,) = submitted(people)
    by_sql(
        "INSERT INTO evidence_document (id, uploader_agency_id, doc_type, uploaded_at)"
        " VALUES (1, :a, 'BIRTH_CERT', '2026-01-01')",
        a=people.clerk.agency_id,
    )
    by_sql(
        "INSERT INTO evidence_link (request_id, evidence_id, agency_id) VALUES (:r, 1, :a)",
        r=id_, a=people.clerk.agency_id,
    )  # fmt: skip
    (outcome,) = approvals.approve([id_], actor=people.registrar, seen_versions=versions(id_))
    assert outcome.error.code == "PROPOSAL_CHANGED"


def test_neighbours_wrong_roles_and_strangers_decide_nothing(people):
    (id_,) = submitted(people)
    (outcome,) = approvals.approve([id_], actor=people.other_registrar, seen_versions=versions(id_))
    assert isinstance(outcome.error, NotFound)
    for actor in (people.clerk, replace(people.registrar, powers=frozenset())):
        with pytest.raises(NotAllowed):
            approvals.approve([id_], actor=actor, seen_versions=versions(id_))
    assert request(id_).status is RequestStatus.PENDING_APPROVAL


def test_what_changed_since_submission_is_judged_again(people):
    (id_,) = submitted(people)
    by_sql("UPDATE agency SET agency_type = 'TAO', version = version + 1 WHERE id = :a", a=people.clerk.agency_id)
    (outcome,) = approvals.approve([id_], actor=people.registrar, seen_versions=versions(id_))
    assert isinstance(outcome.error, Refused) and outcome.error.code == "TYPE_AGENCY_MISMATCH"
