"""The crossing behind imports: narrow, and never without its row in the audit of reads."""

from datetime import date

import pytest

from app.domain.imports import Decision, Fate, ImportState
from app.domain.likeness import digits_apart
from app.domain.national_id import mask
from app.services import change_requests, jobs, roster_imports, roster_pages
from app.services.audit import person_hash
from config import load_config
from tests.services.carried_families import in_effect
from tests.services.conftest import family
from tests.services.conftest import official as member
from tests.services.rights_register import lose_the_audit_of_reads, reads
from tests.services.roster_desk import bring_in, check, lines_of, note_of, tray, work
from tests.services.roster_workbooks import dependent, nid, official, workbook


@pytest.fixture(autouse=True)
def instance(database, tmp_path, monkeypatch):
    monkeypatch.setenv("INSTANCE", str(tmp_path / "instance"))


def test_a_refusal_names_the_other_agency_and_nobody_there(people):
    in_effect(
        member(nid(9), personnel_type="PERMANENT_EMPLOYEE", first_name_th="ลับมาก"),
        clerk=people.other_clerk, registrar=people.other_registrar,
    )  # fmt: skip
    fitting = official(9, ประเภทบุคลากร="ลูกจ้างประจำ", ชื่อ="ลับมาก", นามสกุล="ใจดี", วันเดือนปีเกิด="4/5/2528")
    (row,) = check(workbook([fitting]), people.clerk).rows
    assert row.facts == {"agency": "อบต.ตัวอย่าง", "since": date(2015, 10, 1)}
    assert row.heading == "เลขประจำตัวประชาชน"


def test_a_number_whose_name_does_not_fit_tells_of_no_agency(people):
    in_effect(
        member(nid(9), personnel_type="PERMANENT_EMPLOYEE", first_name_th="ลับมาก"),
        clerk=people.other_clerk, registrar=people.other_registrar,
    )  # fmt: skip
    (row,) = check(workbook([official(9, ประเภทบุคลากร="ลูกจ้างประจำ")]), people.clerk).rows
    assert (row.fate, row.code, row.facts) == (Fate.LAW, "OWN_RIGHT_OVERLAP", {"differs": True})
    assert "อบต.ตัวอย่าง" not in str(row)


def test_each_person_found_at_another_agency_leaves_a_row_of_his_own(people):
    """One who has a right there, one who is asked for there, and a namesake under his own number; nobody of one's own."""
    there = {"clerk": people.other_clerk, "registrar": people.other_registrar}
    namesake = member(
        nid(8),
        first_name_th="สมชาย",
        last_name_th="ใจดี",
        birth_date=date(1973, 10, 7),
        personnel_type="PERMANENT_EMPLOYEE",
    )
    in_effect(member(nid(9), personnel_type="PERMANENT_EMPLOYEE"), **there)
    in_effect(namesake, **there)
    asked = family(member(nid(7), personnel_type="PERMANENT_EMPLOYEE"))
    change_requests.record(asked, actor=people.other_clerk, submit=True)
    in_effect(member(nid(6)), clerk=people.clerk, registrar=people.registrar)
    before = len(reads())
    check(workbook([official(1), *(official(n, ชื่อ="อื่น") for n in (6, 7, 9))]), people.clerk)
    *each, summary = reads()[before:]
    key = load_config()["SECRET_KEY"]
    expected = {7: "ASKED_ELSEWHERE", 8: "NAMESAKE_ELSEWHERE", 9: "STANDS_ELSEWHERE"}
    assert {row.person_hash: row.answer for row in each} == {person_hash(nid(n), key): a for n, a in expected.items()}
    assert len(each) == 3 and {row.object_id for row in each} == {summary.object_id} and summary.person_hash is None


def test_the_matching_is_audited_once_with_its_counts(people):
    content = workbook([official(1)], [dependent()])
    bring_in(content, people.clerk, "a.xlsx")
    (row,) = reads()
    assert (row.purpose, row.actor_name, row.answer) == (
        "ROSTER_MATCHING",
        "c1",
        "2 people, 0/0/0 known",
    )
    check(workbook([official(1), official(2)]), people.clerk)
    assert [row.answer for row in reads()][1:] == ["2 people, 0/1/0 known"]


def test_what_cannot_be_audited_is_not_brought_in(people):
    lose_the_audit_of_reads()
    import_id = roster_imports.receive(workbook([official(1)]), "a.xlsx", actor=people.clerk, tray=tray())
    jobs.run(note_of(import_id).job_id, 1)
    note = note_of(import_id)
    assert (note.state, note.counts, lines_of(import_id)) == (ImportState.CHECKING, {}, [])


def decided(found, decision, actor):
    doubts = [line.id for line in lines_of(found.note.id) if line.fate is Fate.DOUBT]
    roster_imports.decide(found.note.id, dict.fromkeys(doubts, decision), actor=actor)


def test_the_same_name_and_birth_date_under_another_number_waits_for_the_clerk(people):
    """In the register (a near miss: ไชย for ชัย), in a request, and in the file itself (a ์ left out); each beside the line."""
    born = {"birth_date": date(1973, 10, 7)}
    in_effect(
        member(nid(1), first_name_th="ศักดิ์ชัย", last_name_th="วรรณา", **born),
        clerk=people.clerk, registrar=people.registrar,
    )  # fmt: skip
    change_requests.record(family(member(nid(2), **born, last_name_th="รออยู่")), actor=people.clerk, submit=True)
    slip = nid(10)
    staff = [
        official(10, ชื่อ="สักดิ์ไชย", นามสกุล="วันนา"), official(11, นามสกุล="รออยู่"),
        official(12, นามสกุล="คู่สิทธิ์"), official(13, นามสกุล="คู่สิทธิ"), official(14),
    ]  # fmt: skip
    found = check(workbook(staff, [dependent(501, 10)]), people.clerk)
    assert [row.fate for row in found.rows] == [Fate.DOUBT] * 4 + [Fate.NEW, Fate.NEW]
    (beside,) = found.rows[0].beside
    assert (beside["where"], beside["name"], beside["same"]) == ("REGISTER", "นายศักดิ์ชัย วรรณา", False)
    assert nid(1) not in str(beside) and beside["id"] == mask(nid(1)) and beside["digits"] == digits_apart(slip, nid(1))
    assert [b["where"] for row in found.rows[1:4] for b in row.beside] == ["REQUEST", "FILE", "FILE"]
    assert [(b["sheet"], b["row"]) for b in found.rows[2].beside] == [("บุคลากร", 5)]
    page = roster_pages.find(found.note.id, actor=people.clerk)
    assert (page.going, page.undecided) == (1, 4), "the child waits with its father"
    decided(found, Decision.SAME, people.clerk)
    assert roster_pages.find(found.note.id, actor=people.clerk).going == 1
    decided(found, Decision.DIFFERENT, people.clerk)
    assert roster_pages.find(found.note.id, actor=people.clerk).going == 6
    roster_imports.check_again(found.note.id, actor=people.clerk)
    work()
    assert {line.decision for line in lines_of(found.note.id) if line.fate is Fate.DOUBT} == {Decision.DIFFERENT}
    roster_imports.submit(found.note.id, actor=people.clerk)
    work()
    assert note_of(found.note.id).row_count == 6


def test_of_another_agency_only_is_told_that_somebody_is_there(people):
    in_effect(
        member(
            nid(9), first_name_th="สมชาย", last_name_th="ใจดี", birth_date=date(1973, 10, 7),
            personnel_type="PERMANENT_EMPLOYEE",
        ),
        clerk=people.other_clerk, registrar=people.other_registrar,
    )  # fmt: skip
    content = workbook([official(1), official(2, ชื่อ="สมไชย", นามสกุล="ใจดี")])
    first, second = check(content, people.clerk).rows
    assert (first.fate, first.beside) == (Fate.DOUBT, ({"where": "ELSEWHERE"},))
    assert second.fate is Fate.NEW, "a name that only sounds alike is told of nobody elsewhere"
    assert reads()[-1].answer == "2 people, 0/0/1 known"
