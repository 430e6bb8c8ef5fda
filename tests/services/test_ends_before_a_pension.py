"""An end told on the entry from which a pension or a return goes on that a round has carried: the next entry never begins."""

from datetime import date

import pytest

from app.domain.errors import InvalidForm
from app.domain.people import RequestType, TerminationReason
from app.models import ChangeRequest
from app.models.database import db
from app.services import endings
from app.services.end_effects import taken_along
from app.services.endings import EndForm
from app.services.invariants import findings
from app.services.transaction import reading
from tests.services.lifecycle_desk import CHILD, FATHER, OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.test_changes_of_rights import desk  # noqa: F401 - a fixture

pytest_generate_tests = on_both(
    frozenset(
        {"test_a_divorce_before_a_pension_ends_it_too", "test_a_dismissal_before_a_pension_ends_it_for_everybody"}
    )
)
R, FIRST = TerminationReason, date(2018, 10, 1)
FAMILY = (OWN, SPOUSE, FATHER, CHILD)


def _pensioned(desk: Desk, now: str = "2018-09-12 09:00") -> Desk:  # noqa: F811 - a fixture
    """From October, carried in September."""
    desk.family().at("2018-09-02 09:00").approve(desk.go_on(RequestType.PENSION, FIRST)).at("2018-09-02 15:00")
    return desk.at(now)


def _told(desk: Desk, number: str, reason: TerminationReason | None, day: date) -> tuple[int, ...]:  # noqa: F811
    """Reported on the person's first entry; what the registrar sees stop with it."""
    form = EndForm(desk.rights(number)[0].id, reason, day, "เหตุอื่น")
    return endings.report_end(form, actor=desk.people.clerk).request_ids


def _nothing_odd() -> None:
    with db.engine.connect() as connection:
        assert [(one.invariant.code, one.examples) for one in findings(connection) if one.count] == []


@pytest.mark.parametrize("now", ["2018-09-12 09:00", "2018-10-05 09:00"])
@pytest.mark.parametrize("day", [date(2018, 9, 10), FIRST])
def test_a_divorce_before_a_pension_ends_it_too(desk, now, day):  # noqa: F811 - a fixture
    """Announced or begun; taken back, both entries stand as before."""
    now = max(now, f"{day} 09:00")
    (end,) = _told(_pensioned(desk, now), SPOUSE, R.DIVORCED, day)
    with reading(desk.people.registrar.scope) as session:
        taken = taken_along(session, [session.get_one(ChangeRequest, end)])[end]
        assert [one.entitled_from for one in taken] == [FIRST]
    desk.approve([end]).at("2018-10-06 15:00")
    (right,) = desk.rights(SPOUSE)
    assert (right.entitled_until, right.termination_reason) == (day, R.DIVORCED)
    assert desk.states() == ["ACTIVE", "ENDED", "ACTIVE", "ACTIVE"]
    back = endings.take_back_end(right.id, "คนชื่อเหมือน", actor=desk.people.clerk)
    desk.approve(back.request_ids).at("2018-10-07 15:00")
    assert desk.states() == ["ACTIVE"] * 4 and [one.entitled_until for one in desk.rights(SPOUSE)] == [FIRST, None]
    _nothing_odd()


def test_a_dismissal_before_a_pension_ends_it_for_everybody(desk):  # noqa: F811 - a fixture
    (end,) = _told(_pensioned(desk), OWN, R.DISMISSED, date(2018, 9, 12))
    with reading(desk.people.registrar.scope) as session:
        taken = taken_along(session, [session.get_one(ChangeRequest, end)])[end]
        assert len(taken) == 7  # three that run and four of the pension
    desk.approve([end]).at("2018-10-02 15:00")
    assert [(len(desk.rights(one)), desk.state(one)) for one in FAMILY] == [(1, "ENDED")] * 4
    back = endings.take_back_end(desk.right(OWN).id, "ผิดคน", actor=desk.people.clerk)
    desk.approve(back.request_ids).at("2018-10-03 15:00")
    assert desk.states() == ["ACTIVE"] * 4
    _nothing_odd()


@pytest.mark.parametrize("day", [date(2018, 9, 3), date(2018, 9, 10), FIRST])
@pytest.mark.parametrize(("who", "reason"), [(SPOUSE, R.DIVORCED), (OWN, R.DISMISSED)])
def test_an_end_before_a_return_leaves_no_return(desk, who, reason, day):  # noqa: F811 - a fixture
    """Suspended on 5 September, to be back in October: an end before, while away, and on the very day of the return."""
    desk.family().at("2018-09-05 09:00").approve(desk.end(OWN, None, date(2018, 9, 5))).at("2018-09-05 15:00")
    desk.at("2018-09-06 09:00").approve(desk.go_on(RequestType.REINSTATE, FIRST)).at("2018-10-02 09:00")
    desk.approve(_told(desk, who, reason, day)).at("2018-10-02 15:00")
    gone = FAMILY if who == OWN else (who,)
    assert [(len(desk.rights(one)), desk.state(one)) for one in gone] == [(1, "ENDED")] * len(gone)
    assert {desk.state(one) for one in set(FAMILY) - set(gone)} <= {"ACTIVE"}
    _nothing_odd()


def test_an_end_before_a_return_takes_the_pension_after_it(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-05 09:00").approve(desk.end(OWN, None, date(2018, 9, 5))).at("2018-09-05 15:00")
    desk.at("2018-09-06 09:00").approve(desk.go_on(RequestType.REINSTATE, date(2018, 9, 6))).at("2018-09-06 15:00")
    desk.at("2018-09-07 09:00").approve(desk.go_on(RequestType.PENSION, FIRST)).at("2018-09-07 15:00")
    assert [len(desk.rights(one)) for one in FAMILY] == [3] * 4
    desk.at("2018-10-02 09:00").approve(_told(desk, OWN, R.DISMISSED, date(2018, 9, 4))).at("2018-10-02 15:00")
    assert [(len(desk.rights(one)), desk.state(one)) for one in FAMILY] == [(1, "ENDED")] * 4
    _nothing_odd()


def _back_before_a_move(desk: Desk) -> Desk:  # noqa: F811 - a fixture
    """Suspended on 5 September and back on the 6th."""
    desk.family().at("2018-09-05 09:00").approve(desk.end(OWN, None, date(2018, 9, 5))).at("2018-09-05 15:00")
    return (
        desk.at("2018-09-06 09:00").approve(desk.go_on(RequestType.REINSTATE, date(2018, 9, 6))).at("2018-09-06 15:00")
    )


@pytest.mark.parametrize(("who", "reason"), [(SPOUSE, R.DIVORCED), (OWN, R.DISMISSED)])
def test_an_end_before_a_return_that_moved_on_is_refused_with_the_way(desk, who, reason):  # noqa: F811 - a fixture
    """What another agency keeps by now cannot end with it."""
    _back_before_a_move(desk).approve(desk.move(FIRST), desk.people.other_registrar).at("2018-10-02 09:00")
    with pytest.raises(InvalidForm) as refused:
        _told(desk, who, reason, date(2018, 9, 4))
    assert [(one.code, one.facts["until"]) for one in refused.value.errors] == [("ENDED_BY_MOVE", FIRST)]
    assert _told(desk, CHILD, R.DECEASED, date(2018, 9, 4))  # a death is one everywhere


def test_of_a_move_and_an_end_before_the_return_in_one_round_nobody_stands_alone(desk):  # noqa: F811 - a fixture
    moved = _back_before_a_move(desk).at("2018-09-07 09:00").move(FIRST)
    end = _told(desk, OWN, R.DISMISSED, date(2018, 9, 4))
    desk.approve(moved[:1], desk.people.other_registrar).approve(end).at("2018-10-02 09:00")
    assert len({desk.request(one).status for one in moved}) == 1
    assert len({desk.state(one) for one in FAMILY}) == 1
    _nothing_odd()


@pytest.mark.parametrize("reason", [R.RETIRED_LUMP_SUM, R.OTHER])
def test_the_end_of_the_service_on_the_day_of_the_pension_leaves_the_pension(desk, reason):  # noqa: F811 - a fixture
    (end,) = _told(_pensioned(desk, "2018-10-02 09:00"), OWN, reason, FIRST)
    with reading(desk.people.registrar.scope) as session:
        assert not taken_along(session, [session.get_one(ChangeRequest, end)])[end]
    desk.approve([end]).at("2018-10-02 15:00")
    assert desk.states() == ["ACTIVE"] * 4 and [len(desk.rights(one)) for one in FAMILY] == [2] * 4
    _nothing_odd()
