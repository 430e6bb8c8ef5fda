"""นำเข้าจาก Excel as a clerk meets it: every line's fate, the button, the result; what is refused, and who sees nothing."""

import io
import os
import re
import shutil
import time
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from app.domain import national_id
from app.services import jobs
from app.services.rosters import template
from app.services.rosters.workbook import read_roster
from tests.services.rights_register import lose_the_audit_of_reads
from tests.services.roster_desk import work
from tests.services.roster_workbooks import (
    EXPECTED,
    FAMILY_HEADINGS,
    SAMPLE,
    STAFF_HEADINGS,
    dependent,
    nid,
    official,
    workbook,
    written,
)
from tests.services.test_roster_hostile import OLE
from tests.views.offices import TAO, rows, write

PAGE = "/rosters/"
REQUESTS = "SELECT count(*) FROM change_request"


def send(browser, content, name="รายชื่อ.xlsx"):
    answer = browser.post(PAGE, {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # the test client leaves its own temporary file open
    return answer


def verdict(browser, content, name="รายชื่อ.xlsx"):
    """The address of an import whose file has been checked."""
    answer = send(browser, content, name)
    assert answer.status_code == 303, told(answer.text)
    work()
    return answer.headers["Location"]


def submitted(browser, where):
    """The page of an import after its requests were made."""
    answer = browser.post(f"{where}/submit")
    assert answer.status_code == 303
    work()
    return browser.get(where).text


def told(page):
    """What is said at the field of the file."""
    said = re.search(r'id="file-error">(.*?)</span>', page, re.S)
    return re.sub(r"<[^>]+>", "", said[1]).strip() if said else ""


def counts(page):
    return {fate: int(n.replace(",", "")) for fate, n in re.findall(r'data-count="(\w+)">([\d,]+)<', page)}


def lines(page):
    """Sheet, Excel row and code of the lines on a page."""
    found = re.findall(r'data-row="([^":]+):(\d+)"(?: data-code="(\w+)")?', page)
    return [(sheet, int(row), code) for sheet, row, code in found]


def held(portal):
    return sorted(path.suffix for path in (Path(portal.app.config["INSTANCE"]) / "rosters").glob("*"))


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
    assert "กำลังตรวจไฟล์" in waiting and "รอคิว" in clerk.get(f"{where}/progress").text
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
    assert "รายชื่อ.xlsx" in clerk.get(PAGE).text and "ส่งแล้ว" in clerk.get(PAGE).text


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
    kin = [dependent(501, 1, วันเดือนปีเกิด="1/5/2525"), dependent(502, 2)]
    staff = [official(1), official(2, ประเภทบุคลากร="พนักงานส่วนตำบล")]
    where = verdict(clerk, workbook(staff, kin))
    page = clerk.get(f"{where}?show=LAW").text
    assert {fate: many for fate, many in counts(page).items() if many} == {"LAW": 3, "NEW": 1}
    assert lines(page) == [
        ("บุคลากร", 3, "TYPE_AGENCY_MISMATCH"),
        ("ครอบครัว", 2, "AGE_20"),
        ("ครอบครัว", 3, "PRINCIPAL_REFUSED"),
    ]
    assert "มาตรา 19" in page and "เทศบาลเมือง" in page and "บุคคลในครอบครัวจึงรับไม่ได้ด้วย" in page
    submitted(clerk, where)
    assert rows(REQUESTS) == [(1,)]


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


def test_the_same_file_again_leads_to_the_first_import_and_a_second_press_does_nothing(clerk):
    content = workbook([official(1)])
    first = verdict(clerk, content)
    submitted(clerk, first)
    assert verdict(clerk, content, "renamed.xlsx") == first and "ส่งแล้ว" in clerk.get(first).text
    again = clerk.post(f"{first}/submit", follow_redirects=True)
    assert "การนำเข้านี้สิ้นสุดแล้ว" in again.text and rows(REQUESTS) == [(1,)]


def test_what_the_register_refuses_meanwhile_brings_the_whole_import_back_to_be_looked_at(clerk):
    where = verdict(clerk, workbook([official(1), official(2)]))
    other = verdict(clerk, workbook([official(2)]), "b.xlsx")
    submitted(clerk, other)
    page = submitted(clerk, where)
    assert "จึงยังไม่มีการบันทึกสิ่งใด" in page and rows(REQUESTS) == [(1,)]
    assert (counts(page)["NEW"], counts(page)["KNOWN"]) == (1, 1)
    submitted(clerk, where)
    assert rows(REQUESTS) == [(2,)]


def test_where_nothing_is_new_nothing_is_offered(clerk):
    submitted(clerk, verdict(clerk, workbook([official(1), official(2)])))
    where = verdict(clerk, workbook([official(2), official(1)]))
    page = clerk.get(where).text
    assert counts(page)["KNOWN"] == 2 and sum(counts(page).values()) == 2 and "/submit" not in page
    assert page.count("รออนุมัติอยู่แล้ว") == 2
    assert "ไม่มีแถวใดในไฟล์นี้ที่พร้อมส่ง" in clerk.post(f"{where}/submit", follow_redirects=True).text
    assert rows(REQUESTS) == [(2,)]


def test_an_import_is_undone_as_a_whole_until_the_first_decision(clerk, portal):
    content = workbook([official(1), official(2)])
    where = verdict(clerk, content)
    submitted(clerk, where)
    assert "คำขอทั้ง 2 รายการจะถูกถอนคืน" in clerk.post(f"{where}/undo").text, "asks first"
    page = clerk.post(f"{where}/undo", {"confirmed": "yes"}, follow_redirects=True).text
    assert "ยกเลิกการนำเข้าแล้ว" in page and rows("SELECT DISTINCT status FROM change_request") == [("CANCELLED",)]
    again = verdict(clerk, content)
    assert again != where, "the same file may come again"
    submitted(clerk, again)
    write("UPDATE change_request SET status = 'RETURNED', decision_reason = 'x' WHERE status = 'PENDING_APPROVAL'"
          " AND id = (SELECT max(id) FROM change_request)")  # fmt: skip
    assert "/undo" not in clerk.get(again).text
    page = clerk.post(f"{again}/undo", {"confirmed": "yes"}, follow_redirects=True).text
    assert "พิจารณาแล้ว 1 รายการ จึงยกเลิกทั้งไฟล์ไม่ได้" in page
    assert rows("SELECT count(*) FROM change_request WHERE status = 'PENDING_APPROVAL'") == [(1,)]


def test_a_doubt_is_decided_side_by_side(clerk):
    twice = {"ชื่อ": "ศักดิ์ชัย", "นามสกุล": "วรรณา"}
    where = verdict(clerk, workbook([official(1, **twice), official(2, ชื่อ="สักดิ์ไชย", นามสกุล="วันนา")]))
    page = clerk.get(where).text
    assert "ชื่ออ่านออกเสียงคล้ายกัน" in page and "แถว 2 แผ่นงาน บุคลากร ในไฟล์นี้" in page and "/submit" not in page
    assert "มี 2 แถวรอการตัดสินของท่าน" in page
    first, second = re.findall(r'name="(line-\d+)" value="DIFFERENT"', page)
    page = clerk.post(f"{where}/decide", {first: "DIFFERENT", second: "SAME"}, follow_redirects=True).text
    assert "มี 2 แถวรอ" not in page and "ส่งคำขอ 1 รายการ" in page
    sheet = workbook_of(clerk.get(f"{where}/mend").data)["บุคลากร"]
    assert sheet[1][3] == "สักดิ์ไชย" and "บุคคลเดียวกันมีอยู่แล้วด้วยเลขอื่น" in sheet[1][-2] and len(sheet) == 2
    submitted(clerk, where)
    assert rows("SELECT first_name_th FROM proposal") == [("ศักดิ์ชัย",)]


def workbook_of(content):
    """The sheets of an .xlsx as rows of texts."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def test_the_rows_to_mend_come_back_as_the_same_workbook_and_go_in_once_mended(clerk):
    bad = official(2, **{"เลขประจำตัวประชาชน": "1-9901-00000-02-8", "นามสกุล": "=1+1"})
    titles = [["บัญชีบุคลากร เทศบาลเมืองตัวอย่าง"], []]
    staff = [*titles, STAFF_HEADINGS, official(1), bad, official(3)]
    kin = [FAMILY_HEADINGS, dependent(501, 2), dependent(502, 1, วันเดือนปีเกิด="30/2/2558"), dependent(503, 3)]
    where = verdict(clerk, written({"บุคลากร": staff, "ครอบครัว": kin}))
    submitted(clerk, where)
    answer = clerk.get(f"{where}/mend")
    sheets = workbook_of(answer.data)
    assert sheets["บุคลากร"][0][0] == titles[0][0] and tuple(sheets["บุคลากร"][2][:9]) == STAFF_HEADINGS
    returned = [[row[1], row[4], row[9], row[10]] for row in sheets["บุคลากร"][3:]]
    assert returned[0] == [nid(1), "ใจดี", "", 4.0], "the holder of a child that comes back"
    assert returned[1][:2] == ["1-9901-00000-02-8", "=1+1"] and "หลักตรวจสอบ" in returned[1][2] and returned[1][3] == 5.0
    assert [(row[3], bool(row[12])) for row in sheets["ครอบครัว"][1:]] == [(nid(501), True), (nid(502), True)]
    mended = {name: [list(row) for row in lines] for name, lines in sheets.items()}
    mended["บุคลากร"][4][1] = nid(2)
    mended["ครอบครัว"][1][1], mended["ครอบครัว"][2][7] = nid(2), "28/2/2558"
    page = clerk.get(verdict(clerk, written(mended), "แก้แล้ว.xlsx")).text
    assert {fate: many for fate, many in counts(page).items() if many} == {"KNOWN": 1, "NEW": 3}


def test_our_own_form_has_what_is_needed_and_is_read_without_a_question(clerk):
    answer = clerk.get("/rosters/template")
    assert answer.mimetype.endswith("sheet") and "filename" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert (
            sheet.count('type="list"') == 2
            and "พ.ศ." in sheet
            and template.VERSION in book.read("docProps/custom.xml").decode()
        )
        assert 'numFmtId="49"' in book.read("xl/styles.xml").decode(), "IDs and dates are text"
    assert read_roster(answer.data).sheets[0].rows == ()
    filled = workbook_of(answer.data)
    filled["บุคลากร"].append(official(1))
    filled["ครอบครัว"].append(dependent(501, 1))
    assert counts(clerk.get(verdict(clerk, written(filled))).text)["NEW"] == 2


STRANGE = ("ที่", "หมายเลขบัตร", "คำนำหน้า", "ชื่อ", "นามสกุล", "เกิดวันที่ (พ.ศ.)", "เพศ", "สถานภาพการจ้าง", "เริ่มงาน")


def test_strange_headings_are_explained_once_and_remembered_by_the_agency_alone(portal, clerk):
    where = verdict(clerk, written({"ข้อมูลกำลังคน": [["ทะเบียน"], STRANGE, official(1), official(2)]}))
    answer = clerk.get(where)
    assert answer.headers["Location"].endswith("/rosters/columns/1")
    page = clerk.get("/rosters/columns/1").text
    assert "ระบบคาดเดา" in page and nid(1) not in page and "หัวคอลัมน์อยู่ที่แถว 2" in page
    proposed = dict(re.findall(r'name="sheet-0-column-(\d)".*?<option value="(\w+)" selected>', page.replace("\n", "")))
    assert proposed["1"] == "national_id" and proposed["3"] == "first_name"
    said = {f"sheet-0-column-{index}": field for index, field in enumerate(
        ("sequence", "national_id", "title", "first_name", "last_name", "birth_date", "sex", "personnel_type")
    )} | {"sheet-0": "PRINCIPALS"}  # fmt: skip
    wrong = clerk.post("/rosters/columns/1", said)
    assert wrong.status_code == 400 and "ขาดคอลัมน์" in wrong.text and "วันที่เริ่มปฏิบัติหน้าที่" in wrong.text
    assert clerk.post("/rosters/columns/1", said | {"sheet-0-column-8": "service_start_date"}).status_code == 303
    work()
    assert counts(clerk.get(where).text)["NEW"] == 2
    next_month = written({"ต.ค.": [STRANGE, official(3)]})
    assert counts(clerk.get(verdict(clerk, next_month)).text)["NEW"] == 1
    assert "ตามที่เคยระบุไว้" in clerk.get("/rosters/columns/2").text
    neighbour = portal.officer("personnel_clerk", TAO)
    assert neighbour.get(verdict(neighbour, next_month)).headers["Location"].endswith("/rosters/columns/3")


def test_what_is_under_way_can_be_stopped_and_thrown_away(portal, clerk):
    where = verdict(clerk, workbook([official(1)]))
    clerk.post(f"{where}/submit")
    page = clerk.post(f"{where}/stop", follow_redirects=True).text
    work()
    assert "ไม่มีการบันทึกข้อมูลใด" in page and counts(page)["NEW"] == 1 and rows(REQUESTS) == [(0,)]
    assert "หายไป" in clerk.post(f"{where}/discard").text
    assert clerk.post(f"{where}/discard", {"confirmed": "yes"}).headers["Location"] == PAGE
    assert clerk.get(where).status_code == 404 and held(portal) == []
    assert rows("SELECT count(*) FROM roster_line") == [(0,)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "โปรดเลือกไฟล์ Excel ที่ไม่ว่าง"),
        (b"%PDF-1.7 renamed", "ไม่ใช่ไฟล์ .xlsx"),
        (b"PK\x03\x04 and then nothing", "ไฟล์เสียหาย"),
        (OLE + "Workbook".encode("utf-16-le"), "รุ่นเก่า"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "ล็อกด้วยรหัสผ่าน"),
        (b"PK\x03\x04" + bytes(10_000_000), "ใหญ่เกินไป"),
        (SAMPLE.read_bytes()[:-500], "ไฟล์เสียหาย"),
    ],
    ids=["empty", "pdf", "torn", "xls", "encrypted", "large", "cut off"],
)
def test_hostile_files_are_refused_at_their_field_and_not_kept(portal, clerk, content, words):
    answer = send(clerk, content, "บุคลากร.xlsx")
    assert answer.status_code == 400
    assert words in told(answer.text) and "ROSTER" not in answer.text
    assert held(portal) == [] and rows(REQUESTS) == [(0,)]


def test_a_workbook_without_our_columns_says_which(clerk):
    few = [heading for heading in STAFF_HEADINGS if heading not in ("เพศ", "นามสกุล")]
    page = clerk.get(verdict(clerk, written({"บุคลากร": [few]})), follow_redirects=True).text
    assert re.search("ยังไม่มีคอลัมน์: *นามสกุล, *เพศ", page)
    assert "แผ่นงานที่มีคือ: ปก" in clerk.get(verdict(clerk, written({"ปก": [["ยินดีต้อนรับ"]]}))).text
    strange = clerk.get(verdict(clerk, written({"<h1>ครบ 100%": [["ยินดีต้อนรับ"]]}))).text
    assert "&lt;h1&gt;ครบ 100%" in strange and "<h1>ครบ" not in strange
    assert "ไม่มีแถวหัวคอลัมน์" in clerk.get(verdict(clerk, written({"บุคลากร": [["ก", "ข"]]}))).text
    assert counts(clerk.get(verdict(clerk, workbook([]))).text)["NEW"] == 0


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
