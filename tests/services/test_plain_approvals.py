"""Many approvals at once: plain ones go together, each other one gets its own word, and the cost does not grow with them."""

from collections import Counter

import sqlalchemy as sa

from app.domain.actor import NATION
from app.domain.people import RequestStatus
from app.models import AuditEvent, ChangeRequest, RequestRevision
from app.models.database import db
from app.services import approvals, change_requests
from app.services.transaction import reading
from tests.services.conftest import family, nid, official
from tests.services.test_approvals import by_sql, request, versions


def sent(people, serials) -> list[int]:
    return [
        change_requests.record(family(official(nid(n))), actor=people.clerk, submit=True).request_ids[0]
        for n in serials
    ]


def test_what_needs_a_word_gets_it_and_the_plain_go_together(people):
    ids = sent(people, range(1, 7))
    seen = versions(*ids)
    own = change_requests.record(family(official(nid(8))), actor=people.registrar, submit=True).request_ids[0]
    foreign = change_requests.record(family(official(nid(9))), actor=people.other_clerk).request_ids[0]
    approvals.reject([ids[1]], "ไม่มีหลักฐาน", actor=people.registrar, seen_versions=seen)
    asked = [ids[0], ids[1], ids[2], own, foreign, *ids[3:], ids[0]]
    stale = seen | {ids[2]: seen[ids[2]] - 1, own: versions(own)[own], foreign: 1}
    found = {o.request_id: o for o in approvals.approve(asked, actor=people.registrar, seen_versions=stale)}
    assert list(found) == [ids[0], ids[1], ids[2], own, foreign, *ids[3:]]
    assert {i: o.error.code for i, o in found.items() if o.error} == {
        ids[1]: "NOT_PENDING",
        ids[2]: "STALE",
        own: "FOUR_EYES",
        foreign: "REQUEST_NOT_FOUND",
    }
    rows = [request(i) for i in (ids[0], *ids[3:])]
    assert {row.status for row in rows} == {RequestStatus.APPROVED} and len({row.round_id for row in rows}) == 1
    assert all(
        row.inputs_version and row.rules_version and row.decided_by_id == people.registrar.user_id for row in rows
    )
    with reading(NATION) as session:
        revisions = session.scalars(sa.select(RequestRevision).where(RequestRevision.outcome == RequestStatus.APPROVED))
        assert {revision.request_id for revision in revisions} == {row.id for row in rows}
        written = session.scalars(sa.select(AuditEvent.object_id).where(AuditEvent.verb == "approve_certification"))
        assert sorted(written) == sorted(str(row.id) for row in rows)


def test_the_number_of_statements_does_not_grow_with_the_rows(people):
    first, few, many = sent(people, [1]), sent(people, range(2, 5)), sent(people, range(10, 30))
    approvals.approve(first, actor=people.registrar, seen_versions=versions(*first))  # plans the round
    assert statements(people, few) == statements(people, many)


def statements(people, ids: list[int]) -> dict[str, int]:
    """The statements of one approval of these requests, but for the one that writes each row."""
    seen, found = versions(*ids), []

    def note(_conn, _cursor, statement, *_rest):
        found.append(" ".join(statement.split()[:3]))

    sa.event.listen(db.writer, "before_cursor_execute", note)
    try:
        outcomes = approvals.approve(ids, actor=people.registrar, seen_versions=seen)
    finally:
        sa.event.remove(db.writer, "before_cursor_execute", note)
    assert not any(outcome.error for outcome in outcomes)
    assert sum(statement.startswith("UPDATE change_request") for statement in found) <= len(ids)
    return dict(Counter(s for s in found if not s.startswith(f"UPDATE {ChangeRequest.__tablename__}")))


def test_what_is_not_as_it_was_frozen_is_not_approved_among_many(people):
    good, bad = sent(people, [1, 2])
    by_sql(
        "INSERT INTO evidence_document (id, uploader_agency_id, doc_type, uploaded_at)"
        " VALUES (1, :a, 'BIRTH_CERT', '2026-01-01')", a=people.clerk.agency_id,
    )  # fmt: skip
    link = "INSERT INTO evidence_link (request_id, evidence_id, agency_id) VALUES (:r, 1, :a)"
    by_sql(link, r=bad, a=people.clerk.agency_id)
    outcomes = approvals.approve([good, bad], actor=people.registrar, seen_versions=versions(good, bad))
    found = {outcome.request_id: outcome.error and outcome.error.code for outcome in outcomes}
    assert found == {good: None, bad: "PROPOSAL_CHANGED"} and request(bad).status is RequestStatus.PENDING_APPROVAL
