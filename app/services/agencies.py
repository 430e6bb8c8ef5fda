"""Agencies: made and changed by the administrator, listed for everybody (spec 2.3)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, Conflict, InvalidForm, NotFound, PortalError, Refused
from app.domain.people import AgencyType, Relation, SuccessionState
from app.domain.powers import Power
from app.domain.thai_calendar import to_arabic_digits
from app.models.agency import Agency, Province
from app.models.entitlement import Entitlement
from app.models.succession import Succession
from app.rules.principals import misplaced_at
from app.services.agency_ends import end_of, refused_ends
from app.services.audit import record
from app.services.clock import business_now
from app.services.transaction import transaction

CODE_LENGTH = 8
BANGKOK = "10"
# The first two digits of a code, by type (spec 2.3); 01 is for the special ones, Bangkok and Pattaya.
TYPE_DIGITS = {
    AgencyType.PAO: "02",
    AgencyType.CITY_MUNICIPALITY: "03",
    AgencyType.TOWN_MUNICIPALITY: "04",
    AgencyType.SUBDISTRICT_MUNICIPALITY: "05",
    AgencyType.TAO: "06",
}
OPEN = (SuccessionState.PROPOSED, SuccessionState.APPROVED)
EXCLUDED_NAMES = ("กรุงเทพมหานคร", "เมืองพัทยา")
_LENGTHS = {"name_th": 200, "address": 300, "phone": 40, "email": 120}


@dataclass(frozen=True)
class AgencyFacts:
    """What the administrator says about an agency; `successor_code` names the one that took it over."""

    dla_code: str
    name_th: str
    agency_type: AgencyType
    province_code: str
    valid_from: date
    valid_until: date | None = None
    successor_code: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None


def create_agency(facts: AgencyFacts, *, actor: Actor) -> int:
    """Add an agency and return its id.

    Raises NotAllowed('POWER_MISSING'), Conflict AGENCY_CODE_TAKEN, AGENCY_CODE_PROMISED; InvalidForm with all else that is wrong.
    """
    actor.require(Power.MANAGE_AGENCIES)
    with transaction(actor) as session:
        agency = Agency(has_entitlement_rights=True)
        _fill(session, agency, facts)
        session.add(agency)
        session.flush()
        detail = {"dla_code": agency.dla_code, "agency_type": agency.agency_type.value}
        record(session, actor, "create_agency", "agency", agency.id, agency_id=agency.id, detail=detail)
        return agency.id


def change_agency(agency_id: int, version: int, facts: AgencyFacts, *, actor: Actor) -> None:
    """Change an agency as it was at `version`; an upgrade keeps the row and changes its type and code.

    Raises as create_agency, and NotFound('AGENCY_NOT_FOUND'), Conflict('STALE'), Refused where two officers have to decide
    (`successions`): UPGRADE_BY_TWO where officials serve there as what the new type does not have, RIGHTS_REMAIN or
    SUCCESSION_DECIDES for an end.
    """
    actor.require(Power.MANAGE_AGENCIES)
    with transaction(actor) as session:
        agency = session.get(Agency, agency_id)
        if agency is None:
            raise NotFound("AGENCY_NOT_FOUND")
        if agency.version != version:
            raise Conflict("STALE")
        if facts.agency_type is not agency.agency_type and has_misplaced(session, agency, facts.agency_type):
            raise Refused("UPGRADE_BY_TWO", citation="spec 2.3", field="agency_type")
        before = {agency_id: end_of(agency)}
        _fill(session, agency, facts)
        for refusal in refused_ends(session, before, {agency.dla_code: agency}).values():
            raise refusal
        changed = sorted(attr.key for attr in sa.inspect(agency).attrs if attr.history.has_changes())
        record(session, actor, "change_agency", "agency", agency_id, agency_id=agency_id, detail={"changed": changed})


def renamed(agency_id: int, kind: AgencyType, starts_on: date) -> list[sa.ColumnElement[bool]]:
    """The own rights whose service has another name at an agency of this type: they last beyond the day, or may come back."""
    lasts = sa.or_(Entitlement.entitled_until.is_(None), Entitlement.entitled_until > starts_on)
    away = sa.and_(Entitlement.suspended, Entitlement.suspended_until.is_(None))
    return [
        Entitlement.agency_id == agency_id, Entitlement.relation == Relation.SELF, sa.not_(Entitlement.voided),
        Entitlement.personnel_type.in_(misplaced_at(kind)), sa.or_(lasts, away),
    ]  # fmt: skip


def has_misplaced(session: Session, agency: Agency, kind: AgencyType) -> bool:
    """Whether somebody has a right there from today on as what an agency of this type does not have."""
    with session.no_autoflush:
        today = bangkok_day(business_now(session))
        query = sa.select(Entitlement.id).where(*renamed(agency.id, kind, today))
        return agency.id is not None and session.scalar(query.limit(1)) is not None


def list_agencies(session: Session, *, agency_type: AgencyType | None = None) -> list[Agency]:
    """Every agency, or those of one type, ordered by code."""
    query = sa.select(Agency).order_by(Agency.dla_code)
    return list(session.scalars(query if agency_type is None else query.where(Agency.agency_type == agency_type)))


def find_by_code(session: Session, dla_code: str, *, field: str | None = None) -> Agency:
    """The agency of an eight-digit code; raises NotFound('AGENCY_NOT_FOUND')."""
    code = to_arabic_digits(dla_code).strip()
    agency = session.scalars(sa.select(Agency).where(Agency.dla_code == code)).one_or_none()
    if agency is None:
        raise NotFound("AGENCY_NOT_FOUND", field=field, dla_code=code)
    return agency


def _fill(session: Session, agency: Agency, facts: AgencyFacts) -> None:
    wrong = wrong_with(facts, knows_province=session.get(Province, facts.province_code) is not None)
    if wrong:
        raise wrong[0] if len(wrong) == 1 else InvalidForm(wrong)
    code = _code(facts)
    taken = session.scalars(sa.select(Agency.id).where(Agency.dla_code == code, Agency.id != (agency.id or 0))).first()
    if taken is not None:
        raise Conflict("AGENCY_CODE_TAKEN", field="dla_code", dla_code=code)
    if promised := promised_to_another(session, code, but=agency.id or 0):
        raise promised
    successor_id = _successor(session, agency, facts)
    agency.dla_code, agency.name_th, agency.agency_type = code, facts.name_th.strip(), facts.agency_type
    agency.province_code, agency.valid_from, agency.valid_until = (
        facts.province_code,
        facts.valid_from,
        facts.valid_until,
    )
    agency.address, agency.phone, agency.email = _blank(facts.address), _blank(facts.phone), _blank(facts.email)
    agency.successor_agency_id = successor_id


def promised_to_another(session: Session, code: str, *, but: int = 0, field: str = "dla_code") -> Conflict | None:
    """AGENCY_CODE_PROMISED for the code that an agency other than `but` takes by an open upgrade, else None."""
    query = (
        sa.select(Agency.name_th, Succession.starts_on)
        .join(Agency, Agency.id == Succession.agency_id)
        .where(Succession.new_code == code, Succession.agency_id != but, Succession.state.in_(OPEN))
    )
    with session.no_autoflush:
        found = session.execute(query.limit(1)).one_or_none()
    if found is None:
        return None
    return Conflict("AGENCY_CODE_PROMISED", field=field, dla_code=code, agency=found.name_th, on=found.starts_on)


def wrong_with(facts: AgencyFacts, *, knows_province: bool) -> list[PortalError]:
    """Everything that cannot be about an agency by itself, each at its field."""
    wrong: list[PortalError] = []
    code = _code(facts)
    if facts.province_code == BANGKOK or any(name in facts.name_th for name in EXCLUDED_NAMES):
        wrong.append(Refused("AGENCY_EXCLUDED", citation="seed 001", field="name_th"))
    if len(code) != CODE_LENGTH or not code.isdecimal() or not code.isascii():
        wrong.append(BadInput("AGENCY_CODE_SHAPE", field="dla_code", length=CODE_LENGTH))
    elif code[:2] != TYPE_DIGITS[facts.agency_type]:
        wrong.append(BadInput("AGENCY_CODE_TYPE", field="dla_code", digits=TYPE_DIGITS[facts.agency_type]))
    elif code[2:4] != facts.province_code:
        wrong.append(BadInput("AGENCY_CODE_PROVINCE", field="dla_code", digits=facts.province_code))
    if not knows_province:
        wrong.append(NotFound("PROVINCE_NOT_FOUND", field="province_code"))
    if not facts.name_th.strip():
        wrong.append(BadInput("REQUIRED", field="name_th"))
    for name, longest in _LENGTHS.items():
        if len(getattr(facts, name) or "") > longest:
            wrong.append(BadInput("TOO_LONG", field=name, longest=longest))
    if facts.valid_until is not None and facts.valid_until <= facts.valid_from:
        wrong.append(BadInput("PERIOD_EMPTY", field="valid_until"))
    return wrong


def _successor(session: Session, agency: Agency, facts: AgencyFacts) -> int | None:
    if not (facts.successor_code or "").strip():
        return None
    successor = find_by_code(session, facts.successor_code or "", field="successor_code")
    if successor.id == agency.id:
        raise BadInput("SUCCESSOR_ITSELF", field="successor_code")
    if facts.valid_until is None:
        raise BadInput("SUCCESSOR_WITHOUT_END", field="valid_until")
    return successor.id


def _code(facts: AgencyFacts) -> str:
    return to_arabic_digits(facts.dla_code).strip()


def _blank(text: Any) -> str | None:
    return (text or "").strip() or None
