"""Why a succession sent requests back: the agency is no more, or no longer has the service that they name (spec 2.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain.people import RequestStatus, SuccessionState
from app.models.change_request import ChangeRequest
from app.models.succession import Succession


@dataclass(frozen=True)
class SentBack:
    """From `starts_on` on the agency is `successor`'s, or with `is_upgrade` of another type itself."""

    starts_on: date
    successor: str
    is_upgrade: bool


def of_requests(session: Session, requests: Iterable[ChangeRequest]) -> dict[int, SentBack]:
    """By request, what sent it back; the order of the succession stands as its reason (`succession_jobs`)."""
    returned = [one for one in requests if one.status is RequestStatus.RETURNED]
    if not returned:
        return {}
    query = sa.select(Succession).options(joinedload(Succession.successor))
    query = query.where(
        Succession.agency_id.in_({one.agency_id for one in returned}), Succession.decided_at.is_not(None)
    )
    carried = query.where(Succession.state.in_((SuccessionState.APPROVED, SuccessionState.DONE)))
    found = {(row.agency_id, row.text, row.decided_by_id): row for row in session.scalars(carried)}
    told = {}
    for one in returned:
        row = found.get((one.agency_id, one.decision_reason or "", one.decided_by_id))
        if row is not None:
            told[one.id] = SentBack(row.starts_on, row.new_name or row.successor.name_th, row.new_code is not None)
    return told
