"""What the end of one person means for the others of a family: a place that is free, a right used again, days that stay."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.errors import InvalidForm
from app.domain.people import NoticeKind, PersonnelType, Relation, RequestStatus, RequestType, Sex, TerminationReason
from app.rules.told import Told
from app.services import agency_notices, change_requests, continuations, endings
from app.services.continuations import ContinuationForm
from app.services.endings import EndForm
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import CHILD, OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.test_changes_of_rights import change, desk  # noqa: F401 - a fixture
from tests.services.test_ends_beneath_a_suspension import MOTHER, _childs, two_parents  # noqa: F401 - a fixture
from tests.services.test_ends_told_there import _doubts

R = TerminationReason
pytest_generate_tests = on_both(frozenset({"test_a_right_is_used_again_when_the_end_before_it_is_told_late"}))
MAJORITY = date(2032, 1, 1)


def taken_back(desk: Desk) -> Desk:  # noqa: F811 - a fixture
    """The end of the official is taken back."""
    return desk.approve(endings.take_back_end(desk.right(OWN).id, "ผิดคน", actor=desk.people.clerk).request_ids)


def test_a_minors_death_that_is_reported_frees_its_place(desk):  # noqa: F811 - a fixture
    desk.at("2018-09-01 09:00")
    children = [relative(Relation.CHILD, nid(10 + n), birth_date=date(2008 + n, 1, 1)) for n in range(3)]
    father = official(OWN, birth_date=date(1975, 1, 1), service_start_date=date(2005, 4, 1))
    recorded = change_requests.record(family(father, *children), actor=desk.people.clerk, submit=True)
    desk.approve(recorded.request_ids).at("2018-09-10 09:00")
    desk.approve(desk.end(nid(10), R.DECEASED, date(2018, 9, 5))).at("2018-09-11 09:00")
    fourth = family(relative(Relation.CHILD, nid(13), birth_date=date(2012, 1, 1)))
    form = replace(fourth, principal_national_id=OWN)
    desk.approve(change_requests.record(form, actor=desk.people.clerk, submit=True).request_ids).at("2018-09-11 15:00")
    assert desk.state(nid(13)) == "ACTIVE" and desk.right(nid(13)).entitled_from == date(2018, 9, 6)


@pytest.mark.parametrize("reason", [R.RESIGNED_NO_PENSION, R.DECEASED, None])
def test_a_right_is_used_again_when_the_end_before_it_is_told_late(two_parents, reason):  # noqa: F811 - a fixture
    there = two_parents.people.other_clerk.agency_id
    two_parents.at("2018-09-20 09:00").approve(change(two_parents, SPOUSE, last_name_th="ใหม่งาม")).at(
        "2018-09-20 15:00"
    )
    assert _childs(two_parents, there).standby_since is not None
    two_parents.at("2018-09-21 09:00").approve(two_parents.end(OWN, reason, date(2018, 9, 10))).at("2018-09-21 15:00")
    assert _childs(two_parents, there).standby_since is None


def test_of_two_rights_one_is_used_when_an_end_is_taken_back(two_parents):  # noqa: F811 - a fixture
    people = two_parents.people
    two_parents.at("2018-09-10 09:00").approve(two_parents.end(OWN, R.RESIGNED_NO_PENSION, date(2018, 9, 10)))
    taken_back(two_parents.at("2018-09-12 09:00")).at("2018-09-12 15:00")
    used = [_childs(two_parents, one.agency_id).standby_since is None for one in (people.clerk, people.other_clerk)]
    assert used == [True, False]


def test_an_end_that_is_announced_is_no_end_of_a_childs_own(desk):  # noqa: F811 - a fixture
    """Neither of one whose entry is changed meanwhile, nor of one who joins (spec 3.8)."""
    desk.family().at("2018-09-02 09:00").approve(desk.end(OWN, R.RETIRED_LUMP_SUM, date(2018, 10, 1)))
    desk.at("2018-09-03 09:00").approve(change(desk, CHILD, last_name_th="ใหม่งาม"))
    born = family(relative(Relation.CHILD, nid(7), birth_date=date(2018, 9, 1)))
    form = replace(born, principal_national_id=OWN)
    desk.at("2018-09-05 09:00")
    desk.approve(change_requests.record(form, actor=desk.people.clerk, submit=True).request_ids).at("2018-09-05 15:00")
    days = [(desk.right(one).entitled_until, desk.right(one).until_before_end) for one in (CHILD, nid(7))]
    assert days == [(date(2018, 10, 1), MAJORITY), (date(2018, 10, 1), date(2038, 9, 1))]
    taken_back(desk.at("2018-09-06 09:00")).at("2018-09-06 15:00")
    assert [desk.right(one).entitled_until for one in (OWN, CHILD, nid(7))] == [None, MAJORITY, date(2038, 9, 1)]


@pytest.mark.parametrize("pensioned", [False, True])
def test_of_two_announced_ends_neither_is_an_end_of_a_childs_own(desk, pensioned):  # noqa: F811 - a fixture
    """Of who is changed or joins between them; the pension begins on the day of the first, once the second is taken back."""
    desk.family().at("2018-09-02 09:00").approve(desk.end(OWN, R.RETIRED_LUMP_SUM, date(2018, 10, 1)))
    desk.at("2018-09-02 15:00").approve(desk.end(OWN, R.RESIGNED_NO_PENSION, date(2018, 9, 20))).at("2018-09-03 09:00")
    born = family(relative(Relation.CHILD, nid(7), birth_date=date(2018, 9, 1)))
    form = replace(born, principal_national_id=OWN)
    desk.approve(change_requests.record(form, actor=desk.people.clerk, submit=True).request_ids)
    desk.approve(change(desk, CHILD, last_name_th="ใหม่งาม")).at("2018-09-03 15:00")
    everybody, by_law = (OWN, SPOUSE, CHILD, nid(7)), [None, None, MAJORITY, date(2038, 9, 1)]
    assert {desk.right(one).entitled_until for one in everybody} == {date(2018, 9, 20)}
    taken_back(desk).at("2018-09-04 15:00")
    assert [(desk.right(one).entitled_until, desk.right(one).until_before_end) for one in everybody] == [
        (date(2018, 10, 1), end) for end in by_law
    ]
    if pensioned:
        desk.approve(desk.go_on(RequestType.PENSION, date(2018, 10, 1))).at("2018-10-01 15:00")
    else:
        taken_back(desk).at("2018-09-05 15:00")
    assert [(desk.state(one), desk.right(one).entitled_until) for one in everybody] == [
        ("ACTIVE", end) for end in by_law
    ]


@pytest.mark.parametrize("kind", [RequestType.PENSION, RequestType.TRANSFER_IN, RequestType.REINSTATE])
def test_the_ends_of_who_goes_along_go_along_and_are_taken_back_there(desk, kind):  # noqa: F811 - a fixture
    """A change of the entry loses none of them."""
    desk.family().at("2018-09-02 09:00")
    for day in (date(2018, 12, 1), date(2018, 11, 1)):
        desk.approve(desk.end(CHILD, R.OTHER, day, text="ศาลเพิกถอน")).at(f"2018-09-0{14 - day.month} 15:00")
    clerk, registrar = desk.people.clerk, desk.people.registrar
    if kind is RequestType.REINSTATE:
        desk.approve(desk.end(OWN, None, date(2018, 9, 4))).at("2018-09-04 15:00")
    if kind is RequestType.TRANSFER_IN:
        clerk, registrar = desk.people.other_clerk, desk.people.other_registrar
    day = date(2018, 9, 5)
    desk.approve(desk.move(day) if kind is RequestType.TRANSFER_IN else desk.go_on(kind, day), registrar)
    desk.at("2018-09-05 15:00").approve(change(desk, CHILD, clerk=clerk, last_name_th="ใหม่งาม"), registrar)
    ends = [desk.at("2018-09-06 15:00").right(CHILD).entitled_until]
    for at in ("2018-09-07 15:00", "2018-09-08 15:00"):
        back = endings.take_back_end(desk.right(CHILD).id, "ผิดคน", actor=clerk)
        ends.append(desk.approve(back.request_ids, registrar).at(at).right(CHILD).entitled_until)
    assert ends == [date(2018, 11, 1), date(2018, 12, 1), MAJORITY]
    told = [NoticeKind.END_TAKEN_BACK] * (2 if kind is RequestType.TRANSFER_IN else 0)  # who had reported them
    assert [one.kind for one in agency_notices.told(actor=desk.people.clerk)] == told


def test_a_death_that_the_spouses_agency_tells_of_lets_a_childs_right_be_used_again(desk):  # noqa: F811 - a fixture
    """Until it is taken back (spec 3.8, 4.4): the child of the mother who has died, and of the father whose agency says so."""
    people, who = desk.people, {"birth_date": date(1981, 1, 1), "sex": Sex.F, "first_name_th": "สมศรี", "title_th": ""}
    child = relative(Relation.CHILD, CHILD, birth_date=date(2012, 1, 1))
    mother = official(nid(5), service_start_date=date(2010, 4, 1), personnel_type=PersonnelType.TAO_OFFICER, **who)
    father = official(OWN, birth_date=date(1980, 1, 1), service_start_date=date(2010, 4, 1))
    for day, clerk, by, members in (
        (1, people.other_clerk, people.other_registrar, (mother, child)),
        (2, people.clerk, people.registrar, (father, relative(Relation.SPOUSE, nid(5), **who), child)),
    ):
        done = change_requests.record(family(*members), actor=desk.at(f"2018-09-0{day} 09:00") and clerk, submit=True)
        desk.approve(done.request_ids, by).at(f"2018-09-0{day} 15:00")
    desk.at("2018-09-20 09:00").approve(change(desk, OWN, last_name_th="ใหม่งาม")).at("2018-09-20 15:00")
    wife = next(one for one in desk.rights(nid(5)) if one.agency_id == people.clerk.agency_id)
    died = endings.report_end(EndForm(wife.id, R.DECEASED, date(2018, 9, 10)), actor=people.clerk).request_ids
    both, used = (people.clerk.agency_id, people.other_clerk.agency_id), []
    desk.approve(died).at("2018-09-21 15:00")
    used.append([_childs(desk, one).standby_since is None for one in both])
    desk.approve(endings.take_back_end(wife.id, "ผิดคน", actor=people.clerk).request_ids).at("2018-09-22 15:00")
    used.append([_childs(desk, one).standby_since is None for one in both])
    assert used == [[True, True], [False, True]] and desk.state(nid(5)) != "ENDED"


def test_what_was_asked_while_the_official_served_is_carried_on_the_day_of_his_end(desk):  # noqa: F811 - a fixture
    """Also where another change of the round makes it look at the law again."""
    desk.family().at("2018-09-02 09:00").approve(desk.end(OWN, R.RETIRED_LUMP_SUM, date(2018, 10, 1)))
    desk.at("2018-09-30 22:00")
    born = family(relative(Relation.CHILD, nid(7), birth_date=date(2018, 9, 1)))
    form = replace(born, principal_national_id=OWN)
    ids = [*change_requests.record(form, actor=desk.people.clerk, submit=True).request_ids]
    ids += change(desk, CHILD, last_name_th="ใหม่งาม")
    desk.approve(ids).at("2018-10-01 15:00")
    assert [desk.request(one).status for one in ids] == [RequestStatus.EFFECTIVE] * 2
    assert [(desk.right(one).entitled_until, desk.right(one).until_before_end) for one in (CHILD, nid(7))] == [
        (date(2018, 10, 1), MAJORITY),
        (date(2018, 10, 1), date(2038, 9, 1)),
    ]


def test_a_running_entry_is_changed_while_a_move_is_announced(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-02 09:00").approve(desk.move(date(2018, 10, 1)), desk.people.other_registrar)
    desk.at("2018-09-02 15:00")
    changed = change(desk, CHILD, right=desk.rights(CHILD)[0], last_name_th="ใหม่งาม")
    desk.approve(changed).at("2018-09-03 15:00")
    assert desk.request(changed[0]).status is RequestStatus.EFFECTIVE
    assert [one.entitled_until for one in desk.rights(CHILD)] == [date(2018, 10, 1), MAJORITY]


@pytest.mark.parametrize("kind", [RequestType.TRANSFER_IN, RequestType.PENSION])
def test_a_change_does_not_end_a_right_before_it_goes_on(desk, kind):  # noqa: F811 - a fixture
    """The child was adopted by another family before the day of the move; of that the entry that begins with it knows nothing."""
    desk.family().at("2018-09-02 09:00")
    if kind is RequestType.PENSION:
        desk.approve(desk.go_on(kind, date(2018, 10, 1)))
    else:
        desk.approve(desk.move(date(2018, 10, 1)), desk.people.other_registrar)
    right = desk.at("2018-09-02 15:00").rights(CHILD)[0]
    adopted = Told(to_follow=right.to_follow, adopted_out_date=date(2018, 8, 20))
    for born in ({}, {"birth_date": date(2012, 1, 2)}, {"birth_date": date(1998, 9, 25)}):
        with pytest.raises(InvalidForm) as refused:
            change(desk, CHILD, right=right, told=adopted, **born)
        told = [(one.code, one.facts["until"]) for one in refused.value.errors]
        assert told == [("ENDS_BEFORE_MOVE", date(2018, 10, 1))]
    assert change(
        desk, CHILD, right=right, birth_date=date(1998, 9, 25)
    )  # of age by then: the round tells both entries


def test_who_joins_while_a_pension_is_announced_is_asked_for_twice(desk):  # noqa: F811 - a fixture
    """Through the service and from the pension on (spec 3.8); a form without a day leaves days out, which the registrar sees."""
    desk.family().at("2018-09-02 09:00").approve(desk.go_on(RequestType.PENSION, date(2018, 10, 1)))
    desk.at("2018-09-05 09:00")

    def asked(begins, *, shown):
        born = relative(Relation.CHILD, nid(7), birth_date=date(2018, 9, 1), entitled_from=begins)
        form = replace(family(born), principal_national_id=OWN)
        ids = change_requests.record(form, actor=desk.people.clerk, submit=True).request_ids
        assert ("EARLIER_DAYS" in _doubts(ids)) is shown
        return ids

    (plain,) = asked(None, shown=True)
    change_requests.cancel([plain], actor=desk.people.clerk)
    desk.approve(asked(date(2018, 9, 1), shown=False)).at("2018-09-05 15:00")
    change_requests.cancel(asked(None, shown=False), actor=desk.people.clerk)  # it has the days until then
    desk.approve(asked(date(2018, 10, 1), shown=False)).at("2018-10-01 15:00")
    assert [(one.entitled_from, one.entitled_until) for one in desk.rights(nid(7))] == [
        (date(2018, 9, 1), date(2018, 10, 1)), (date(2018, 10, 1), date(2038, 9, 1)),
    ]  # fmt: skip
    assert desk.state(nid(7)) == "ACTIVE"


def test_who_was_asked_for_before_the_end_was_known_goes_back_with_it(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-04 22:00")
    form = replace(family(relative(Relation.CHILD, nid(7), birth_date=date(2018, 9, 1))), principal_national_id=OWN)
    ids = change_requests.record(form, actor=desk.people.clerk, submit=True).request_ids
    desk.approve(ids).approve(desk.end(OWN, R.RESIGNED_NO_PENSION, date(2018, 9, 5))).at("2018-09-05 15:00")
    assert desk.request(ids[0]).round_error == "PRINCIPAL_NOT_EFFECTIVE"


def test_what_goes_on_by_a_move_begins_where_the_other_ends(desk):  # noqa: F811 - a fixture
    """Its first day is no slip of the pen that could be changed (spec 5.2)."""
    desk.family().at("2018-09-05 09:00").approve(desk.move(date(2018, 9, 5)), desk.people.other_registrar)
    desk.at("2018-09-05 15:00")
    for number, values in (
        (OWN, {"service_start_date": date(2018, 9, 8)}),
        (CHILD, {"entitled_from": date(2018, 9, 8)}),
    ):
        with pytest.raises(InvalidForm) as refused:
            change(desk, number, clerk=desk.people.other_clerk, **values)
        assert [(one.code, one.facts["since"]) for one in refused.value.errors] == [
            ("BEGINS_WITH_MOVE", date(2018, 9, 5))
        ]


@pytest.mark.parametrize("kind", [RequestType.TRANSFER_IN, RequestType.PENSION])
def test_who_joined_after_the_day_of_a_late_move_or_pension_may_have_begun_earlier(desk, kind):  # noqa: F811 - a fixture
    """Nothing stands before that right which it could go on from (spec 3.8): a day that was a slip is mended."""
    desk.family().at("2018-11-20 09:00")
    new = relative(Relation.MOTHER, nid(6), birth_date=date(1952, 1, 1), entitled_from=date(2018, 11, 10))
    done = change_requests.record(family(new, principal_national_id=OWN), actor=desk.people.clerk, submit=True)
    desk.approve(done.request_ids).at("2018-11-20 11:00")
    day, clerk, registrar = date(2018, 10, 1), desk.people.clerk, desk.people.registrar
    if kind is RequestType.PENSION:
        desk.approve(desk.go_on(kind, day))
    else:
        clerk, registrar = desk.people.other_clerk, desk.people.other_registrar
        desk.approve(desk.move(day), registrar)
    desk.at("2018-11-20 15:00")
    assert [(one.agency_id, one.entitled_from) for one in desk.rights(nid(6))] == [
        (clerk.agency_id, date(2018, 11, 10))
    ]
    desk.approve(change(desk, nid(6), clerk=clerk, entitled_from=date(2018, 11, 3)), registrar).at("2018-11-21 11:00")
    assert [one.entitled_from for one in desk.rights(nid(6))] == [date(2018, 11, 3)]


def test_a_pension_that_began_too_late_is_mended_to_the_day_that_leaves_no_gap(desk):  # noqa: F811 - a fixture
    """And from then on it keeps that day. A suspension leaves the pension as it is; any other end takes it along."""
    desk.family().at("2018-10-05 09:00").approve(desk.go_on(RequestType.PENSION, date(2018, 11, 1)))
    away = EndForm(desk.at("2018-11-02 09:00").rights(OWN)[0].id, None, date(2018, 10, 1))
    desk.approve(endings.report_end(away, actor=desk.people.clerk).request_ids).at("2018-11-02 11:00")
    assert [one.entitled_until for one in desk.rights(OWN)] == [date(2018, 10, 1), None]
    desk.approve(change(desk, OWN, service_start_date=date(2018, 10, 1))).at("2018-11-02 15:00")
    assert desk.right(OWN).entitled_from == date(2018, 10, 1)
    with pytest.raises(InvalidForm):
        change(desk, OWN, service_start_date=date(2018, 10, 9))


def test_of_two_rights_one_is_used_when_one_that_was_asked_ahead_begins(desk):  # noqa: F811 - a fixture
    """Through the mother from the day of her pension on: on that day no round carries anything of the child."""
    people, on = desk.family().people, date(2018, 10, 1)

    def carried(form, text):
        ids = change_requests.record(form, actor=people.other_clerk, submit=True).request_ids
        desk.approve(ids, people.other_registrar).at(text)

    desk.at("2018-09-02 09:00")
    mother = official(MOTHER, birth_date=date(1981, 1, 1), service_start_date=date(2018, 9, 1), sex=Sex.F, title_th="",
                      personnel_type=PersonnelType.TAO_OFFICER)  # fmt: skip
    carried(family(mother), "2018-09-02 15:00")
    pension = ContinuationForm(desk.right(MOTHER).id, RequestType.PENSION, on)
    desk.approve(continuations.go_on(pension, actor=people.other_clerk).request_ids, people.other_registrar)
    child = family(relative(Relation.CHILD, CHILD, birth_date=date(2012, 1, 1), entitled_from=on))
    carried(replace(child, principal_national_id=MOTHER), "2018-09-05 15:00")
    desk.at("2018-10-02 15:00")
    used = [_childs(desk, one.agency_id).standby_since is None for one in (people.clerk, people.other_clerk)]
    assert used == [True, False] and _childs(desk, people.other_clerk.agency_id).entitled_from == on
