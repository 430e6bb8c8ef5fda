"""Nobody leans on a principal whose own right neither stands nor waits: at submission, at approval, between agencies."""

from datetime import date

import pytest

from app.domain.errors import InvalidForm
from app.domain.people import PersonnelType, Relation
from app.services import approvals, change_requests
from tests.services.carried_families import in_effect
from tests.services.conftest import family, nid, official, relative
from tests.services.test_approvals import by_sql, request, versions
from tests.services.test_change_requests import codes


def mother_of(serial: int, **values):
    """A form that adds the mother to this principal."""
    return family(
        relative(Relation.MOTHER, nid(9), birth_date=date(1955, 1, 1)), principal_national_id=nid(serial), **values
    )


def approve(people, *ids: int) -> list[str | None]:
    outcomes = approvals.approve(ids, actor=people.registrar, seen_versions=versions(*ids))
    return [outcome.error.code if outcome.error else None for outcome in outcomes]


def test_a_dependent_is_not_submitted_before_the_principal(people):
    own = change_requests.record(family(official(nid(1))), actor=people.clerk)
    mum = change_requests.record(mother_of(1), actor=people.clerk)
    with pytest.raises(InvalidForm) as refused:
        change_requests.submit(mum.submission_no, actor=people.clerk)
    assert codes(refused.value) == {("members-0-national_id", "PRINCIPAL_NOT_SUBMITTED")}
    change_requests.submit(own.submission_no, actor=people.clerk)
    change_requests.submit(mum.submission_no, actor=people.clerk)
    assert approve(people, *own.request_ids, *mum.request_ids) == [None, None]


def test_a_dependent_is_not_approved_while_the_principal_is_back_with_the_clerk(people):
    form = family(official(nid(1)), relative(Relation.MOTHER, nid(9), birth_date=date(1955, 1, 1)))
    own, mum = change_requests.record(form, actor=people.clerk, submit=True).request_ids
    approvals.return_([own], "วันเริ่มผิด", actor=people.registrar, seen_versions=versions(own))
    assert approve(people, mum) == ["PRINCIPAL_NOT_SUBMITTED"]
    number = change_requests.correct(own, actor=people.clerk).submission_no
    assert approve(people, mum) == ["PRINCIPAL_NOT_SUBMITTED"]
    change_requests.submit(number, actor=people.clerk)
    assert approve(people, own, mum) == [None, None]


def test_a_request_to_void_the_principal_is_none_to_lean_on(people):
    (own,) = in_effect(official(nid(1)), clerk=people.clerk, registrar=people.registrar)
    by_sql("UPDATE entitlement SET entitled_until = '2016-01-01', version = version + 1")
    change_requests.report_error(own, "ผิดคน", actor=people.clerk)
    with pytest.raises(InvalidForm) as refused:
        change_requests.record(mother_of(1), actor=people.clerk, submit=True)
    assert [error.code for error in refused.value.errors] == ["PRINCIPAL_NOT_SUBMITTED"]


def test_neither_a_right_that_is_over_nor_one_at_another_agency_carries_a_family_here(people):
    in_effect(official(nid(1), service_start_date=date(2010, 1, 4)), clerk=people.clerk, registrar=people.registrar)
    by_sql("UPDATE entitlement SET entitled_until = '2013-01-01', version = version + 1")
    moved = official(nid(1), personnel_type=PersonnelType.PERMANENT_EMPLOYEE)
    in_effect(moved, clerk=people.other_clerk, registrar=people.other_registrar)
    with pytest.raises(InvalidForm) as refused:
        change_requests.record(mother_of(1), actor=people.clerk, submit=True)
    assert [error.code for error in refused.value.errors] == ["PRINCIPAL_NOT_SUBMITTED"]


def test_a_decision_holds_until_the_agency_ends(people):
    by_sql("UPDATE agency SET valid_until = '2030-10-01' WHERE id = :id", id=people.clerk.agency_id)
    (id_,) = change_requests.record(family(official(nid(1))), actor=people.clerk, submit=True).request_ids
    assert approve(people, id_) == [None]
    assert request(id_).holds_until == date(2030, 10, 1)
