"""What a clerk takes over of a roster's changed lines becomes requests to change, together with the new ones."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION, robot
from app.domain.errors import BadInput, WrongState
from app.domain.imports import Decision, Fate, ImportState
from app.domain.people import PersonnelType, Relation, RequestStatus, RequestType, Sex
from app.models import ChangeRequest, Entitlement, Person
from app.services import roster_imports, roster_pages, transfers
from app.services.clock import set_clock
from app.services.transaction import reading
from app.services.transfers import TransferForm
from tests.services.carried_families import approve, in_effect, run_next_round
from tests.services.conftest import official as member
from tests.services.conftest import relative
from tests.services.lifecycle_desk import Desk
from tests.services.roster_desk import check, lines_of, note_of, work
from tests.services.roster_workbooks import dependent, nid, official, workbook
from tests.services.test_changes_of_rights import change

BOOK = workbook([official(1), official(2)])


@pytest.fixture
def database(sqlite_database):
    return sqlite_database


@pytest.fixture(autouse=True)
def first_of_december(database, tmp_path, monkeypatch):
    monkeypatch.setenv("INSTANCE", str(tmp_path / "instance"))
    set_clock(datetime(2026, 12, 1, 2, tzinfo=UTC), actor=robot("test"), production=False)


@pytest.fixture
def changed(people):
    """An import of one line that differs from what stands and of one that is new."""
    in_effect(member(nid(1), first_name_th="ชื่อเก่า"), clerk=people.clerk, registrar=people.registrar)
    found = check(BOOK, people.clerk)
    assert [row.fate for row in found.rows] == [Fate.CHANGED, Fate.NEW]
    return found.note.id


def requests():
    with reading(NATION) as session:
        query = sa.select(ChangeRequest).where(ChangeRequest.status == RequestStatus.PENDING_APPROVAL)
        return list(session.scalars(query.order_by(ChangeRequest.position)))


def sent(import_id, people):
    roster_imports.submit(import_id, actor=people.clerk)
    work()
    return note_of(import_id)


def test_a_change_that_is_taken_over_goes_with_the_new_ones_and_takes_effect(people, changed):
    roster_imports.take_changes(changed, taken=True, actor=people.clerk)
    note = sent(changed, people)
    assert (note.state, note.row_count) == (ImportState.SUBMITTED, 2)
    waiting = requests()
    assert {r.type for r in waiting} == {RequestType.CERTIFY_EDIT, RequestType.CERTIFY_NEW}
    assert {r.submission_no for r in waiting} == {note.submission_no}
    approve([r.id for r in waiting], people.registrar)
    run_next_round()
    with reading(NATION) as session:
        assert session.scalar(sa.select(Person.first_name_th).where(Person.national_id == nid(1))) != "ชื่อเก่า"
        assert session.scalar(sa.select(sa.func.count(Entitlement.id))) == 2
    assert check(BOOK, people.clerk).note.state is ImportState.SUBMITTED  # once


def test_what_is_not_taken_over_stays_and_all_is_undone_together(people, changed):
    (line,) = [line for line in lines_of(changed) if line.fate is Fate.CHANGED]
    roster_imports.decide(changed, {line.id: Decision.SAME}, actor=people.clerk)  # no word for such a line
    assert lines_of(changed)[0].decision is None
    roster_imports.decide(changed, {line.id: Decision.TAKE}, actor=people.clerk)
    roster_imports.take_changes(changed, taken=False, actor=people.clerk)
    assert sent(changed, people).row_count == 1
    assert roster_pages.find(changed, actor=people.clerk).unsent == 0  # nobody wanted it sent
    assert [r.type for r in requests()] == [RequestType.CERTIFY_NEW]
    with pytest.raises(WrongState):
        roster_imports.take_changes(changed, taken=True, actor=people.clerk)
    roster_imports.undo(changed, actor=people.clerk)
    again = check(BOOK, people.clerk).note
    roster_imports.take_changes(again.id, taken=True, actor=people.clerk)
    assert sent(again.id, people).row_count == 2
    assert roster_imports.undo(again.id, actor=people.clerk) == 2 and requests() == []


def test_a_change_that_is_refused_stays_out_with_its_reason_and_holds_nothing_up(people, changed):
    roster_imports.take_changes(changed, taken=True, actor=people.clerk)
    with reading(NATION) as session:
        right = session.scalars(sa.select(Entitlement)).one()

    change(
        Desk(people), nid(1), right=Desk(people).right(nid(1)), last_name_th="อื่น"
    )  # somebody asks for a change already
    assert right.relation == "SELF"
    note = sent(changed, people)
    assert (note.state, note.row_count) == (ImportState.SUBMITTED, 1)
    line = lines_of(changed)[0]
    assert (line.decision, line.reason["code"], line.request_id) == (None, "ALREADY_PENDING", None)
    assert roster_pages.find(changed, actor=people.clerk).unsent == 1


def test_where_every_change_is_refused_nothing_is_sent(people):
    in_effect(
        member(nid(1), personnel_type=PersonnelType.POLITICAL_EXECUTIVE, sex=Sex.M, birth_date=date(1970, 1, 1)),
        clerk=people.clerk, registrar=people.registrar,
    )  # fmt: skip
    found = check(workbook([official(1)]), people.clerk)
    with pytest.raises(BadInput, match="NOTHING_NEW"):
        roster_imports.submit(found.note.id, actor=people.clerk)
    roster_imports.take_changes(found.note.id, taken=True, actor=people.clerk)
    note = sent(found.note.id, people)
    assert (note.state, note.submission_no) == (ImportState.CHECKED, None)
    assert lines_of(note.id)[0].reason["code"] == "ANOTHER_RIGHT"


@pytest.mark.parametrize("title", ["ร.ต.ท.", "ร.ต.ท.หญิง"])
def test_a_rank_alone_makes_no_man_of_a_wife_who_stands(people, title):
    own = member(nid(1), birth_date=date(1973, 10, 7), service_start_date=date(2009, 9, 16), sex=Sex.M)
    wife = relative(Relation.SPOUSE, nid(501), birth_date=date(1977, 5, 1), sex=Sex.F, title_th="ร.ต.ท.")
    in_effect(own, wife, clerk=people.clerk, registrar=people.registrar)
    wed = {"ความสัมพันธ์": "คู่สมรส", "วันเดือนปีเกิด": "1/5/2520", "หลักฐาน": "ทะเบียนสมรสไทย", "บุตรลำดับที่": ""}
    found = check(workbook([official(1)], [dependent(501, 1, **wed | {"คำนำหน้า": title})]), people.clerk)
    assert "sex" not in {beside["field"] for row in found.rows for beside in row.beside if row.sheet == "ครอบครัว"}


def test_a_roster_does_not_move_the_first_day_of_who_came_from_another_agency(people):
    """As the person's own page does not (spec 5.2): the old right ends on that day, and nothing would stand between."""
    there = member(
        nid(1),
        birth_date=date(1973, 10, 7),
        service_start_date=date(2010, 4, 1),
        personnel_type=PersonnelType.TAO_OFFICER,
    )
    in_effect(there, clerk=people.other_clerk, registrar=people.other_registrar)
    desk, day = Desk(people), date(2026, 11, 5)
    moved = transfers.take_over(
        [TransferForm(desk.right(nid(1)).id, day, PersonnelType.MUNICIPAL_OFFICER)], actor=people.clerk
    )
    approve(moved[0].request_ids, people.registrar, note="ตรวจแล้ว")
    run_next_round()
    book = workbook([official(1, **{"วันที่เริ่มปฏิบัติหน้าที่": "10 พ.ย. 2569"})])
    found = check(book, people.clerk)
    assert [row.fate for row in found.rows] == [Fate.CHANGED]
    roster_imports.take_changes(found.note.id, taken=True, actor=people.clerk)
    sent(found.note.id, people)
    assert (requests(), lines_of(found.note.id)[0].reason["code"]) == ([], "BEGINS_WITH_MOVE")
