"""What goes on from a right by a pension or a return to duty, step by step, and where a move has taken that (spec 3.8, 5.2)."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.people import RequestType, TerminationReason
from app.models.change_request import ChangeRequest
from app.models.entitlement import Entitlement
from app.services.facts import batches

GOING_ON = (RequestType.PENSION, RequestType.REINSTATE)


def moved_on(session: Session, stops: Mapping[int, date]) -> dict[int, date]:
    """By right that is to end on the day in `stops`, since when what goes on from it is another agency's, where it is.

    What goes on from such a right cannot end with it: that agency has to say itself that the move was wrong.
    """
    found: dict[int, date] = {}
    roots = {right: right for right in stops}
    while roots:
        following: dict[int, int] = {}
        for some in batches(sorted(roots)):
            query = (
                sa.select(
                    ChangeRequest.target_entitlement_id, Entitlement.id, Entitlement.entitled_from,
                    Entitlement.entitled_until, Entitlement.termination_reason,
                )
                .join(Entitlement, Entitlement.request_id == ChangeRequest.id)
                .where(ChangeRequest.target_entitlement_id.in_(some), ChangeRequest.type.in_(GOING_ON))
                .where(sa.not_(Entitlement.voided))
            )  # fmt: skip
            for source, right, begins, until, reason in session.execute(query):
                root = roots[source or 0]
                if begins < stops[root]:
                    continue
                following[right] = root
                if reason is TerminationReason.TRANSFERRED_LGO:
                    found[root] = until or begins
        roots = following
    return found
