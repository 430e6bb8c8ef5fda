"""Families that stand with a slip, or with something odd: they go on, move and are mended, and no round ends their rights."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION
from app.domain.errors import InvalidForm
from app.domain.people import Relation, RequestStatus, RequestType, ToFollow
from app.models import ChangeRequest, Entitlement
from app.models.database import db
from app.rules.told import Told
from app.services import change_requests
from app.services.clock import business_now
from app.services.judging import judge_all
from app.services.transaction import reading
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import (  # noqa: F401 - a fixture
    CHILD,
    FATHER,
    OWN,
    SPOUSE,
    Desk,
    database,
    on_both,
)
from tests.services.test_changes_of_rights import change

pytest_generate_tests = on_both(frozenset())
DAY = date(2018, 11, 20)
SLIPS = {
    "a father who is a woman": f"UPDATE person SET sex = 'F' WHERE national_id = '{FATHER}'",
    "a father of five": f"UPDATE person SET birth_date = '1975-01-01' WHERE national_id = '{FATHER}'",
    "married before birth": "UPDATE entitlement SET marriage_date = '1970-01-01' WHERE relation = 'SPOUSE'",
    "an end before its beginning": "UPDATE entitlement SET incompetent_from = '2015-01-02', incompetent_until = '2015-01-01'"
    " WHERE relation = 'CHILD'",
}
BRIDE_OF_FIFTEEN = "UPDATE entitlement SET marriage_date = '1996-06-01' WHERE relation = 'SPOUSE'"


@pytest.fixture
def desk(people) -> Desk:
    return Desk(people).family().at("2018-11-20 09:00")


def by_sql(statement: str) -> None:
    """As an entry of before the question was asked."""
    with db.writer.begin() as connection:
        connection.execute(sa.text(statement))


def asked(desk: Desk, go: str) -> tuple[int, ...]:
    return desk.move(DAY) if go == "move" else desk.go_on(RequestType[go], DAY)


def registrar(desk: Desk, go: str):
    return desk.people.other_registrar if go == "move" else desk.people.registrar


def in_effect(desk: Desk, ids) -> bool:
    return {desk.request(one).status for one in ids} == {RequestStatus.EFFECTIVE}


@pytest.mark.parametrize("go", ["PENSION", "move"])
@pytest.mark.parametrize("slip", SLIPS)
def test_a_family_that_stands_with_a_slip_goes_on(desk, go, slip):
    by_sql(SLIPS[slip])
    ids = asked(desk, go)
    desk.approve(ids, registrar(desk, go)).at("2018-11-20 15:00")
    assert in_effect(desk, ids)


@pytest.mark.parametrize("slip", SLIPS)
def test_the_suspended_come_back_to_duty_with_a_slip(desk, slip):
    desk.approve(desk.end(OWN, None, DAY)).at("2018-11-20 15:00")
    by_sql(SLIPS[slip])
    ids = desk.at("2018-12-20 09:00").go_on(RequestType.REINSTATE, date(2018, 12, 20))
    assert in_effect(desk.approve(ids).at("2018-12-20 15:00"), ids)


@pytest.mark.parametrize(("slip", "whose"), [("a father who is a woman", FATHER), ("a father of five", FATHER)])
def test_a_name_is_changed_beside_a_slip_and_a_new_slip_is_refused(desk, slip, whose):
    by_sql(SLIPS[slip])
    with pytest.raises(InvalidForm) as refused:
        change(desk, whose, birth_date=date(1981, 1, 1))
    assert refused.value.errors[0].code == "PARENT_NOT_OLDER"
    ids = change(desk, whose, first_name_th="ใหม่")
    assert in_effect(desk.approve(ids).at("2018-11-20 15:00"), ids)


@pytest.mark.parametrize("go", ["PENSION", "move"])
@pytest.mark.parametrize("statement", [*list(SLIPS.values())[:3], BRIDE_OF_FIFTEEN])
def test_no_round_after_an_upgrade_ends_the_rights_of_who_goes_on(desk, go, statement):
    by_sql(statement)
    ids = asked(desk, go)
    desk.approve(ids, registrar(desk, go))
    by_sql("DELETE FROM request_flag WHERE clause = 'MARRIED_UNDER_AGE'")  # nobody asked in the release before
    by_sql("UPDATE change_request SET rules_version = '2026-15' WHERE status = 'APPROVED'")
    desk.at("2018-11-20 15:00")
    assert in_effect(desk, ids)
    assert desk.states() == ["ACTIVE"] * 4


def doubts(ids) -> set[str]:
    with reading(NATION) as session:
        requests = [session.get_one(ChangeRequest, one) for one in ids]
        judged = judge_all(session, requests, business_now(session))
        return {clause.code for request in requests for clause in judged[request.id].doubts}


def test_what_stands_oddly_needs_no_second_note_until_it_is_changed(desk):
    by_sql(BRIDE_OF_FIFTEEN)
    assert "MARRIED_UNDER_AGE" not in doubts(desk.go_on(RequestType.PENSION, DAY))
    papers = {"to_follow": ToFollow.FACTS}
    same = change(desk, SPOUSE, first_name_th="ใหม่", told=Told(marriage_date=date(1996, 6, 1), **papers))
    assert doubts(same) == set()
    change_requests.cancel(same, actor=desk.people.clerk)
    other = change(desk, SPOUSE, told=Told(marriage_date=date(1996, 7, 1), **papers))
    assert doubts(other) == {"MARRIED_UNDER_AGE"}


def test_a_principals_own_change_that_makes_his_family_impossible_is_refused(desk):
    for born, whose in ((date(1945, 1, 1), {"FATHER"}), (date(2005, 1, 1), {"CHILD"})):
        with pytest.raises(InvalidForm) as refused:
            change(desk, OWN, birth_date=born)
        found = refused.value.errors
        assert [error.code for error in found] == ["FAMILY_CANNOT_BE"] * len(whose)
        assert {error.facts["whose"] for error in found} == whose
    by_sql(SLIPS["a father of five"])
    assert change(desk, OWN, birth_date=date(1979, 12, 1)), "what stood so is no reason against a change"


def test_a_change_through_a_relative_s_entry_is_compared_with_the_family_of_her_own(desk):
    names = {"title_th": "", "first_name_th": "สมศรี", "sex": desk.right(SPOUSE).person.sex}
    own = official(SPOUSE, birth_date=date(1981, 1, 1), service_start_date=date(2018, 11, 1), **names)
    members = (own, relative(Relation.MOTHER, nid(77), birth_date=date(1955, 1, 1)))
    done = change_requests.record(family(*members), actor=desk.people.clerk, submit=True)
    desk.approve(done.request_ids)
    desk.at("2018-11-20 15:00")
    with reading(NATION) as session:
        right = session.scalars(sa.select(Entitlement).where(Entitlement.relation == Relation.SPOUSE)).one()
        assert right.person.national_id == SPOUSE
        with pytest.raises(InvalidForm) as refused:
            change(desk, SPOUSE, right=right, birth_date=date(1950, 1, 1))
    assert [(e.code, e.facts["whose"]) for e in refused.value.errors if e.code == "FAMILY_CANNOT_BE"] == [
        ("FAMILY_CANNOT_BE", Relation.MOTHER)
    ]
