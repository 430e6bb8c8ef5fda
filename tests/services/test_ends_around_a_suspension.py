"""A suspension beside another end of the same right: what was approved to end it is not lost, and ends nobody too early."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.errors import InvalidForm
from app.domain.people import PersonnelType, RequestType, TerminationReason
from app.models import ChangeRequest
from app.models.database import db
from app.services import approvals, change_requests, endings
from app.services.end_effects import taken_along
from app.services.invariants import findings
from app.services.transaction import reading
from tests.services.conftest import family, official
from tests.services.lifecycle_desk import CHILD, FATHER, OWN, SPOUSE, database, on_both  # noqa: F401 - a fixture
from tests.services.test_approvals import versions
from tests.services.test_changes_of_rights import change, desk  # noqa: F401 - a fixture

pytest_generate_tests = on_both(
    frozenset(
        {
            "test_a_pension_from_before_a_suspension_leaves_nobody_suspended",
            "test_a_retirement_that_outlived_a_suspension_can_be_taken_back",
        }
    )
)
FAMILY = (OWN, SPOUSE, FATHER, CHILD)
RETIRES = TerminationReason.RETIRED_LUMP_SUM
PENSION, BACK = RequestType.PENSION, RequestType.REINSTATE


def _suspended_then_ended(desk):  # noqa: F811 - a fixture
    """Away since the 12th, and gone for good on the 20th."""
    desk.family().at("2018-09-12 09:00").approve(desk.end(OWN, None, date(2018, 9, 12))).at("2018-09-12 15:00")
    desk.at("2018-09-21 09:00").approve(desk.end(OWN, RETIRES, date(2018, 9, 20))).at("2018-09-21 15:00")
    assert {desk.right(number).suspended_until for number in FAMILY} == {date(2018, 9, 20)}


def test_who_is_suspended_and_was_to_end_for_himself_later_ends_with_the_official(desk):  # noqa: F811 - a fixture
    """As the reports say that are laid one over the other: a taking back of either writes the same."""
    desk.family().at("2018-09-05 09:00").approve(desk.end(OWN, None, date(2018, 9, 5))).at("2018-09-05 15:00")
    desk.approve(desk.end(CHILD, TerminationReason.OTHER, date(2018, 9, 30), text="ศาลเพิกถอน")).at("2018-09-06 15:00")
    gone = desk.at("2018-09-20 09:00").end(OWN, TerminationReason.DISMISSED, date(2018, 9, 15))
    with reading(desk.people.registrar.scope) as session:
        taken = taken_along(session, [session.get_one(ChangeRequest, gone[0])])[gone[0]]
        assert CHILD in {one.person.national_id for one in taken}
    desk.approve(gone).at("2018-09-20 15:00")
    as_laid = [(one.suspended_until, one.termination_reason) for one in map(desk.right, (SPOUSE, CHILD))]
    assert as_laid == [(date(2018, 9, 15), TerminationReason.PRINCIPAL_ENDED)] * 2
    back = endings.take_back_end(desk.right(OWN).id, "ผิดคน", actor=desk.people.clerk)
    desk.approve(back.request_ids).at("2018-09-21 15:00")
    assert [desk.right(one).suspended_until for one in (SPOUSE, CHILD)] == [None, date(2018, 9, 30)]


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
    back = endings.take_back_end(desk.right(OWN).id, "ไม่ได้รับบำนาญ", actor=desk.people.clerk)
    assert len(back.request_ids) == 4  # the family comes back as it went along: one request each
    desk.approve(back.request_ids).at("2018-09-26 11:00")
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


def _retires_in_october_and_was_away(desk):  # noqa: F811 - a fixture
    """To retire on 1 October, suspended on 4 September, back on the 18th."""
    desk.family().at("2018-09-03 09:00").approve(desk.end(OWN, RETIRES, date(2018, 10, 1))).at("2018-09-03 15:00")
    desk.at("2018-09-04 09:00").approve(desk.end(OWN, None, date(2018, 9, 4))).at("2018-09-04 15:00")
    desk.at("2018-09-20 09:00").approve(desk.go_on(BACK, date(2018, 9, 18))).at("2018-09-20 15:00")


def test_a_change_after_the_return_leaves_the_retirement_that_was_approved(desk):  # noqa: F811 - a fixture
    _retires_in_october_and_was_away(desk)
    desk.at("2018-09-21 09:00").approve(change(desk, OWN, last_name_th="ใหม่งาม")).at("2018-09-21 15:00")
    assert desk.right(OWN).person.last_name_th == "ใหม่งาม"
    assert desk.last_days() == {date(2018, 10, 1)}


def test_a_pension_on_the_day_of_the_retirement_takes_the_family_of_who_was_back(desk):  # noqa: F811 - a fixture
    _retires_in_october_and_was_away(desk)
    desk.at("2018-09-24 09:00").approve(desk.go_on(PENSION, date(2018, 10, 1))).at("2018-10-02 15:00")
    assert desk.states() == ["ACTIVE"] * 4
    assert desk.last_days() == {None, date(2032, 1, 1)}


def test_who_was_to_retire_moves_no_more_after_the_return_than_before(desk):  # noqa: F811 - a fixture
    _retires_in_october_and_was_away(desk)
    with pytest.raises(InvalidForm) as refused:
        desk.at("2018-09-24 09:00").move(date(2018, 9, 25))
    assert {one.code for one in refused.value.errors} == {"ENDED_THERE"}


def test_a_retirement_that_outlived_a_suspension_can_be_taken_back(desk):  # noqa: F811 - a fixture
    _retires_in_october_and_was_away(desk)
    assert desk.right(OWN).termination_reason is RETIRES
    back = endings.take_back_end(desk.right(OWN).id, "ไม่ได้เกษียณ", actor=desk.people.clerk)
    desk.approve(back.request_ids).at("2018-09-22 15:00")
    assert desk.last_days() == {None, date(2032, 1, 1)}
    away = desk.rights(OWN)[0]
    assert (away.suspended, away.suspended_until, away.termination_reason) == (True, date(2018, 9, 18), None)
    with db.engine.connect() as connection:
        assert [(one.invariant.code, one.examples) for one in findings(connection) if one.count] == []


def test_nobody_is_back_on_duty_after_he_has_retired(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-03 09:00").approve(desk.end(OWN, RETIRES, date(2018, 10, 1))).at("2018-09-03 15:00")
    desk.at("2018-09-04 09:00").approve(desk.end(OWN, None, date(2018, 9, 4))).at("2018-09-04 15:00")
    with pytest.raises(InvalidForm) as refused:
        desk.at("2018-10-05 09:00").go_on(BACK, date(2018, 10, 1))
    assert [(one.code, one.facts["until"]) for one in refused.value.errors] == [
        ("ENDED_WHILE_SUSPENDED", date(2018, 10, 1))
    ]


def test_a_pension_on_the_day_of_the_suspension_leaves_nobody_suspended(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-12 09:00").approve(desk.end(OWN, None, date(2018, 9, 12))).at("2018-09-12 15:00")
    desk.at("2018-09-24 09:00").approve(desk.go_on(PENSION, date(2018, 9, 12))).at("2018-09-24 15:00")
    assert desk.states() == ["ACTIVE"] * 4
    for number in FAMILY:
        old, new = desk.rights(number)
        assert (old.entitled_until, old.suspended) == (date(2018, 9, 12), False)
        assert old.state_on(date(2018, 9, 20), new.effective_at) == "ENDED"


def test_whom_the_registrar_leaves_out_of_such_a_pension_is_suspended_no_more(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-12 09:00").approve(desk.end(OWN, None, date(2018, 9, 12))).at("2018-09-12 15:00")
    ids = desk.at("2018-09-24 09:00").go_on(PENSION, date(2018, 9, 12))
    childs = next(i for i in ids if desk.request(i).target_entitlement_id == desk.right(CHILD).id)
    approvals.reject([childs], "ไม่ใช่บุตร", actor=desk.people.registrar, seen_versions=versions(childs))
    desk.approve([i for i in ids if i != childs]).at("2018-09-24 15:00")
    assert desk.states() == ["ACTIVE", "ACTIVE", "ACTIVE", "ENDED"]


def test_a_pension_from_after_the_suspension_says_that_he_is_suspended(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-12 09:00").approve(desk.end(OWN, None, date(2018, 9, 12))).at("2018-09-12 15:00")
    with pytest.raises(InvalidForm) as refused:
        desk.at("2018-10-01 09:00").go_on(PENSION, date(2018, 10, 1))
    codes = {one.code for one in refused.value.errors}
    assert "SUSPENDED_HERE" in codes and "ENDED_THERE" not in codes


def test_who_was_suspended_and_has_ended_is_not_suspended_anew(desk):  # noqa: F811 - a fixture
    """A suspension from an earlier day would have opened the way back to who had resigned."""
    _suspended_then_ended(desk)
    with pytest.raises(InvalidForm) as refused:
        desk.end(OWN, None, date(2018, 9, 11))
    assert [error.code for error in refused.value.errors] == ["ALREADY_SUSPENDED"]


def test_of_two_suspensions_the_one_after_the_end_goes_back(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-12 09:00")
    again = desk.end(OWN, None, date(2018, 9, 11))
    desk.approve(again)
    gone = (
        "UPDATE entitlement SET entitled_until = '2018-09-12', suspended = TRUE, suspended_until = '2018-09-20',"
        " termination_reason = 'OTHER' WHERE relation = 'SELF'"
    )
    with db.writer.begin() as connection:  # as an older release let it wait
        connection.execute(sa.text(gone))
    desk.at("2018-09-12 11:00")
    assert desk.request(again[0]).round_error == "TARGET_CHANGED"
    assert desk.right(OWN).suspended_until == date(2018, 9, 20)


def test_who_serves_elsewhere_is_suspended_until_then_for_as_long_as_that_entry_stands(desk):  # noqa: F811 - a fixture
    """And his family with him; another first day there is another last day here."""
    desk.family().at("2018-09-04 09:00").approve(desk.end(OWN, None, date(2018, 9, 4))).at("2018-09-04 15:00")
    there, by = desk.people.other_clerk, desk.people.other_registrar
    anew = official(OWN, birth_date=date(1980, 1, 1), service_start_date=date(2018, 9, 20),
                    personnel_type=PersonnelType.TAO_OFFICER)  # fmt: skip
    ids = change_requests.record(family(anew), actor=there, submit=True).request_ids
    desk.approve(ids, by).at("2018-09-05 15:00")
    until = [{desk.rights(number)[0].suspended_until for number in FAMILY}]
    desk.approve(change(desk, OWN, clerk=there, service_start_date=date(2018, 9, 22)), by).at("2018-09-06 15:00")
    until.append({desk.rights(number)[0].suspended_until for number in FAMILY})
    wrong = change_requests.report_error(desk.right(OWN).id, "บันทึกผิด", actor=there)
    desk.approve(wrong.request_ids, by).at("2018-09-07 15:00")
    assert until == [{date(2018, 9, 20)}, {date(2018, 9, 22)}]
    assert desk.states() == ["SUSPENDED"] * 4 and {desk.right(number).suspended_until for number in FAMILY} == {None}


def test_ends_of_their_own_while_the_official_is_suspended_are_no_break_after_the_return(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-05 09:00").approve(desk.end(OWN, None, date(2018, 9, 5))).at("2018-09-05 15:00")
    desk.approve(desk.end(SPOUSE, TerminationReason.DIVORCED, date(2018, 9, 3)))
    desk.approve(desk.end(CHILD, TerminationReason.OTHER, date(2018, 9, 8), text="ศาล")).at("2018-09-10 15:00")
    desk.approve(desk.go_on(BACK, date(2018, 9, 18))).at("2018-09-20 15:00")
    with db.engine.connect() as connection:
        assert [(one.invariant.code, one.examples) for one in findings(connection) if one.count] == []
