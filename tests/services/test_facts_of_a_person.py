"""Deaths and mended particulars hold at every agency where the person has rights, and what they replaced can come back."""

from datetime import date

import pytest

from app.domain.actor import NATION
from app.domain.errors import Conflict, InvalidForm, NotFound
from app.domain.people import NoticeKind, PersonnelType, Relation, RequestStatus, RequestType, Sex, TerminationReason
from app.models.database import db
from app.services import agency_notices, change_requests, endings
from app.services.crossings import transfer_notices
from app.services.endings import EndForm
from app.services.invariants import findings
from app.services.transaction import reading
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import CHILD, FATHER, FROM, OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.test_changes_of_rights import change

R = TerminationReason
MOTHER_THERE, WIFE_THERE = nid(21), nid(22)
pytest_generate_tests = on_both(
    frozenset(
        {
            "test_a_death_ends_the_rights_at_every_agency_and_those_that_lean_on_them",
            "test_a_mended_birth_date_cuts_the_right_elsewhere_and_lengthens_none",
            "test_the_end_that_a_death_replaced_comes_back_with_its_reason",
        }
    )
)


@pytest.fixture
def desk(people) -> Desk:
    """A family at the first agency; its child has a right at the second too, its grandfather serves there."""
    desk = Desk(people).family()
    desk.at("2018-09-02 09:00")
    there = [
        [official(MOTHER_THERE, sex=Sex.F, personnel_type=PersonnelType.TAO_OFFICER, service_start_date=FROM),
         relative(Relation.CHILD, CHILD, birth_date=date(2012, 1, 1))],
        [official(FATHER, first_name_th="สมศรี", birth_date=date(1950, 1, 1), service_start_date=FROM,
                  personnel_type=PersonnelType.PERMANENT_EMPLOYEE),
         relative(Relation.SPOUSE, WIFE_THERE, birth_date=date(1955, 1, 1))],
    ]  # fmt: skip
    for members in there:
        done = change_requests.record(family(*members), actor=people.other_clerk, submit=True)
        desk.approve(done.request_ids, people.other_registrar)
    return desk.at("2018-09-02 11:00")


@pytest.fixture(autouse=True)
def _nothing_is_broken(desk):
    yield
    with db.engine.connect() as connection:
        assert [(one.invariant.code, one.examples) for one in findings(connection) if one.count] == []


def days(desk, number):
    return [(one.agency_id, one.entitled_until, one.termination_reason) for one in desk.rights(number)]


def test_a_death_ends_the_rights_at_every_agency_and_those_that_lean_on_them(desk):
    here, there = desk.people.clerk.agency_id, desk.people.other_clerk.agency_id
    baby = relative(Relation.CHILD, nid(23), birth_date=date(2018, 9, 3), sex=Sex.M)
    form = family(baby, principal_national_id=FATHER)
    desk.at("2018-09-04 09:00")
    waits = change_requests.record(form, actor=desk.people.other_clerk, submit=True).request_ids
    also = endings.report_end(
        EndForm(desk.right(FATHER).id, R.DECEASED, date(2018, 9, 3)), actor=desk.people.other_clerk
    )
    desk.approve(endings.report_end(
        EndForm(next(one.id for one in desk.rights(FATHER) if one.agency_id == here), R.DECEASED, date(2018, 9, 3)),
        actor=desk.people.clerk).request_ids).at("2018-09-04 11:00")  # fmt: skip
    gone = date(2018, 9, 4)
    assert days(desk, FATHER) == [(here, gone, R.DECEASED), (there, gone, R.DECEASED)]
    assert days(desk, WIFE_THERE) == [(there, gone, R.PRINCIPAL_ENDED)]
    assert {desk.request(i).status for i in (*waits, *also.request_ids)} == {RequestStatus.CANCELLED}
    (told,) = agency_notices.told(actor=desk.people.other_clerk)
    assert (told.kind, told.from_agency, told.noted_at) == (NoticeKind.DEATH, "เทศบาลเมืองตัวอย่าง", None)
    assert agency_notices.told(actor=desk.people.clerk) == []
    with pytest.raises(NotFound):
        agency_notices.note(told.notice_id, actor=desk.people.clerk)
    agency_notices.note(told.notice_id, actor=desk.people.other_clerk)
    assert transfer_notices.count_notices(actor=desk.people.other_clerk) == 0
    again = official(FATHER, first_name_th="สมศรี", birth_date=date(1950, 1, 1), service_start_date=date(2018, 9, 10))
    with pytest.raises(InvalidForm) as refused:
        change_requests.record(family(again), actor=desk.people.clerk, submit=True)
    assert "PERSON_DECEASED" in [error.code for error in refused.value.errors]

    # The other agency knows better: everything stands again, and the first one is told.
    desk.at("2018-09-05 09:00")
    own_there = next(one.id for one in desk.rights(FATHER) if one.agency_id == there)
    back = endings.take_back_end(own_there, "ยังมีชีวิตอยู่", actor=desk.people.other_clerk)
    desk.approve(back.request_ids, desk.people.other_registrar).at("2018-09-05 11:00")
    assert days(desk, FATHER) == [(here, None, None), (there, None, None)]
    assert days(desk, WIFE_THERE) == [(there, None, None)] and desk.right(FATHER).person.death_date is None
    assert [one.kind for one in agency_notices.told(actor=desk.people.clerk)] == [NoticeKind.DEATH_TAKEN_BACK]


def test_two_agencies_that_report_one_death_in_one_round_do_not_hinder_each_other(desk):
    desk.at("2018-09-04 09:00")
    for right, clerk, registrar, day in zip(
        desk.rights(CHILD), (desk.people.clerk, desk.people.other_clerk),
        (desk.people.registrar, desk.people.other_registrar), (date(2018, 9, 3), date(2018, 9, 2)), strict=True,
    ):  # fmt: skip
        desk.approve(endings.report_end(EndForm(right.id, R.DECEASED, day), actor=clerk).request_ids, registrar)
    desk.at("2018-09-04 11:00")
    assert {until for _, until, _ in days(desk, CHILD)} == {date(2018, 9, 3)}  # the earlier day
    assert desk.right(CHILD).person.death_date == date(2018, 9, 2)


def test_a_mended_birth_date_cuts_the_right_elsewhere_and_lengthens_none(desk):
    desk.at("2018-10-01 09:00").approve(change(desk, SPOUSE, last_name_th="ใหม่งาม")).at("2018-10-01 11:00")
    assert agency_notices.told(actor=desk.people.other_clerk) == []  # she has no right there
    mine = desk.rights(CHILD)[0]
    desk.approve(change(desk, CHILD, right=mine, birth_date=date(2011, 1, 1))).at("2018-10-01 15:00")
    assert [until for _, until, _ in days(desk, CHILD)] == [date(2031, 1, 1)] * 2
    assert [one.kind for one in agency_notices.told(actor=desk.people.other_clerk)] == [NoticeKind.PERSON_CHANGED]
    desk.at("2018-10-02 09:00")
    mine = next(one for one in desk.rights(CHILD) if one.agency_id == desk.people.clerk.agency_id)
    desk.approve(change(desk, CHILD, right=mine, birth_date=date(2012, 5, 1))).at("2018-10-02 11:00")
    here, there = sorted(desk.rights(CHILD), key=lambda one: one.agency_id)
    assert (here.entitled_from, here.entitled_until) == (date(2012, 5, 1), date(2032, 5, 1))
    assert (there.entitled_from, there.entitled_until) == (date(2012, 5, 1), date(2031, 1, 1))


def test_the_end_that_a_death_replaced_comes_back_with_its_reason(desk):
    desk.at("2018-09-10 09:00").approve(desk.end(OWN, R.RETIRED_LUMP_SUM, date(2018, 10, 1))).at("2018-09-10 11:00")
    desk.at("2018-09-11 09:00").approve(desk.end(OWN, R.DECEASED, date(2018, 9, 10))).at("2018-09-11 11:00")
    assert desk.right(OWN).termination_reason is R.DECEASED
    done = endings.take_back_end(desk.right(OWN).id, "คนชื่อเหมือน", actor=desk.people.clerk)
    desk.approve(done.request_ids).at("2018-09-11 15:00")
    own, wife = desk.right(OWN), desk.right(SPOUSE)
    assert (own.entitled_until, own.termination_reason) == (date(2018, 10, 1), R.RETIRED_LUMP_SUM)
    assert (wife.entitled_until, wife.termination_reason) == (date(2018, 10, 1), R.PRINCIPAL_ENDED)
    desk.at("2018-09-12 09:00")
    done = endings.take_back_end(desk.right(OWN).id, "ขยายเวลา", actor=desk.people.clerk)
    desk.approve(done.request_ids).at("2018-09-12 11:00")
    assert desk.last_days() - {date(2032, 1, 1)} == {None} and desk.right(SPOUSE).termination_reason is None


def test_an_end_that_is_taken_back_no_longer_stands_behind_a_later_one(desk):
    desk.at("2018-09-10 09:00").approve(desk.end(OWN, R.RETIRED_LUMP_SUM, date(2018, 10, 1))).at("2018-09-10 11:00")
    desk.at("2018-09-11 09:00").approve(desk.end(SPOUSE, R.DIVORCED, date(2018, 9, 5))).at("2018-09-11 11:00")
    for number in (OWN, SPOUSE):
        done = endings.take_back_end(desk.right(number).id, "แจ้งผิด", actor=desk.people.clerk)
        desk.approve(done.request_ids)
        desk.at("2018-09-12 11:00" if number == OWN else "2018-09-13 11:00")
    assert (desk.right(SPOUSE).entitled_until, desk.right(SPOUSE).termination_reason) == (None, None)


def test_a_grown_child_of_a_suspended_official_is_suspended_no_longer_than_its_own_right(desk):
    desk.at("2019-02-01 10:00").approve(desk.end(OWN, None, date(2019, 2, 1))).at("2019-02-01 11:00")
    here = desk.people.clerk.agency_id
    right = next(one for one in desk.rights(CHILD) if one.agency_id == here)
    with reading(NATION) as session:
        from app.services.clock import business_now

        now = business_now(session)
    assert right.state_on(date(2031, 12, 31), now) == "SUSPENDED"
    assert right.state_on(date(2032, 1, 1), now) == "ENDED"
    desk.at("2032-01-02 09:00").approve(desk.end(OWN, R.DISMISSED, date(2032, 1, 2))).at("2032-01-02 11:00")
    right = next(one for one in desk.rights(CHILD) if one.agency_id == here)
    assert right.suspended_until == date(2032, 1, 1)


def test_a_right_that_was_to_begin_after_the_end_is_void_and_stands_again_with_it(desk):
    desk.at("2018-10-01 09:00")
    late = relative(Relation.MOTHER, nid(24), birth_date=date(1952, 1, 1), entitled_from=date(2018, 12, 1))
    done = change_requests.record(family(late, principal_national_id=OWN), actor=desk.people.clerk, submit=True)
    desk.approve(done.request_ids).at("2018-10-01 11:00")
    desk.approve(desk.end(OWN, R.DISMISSED, date(2018, 11, 1))).at("2018-10-01 15:00")
    assert desk.rights(nid(24)) == []
    done = endings.take_back_end(desk.right(OWN).id, "คำสั่งถูกเพิกถอน", actor=desk.people.clerk)
    desk.approve(done.request_ids).at("2018-10-02 11:00")
    assert [(one.entitled_from, one.entitled_until) for one in desk.rights(nid(24))] == [(date(2018, 12, 1), None)]


def test_who_stays_behind_before_his_right_began_has_none(desk):
    desk.at("2018-10-01 09:00")
    late = relative(Relation.MOTHER, nid(24), birth_date=date(1952, 1, 1), entitled_from=date(2018, 12, 1))
    done = change_requests.record(family(late, principal_national_id=OWN), actor=desk.people.clerk, submit=True)
    desk.approve(done.request_ids).at("2018-10-01 11:00")
    left = {desk.right(nid(24)).id: "อยู่ในอุปการะของพี่"}
    desk.approve(desk.move(date(2018, 11, 1), left_behind=left), desk.people.other_registrar).at("2018-10-01 15:00")
    assert desk.rights(nid(24)) == []


def test_of_two_changes_of_a_person_with_two_rights_the_first_decided_wins(desk):
    desk.at("2018-10-01 09:00")
    mother = official(nid(25), sex=Sex.F, service_start_date=FROM)
    form = family(mother, relative(Relation.CHILD, CHILD, birth_date=date(2012, 1, 1)))
    done = change_requests.record(form, actor=desk.people.clerk, submit=True)
    desk.approve(done.request_ids).at("2018-10-01 11:00")
    here = [one for one in desk.rights(CHILD) if one.agency_id == desk.people.clerk.agency_id]
    ids = [change(desk, CHILD, right=right, last_name_th=name)[0] for right, name in zip(here, "กข", strict=True)]
    desk.approve(ids).at("2018-10-01 15:00")
    first, second = (desk.request(i) for i in ids)
    assert (first.status, second.round_error) == (RequestStatus.EFFECTIVE, "CONFLICT")
    assert second.conflict_request_id == first.id and desk.right(CHILD).person.last_name_th == "ก"


def test_two_clerks_on_one_draft_do_not_write_over_each_other(desk):
    desk.at("2018-10-01 09:00")
    form = EndForm(desk.right(SPOUSE).id, R.DIVORCED, date(2018, 9, 20))
    draft = endings.report_end(form, actor=desk.people.clerk, submit=False).request_ids[0]
    again = {"request_id": draft, "seen_version": desk.request(draft).version}
    endings.report_end(
        EndForm(form.entitlement_id, R.DIVORCED, date(2018, 9, 21), **again), actor=desk.people.clerk, submit=False
    )
    with pytest.raises(Conflict, match="STALE"):
        endings.report_end(
            EndForm(form.entitlement_id, R.DIVORCED, date(2018, 9, 22), **again), actor=desk.people.clerk
        )
    with pytest.raises(NotFound):
        endings.report_end(
            EndForm(desk.right(FATHER).id, R.DECEASED, date(2018, 9, 22), **again), actor=desk.people.clerk
        )


def test_the_dates_of_a_move_are_reckoned_again_at_the_round(desk):
    desk.at("2018-11-01 09:00")
    ids = desk.move(date(2018, 11, 5))
    desk.approve(ids, desk.people.other_registrar)
    # In the same round, before the move: the birth date of the child is mended through the right at the second agency.
    child_there = next(one for one in desk.rights(CHILD) if one.agency_id == desk.people.other_clerk.agency_id)
    desk.approve(
        change(desk, CHILD, right=child_there, clerk=desk.people.other_clerk, birth_date=date(2011, 6, 1)),
        desk.people.other_registrar,
    )
    desk.at("2018-11-01 11:00")
    found = [desk.request(i) for i in ids]
    assert {one.status for one in found} == {RequestStatus.ROUND_ERROR}  # nobody moves without the child
    assert sorted((one.round_error.value, one.law_code) for one in found) == [
        ("FAMILY_CHANGED", "OK"), ("PRINCIPAL_NOT_EFFECTIVE", "OK"), ("PRINCIPAL_NOT_EFFECTIVE", "OK"),
        ("REFUSED_BY_RULES", "PERSON_DIFFERS"),
    ]  # fmt: skip


def test_a_family_draws_no_pension_without_its_principal(desk):
    desk.at("2018-11-01 09:00")
    left = {desk.right(SPOUSE).id: "อยู่ที่เดิม"}
    desk.approve(desk.move(date(2018, 11, 20), left_behind=left), desk.people.other_registrar)
    ids = desk.go_on(RequestType.PENSION, date(2018, 11, 10))
    desk.approve(ids).at("2018-11-01 11:00")
    assert {desk.request(i).status for i in ids} == {RequestStatus.ROUND_ERROR}
    assert desk.right(SPOUSE).sub_inscl == "L2"
