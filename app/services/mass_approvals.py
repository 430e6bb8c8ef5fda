"""อนุมัติ ส่งกลับ หรือไม่อนุมัติ ทั้งหมดที่ตรงเงื่อนไข: a confirmed decision on many, carried out as its officer (spec 5.1).

What was frozen at the confirmation is what is decided. The outcome of a row is written with its decision, in one
transaction that holds the job's lease: killed anywhere and begun again, each row is decided once and tells what became of it.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION, Actor, robot
from app.domain.approval_menus import POWER_OF
from app.domain.clock import real_now
from app.domain.errors import Conflict, NotAllowed, NotFound, PortalError, Refused, WrongState
from app.domain.people import JobStatus, MassDecision, Relation, RequestStatus, RequestType, RowOutcome
from app.models.change_request import ChangeRequest, Proposal, RequestRevision
from app.models.chunking import chunk_pause
from app.models.database import db
from app.models.dialects import lock_rows
from app.models.job import Job
from app.models.mass_approval import MassApproval, MassApprovalRow
from app.services import acting, jobs
from app.services.approvals import approve, reject, require_any, return_
from app.services.audit import record
from app.services.change_requests import checked_reason
from app.services.clock import business_now
from app.services.leases import Lease
from app.services.mass_plans import FAMILY_TOGETHER, FLAGS_OPEN, FOUR_EYES, PRINCIPAL_LEFT, principals_waiting
from app.services.plain_approvals import TOGETHER
from app.services.told_facts import as_json
from app.services.transaction import reading, transaction

KIND = "mass_approval"
ROBOT = robot(KIND)
UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)
_SINCE = {"STALE", "NOT_PENDING", "PROPOSAL_CHANGED", "REQUEST_NOT_FOUND"}
_LOOK = {FLAGS_OPEN, FOUR_EYES, FAMILY_TOGETHER, PRINCIPAL_LEFT, "OTHER_DOUBTS", "PRINCIPAL_FIRST"}
_CLASH = {"OWN_RIGHT_OVERLAP", "SAME_RIGHT_OVERLAP", "ALREADY_PENDING", "TARGET_CHANGED"}
_rows = MassApprovalRow.__table__


def confirm(approval_id: int, *, actor: Actor, reason: str = "") -> None:
    """Let the job begin; once more does nothing more. What is no approval needs the reason that the recorders read.

    Raises NotFound('MASS_APPROVAL'), WrongState('NOTHING_TO_DECIDE'), BadInput('REQUIRED' or 'TOO_LONG') at `reason`.
    """
    require_any(actor)
    with transaction(actor) as session:
        note = _held(session, approval_id)
        if note.officer_id != actor.user_id:
            raise NotFound("MASS_APPROVAL")
        if note.confirmed_at is not None:
            return
        if note.row_count == note.left_count:
            raise WrongState("NOTHING_TO_DECIDE")
        if note.decision is not MassDecision.APPROVE:
            note.reason = checked_reason(reason)
        payload = {"approval_id": note.id, "officer_id": actor.user_id}
        job = jobs.add(session, KIND, f"{KIND}:{note.id}", payload, actor=actor, agency_id=note.agency_id)
        note.job_id, note.confirmed_at = job.id, business_now(session)
        counts = {"requests": note.row_count - note.left_count, "left": note.left_count}
        back = "return_many" if note.decision is MassDecision.RETURN else "reject_many"
        verb = "approve_many" if note.decision is MassDecision.APPROVE else back
        record(session, actor, verb, KIND, note.id, agency_id=note.agency_id, detail=counts)


def stop(approval_id: int, *, actor: Actor) -> None:
    """End the job before its next chunk; what is decided stays decided. Any registrar of the agency may do it.

    Raises NotFound('MASS_APPROVAL'), WrongState('JOB_OVER').
    """
    require_any(actor)
    with transaction(actor) as session:
        note = _held(session, approval_id)
        job = Job.__table__
        stopped = session.execute(
            sa.update(job)
            .where(job.c.id == note.job_id, job.c.status.in_(UNFINISHED))
            .values(status=JobStatus.CANCELLED, lease_until=None, finished_at=real_now())
        )
        if stopped.rowcount != 1:  # type: ignore[attr-defined]
            raise WrongState("JOB_OVER")
        record(session, actor, "cancel_job", KIND, note.id, agency_id=note.agency_id)


def run(payload: dict[str, Any], lease: Lease) -> None:
    """Decide what still waits of one decision on many (the handler of KIND), as its officer is now. Raises Fenced."""
    approval_id = int(payload["approval_id"])
    with reading(NATION) as session:
        note = session.get_one(MassApproval, approval_id)
    total = note.row_count - note.left_count
    while True:
        with reading(NATION) as session:
            some = _next(session, approval_id)
            waiting = sa.and_(_rows.c.approval_id == approval_id, _rows.c.outcome == RowOutcome.WAITS)
            left = session.execute(sa.select(sa.func.count()).where(waiting)).scalar_one()
            officer = acting.officer(session, int(payload["officer_id"]))
        lease.progress(total - left, total)
        if not some:
            return
        if officer is None or not officer.powers & set(POWER_OF.values()):
            _write(lease, approval_id, {row.request_id: NotAllowed("POWER_MISSING") for row in some})
        elif note.decision is MassDecision.APPROVE:
            _decide(some, officer, lease, approval_id)
        else:
            _send_back(some, officer, lease, note)
        time.sleep(chunk_pause(db.dialect))


def fate_of(error: PortalError) -> RowOutcome:
    """Which outcome a refusal is."""
    if error.code in _SINCE:
        return RowOutcome.CHANGED
    if error.code in _LOOK:
        return RowOutcome.NEEDS_LOOK
    return RowOutcome.CONFLICT if error.code in _CLASH or isinstance(error, Conflict) else RowOutcome.REFUSED


class _Chunk:
    """Stands beside each transaction of the decisions: holds the lease, and notes what was decided."""

    def __init__(self, lease: Lease, approval_id: int) -> None:
        self._lease, self._approval_id = lease, approval_id

    def hold(self, session: Session) -> None:
        """Raises Fenced where the job was stopped or taken over."""
        self._lease.guard(session)

    def approved(self, session: Session, rounds: Mapping[int, datetime]) -> None:
        """The rows' outcome, committed with the approvals."""
        for round_at in set(rounds.values()):
            ids = [request_id for request_id, at in rounds.items() if at == round_at]
            self._note(session, ids, outcome=RowOutcome.APPROVED, round_at=round_at)

    def refused(self, session: Session, request_ids: Sequence[int], outcome: RequestStatus) -> None:
        """The rows' outcome, committed with the return or the rejection, also of a family that went along.

        Raises Refused(FAMILY_TOGETHER) where this is not exactly the family of the summary.
        """
        noted = self._note(session, request_ids, outcome=RowOutcome(outcome))
        mine = _rows.c.approval_id == self._approval_id
        families = sa.select(_rows.c.family).where(mine, _rows.c.request_id.in_(request_ids), _rows.c.family != "")
        left = sa.select(_rows.c.request_id).where(mine, _rows.c.outcome == RowOutcome.WAITS)
        behind = session.execute(left.where(_rows.c.family.in_(families)).limit(1)).first()
        if noted != len(request_ids) or behind is not None:
            raise Refused(FAMILY_TOGETHER, citation="decisions 1")

    def _note(self, session: Session, request_ids: Sequence[int], **values: Any) -> int:
        mine = sa.and_(_rows.c.approval_id == self._approval_id, _rows.c.request_id.in_(request_ids))
        return int(session.execute(sa.update(_rows).where(mine).values(values)).rowcount)  # type: ignore[attr-defined]


def _next(session: Session, approval_id: int) -> list[MassApprovalRow]:
    """Some rows that still wait, in their order; a family that moves is never cut."""
    query = sa.select(MassApprovalRow).where(
        MassApprovalRow.approval_id == approval_id, MassApprovalRow.outcome == RowOutcome.WAITS
    )
    found = list(session.scalars(query.order_by(MassApprovalRow.position).limit(TOGETHER + 1)))
    if len(found) <= TOGETHER:
        return found
    cut = found[-1].family
    whole = [row for row in found if row.family != cut] if cut and cut == found[-2].family else found[:TOGETHER]
    return whole or found[:TOGETHER]


def _decide(some: Sequence[MassApprovalRow], officer: Actor, lease: Lease, approval_id: int) -> None:
    """Approve these rows, family members after those whom they lean on, and tell what became of the others."""
    ids = [row.request_id for row in some]
    with reading(officer.scope) as session:
        seen, leaning = _seen(session, some), _leaning(session, ids)
    witness = _Chunk(lease, approval_id)
    outcomes = approve([i for i in ids if i not in leaning], actor=officer, seen_versions=seen, witness=witness)
    with reading(officer.scope) as session:
        waiting = principals_waiting(session, set(leaning.values()), ())
    left = [request_id for request_id, principal in leaning.items() if principal in waiting]
    told: dict[int, PortalError] = {i: Refused(PRINCIPAL_LEFT, citation="decisions 1") for i in left}
    outcomes += approve([i for i in leaning if i not in told], actor=officer, seen_versions=seen, witness=witness)
    told |= {outcome.request_id: outcome.error for outcome in outcomes if outcome.error is not None}
    if told:
        _write(lease, approval_id, told)


def _send_back(some: Sequence[MassApprovalRow], officer: Actor, lease: Lease, note: MassApproval) -> None:
    """Return or reject these rows one by one; a family that moves only where nobody of it has changed since."""
    with reading(officer.scope) as session:
        seen, standing = _seen(session, some), _standing(session, some)
    broken = {row.family for row in some if row.family and standing.get(row.request_id) != seen[row.request_id]}
    told: dict[int, PortalError] = {
        row.request_id: Refused(FAMILY_TOGETHER, citation="decisions 1") for row in some if row.family in broken
    }
    verb = return_ if note.decision is MassDecision.RETURN else reject
    witness = _Chunk(lease, note.id)
    for request_id in (row.request_id for row in some if row.request_id not in told):
        # Who went along with his family has his outcome already, and is not written again.
        (outcome,) = verb([request_id], note.reason or "", actor=officer, seen_versions=seen, witness=witness)
        if outcome.error is not None:
            told[request_id] = outcome.error
    if told:
        _write(lease, note.id, told)


def _write(lease: Lease, approval_id: int, told: Mapping[int, PortalError]) -> None:
    """The outcomes of what was not approved; nothing else was written for them."""
    change = (
        sa.update(_rows)
        .where(_rows.c.approval_id == approval_id, _rows.c.request_id == sa.bindparam("request"))
        .where(_rows.c.outcome == RowOutcome.WAITS)
        .values(outcome=sa.bindparam("fate"), reason_code=sa.bindparam("reason"), facts=sa.bindparam("told"))
    )
    values = [
        {"request": request_id, "fate": fate_of(error), "reason": error.code, "told": as_json(error)}
        for request_id, error in told.items()
    ]
    with transaction(ROBOT) as session:
        lease.guard(session)
        session.execute(change, values)


def _leaning(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The principals of those that are new family members, by request id."""
    query = sa.select(Proposal.request_id, Proposal.principal_national_id).join(Proposal.request)
    query = query.where(Proposal.request_id.in_(ids), Proposal.relation != Relation.SELF)
    rows = session.execute(query.where(ChangeRequest.type == RequestType.CERTIFY_NEW))
    return {request_id: principal for request_id, principal in rows}


def _seen(session: Session, some: Sequence[MassApprovalRow]) -> dict[int, int]:
    """The confirmed versions by request id; another frozen copy is another request, whatever its version says."""
    hashes = _hashes(session, [row.request_id for row in some])
    return {row.request_id: row.version if hashes.get(row.request_id) == row.sha256 else 0 for row in some}


def _standing(session: Session, some: Sequence[MassApprovalRow]) -> dict[int, int]:
    """The versions of those that still wait for a decision, by request id."""
    query = sa.select(ChangeRequest.id, ChangeRequest.version).where(
        ChangeRequest.id.in_([row.request_id for row in some]), ChangeRequest.status == RequestStatus.PENDING_APPROVAL
    )
    return {request_id: version for request_id, version in session.execute(query)}


def _hashes(session: Session, ids: Sequence[int]) -> dict[int, str]:
    query = sa.select(RequestRevision.request_id, RequestRevision.sha256).join(
        ChangeRequest,
        sa.and_(ChangeRequest.id == RequestRevision.request_id, ChangeRequest.revision == RequestRevision.revision),
    )
    return {i: sha256 for i, sha256 in session.execute(query.where(RequestRevision.request_id.in_(ids)))}


def _held(session: Session, approval_id: int) -> MassApproval:
    found = session.scalars(
        lock_rows(sa.select(MassApproval).where(MassApproval.id == approval_id), session)
    ).one_or_none()
    if found is None:
        raise NotFound("MASS_APPROVAL")
    return found
