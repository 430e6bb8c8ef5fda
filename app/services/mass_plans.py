"""What a decision on many would do: everything that fits, frozen row by row, without what needs single attention."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.approval_menus import power_for
from app.domain.errors import NotAllowed, NotFound
from app.domain.people import CONTINUING_TYPES, MassDecision, Relation, RequestStatus, RequestType, RowOutcome
from app.domain.powers import Power
from app.models.change_request import ChangeRequest, Proposal, RequestEditor, RequestFlag, RequestRevision
from app.models.dialects import add_in_bulk, lock_rows
from app.models.mass_approval import MassApproval, MassApprovalRow
from app.services import decision_plans, queue_filters
from app.services.assignments import others_among
from app.services.clock import business_now
from app.services.coming_round import ComingRound, coming_round
from app.services.facts import batches
from app.services.queue_filters import QueueFilters, QueueOrder
from app.services.transaction import reading, transaction

MOST = 10_000
# Why a request is left for the registrar's own eyes.
CORRECTION_ALONE, FLAGS_OPEN, FOUR_EYES = "CORRECTION_ALONE", "FLAGS_OPEN", "FOUR_EYES"
FAMILY_TOGETHER, PRINCIPAL_LEFT = "FAMILY_TOGETHER", "PRINCIPAL_LEFT"


@dataclass(frozen=True)
class MassSummary:
    """What the registrar is to confirm: `kinds` counts what would be decided by "TYPE:RELATION", `left` what is not, by code.

    `is_cut` where more than MOST fit and only the oldest are in it; `came_later` counts those since the list was shown.
    """

    id: int
    decision: MassDecision
    kinds: dict[str, int]
    left: dict[str, int]
    is_cut: bool
    came_later: int
    coming: ComingRound
    others: dict[str, int]  # colleagues who have some of them, with how many

    @property
    def count(self) -> int:
        """How many would be decided."""
        return sum(self.kinds.values())


def prepare(
    filters: QueueFilters, *, shown_at: datetime, besides: Collection[int], actor: Actor,
    decision: MassDecision = MassDecision.APPROVE,
) -> MassSummary:  # fmt: skip
    """Freeze what the filters found when the list was shown, oldest first and at most MOST; nothing is decided by it.

    What this officer had asked for before and not confirmed is forgotten. Raises NotAllowed('POWER_MISSING' or
    'AGENCY_NEEDED').
    """
    actor.require(Power.APPROVE_CERTIFICATION)
    if actor.agency_id is None or actor.user_id is None:
        raise NotAllowed("AGENCY_NEEDED")
    with reading(actor.scope) as session:
        coming = coming_round(session)
        later = decision_plans.count_of(session, decision_plans.later_than(filters, shown_at))
        found = _found(session, decision_plans.fitting(filters, shown_at, besides))
        rows = found[:MOST]
        left = _left_out(session, rows, actor, decision)
        others = others_among(session, [row.assigned_to_id for row in rows if row.id not in left], actor)
    kinds = Counter(f"{row.type}:{row.relation}" for row in rows if row.id not in left)
    with transaction(actor) as session:
        _forget_unconfirmed(session, actor)
        note = MassApproval(
            agency_id=actor.agency_id, officer_id=actor.user_id, asked_at=business_now(session), row_count=len(rows),
            left_count=len(left), kinds=dict(kinds), decision=decision,
        )  # fmt: skip
        session.add(note)
        session.flush()
        add_in_bulk(session, "mass_approval_row", _frozen(rows, left, note.id))
    reasons = dict(Counter(left.values()))
    return MassSummary(note.id, decision, dict(kinds), reasons, len(found) > MOST, later, coming, others)


def asked(approval_id: int, *, actor: Actor) -> MassSummary:
    """What the officer was asked to confirm, once more, where he has not yet; not what was beside it when it was asked.

    Raises NotFound('MASS_APPROVAL').
    """
    actor.require(Power.APPROVE_CERTIFICATION)
    with reading(actor.scope) as session:
        note = session.get(MassApproval, approval_id)
        if note is None or note.officer_id != actor.user_id or note.confirmed_at is not None:
            raise NotFound("MASS_APPROVAL")
        reason = MassApprovalRow.reason_code
        query = sa.select(reason, sa.func.count()).where(MassApprovalRow.approval_id == note.id, reason.is_not(None))
        left = {code or "": count for code, count in session.execute(query.group_by(reason))}
        going = sa.select(ChangeRequest.assigned_to_id).join(
            MassApprovalRow, MassApprovalRow.request_id == ChangeRequest.id
        )
        going = going.where(MassApprovalRow.approval_id == note.id, reason.is_(None))
        others = others_among(session, list(session.scalars(going)), actor)
        return MassSummary(note.id, note.decision, note.kinds, left, False, 0, coming_round(session), others)


def principals_waiting(session: Session, principals: Collection[str], besides: Collection[int]) -> set[str]:
    """Those of these principals whose own new entitlement waits for a decision, in a request not among `besides`."""
    found: set[str] = set()
    for some in batches(sorted(principals)):
        query = (
            sa.select(Proposal.national_id, Proposal.request_id)
            .join(Proposal.request)
            .where(Proposal.national_id.in_(some), Proposal.relation == Relation.SELF)
            .where(
                ChangeRequest.status == RequestStatus.PENDING_APPROVAL, ChangeRequest.type == RequestType.CERTIFY_NEW
            )
        )
        found |= {number for number, request_id in session.execute(query) if request_id not in besides}
    return found


def _found(session: Session, wanted: decision_plans.Conditions) -> Sequence[Any]:
    of_revision = sa.and_(
        RequestRevision.request_id == ChangeRequest.id, RequestRevision.revision == ChangeRequest.revision
    )
    query = (
        sa.select(
            ChangeRequest.id, ChangeRequest.version, ChangeRequest.type, ChangeRequest.submission_no,
            ChangeRequest.agency_id, ChangeRequest.assigned_to_id, Proposal.relation, Proposal.principal_national_id,
            RequestRevision.sha256,
        )
        .join(ChangeRequest.proposal)
        .outerjoin(RequestRevision, of_revision)
        .where(*wanted)
        .order_by(*queue_filters.order_by(QueueOrder.OLDEST))
    )  # fmt: skip
    return session.execute(query.limit(MOST + 1)).all()


def _left_out(session: Session, rows: Sequence[Any], actor: Actor, decision: MassDecision) -> dict[int, str]:
    """Why, by request id, some are not for a decision on many; what is only sent back asks less than an approval."""
    approving = decision is MassDecision.APPROVE
    left: dict[int, str] = {}
    for row in rows:
        if approving and row.type is RequestType.CORRECTION:
            left[row.id] = CORRECTION_ALONE
        elif power_for(row.type) not in actor.powers:
            left[row.id] = "POWER_MISSING"
        elif row.sha256 is None:
            left[row.id] = "PROPOSAL_CHANGED"
    for some in batches([row.id for row in rows]):
        flags = sa.select(RequestFlag.request_id).join(ChangeRequest, ChangeRequest.id == RequestFlag.request_id)
        flags = flags.where(RequestFlag.request_id.in_(some), RequestFlag.revision == ChangeRequest.revision)
        left |= dict.fromkeys(session.scalars(flags) if approving else (), FLAGS_OPEN)
        mine = sa.select(RequestEditor.request_id).where(RequestEditor.request_id.in_(some))
        left |= dict.fromkeys(session.scalars(mine.where(RequestEditor.user_id == actor.user_id)), FOUR_EYES)
    _leave_broken_families(session, rows, left)
    if not approving:
        return left
    dependents = [row for row in rows if _leans(row) and row.id not in left]
    going = {row.id for row in rows if row.id not in left}
    missing = principals_waiting(session, {row.principal_national_id for row in dependents}, going)
    left |= {row.id: PRINCIPAL_LEFT for row in dependents if row.principal_national_id in missing}
    return left


def _leave_broken_families(session: Session, rows: Sequence[Any], left: dict[int, str]) -> None:
    """A family moves in one piece: where one of it is not in the decision, nobody of it is."""
    moving = [row for row in rows if row.type in CONTINUING_TYPES]
    going, broken = {row.id for row in moving if row.id not in left}, set()
    for some in batches(sorted({row.submission_no for row in moving})):
        query = sa.select(ChangeRequest.id, ChangeRequest.submission_no).where(
            ChangeRequest.submission_no.in_(some), ChangeRequest.type.in_(CONTINUING_TYPES),
            ChangeRequest.status == RequestStatus.PENDING_APPROVAL,
        )  # fmt: skip
        broken |= {number for request_id, number in session.execute(query) if request_id not in going}
    for row in moving:
        if row.submission_no in broken:
            left.setdefault(row.id, FAMILY_TOGETHER)


def _leans(row: Any) -> bool:
    return row.type is RequestType.CERTIFY_NEW and row.relation is not Relation.SELF


def _frozen(rows: Sequence[Any], left: dict[int, str], approval_id: int) -> list[dict[str, Any]]:
    """The rows in the order of the decisions: new family members after everybody whom they may lean on."""
    return [
        {
            "approval_id": approval_id, "position": position, "request_id": row.id, "agency_id": row.agency_id,
            "family": row.submission_no if row.type in CONTINUING_TYPES else "", "version": row.version,
            "sha256": row.sha256 or "", "reason_code": left.get(row.id),
            "outcome": (RowOutcome.NEEDS_LOOK if row.id in left else RowOutcome.WAITS).value,
        }
        for position, row in enumerate(sorted(rows, key=_leans))
    ]  # fmt: skip


def _forget_unconfirmed(session: Session, actor: Actor) -> None:
    unconfirmed = sa.select(MassApproval.id).where(
        MassApproval.officer_id == actor.user_id, MassApproval.confirmed_at.is_(None)
    )
    ids = list(
        session.scalars(lock_rows(unconfirmed, session))
    )  # what another tab confirms meanwhile is not among them
    for table, column in ((MassApprovalRow, MassApprovalRow.approval_id), (MassApproval, MassApproval.id)):
        gone = sa.delete(table).where(column.in_(ids))
        session.execute(gone, execution_options={"synchronize_session": False})
