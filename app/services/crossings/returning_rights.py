"""Whose place has been given to somebody else since the end that is to be taken back, at whatever agency (spec 2.4, 3.2, 3.3).

Reads the nation for the law alone; of what stands only relation and first day leave, of an office its holder.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import PortalError, Refused
from app.domain.people import PersonnelType, Relation
from app.domain.period import Period
from app.models.agency import Agency
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.rules import executives, returns
from app.rules.executives import Executive
from app.rules.papers import MarriagePaper
from app.rules.returns import Held
from app.services import round_person_sql as persons
from app.services.facts import batches
from app.services.round_layers import days_without
from app.services.transaction import widened

_HEAD = PersonnelType.POLITICAL_EXECUTIVE
_Right = sa.Row[Any]


def refusals_of_return(session: Session, right_ids: Collection[int]) -> dict[int, list[PortalError]]:
    """What forbids that the ends of these rights are taken back, by right; of each all rights that would come back with it.

    Codes GIVEN_SINCE, SECOND_EXECUTIVE, OWN_RIGHT_OVERLAP and SAME_RIGHT_OVERLAP; a right that nothing forbids is left out.
    """
    found: dict[int, list[PortalError]] = defaultdict(list)
    with widened(session) as wide:
        for target, taken in _reports(wide, right_ids).items():
            if refused := _refusals(wide, taken):
                found[target] += refused
    return found


def _reports(wide: Session, right_ids: Collection[int]) -> dict[int, list[int]]:
    """The requests whose ends go with each right's."""
    found: dict[int, list[int]] = defaultdict(list)
    for some in batches(sorted(right_ids)):
        for target, request_id in wide.execute(persons.TAKEN_WITH, {"rights": some}):
            if request_id is not None:
                found[target].append(request_id)
    return found


def _refusals(wide: Session, taken: Sequence[int]) -> list[PortalError]:
    touched = wide.scalars(persons.TOUCHED, {"ids": taken}).all()
    rights = [one for one in _rights(wide, Entitlement.id.in_(touched)) if _is_of_one(one) or one.voided]
    if not rights:
        return []
    will_be = days_without(wide, [one.id for one in rights], taken)
    others = _beside(wide, rights)
    found: dict[str, PortalError] = {}
    for right in rights:
        for days in _regained(right, will_be[right.id]):
            for refused in _refused(right, days, others):
                found.setdefault(f"{refused.code} {refused.facts}", refused)
    return list(found.values())


def _is_of_one(right: _Right) -> bool:
    return right.relation in returns.OF_ONE or _is_head(right)


def _is_head(right: _Right) -> bool:
    return right.relation is Relation.SELF and right.personnel_type is _HEAD


def _regained(right: _Right, days: Period) -> Iterable[Period]:
    """The days that the right has only without those ends."""
    since = right.entitled_from if right.voided else max(right.entitled_until or days.from_on, days.from_on)
    if days.until_on is None or days.until_on > since:
        yield Period(since, days.until_on)


def _refused(right: _Right, days: Period, others: Sequence[_Right]) -> list[PortalError]:
    mine = _overlaps(right, days, others) if right.voided else []
    if mine or not _is_of_one(right):
        return mine
    if _is_head(right):
        heads = [_executive(one) for one in others if _is_head(one) and one.agency_id == right.agency_id]
        return executives.refusals(right.number, days, heads)
    return returns.refusals(
        _held(right), days, [_held(one) for one in others if one.principal_id == right.principal_id]
    )


def _overlaps(right: _Right, days: Period, others: Iterable[_Right]) -> list[PortalError]:
    """A voided right of the person that would stand again beside another one of the same kind that was given since."""
    own = right.relation is Relation.SELF
    for one in others:
        same = own if one.relation is Relation.SELF else one.principal_id == right.principal_id
        if one.number != right.number or one.relation is not right.relation or not same:
            continue
        if Period(one.entitled_from, one.entitled_until).overlaps(days):
            code = "OWN_RIGHT_OVERLAP" if own else "SAME_RIGHT_OVERLAP"
            return [Refused(code, citation="spec 2.5", agency=one.agency, since=one.entitled_from)]
    return []


def _executive(right: _Right) -> Executive:
    name = f"{right.first_name_th} {right.last_name_th}"
    return Executive(right.number, name, Period(right.entitled_from, right.entitled_until))


def _held(right: _Right) -> Held:
    by_nikah = right.marriage_paper is MarriagePaper.NIKAH_CERT_TH
    return Held(right.number, right.relation, Period(right.entitled_from, right.entitled_until), by_nikah, right.agency)


def _beside(wide: Session, rights: Sequence[_Right]) -> Sequence[_Right]:
    """Whoever stands in a place of these principals or in the office of these agencies, and what else a voided one has."""
    principals = {one.principal_id for one in rights if not _is_head(one)}
    agencies = {one.agency_id for one in rights if _is_head(one)}
    of_family = sa.and_(Entitlement.principal_id.in_(principals), Entitlement.relation.in_(returns.OF_ONE))
    in_office = sa.and_(
        Entitlement.agency_id.in_(agencies), Entitlement.relation == Relation.SELF, Entitlement.personnel_type == _HEAD
    )
    stands = sa.not_(Entitlement.voided)
    persons_voided = {one.person_id for one in rights if one.voided}
    found = [*_rights(wide, sa.and_(stands, Entitlement.person_id.in_(persons_voided)))] if persons_voided else []
    found += _rights(wide, sa.and_(stands, of_family)) if principals else []
    return [*found, *_rights(wide, sa.and_(stands, in_office))] if agencies else found


def _rights(wide: Session, condition: sa.ColumnElement[bool]) -> Sequence[_Right]:
    columns = (
        Entitlement.id, Entitlement.relation, Entitlement.principal_id, Entitlement.agency_id, Entitlement.personnel_type,
        Entitlement.entitled_from, Entitlement.entitled_until, Entitlement.marriage_paper, Entitlement.voided,
        Entitlement.person_id, Person.national_id.label("number"), Person.first_name_th, Person.last_name_th,
        Agency.name_th.label("agency"),
    )  # fmt: skip
    query = sa.select(*columns).join(Person, Person.id == Entitlement.person_id)
    query = query.join(Agency, Agency.id == Entitlement.agency_id).where(condition)
    return wide.execute(query.order_by(Entitlement.id)).all()
