"""Who stands in an agency's own register and requests, as far as the lines of a roster are compared with them."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.people import OPEN_STATUSES, PersonnelType, Relation, RequestType, Sex
from app.models.change_request import ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.models.person import Person

FIELDS = ("title_th", "first_name_th", "last_name_th", "birth_date", "sex", "personnel_type", "service_start_date")


@dataclass(frozen=True, slots=True)
class OwnPerson:
    """One right of a person here: standing (`stands`), else asked for; the particulars are those of today."""

    national_id: str
    relation: Relation
    principal_national_id: str
    stands: bool
    title_th: str
    first_name_th: str
    last_name_th: str
    birth_date: date | None
    sex: Sex | None
    personnel_type: PersonnelType | None
    service_start_date: date | None


def own_people(session: Session, agency_id: int, today: date) -> list[OwnPerson]:
    """Everybody who holds or awaits a right at the agency, within the session's scope; two queries."""
    principal = sa.orm.aliased(Person)
    standing = (
        sa.select(
            Person.national_id, Entitlement.relation, principal.national_id, sa.literal(True),
            Person.title_th, Person.first_name_th, Person.last_name_th, Person.birth_date, Person.sex,
            Entitlement.personnel_type, Entitlement.service_start_date,
        )
        .join(Person, Person.id == Entitlement.person_id)
        .join(principal, principal.id == Entitlement.principal_id)
        .where(
            Entitlement.agency_id == agency_id,
            sa.not_(Entitlement.voided),
            sa.or_(Entitlement.entitled_until.is_(None), Entitlement.entitled_until > today),
        )
        .order_by(Entitlement.id)
    )  # fmt: skip
    asked = (
        sa.select(
            Proposal.national_id, Proposal.relation, Proposal.principal_national_id, sa.literal(False),
            Proposal.title_th, Proposal.first_name_th, Proposal.last_name_th, Proposal.birth_date, Proposal.sex,
            Proposal.personnel_type, Proposal.service_start_date,
        )
        .join(ChangeRequest, ChangeRequest.id == Proposal.request_id)
        .where(
            ChangeRequest.agency_id == agency_id,
            ChangeRequest.type == RequestType.CERTIFY_NEW,
            ChangeRequest.status.in_(OPEN_STATUSES),
        )
        .order_by(ChangeRequest.id)
    )  # fmt: skip
    return [OwnPerson(*row) for query in (standing, asked) for row in session.execute(query)]
