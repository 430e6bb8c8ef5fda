"""Which report of an end is taken back from a right, and what stands against that (spec 2.6, 5.2).

Of a death another agency's report may have ended it; only which one, and of which kind, leaves this file (decisions 8).
"""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.people import Relation, RequestType, TerminationReason
from app.models.change_request import ChangeRequest
from app.models.entitlement import Entitlement
from app.models.notice import ReplacedEnd
from app.services.transaction import widened


@dataclass(frozen=True)
class TakenEnd:
    """The request whose end goes, of which kind; `lies_beneath` where another end of the right stays above it."""

    request_id: int
    type: RequestType
    lies_beneath: bool


def of_rights(session: Session, right_ids: Collection[int]) -> dict[int, TakenEnd]:
    """What a taking back would take from each right, by its id: the last end, as the round's `TAKEN` has it.

    Of a relative who was suspended with the official it is an end of his own beneath: the suspension is the official's.
    """
    last, beneath = aliased(ChangeRequest), aliased(ChangeRequest)
    query = (
        sa.select(
            Entitlement.id,
            Entitlement.relation,
            last.id,
            last.type,
            ReplacedEnd.termination_reason,
            beneath.id,
            beneath.type,
        )
        .join(last, last.id == Entitlement.ended_by_request_id)
        .outerjoin(
            ReplacedEnd,
            sa.and_(
                ReplacedEnd.entitlement_id == Entitlement.id,
                ReplacedEnd.request_id == Entitlement.ended_by_request_id,
            ),
        )
        .outerjoin(beneath, beneath.id == ReplacedEnd.ended_by_request_id)
        .where(Entitlement.id.in_(sorted(right_ids)))
    )
    found = {}
    with widened(session) as wide:
        rows = wide.execute(query).all()
    for right_id, relation, top, kind, reason, under, kind_under in rows:
        is_own = reason not in (None, TerminationReason.PRINCIPAL_ENDED) and relation is not Relation.SELF
        if under is not None and is_own and kind is RequestType.SUSPEND:
            found[right_id] = TakenEnd(under, kind_under, lies_beneath=True)
        else:
            found[right_id] = TakenEnd(top, kind, lies_beneath=False)
    return found


def is_back(right: Entitlement, taken: TakenEnd) -> bool:
    """Whether the suspension that would be taken back is over, because somebody returned to duty."""
    return taken.type is RequestType.SUSPEND and right.suspended_until is not None
