"""นำเข้าจาก Excel as a clerk meets it: every line's fate, the button, the result; what is refused, and who sees nothing."""

import os
import re
import shutil
import time
from datetime import date
from pathlib import Path

import pytest

from app.domain import national_id
from app.domain.errors import Refused
from app.services import jobs
from app.views.family_words import words_of_family
from tests.services.rights_register import lose_the_audit_of_reads
from tests.services.roster_desk import work
from tests.services.roster_workbooks import (
    EXPECTED,
    SAMPLE,
    STAFF_HEADINGS,
    dependent,
    nid,
    official,
    workbook,
    written,
)
from tests.services.test_roster_hidden import with_hidden
from tests.services.test_roster_hostile import OLE, SHEET, repacked, sheet_xml
from tests.views.offices import TAO, rows
from tests.views.roster_desk import PAGE, REQUESTS, counts, held, lines, send, submitted, told, verdict


@pytest.fixture(autouse=True)
def empty_tray(shared_app, monkeypatch):
    monkeypatch.setenv("INSTANCE", shared_app.config["INSTANCE"])
    shutil.rmtree(Path(shared_app.config["INSTANCE"]) / "rosters", ignore_errors=True)


@pytest.fixture
def clerk(portal):
    return portal.officer("personnel_clerk")


def test_the_sample_from_upload_to_submitted_requests(both_portals):
    clerk = both_portals.officer("personnel_clerk")
    where = send(clerk, SAMPLE.read_bytes()).headers["Location"]
    waiting = clerk.get(where).text
    assert "กำลังตรวจไฟล์" in waiting and "รอถึงคิว" in clerk.get(f"{where}/progress").text
    work()
    page = clerk.get(where).text
    found = counts(page)
    assert found["MEND"] == len(EXPECTED["errors"]) and found["KNOWN"] == found["DOUBT"] == found["CHANGED"] == 0
    assert found["NEW"] + found["LAW"] == EXPECTED["principals_ok"] + EXPECTED["family_ok"]
    assert sorted(lines(page)) == sorted((e["sheet"], e["excel_row"], e["code"]) for e in EXPECTED["errors"])
    assert "ยังไม่มีการบันทึกข้อมูล" in page and rows(REQUESTS) == [(0,)]
    result = submitted(clerk, where)
    assert rows(REQUESTS) == [(found["NEW"],)]
    assert f"ส่งคำขอแล้ว {found['NEW']:,} รายการ" in result and 'href="/my-work' in result
    assert re.search(r"สูติบัตร <b>\d+</b>", result), "which papers follow"
    assert rows("SELECT DISTINCT status FROM change_request") == [("PENDING_APPROVAL",)]
    assert "รายชื่อ.xlsx" in clerk.get(PAGE).text and "ส่งให้นายทะเบียนแล้ว" in clerk.get(PAGE).text


def test_every_fault_says_in_thai_what_to_do_with_the_words_of_the_file(clerk):
    page = clerk.get(verdict(clerk, SAMPLE.read_bytes())).text
    for words in (
        "“เลขประจำตัวประชาชน” พิมพ์ผิด: หลักตรวจสอบ",
        "หมายถึง พ.ศ.",
        "ต้องมี 13 หลัก โปรดตรวจกับบัตร",
        "ช่อง “นามสกุล” ว่าง โปรดกรอก",
        "ไม่อยู่ในรายการของช่อง “ประเภทบุคลากร” ใช้ได้เฉพาะ:",
        "“วันเดือนปีเกิด” ไม่ใช่วันที่ที่มีอยู่จริง",
        "โปรดลบออกแถวหนึ่ง",
        "เลขประจำตัวประชาชนผู้มีสิทธิ",
    ):
        assert words in page, words
    last = re.findall(r'<td class="fate-words">\s*([^<]*?)\s*</td>', page)
    assert len(last) == len(EXPECTED["errors"]) and not [t for t in last if not re.search("[ก-๙]", t) or "%" in t]


def test_the_law_speaks_in_a_list_of_its_own(portal, clerk):
    kin = [dependent(501, 1, วันเดือนปีเกิด="1/5/2532"), dependent(502, 2)]
    staff = [official(1), official(2, ประเภทบุคลากร="พนักงานส่วนตำบล")]
    where = verdict(clerk, workbook(staff, kin))
    page = clerk.get(f"{where}?show=LAW").text
    assert {fate: many for fate, many in counts(page).items() if many} == {"LAW": 3, "NEW": 1}
    assert lines(page) == [
        ("บุคลากร", 3, "TYPE_AGENCY_MISMATCH"),
        ("ครอบครัว", 2, "AGE_20"),
        ("ครอบครัว", 3, "PRINCIPAL_REFUSED"),
    ]
    assert "มาตรา 16 และ 19" in page and "เทศบาลเมือง" in page and "บุคคลในครอบครัวจึงรับไม่ได้ด้วย" in page
    submitted(clerk, where)
    assert rows(REQUESTS) == [(1,)]
    assert page.count("มาตรา 16 และ 19") == 1  # its clause once


def test_what_is_mistyped_stands_with_what_is_to_be_mended(clerk):
    """A day ahead, a title that tells no sex: no law speaks of them, and the family of such a line is right with it."""
    staff = [official(1), official(2, วันเดือนปีเกิด="1/1/3000")]
    wife = {"ความสัมพันธ์": "คู่สมรส", "คำนำหน้า": "ดร.", "บุตรลำดับที่": ""}
    where = verdict(clerk, workbook(staff, [dependent(501, 1, **wife), dependent(502, 2)]))
    page = clerk.get(f"{where}?show=MEND").text
    assert {fate: many for fate, many in counts(page).items() if many} == {"MEND": 3, "NEW": 1}
    assert lines(page) == [
        ("บุคลากร", 3, "DATE_IN_FUTURE"), ("ครอบครัว", 2, "SEX_UNKNOWN"), ("ครอบครัว", 3, "HOLDER_NOT_FOUND")
    ]  # fmt: skip
    words = re.findall(r'<td class="fate-words">\s*([^<]*?)\s*</td>', page)
    assert words[0].startswith("“วันเดือนปีเกิด”: ") and "คำนำหน้า" in words[1] and "แถว 3" in words[2], words


def test_no_whole_national_id_stands_in_the_list_or_in_an_address(clerk):
    where = verdict(clerk, workbook([official(1)], [dependent(501, 1)]))
    page = clerk.get(f"{where}?show=NEW").text
    assert national_id.mask(nid(1)) in page and national_id.mask(nid(501)) in page
    assert "สมชาย ใจดี" in page
    for number in (nid(1), nid(501)):
        assert number not in page and national_id.display(number) not in page and number not in where


def test_a_long_list_has_pages(clerk):
    where = verdict(clerk, workbook([official(n) for n in range(1, 121)]))
    first, last = clerk.get(where).text, clerk.get(f"{where}?show=NEW&page=3").text
    assert [row for _, row, _ in lines(first)] == list(range(2, 52)) and 'rel="next"' in first
    assert [row for _, row, _ in lines(last)] == list(range(102, 122)) and 'rel="next"' not in last
    assert "หน้า 3 จาก 3" in last
    for odd in ("?page=99", "?page=-1", "?page=x", "?show=NEW&show=LAW&page=2", "?show=NOPE"):
        assert clerk.get(where + odd).status_code == 200


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "โปรดเลือกไฟล์ Excel ที่ไม่ว่าง"),
        (b"%PDF-1.7 renamed", "ไม่ใช่ไฟล์ .xlsx"),
        ("ลำดับ\tชื่อ\n1\tสมชาย\n".encode("utf-16"), "เป็นไฟล์ข้อความ (CSV"),
        (b"PK\x03\x04 and then nothing", "ไฟล์เสียหาย"),
        (OLE + "Workbook".encode("utf-16-le"), "รุ่นเก่า"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "ล็อกด้วยรหัสผ่าน"),
        (b"PK\x03\x04" + bytes(10_000_000), "ใหญ่เกินไป"),
        (SAMPLE.read_bytes()[:-500], "ไฟล์เสียหาย"),
    ],
    ids=["empty", "pdf", "csv", "torn", "xls", "encrypted", "large", "cut off"],
)
def test_hostile_files_are_refused_at_their_field_and_not_kept(portal, clerk, content, words):
    answer = send(clerk, content, "บุคลากร.xlsx")
    assert answer.status_code == 400
    assert words in told(answer.text) and "ROSTER" not in answer.text
    assert held(portal) == [] and rows(REQUESTS) == [(0,)]


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"xl/bomb.xml": bytes(20_000_000)}, "ใหญ่กว่ารายชื่อบุคคลใด ๆ มาก"),
        ({SHEET: b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'}, "ใต้หรือข้างรายชื่อ"),
    ],
    ids=["bomb", "far"],
)
def test_what_makes_a_file_too_large_is_told_with_what_to_do(clerk, part, words):
    content = workbook([official(1)])
    ((name, filling),) = part.items()
    changed = sheet_xml(content).replace(b"</sheetData>", filling) if name == SHEET else filling
    page = clerk.get(verdict(clerk, repacked(content, {name: changed})), follow_redirects=True).text
    assert words in page and "ROSTER" not in page


def test_a_workbook_without_our_columns_says_which(clerk):
    few = [heading for heading in STAFF_HEADINGS if heading not in ("วันเดือนปีเกิด", "นามสกุล")]
    page = clerk.get(verdict(clerk, written({"บุคลากร": [few]})), follow_redirects=True).text
    assert re.search("ยังไม่มีคอลัมน์: *นามสกุล, *วัน", page)
    assert "แผ่นงานที่มีคือ: ปก" in clerk.get(verdict(clerk, written({"ปก": [["ยินดีต้อนรับ"]]}))).text
    strange = clerk.get(verdict(clerk, written({"<h1>ครบ 100%": [["ยินดีต้อนรับ"]]}))).text
    assert "&lt;h1&gt;ครบ 100%" in strange and "<h1>ครบ" not in strange
    assert "ไม่มีแถวหัวคอลัมน์" in clerk.get(verdict(clerk, written({"บุคลากร": [["ก", "ข"]]}))).text
    assert counts(clerk.get(verdict(clerk, workbook([]))).text)["NEW"] == 0


def test_what_was_hidden_in_the_workbook_is_told_before_and_after_sending(clerk):
    where = verdict(clerk, with_hidden())
    page = clerk.get(where).text
    assert "แผ่นงานที่ซ่อนไว้" in page and "บุคลากร (เก่า)" in page
    assert "แถวที่ซ่อนไว้ 1 แถว" in page and "บุคลากร &amp; ครอบครัว" in page
    submitted(clerk, where)
    assert "แถวที่ซ่อนไว้ 1 แถว" in clerk.get(where).text
    refused = clerk.get(verdict(clerk, with_hidden(is_sheet_shown=False))).text
    assert "แผ่นงานที่ซ่อนไว้" in refused and "บุคลากร (เก่า)" in refused


def test_words_of_a_stranger_stay_words(clerk):
    bad = "<script>alert(1)</script>%(x)s" + "ย" * 500
    where = verdict(clerk, workbook([official(1, ประเภทบุคลากร=bad)]), "<b>a</b>.xlsx")
    page = clerk.get(where).text
    assert "<script>alert" not in page and "<b>a</b>" not in page and "&lt;script&gt;" in page and "ย" * 100 not in page


def test_without_a_file_the_form_asks_for_one(clerk):
    assert clerk.post(PAGE, {}).status_code == 400
    assert clerk.post(PAGE, {"file": "text"}).status_code == 400


def test_a_neighbour_opens_no_import_of_ours(portal, clerk):
    where = verdict(clerk, workbook([official(1)]))
    neighbour = portal.officer("registrar", TAO)
    for path in ("", "/progress", "/mend"):
        assert neighbour.get(where + path).status_code == 404, path
    assert neighbour.get("/rosters/columns/1").status_code == 404
    for deed in ("submit", "stop", "check", "decide", "undo", "discard"):
        assert neighbour.post(f"{where}/{deed}", {"confirmed": "yes"}).status_code == 404, deed
    assert "รายชื่อ.xlsx" not in neighbour.get(PAGE).text
    for odd in ("/rosters/..%2f..%2fsecret_key", "/rosters/x", "/rosters/imports/99999999999", "/rosters/imports/0"):
        assert clerk.get(odd).status_code == 404
    colleague = portal.officer("registrar")
    assert colleague.get(where).status_code == 200 and "รายชื่อ.xlsx" in colleague.get(PAGE).text
    assert rows(REQUESTS) == [(0,)]


@pytest.mark.parametrize("role", ["finance_clerk", "provincial_officer", "nhso_admin", "auditor"])
def test_other_roles_are_refused(portal, role):
    browser = portal.officer(role)
    assert browser.get(PAGE).status_code == 403 and send(browser, workbook([official(1)])).status_code == 403
    assert browser.post("/rosters/imports/1/submit").status_code == 403
    assert browser.get("/rosters/columns/1").status_code == browser.get("/rosters/template").status_code == 403
    assert "นำเข้าจาก Excel" not in browser.get("/").text


def test_a_visitor_is_sent_to_log_in_and_a_strange_form_asks_nothing(portal, clerk):
    visitor = portal.browser()
    assert "/login/" in visitor.get(PAGE).headers["Location"]
    assert send(visitor, workbook([official(1)])).status_code == 302
    where = verdict(clerk, workbook([official(1)]))
    assert clerk.client.post(f"{where}/submit").status_code == 400
    assert rows(REQUESTS) == [(0,)] and rows("SELECT count(*), max(state) FROM roster_import") == [(1, "CHECKED")]


def test_waiting_workbooks_are_private_and_swept_after_a_week(portal, clerk):
    where = verdict(clerk, workbook([official(1), official(2, เพศ="")]))
    folder = Path(portal.app.config["INSTANCE"]) / "rosters"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    for path in folder.iterdir():
        os.utime(path, (time.time() - 8 * 86_400,) * 2)
    verdict(clerk, workbook([official(2)]))
    assert held(portal) == [".xlsx"]
    gone = clerk.get(f"{where}/mend")
    assert gone.status_code == 404 and "โปรดอัปโหลดไฟล์อีกครั้ง" in gone.text
    clerk.post(f"{where}/check")
    work()
    assert "โปรดอัปโหลดไฟล์อีกครั้ง" in clerk.get(where).text
    assert counts(clerk.get(verdict(clerk, workbook([official(1), official(2, เพศ="")]))).text)["NEW"] == 1


def test_a_lost_audit_of_reads_stops_the_check(portal, clerk):
    where = send(clerk, workbook([official(1)])).headers["Location"]
    lose_the_audit_of_reads()
    for attempt in range(1, 21):
        jobs.run(1, attempt)
    page = clerk.get(where).text
    assert "งานนี้สิ้นสุดโดยไม่มีผล" in page and "/check" in page and rows("SELECT count(*) FROM roster_line") == [(0,)]


def test_where_somebody_works_is_said_only_where_it_is_told(shared_app):
    told = Refused("OWN_RIGHT_OVERLAP", citation="spec 2.5", agency="อบต.ตัวอย่าง", since=date(2015, 10, 1))
    with shared_app.test_request_context(headers={"Accept-Language": "th"}):
        assert "อบต.ตัวอย่าง" in words_of_family(told)
        for code, facts in (("OWN_RIGHT_OVERLAP", {"differs": True}), ("SAME_RIGHT_OVERLAP", {})):
            words = words_of_family(Refused(code, citation="spec 2.5", **facts))
            assert "%(" not in words and ("ด้วยข้อมูลอื่น" in words) is bool(facts), words
