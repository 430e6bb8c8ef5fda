"""What the register holds already, before the law: who keeps a right beside an elder told late, whose right goes first."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.people import PersonnelType, Relation, RequestStatus, RequestType, Sex, TerminationReason, ToFollow
from app.models.database import db
from app.rules.household import explain
from app.rules.papers import MarriagePaper
from app.rules.told import Told
from app.services import change_requests, endings, explanations, rounds
from app.services.endings import EndForm
from app.services.invariants import findings
from app.services.prospects import prospects
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import OWN, Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.test_changes_of_rights import change, desk  # noqa: F401 - a fixture
from tests.services.test_ends_told_there import _doubts

pytest_generate_tests = on_both(frozenset())
MARRIED = Told(to_follow=ToFollow.PAPERS, marriage_date=date(2000, 1, 1))
LAWFUL_LATER = Told(to_follow=ToFollow.PAPERS, paternity_registered_date=date(2018, 8, 1))
KEPT = nid(12)
"""The child who has a right and, after the story, no place."""


def _broken() -> list[str]:
    with db.engine.connect() as connection:
        return [one.invariant.code for one in findings(connection) if one.count]


def _child(serial: int, year: int):
    return relative(Relation.CHILD, nid(serial), birth_date=date(year, 1, 1), told=MARRIED)


def _parent(sex: Sex):
    return official(OWN, birth_date=date(1975, 1, 1), service_start_date=date(2005, 4, 1), sex=sex, title_th="")


def _recorded(desk: Desk, *members, **form) -> tuple[int, ...]:  # noqa: F811 - a fixture
    return change_requests.record(replace(family(*members), **form), actor=desk.people.clerk, submit=True).request_ids


def _elder_told_late(desk: Desk) -> None:  # noqa: F811 - a fixture
    three = [_child(10 + n, 2009 + n) for n in range(3)]
    desk.approve(_recorded(desk, _parent(Sex.F), *three)).at("2018-09-01 15:00").at("2018-09-03 09:00")
    desk.approve(_recorded(desk, _child(13, 2007), principal_national_id=OWN)).at("2018-09-03 15:00")


def _elder_lawful_later(desk: Desk) -> None:  # noqa: F811 - a fixture
    elder = replace(_child(13, 1998), birth_date=date(1998, 9, 10), told=LAWFUL_LATER)  # of age before the move
    four = [elder, *(_child(10 + n, 2009 + n) for n in range(3))]
    desk.approve(_recorded(desk, _parent(Sex.M), *four)).at("2018-09-03 15:00")


def _elder_told_dead(desk: Desk) -> Desk:  # noqa: F811 - a fixture
    three = [_child(serial, year) for serial, year in ((13, 2007), (10, 2009), (11, 2010))]
    desk.approve(_recorded(desk, _parent(Sex.F), *three)).at("2018-09-01 15:00").at("2018-09-02 09:00")
    desk.approve(desk.end(nid(13), TerminationReason.DECEASED, date(2018, 9, 1))).at("2018-09-02 15:00")
    return desk.approve(_recorded(desk, _child(12, 2011), principal_national_id=OWN)).at("2018-09-03 11:00")


def _elder_wrongly_told_dead(desk: Desk) -> None:  # noqa: F811 - a fixture
    _elder_told_dead(desk)
    back = endings.take_back_end(desk.right(nid(13)).id, "ยังมีชีวิต", actor=desk.people.clerk).request_ids
    assert "CHILD_PUSHES_OUT" in _doubts(back)
    desk.approve(back).at("2018-09-03 15:00")
    assert desk.right(KEPT).entitled_from == date(2018, 9, 2)


def _elder_told_dead_by_the_other_parents_agency(desk: Desk) -> None:  # noqa: F811 - a fixture
    """The place is given in the family here; the death is told, and taken back, through the parent there."""
    people, three = desk.people, [_child(serial, year) for serial, year in ((13, 2007), (10, 2009), (11, 2010))]
    there = replace(_parent(Sex.M), national_id=nid(5), personnel_type=PersonnelType.TAO_OFFICER)
    theirs = change_requests.record(family(there, *three), actor=people.other_clerk, submit=True).request_ids
    desk.approve(theirs, people.other_registrar).approve(_recorded(desk, _parent(Sex.F), *three)).at("2018-09-01 15:00")
    (right,) = [one for one in desk.rights(nid(13)) if one.agency_id == people.other_clerk.agency_id]
    form = EndForm(right.id, TerminationReason.DECEASED, date(2018, 9, 1))
    told = endings.report_end(form, actor=people.other_clerk).request_ids
    desk.approve(told, people.other_registrar).at("2018-09-02 15:00")
    desk.approve(_recorded(desk, _child(12, 2011), principal_national_id=OWN)).at("2018-09-03 11:00")
    back = endings.take_back_end(right.id, "ยังมีชีวิต", actor=people.other_clerk).request_ids
    assert "CHILD_PUSHES_OUT" in _doubts(back)
    desk.approve(back, people.other_registrar).at("2018-09-03 15:00")


def test_the_registrars_end_of_who_has_no_place_is_not_taken_back_without_a_look(desk):  # noqa: F811 - a fixture
    _elder_told_late(desk.at("2018-09-01 09:00"))
    desk.approve(desk.end(KEPT, TerminationReason.OTHER, date(2018, 9, 4), text="เกินสามคน")).at("2018-09-04 15:00")
    desk.approve(desk.end(nid(10), TerminationReason.OTHER, date(2018, 9, 4), text="ศาล")).at("2018-09-05 15:00")
    back = [
        endings.take_back_end(desk.right(who).id, "ผิด", actor=desk.people.clerk).request_ids for who in (KEPT, nid(10))
    ]
    assert [_doubts(ids) for ids in back] == [{"CHILD_DISPLACED"}, set()]


STORIES = [
    _elder_told_late,
    _elder_lawful_later,
    _elder_wrongly_told_dead,
    _elder_told_dead_by_the_other_parents_agency,
]


@pytest.mark.parametrize("story", STORIES)
def test_who_keeps_a_right_without_a_place_holds_up_no_family(desk, story):  # noqa: F811 - a fixture
    """The right was approved before its place went to an elder: it is changed, comes back and moves with the family (3.5)."""
    story(desk.at("2018-09-01 09:00"))
    since = desk.right(KEPT).entitled_from
    found = explanations.why(desk.right(KEPT).person_id, None, actor=desk.people.clerk, hash_key="k" * 32).rights[0]
    assert not found.differs and "CHILD_DISPLACED" in {clause.code for clause in found.clauses}
    desk.approve(change(desk, KEPT, last_name_th="ใหม่งาม", told=MARRIED)).at("2018-09-04 15:00").at("2018-09-05 09:00")
    assert desk.right(KEPT).entitled_from == since
    desk.approve(desk.end(OWN, None, date(2018, 9, 5))).at("2018-09-05 15:00").at("2018-09-20 09:00")
    desk.approve(desk.go_on(RequestType.REINSTATE, date(2018, 9, 18))).at("2018-09-20 15:00").at("2018-10-01 09:00")
    moved = desk.move(date(2018, 10, 1))
    assert _doubts(moved) == {"CHILD_DISPLACED", "CHANGE_PAPER_MISSING"}  # the elders' places were asked about before
    desk.approve(moved, desk.people.other_registrar).at("2018-10-01 15:00")
    assert {desk.request(one).status for one in moved} == {RequestStatus.EFFECTIVE}
    assert {desk.state(nid(n)) for n in (10, 11, 12)} <= {"ACTIVE", "STANDBY"}  # of two parents one goes first
    assert _broken() == []


def test_a_death_taken_back_asks_where_its_place_was_given_also_where_elders_stand_nowhere(desk):  # noqa: F811
    """Two grown elders are known by the numbers alone, so that the fourth stood in the third's place."""
    desk.at("2018-09-01 09:00")
    third, fourth = (replace(_child(10 + n, 2000 + n * 3), birth_order=n) for n in (3, 4))
    desk.approve(_recorded(desk, _parent(Sex.F), third)).at("2018-09-01 15:00").at("2018-09-02 09:00")
    desk.approve(desk.end(nid(13), TerminationReason.DECEASED, date(2018, 9, 1))).at("2018-09-02 15:00")
    desk.approve(_recorded(desk, fourth, principal_national_id=OWN)).at("2018-09-03 15:00")
    back = endings.take_back_end(desk.right(nid(13)).id, "ยังมีชีวิต", actor=desk.people.clerk).request_ids
    assert "CHILD_PUSHES_OUT" in _doubts(back)


@pytest.mark.parametrize("away", [None, TerminationReason.RESIGNED_NO_PENSION])
def test_a_death_is_taken_back_while_the_official_is_away_or_gone_and_asks_whom_the_place_was_given_to(desk, away):  # noqa: F811
    """Afterwards nobody would be asked: the end of the service is taken back by one request, which brings all four."""
    _elder_told_dead(desk.at("2018-09-01 09:00")).at("2018-09-05 09:00")
    desk.approve(desk.end(OWN, away, date(2018, 9, 5))).at("2018-09-05 15:00").at("2018-09-06 09:00")
    back = endings.take_back_end(desk.right(nid(13)).id, "ยังมีชีวิต", actor=desk.people.clerk).request_ids
    assert "CHILD_PUSHES_OUT" in _doubts(back)
    desk.approve(back).at("2018-09-06 15:00")
    assert _broken() == []
    desk.at("2018-09-07 09:00")
    returned = endings.take_back_end(desk.right(OWN).id, "ผิด", actor=desk.people.clerk).request_ids
    desk.approve(returned).at("2018-09-07 15:00")
    assert [desk.state(nid(n)) for n in (13, 10, 11, 12)] == ["ACTIVE"] * 4 and _broken() == []


def test_a_death_taken_back_asks_whether_a_place_is_left_in_the_other_parents_family_too(desk):  # noqa: F811 - a fixture
    """An elder of another father came to the mother's in the place; the father's own three are three."""
    people, three = desk.people, [_child(10 + n, 2009 + n) for n in range(3)]
    father = replace(_parent(Sex.M), national_id=nid(5), personnel_type=PersonnelType.TAO_OFFICER)
    desk.at("2018-09-01 09:00")
    theirs = change_requests.record(family(father, *three), actor=people.other_clerk, submit=True).request_ids
    desk.approve(theirs, people.other_registrar).approve(_recorded(desk, _parent(Sex.F), *three)).at("2018-09-01 15:00")
    (right,) = [one for one in desk.rights(KEPT) if one.agency_id == people.other_clerk.agency_id]
    form = EndForm(right.id, TerminationReason.DECEASED, date(2018, 9, 1))
    desk.approve(endings.report_end(form, actor=people.other_clerk).request_ids, people.other_registrar)
    desk.at("2018-09-02 15:00").approve(_recorded(desk, _child(13, 2007), principal_national_id=OWN)).at(
        "2018-09-03 11:00"
    )
    back = endings.take_back_end(right.id, "ยังมีชีวิต", actor=people.other_clerk).request_ids
    assert _doubts(back) == {"CHILD_DISPLACED"}
    desk.approve(back, people.other_registrar).at("2018-09-03 15:00")
    assert {desk.state(nid(n)) for n in (10, 11, 12, 13)} <= {"ACTIVE", "STANDBY"} and _broken() == []


def test_the_place_of_who_was_told_dead_in_the_entry_itself_is_given_and_breaks_no_rule(desk):  # noqa: F811 - a fixture
    dead = replace(_child(13, 2007), told=replace(MARRIED, death_date=date(2018, 8, 1)))
    four = [dead, *(_child(10 + n, 2009 + n) for n in range(3))]
    desk.at("2018-09-01 09:00").approve(_recorded(desk, _parent(Sex.F), *four)).at("2018-09-01 15:00")
    assert desk.right(KEPT).entitled_from == date(2018, 8, 2) and _broken() == []


def test_an_elder_told_of_at_a_new_service_breaks_no_rule_of_the_former_one(desk):  # noqa: F811 - a fixture
    three = [_child(10 + n, 2009 + n) for n in range(3)]
    desk.at("2018-09-01 09:00").approve(_recorded(desk, _parent(Sex.F), *three)).at("2018-09-01 15:00")
    desk.at("2018-09-03 09:00").approve(desk.end(OWN, TerminationReason.RESIGNED_NO_PENSION, date(2018, 9, 3)))
    again = replace(_parent(Sex.F), service_start_date=date(2018, 9, 10))
    desk.at("2018-09-10 09:00").approve(_recorded(desk, again, _child(13, 2007), *three[:2])).at("2018-09-10 15:00")
    assert [desk.state(nid(n)) for n in (13, 10, 11)] == ["ACTIVE"] * 3 and _broken() == []


def test_of_two_parents_approved_in_one_click_who_was_recorded_first_goes_first(desk, monkeypatch):  # noqa: F811
    """Whichever chunk of the round carries whom (decisions 5); a trial of either family says the same as the register."""
    monkeypatch.setattr(rounds, "chunk_sizes", lambda dialect: (1, 1))
    desk.at("2018-09-02 09:00")
    smaller, greater = sorted((nid(1), nid(5)))
    parent = {"birth_date": date(1980, 1, 1), "service_start_date": date(2010, 4, 1)}
    first = _recorded(desk, official(greater, **parent), _child(4, 2012))
    parent |= {"sex": Sex.F, "first_name_th": "สมศรี", "title_th": ""}
    second = _recorded(desk, official(smaller, **parent), _child(4, 2012))
    desk.approve([*first, *second]).at("2018-09-02 11:00")
    standby = {right.request_id in first: right.standby_since for right in desk.rights(nid(4))}
    assert standby == {True: None, False: date(2018, 9, 2)}
    tried = {}
    for parent_id in (greater, smaller):
        laid = explanations.laid_out(desk.right(parent_id).person_id, actor=desk.people.clerk, hash_key="k" * 32)
        tried[parent_id] = explain(laid.household, laid.today)[1].state.value
    assert tried == {greater: "ACTIVE", smaller: "STANDBY"}


def test_the_form_asks_whether_a_marriage_of_a_former_service_is_dissolved_as_the_registrar_is_asked(desk):  # noqa: F811
    """Her right ended with the service: nobody told that the marriage is, so it bars nothing in silence and refuses nothing."""
    desk.family().at("2018-09-12 09:00")
    desk.approve(desk.end(OWN, TerminationReason.RESIGNED_NO_PENSION, date(2018, 9, 12))).at("2018-09-12 15:00")
    anew = official(OWN, birth_date=date(1980, 1, 1), service_start_date=date(2018, 10, 15))
    desk.at("2018-11-01 09:00").approve(_recorded(desk, anew)).at("2018-11-01 15:00").at("2018-11-02 09:00")
    second = relative(Relation.SPOUSE, nid(8), birth_date=date(1985, 1, 1))
    told = replace(second.told, marriage_date=date(2018, 9, 1), marriage_paper=MarriagePaper.MARRIAGE_CERT_TH)
    second = replace(second, told=told)
    (asked,) = prospects([second], principal_national_id=OWN, actor=desk.people.clerk)
    assert (asked.refusals, asked.from_on) == ((), date(2018, 10, 15))
    assert "SPOUSE_BEFORE" in {clause.code for clause in asked.doubts}
    assert "SPOUSE_BEFORE" in _doubts(_recorded(desk, second, principal_national_id=OWN))
