"""An end that the old agency reports while the new one takes the official over: nobody decides without having been told."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION
from app.domain.errors import InvalidForm
from app.domain.people import NoticeKind, PersonnelType, Relation, RequestStatus, RequestType, Sex, TerminationReason
from app.models import ChangeRequest, RequestFlag
from app.models.database import db
from app.services import agency_notices, approvals, change_requests, endings
from app.services.crossings import transfer_notices
from app.services.endings import EndForm
from app.services.invariants import findings
from app.services.transaction import reading
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import CHILD, FATHER, OWN, SPOUSE, database, on_both  # noqa: F401 - a fixture
from tests.services.test_approvals import versions
from tests.services.test_changes_of_rights import change, desk  # noqa: F401 - a fixture

pytest_generate_tests = on_both(
    frozenset(
        {
            "test_a_death_told_after_the_approval_holds_the_move",
            "test_what_waits_on_an_entry_that_a_death_voids_is_cancelled",
        }
    )
)
FIRST, BEFORE = date(2018, 10, 1), date(2018, 9, 20)
DEAD, RESIGNED = TerminationReason.DECEASED, TerminationReason.RESIGNED_NO_PENSION
PENSION = RequestType.PENSION


def _doubts(ids) -> set[str]:
    with reading(NATION) as session:
        return set(session.scalars(sa.select(RequestFlag.clause).where(RequestFlag.request_id.in_(ids))))


def test_a_death_that_waits_there_is_told_before_the_move_is_approved(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-10-01 08:00")
    told = desk.end(OWN, DEAD, BEFORE)
    ids = desk.move(FIRST)
    assert "DEATH_TOLD_THERE" in _doubts(ids[:1])
    assert not {"DEATH_TOLD_THERE", "END_TOLD_THERE"} & _doubts(ids[1:])
    with reading(NATION) as session:
        seen = {i: session.get_one(ChangeRequest, i).version for i in ids}
    (refused, *_) = approvals.approve(ids, actor=desk.people.other_registrar, seen_versions=seen)
    assert refused.error is not None and refused.error.code == "FLAGS_OPEN"
    desk.approve(ids[:1], desk.people.other_registrar).at("2018-10-01 11:00")  # with a note: he lives
    assert desk.states() == ["ACTIVE"] * 4
    gone = desk.request(told[0])
    assert (gone.status, gone.decision_reason) == (RequestStatus.CANCELLED, "TRANSFERRED_LGO")
    (line,) = transfer_notices.notices(actor=desk.people.clerk)
    assert line.cancelled == (gone.request_no,)


@pytest.mark.parametrize("day", [BEFORE, FIRST - timedelta(days=1)])
@pytest.mark.parametrize(("who", "moved"), [(OWN, True), (CHILD, True), (OWN, False), (CHILD, False)])
def test_a_death_from_before_the_day_of_a_move_is_told_where_the_right_was(desk, who, moved, day):  # noqa: F811 - a fixture
    """The round had carried the move, or pension; what was to begin on its day never does, until the death is taken back."""
    desk.family().at("2018-09-02 09:00")
    ids, by = (desk.move(FIRST), desk.people.other_registrar) if moved else (desk.go_on(PENSION, FIRST), None)
    here = desk.approve(ids, by).at("2018-09-02 15:00").rights(who)[0]
    told = endings.report_end(EndForm(here.id, DEAD, day), actor=desk.at("2018-10-05 09:00").people.clerk)
    desk.approve(told.request_ids).at("2018-10-05 15:00")
    dead = (OWN, SPOUSE, FATHER, CHILD) if who == OWN else (CHILD,)
    assert [(len(desk.rights(one)), desk.state(one)) for one in dead] == [(1, "ENDED")] * len(dead)
    assert {desk.right(one).entitled_until for one in dead} == {day + timedelta(days=1)}
    news = [one.kind for one in agency_notices.told(actor=desk.people.other_clerk)]
    assert news == [NoticeKind.DEATH] * moved
    back = endings.take_back_end(here.id, "คนชื่อเหมือน", actor=desk.people.clerk)
    desk.approve(back.request_ids).at("2018-10-06 15:00")
    everybody = (OWN, SPOUSE, FATHER, CHILD)
    assert desk.states() == ["ACTIVE"] * 4 and [len(desk.rights(one)) for one in everybody] == [2] * 4
    assert {desk.rights(one)[0].entitled_until for one in everybody} == {FIRST}
    with db.engine.connect() as connection:
        assert [(one.invariant.code, one.examples) for one in findings(connection) if one.count] == []


def test_what_waits_on_an_entry_that_a_death_voids_is_cancelled(desk):  # noqa: F811 - a fixture
    """He died before the day of the move: the new agency's entries, on which its reports wait, never began."""
    there = desk.people.other_clerk
    desk.family().at("2018-09-02 09:00").approve(desk.move(FIRST), desk.people.other_registrar).at("2018-10-03 09:00")
    here, wife = desk.rights(OWN)[0].id, desk.right(SPOUSE).id
    waits = [
        *endings.report_end(EndForm(desk.right(OWN).id, RESIGNED, date(2018, 11, 1)), actor=there).request_ids,
        *endings.report_end(EndForm(wife, TerminationReason.DIVORCED, date(2018, 10, 2)), actor=there).request_ids,
    ]
    told = endings.report_end(EndForm(here, DEAD, BEFORE), actor=desk.at("2018-10-05 09:00").people.clerk)
    desk.approve(told.request_ids).at("2018-10-05 15:00")
    found = [desk.request(one) for one in waits]
    assert {(one.status, one.decision_reason) for one in found} == {(RequestStatus.CANCELLED, "PRINCIPAL_ENDED")}


def test_each_move_names_what_it_cancelled_itself(desk):  # noqa: F811 - a fixture
    """Of who moved away, came home and moved away again."""
    people = desk.family().people
    cancelled = []
    for month, on in ((10, SPOUSE), (12, CHILD)):
        desk.at(f"2018-{month}-01 08:00")
        cancelled.append(desk.request(*change(desk, on, last_name_th="ใหม่งาม")).request_no)
        desk.approve(desk.move(date(2018, month, 1)), people.other_registrar).at(f"2018-{month}-01 15:00")
        if month == 10:
            home = desk.move(date(2018, 11, 1), clerk=people.clerk, personnel_type=PersonnelType.MUNICIPAL_OFFICER)
            desk.approve(home).at("2018-11-01 15:00")
    assert [line.cancelled for line in transfer_notices.notices(actor=people.clerk)] == [
        (one,) for one in cancelled[::-1]
    ]


def test_what_a_death_cancels_at_the_new_agency_was_not_cancelled_by_the_move(desk):  # noqa: F811 - a fixture
    """The wife serves there; the official's move and her death are carried by one round."""
    people, wife = desk.people, nid(9)
    who = {"birth_date": date(1981, 1, 1), "sex": Sex.F, "first_name_th": "สมศรี", "title_th": ""}
    desk.at("2018-09-20 09:00")
    his = family(official(OWN, service_start_date=date(2010, 4, 1), birth_date=date(1980, 1, 1)))
    hers = family(official(wife, service_start_date=date(2010, 4, 1), personnel_type=PersonnelType.TAO_OFFICER, **who))
    desk.approve(change_requests.record(his, actor=people.clerk, submit=True).request_ids)
    desk.approve(
        change_requests.record(hers, actor=people.other_clerk, submit=True).request_ids, people.other_registrar
    )
    moved = desk.at("2018-10-01 08:00").move(date(2018, 10, 1))
    wed = family(relative(Relation.SPOUSE, wife, **who), principal_national_id=OWN)
    (waits,) = change_requests.record(wed, actor=people.other_clerk, submit=True).request_ids
    died = endings.report_end(EndForm(desk.right(wife).id, DEAD, date(2018, 9, 29)), actor=people.other_clerk)
    desk.approve([*moved, *died.request_ids], people.other_registrar).at("2018-10-01 11:00")
    gone = desk.request(waits)
    assert (gone.status, gone.decision_reason) == (RequestStatus.CANCELLED, "PRINCIPAL_ENDED")


def test_another_end_that_waits_there_is_told_too(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-10-01 08:00")
    desk.end(SPOUSE, TerminationReason.DIVORCED, BEFORE)
    ids = desk.move(FIRST)
    wife = next(i for i in ids if desk.request(i).target_entitlement_id == desk.right(SPOUSE).id)
    assert "END_TOLD_THERE" in _doubts([wife])
    assert not {"DEATH_TOLD_THERE", "END_TOLD_THERE"} & _doubts(set(ids) - {wife})


def test_a_death_that_is_approved_after_all_holds_the_move(desk):  # noqa: F811 - a fixture
    """The new registrar had been told that it waits; that two officers there know it by now he had not."""
    desk.family().at("2018-10-01 08:00")
    told = desk.end(OWN, DEAD, BEFORE)
    ids = desk.move(FIRST)
    desk.approve(ids[:1], desk.people.other_registrar).approve(told).at("2018-10-01 11:00")
    assert desk.request(ids[0]).law_code == "DEATH_TOLD_THERE"
    assert desk.request(told[0]).status is RequestStatus.EFFECTIVE
    assert desk.states() == ["ENDED"] * 4


def test_a_death_that_waits_for_a_better_paper_is_told_too(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-10-01 08:00")
    (told,) = desk.end(OWN, DEAD, BEFORE)
    approvals.return_([told], "แนบมรณบัตร", actor=desk.people.registrar, seen_versions=versions(told))
    ids = desk.move(FIRST)
    assert "DEATH_TOLD_THERE" in _doubts(ids[:1])


def test_a_death_that_was_returned_after_the_approval_holds_the_move(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-10-01 08:00")
    ids = desk.move(FIRST)
    desk.approve(ids[:1], desk.people.other_registrar)
    (told,) = desk.end(OWN, DEAD, BEFORE)
    approvals.return_([told], "แนบมรณบัตร", actor=desk.people.registrar, seen_versions=versions(told))
    desk.at("2018-10-01 11:00")
    assert desk.right(OWN).agency_id == desk.people.clerk.agency_id
    assert (desk.request(ids[0]).law_code, desk.request(told).status) == ("DEATH_TOLD_THERE", RequestStatus.RETURNED)


@pytest.mark.parametrize("approved", [False, True])
def test_a_death_told_after_the_approval_holds_the_move(desk, approved):  # noqa: F811 - a fixture
    """Nobody carries a dead person over unseen; the death is decided where it was reported."""
    desk.family().at("2018-10-01 08:00")
    ids = desk.move(FIRST)
    desk.approve(ids[:1], desk.people.other_registrar)
    told = desk.end(FATHER, DEAD, BEFORE)
    if approved:
        desk.approve(told)
    desk.at("2018-10-01 11:00")
    errors = {desk.request(i).round_error for i in ids}
    assert "REFUSED_BY_RULES" in errors and "FAMILY_CHANGED" in errors
    assert {desk.request(i).law_code for i in ids} >= {"DEATH_TOLD_THERE"}
    assert desk.right(OWN).agency_id == desk.people.clerk.agency_id
    assert desk.request(told[0]).status is (RequestStatus.EFFECTIVE if approved else RequestStatus.PENDING_APPROVAL)


def test_what_was_approved_there_comes_first(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-10-01 08:00")
    ids = desk.move(FIRST)
    desk.approve(desk.end(OWN, RESIGNED, FIRST))
    with reading(NATION) as session:
        seen = {i: session.get_one(ChangeRequest, i).version for i in ids}
    (refused, *_) = approvals.approve(ids, actor=desk.people.other_registrar, seen_versions=seen, note="ตรวจแล้ว")
    assert refused.error is not None and refused.error.code == "END_APPROVED_THERE"


def test_who_begins_after_the_old_right_ends_is_a_new_principal(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-20 09:00").approve(desk.end(OWN, RESIGNED, FIRST)).at("2018-09-20 15:00")
    with pytest.raises(InvalidForm) as refused:
        desk.move(date(2018, 10, 5))
    (told,) = [error for error in refused.value.errors if error.code == "ENDED_THERE"]
    assert told.facts["until"] == FIRST
    starts = date(2018, 10, 5)
    form = family(
        official(OWN, birth_date=date(1980, 1, 1), service_start_date=starts, personnel_type=PersonnelType.TAO_OFFICER),
        relative(Relation.SPOUSE, SPOUSE, birth_date=date(1981, 1, 1), entitled_from=starts),
        relative(Relation.CHILD, CHILD, birth_date=date(2012, 1, 1), entitled_from=starts),
    )
    done = change_requests.record(form, actor=desk.people.other_clerk, submit=True)
    desk.approve(done.request_ids, desk.people.other_registrar).at("2018-09-21 15:00")
    assert [desk.request(i).status for i in done.request_ids] == [RequestStatus.EFFECTIVE] * 3
    assert [desk.state(n, starts) for n in (OWN, SPOUSE, CHILD)] == ["ACTIVE"] * 3
    assert desk.request(done.request_ids[0]).type is RequestType.CERTIFY_NEW
