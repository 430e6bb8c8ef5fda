"""วันเริ่มสิทธิของครอบครัวตามวันรับราชการ: whose first days follow when an official's own is mended, and to which day (spec 3.8).

A later first day cuts the family's; an earlier one gives back what the wrong day took: who began with the official begins as the
law has it now, no earlier than was typed when the right was asked for.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from app.domain.actor import Actor
from app.domain.errors import NotFound, PortalError, Refused
from app.domain.people import Relation, RequestType
from app.domain.period import Period
from app.domain.powers import Power
from app.models.change_request import ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.rules import citations, family_law
from app.rules.around import Around
from app.rules.household import as_approved
from app.rules.relatives import Relative
from app.services import family_facts
from app.services.transaction import reading

_CITED = citations.REGISTER_LIFECYCLE.text
Following = tuple[Entitlement, date]
"""A right of the family and its first day once the official's has changed."""


@dataclass(frozen=True)
class Mended:
    """Whose first day of service changes, at which agency, from which day to which."""

    person_id: int
    agency_id: int
    was: date
    starts: date


def who_follows(session: Session, request: ChangeRequest) -> list[Following]:
    """Whom the round would let follow this change of an own right; none of any other request, or of one that is carried."""
    proposal, right_id = request.proposal, request.target_entitlement_id
    starts, is_own = proposal.service_start_date, proposal.relation is Relation.SELF
    if request.type is not RequestType.CERTIFY_EDIT or not is_own or starts is None or request.effective_at is not None:
        return []
    own = session.get(Entitlement, right_id)
    return [] if own is None else following(session, Mended(own.person_id, own.agency_id, own.entitled_from, starts))


def shown(entitlement_id: int, starts: date | None, *, actor: Actor) -> list[tuple[str, date]]:
    """The same for the clerk who has asked for it, by name. Raises NotFound('ENTITLEMENT_NOT_FOUND')."""
    actor.require(Power.RECORD_REQUEST)
    with reading(actor.scope) as session:
        own = session.get(Entitlement, entitlement_id)
        if own is None or own.agency_id != actor.agency_id:
            raise NotFound("ENTITLEMENT_NOT_FOUND")
        if starts is None or own.relation is not Relation.SELF:
            return []
        found = following(session, Mended(own.person_id, own.agency_id, own.entitled_from, starts))
        return [(right.person.full_name, day) for right, day in found]


def following(session: Session, mended: Mended) -> list[Following]:
    """Whose first day follows and to which day, as far as the session sees; nobody's where the day stays."""
    if mended.starts > mended.was:
        return list(_cut(session, mended))
    return list(_given_back(session, mended)) if mended.starts < mended.was else []


def _family(session: Session, mended: Mended, *conditions: sa.ColumnElement[bool]) -> Sequence[Entitlement]:
    query = (
        sa.select(Entitlement)
        .where(
            Entitlement.principal_id == mended.person_id, Entitlement.agency_id == mended.agency_id,
            Entitlement.relation != Relation.SELF, sa.not_(Entitlement.voided), *conditions,
        )
        .options(joinedload(Entitlement.person), joinedload(Entitlement.principal))
        .order_by(Entitlement.relation, Entitlement.id)
        .execution_options(populate_existing=True)
    )  # fmt: skip
    return session.scalars(query).all()


def _cut(session: Session, mended: Mended) -> Iterator[Following]:
    """Who began before and is not over by then, but for whom another own right bears: as CLIP_STARTS of the round."""
    others = sa.select(Entitlement.entitled_from, Entitlement.entitled_until).where(
        Entitlement.person_id == mended.person_id, Entitlement.agency_id == mended.agency_id,
        Entitlement.relation == Relation.SELF, sa.not_(Entitlement.voided), Entitlement.entitled_from != mended.was,
    )  # fmt: skip
    periods = [Period(*row) for row in session.execute(others)]
    for right in _family(session, mended, Entitlement.entitled_from < mended.starts):
        is_over = right.entitled_until is not None and right.entitled_until <= mended.starts
        if not is_over and not any(period.contains(right.entitled_from) for period in periods):
            yield right, mended.starts


def ended_before(session: Session, request_ids: Sequence[int]) -> dict[int, list[PortalError]]:
    """Of changes that let an own right begin later: whose right in the family would be over before it, by request id.

    Such a right would lean on nothing, and its end may rest on papers: its entry is voided by a deed of its own first.
    """
    if not request_ids:
        return {}
    own, theirs, other = aliased(Entitlement), aliased(Entitlement), aliased(Entitlement)
    starts = Proposal.service_start_date
    leans_on_other = sa.exists().where(
        other.person_id == own.person_id, other.agency_id == own.agency_id, other.relation == Relation.SELF,
        other.id != own.id, sa.not_(other.voided), other.entitled_from <= theirs.entitled_from,
        sa.or_(other.entitled_until.is_(None), theirs.entitled_from < other.entitled_until),
    )  # fmt: skip
    query = (
        sa.select(ChangeRequest.id, theirs)
        .join(Proposal, Proposal.request_id == ChangeRequest.id)
        .join(own, own.id == ChangeRequest.target_entitlement_id)
        .join(theirs, sa.and_(theirs.principal_id == own.person_id, theirs.agency_id == own.agency_id))
        .where(ChangeRequest.id.in_(request_ids), ChangeRequest.type == RequestType.CERTIFY_EDIT)
        .where(own.relation == Relation.SELF, own.entitled_from < starts, theirs.relation != Relation.SELF)
        .where(sa.not_(theirs.voided), theirs.entitled_until <= starts, sa.not_(leans_on_other))
        .options(joinedload(theirs.person))
        .order_by(theirs.relation, theirs.id)
    )
    found: dict[int, list[PortalError]] = defaultdict(list)
    for request_id, right in session.execute(query):
        facts = {"name": right.person.full_name, "relation": right.relation}
        found[request_id].append(Refused("ENDED_BEFORE_START", citation=_CITED, field="service_start_date", **facts))
    return found


def _given_back(session: Session, mended: Mended) -> Iterator[Following]:
    rights = _family(session, mended, Entitlement.entitled_from == mended.was)
    if not rights:
        return
    number = rights[0].principal.national_id
    principals, relatives = family_facts.standing(session, [number])
    typed = _typed(session, rights)
    principal = principals[number]
    active = tuple(
        Period(mended.starts, period.until_on) if period.from_on in (mended.was, mended.starts) else period
        for period in principal.active
    )
    for right in rights:
        one = _relative(right, relatives[number])
        others = tuple(other for other in relatives[number] if other.national_id != right.person.national_id)
        around = Around(mended.was, principal.sex, principal.birth_date, active, others, leans_on=mended.starts)
        days = None if one is None else family_law.decide(as_approved(one, around), around, (one,)).period
        begins = max((day for day in (days and days.from_on, typed.get(right.id)) if day), default=mended.was)
        if days is not None and begins < mended.was:
            yield right, begins


def _relative(right: Entitlement, known: Sequence[Relative]) -> Relative | None:
    """The right as the rules see it."""
    period = Period(right.entitled_from, right.entitled_until)
    return next(
        (
            one
            for one in known
            if (one.national_id, one.relation, one.period, one.agency_id)
            == (right.person.national_id, right.relation, period, right.agency_id)
        ),
        None,
    )


def _typed(session: Session, rights: Sequence[Entitlement]) -> dict[int, date]:
    """The first day that was typed when each right was asked for, where one was before that of today."""
    query = (
        sa.select(Entitlement.id, Proposal.requested_from)
        .join(Proposal, Proposal.request_id == Entitlement.request_id)
        .join(ChangeRequest, ChangeRequest.id == Entitlement.request_id)
        .where(Entitlement.id.in_([right.id for right in rights]), ChangeRequest.type == RequestType.CERTIFY_NEW)
        .where(Proposal.requested_from < Entitlement.entitled_from)
    )
    return {row.id: row.requested_from for row in session.execute(query)}
