"""How a family's rights came about: every revision of its requests, who sent it, who decided what, which round carried it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.people import Relation, RequestStatus, RequestType, RoundError
from app.models.change_request import ChangeRequest, Proposal, RequestRevision
from app.services.officers import officer_names


@dataclass(frozen=True)
class Step:
    """One revision of a request: who sent it, who decided what and why, and which round carried it when."""

    request_no: str
    submission_no: str
    revision: int
    type: RequestType
    relation: Relation
    full_name: str
    submitted_at: datetime | None
    submitted_by: str
    outcome: RequestStatus
    decided_at: datetime | None
    decided_by: str
    reason: str | None
    round_at: datetime | None
    effective_at: datetime | None
    round_error: RoundError | None


def steps(session: Session, requests: Sequence[tuple[ChangeRequest, Proposal]]) -> list[Step]:
    """The steps of these requests, each one's newest first; the requests come with their round loaded."""
    query = sa.select(RequestRevision).where(RequestRevision.request_id.in_([request.id for request, _ in requests]))
    revisions: dict[int, list[RequestRevision]] = {}
    for revision in session.scalars(query.order_by(RequestRevision.revision.desc())):
        revisions.setdefault(revision.request_id, []).append(revision)
    names = officer_names(
        session, (who for rows in revisions.values() for r in rows for who in (r.submitted_by_id, r.decided_by_id))
    )
    return [
        step
        for request, proposal in requests
        for step in _steps_of(request, proposal, revisions.get(request.id, []), names)
    ]


def _steps_of(
    request: ChangeRequest, proposal: Proposal, revisions: Sequence[RequestRevision], names: dict[int | None, str]
) -> list[Step]:
    """The revisions of a request, newest first; a draft that was never sent is a step without date."""
    common = {
        "request_no": request.request_no, "submission_no": request.submission_no, "type": request.type,
        "relation": proposal.relation, "full_name": proposal.full_name,
    }  # fmt: skip
    blank = {"round_at": None, "effective_at": None, "round_error": None}
    steps = []
    if request.status is RequestStatus.DRAFT:
        empty = {"submitted_at": None, "submitted_by": "", "decided_at": None, "decided_by": "", "reason": None}
        steps.append(Step(revision=request.revision, outcome=RequestStatus.DRAFT, **common, **empty, **blank))
    for revision in revisions:
        is_current = revision.revision == request.revision and request.status is not RequestStatus.DRAFT
        carried = {
            "round_at": request.round.scheduled_at if request.round else None,
            "effective_at": request.effective_at,
            "round_error": request.round_error,
        }
        steps.append(
            Step(
                revision=revision.revision,
                outcome=request.status if is_current else revision.outcome or RequestStatus.CANCELLED,
                submitted_at=revision.submitted_at,
                submitted_by=names.get(revision.submitted_by_id, ""),
                decided_at=revision.decided_at,
                decided_by=names.get(revision.decided_by_id, ""),
                reason=revision.reason or request.reason,
                **common,
                **(carried if is_current else blank),
            )
        )
    return steps
