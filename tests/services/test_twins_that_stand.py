"""Twins who stand with one number in the birth: nothing of their family is held up, and they can be mended."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION
from app.domain.people import Relation, RequestStatus, RequestType, Sex
from app.models import ChangeRequest
from app.models.database import db
from app.services import approvals, change_requests
from app.services.clock import business_now
from app.services.judging import judge_all
from app.services.transaction import reading
from tests.services.conftest import family, nid, relative
from tests.services.lifecycle_desk import OWN, Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.test_changes_of_rights import change

pytest_generate_tests = on_both(frozenset())
FIRST, SECOND = nid(6), nid(7)


@pytest.fixture
def desk(people) -> Desk:
    """A family with twins, 1 and 2."""
    desk = Desk(people).family().at("2018-11-20 09:00")
    born = {"birth_date": date(2018, 11, 10), "birth_order": 2, "sex": Sex.M}
    twins = [relative(Relation.CHILD, n, seq_in_delivery=place, **born) for n, place in ((FIRST, 1), (SECOND, 2))]
    done = change_requests.record(family(*twins, principal_national_id=OWN), actor=desk.people.clerk, submit=True)
    return desk.approve(done.request_ids).at("2018-11-20 11:00")


def numbers(desk: Desk) -> list[int | None]:
    return [desk.right(number).seq_in_delivery for number in (FIRST, SECOND)]


def in_effect(desk: Desk, ids) -> set[RequestStatus]:
    desk.approve(ids).at("2018-11-20 15:00")
    return {desk.request(one).status for one in ids}


@pytest.mark.parametrize("go", ["pension", "move"])
def test_a_family_whose_twins_stand_with_one_number_goes_on(desk, go):
    with db.writer.begin() as connection:  # as an entry of before the numbers were compared
        connection.execute(sa.text("UPDATE entitlement SET seq_in_delivery = 1 WHERE seq_in_delivery = 2"))
    ids = desk.go_on(RequestType.PENSION, date(2018, 11, 20)) if go == "pension" else desk.move(date(2018, 11, 20))
    desk.approve(ids, None if go == "pension" else desk.people.other_registrar).at("2018-11-20 15:00")
    assert {desk.request(one).status for one in ids} == {RequestStatus.EFFECTIVE}


def test_twins_recorded_the_wrong_way_round_are_put_right(desk):
    ids = (*change(desk, FIRST, seq_in_delivery=2), *change(desk, SECOND, seq_in_delivery=1))
    assert in_effect(desk, ids) == {RequestStatus.EFFECTIVE}
    assert numbers(desk) == [2, 1]


def test_one_number_for_both_by_an_edit_waits_for_the_registrars_note(desk):
    ids = change(desk, FIRST, seq_in_delivery=2)
    with reading(NATION) as session:
        asked = [session.get_one(ChangeRequest, one) for one in ids]
        (judged,) = judge_all(session, asked, business_now(session)).values()
    assert [clause.code for clause in judged.doubts] == ["CHILD_SAME_PLACE"]
    seen = {one: desk.request(one).version for one in ids}
    (outcome,) = approvals.approve(ids, actor=desk.people.registrar, seen_versions=seen)
    assert outcome.error.code == "FLAGS_OPEN"
