"""The drafts of an import made ready: judged and frozen chunk by chunk, then submitted all at once by a few statements.

What is made ready rests on facts that may move meanwhile. Each draft keeps one number of all that its judgement has seen;
the submission compares it under its lock, and what has moved is judged again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import Conflict
from app.domain.people import RequestStatus, RequestType
from app.models.base import UtcInstant
from app.models.change_request import ChangeRequest, Proposal, RequestFlag
from app.models.roster_import import PreparedRequest, RosterImport
from app.rules.decision import OK
from app.services import change_drafts, frozen_copies, submissions
from app.services.round_inputs import inputs_of

CLEARED_AT_ONCE = 5_000
_proposal, _prepared = Proposal.__table__, PreparedRequest.__table__
_LAID_DOWN = (*submissions.LAID_DOWN, "sub_inscl")
# Rights and agency as for a round, and what else was sent off for the same principals.
_SEEN = """
    WITH asked AS (SELECT p.request_id, p.agency_id, p.principal_national_id AS family, p.national_id AS person
        FROM proposal p WHERE p.request_id IN ({which})),
    {inputs},
    sent AS (
        SELECT a.request_id, SUM(r.id + r.version) AS version
        FROM asked a JOIN proposal p ON p.principal_national_id = a.family JOIN change_request r ON r.id = p.request_id
        WHERE r.type = 'CERTIFY_NEW' AND r.status IN ('PENDING_APPROVAL', 'APPROVED') GROUP BY a.request_id
    ),
    seen AS (
        SELECT i.request_id, i.version + COALESCE(s.version, 0) AS version
        FROM inputs i LEFT JOIN sent s ON s.request_id = i.request_id
    )
"""
_OF_THESE = sa.text(
    _SEEN.format(which=":ids", inputs=inputs_of("asked")).replace("(:ids)", ":ids")
    + "SELECT request_id, version FROM seen"
).bindparams(sa.bindparam("ids", expanding=True))
_MOVED = sa.text(
    _SEEN.format(which="SELECT request_id FROM prepared_request WHERE import_id = :import", inputs=inputs_of("asked"))
    + """SELECT p.request_id FROM prepared_request p JOIN seen s ON s.request_id = p.request_id
        WHERE p.import_id = :import AND (p.seen <> s.version OR p.prepared_on <> :day)"""
).bindparams(sa.bindparam("day", type_=sa.Date))
# The whole family is judged again: its members look at each other.
_FAMILIES_OF = sa.text("""
    SELECT p.request_id FROM prepared_request p JOIN proposal mine ON mine.request_id = p.request_id
    WHERE p.import_id = :import AND mine.principal_national_id IN (
        SELECT moved.principal_national_id FROM proposal moved WHERE moved.request_id IN :ids)
    """).bindparams(sa.bindparam("ids", expanding=True))
_REVISIONS = sa.text(
    "INSERT INTO request_revision (request_id, revision, agency_id, frozen, sha256, submitted_by_id, submitted_at)"
    " SELECT r.id, r.revision, r.agency_id, p.frozen, p.sha256, :user, :now FROM prepared_request p"
    " JOIN change_request r ON r.id = p.request_id AND r.version = p.version AND r.revision = 1 AND r.status = 'DRAFT'"
    " WHERE p.import_id = :import ORDER BY r.id"
).bindparams(sa.bindparam("now", type_=UtcInstant))
_PAPERS = sa.text(
    "UPDATE evidence_document SET submitted_at = :now WHERE submitted_at IS NULL AND id IN ("
    "SELECT l.evidence_id FROM evidence_link l JOIN prepared_request p ON p.request_id = l.request_id"
    " WHERE p.import_id = :import)"
).bindparams(sa.bindparam("now", type_=UtcInstant))
_SEND = sa.text(
    "UPDATE change_request SET status = 'PENDING_APPROVAL', submitted_at = :now, law_code = :law, version = version + 1"
    " WHERE status = 'DRAFT' AND id IN (SELECT request_id FROM prepared_request WHERE import_id = :import)"
).bindparams(sa.bindparam("now", type_=UtcInstant))


@dataclass(frozen=True, slots=True)
class Ready:
    """Some drafts as they will be submitted: what the law lays down in their proposals, their doubts, their frozen copies."""

    proposals: list[dict[str, Any]]
    flags: list[dict[str, Any]]
    rows: list[dict[str, Any]]


def judged(session: Session, note: RosterImport, request_ids: Sequence[int], now: datetime) -> Ready:
    """Judge whole families of drafts and freeze them, writing nothing: the session only reads.

    Raises InvalidForm with every refusal, Conflict('STALE') when a draft is not as it was made.
    """
    query = sa.select(ChangeRequest).join(ChangeRequest.proposal).options(contains_eager(ChangeRequest.proposal))
    query = query.where(ChangeRequest.id.in_(request_ids), ChangeRequest.status == RequestStatus.DRAFT)
    requests = list(session.scalars(query.order_by(ChangeRequest.position)))
    if len(requests) != len(request_ids) or any(request.revision != 1 for request in requests):
        raise Conflict("STALE")
    # Before the judgement: what moves while it is made shows in the comparison.
    seen = {key: int(version) for key, version in session.execute(_OF_THESE, {"ids": list(request_ids)})}
    with session.no_autoflush:
        new = [request for request in requests if request.type is RequestType.CERTIFY_NEW]
        doubts = submissions.lay_down(session, new, now) if new else {}
        if changes := [request for request in requests if request.type is not RequestType.CERTIFY_NEW]:
            doubts |= change_drafts.lay_down(session, changes, now)
        copies = frozen_copies.current_copies(session, requests)
    day = bangkok_day(now)
    proposals = [{"known": r.id} | {name: getattr(r.proposal, name) for name in _LAID_DOWN} for r in requests]
    flags = [
        {"request_id": r.id, "revision": 1, "agency_id": r.agency_id, "clause": clause.code, "flag": clause.flag}
        for r in requests
        for clause in dict.fromkeys(doubts.get(r.id, ()))
        if clause.flag is not None
    ]
    rows = [
        {
            "request_id": r.id, "import_id": note.id, "agency_id": r.agency_id, "version": r.version, "seen": seen[r.id],
            "prepared_on": day, "frozen": copies[r.id], "sha256": frozen_copies.digest(copies[r.id]),
        }
        for r in requests
    ]  # fmt: skip
    return Ready(proposals, flags, rows)


def keep(session: Session, ready: Ready) -> None:
    """Write what was judged, in place of what was before; the drafts stay drafts."""
    ids = [row["request_id"] for row in ready.rows]
    _forget(session, ids)
    connection = session.connection()
    # Not the table's own names, which stand for the values to set.
    laid_down = sa.update(_proposal).where(_proposal.c.request_id == sa.bindparam("known"))
    connection.execute(laid_down.values({name: sa.bindparam(name) for name in _LAID_DOWN}), ready.proposals)
    if ready.flags:
        connection.execute(sa.insert(RequestFlag.__table__), ready.flags)
    connection.execute(sa.insert(_prepared), ready.rows)


def moved(session: Session, note: RosterImport, day: date) -> int:
    """Take back what rests on facts that are not so any more, family by family; returns how many drafts."""
    found = list(session.scalars(_MOVED, {"import": note.id, "day": day}))
    if not found:
        return 0
    families = list(session.scalars(_FAMILIES_OF, {"import": note.id, "ids": found}))
    for start in range(0, len(families), CLEARED_AT_ONCE):
        _forget(session, families[start : start + CLEARED_AT_ONCE])
    return len(families)


def submit(session: Session, note: RosterImport, total: int, *, actor: Actor, now: datetime) -> None:
    """Submit all drafts of an import as they were prepared, by some statements however many they are.

    Raises Conflict('STALE') unless they are `total`, each as it was when it was judged.
    """
    values = {"import": note.id, "user": actor.user_id, "now": now, "law": OK}
    drafts = sa.select(sa.func.count(ChangeRequest.id)).where(
        ChangeRequest.submission_no == note.submission_no, ChangeRequest.agency_id == note.agency_id
    )
    frozen: int = session.execute(_REVISIONS, values).rowcount  # type: ignore[attr-defined]
    session.execute(_PAPERS, values)
    sent: int = session.execute(_SEND, values).rowcount  # type: ignore[attr-defined]
    if not frozen == sent == total == session.scalar(drafts):
        raise Conflict("STALE")


def clear(session: Session, import_id: int) -> bool:
    """Remove some of what was prepared for an import that is submitted; says whether more may be left."""
    query = sa.select(PreparedRequest.request_id).where(PreparedRequest.import_id == import_id)
    some = list(session.scalars(query.limit(CLEARED_AT_ONCE)))
    if some:
        session.execute(sa.delete(_prepared).where(_prepared.c.request_id.in_(some)))
    return bool(some)


def _forget(session: Session, request_ids: Sequence[int]) -> None:
    for kind in (RequestFlag, PreparedRequest):
        session.execute(
            sa.delete(kind).where(kind.request_id.in_(request_ids)), execution_options={"synchronize_session": False}
        )
