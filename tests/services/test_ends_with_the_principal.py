"""What ended with the official is taken back with him: on a relative's entry only the relative's own end is."""

from datetime import date

import pytest

from app.domain.errors import InvalidForm, Refused
from app.domain.people import RequestType
from app.domain.people import TerminationReason as R
from app.models.database import db
from app.services import decision_plans, endings, request_reviews
from app.services.invariants import findings
from app.services.queue_filters import QueueFilters
from tests.services.lifecycle_desk import CHILD, OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture

pytest_generate_tests = on_both(
    frozenset({"test_of_two_ends_the_childs_own_is_taken_back", "test_what_ended_with_the_official_is_his"})
)


@pytest.fixture
def desk(people) -> Desk:
    return Desk(people)


def _back(desk: Desk, number: str) -> tuple[int, ...]:
    return endings.take_back_end(desk.right(number).id, "แจ้งผิด", actor=desk.people.clerk).request_ids


def _refused(desk: Desk, number: str) -> list[str]:
    with pytest.raises(InvalidForm) as refused:
        _back(desk, number)
    return [one.code for one in refused.value.errors]


def _named(desk: Desk, request_id: int) -> int:
    """Who comes back with the one that the request is about, as the registrar's page and his summary tell."""
    review = request_reviews.open_(request_id, actor=desk.people.registrar, hash_key="k", filters=QueueFilters())
    plan = decision_plans.of_ticked(
        {request_id: desk.request(request_id).version}, approving=True, actor=desk.people.registrar
    )
    assert plan.brought_back == len(review.taken_along)
    return plan.brought_back


@pytest.mark.parametrize("reason", [R.DECEASED, R.RESIGNED_NO_PENSION, None])
def test_what_ended_with_the_official_is_his(desk, reason):
    desk.family().at("2018-09-20 09:00").approve(desk.end(OWN, reason, date(2018, 9, 12))).at("2018-09-20 15:00")
    before = desk.states()
    assert {number: _refused(desk, number) for number in (SPOUSE, CHILD)} == {
        SPOUSE: ["ENDED_WITH_PRINCIPAL"],
        CHILD: ["ENDED_WITH_PRINCIPAL"],
    }
    assert desk.states() == before
    assert endings.comes_back(desk.right(CHILD).id, actor=desk.people.clerk) == []
    back = _back(desk, OWN)
    assert _named(desk, back[0]) == 3 == len(endings.comes_back(desk.right(OWN).id, actor=desk.people.clerk))
    desk.approve(back).at("2018-09-21 15:00")
    assert desk.states() == ["ACTIVE"] * 4


@pytest.mark.parametrize("away_first", [False, True])
def test_of_two_ends_the_childs_own_is_taken_back(desk, away_first):
    """Beneath the official's end, and beneath his end over his suspension."""
    desk.family().at("2018-09-20 09:00")
    died = desk.end(CHILD, R.DECEASED, date(2018, 9, 18))
    desk.approve(died).at("2018-09-20 15:00").at("2018-09-21 09:00")
    if away_first:
        desk.approve(desk.end(OWN, None, date(2018, 9, 12))).at("2018-09-21 11:00")
    desk.approve(desk.end(OWN, R.RESIGNED_NO_PENSION, date(2018, 9, 15))).at("2018-09-21 15:00")
    desk.approve(_back(desk, CHILD)).at("2018-09-22 15:00")
    assert desk.states() == ["ENDED"] * 4
    child = desk.right(CHILD)
    assert child.person.death_date is None and child.termination_reason is R.PRINCIPAL_ENDED
    assert _refused(desk, CHILD) == ["ENDED_WITH_PRINCIPAL"]
    with db.engine.connect() as connection:
        assert [(one.invariant.code, one.examples) for one in findings(connection) if one.count] == []


def test_nobody_comes_back_alone_from_a_move(desk):
    desk.family().at("2018-11-01 09:00").approve(desk.move(date(2018, 10, 15)), desk.people.other_registrar)
    here = desk.at("2018-11-01 11:00").rights(CHILD)[0]
    with pytest.raises(Refused, match="MOVE_STANDS"):
        endings.take_back_end(here.id, "แจ้งผิด", actor=desk.people.clerk)


def test_nobody_comes_back_alone_from_a_pension(desk):
    desk.family().at("2018-10-02 09:00").approve(desk.go_on(RequestType.PENSION, date(2018, 10, 1)))
    before = desk.at("2018-10-02 15:00").rights(CHILD)[0]
    with pytest.raises(Refused, match="PENSION_STANDS"):
        endings.take_back_end(before.id, "แจ้งผิด", actor=desk.people.clerk)
