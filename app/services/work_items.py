"""One request as a line of a clerk's desk, of a form, or of what came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain import national_id as national_ids
from app.domain.people import CORRECTABLE_STATUSES, REASONED_TYPES, Relation, RequestStatus, RequestType, RoundError
from app.models.change_request import ChangeRequest, Proposal
from app.services import change_requests
from app.services.came_back import CameBack
from app.services.evidence import DocumentNote
from app.services.succession_returns import SentBack


@dataclass(frozen=True)
class WorkItem:
    """One request as a line: whose right, where it stands, why, which papers were not accepted, and what can be done now."""

    request_id: int
    request_no: str
    submission_no: str
    type: RequestType
    status: RequestStatus
    relation: Relation
    full_name: str
    masked_id: str
    reason: str | None
    round_error: RoundError | None
    law_code: str | None
    since: datetime
    refused_papers: tuple[DocumentNote, ...] = ()
    target_id: int | None = None
    sent_back: SentBack | None = None
    came_back: CameBack | None = None

    @property
    def can_correct(self) -> bool:
        """Whether `change_requests.correct` would take it."""
        return self.status in CORRECTABLE_STATUSES and self.type not in REASONED_TYPES

    @property
    def can_cancel(self) -> bool:
        """Whether `change_requests.cancel` would take it."""
        return self.status in change_requests.CANCELLABLE


def item_of(
    request: ChangeRequest, proposal: Proposal, papers: Sequence[DocumentNote], sent_back: SentBack | None = None,
    came_back: CameBack | None = None,
) -> WorkItem:  # fmt: skip
    """The line of a request with its proposal, its papers and, where its agency was taken over, who sent it back; of one that
    is written anew what its registrar wrote."""
    return WorkItem(
        request_id=request.id,
        request_no=request.request_no,
        submission_no=request.submission_no,
        type=request.type,
        status=request.status,
        relation=proposal.relation,
        full_name=proposal.full_name,
        masked_id=national_ids.mask(proposal.national_id),
        reason=request.decision_reason or request.reason,
        round_error=request.round_error,
        law_code=request.law_code,
        since=request.decided_at or request.submitted_at or request.recorded_at,
        refused_papers=tuple(note for note in papers if note.fault is not None),
        target_id=request.target_entitlement_id,
        sent_back=sent_back,
        came_back=came_back,
    )
