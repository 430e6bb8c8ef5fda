"""Who was asked for as a child under age keeps the days until the birthday, however long the request waits for its round."""

from datetime import date

import pytest

from app.domain.errors import InvalidForm
from app.domain.people import Relation, RequestStatus, Sex, ToFollow
from app.models.database import db
from app.rules.told import Told
from app.services import approvals, change_requests
from app.services.invariants import findings
from tests.services.conftest import family, nid, relative
from tests.services.lifecycle_desk import FROM, OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.test_approvals import versions

SON = nid(30)
TOLD = Told(marriage_date=date(1998, 3, 1), to_follow=ToFollow.PAPERS)
pytest_generate_tests = on_both(
    frozenset({"test_a_child_of_19_whose_birthday_comes_before_the_round_has_the_days_until_it"})
)


@pytest.fixture
def desk(people) -> Desk:
    return Desk(people).family()


@pytest.fixture(autouse=True)
def _nothing_is_broken(desk):
    yield
    with db.engine.connect() as connection:
        assert [(one.invariant.code, one.examples) for one in findings(connection) if one.count] == []


def ask(desk, born=date(1998, 10, 2)):
    son = relative(Relation.CHILD, SON, birth_date=born, sex=Sex.M, told=TOLD)
    form = family(son, principal_national_id=OWN)
    return change_requests.record(form, actor=desk.people.clerk, submit=True).request_ids


def test_a_child_of_19_whose_birthday_comes_before_the_round_has_the_days_until_it(desk):
    ids = ask(desk.at("2018-10-01 15:30"))
    desk.approve(ids).at("2018-10-02 11:00")
    assert desk.request(ids[0]).status is RequestStatus.EFFECTIVE
    assert [(one.entitled_from, one.entitled_until) for one in desk.rights(SON)] == [(FROM, date(2018, 10, 2))]
    assert desk.state(SON) == "ENDED" and desk.state(SON, date(2018, 10, 1)) == "ACTIVE"


def test_so_it_is_when_the_registrar_comes_days_after_the_birthday(desk):
    ids = ask(desk.at("2018-10-01 15:30"))
    desk.at("2018-10-09 09:00").approve(ids).at("2018-10-09 11:00")
    assert [one.entitled_until for one in desk.rights(SON)] == [date(2018, 10, 2)]


def test_who_is_of_age_on_the_day_of_asking_has_no_right(desk):
    with pytest.raises(InvalidForm) as refused:
        ask(desk.at("2018-10-02 08:30"))
    assert [error.code for error in refused.value.errors] == ["AGE_20"]


def test_what_came_back_for_a_correction_was_asked_for_when_it_was_first_sent(desk):
    (id_,) = ask(desk.at("2018-10-01 15:30"))
    approvals.return_([id_], "ชื่อผิด", actor=desk.people.registrar, seen_versions=versions(id_))
    desk.at("2018-10-05 09:00")
    change_requests.correct(id_, actor=desk.people.clerk)
    change_requests.submit(desk.request(id_).submission_no, actor=desk.people.clerk)
    desk.approve([id_]).at("2018-10-05 11:00")
    assert [one.entitled_until for one in desk.rights(SON)] == [date(2018, 10, 2)]


def test_a_family_moves_although_its_child_comes_of_age_before_the_round(desk):
    (id_,) = ask(desk.at("2018-09-02 09:00"))
    desk.approve([id_]).at("2018-09-02 11:00")
    desk.at("2018-10-01 15:30")
    ids = desk.move(date(2018, 9, 30))
    desk.approve(ids, desk.people.other_registrar).at("2018-10-02 11:00")
    assert {desk.request(i).status for i in ids} == {RequestStatus.EFFECTIVE}
    there = desk.people.other_clerk.agency_id
    assert {desk.right(number).agency_id for number in (OWN, SPOUSE, SON)} == {there}
    assert (desk.right(SON).entitled_from, desk.right(SON).entitled_until) == (date(2018, 9, 30), date(2018, 10, 2))
