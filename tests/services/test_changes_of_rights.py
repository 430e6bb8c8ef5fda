"""Changes of entries, and what must not get lost between ends, moves and changes."""

from datetime import date

import pytest

from app.domain.errors import BadInput, Conflict, InvalidForm, NotAllowed
from app.domain.people import Relation, RequestStatus, RequestType, Sex, TerminationReason, ToFollow
from app.rules.papers import MarriagePaper
from app.rules.told import Told
from app.services import approvals, change_requests, decision_plans, edits, endings, withdrawals
from app.services.edits import EditForm
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import CHILD, FATHER, OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.rights_differences import differences
from tests.services.test_approvals import versions

R = TerminationReason
pytest_generate_tests = on_both(
    frozenset(
        {
            "test_a_change_keeps_an_end_that_is_known_and_an_end_goes_before_a_change",
            "test_a_wrong_first_day_of_service_that_is_mended_gives_the_family_back_what_it_took",
            "test_who_joined_the_family_after_the_day_of_a_late_pension_comes_along",
            "test_the_right_of_a_family_comes_back_no_longer_than_the_principals",
        }
    )
)


@pytest.fixture
def desk(people) -> Desk:
    return Desk(people)


def change(desk, number, *, right=None, clerk=None, **values) -> tuple[int, ...]:
    """The clerk changes the newest entry, or this one, as it stands, but for `values`."""
    right = right or desk.right(number)
    person = right.person
    given = {
        "entitlement_id": right.id, "seen_right": right.version + person.version, "first_name_th": person.first_name_th,
        "last_name_th": person.last_name_th, "birth_date": person.birth_date, "sex": person.sex,
        "told": Told(to_follow=right.to_follow), "personnel_type": right.personnel_type,
        "service_start_date": right.service_start_date, "birth_order": right.birth_order,
    }  # fmt: skip
    return edits.change(EditForm(**(given | values)), actor=clerk or desk.people.clerk).request_ids


def test_a_name_is_changed_in_place_and_nothing_else(desk):
    desk.family().at("2018-10-01 09:00")
    desk.approve(change(desk, SPOUSE, last_name_th="ใหม่งาม")).at("2018-10-01 11:00")
    right = desk.right(SPOUSE)
    assert (right.person.last_name_th, right.entitled_from, right.entitled_until) == ("ใหม่งาม", date(2010, 4, 1), None)
    assert len(desk.rights(SPOUSE)) == 1


def test_a_birth_date_that_is_mended_moves_the_childs_majority(desk):
    desk.family().at("2018-10-01 09:00")
    desk.approve(change(desk, CHILD, birth_date=date(2013, 1, 1))).at("2018-10-01 11:00")
    assert (desk.right(CHILD).entitled_from, desk.right(CHILD).entitled_until) == (date(2013, 1, 1), date(2033, 1, 1))


@pytest.mark.parametrize("kind", [RequestType.TRANSFER_IN, RequestType.PENSION])
def test_who_is_changed_in_the_round_of_a_move_or_pension_holds_the_family_back_and_loses_nothing(desk, kind):
    desk.family().at("2018-10-01 09:00")
    day = date(2018, 10, 1)
    changed = change(desk, FATHER, last_name_th="ใหม่งาม")
    if kind is RequestType.PENSION:
        ids, registrar = desk.go_on(kind, day), None
    else:
        ids, registrar = desk.move(day), desk.people.other_registrar
    desk.approve(changed)
    desk.approve(ids[:1], registrar).at("2018-10-01 11:00")
    assert desk.request(changed[0]).status is RequestStatus.EFFECTIVE
    assert {desk.request(one).status for one in ids} == {RequestStatus.ROUND_ERROR}
    assert desk.request(ids[0]).round_error == "FAMILY_CHANGED"
    assert desk.states() == ["ACTIVE"] * 4 and desk.right(FATHER).termination_reason is None


def test_nothing_changed_a_stale_form_and_a_strangers_entry_are_refused(desk):
    desk.family().at("2018-10-01 09:00")
    with pytest.raises(BadInput, match="NOTHING_CHANGED"):
        change(desk, FATHER)
    with pytest.raises(Conflict, match="STALE"):
        change(desk, FATHER, seen_right=1, last_name_th="ก")
    with pytest.raises(InvalidForm):
        change(desk, FATHER, first_name_th=" ")


def test_a_change_keeps_an_end_that_is_known_and_an_end_goes_before_a_change(desk):
    desk.family().at("2018-09-28 10:00").approve(desk.end(OWN, R.RETIRED_LUMP_SUM, date(2018, 10, 1)))
    desk.at("2018-09-29 09:00").approve(change(desk, OWN, last_name_th="ใหม่งาม")).at("2018-09-29 11:00")
    own = desk.right(OWN)
    assert (own.person.last_name_th, own.entitled_until) == ("ใหม่งาม", date(2018, 10, 1))
    assert own.termination_reason is R.RETIRED_LUMP_SUM
    wife = change(desk, SPOUSE, first_name_th="อื่น")
    (end,) = desk.end(SPOUSE, R.DECEASED, date(2018, 9, 28))
    desk.approve([end]).at("2018-09-29 15:00")
    assert desk.request(wife[0]).status is RequestStatus.CANCELLED  # it was about what has ended


def test_of_two_changes_of_one_person_the_first_decided_wins(desk):
    desk.family().at("2018-10-01 09:00")
    (first,) = change(desk, SPOUSE, last_name_th="หนึ่ง")
    with pytest.raises(InvalidForm) as refusal:
        change(desk, SPOUSE, last_name_th="สอง")
    assert [error.code for error in refusal.value.errors] == ["ALREADY_PENDING"]
    desk.approve([first]).at("2018-10-01 11:00")
    assert desk.right(SPOUSE).person.last_name_th == "หนึ่ง"


def test_a_family_is_approved_after_its_principal_and_withdrawn_with_him(desk):
    desk.family().at("2018-11-01 09:00")
    ids = desk.move(date(2018, 11, 5))
    registrar = desk.people.other_registrar
    outcomes = approvals.approve(ids[1:], actor=registrar, seen_versions=versions(*ids))
    assert {outcome.error.code for outcome in outcomes} == {"PRINCIPAL_FIRST"}
    with pytest.raises(NotAllowed):
        approvals.approve(ids, actor=desk.people.other_clerk, seen_versions=versions(*ids))
    outcomes = approvals.approve(ids, actor=registrar, seen_versions=versions(*ids))  # no note on the missing order
    assert [outcome.error.code for outcome in outcomes] == ["FLAGS_OPEN", *["PRINCIPAL_FIRST"] * 3]
    desk.approve(ids, registrar).at("2018-11-01 11:00")
    assert {desk.request(i).status for i in ids} == {RequestStatus.EFFECTIVE}


def test_who_is_approved_along_stands_in_the_summary(desk):
    desk.family().at("2018-11-01 09:00")
    ids = desk.move(date(2018, 11, 5))
    plan = decision_plans.of_ticked(versions(ids[0]), approving=True, actor=desk.people.other_registrar)
    assert [one.request_id for one in plan.possible] == list(ids)
    assert {one.request_id: one.version for one in plan.planned} == versions(*ids)
    refusing = decision_plans.of_ticked(versions(ids[0]), approving=False, actor=desk.people.other_registrar)
    assert [one.request_id for one in refusing.planned] == [ids[0]]


def test_who_joined_the_family_after_the_day_of_a_late_pension_comes_along(desk):
    desk.family().at("2018-11-20 09:00")
    baby = relative(Relation.CHILD, nid(6), birth_date=date(2018, 11, 10), birth_order=2, sex=Sex.M)
    form = family(baby, principal_national_id=OWN)
    done = change_requests.record(form, actor=desk.people.clerk, submit=True)
    desk.approve(done.request_ids).at("2018-11-20 11:00")
    ids = desk.go_on(RequestType.PENSION, date(2018, 10, 1))
    desk.approve(ids).at("2018-11-20 15:00")
    assert {desk.request(i).status for i in ids} == {RequestStatus.EFFECTIVE}
    (right,) = desk.rights(nid(6))
    assert (right.entitled_from, right.sub_inscl) == (date(2018, 11, 10), "L4")


def test_a_divorce_since_the_day_of_a_late_pension_still_ends_the_right(desk):
    desk.family().at("2018-11-20 09:00").approve(desk.end(SPOUSE, R.DIVORCED, date(2018, 11, 10)))
    desk.at("2018-11-20 11:00").approve(desk.go_on(RequestType.PENSION, date(2018, 10, 1))).at("2018-11-20 15:00")
    assert desk.state(OWN) == "ACTIVE" and desk.state(SPOUSE) == "ENDED"
    assert desk.right(SPOUSE).entitled_until == date(2018, 11, 10)


def test_a_death_taken_back_leaves_no_dead_person(desk):
    desk.family().at("2018-10-12 09:00").approve(desk.end(OWN, R.DECEASED, date(2018, 10, 10))).at("2018-10-12 11:00")
    done = endings.take_back_end(desk.right(OWN).id, "คนชื่อเหมือน", actor=desk.people.clerk)
    desk.approve(done.request_ids).at("2018-10-12 15:00")
    assert desk.states() == ["ACTIVE"] * 4 and desk.right(OWN).person.death_date is None


def test_the_right_of_a_family_comes_back_no_longer_than_the_principals(desk):
    desk.family().at("2018-10-12 09:00").approve(desk.end(SPOUSE, R.DIVORCED, date(2018, 10, 1))).at("2018-10-12 11:00")
    desk.approve(desk.end(OWN, R.DISMISSED, date(2018, 10, 10))).at("2018-10-12 15:00")
    done = endings.take_back_end(desk.right(SPOUSE).id, "ไม่ได้หย่า", actor=desk.people.clerk)
    desk.approve(done.request_ids).at("2018-10-13 11:00")
    assert desk.right(SPOUSE).entitled_until == date(2018, 10, 10)
    done = endings.take_back_end(desk.right(OWN).id, "คำสั่งถูกเพิกถอน", actor=desk.people.clerk)
    desk.approve(done.request_ids).at("2018-10-13 15:00")
    assert desk.right(SPOUSE).entitled_until is None  # and not beyond it


def test_who_does_not_come_back_with_the_official_is_suspended_no_more(desk):
    desk.family().at("2019-02-01 10:00").approve(desk.end(OWN, None, date(2019, 2, 1))).at("2019-02-01 11:00")
    desk.at("2019-08-02 09:00")
    ids = desk.go_on(RequestType.REINSTATE, date(2019, 8, 1))
    childs = next(i for i in ids if desk.request(i).target_entitlement_id == desk.right(CHILD).id)
    approvals.reject([childs], "ไม่อยู่ในอุปการะ", actor=desk.people.registrar, seen_versions=versions(childs))
    desk.approve(ids[:1]).at("2019-08-02 11:00")
    assert desk.states() == ["ACTIVE", "ACTIVE", "ACTIVE", "ENDED"]
    assert desk.state(CHILD, date(2019, 7, 31)) == "SUSPENDED"


def test_nobody_comes_back_to_duty_while_one_of_the_family_waits_again(desk):
    desk.family().at("2019-02-01 10:00").approve(desk.end(OWN, None, date(2019, 2, 1))).at("2019-02-01 11:00")
    desk.at("2019-08-02 09:00")
    ids = desk.go_on(RequestType.REINSTATE, date(2019, 8, 1))
    childs = next(i for i in ids if desk.request(i).target_entitlement_id == desk.right(CHILD).id)
    desk.approve(ids[:1])
    withdrawals.withdraw([childs], actor=desk.people.registrar, seen_versions=versions(childs))
    desk.at("2019-08-02 11:00")
    assert desk.request(ids[0]).round_error == "FAMILY_CHANGED" and desk.states() == ["SUSPENDED"] * 4
    approvals.reject([childs], "ไม่อยู่ในอุปการะ", actor=desk.people.registrar, seen_versions=versions(childs))
    desk.approve(desk.go_on(RequestType.REINSTATE, date(2019, 8, 1))).at("2019-08-02 15:00")
    assert desk.states() == ["ACTIVE"] * 4


def test_who_is_suspended_is_not_suspended_once_more(desk):
    desk.family().at("2018-10-10 09:00").approve(desk.end(OWN, None, date(2018, 10, 8))).at("2018-10-10 11:00")
    with pytest.raises(InvalidForm) as refused:
        desk.end(OWN, None, date(2018, 10, 1))
    assert [error.code for error in refused.value.errors] == ["ALREADY_SUSPENDED"]
    assert desk.state(OWN, date(2018, 12, 1)) == desk.state(CHILD, date(2018, 12, 1)) == "SUSPENDED"


def married(day: date, **more) -> Told:
    return Told(marriage_paper=MarriagePaper.MARRIAGE_CERT_TH, marriage_date=day, to_follow=ToFollow.PAPERS, **more)


def wedded(desk, **typed) -> None:
    """A family in force whose wife and child were recorded with the day of the marriage certificate's copy."""
    told = married(date(2017, 5, 1))
    wife = relative(Relation.SPOUSE, SPOUSE, birth_date=date(1981, 1, 1), told=told, **typed)
    child = relative(Relation.CHILD, CHILD, birth_date=date(2016, 3, 5), told=told, birth_order=1)
    own = official(OWN, service_start_date=date(2010, 4, 1), birth_date=date(1980, 1, 1), sex=Sex.M)
    desk.at("2018-09-01 09:00")
    done = change_requests.record(family(own, wife, child), actor=desk.people.clerk, submit=True)
    desk.approve(done.request_ids).at("2018-09-01 15:00")


def test_the_true_day_of_a_marriage_gives_back_the_days_that_a_copys_day_took(desk):
    wedded(desk)
    assert {desk.right(one).entitled_from for one in (SPOUSE, CHILD)} == {date(2017, 5, 1)}
    true_day = married(date(2012, 2, 3))
    ids = change(desk, SPOUSE, told=true_day) + change(desk, CHILD, told=true_day)
    assert [desk.request(one).proposal.entitled_from for one in ids] == [date(2012, 2, 3), date(2016, 3, 5)]
    desk.approve(ids).at("2018-10-01 11:00")
    desk.approve(change(desk, SPOUSE, told=married(date(2009, 1, 1)))).at("2018-10-01 15:00")
    assert desk.right(SPOUSE).entitled_from == date(2010, 4, 1)


def test_an_earlier_birth_begins_the_right_where_a_birth_had_begun_it_also_while_a_pension_is_to_come(desk):
    desk.family().at("2018-10-01 09:00")
    desk.approve(desk.go_on(RequestType.PENSION, date(2019, 1, 1))).at("2018-10-01 11:00")
    running = desk.right(CHILD, date(2018, 10, 1))
    (changed,) = change(desk, CHILD, right=running, birth_date=date(2011, 12, 30))
    assert desk.request(changed).proposal.entitled_from == date(2011, 12, 30)


def test_a_first_day_that_was_typed_stays_when_the_marriage_is_mended(desk):
    wedded(desk, entitled_from=date(2018, 1, 1))
    (changed,) = change(desk, SPOUSE, told=married(date(2012, 2, 3)))
    assert desk.request(changed).proposal.entitled_from == date(2018, 1, 1)


def test_a_later_first_day_that_is_typed_with_the_true_day_of_the_marriage_is_kept(desk):
    wedded(desk)
    (changed,) = change(desk, SPOUSE, told=married(date(2012, 2, 3)), entitled_from=date(2013, 7, 1))
    assert desk.request(changed).proposal.entitled_from == date(2013, 7, 1)


def test_a_wrong_first_day_of_service_that_is_mended_gives_the_family_back_what_it_took(desk):
    """The wife had married before the service, the child was born in it, the father's day was typed."""
    desk.at("2018-09-01 09:00")
    told = married(date(2008, 2, 3))
    members = [
        official(OWN, service_start_date=date(2010, 4, 1), birth_date=date(1980, 1, 1), sex=Sex.M),
        relative(Relation.SPOUSE, SPOUSE, birth_date=date(1981, 1, 1), told=told),
        relative(Relation.CHILD, CHILD, birth_date=date(2012, 1, 5), told=told, birth_order=1),
        relative(Relation.FATHER, FATHER, birth_date=date(1950, 1, 1), sex=Sex.M, entitled_from=date(2011, 6, 1)),
    ]
    done = change_requests.record(family(*members), actor=desk.people.clerk, submit=True)
    desk.approve(done.request_ids).at("2018-09-01 15:00")
    before = [desk.right(one).entitled_from for one in (OWN, SPOUSE, CHILD, FATHER)]
    desk.approve(change(desk, OWN, service_start_date=date(2018, 8, 1))).at("2018-09-02 15:00")
    assert {desk.right(one).entitled_from for one in (OWN, SPOUSE, CHILD, FATHER)} == {date(2018, 8, 1)}
    mended = change(desk, OWN, service_start_date=date(2010, 4, 1))
    desk.approve(mended).at("2018-09-03 15:00")
    assert desk.request(mended[0]).status is RequestStatus.EFFECTIVE
    assert [desk.right(one).entitled_from for one in (OWN, SPOUSE, CHILD, FATHER)] == before
    assert before == [date(2010, 4, 1), date(2010, 4, 1), date(2012, 1, 5), date(2011, 6, 1)]
    desk.approve(change(desk, OWN, service_start_date=date(2009, 1, 5))).at("2018-09-04 15:00")
    assert [desk.right(one).entitled_from for one in (OWN, SPOUSE, CHILD, FATHER)] == [
        date(2009, 1, 5), date(2009, 1, 5), date(2012, 1, 5), date(2011, 6, 1),
    ]  # fmt: skip
    assert list(differences()) == []
