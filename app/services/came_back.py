"""Why a request that is written anew came back the last time: what stands in its last revision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.people import RequestStatus
from app.models.change_request import ChangeRequest, RequestRevision

_BACK = (RequestStatus.RETURNED, RequestStatus.REJECTED)


@dataclass(frozen=True)
class CameBack:
    """How a registrar decided on the revision before, his reason, and when."""

    outcome: RequestStatus
    reason: str
    decided_at: datetime | None


def of_drafts(session: Session, requests: Iterable[ChangeRequest]) -> dict[int, CameBack]:
    """By request, what its last revision was answered; of drafts that were returned or rejected."""
    before = {one.id: one.revision - 1 for one in requests if one.status is RequestStatus.DRAFT and one.revision > 1}
    if not before:
        return {}
    query = sa.select(RequestRevision).where(
        RequestRevision.request_id.in_(before), RequestRevision.outcome.in_(_BACK), RequestRevision.reason.is_not(None)
    )
    return {
        one.request_id: CameBack(one.outcome, one.reason, one.decided_at)
        for one in session.scalars(query)
        if one.outcome and one.reason and one.revision == before[one.request_id]
    }
