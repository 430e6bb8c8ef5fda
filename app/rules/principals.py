"""ผู้มีสิทธิ: which personnel types exist at which agencies, and their NHSO sub-scheme codes (spec 2.4, seed 001, since 2018)."""

from app.domain.people import AgencyType, PersonnelType, Relation

CITATION = "spec 2.4"
_MUNICIPALITIES = frozenset(
    {AgencyType.CITY_MUNICIPALITY, AgencyType.TOWN_MUNICIPALITY, AgencyType.SUBDISTRICT_MUNICIPALITY}
)
_EVERYWHERE = frozenset(AgencyType)

AGENCY_TYPES_OF: dict[PersonnelType, frozenset[AgencyType]] = {
    PersonnelType.PAO_OFFICIAL: frozenset({AgencyType.PAO}),
    PersonnelType.MUNICIPAL_OFFICER: _MUNICIPALITIES,
    PersonnelType.TAO_OFFICER: frozenset({AgencyType.TAO}),
    PersonnelType.TRANSFERRED_TEACHER: _EVERYWHERE,
    PersonnelType.PERMANENT_EMPLOYEE: _EVERYWHERE,
    PersonnelType.POLITICAL_EXECUTIVE: _EVERYWHERE,
    PersonnelType.PENSIONER: _EVERYWHERE,
}

_OWN_CODE = {PersonnelType.POLITICAL_EXECUTIVE: "L5", PersonnelType.PENSIONER: "L3"}
_DEPENDENT_CODE = {"L1": "L2", "L3": "L4", "L5": "L6"}


def type_fits_agency(personnel_type: PersonnelType, agency_type: AgencyType) -> bool:
    """Whether officials of this type can serve at an agency of this type; no is TYPE_AGENCY_MISMATCH (spec 3.1)."""
    return agency_type in AGENCY_TYPES_OF[personnel_type]


def sub_scheme_code(personnel_type: PersonnelType, relation: Relation) -> str:
    """NHSO `sub_inscl`: L1/L3/L5 for the principal, L2/L4/L6 for his dependents (spec 2.4)."""
    own = _OWN_CODE.get(personnel_type, "L1")
    return own if relation is Relation.SELF else _DEPENDENT_CODE[own]
