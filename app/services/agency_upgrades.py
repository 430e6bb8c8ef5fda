"""เปลี่ยนฐานะ: an agency becomes one of another type and keeps its row; its officers become officers of the new kind (spec 2.3).

Nobody's right is touched by it but for the name of his service, and the office of a chief executive, who has to be elected anew.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import BadInput, Conflict, PortalError
from app.domain.people import AgencyType, PersonnelType, Relation, RequestType, TerminationReason
from app.domain.thai_calendar import to_arabic_digits
from app.models.agency import Agency
from app.models.change_request import ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.models.succession import Succession
from app.rules.principals import misplaced_at
from app.services.agencies import TYPE_DIGITS, AgencyFacts, promised_to_another, renamed, wrong_with
from app.services.change_drafts import Ask

OFFICERS = {
    AgencyType.PAO: PersonnelType.PAO_OFFICIAL, AgencyType.CITY_MUNICIPALITY: PersonnelType.MUNICIPAL_OFFICER,
    AgencyType.TOWN_MUNICIPALITY: PersonnelType.MUNICIPAL_OFFICER,
    AgencyType.SUBDISTRICT_MUNICIPALITY: PersonnelType.MUNICIPAL_OFFICER, AgencyType.TAO: PersonnelType.TAO_OFFICER,
}  # fmt: skip
"""As what the officers of an agency of each type serve."""
_TYPE_OF = {digits: kind for kind, digits in TYPE_DIGITS.items()}


def type_of(code: str) -> AgencyType | None:
    """The type that the first two digits of a code say; None for another code."""
    return _TYPE_OF.get(code[:2])


def leaving(row: Succession) -> list[sa.ColumnElement[bool]]:
    """The rights that an upgrade touches: services with another name, and the office of an executive elected before it."""
    kind, was = type_of(row.new_code or ""), type_of(row.old_code or "")
    if kind is None:
        return [sa.false()]
    touched = sa.and_(*renamed(row.agency_id, kind, row.starts_on))
    if was is None or OFFICERS[was] is OFFICERS[kind]:
        return [touched]
    return [sa.or_(touched, sa.and_(*offices(row.agency_id, row.starts_on)))]


def offices(agency_id: int, starts_on: date) -> list[sa.ColumnElement[bool]]:
    """The rights of chief executives whose office ends with an อบต. that becomes a municipality."""
    return [
        Entitlement.agency_id == agency_id, Entitlement.relation == Relation.SELF, sa.not_(Entitlement.voided),
        Entitlement.personnel_type == PersonnelType.POLITICAL_EXECUTIVE, Entitlement.entitled_from < starts_on,
        sa.or_(Entitlement.entitled_until.is_(None), Entitlement.entitled_until > starts_on),
    ]  # fmt: skip


def waiting(agency_id: int, kind: AgencyType) -> list[sa.ColumnElement[bool]]:
    """The proposals that ask for a service which the agency of the new type does not have."""
    return [
        ChangeRequest.agency_id == agency_id, Proposal.relation == Relation.SELF,
        Proposal.personnel_type.in_(misplaced_at(kind)),
        ChangeRequest.type.not_in((RequestType.TERMINATE, RequestType.SUSPEND, RequestType.CORRECTION)),
    ]  # fmt: skip


def refusals(session: Session, agency: Agency, new_code: str, new_name: str) -> list[PortalError]:
    """What is wrong about the new code and name."""
    code = to_arabic_digits(new_code).strip()
    kind = type_of(code)
    if kind is None:
        return [BadInput("AGENCY_TYPE_UNKNOWN", field="successor_code", digits=code[:2])]
    facts = AgencyFacts(code, new_name, kind, agency.province_code, agency.valid_from)
    found = wrong_with(facts, knows_province=True)
    for error in found:
        error.field = {"dla_code": "successor_code", "name_th": "new_name"}.get(error.field or "", error.field)
    if session.scalar(sa.select(Agency.id).where(Agency.dla_code == code).limit(1)) is not None:
        found.append(Conflict("AGENCY_CODE_TAKEN", field="successor_code", dla_code=code))
    if promised := promised_to_another(session, code, but=agency.id, field="successor_code"):
        found.append(promised)
    return found


def take_effect(session: Session, row: Succession) -> str | None:
    """Give the agency its new code, name and type, and say which code and name it had; None where it has them."""
    agency = session.get_one(Agency, row.agency_id)
    kind = type_of(row.new_code or "")
    if kind is None or agency.dla_code == row.new_code:
        return None
    was = f"{agency.dla_code} {agency.name_th}"
    agency.dla_code, agency.name_th, agency.agency_type = row.new_code or "", row.new_name or "", kind
    session.flush()
    return was


def asks(row: Succession, rights: Sequence[Entitlement]) -> list[Ask]:
    """What the two officers ask for: the officials' service under its new name, the end of the executive's office."""
    kind = type_of(row.new_code or "")
    return [_ask(row, right, OFFICERS[kind]) for right in rights] if kind is not None else []


def _ask(row: Succession, right: Entitlement, becomes: PersonnelType) -> Ask:
    if right.personnel_type is PersonnelType.POLITICAL_EXECUTIVE:
        return term_end(row, right)
    by_law = right.until_before_end if right.ended_by_request_id is not None else right.entitled_until
    values: dict[str, Any] = {"personnel_type": becomes, "entitled_until": by_law}
    return Ask(RequestType.CERTIFY_EDIT, right, values, row.text)


def term_end(row: Succession, right: Entitlement) -> Ask:
    """A chief executive's office ends with his agency (spec 2.6)."""
    until = row.starts_on if row.starts_on > right.entitled_from else None
    values = {"termination_reason": TerminationReason.TERM_ENDED, "event_date": row.starts_on, "entitled_until": until}
    return Ask(RequestType.TERMINATE, right, values, row.text)
