"""An end is not taken back where somebody else has had the place since: one spouse, one father, one chief executive."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.errors import InvalidForm
from app.domain.people import (
    PersonnelType,
    Relation,
    RequestStatus,
    RequestType,
    RoundError,
    Sex,
    TerminationReason,
    ToFollow,
)
from app.models.database import db
from app.rules.told import Told
from app.services import change_requests, endings
from app.services.endings import EndForm
from app.services.invariants import findings
from tests import builders
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import FATHER, OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture

pytest_generate_tests = on_both(frozenset({"test_a_father_whose_death_was_told_does_not_return_beside_another_father"}))
NEXT = nid(9)
MOVE = date(2018, 10, 1)


@pytest.fixture
def desk(people) -> Desk:
    return Desk(people)


def _joins(desk: Desk, member, *, at_other: bool = False) -> RequestStatus:
    clerk, registrar = (
        (desk.people.other_clerk, desk.people.other_registrar)
        if at_other
        else (desk.people.clerk, desk.people.registrar)
    )
    form = replace(family(member), principal_national_id=OWN)
    ids = change_requests.record(form, actor=clerk, submit=True).request_ids
    desk.approve(ids, registrar).at("2018-10-06 15:00")
    return desk.request(ids[0]).status


def _codes_of_return(desk: Desk, right_id: int) -> list[tuple[str, object]]:
    with pytest.raises(InvalidForm) as refused:
        endings.take_back_end(right_id, "คนชื่อเหมือน", actor=desk.people.clerk)
    return [(one.code, one.facts.get("since")) for one in refused.value.errors]


def _whole() -> bool:
    with db.engine.connect() as connection:
        return not any(one.count for one in findings(connection))


@pytest.mark.parametrize("has_moved", [False, True])
def test_a_father_whose_death_was_told_does_not_return_beside_another_father(desk, has_moved):
    desk.family()
    if has_moved:
        desk.at("2018-09-02 09:00").approve(desk.move(MOVE), desk.people.other_registrar).at("2018-09-02 15:00")
    first = desk.rights(FATHER)[0]
    desk.at("2018-10-05 09:00")
    died = EndForm(first.id, TerminationReason.DECEASED, date(2018, 9, 20))
    desk.approve(endings.report_end(died, actor=desk.people.clerk).request_ids).at("2018-10-05 15:00")
    since = MOVE if has_moved else date(2018, 9, 21)
    another = relative(Relation.FATHER, NEXT, birth_date=date(1951, 1, 1), sex=Sex.M, entitled_from=since)
    assert _joins(desk, another, at_other=has_moved) is RequestStatus.EFFECTIVE
    assert _codes_of_return(desk.at("2018-10-07 09:00"), first.id) == [("GIVEN_SINCE", since)]
    assert _whole()


@pytest.mark.parametrize("second_is_wrong", [False, True])
def test_a_wife_whose_death_was_told_does_not_return_beside_the_next(desk, second_is_wrong):
    desk.family().at("2018-10-05 09:00")
    first = desk.right(SPOUSE)
    desk.approve(desk.end(SPOUSE, TerminationReason.DECEASED, date(2018, 9, 20))).at("2018-10-05 15:00")
    married = Told(to_follow=ToFollow.FACTS, marriage_date=date(2018, 10, 2))
    next_wife = relative(Relation.SPOUSE, NEXT, birth_date=date(1985, 1, 1), told=married)
    assert _joins(desk, next_wife) is RequestStatus.EFFECTIVE
    desk.at("2018-10-07 09:00")
    assert _codes_of_return(desk, first.id) == [("GIVEN_SINCE", date(2018, 10, 2))]
    if second_is_wrong:
        wrong = change_requests.report_error(desk.right(NEXT).id, "บันทึกผิดคน", actor=desk.people.clerk)
        desk.approve(wrong.request_ids).at("2018-10-07 11:00")
        back = endings.take_back_end(first.id, "คนชื่อเหมือน", actor=desk.people.clerk)
        desk.approve(back.request_ids).at("2018-10-07 15:00")
        assert desk.state(SPOUSE) == "ACTIVE"
    assert _whole()


def _head(number: str, start: date):
    mayor = PersonnelType.POLITICAL_EXECUTIVE
    return official(number, personnel_type=mayor, birth_date=date(1970, 1, 1), service_start_date=start)


def _serves(desk: Desk, number: str, start: date) -> tuple[int, ...]:
    ids = change_requests.record(family(_head(number, start)), actor=desk.people.clerk, submit=True).request_ids
    desk.approve(ids)
    return ids


def _with_ended_mayor(desk: Desk) -> Desk:
    _serves(desk.at("2018-09-01 09:00"), OWN, date(2015, 1, 1))
    desk.at("2018-09-01 15:00").at("2018-09-03 09:00")
    desk.approve(desk.end(OWN, TerminationReason.TERM_ENDED, date(2018, 9, 2))).at("2018-09-03 15:00")
    return desk.at("2018-09-05 09:00")


def test_a_mayor_whose_term_had_ended_does_not_return_beside_his_successor(desk):
    _with_ended_mayor(desk)
    _serves(desk, NEXT, date(2018, 9, 4))
    desk.at("2018-09-05 15:00")
    assert _codes_of_return(desk, desk.right(OWN).id) == [("SECOND_EXECUTIVE", date(2018, 9, 4))]


def test_what_is_approved_while_a_round_runs_gives_nothing_back_that_it_gave_to_another(desk):
    _with_ended_mayor(desk)
    _serves(desk, NEXT, date(2018, 9, 4))
    builders.clock("2018-09-05 11:01")  # the round of eleven has not begun yet
    back = endings.take_back_end(desk.right(OWN).id, "แจ้งผิดคน", actor=desk.people.clerk).request_ids
    desk.approve(back).at("2018-09-05 15:00")
    request = desk.request(back[0])
    assert (request.round_error, request.law_code) == (RoundError.REFUSED_BY_RULES, "SECOND_EXECUTIVE")
    assert desk.state(NEXT) == "ACTIVE" and desk.state(OWN) == "ENDED" and _whole()


@pytest.mark.parametrize("at_other", [False, True])
def test_a_pension_that_an_end_voided_does_not_return_beside_a_service_begun_since(desk, at_other):
    desk.family().at("2018-09-02 09:00").approve(desk.go_on(RequestType.PENSION, MOVE)).at("2018-10-02 09:00")
    first = desk.rights(OWN)[0]
    resigned = EndForm(first.id, TerminationReason.RESIGNED_NO_PENSION, date(2018, 9, 10))
    desk.approve(endings.report_end(resigned, actor=desk.people.clerk).request_ids).at("2018-10-02 15:00")
    clerk, registrar = desk.people.clerk, desk.people.registrar
    kind = PersonnelType.MUNICIPAL_OFFICER
    if at_other:
        clerk, registrar, kind = desk.people.other_clerk, desk.people.other_registrar, PersonnelType.TAO_OFFICER
    again = official(OWN, birth_date=date(1980, 1, 1), service_start_date=date(2018, 10, 15), personnel_type=kind)
    ids = change_requests.record(family(again), actor=clerk, submit=True).request_ids
    desk.at("2018-10-16 09:00").approve(ids, registrar).at("2018-10-16 15:00")
    assert desk.request(ids[0]).status is RequestStatus.EFFECTIVE
    assert ("OWN_RIGHT_OVERLAP", date(2018, 10, 15)) in _codes_of_return(desk.at("2018-10-17 09:00"), first.id)
    assert _whole()
