"""ผู้มีสิทธิ: who is a principal, at which agencies, and with which NHSO sub-scheme code (spec 2.4, 3.1; seed 001, since 2018).

The first test that fails decides (spec 3.9).
"""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.people import AgencyType, PersonnelType, Relation
from app.rules import citations
from app.rules.decision import OK, Clause, Decision, Flag, Rule, first_that_applies

CITATION = "spec 2.4"


class OutsideAgency(StrEnum):
    """Employers whose officials have no right in this scheme."""

    BANGKOK = "BANGKOK"  # กรุงเทพมหานคร
    PATTAYA = "PATTAYA"  # เมืองพัทยา
    NOT_LGO = "NOT_LGO"  # not a local agency at all


class OtherApplicant(StrEnum):
    """Who may ask to be registered as principal without being of a personnel type."""

    CONTRACT_MISSION = "CONTRACT_MISSION"  # พนักงานจ้างตามภารกิจ
    CONTRACT_GENERAL = "CONTRACT_GENERAL"  # พนักงานจ้างทั่วไป
    COUNCIL_MEMBER = "COUNCIL_MEMBER"  # สมาชิกสภาท้องถิ่น
    DEPUTY_EXECUTIVE = "DEPUTY_EXECUTIVE"  # รองนายก ที่ปรึกษา เลขานุการ
    FORMER_OFFICIAL = "FORMER_OFFICIAL"  # อดีตข้าราชการ
    OTHER_OFFICIAL = "OTHER_OFFICIAL"  # ข้าราชการสังกัดอื่น


class ServiceStatus(StrEnum):
    """How the applicant stands to his service on the day."""

    IN_SERVICE = "IN_SERVICE"  # ปฏิบัติงาน
    SUSPENDED = "SUSPENDED"  # พักราชการ
    PENSION = "PENSION"  # รับเบี้ยหวัดบำนาญ
    LUMP_SUM = "LUMP_SUM"  # รับบำเหน็จ


@dataclass(frozen=True)
class PrincipalFacts:
    """Who asks, where, as what; `personnel_type` is None when no type of spec 2.4 was given."""

    agency_type: AgencyType | OutsideAgency
    personnel_type: PersonnelType | None
    applicant_kind: PersonnelType | OtherApplicant
    service_status: ServiceStatus


@dataclass(frozen=True, kw_only=True)
class PrincipalDecision(Decision):
    """Whether the person is a principal; `sub_scheme` is the NHSO code of his own right, None when he is not."""

    sub_scheme: str | None = None


@dataclass(frozen=True)
class TypeOfPersonnel:
    """One type of spec 2.4: at which agencies it exists, and the NHSO codes of the principal and of his family."""

    personnel_type: PersonnelType
    agency_types: frozenset[AgencyType]
    own_code: str
    family_code: str
    clause: Clause


_MUNICIPALITIES = frozenset(
    {AgencyType.CITY_MUNICIPALITY, AgencyType.TOWN_MUNICIPALITY, AgencyType.SUBDISTRICT_MUNICIPALITY}
)
_EVERYWHERE = frozenset(AgencyType)


def _named(code: str, says: str) -> Clause:
    return Clause(f"PRINCIPAL_{code}", says, citations.NHSO_PRINCIPALS)


TYPES = (
    TypeOfPersonnel(
        PersonnelType.PAO_OFFICIAL, frozenset({AgencyType.PAO}), "L1", "L2",
        _named("PAO_OFFICIAL", "An official of a provincial administrative organisation is a principal."),
    ),
    TypeOfPersonnel(
        PersonnelType.MUNICIPAL_OFFICER, _MUNICIPALITIES, "L1", "L2",
        _named("MUNICIPAL_OFFICER", "A municipal officer is a principal."),
    ),
    TypeOfPersonnel(
        PersonnelType.TAO_OFFICER, frozenset({AgencyType.TAO}), "L1", "L2",
        _named("TAO_OFFICER", "An officer of a subdistrict administrative organisation is a principal."),
    ),
    TypeOfPersonnel(
        PersonnelType.TRANSFERRED_TEACHER, _EVERYWHERE, "L1", "L2",
        _named("TRANSFERRED_TEACHER", "A teacher transferred to a local agency is a principal."),
    ),
    TypeOfPersonnel(
        PersonnelType.PERMANENT_EMPLOYEE, _EVERYWHERE, "L1", "L2",
        _named("PERMANENT_EMPLOYEE", "A permanent employee is a principal."),
    ),
    TypeOfPersonnel(
        PersonnelType.POLITICAL_EXECUTIVE, _EVERYWHERE, "L5", "L6",
        _named("POLITICAL_EXECUTIVE", "The chief executive of a local agency is a principal during the term."),
    ),
    TypeOfPersonnel(
        PersonnelType.PENSIONER, _EVERYWHERE, "L3", "L4",
        Clause("PRINCIPAL_PENSIONER", "Who draws a pension of a local agency is a principal.",
               citations.NHSO_START_AND_END),
    ),
)  # fmt: skip
_TYPE = {row.personnel_type: row for row in TYPES}
AGENCY_TYPES_OF: dict[PersonnelType, frozenset[AgencyType]] = {
    personnel_type: row.agency_types for personnel_type, row in _TYPE.items()
}


def misplaced_at(agency_type: AgencyType) -> tuple[PersonnelType, ...]:
    """The personnel types that do not exist at an agency of this type."""
    return tuple(one for one, kinds in AGENCY_TYPES_OF.items() if agency_type not in kinds)


def _has_no_type(facts: PrincipalFacts) -> bool:
    return facts.personnel_type is None or isinstance(facts.applicant_kind, OtherApplicant)


def _does_not_fit(facts: PrincipalFacts) -> bool:
    return facts.personnel_type is not None and facts.agency_type not in AGENCY_TYPES_OF[facts.personnel_type]


def _accepts(row: TypeOfPersonnel) -> Rule[PrincipalFacts]:
    return Rule(OK, row.clause, lambda facts: facts.personnel_type is row.personnel_type)


REFUSALS: tuple[Rule[PrincipalFacts], ...] = (
    Rule("AGENCY_EXCLUDED",
         Clause("PRINCIPAL_BANGKOK", "Officials of Bangkok are not in this scheme.", citations.NHSO_PRINCIPALS),
         lambda facts: facts.agency_type is OutsideAgency.BANGKOK),
    Rule("AGENCY_EXCLUDED",
         Clause("PRINCIPAL_PATTAYA", "Officials of Pattaya are not in this scheme.", citations.NHSO_PRINCIPALS),
         lambda facts: facts.agency_type is OutsideAgency.PATTAYA),
    Rule("NOT_LGO",
         Clause("PRINCIPAL_NOT_LGO", "Only officials of local agencies are principals.", citations.NHSO_PRINCIPALS),
         lambda facts: facts.agency_type is OutsideAgency.NOT_LGO),
    Rule("LUMP_SUM_RETIREE",
         Clause("PRINCIPAL_LUMP_SUM", "A lump sum instead of a pension ends the right.", citations.NHSO_START_AND_END),
         lambda facts: facts.service_status is ServiceStatus.LUMP_SUM),
    Rule("SUSPENDED",
         Clause("PRINCIPAL_SUSPENDED", "There is no right while suspended from service.", citations.NHSO_START_AND_END),
         lambda facts: facts.service_status is ServiceStatus.SUSPENDED),
    Rule("NOT_A_PRINCIPAL_TYPE",
         Clause("PRINCIPAL_DEPUTY", "The definition names chief executives only, not their deputies.",
                citations.REGISTER_PRINCIPALS, Flag.REVIEW),
         lambda facts: facts.applicant_kind is OtherApplicant.DEPUTY_EXECUTIVE),
    Rule("NOT_A_PRINCIPAL_TYPE",
         Clause("PRINCIPAL_NO_TYPE", "Contract staff, council members and former officials are not principals.",
                citations.NHSO_PRINCIPALS),
         _has_no_type),
    Rule("TYPE_AGENCY_MISMATCH",
         Clause("PRINCIPAL_TYPE_AGENCY", "The personnel type does not exist at this type of agency.",
                citations.REGISTER_PRINCIPALS),
         _does_not_fit),
)  # fmt: skip
TABLE = (*REFUSALS, *map(_accepts, TYPES))


def decide(facts: PrincipalFacts) -> PrincipalDecision:
    """Whether the person is a principal, else the refusal code of spec 3.9; the answer does not depend on the day."""
    rule = first_that_applies(TABLE, facts)
    own_code = None
    if rule.accepts and facts.personnel_type is not None:
        own_code = sub_scheme_code(facts.personnel_type, Relation.SELF)
    return PrincipalDecision(
        code=rule.code, accepted=rule.accepts, clauses=(rule.clause,), facts=facts, sub_scheme=own_code
    )


def type_fits_agency(personnel_type: PersonnelType, agency_type: AgencyType) -> bool:
    """Whether officials of this type can serve at an agency of this type; no is TYPE_AGENCY_MISMATCH (spec 3.1)."""
    return agency_type in AGENCY_TYPES_OF[personnel_type]


def sub_scheme_code(personnel_type: PersonnelType, relation: Relation) -> str:
    """NHSO `sub_inscl`: L1/L3/L5 for the principal, L2/L4/L6 for his dependents (spec 2.4)."""
    row = _TYPE[personnel_type]
    return row.own_code if relation is Relation.SELF else row.family_code
