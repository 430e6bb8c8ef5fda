"""Whom an end takes along, and whom its taking back brings back: told before it is approved (spec 3.8)."""

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from app.domain.people import ENDING_TYPES, Relation, RequestType, TerminationReason
from app.models.change_request import ChangeRequest
from app.models.entitlement import Entitlement
from app.services import round_person_sql as persons
from app.services.facts import batches
from app.services.next_rights import GOING_ON

_DEAD = TerminationReason.DECEASED
_IN_ORDER = (Entitlement.relation, Entitlement.entitled_from, Entitlement.id)


def taken_along(session: Session, requests: Sequence[ChangeRequest]) -> dict[int, list[Entitlement]]:
    """By request id, the rights in the session's scope that end, or are suspended, with the principal's.

    A death takes the dead's other rights too, with those that lean on them, on whichever entry it is told. Who was to begin
    only then never does, nor what went on from the right by a pension or a return.
    """
    ends = {request.target_entitlement_id: request for request in requests if request.type in ENDING_TYPES}
    of_family = {target for target, request in ends.items() if request.proposal.relation is Relation.SELF}
    of_dead = {target for target, request in ends.items() if request.proposal.termination_reason is _DEAD}
    target = aliased(Entitlement)
    leans = sa.and_(
        target.person_id == Entitlement.principal_id, target.agency_id == Entitlement.agency_id,
        Entitlement.relation != Relation.SELF, Entitlement.entitled_from >= target.entitled_from,
    )  # fmt: skip
    his = sa.or_(Entitlement.person_id == target.person_id, Entitlement.principal_id == target.person_id)
    goes_on = sa.and_(
        Entitlement.person_id == target.person_id, Entitlement.principal_id == target.principal_id,
        Entitlement.relation == target.relation, Entitlement.agency_id == target.agency_id,
        Entitlement.id != target.id, Entitlement.entitled_from >= target.entitled_until,
        Entitlement.request_id.in_(sa.select(ChangeRequest.id).where(ChangeRequest.type.in_(GOING_ON))),
    )  # fmt: skip
    of_all = {target for target, request in ends.items() if request.type is RequestType.TERMINATE}
    found = dict[int, dict[int, Entitlement]]()
    others = sa.and_(his, Entitlement.id != target.id)
    for which, targets in ((leans, of_family), (others, of_dead), (goes_on, of_all - of_dead)):
        for some in batches([one for one in targets if one is not None]):
            query = sa.select(target, Entitlement).join(target, which).where(target.id.in_(some))
            query = (
                query.where(sa.not_(Entitlement.voided)).options(joinedload(Entitlement.person)).order_by(*_IN_ORDER)
            )
            for own, right in session.execute(query):
                request = ends[own.id]
                if _stops(right, own, request):
                    found.setdefault(request.id, {})[right.id] = right
    by_id = {request.id: request for request in requests}
    return {key: _but_for_a_pension(session, by_id[key], list(rights.values())) for key, rights in found.items()}


def _but_for_a_pension(session: Session, request: ChangeRequest, rights: list[Entitlement]) -> list[Entitlement]:
    """The end of the service on the very day on which a pension begins leaves the pension, of him and of his family."""
    stop = request.proposal.entitled_until
    if request.proposal.relation is not Relation.SELF or request.proposal.termination_reason is _DEAD or stop is None:
        return rights
    own = [one.request_id for one in rights if one.relation is Relation.SELF and one.entitled_from == stop]
    pension = sa.select(ChangeRequest.id).where(ChangeRequest.id.in_(own), ChangeRequest.type == RequestType.PENSION)
    if not own or session.scalar(pension) is None:
        return rights
    return [one for one in rights if one.entitled_from < stop]


def _stops(right: Entitlement, own: Entitlement, request: ChangeRequest) -> bool:
    """Whether the end takes this right of the family: it lasts beyond, or waits with the principal to come back."""
    stop = request.proposal.entitled_until
    if stop is None:
        return False
    is_away = right.suspended and (right.suspended_until or date.max) > stop
    waits = is_away and right.entitled_until == own.entitled_until
    if own.suspended and waits:
        return request.type is RequestType.TERMINATE
    return right.entitled_until is None or right.entitled_until > stop


def brought_back(session: Session, right_ids: Iterable[int]) -> dict[int, list[Entitlement]]:
    """By right whose end is to be taken back, the others in the session's scope that the same report ended or voided."""
    found: dict[int, list[Entitlement]] = {}
    for some in batches(sorted(right_ids)):
        for target, reports in _reports(session, some).items():
            touched = session.scalars(persons.TOUCHED, {"ids": sorted(reports)}).all()
            query = sa.select(Entitlement).where(Entitlement.id.in_(touched), Entitlement.id != target)
            rights = session.scalars(query.options(joinedload(Entitlement.person)).order_by(*_IN_ORDER)).all()
            if rights:
                found[target] = list(rights)
    return found


def _reports(session: Session, right_ids: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for target, request_id in session.execute(persons.TAKEN_WITH, {"rights": right_ids}):
        if request_id is not None:
            found.setdefault(target, set()).add(request_id)
    return found


def goes_along(session: Session, request: ChangeRequest) -> list[Entitlement]:
    """The rights that stop with the one that a request is about, or come back with it."""
    if request.type is RequestType.RESTORE and request.target_entitlement_id is not None:
        return brought_back(session, [request.target_entitlement_id]).get(request.target_entitlement_id, [])
    return taken_along(session, [request]).get(request.id, [])
