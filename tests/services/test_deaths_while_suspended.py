"""A death of whoever is suspended while an end or a return to come is known: it is told on the entry that stopped."""

from datetime import date

import pytest

from app.domain.errors import InvalidForm
from app.domain.people import RequestType, TerminationReason
from app.models.database import db
from app.services import endings
from app.services.endings import EndForm
from app.services.invariants import findings
from tests.services.lifecycle_desk import CHILD, FATHER, OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.test_changes_of_rights import desk  # noqa: F401 - a fixture

pytest_generate_tests = on_both(
    frozenset(
        {
            "test_a_death_before_the_end_that_is_announced_comes_first",
            "test_a_death_before_the_return_that_is_announced_leaves_no_return",
        }
    )
)
R = TerminationReason
FAMILY = (OWN, SPOUSE, FATHER, CHILD)


def _suspended(desk: Desk) -> Desk:  # noqa: F811 - a fixture
    """The official, with his family, since 12 September."""
    desk.family().at("2018-09-12 09:00").approve(desk.end(OWN, None, date(2018, 9, 12))).at("2018-09-12 15:00")
    return desk.at("2018-09-20 09:00")


def _died(desk: Desk, number: str, day: date) -> tuple[int, ...]:  # noqa: F811 - a fixture
    """Reported on the person's first entry."""
    return endings.report_end(EndForm(desk.rights(number)[0].id, R.DECEASED, day), actor=desk.people.clerk).request_ids


def _nothing_odd() -> None:
    with db.engine.connect() as connection:
        assert [found.invariant.code for found in findings(connection) if found.count] == []


def test_a_death_before_the_end_that_is_announced_comes_first(desk):  # noqa: F811 - a fixture
    _suspended(desk).approve(desk.end(OWN, R.RESIGNED_NO_PENSION, date(2018, 10, 1))).at("2018-09-20 15:00")
    desk.at("2018-09-22 09:00").approve(_died(desk, OWN, date(2018, 9, 21))).at("2018-09-22 15:00")
    assert desk.right(OWN).termination_reason is R.DECEASED
    assert {(one.entitled_until, one.suspended_until) for one in map(desk.right, FAMILY)} == {
        (date(2018, 9, 12), date(2018, 9, 22))
    }
    assert desk.right(OWN).person.death_date == date(2018, 9, 21)
    _nothing_odd()


def test_a_death_before_the_return_that_is_announced_leaves_no_return(desk):  # noqa: F811 - a fixture
    _suspended(desk).approve(desk.go_on(RequestType.REINSTATE, date(2018, 10, 1))).at("2018-09-20 15:00")
    assert [len(desk.rights(number)) for number in FAMILY] == [2] * 4
    desk.at("2018-09-22 09:00").approve(_died(desk, OWN, date(2018, 9, 21))).at("2018-09-22 15:00")
    for number in FAMILY:
        (right,) = desk.rights(number)
        assert (right.entitled_until, right.suspended_until) == (date(2018, 9, 12), date(2018, 9, 22))
    _nothing_odd()
    desk.at("2018-10-02 09:00")
    assert desk.states() == ["ENDED"] * 4


def test_a_death_on_the_last_day_before_the_return_leaves_no_return(desk):  # noqa: F811 - a fixture
    _suspended(desk).approve(desk.go_on(RequestType.REINSTATE, date(2018, 9, 22))).at("2018-09-20 15:00")
    desk.at("2018-09-22 09:00").approve(_died(desk, OWN, date(2018, 9, 21))).at("2018-09-22 15:00")
    assert [len(desk.rights(number)) for number in FAMILY] == [1] * 4
    assert desk.states() == ["ENDED"] * 4
    _nothing_odd()


def test_a_relatives_death_before_the_return_leaves_only_him_without(desk):  # noqa: F811 - a fixture
    _suspended(desk).approve(desk.go_on(RequestType.REINSTATE, date(2018, 10, 1))).at("2018-09-20 15:00")
    desk.at("2018-09-22 09:00").approve(_died(desk, FATHER, date(2018, 9, 21))).at("2018-10-02 15:00")
    assert desk.states() == ["ACTIVE", "ACTIVE", "ENDED", "ACTIVE"]
    _nothing_odd()


def test_a_death_taken_back_leaves_the_return_as_it_was(desk):  # noqa: F811 - a fixture
    _suspended(desk).approve(desk.go_on(RequestType.REINSTATE, date(2018, 10, 1))).at("2018-09-20 15:00")
    desk.at("2018-09-22 09:00").approve(_died(desk, OWN, date(2018, 9, 21))).at("2018-09-22 15:00")
    back = endings.take_back_end(desk.rights(OWN)[0].id, "ผิดคน", actor=desk.people.clerk)
    desk.approve(back.request_ids).at("2018-10-02 15:00")
    assert desk.states() == ["ACTIVE"] * 4
    _nothing_odd()


def test_a_death_after_the_end_or_the_return_is_not_told_on_the_entry_that_stopped(desk):  # noqa: F811 - a fixture
    _suspended(desk).approve(desk.go_on(RequestType.REINSTATE, date(2018, 9, 15))).at("2018-09-20 15:00")
    with pytest.raises(InvalidForm) as refused:
        _died(desk, OWN, date(2018, 9, 18))
    assert {one.code for one in refused.value.errors} == {"ALREADY_ENDED"}


def test_a_death_after_the_end_that_lay_beneath_a_suspension(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-03 09:00").approve(desk.end(OWN, R.RETIRED_LUMP_SUM, date(2018, 10, 1)))
    desk.at("2018-09-04 09:00").approve(desk.end(OWN, None, date(2018, 9, 4))).at("2018-09-04 15:00")
    desk.at("2018-10-12 09:00").approve(_died(desk, OWN, date(2018, 10, 10))).at("2018-10-12 15:00")
    assert {one.suspended_until for one in map(desk.right, FAMILY)} == {date(2018, 10, 1)}
    _nothing_odd()
