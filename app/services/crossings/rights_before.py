"""Whether a right goes on from one before it, which another agency may keep (spec 5.2)."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.people import RequestType
from app.models.change_request import ChangeRequest
from app.models.entitlement import Entitlement
from app.services import facts
from app.services.transaction import widened

_UNBROKEN = (RequestType.TRANSFER_IN, RequestType.PENSION)


def going_on(session: Session, rights: Iterable[Entitlement]) -> frozenset[int]:
    """Those of these rights, by id, that begin on the very day on which the one ends that they took over by a move or pension.

    Who came along but joined later has none before; a pension that began late has one that ends earlier. Reads the nation
    for the law alone: what leaves it is which of the asked rights must keep their first day.
    """
    before = aliased(Entitlement)
    query = (
        sa.select(Entitlement.id)
        .join(ChangeRequest, ChangeRequest.id == Entitlement.request_id)
        .join(before, before.id == ChangeRequest.target_entitlement_id)
        .where(ChangeRequest.type.in_(_UNBROKEN), sa.not_(before.voided))
        .where(before.entitled_until == Entitlement.entitled_from)
    )
    found: set[int] = set()
    with widened(session) as wide:
        for some in facts.batches(sorted({right.id for right in rights})):
            found.update(wide.scalars(query.where(Entitlement.id.in_(some))))
    return frozenset(found)
