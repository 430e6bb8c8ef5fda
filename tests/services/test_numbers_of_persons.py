"""Numbers of people without settled status: none begins an own right, a relative's waits for the registrar's note."""

from datetime import date

import pytest

from app.domain.errors import InvalidForm
from app.domain.people import PersonnelType, Relation, RequestStatus, RequestType
from app.models import ChangeRequest, RequestFlag
from app.services import approvals, change_requests, continuations, transfers
from app.services.continuations import ContinuationForm
from app.services.transfers import TransferForm
from tests.services.carried_families import approve, run_next_round
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import CHILD, FATHER, OWN, SPOUSE, Desk
from tests.services.test_approvals import by_sql, request, versions
from tests.services.test_change_requests import rows
from tests.services.test_changes_of_rights import change

UNSETTLED = (0, 6, 7)


@pytest.mark.parametrize("category", UNSETTLED)
def test_no_own_right_begins_under_such_a_number(people, category):
    with pytest.raises(InvalidForm) as refusal:
        change_requests.record(family(official(nid(1, category))), actor=people.clerk, submit=True)
    (error,) = refusal.value.errors
    assert (error.code, error.field) == ("PRINCIPAL_CATEGORY", "members-0-national_id")
    assert (error.facts["category"], error.facts["clause"]) == (category, "PRINCIPAL_NUMBER") and error.citation


@pytest.mark.parametrize("category", (3, 5, 8))
def test_citizens_and_residents_are_principals(people, category):
    change_requests.record(family(official(nid(1, category))), actor=people.clerk, submit=True)
    assert [r.status for r in rows(ChangeRequest)] == [RequestStatus.PENDING_APPROVAL]


@pytest.mark.parametrize("category", UNSETTLED)
def test_a_relative_waits_for_the_registrars_note(people, category):
    child = relative(Relation.CHILD, nid(2, category))
    own, his = change_requests.record(family(official(nid(1)), child), actor=people.clerk, submit=True).request_ids
    approve([own], people.registrar)
    (outcome,) = approvals.approve([his], actor=people.registrar, seen_versions=versions(his))
    assert outcome.error.code == "FLAGS_OPEN" and "NUMBER_WITHOUT_STATUS" in outcome.error.facts["clauses"]
    seen = outcome.error.facts["clauses"]
    (outcome,) = approvals.approve(
        [his], actor=people.registrar, seen_versions=versions(his), note="ตรวจบัตรแล้ว", seen_doubts={his: seen}
    )
    assert outcome.error is None
    run_next_round()
    assert request(his).status is RequestStatus.EFFECTIVE


@pytest.mark.parametrize("go", ["PENSION", "move", "change"])
def test_a_family_that_stands_under_such_numbers_goes_on(people, go):
    desk = Desk(people).family().at("2018-11-20 09:00")
    right, day = desk.right(OWN), date(2018, 11, 20)
    for nth, settled in enumerate((OWN, SPOUSE, FATHER, CHILD), start=1):  # as an earlier release took them
        by_sql("UPDATE person SET national_id = :now WHERE national_id = :was", now=nid(nth, 6), was=settled)
    if go == "change":
        ids = change(desk, OWN, right=right, first_name_th="ใหม่")
    elif go == "move":
        form = TransferForm(right.id, day, personnel_type=PersonnelType.TAO_OFFICER)
        ids = transfers.take_over([form], actor=people.other_clerk)[0].request_ids
    else:
        ids = continuations.go_on(ContinuationForm(right.id, RequestType[go], day), actor=people.clerk).request_ids
    desk.approve(ids, people.other_registrar if go == "move" else people.registrar)
    assert "NUMBER_WITHOUT_STATUS" not in {flag.clause for flag in rows(RequestFlag)}
    desk.at("2018-11-20 15:00")
    assert {request(one).status for one in ids} == {RequestStatus.EFFECTIVE}


def test_a_service_that_began_before_18_waits_for_the_registrars_note(people):
    young = official(nid(1), birth_date=date(2001, 1, 2), service_start_date=date(2018, 5, 1))
    (own,) = change_requests.record(family(young), actor=people.clerk, submit=True).request_ids
    (outcome,) = approvals.approve([own], actor=people.registrar, seen_versions=versions(own))
    assert (outcome.error.code, outcome.error.facts["clauses"]) == ("FLAGS_OPEN", ("SERVICE_UNDER_18",))
    approve([own], people.registrar, note="ตรวจคำสั่งบรรจุแล้ว")
    run_next_round()
    assert request(own).status is RequestStatus.EFFECTIVE
