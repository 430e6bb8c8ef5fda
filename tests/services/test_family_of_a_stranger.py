"""A neighbour's clerk learns nothing of an official elsewhere by asking what his family can be."""

from datetime import date

import pytest

from app.domain.errors import InvalidForm
from app.domain.people import PersonnelType, Relation, RequestStatus, Sex, TerminationReason, ToFollow
from app.models import RequestFlag
from app.rules import relations
from app.rules.told import Told
from app.services import change_requests
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import CHILD, FATHER, OWN, Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.test_approvals import by_sql
from tests.services.test_change_requests import rows

pytest_generate_tests = on_both(frozenset())
TRUE, SLIP = date(1980, 1, 1), date(1970, 5, 5)
MOTHER, OTHERS_CHILD = nid(77), nid(78)


@pytest.fixture
def desk(people) -> Desk:
    """The neighbour's official stands, born on the first day of 1980; his father in 1950, his child in 2012."""
    return Desk(people).family().at("2018-11-20 09:00")


def answers(desk, *members, start=date(2018, 11, 1), born=SLIP, sex=Sex.M):
    """What the other agency's clerk is told who asks for the official with this family."""
    tao = PersonnelType.TAO_OFFICER
    own = official(OWN, birth_date=born, sex=sex, service_start_date=start, personnel_type=tao)
    with pytest.raises(InvalidForm) as refused:
        change_requests.record(family(own, *members), actor=desk.people.other_clerk, submit=True)
    return [(error.code, error.field, dict(error.facts)) for error in refused.value.errors]


PROBES = [
    relative(Relation.MOTHER, MOTHER, birth_date=date(2017, 1, 1)),
    relative(Relation.MOTHER, MOTHER, birth_date=date(1979, 1, 1)),
    relative(Relation.CHILD, MOTHER, birth_date=date(1971, 1, 1)),
    relative(Relation.SPOUSE, MOTHER, birth_date=date(1950, 1, 1), told=Told(marriage_date=date(1979, 1, 1))),
    relative(Relation.MOTHER, MOTHER, birth_date=date(1940, 1, 1), told=Told(marriage_date=date(1945, 1, 1))),
    relative(Relation.CHILD, OTHERS_CHILD, birth_date=date(2012, 1, 2), told=Told(marriage_date=date(2005, 1, 1))),
]


@pytest.mark.parametrize("probe", PROBES)
@pytest.mark.parametrize(("born", "sex"), [(SLIP, Sex.M), (TRUE, Sex.M), (TRUE, Sex.F)])
def test_nothing_is_said_of_the_family_of_a_stranger(desk, probe, born, sex):
    alone = answers(desk, born=born, sex=sex)
    assert {code for code, _, _ in alone} <= {"OWN_RIGHT_OVERLAP", "PERSON_DIFFERS"}
    assert answers(desk, probe, born=born, sex=sex) == alone


def left(desk) -> Desk:
    """The official has left the neighbour for good, and begins anew elsewhere."""
    desk.approve(desk.end(OWN, TerminationReason.DISMISSED, date(2018, 11, 20))).at("2018-11-20 15:00")
    return desk.at("2018-12-01 09:00")


def test_a_form_of_one_who_left_is_compared_with_what_the_form_itself_says(desk):
    left(desk)
    day = date(2018, 12, 1)
    assert [code for code, *_ in answers(desk, PROBES[0], start=day, born=SLIP)] == ["PERSON_DIFFERS"]
    (found,) = answers(desk, PROBES[0], start=day, born=TRUE)
    assert (found[0], found[2]["other_date"]) == ("PARENT_NOT_OLDER", TRUE)  # as this clerk typed it


def test_a_birth_that_only_the_neighbour_keeps_is_not_compared(desk):
    left(desk)
    tao = PersonnelType.TAO_OFFICER
    own = official(OWN, first_name_th=desk.right(OWN).person.first_name_th, birth_date=TRUE,
                   service_start_date=date(2018, 12, 1), personnel_type=tao)  # fmt: skip
    mother = relative(
        Relation.MOTHER, MOTHER, birth_date=date(1930, 1, 1), told=Told(marriage_date=date(1949, 1, 1))
    )  # the father whom the neighbour keeps was born in 1950
    done = change_requests.record(family(own), actor=desk.people.other_clerk, submit=True)
    with pytest.raises(InvalidForm) as refused:
        form = family(mother, principal_national_id=OWN)
        change_requests.record(form, actor=desk.people.other_clerk, submit=True)
    assert [error.code for error in refused.value.errors] == ["EVIDENCE_NOT_ACCEPTED"]
    assert desk.request(done.request_ids[0]).status is RequestStatus.PENDING_APPROVAL
    assert desk.right(CHILD).agency_id == desk.people.clerk.agency_id


@pytest.fixture
def his(desk) -> str:
    """The name of the official who has left the neighbour, as both agencies write it."""
    return left(desk).right(OWN).person.first_name_th


def of_two(member, his):
    """What the other clerk types for the official, who has come to his agency, with one of the old family."""
    own = official(OWN, first_name_th=his, birth_date=TRUE, service_start_date=date(2018, 12, 1),
                   personnel_type=PersonnelType.TAO_OFFICER)  # fmt: skip
    return family(own, member)


def refused(desk, member, his):
    with pytest.raises(InvalidForm) as refusal:
        change_requests.record(of_two(member, his), actor=desk.people.other_clerk, submit=True)
    return [(error.code, error.field, dict(error.facts)) for error in refusal.value.errors]


def test_as_what_a_neighbour_keeps_a_person_is_not_told(desk, his):
    one = relations.ONE_RELATION.code
    wife = relative(
        Relation.SPOUSE, CHILD, birth_date=desk.right(CHILD).person.birth_date, sex=desk.right(CHILD).person.sex
    )
    assert ("OTHER_RELATION_ELSEWHERE", "members-1-relation", {"clause": one}) in refused(desk, wife, his)
    (asked,) = relations.another(OWN, Relation.CHILD, (), ((Relation.SPOUSE, 1),), 2)
    assert (asked.code, dict(asked.facts)) == ("OTHER_RELATION_ELSEWHERE", {"clause": one})
    (own,) = relations.another(OWN, Relation.CHILD, (), ((Relation.SPOUSE, 1),), 1)
    assert (own.code, own.facts["relation"]) == ("OTHER_RELATION_ASKED", Relation.SPOUSE)


def test_of_a_number_under_other_particulars_nothing_more_is_said(desk, his):
    by_sql("UPDATE entitlement SET death_date = '2018-06-01' WHERE relation = 'CHILD'")
    wife = relative(Relation.SPOUSE, CHILD, birth_date=date(1990, 1, 1))
    assert [code for code, *_ in refused(desk, wife, his)] == ["PERSON_DIFFERS"]


@pytest.mark.parametrize(("told", "flags"), [(None, {"DEATH_TOLD_ELSEWHERE"}), (date(2018, 12, 2), set())])
def test_a_death_of_which_only_a_neighbours_entry_tells_is_looked_at(desk, his, told, flags):
    """It may be a slip, which nobody here can mend; neither the relation nor the day is told."""
    by_sql("UPDATE entitlement SET death_date = '2018-12-02' WHERE relation = 'FATHER'")
    desk.at("2018-12-03 09:00")
    person = desk.right(FATHER).person
    told = Told(marriage_date=date(1975, 1, 1), death_date=told, to_follow=ToFollow.FACTS)
    father = relative(
        Relation.FATHER, FATHER, first_name_th=person.first_name_th, birth_date=person.birth_date, told=told
    )
    *_, asked = change_requests.record(of_two(father, his), actor=desk.people.other_clerk, submit=True).request_ids
    assert {one.clause for one in rows(RequestFlag) if one.request_id == asked} & {"DEATH_TOLD_ELSEWHERE"} == flags


def test_a_living_official_of_whom_a_neighbour_tells_a_death_is_recorded(desk):
    by_sql("UPDATE entitlement SET death_date = '2018-06-01' WHERE relation = 'FATHER'")
    person = desk.right(FATHER).person
    tao = PersonnelType.TAO_OFFICER
    own = official(FATHER, first_name_th=person.first_name_th, birth_date=person.birth_date, personnel_type=tao,
                   service_start_date=date(2018, 11, 1))  # fmt: skip
    (asked,) = change_requests.record(family(own), actor=desk.people.other_clerk, submit=True).request_ids
    assert {one.clause for one in rows(RequestFlag) if one.request_id == asked} >= {"DEATH_TOLD_ELSEWHERE"}


def test_a_marriage_of_a_child_of_which_only_a_neighbours_entry_tells_is_looked_at(desk, his):
    by_sql("UPDATE entitlement SET own_marriage_date = '2018-06-01' WHERE relation = 'CHILD'")
    person = desk.right(CHILD).person
    child = relative(Relation.CHILD, CHILD, first_name_th=person.first_name_th, birth_date=person.birth_date)
    *_, asked = change_requests.record(of_two(child, his), actor=desk.people.other_clerk, submit=True).request_ids
    assert {one.clause for one in rows(RequestFlag) if one.request_id == asked} >= {"MARRIAGE_TOLD_ELSEWHERE"}
