"""A round looks again at the right that a request is about: each of its first questions finds what changed since the approval.

Where the verbs themselves would have said no before, the register is changed behind their back.
"""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.errors import InvalidForm
from app.domain.people import PersonnelType, RequestStatus, TerminationReason
from app.models import Entitlement
from app.models.database import db
from app.services import approvals, change_requests, endings
from tests.services.conftest import family, official
from tests.services.lifecycle_desk import OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.test_changes_of_rights import change

pytest_generate_tests = on_both(frozenset())
R = TerminationReason


@pytest.fixture
def desk(people) -> Desk:
    return Desk(people).family().at("2018-10-01 09:00")


def behind(desk: Desk, number: str, **values: Any) -> None:
    """The person's newest right becomes so without any verb."""
    rights = Entitlement.__table__
    with db.writer.begin() as connection:
        connection.execute(sa.update(rights).where(rights.c.id == desk.right(number).id).values(values))


def told(desk: Desk, request_id: int) -> tuple[str, str | None]:
    request = desk.request(request_id)
    return request.status.value, request.round_error and request.round_error.value


def back(desk: Desk, number: str) -> int:
    """The end of the person's right is taken back and approved."""
    (request_id,) = endings.take_back_end(desk.right(number).id, "แจ้งผิด", actor=desk.people.clerk).request_ids
    desk.approve([request_id])
    return request_id


def test_a_second_end_is_told_who_sent_the_first_and_when(desk):
    (first,) = desk.end(SPOUSE, R.DIVORCED, date(2018, 9, 28))
    with pytest.raises(InvalidForm) as refused:
        desk.end(SPOUSE, R.DIVORCED, date(2018, 9, 20))
    (told_of,) = (error for error in refused.value.errors if error.code == "CONFLICTING_REQUEST")
    request = desk.request(first)
    assert (told_of.facts["other_no"], told_of.facts["at"]) == (request.request_no, request.submitted_at)
    assert told_of.facts["officer"] not in ("", "–")


def test_an_end_of_what_has_ended_since_goes_back(desk):
    (end,) = desk.end(SPOUSE, R.DIVORCED, date(2018, 9, 28))
    desk.approve([end])
    behind(desk, SPOUSE, entitled_until=date(2018, 9, 20), termination_reason=R.DIVORCED)
    desk.at("2018-10-01 11:00")
    assert told(desk, end) == ("ROUND_ERROR", "TARGET_CHANGED")
    assert desk.right(SPOUSE).entitled_until == date(2018, 9, 20)


def test_an_end_that_stands_no_more_cannot_be_taken_back(desk):
    desk.approve(desk.end(SPOUSE, R.DIVORCED, date(2018, 9, 28))).at("2018-10-01 11:00")
    request_id = back(desk, SPOUSE)
    behind(desk, SPOUSE, entitled_until=None, termination_reason=None, ended_by_request_id=None)
    desk.at("2018-10-01 15:00")
    assert told(desk, request_id) == ("ROUND_ERROR", "TARGET_CHANGED")


def test_nobody_of_a_family_comes_back_to_a_principal_who_is_gone(desk):
    desk.approve(desk.end(SPOUSE, R.DIVORCED, date(2018, 9, 28))).at("2018-10-01 11:00")
    request_id = back(desk, SPOUSE)
    behind(desk, OWN, voided=True, voided_at=desk.right(OWN).effective_at)
    desk.at("2018-10-01 15:00")
    assert told(desk, request_id) == ("ROUND_ERROR", "PRINCIPAL_NOT_EFFECTIVE")
    assert desk.right(SPOUSE).entitled_until == date(2018, 9, 28)


def test_a_right_does_not_come_back_over_one_that_has_begun_since(desk):
    desk.approve(desk.end(OWN, R.RESIGNED_NO_PENSION, date(2018, 9, 20))).at("2018-10-01 11:00")
    ended = desk.right(OWN)
    people = desk.people
    there = official(
        OWN, service_start_date=date(2018, 9, 25), birth_date=date(1980, 1, 1), personnel_type=PersonnelType.TAO_OFFICER
    )
    ids = change_requests.record(family(there), actor=people.other_clerk, submit=True).request_ids
    desk.approve(ids, people.other_registrar).at("2018-10-01 15:00")
    assert desk.request(ids[0]).status is RequestStatus.EFFECTIVE
    desk.at("2018-10-02 09:00")
    (request_id,) = endings.take_back_end(ended.id, "แจ้งผิด", actor=people.clerk).request_ids
    desk.approve([request_id]).at("2018-10-02 11:00")
    assert told(desk, request_id) == ("ROUND_ERROR", "OWN_RIGHT_OVERLAP")


def test_a_move_of_what_has_ended_since_goes_back(desk):
    ids = desk.move(date(2018, 10, 1))
    desk.approve(ids, desk.people.other_registrar)
    behind(desk, OWN, entitled_until=date(2018, 9, 20), termination_reason=R.RESIGNED_NO_PENSION)
    desk.at("2018-10-01 11:00")
    assert told(desk, ids[0]) == ("ROUND_ERROR", "TARGET_CHANGED")
    assert {told(desk, i)[0] for i in ids} == {"ROUND_ERROR"} and desk.state(SPOUSE) == "ACTIVE"


def test_who_is_left_out_of_a_move_ends_with_it_where_he_was(desk):
    ids = desk.move(date(2018, 10, 1), left_behind={desk.right(SPOUSE).id: "หย่าแล้ว"})
    desk.approve(ids, desk.people.other_registrar).at("2018-10-01 11:00")
    here = desk.people.clerk.agency_id
    (left,) = desk.rights(SPOUSE)
    assert (left.agency_id, left.entitled_until, left.termination_reason) == (
        here,
        date(2018, 10, 1),
        R.PRINCIPAL_ENDED,
    )


def test_a_change_of_an_entry_that_moved_since_is_not_approved(desk):
    (request_id,) = change(desk, SPOUSE, last_name_th="ใหม่งาม")
    behind(desk, SPOUSE, version=desk.right(SPOUSE).version + 1)
    seen = {request_id: desk.request(request_id).version}
    (outcome,) = approvals.approve([request_id], actor=desk.people.registrar, seen_versions=seen)
    assert outcome.error is not None and outcome.error.code == "TARGET_CHANGED"


def test_a_change_of_an_entry_that_moved_since_its_approval_goes_back(desk):
    ids = change(desk, SPOUSE, last_name_th="ใหม่งาม")
    desk.approve(ids)
    behind(desk, SPOUSE, version=desk.right(SPOUSE).version + 1)
    desk.at("2018-10-01 11:00")
    assert told(desk, ids[0]) == ("ROUND_ERROR", "TARGET_CHANGED")
