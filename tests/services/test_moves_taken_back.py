"""A transfer that was recorded in error: the new agency voids its entry, then the old one takes the end back for everybody."""

from datetime import date

import pytest

from app.domain.errors import InvalidForm, Refused
from app.domain.people import RequestStatus, RequestType, TerminationReason
from app.models.database import db
from app.services import change_requests, endings
from app.services.endings import EndForm
from app.services.invariants import findings
from tests.services import rights_differences
from tests.services.lifecycle_desk import CHILD, FATHER, OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture

pytest_generate_tests = on_both(
    frozenset({"test_a_move_in_error_is_voided_there_and_taken_back_here_for_the_whole_family"})
)
FAMILY = (OWN, SPOUSE, FATHER, CHILD)


@pytest.fixture
def desk(people) -> Desk:
    return Desk(people)


def test_a_move_in_error_is_voided_there_and_taken_back_here_for_the_whole_family(desk):
    desk.family().at("2018-11-01 09:00")
    before = {number: desk.right(number).entitled_until for number in FAMILY}
    ids = desk.move(date(2018, 10, 15), left_behind={desk.right(FATHER).id: "อยู่กับบุตรคนอื่น"})
    desk.approve(ids, desk.people.other_registrar).at("2018-11-01 11:00")
    old, new = desk.rights(OWN)
    with pytest.raises(Refused, match="MOVE_STANDS"):
        endings.take_back_end(old.id, "ย้ายผิดคน", actor=desk.people.clerk)
    wrong = change_requests.report_error(new.id, "รับย้ายผิดคน", actor=desk.people.other_clerk)
    desk.approve(wrong.request_ids, desk.people.other_registrar).at("2018-11-01 15:00")
    assert desk.states() == ["ENDED"] * 4
    back = endings.take_back_end(old.id, "ย้ายผิดคน", actor=desk.people.clerk)
    assert len(back.request_ids) == 3  # he, his wife and the child; the father's end came of his request
    desk.approve(back.request_ids).at("2018-11-02 11:00")
    assert {desk.request(one).status for one in back.request_ids} == {RequestStatus.EFFECTIVE}
    assert desk.states() == ["ACTIVE"] * 4
    assert {number: desk.right(number).entitled_until for number in FAMILY} == before
    assert {len(desk.rights(number)) for number in FAMILY} == {1}


def _moved(desk: Desk) -> Desk:
    desk.family().at("2018-11-01 09:00").approve(desk.move(date(2018, 10, 15)), desk.people.other_registrar)
    return desk.at("2018-11-01 11:00")


def _voided(desk: Desk, right_id: int, when: str) -> Desk:
    wrong = change_requests.report_error(right_id, "รับย้ายผิดคน", actor=desk.people.other_clerk)
    return desk.approve(wrong.request_ids, desk.people.other_registrar).at(when)


def _whole() -> bool:
    with db.engine.connect() as connection:
        found = [(one.invariant.code, one.examples) for one in findings(connection) if one.count]
    assert [*found, *rights_differences.differences()] == []
    return True


def test_a_child_whose_end_is_approved_first_is_nobody_left_unseen(desk):
    """Random lives, 24 November 2026: what the history tells anew is what the register says, also of the official."""
    old, new = _moved(desk).rights(OWN)
    _voided(desk, new.id, "2018-11-01 15:00")
    ids = endings.take_back_end(old.id, "ย้ายผิดคน", actor=desk.people.clerk).request_ids
    (of_child,) = [one for one in ids if desk.request(one).proposal.national_id == CHILD]
    desk.approve([of_child]).at("2018-11-02 11:00")
    assert desk.states() == ["ENDED"] * 4 and _whole()
    desk.approve([one for one in ids if one != of_child]).at("2018-11-02 15:00")
    assert desk.states() == ["ACTIVE"] * 4 and _whole()


def test_a_divorce_from_before_a_move_is_told_once_the_wifes_entry_there_is_void(desk):
    """Her end by the move is taken back alone: her right here ends with the official's then, and may end before it."""
    divorce = EndForm(_moved(desk).rights(SPOUSE)[0].id, TerminationReason.DIVORCED, date(2018, 10, 1))
    with pytest.raises(InvalidForm) as refused:
        endings.report_end(divorce, actor=desk.people.clerk)
    assert [one.code for one in refused.value.errors] == ["ENDED_BY_MOVE"]
    with pytest.raises(Refused, match="MOVE_STANDS"):
        endings.take_back_end(divorce.entitlement_id, "หย่าก่อนย้าย", actor=desk.people.clerk)
    _voided(desk, desk.rights(SPOUSE)[1].id, "2018-11-01 15:00")
    back = endings.take_back_end(divorce.entitlement_id, "หย่าก่อนย้าย", actor=desk.people.clerk)
    desk.approve(back.request_ids).at("2018-11-02 11:00")
    (wife,) = desk.rights(SPOUSE)
    assert (wife.entitled_until, wife.termination_reason) == (date(2018, 10, 15), TerminationReason.PRINCIPAL_ENDED)
    assert desk.rights(OWN)[0].entitled_until == date(2018, 10, 15) and _whole()
    desk.approve(endings.report_end(divorce, actor=desk.people.clerk).request_ids).at("2018-11-02 15:00")
    assert desk.right(SPOUSE).entitled_until == date(2018, 10, 1)
    assert desk.states() == ["ACTIVE", "ENDED", "ACTIVE", "ACTIVE"] and _whole()


def test_a_move_stands_also_where_the_official_has_left_there_since(desk):
    """Until now the round alone refused it, after four eyes had agreed."""
    old, new = _moved(desk).rights(OWN)
    left = EndForm(new.id, TerminationReason.RESIGNED_NO_PENSION, date(2018, 10, 25))
    resigned = endings.report_end(left, actor=desk.people.other_clerk).request_ids
    desk.approve(resigned, desk.people.other_registrar).at("2018-11-01 15:00")
    for right in (desk.rights(CHILD)[0], old):
        with pytest.raises(Refused, match="MOVE_STANDS"):
            endings.take_back_end(right.id, "ย้ายผิดคน", actor=desk.people.clerk)


def test_a_childs_move_is_taken_back_beneath_the_officials_death(desk):
    """Random lives, 24 November 2026: the death is the official's and stays, in the register and in the history told anew."""
    here = _moved(desk).rights(OWN)[0]
    died = EndForm(here.id, TerminationReason.DECEASED, date(2018, 9, 30))
    desk.approve(endings.report_end(died, actor=desk.people.clerk).request_ids).at("2018-11-01 15:00")
    back = endings.take_back_end(desk.right(CHILD).id, "ไม่ได้ย้าย", actor=desk.people.clerk)
    desk.approve(back.request_ids).at("2018-11-02 11:00")
    assert {desk.right(one).entitled_until for one in (OWN, CHILD)} == {date(2018, 10, 1)} and _whole()


def test_a_pension_in_error_is_taken_back_for_the_whole_family(desk):
    """Also for the child, who was to begin only after the pension: nothing of the old right was left to ask for."""
    desk.family(child_born=date(2018, 8, 20)).at("2018-09-10 09:00")
    before = {number: (desk.right(number).entitled_from, desk.right(number).entitled_until) for number in FAMILY}
    desk.approve(desk.go_on(RequestType.PENSION, date(2018, 8, 1))).at("2018-09-10 15:00")
    old, new = desk.rights(OWN)
    assert len(desk.rights(CHILD)) == 1
    with pytest.raises(Refused, match="PENSION_STANDS"):
        endings.take_back_end(old.id, "ไม่ได้รับบำนาญ", actor=desk.people.clerk)
    wrong = change_requests.report_error(new.id, "บันทึกผิด", actor=desk.people.clerk)
    desk.approve(wrong.request_ids).at("2018-09-11 15:00")
    back = endings.take_back_end(old.id, "ไม่ได้รับบำนาญ", actor=desk.people.clerk)
    assert len(back.request_ids) == 3
    desk.approve(back.request_ids).at("2018-09-12 15:00")
    assert {
        number: (desk.right(number).entitled_from, desk.right(number).entitled_until) for number in FAMILY
    } == before
    assert {len(desk.rights(number)) for number in FAMILY} == {1}
    with db.engine.connect() as connection:
        assert [(one.invariant.code, one.examples) for one in findings(connection) if one.count] == []


def test_who_stayed_behind_by_a_death_that_is_taken_back_later_is_nobody_left_unseen(desk):
    desk.family().at("2018-11-01 09:00")
    desk.approve(desk.end(CHILD, TerminationReason.DECEASED, date(2018, 10, 1))).at("2018-11-01 11:00")
    desk.at("2018-11-02 09:00").approve(desk.move(date(2018, 10, 15)), desk.people.other_registrar)
    desk.at("2018-11-02 11:00").at("2018-11-03 09:00")
    back = endings.take_back_end(desk.right(CHILD).id, "ชื่อเหมือน", actor=desk.people.clerk)
    desk.approve(back.request_ids).at("2018-11-03 15:00")
    assert desk.right(CHILD).entitled_until == date(
        2018, 10, 15
    )  # with the father's right, who has moved without the child
    with db.engine.connect() as connection:
        assert [(one.invariant.code, one.examples) for one in findings(connection) if one.count] == []
