"""What goes along with a principal's end or a withdrawn approval, and what his death in the same round refuses."""

from datetime import date

import pytest

from app.domain.actor import NATION
from app.domain.people import Relation, RequestStatus, TerminationReason
from app.models import ChangeRequest
from app.services import change_requests, decision_plans, endings, withdrawals
from app.services.end_effects import taken_along
from app.services.round_preview import Effect, preview
from app.services.transaction import reading
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import CHILD, FATHER, OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture

pytest_generate_tests = on_both(
    frozenset(
        {
            "test_a_move_of_somebody_whose_death_comes_first_is_told_so",
            "test_who_ended_while_suspended_had_the_right_until_then_once_the_suspension_is_taken_back",
        }
    )
)
ACTIVE, ENDED = "ACTIVE", "ENDED"
R = TerminationReason


@pytest.fixture
def desk(people) -> Desk:
    return Desk(people)


def test_a_move_of_somebody_whose_death_comes_first_is_told_so(desk):
    desk.family().at("2018-11-01 09:00")
    (end,) = desk.end(OWN, R.DECEASED, date(2018, 10, 30))
    move = desk.move(date(2018, 11, 5))
    with reading(NATION) as session:
        along = taken_along(session, [session.get_one(ChangeRequest, end), session.get_one(ChangeRequest, move[0])])
        assert sorted(right.person.national_id for right in along.pop(end)) == sorted((SPOUSE, FATHER, CHILD))
        assert along == {}  # nobody goes along with a request that is no end
    plan = decision_plans.of_ticked({end: desk.request(end).version}, approving=True, actor=desk.people.registrar)
    assert plan.taken_along == 3
    # The move first: after the death it would be refused (END_APPROVED_THERE).
    desk.approve(move, desk.people.other_registrar).approve([end]).at("2018-11-01 11:00")
    lost = desk.request(move[0])
    assert (lost.round_error, lost.law_code, lost.conflict_request_id) == ("REFUSED_BY_RULES", "DEATH_TOLD_THERE", None)
    assert desk.states() == [ENDED] * 4


def test_a_round_tells_before_how_many_stop_with_those_who_end(desk):
    desk.family().at("2018-11-01 09:00")
    (divorce,) = desk.end(SPOUSE, R.DIVORCED, date(2018, 10, 29))
    (end,) = desk.end(OWN, R.DECEASED, date(2018, 10, 30))
    desk.approve([divorce, end])
    with reading(desk.people.registrar.scope) as session:
        told = preview(session, desk.request(end).round_id)
    assert (told.effects, told.along) == ({Effect.ENDS: 2}, 2)  # the spouse has a request of her own
    with reading(desk.people.other_registrar.scope) as session:
        assert preview(session, desk.request(end).round_id).along == 0


def test_the_end_of_a_suspended_principal_takes_the_family_that_waits_with_him(desk):
    desk.family().at("2018-10-01 09:00").approve(desk.end(OWN, None, date(2018, 9, 10))).at("2018-10-01 11:00")
    (end,) = desk.end(OWN, R.RESIGNED_NO_PENSION, date(2018, 9, 20))
    with reading(NATION) as session:
        along = taken_along(session, [session.get_one(ChangeRequest, end)])
        assert sorted(right.person.national_id for right in along[end]) == sorted((SPOUSE, FATHER, CHILD))
    desk.approve([end]).at("2018-10-01 15:00")
    assert [desk.right(who).termination_reason for who in (SPOUSE, FATHER, CHILD)] == [R.PRINCIPAL_ENDED] * 3


def test_the_family_of_a_new_principal_waits_with_him_again(desk):
    desk.at("2018-09-01 09:00")
    members = [official(OWN), relative(Relation.SPOUSE, SPOUSE, birth_date=date(1981, 1, 1))]
    own, spouse = change_requests.record(family(*members), actor=desk.people.clerk, submit=True).request_ids
    desk.approve([own, spouse])
    with reading(NATION) as session:  # told before it is pressed
        along = {one: withdrawals.names_along(session, session.get_one(ChangeRequest, one)) for one in (own, spouse)}
        assert along == {own: [session.get_one(ChangeRequest, spouse).proposal.full_name], spouse: []}
    seen = {own: desk.request(own).version}
    (outcome,) = withdrawals.withdraw([own], actor=desk.people.registrar, seen_versions=seen)
    assert outcome.error is None and outcome.facts == {"family": 1}
    assert {desk.request(one).status for one in (own, spouse)} == {RequestStatus.PENDING_APPROVAL}
    with reading(NATION) as session:
        assert withdrawals.names_along(session, session.get_one(ChangeRequest, own)) == []
    desk.approve([own, spouse]).at("2018-09-01 11:00")
    assert desk.state(SPOUSE) == ACTIVE


def test_who_ended_while_suspended_had_the_right_until_then_once_the_suspension_is_taken_back(desk):
    desk.family().at("2018-10-01 09:00").approve(desk.end(OWN, None, date(2018, 9, 10))).at("2018-10-01 11:00")
    desk.approve(desk.end(SPOUSE, R.DIVORCED, date(2018, 9, 25))).at("2018-10-01 15:00")
    assert desk.right(SPOUSE).suspended_until == date(2018, 9, 25)
    taken_back = endings.take_back_end(desk.right(OWN).id, "คำสั่งพักราชการผิดคน", actor=desk.people.clerk).request_ids
    desk.approve(taken_back).at("2018-10-02 11:00")
    spouse = desk.right(SPOUSE)
    assert (spouse.entitled_until, spouse.suspended, spouse.termination_reason) == (
        date(2018, 9, 25),
        False,
        R.DIVORCED,
    )
    assert (spouse.until_before_end, spouse.suspended_until) == (None, None)
    assert desk.states() == [ACTIVE, ENDED, ACTIVE, ACTIVE] and desk.state(SPOUSE, date(2018, 9, 20)) == ACTIVE


def test_a_death_told_on_a_dependants_entry_takes_the_own_right_and_its_family_along(desk):
    desk.family().at("2018-09-02 09:00")
    wife = nid(22)
    own = official(FATHER, first_name_th="สมศรี", birth_date=date(1950, 1, 1), service_start_date=date(2010, 4, 1))
    members = [own, relative(Relation.SPOUSE, wife, birth_date=date(1955, 1, 1))]
    desk.approve(change_requests.record(family(*members), actor=desk.people.clerk, submit=True).request_ids)
    desk.at("2018-09-02 11:00")
    (leaning,) = (one for one in desk.rights(FATHER) if one.relation is Relation.FATHER)
    form = endings.EndForm(leaning.id, R.DECEASED, date(2018, 9, 2))
    (end,) = endings.report_end(form, actor=desk.people.clerk).request_ids
    with reading(desk.people.registrar.scope) as session:
        along = taken_along(session, [session.get_one(ChangeRequest, end)])[end]
        told = [(right.person.national_id, right.relation) for right in along]
    assert sorted(told) == sorted([(FATHER, Relation.SELF), (wife, Relation.SPOUSE)])
    desk.approve([end]).at("2018-09-03 15:00")
    assert desk.state(wife) == ENDED and {one.entitled_until for one in desk.rights(FATHER)} == {date(2018, 9, 3)}
