"""principal_cases: is this person a principal, and with which sub-scheme code (spec 3.1)?"""

from app.domain.people import AgencyType, PersonnelType
from app.rules import principals
from app.rules.cases.topic import (
    FOR_PEOPLE,
    NOTHING,
    Row,
    Topic,
    code_in,
    codes_cell,
    optional_code_in,
    required_day_in,
    row_by_row,
    yes_cell,
)
from app.rules.principals import OtherApplicant, OutsideAgency, PrincipalFacts, ServiceStatus


def _agency_type(row: Row) -> AgencyType | OutsideAgency:
    try:
        return OutsideAgency(row["agency_type"])
    except ValueError:
        return code_in(row, "agency_type", AgencyType)


def _applicant_kind(row: Row) -> PersonnelType | OtherApplicant:
    try:
        return OtherApplicant(row["applicant_kind"])
    except ValueError:
        return code_in(row, "applicant_kind", PersonnelType)


def _decide(row: Row) -> Row:
    required_day_in(row, "on_date")
    decision = principals.decide(
        PrincipalFacts(
            agency_type=_agency_type(row),
            personnel_type=optional_code_in(row, "personnel_type", PersonnelType),
            applicant_kind=_applicant_kind(row),
            service_status=code_in(row, "service_status", ServiceStatus),
        )
    )
    return {
        "expected_principal": yes_cell(decision.accepted),
        "expected_reason": decision.code,
        "expected_sub_inscl": decision.sub_scheme or NOTHING,
        "expected_flags": codes_cell(decision.flags),
    }


TOPIC = Topic(
    name="principal_cases",
    inputs=("agency_type", "personnel_type", "applicant_kind", "service_status", "on_date"),
    expected=("expected_principal", "expected_reason", "expected_sub_inscl", "expected_flags"),
    decide=row_by_row(_decide),
    ignored=FOR_PEOPLE | {"person_description_th"},
)
