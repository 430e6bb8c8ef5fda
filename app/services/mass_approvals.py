"""อนุมัติทั้งหมดที่ตรงเงื่อนไข: a confirmed approval of many, carried out chunk by chunk as its officer (spec 5.1).

What was frozen at the confirmation is what is approved. The outcome of a row is written with its approval, in one
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
from app.domain.people import JobStatus, Relation, RequestType, RowOutcome
from app.models.change_request import ChangeRequest, Proposal, RequestRevision
from app.models.database import db
from app.models.dialects import chunk_pause, lock_rows
from app.models.job import Job
from app.models.mass_approval import MassApproval, MassApprovalRow
from app.services import acting, jobs
from app.services.approvals import approve, require_any
from app.services.audit import record
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


def confirm(approval_id: int, *, actor: Actor) -> None:
    """Let the job begin; once more does nothing more. Raises NotFound('MASS_APPROVAL'), WrongState('NOTHING_TO_DECIDE')."""
    require_any(actor)
    with transaction(actor) as session:
        note = _held(session, approval_id)
        if note.officer_id != actor.user_id:
            raise NotFound("MASS_APPROVAL")
        if note.confirmed_at is not None:
            return
        if note.row_count == note.left_count:
            raise WrongState("NOTHING_TO_DECIDE")
        payload = {"approval_id": note.id, "officer_id": actor.user_id}
        job = jobs.add(session, KIND, f"{KIND}:{note.id}", payload, actor=actor, agency_id=note.agency_id)
        note.job_id, note.confirmed_at = job.id, business_now(session)
        counts = {"requests": note.row_count - note.left_count, "left": note.left_count}
        record(session, actor, "approve_many", KIND, note.id, agency_id=note.agency_id, detail=counts)


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
    """Decide what still waits of one approval of many (the handler of KIND), as its officer is now. Raises Fenced."""
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
        else:
            _decide(some, officer, lease, approval_id)
        time.sleep(chunk_pause(db.dialect))


def fate_of(error: PortalError) -> RowOutcome:
    """Which outcome a refusal is."""
    if error.code in _SINCE:
        return RowOutcome.CHANGED
    if error.code in _LOOK:
        return RowOutcome.NEEDS_LOOK
    return RowOutcome.CONFLICT if error.code in _CLASH or isinstance(error, Conflict) else RowOutcome.REFUSED


class _Chunk:
    """Stands beside each transaction of the approvals: holds the lease, and notes what was approved."""

    def __init__(self, lease: Lease, approval_id: int) -> None:
        self._lease, self._approval_id = lease, approval_id

    def hold(self, session: Session) -> None:
        """Raises Fenced where the job was stopped or taken over."""
        self._lease.guard(session)

    def approved(self, session: Session, rounds: Mapping[int, datetime]) -> None:
        """The rows' outcome, committed with the approvals."""
        for round_at in set(rounds.values()):
            ids = [request_id for request_id, at in rounds.items() if at == round_at]
            mine = sa.and_(_rows.c.approval_id == self._approval_id, _rows.c.request_id.in_(ids))
            session.execute(sa.update(_rows).where(mine).values(outcome=RowOutcome.APPROVED, round_at=round_at))


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
        hashes, leaning = _hashes(session, ids), _leaning(session, ids)
    # Another frozen copy is another request, whatever its version says.
    seen = {row.request_id: row.version if hashes.get(row.request_id) == row.sha256 else 0 for row in some}
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
