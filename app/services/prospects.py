"""What approving a family form would give each person on it, told while the form is still being typed.

Looks at the form and the asking agency's own rows alone: what stands elsewhere is told by the audited duplicate check.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import PortalError
from app.domain.people import PersonnelType, Relation, RequestType
from app.domain.period import Period
from app.domain.powers import Power
from app.models.agency import Agency
from app.models.change_request import ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.rules import certification
from app.rules.certification import Candidate, Known
from app.rules.principals import sub_scheme_code
from app.services.clock import business_now
from app.services.facts import ON_THE_WAY
from app.services.family_forms import Member, field_of
from app.services.transaction import reading


@dataclass(frozen=True)
class Prospect:
    """One person of the form: the right's first and last day (None: open) and code, or what the law says against it.

    `from_on` is None while the dates that it hangs on are missing.
    """

    position: int
    from_on: date | None
    last_day: date | None
    sub_inscl: str
    refusals: tuple[PortalError, ...]


@dataclass(frozen=True)
class _Principal:
    """Through whom the right would come: since when, as what."""

    national_id: str
    from_on: date | None
    kind: PersonnelType | None


def prospects(members: Sequence[Member], *, principal_national_id: str | None, actor: Actor) -> list[Prospect]:
    """What approval would bring, in the order of the members; half-filled ones are judged by what they have.

    `principal_national_id` is that of a principal who is not on the form. Writes nothing.
    """
    actor.require(Power.RECORD_REQUEST)
    with reading(actor.scope) as session:
        agency = session.get(Agency, actor.agency_id)
        if agency is None:
            return []
        today = bangkok_day(business_now(session))
        own = next((member for member in members if member.relation is Relation.SELF), None)
        if own is not None:
            principal = _Principal(own.national_id, own.service_start_date, own.personnel_type)
        else:
            principal = _standing(session, principal_national_id or "", agency.id)
        period = Period(agency.valid_from, agency.valid_until)
        known = Known(today, agency.agency_type, period, principal_from=principal.from_on)
    return [_prospect(position, member, principal, known) for position, member in enumerate(members)]


def _prospect(position: int, member: Member, principal: _Principal, known: Known) -> Prospect:
    candidate = Candidate(
        member.national_id, principal.national_id, member.relation, member.birth_date, member.personnel_type,
        member.service_start_date, member.entitled_from, None, sex=member.sex,
    )  # fmt: skip
    dates = certification.dates_of(candidate, known.principal_from)
    refusals = [error for error in certification.judge(candidate, known).refusals if error.code != "REQUIRED"]
    for error in refusals:
        error.field = field_of(position, error.field or "national_id")
    complete = dates is not None and member.birth_date is not None
    if not complete or dates is None:
        return Prospect(position, None, None, "", tuple(refusals))
    last_day = None
    if dates.entitled_until is not None and dates.entitled_until > dates.entitled_from:
        last_day = Period(dates.entitled_from, dates.entitled_until).last_day
    code = sub_scheme_code(principal.kind, member.relation) if principal.kind is not None else ""
    return Prospect(position, dates.entitled_from, last_day, code, tuple(refusals))


def _standing(session: Session, national_id: str, agency_id: int) -> _Principal:
    """The principal by the agency's own register, else by its own open request."""
    standing = (
        sa.select(Entitlement)
        .join(Person, Person.id == Entitlement.person_id)
        .where(Person.national_id == national_id, Entitlement.relation == Relation.SELF, sa.not_(Entitlement.voided))
        .where(Entitlement.agency_id == agency_id)
        .order_by(Entitlement.entitled_from.desc())
    )
    if (right := session.scalars(standing).first()) is not None:
        return _Principal(national_id, right.entitled_from, right.personnel_type)
    asked = (
        sa.select(Proposal)
        .join(ChangeRequest, ChangeRequest.id == Proposal.request_id)
        .where(Proposal.national_id == national_id, Proposal.relation == Relation.SELF)
        .where(ChangeRequest.status.in_(ON_THE_WAY), ChangeRequest.type == RequestType.CERTIFY_NEW)
        .where(ChangeRequest.agency_id == agency_id)
        .order_by(ChangeRequest.id.desc())
    )
    if (proposal := session.scalars(asked).first()) is not None:
        return _Principal(national_id, proposal.service_start_date, proposal.personnel_type)
    return _Principal(national_id, None, None)
