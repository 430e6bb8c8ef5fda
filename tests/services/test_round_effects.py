"""What a round does beside the right that a request names: papers that go along, days that follow, a line in the audit."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION
from app.domain.clock import real_now
from app.domain.errors import InvalidForm
from app.domain.people import (
    DocType,
    EvidenceFault,
    PersonnelType,
    Relation,
    RequestStatus,
    RequestType,
    TerminationReason,
)
from app.models import AuditEvent, EvidenceDocument, EvidenceLink
from app.services import change_requests, endings, transfers
from app.services.transaction import reading, transaction
from tests import builders
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import CHILD, FATHER, OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.rights_differences import differences
from tests.services.test_changes_of_rights import change

pytest_generate_tests = on_both(
    frozenset(
        {
            "test_the_papers_of_an_entry_and_of_its_changes_go_along_with_a_move",
            "test_nobody_is_left_with_a_right_that_was_over_before_the_own_right_begins",
            "test_the_family_begins_no_earlier_than_the_own_right_that_a_change_begins_later",
        }
    )
)
R = TerminationReason


@pytest.fixture
def desk(people) -> Desk:
    return Desk(people).family()


def paper(desk: Desk, request_id: int, *, fault: EvidenceFault | None = None) -> int:
    """A document that proves a request, as a registrar left it."""
    agency_id = desk.people.clerk.agency_id or 0
    with transaction(builders.ROBOT) as session:
        document = EvidenceDocument(uploader_agency_id=agency_id, doc_type=DocType.HOUSE_REG, uploaded_at=real_now())
        session.add(document)
        session.flush()
        session.add(EvidenceLink(request_id=request_id, evidence_id=document.id, agency_id=agency_id, fault=fault))
        return document.id


def test_the_papers_of_an_entry_and_of_its_changes_go_along_with_a_move(desk):
    certified = paper(desk, desk.right(SPOUSE).request_id or 0)
    desk.at("2018-10-01 09:00")
    edited = change(desk, SPOUSE, last_name_th="ใหม่งาม")
    desk.approve(edited).at("2018-10-01 11:00")
    mended = paper(desk, edited[0])
    paper(desk, desk.right(CHILD).request_id or 0, fault=EvidenceFault.UNREADABLE)
    ids = desk.move(date(2018, 10, 5))
    desk.approve(ids, desk.people.other_registrar).at("2018-10-01 15:00")
    with reading(NATION) as session:
        links = session.scalars(sa.select(EvidenceLink).where(EvidenceLink.request_id.in_(ids))).all()
    spouse = desk.rights(SPOUSE)[-1].request_id
    there = desk.people.other_clerk.agency_id
    assert {(one.request_id, one.evidence_id, one.agency_id) for one in links} == {
        (spouse, certified, there), (spouse, mended, there),
    }  # fmt: skip


def test_who_is_back_on_duty_was_suspended_until_that_day(desk):
    desk.at("2019-02-01 10:00").approve(desk.end(OWN, None, date(2019, 2, 1))).at("2019-02-01 11:00")
    desk.at("2019-08-02 09:00").approve(desk.go_on(RequestType.REINSTATE, date(2019, 8, 1))).at("2019-08-02 11:00")
    for number in (OWN, SPOUSE, FATHER, CHILD):
        away, back = desk.rights(number)
        assert (away.suspended_until, back.entitled_from) == (date(2019, 8, 1), date(2019, 8, 1)), number
        assert back.suspended_until is None


def test_the_family_begins_no_earlier_than_the_own_right_that_a_change_begins_later(desk):
    desk.at("2018-10-01 09:00")
    desk.approve(change(desk, OWN, service_start_date=date(2013, 5, 1))).at("2018-10-01 11:00")
    begins = {number: [one.entitled_from for one in desk.rights(number)] for number in (OWN, SPOUSE, FATHER, CHILD)}
    assert begins == dict.fromkeys((OWN, SPOUSE, FATHER, CHILD), [date(2013, 5, 1)])


def test_nobody_is_left_with_a_right_that_was_over_before_the_own_right_begins(desk):
    """Neither when the later first day is asked for nor where the end is carried by the same round: the entry is voided first."""
    dies, later = date(2018, 9, 10), {"service_start_date": date(2018, 9, 15)}
    raced = change(desk.at("2018-09-20 09:00"), OWN, **later)
    desk.approve(desk.end(FATHER, R.DECEASED, dies)).approve(raced).at("2018-09-20 15:00")
    lost = desk.request(raced[0])
    assert (lost.status, lost.law_code) == (RequestStatus.ROUND_ERROR, "ENDED_BEFORE_START")
    with pytest.raises(InvalidForm) as refused:
        change(desk.at("2018-09-21 09:00"), OWN, **later)
    (error,) = refused.value.errors
    father = desk.right(FATHER)
    assert (error.code, error.facts["name"]) == ("ENDED_BEFORE_START", father.person.full_name)
    assert (father.entitled_from, father.entitled_until) == (date(2010, 4, 1), date(2018, 9, 11))
    error_of = change_requests.report_error(father.id, "วันเริ่มรับราชการผิด", actor=desk.people.clerk).request_ids
    desk.approve(error_of).at("2018-09-21 15:00").approve(change(desk, OWN, **later)).at("2018-09-22 15:00")
    assert [desk.right(number).entitled_from for number in (OWN, SPOUSE)] == [date(2018, 9, 15)] * 2
    assert desk.rights(FATHER) == [] and list(differences()) == []


def test_who_begins_under_the_first_of_two_own_rights_ends_with_that_one(desk):
    """He resigns in October, serves again from November on, and that ends too."""
    desk.at("2018-09-20 09:00").approve(desk.end(OWN, R.RESIGNED_NO_PENSION, date(2018, 10, 1))).at("2018-09-20 15:00")
    again = official(OWN, birth_date=date(1980, 1, 1), service_start_date=date(2018, 11, 1))
    desk.approve(change_requests.record(family(again), actor=desk.people.clerk, submit=True).request_ids)
    desk.at("2018-09-21 11:00")
    desk.approve(desk.end(OWN, R.RESIGNED_NO_PENSION, date(2018, 12, 1))).at("2018-09-21 15:00")
    mother = relative(Relation.MOTHER, nid(9), birth_date=date(1952, 1, 1), entitled_from=date(2018, 9, 20))
    done = change_requests.record(family(mother, principal_national_id=OWN), actor=desk.people.clerk, submit=True)
    desk.approve(done.request_ids).at("2018-09-22 15:00")
    assert (desk.right(nid(9)).entitled_from, desk.right(nid(9)).entitled_until) == (
        date(2018, 9, 20),
        date(2018, 10, 1),
    )


def test_who_came_back_with_the_official_is_written_once(desk):
    desk.at("2018-09-20 09:00").approve(desk.end(OWN, None, date(2018, 9, 20))).at("2018-09-20 15:00")
    version = desk.right(SPOUSE).version
    desk.at("2018-09-24 09:00").approve(desk.go_on(RequestType.REINSTATE, date(2018, 9, 24))).at("2018-09-24 15:00")
    old, _ = desk.rights(SPOUSE)
    assert (old.suspended_until, old.version) == (date(2018, 9, 24), version + 1)


def test_what_a_round_cancels_because_its_ground_is_gone_stands_in_the_audit(desk):
    desk.at("2018-10-01 09:00")
    (waits,) = change(desk, SPOUSE, first_name_th="อื่น")
    desk.approve(desk.end(SPOUSE, R.DIVORCED, date(2018, 9, 28))).at("2018-10-01 11:00")
    assert desk.request(waits).status is RequestStatus.CANCELLED
    with reading(NATION) as session:
        (told,) = session.scalars(sa.select(AuditEvent).where(AuditEvent.verb == "cancel_in_round")).all()
    assert (told.object_type, told.object_id, told.agency_id) == (
        "change_request", str(waits), desk.people.clerk.agency_id,
    )  # fmt: skip
    assert set(told.detail) == {"round"} and told.actor_name == "robot:round"


def test_an_end_that_is_told_anew_cancels_nothing_of_where_the_person_serves_since(desk):
    desk.at("2018-10-12 09:00").approve(desk.end(OWN, R.DISMISSED, date(2018, 10, 10))).at("2018-10-12 11:00")
    old = desk.right(OWN)
    elsewhere = official(
        OWN,
        personnel_type=PersonnelType.TAO_OFFICER,
        service_start_date=date(2018, 10, 15),
        birth_date=date(1980, 1, 1),
    )
    desk.at("2018-10-16 09:00")
    (new,) = change_requests.record(family(elsewhere), actor=desk.people.other_clerk, submit=True).request_ids

    def told_anew(on: date) -> tuple[int, ...]:
        form = endings.EndForm(old.id, R.DISMISSED, on)
        return endings.report_end(form, actor=desk.people.clerk).request_ids

    desk.approve(told_anew(date(2018, 10, 8))).at("2018-10-16 11:00")
    assert desk.request(new).status is RequestStatus.PENDING_APPROVAL
    desk.approve([new], desk.people.other_registrar).at("2018-10-16 15:00")
    taken = transfers.TransferForm(desk.right(OWN).id, date(2018, 12, 1), PersonnelType.MUNICIPAL_OFFICER)
    (back,) = transfers.take_over([taken], actor=desk.people.clerk)[0].request_ids
    desk.at("2018-10-17 09:00").approve(told_anew(date(2018, 10, 5))).at("2018-10-17 11:00")
    assert desk.request(back).status is RequestStatus.PENDING_APPROVAL
    assert desk.rights(OWN)[0].entitled_until == date(2018, 10, 5)
