"""As what a principal serves or is to serve at an agency, whose code the rights of the family carry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.people import STARTING_TYPES, PersonnelType, Relation
from app.domain.period import Period
from app.models.change_request import ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.services import facts
from app.services.transaction import widened


@dataclass(frozen=True)
class OwnService:
    """As what a principal serves or is to serve, and when; `period` is None of a request on its way."""

    personnel_type: PersonnelType
    period: Period | None = None


def principal_services(session: Session, national_ids: Sequence[str], agency_id: int) -> dict[str, list[OwnService]]:
    """The services behind each principal of this agency: requests on their way, then the own rights that stand, oldest first."""
    found: dict[str, list[OwnService]] = {}
    with widened(session) as wide:
        for batch in facts.batches(national_ids):
            asked = sa.select(Proposal.national_id, Proposal.personnel_type).join(
                ChangeRequest, ChangeRequest.id == Proposal.request_id
            )
            asked = asked.where(
                ChangeRequest.status.in_(facts.ON_THE_WAY),
                ChangeRequest.type.in_(STARTING_TYPES),
                ChangeRequest.agency_id == agency_id,
                Proposal.national_id.in_(batch),
                Proposal.relation == Relation.SELF,
            ).order_by(ChangeRequest.id)
            columns = (
                Person.national_id,
                Entitlement.personnel_type,
                Entitlement.entitled_from,
                Entitlement.entitled_until,
            )
            standing = sa.select(*columns).join(Person, Person.id == Entitlement.person_id)
            standing = standing.where(
                Entitlement.relation == Relation.SELF,
                sa.not_(Entitlement.voided),
                Entitlement.agency_id == agency_id,
                Person.national_id.in_(batch),
            ).order_by(Entitlement.entitled_from)
            for nid, kind in wide.execute(asked):
                found.setdefault(nid, []).extend([OwnService(kind)] if kind is not None else [])
            for nid, kind, since, until in wide.execute(standing):
                found.setdefault(nid, []).extend([OwnService(kind, Period(since, until))] if kind is not None else [])
    return found


def service_on(services: Sequence[OwnService], day: date | None) -> PersonnelType | None:
    """The service that a right leans on which begins on this day, else the newest one."""
    held = [one for one in services if one.period is not None and day is not None and one.period.contains(day)]
    return (held or services)[-1].personnel_type if services else None
