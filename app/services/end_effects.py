"""Whom an end takes along: the family's rights that stop with the principal's, told before it is approved (spec 3.8)."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from app.domain.people import ENDING_TYPES, Relation, RequestType
from app.models.change_request import ChangeRequest
from app.models.entitlement import Entitlement
from app.services.facts import batches


def taken_along(session: Session, requests: Sequence[ChangeRequest]) -> dict[int, list[Entitlement]]:
    """By request id, the rights in the session's scope that end, or are suspended, with the principal's."""
    ends = {
        request.target_entitlement_id: request
        for request in requests
        if request.type in ENDING_TYPES and request.proposal.relation is Relation.SELF
    }
    own, found = aliased(Entitlement), dict[int, list[Entitlement]]()
    query = (
        sa.select(own, Entitlement)
        .join(own, sa.and_(own.person_id == Entitlement.principal_id, own.agency_id == Entitlement.agency_id))
        .where(Entitlement.relation != Relation.SELF, sa.not_(Entitlement.voided))
        .options(joinedload(Entitlement.person))
        .order_by(Entitlement.relation, Entitlement.entitled_from, Entitlement.id)
    )
    for some in batches([target for target in ends if target is not None]):
        for principals, right in session.execute(query.where(own.id.in_(some))):
            request = ends[principals.id]
            if _stops(right, principals, request):
                found.setdefault(request.id, []).append(right)
    return found


def _stops(right: Entitlement, own: Entitlement, request: ChangeRequest) -> bool:
    """Whether the end takes this right of the family: it lasts beyond, or waits with the principal to come back."""
    stop = request.proposal.entitled_until
    if stop is None:
        return False
    waits = right.suspended and right.suspended_until is None and right.entitled_until == own.entitled_until
    if own.suspended and waits:
        return request.type is RequestType.TERMINATE
    return right.entitled_until is None or right.entitled_until > stop
