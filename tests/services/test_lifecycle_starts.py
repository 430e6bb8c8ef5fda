"""The worked stories of starts, other rights beside one, and returns, through the real verbs and rounds (LC..)."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.errors import InvalidForm
from app.domain.people import PersonnelType, Relation, Sex, TerminationReason, ToFollow
from app.rules.told import Told
from app.services import change_requests
from tests import builders
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import CHILD, FATHER, OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.test_changes_of_rights import desk  # noqa: F401 - a fixture

pytest_generate_tests = on_both(frozenset())
R = TerminationReason
HE = {"birth_date": date(1980, 1, 1)}
SHE = {"birth_date": date(1981, 1, 1), "sex": Sex.F, "first_name_th": "สมศรี", "title_th": ""}


def _recorded(desk: Desk, *members, actor=None, **form) -> tuple[int, ...]:  # noqa: F811 - a fixture
    return change_requests.record(family(*members, **form), actor=actor or desk.people.clerk, submit=True).request_ids


def _there(desk: Desk, *members) -> None:  # noqa: F811 - a fixture
    """Recorded and approved at the second agency."""
    desk.approve(_recorded(desk, *members, actor=desk.people.other_clerk), desk.people.other_registrar)


def test_lc01_a_right_of_the_past_is_seen_from_the_round_on(desk):  # noqa: F811 - a fixture
    ids = _recorded(desk.at("2018-10-02 09:00"), official(OWN, service_start_date=date(2018, 10, 1), **HE))
    desk.at("2018-10-02 10:59").approve(ids).at("2018-10-02 11:00")
    right = desk.right(OWN)
    assert (right.entitled_from, desk.state(OWN)) == (date(2018, 10, 1), "ACTIVE")
    assert right.effective_at >= builders.bangkok("2018-10-02 11:00")


def test_lc02_a_right_to_come_is_carried_and_gives_nothing_yet(desk):  # noqa: F811 - a fixture
    ids = _recorded(
        desk.at("2018-10-20 08:00"),
        official(OWN, service_start_date=date(2018, 11, 1), **HE), relative(Relation.SPOUSE, SPOUSE, **SHE),
    )  # fmt: skip
    desk.at("2018-10-20 09:00").approve(ids).at("2018-10-20 11:00")
    assert [desk.state(one) for one in (OWN, SPOUSE)] == ["SCHEDULED"] * 2
    desk.at("2018-11-01 08:00")
    assert [desk.state(one) for one in (OWN, SPOUSE)] == ["ACTIVE"] * 2


def test_lc08_a_father_is_one_from_his_registration_on(desk):  # noqa: F811 - a fixture
    """Approved at eleven sharp: the round at three carries it."""
    desk.at("2019-03-01 09:00").approve(_recorded(desk, official(OWN, service_start_date=date(2010, 4, 1), **HE)))
    desk.at("2019-03-10 09:00")
    told = Told(to_follow=ToFollow.PAPERS, paternity_registered_date=date(2019, 3, 2))
    ids = _recorded(desk, relative(Relation.FATHER, FATHER, told=told), principal_national_id=OWN)
    desk.at("2019-03-10 11:00").approve(ids)
    assert not desk.rights(FATHER)
    desk.at("2019-03-10 15:00")
    assert (desk.right(FATHER).entitled_from, desk.state(FATHER)) == (date(2019, 3, 2), "ACTIVE")


def test_lc15_the_end_of_a_term_ends_the_family_on_its_eve(desk):  # noqa: F811 - a fixture
    head = official(OWN, personnel_type=PersonnelType.POLITICAL_EXECUTIVE, service_start_date=date(2017, 3, 28), **HE)
    desk.at("2018-09-01 09:00").approve(_recorded(desk, head, relative(Relation.SPOUSE, SPOUSE, **SHE)))
    desk.at("2021-03-29 09:00").approve(desk.end(OWN, R.TERM_ENDED, date(2021, 3, 28))).at("2021-03-29 11:00")
    assert [(desk.state(n), desk.right(n).entitled_until) for n in (OWN, SPOUSE)] == [("ENDED", date(2021, 3, 28))] * 2


def test_lc20_who_serves_elsewhere_keeps_the_own_right(desk):  # noqa: F811 - a fixture
    desk.family()
    there = {"personnel_type": PersonnelType.TAO_OFFICER, "service_start_date": date(2018, 9, 1)}
    _there(desk, official(SPOUSE, **(there | SHE)))
    desk.at("2018-10-31 10:00").approve(desk.end(OWN, R.RESIGNED_NO_PENSION, date(2018, 11, 1))).at("2018-10-31 11:00")
    assert [desk.state(one) for one in (OWN, FATHER, CHILD)] == ["ACTIVE"] * 3
    desk.at("2018-11-01 08:00")
    assert [desk.state(one) for one in (OWN, FATHER, CHILD)] == ["ENDED"] * 3
    as_wife, own = sorted(desk.rights(SPOUSE), key=lambda one: one.is_own)
    assert (as_wife.entitled_until, own.entitled_until, own.standby_since) == (date(2018, 11, 1), None, None)


def test_lc21_a_child_uses_the_mothers_when_the_fathers_ends(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-02 09:00")
    mother = official(nid(5), personnel_type=PersonnelType.TAO_OFFICER, service_start_date=date(2018, 9, 1), **SHE)
    _there(desk, mother, relative(Relation.CHILD, CHILD, birth_date=date(2012, 1, 1)))
    desk.at("2018-09-02 15:00")
    through = {one.agency_id: one.id for one in desk.rights(CHILD)}
    fathers, mothers = through[desk.people.clerk.agency_id], through[desk.people.other_clerk.agency_id]

    def stands_by() -> set[int]:
        return {one.id for one in desk.rights(CHILD) if one.standby_since and one.entitled_until != date(2018, 10, 31)}

    assert len(stands_by()) == 1
    desk.at("2018-10-31 10:00").approve(desk.end(OWN, R.DISMISSED, date(2018, 10, 31))).at("2018-10-31 11:00")
    assert stands_by() == set() and {fathers, mothers} == set(through.values())
    assert {one.id: one.entitled_until for one in desk.rights(CHILD)}[fathers] == date(2018, 10, 31)


def test_lc27_who_ended_here_is_registered_anew_elsewhere(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-10 09:00").approve(desk.end(OWN, R.RESIGNED_NO_PENSION, date(2018, 9, 5)))
    desk.at("2018-10-01 08:00")
    start = date(2018, 10, 1)
    anew = official(OWN, personnel_type=PersonnelType.TAO_OFFICER, service_start_date=start, **HE)
    _there(desk.at("2018-10-01 09:00"), anew, relative(Relation.SPOUSE, SPOUSE, birth_date=date(1981, 1, 1)))
    desk.at("2018-10-01 11:00")
    assert [one.entitled_from for one in desk.rights(OWN)][1:] == [start] and desk.state(SPOUSE) == "ACTIVE"
    assert {desk.right(one).agency_id for one in (OWN, SPOUSE)} == {desk.people.other_clerk.agency_id}
    assert desk.state(CHILD) == "ENDED"  # certified again or not at all


def test_lc29_who_marries_the_same_person_again_has_a_new_right(desk):  # noqa: F811 - a fixture
    desk.family(on="2015-09-01 09:00").at("2015-10-01 09:00")
    desk.approve(desk.end(SPOUSE, R.DIVORCED, date(2015, 9, 20))).at("2018-05-08 09:00")
    told = replace(relative(Relation.SPOUSE, SPOUSE).told, marriage_date=date(2018, 5, 5))
    wed = relative(Relation.SPOUSE, SPOUSE, birth_date=date(1981, 1, 1), told=told)
    desk.at("2018-05-08 12:00").approve(_recorded(desk, wed, principal_national_id=OWN)).at("2018-05-08 15:00")
    assert [(one.entitled_from, one.entitled_until) for one in desk.rights(SPOUSE)][1:] == [(date(2018, 5, 5), None)]
    assert desk.state(SPOUSE) == "ACTIVE"


def test_lc32_a_child_that_married_is_of_age_for_good(desk):  # noqa: F811 - a fixture
    """Married at eighteen and divorced at nineteen: no child again."""
    desk.family(child_born=date(2000, 1, 1)).at("2018-10-01 09:00")
    desk.approve(desk.end(CHILD, R.CHILD_MARRIED, date(2018, 9, 20))).at("2019-03-01 09:00")
    assert desk.state(CHILD) == "ENDED"
    told = replace(relative(Relation.CHILD, CHILD).told, own_marriage_date=date(2018, 9, 20))
    again = relative(Relation.CHILD, CHILD, birth_date=date(2000, 1, 1), told=told, entitled_from=date(2019, 3, 1))
    with pytest.raises(InvalidForm) as refused:
        _recorded(desk, again, principal_national_id=OWN)
    (error,) = refused.value.errors
    assert (error.code, error.facts["majority_date"]) == ("AGE_20", date(2018, 9, 20))
    with pytest.raises(InvalidForm) as untold:  # nor where the marriage is left out
        _recorded(desk, replace(again, told=Told(to_follow=told.to_follow)), principal_national_id=OWN)
    (error,) = untold.value.errors
    assert (error.code, error.facts["since"]) == ("MARRIAGE_TOLD", date(2018, 9, 20))
