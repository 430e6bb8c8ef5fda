"""What a registrar sees of a decision on many: how far it is, and what became of each row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import national_id as national_ids
from app.domain.actor import Actor
from app.domain.errors import NotFound, PortalError
from app.domain.people import JobStatus, MassDecision, Relation, RequestType, RowOutcome
from app.domain.powers import Power
from app.models.change_request import ChangeRequest, Proposal
from app.models.job import Job
from app.models.mass_approval import MassApproval, MassApprovalRow
from app.services.mass_approvals import UNFINISHED
from app.services.my_jobs import seconds_left
from app.services.officers import officer_names
from app.services.told_facts import error_of
from app.services.transaction import reading

PAGE_SIZE = 50
SHOWN_LIMIT = 20
_job = Job.__table__


@dataclass(frozen=True)
class MassPage:
    """One decision on many; `counts` of all its rows by outcome, `reason` what the recorders read."""

    id: int
    decision: MassDecision
    reason: str | None
    officer_name: str
    confirmed_at: datetime
    status: JobStatus
    seconds_left: int | None
    counts: dict[RowOutcome, int]
    total: int  # rows that were confirmed

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status not in UNFINISHED

    @property
    def waiting(self) -> int:
        """Rows that have not been reached; for good where it is over."""
        return self.counts.get(RowOutcome.WAITS, 0)

    @property
    def done(self) -> int:
        """Rows that have their outcome, of those that were confirmed."""
        return self.total - self.waiting


@dataclass(frozen=True)
class MassRow:
    """One row as a line: whose request, and what became of it; `error` says why where it was not approved."""

    request_id: int
    request_no: str
    type: RequestType
    relation: Relation
    full_name: str
    masked_id: str
    outcome: RowOutcome
    error: PortalError | None
    round_at: datetime | None


def find(approval_id: int, *, actor: Actor) -> MassPage:
    """One confirmed decision on many in the actor's scope. Raises NotFound('MASS_APPROVAL'), NotAllowed."""
    actor.require(Power.APPROVE_CERTIFICATION)
    with reading(actor.scope) as session:
        found = _pages(session, MassApproval.id == approval_id)
    if not found:
        raise NotFound("MASS_APPROVAL")
    return found[0]


def newest(*, actor: Actor) -> list[MassPage]:
    """The latest of them in the actor's scope, newest first."""
    actor.require(Power.APPROVE_CERTIFICATION)
    with reading(actor.scope) as session:
        return _pages(session, sa.true())


def under_way(*, actor: Actor) -> int | None:
    """The id of the newest one in scope that is not over; None where nothing runs."""
    query = (
        sa.select(MassApproval.id)
        .join(Job, Job.id == MassApproval.job_id)
        .where(Job.status.in_(UNFINISHED))
        .order_by(MassApproval.id.desc())
        .limit(1)
    )
    with reading(actor.scope) as session:
        return session.execute(query).scalar()


def rows(
    approval_id: int, outcome: RowOutcome | None, *, page: int, size: int = PAGE_SIZE, actor: Actor
) -> list[MassRow]:
    """One page of its rows, counted from 1, in the order of the decisions; all outcomes without one."""
    actor.require(Power.APPROVE_CERTIFICATION)
    query = (
        sa.select(MassApprovalRow, ChangeRequest, Proposal)
        .join(ChangeRequest, ChangeRequest.id == MassApprovalRow.request_id)
        .join(Proposal, Proposal.request_id == ChangeRequest.id)
        .where(MassApprovalRow.approval_id == approval_id)
    )
    if outcome is not None:
        query = query.where(MassApprovalRow.outcome == outcome)
    query = query.order_by(MassApprovalRow.position).limit(size).offset((page - 1) * size)
    with reading(actor.scope) as session:
        return [_row(*found) for found in session.execute(query)]


def _row(row: MassApprovalRow, request: ChangeRequest, proposal: Proposal) -> MassRow:
    return MassRow(
        request.id, request.request_no, request.type, proposal.relation, proposal.full_name,
        national_ids.mask(proposal.national_id), row.outcome,
        error_of(row.reason_code, row.facts) if row.reason_code else None, row.round_at,
    )  # fmt: skip


def _pages(session: Session, which: Any) -> list[MassPage]:
    query = sa.select(MassApproval).where(which, MassApproval.confirmed_at.is_not(None))
    notes = session.scalars(query.order_by(MassApproval.id.desc()).limit(SHOWN_LIMIT)).all()
    names = officer_names(session, (note.officer_id for note in notes))
    work = {row.id: row for row in session.execute(sa.select(_job).where(_job.c.id.in_([n.job_id for n in notes])))}
    counts = _counts(session, notes)
    return [
        MassPage(
            id=note.id, decision=note.decision, reason=note.reason, officer_name=names.get(note.officer_id, ""),
            confirmed_at=note.confirmed_at or note.asked_at,
            status=work[note.job_id].status, seconds_left=seconds_left(work[note.job_id]), counts=counts.get(note.id, {}),
            total=note.row_count - note.left_count,
        )
        for note in notes
    ]  # fmt: skip


def _counts(session: Session, notes: Sequence[MassApproval]) -> dict[int, dict[RowOutcome, int]]:
    query = (
        sa.select(MassApprovalRow.approval_id, MassApprovalRow.outcome, sa.func.count(MassApprovalRow.request_id))
        .where(MassApprovalRow.approval_id.in_([note.id for note in notes]))
        .group_by(MassApprovalRow.approval_id, MassApprovalRow.outcome)
    )
    found: dict[int, dict[RowOutcome, int]] = {}
    for approval_id, outcome, count in session.execute(query):
        found.setdefault(approval_id, {})[outcome] = count
    return found
