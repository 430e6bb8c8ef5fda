"""A suspension beside another end of the same right: what was approved to end it is not lost, and ends nobody too early."""

from datetime import date

from app.domain.people import RequestType, TerminationReason
from app.services import change_requests, endings
from tests.services.lifecycle_desk import CHILD, FATHER, OWN, SPOUSE, database, on_both  # noqa: F401 - a fixture
from tests.services.test_changes_of_rights import desk  # noqa: F401 - a fixture

pytest_generate_tests = on_both(frozenset({"test_a_pension_from_before_a_suspension_leaves_nobody_suspended"}))
FAMILY = (OWN, SPOUSE, FATHER, CHILD)
RETIRES = TerminationReason.RETIRED_LUMP_SUM
PENSION, BACK = RequestType.PENSION, RequestType.REINSTATE


def _suspended_then_ended(desk):  # noqa: F811 - a fixture
    """Away since the 12th, and gone for good on the 20th."""
    desk.family().at("2018-09-12 09:00").approve(desk.end(OWN, None, date(2018, 9, 12))).at("2018-09-12 15:00")
    desk.at("2018-09-21 09:00").approve(desk.end(OWN, RETIRES, date(2018, 9, 20))).at("2018-09-21 15:00")
    assert {desk.right(number).suspended_until for number in FAMILY} == {date(2018, 9, 20)}


def test_a_pension_from_before_a_suspension_leaves_nobody_suspended(desk):  # noqa: F811 - a fixture
    _suspended_then_ended(desk)
    desk.at("2018-09-24 09:00").approve(desk.go_on(PENSION, date(2018, 9, 10))).at("2018-09-24 15:00")
    assert desk.states() == ["ACTIVE"] * 4
    for number in FAMILY:
        old, new = desk.rights(number)
        assert (old.entitled_until, old.suspended, old.suspended_until) == (date(2018, 9, 10), False, None)
        assert old.state_on(date(2018, 9, 15), new.effective_at) == "ENDED"
        assert new.entitled_until == (date(2032, 1, 1) if number == CHILD else None)


def test_a_pension_that_is_taken_back_leaves_the_end_before_it_for_good(desk):  # noqa: F811 - a fixture
    _suspended_then_ended(desk)
    desk.at("2018-09-24 09:00").approve(desk.go_on(PENSION, date(2018, 9, 10))).at("2018-09-24 15:00")
    wrong = change_requests.report_error(desk.right(OWN).id, "บันทึกผิด", actor=desk.people.clerk)
    desk.approve(wrong.request_ids)
    desk.at("2018-09-25 15:00")
    for number, at in zip(FAMILY, ("26 11", "26 15", "27 11", "27 15"), strict=True):
        back = endings.take_back_end(desk.right(number).id, "ไม่ได้รับบำนาญ", actor=desk.people.clerk)
        desk.approve(back.request_ids).at(f"2018-09-{at}:00")
    for number in FAMILY:
        (right,) = desk.rights(number)
        assert (right.entitled_until, right.suspended_until) == (date(2018, 9, 12), date(2018, 9, 20))
    assert desk.right(OWN).termination_reason is RETIRES


def test_who_was_to_retire_retires_after_the_return_from_a_suspension(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-03 09:00").approve(desk.end(OWN, RETIRES, date(2018, 10, 1))).at("2018-09-03 15:00")
    desk.at("2018-09-04 09:00").approve(desk.end(OWN, None, date(2018, 9, 4))).at("2018-09-04 15:00")
    desk.at("2018-09-20 09:00").approve(desk.go_on(BACK, date(2018, 9, 18))).at("2018-09-20 15:00")
    assert desk.states() == ["ACTIVE"] * 4
    assert desk.last_days() == {date(2018, 10, 1)}


def test_a_pension_takes_the_place_of_an_end_that_a_suspension_came_before(desk):  # noqa: F811 - a fixture
    """He was to retire in October, was suspended in September, and has drawn a pension since before both."""
    desk.family().at("2018-09-03 09:00").approve(desk.end(OWN, RETIRES, date(2018, 10, 1))).at("2018-09-03 15:00")
    desk.at("2018-09-04 09:00").approve(desk.end(OWN, None, date(2018, 9, 4))).at("2018-09-04 15:00")
    desk.at("2018-09-20 09:00").approve(desk.go_on(PENSION, date(2018, 9, 2))).at("2018-09-20 15:00")
    assert desk.last_days() == {None, date(2032, 1, 1)}


def test_a_divorce_that_is_known_ends_a_pension_taken_up_over_a_suspension(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-10 09:00")
    desk.approve(desk.end(SPOUSE, TerminationReason.DIVORCED, date(2018, 9, 8))).at("2018-09-10 15:00")
    desk.at("2018-09-11 09:00").approve(desk.end(OWN, None, date(2018, 9, 6))).at("2018-09-11 15:00")
    desk.at("2018-09-12 09:00").approve(desk.go_on(PENSION, date(2018, 9, 4))).at("2018-09-12 15:00")
    assert desk.right(SPOUSE).entitled_until == date(2018, 9, 8)
    assert desk.right(OWN).entitled_until is None


def test_a_pension_before_an_end_that_was_approved_takes_the_child_along(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-20 09:00").approve(desk.end(OWN, RETIRES, date(2018, 10, 5))).at("2018-09-20 15:00")
    desk.at("2018-09-21 09:00").approve(desk.go_on(PENSION, date(2018, 10, 1))).at("2018-10-02 15:00")
    assert desk.states() == ["ACTIVE"] * 4
    assert desk.last_days() == {None, date(2032, 1, 1)}
