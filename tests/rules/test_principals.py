"""Who is a principal: every worked case, each clause of the table, and that exactly one of them decides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.people import AgencyType, PersonnelType, Relation
from app.rules import principals
from app.rules.cases.principal import TOPIC
from app.rules.decision import OK
from app.rules.principals import OtherApplicant, OutsideAgency, PrincipalFacts, ServiceStatus
from tests.rules.case_files import answers_shuffled, differences, fails


def test_every_worked_case():
    assert differences(TOPIC) == []
    assert answers_shuffled(TOPIC, 7)


@pytest.mark.parametrize("left_out", principals.TABLE, ids=lambda rule: rule.clause.code)
def test_each_clause_has_a_case_that_fails_without_it(left_out, monkeypatch):
    monkeypatch.setattr(principals, "TABLE", tuple(rule for rule in principals.TABLE if rule is not left_out))
    assert fails(TOPIC)


applicants = st.builds(
    PrincipalFacts,
    agency_type=st.sampled_from([*AgencyType, *OutsideAgency]),
    personnel_type=st.none() | st.sampled_from(PersonnelType),
    applicant_kind=st.sampled_from([*PersonnelType, *OtherApplicant]),
    service_status=st.sampled_from(ServiceStatus),
)


@given(applicants)
def test_exactly_one_clause_decides(facts):
    decision = principals.decide(facts)
    assert len(decision.clauses) == 1
    assert decision.accepted == (decision.code == OK) == (decision.sub_scheme is not None)
    if decision.accepted:
        assert facts.service_status in (ServiceStatus.IN_SERVICE, ServiceStatus.PENSION)
        assert principals.type_fits_agency(facts.personnel_type, facts.agency_type)


def test_an_answer_says_why_and_holds_as_long_as_the_facts():
    facts = PrincipalFacts(AgencyType.TAO, None, OtherApplicant.DEPUTY_EXECUTIVE, ServiceStatus.IN_SERVICE)
    decision = principals.decide(facts)
    assert [clause.code for clause in decision.clauses] == ["PRINCIPAL_DEPUTY"]
    assert decision.clauses[0].citation == "ข้อกำหนดของทะเบียน ข้อ 3.1"
    assert (decision.facts, decision.missing, decision.holds_until) == (facts, (), None)


@pytest.mark.parametrize(
    ("personnel_type", "own", "family"),
    [
        (PersonnelType.PAO_OFFICIAL, "L1", "L2"),
        (PersonnelType.MUNICIPAL_OFFICER, "L1", "L2"),
        (PersonnelType.TAO_OFFICER, "L1", "L2"),
        (PersonnelType.TRANSFERRED_TEACHER, "L1", "L2"),
        (PersonnelType.PERMANENT_EMPLOYEE, "L1", "L2"),
        (PersonnelType.POLITICAL_EXECUTIVE, "L5", "L6"),
        (PersonnelType.PENSIONER, "L3", "L4"),
    ],
)
def test_the_family_has_the_code_that_follows_the_principals(personnel_type, own, family):
    assert principals.sub_scheme_code(personnel_type, Relation.SELF) == own
    for relation in set(Relation) - {Relation.SELF}:
        assert principals.sub_scheme_code(personnel_type, relation) == family


def test_which_personnel_an_agency_cannot_have():
    kinds = PersonnelType
    assert set(principals.misplaced_at(AgencyType.PAO)) == {kinds.MUNICIPAL_OFFICER, kinds.TAO_OFFICER}
    assert set(principals.misplaced_at(AgencyType.TAO)) == {kinds.MUNICIPAL_OFFICER, kinds.PAO_OFFICIAL}
    for town in set(AgencyType) - {AgencyType.PAO, AgencyType.TAO}:
        assert set(principals.misplaced_at(town)) == {kinds.PAO_OFFICIAL, kinds.TAO_OFFICER}
