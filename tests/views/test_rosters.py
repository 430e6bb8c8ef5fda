"""นำเข้าจาก Excel as a clerk meets it: the verdict, the button, the result; what is refused, and who sees nothing."""

import io
import os
import re
import shutil
import time
from pathlib import Path

import pytest

from app.domain import national_id
from tests.services.rights_register import lose_the_audit_of_reads
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
from tests.services.test_roster_hostile import OLE
from tests.views.offices import TAO, rows

PAGE = "/rosters/"
REQUESTS = "SELECT count(*) FROM change_request"


def send(browser, content, name="รายชื่อ.xlsx"):
    answer = browser.post(PAGE, {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # the test client leaves its own temporary file open
    return answer


def verdict(browser, content, name="รายชื่อ.xlsx"):
    """The address of the verdict on an upload."""
    answer = send(browser, content, name)
    assert answer.status_code == 303, told(answer.text)
    return answer.headers["Location"]


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
def empty_tray(shared_app):
    shutil.rmtree(Path(shared_app.config["INSTANCE"]) / "rosters", ignore_errors=True)


@pytest.fixture
def clerk(portal):
    return portal.officer("personnel_clerk")


def test_the_sample_from_upload_to_submitted_requests(both_portals):
    portal = both_portals
    clerk = portal.officer("personnel_clerk")
    where = verdict(clerk, SAMPLE.read_bytes())
    page = clerk.get(where).text
    found = counts(page)
    assert found["MEND"] == len(EXPECTED["errors"]) and found["KNOWN"] == 0
    assert found["NEW"] + found["LAW"] == EXPECTED["principals_ok"] + EXPECTED["family_ok"]
    assert sorted(lines(page)) == sorted((e["sheet"], e["excel_row"], e["code"]) for e in EXPECTED["errors"])
    assert "308" in page and "697" in page and "ยังไม่มีการบันทึกข้อมูล" in page
    assert rows(REQUESTS) == [(0,)]
    done = clerk.post(f"{where}/submit")
    assert done.status_code == 303 and rows(REQUESTS) == [(found["NEW"],)]
    result = clerk.get(done.headers["Location"]).text
    assert f"ส่งคำขอแล้ว {found['NEW']:,} รายการ" in result and 'href="/my-work' in result
    assert rows("SELECT DISTINCT status FROM change_request") == [("PENDING_APPROVAL",)]
    assert "รายชื่อ.xlsx" in clerk.get(PAGE).text
    assert held(portal) == [".json"]


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
    last = re.findall(r"<td[^>]*>([^<]*)</td>\s*</tr>", page)
    assert len(last) == len(EXPECTED["errors"]) and not [t for t in last if not re.search("[ก-๙]", t) or "%" in t]


def test_the_law_speaks_in_a_list_of_its_own(portal, clerk):
    kin = [dependent(501, 1, วันเดือนปีเกิด="1/5/2525"), dependent(502, 2)]
    staff = [official(1), official(2, ประเภทบุคลากร="พนักงานส่วนตำบล")]
    where = verdict(clerk, workbook(staff, kin))
    page = clerk.get(f"{where}?show=LAW").text
    assert counts(page) == {"MEND": 0, "LAW": 3, "KNOWN": 0, "NEW": 1}
    assert lines(page) == [
        ("บุคลากร", 3, "TYPE_AGENCY_MISMATCH"),
        ("ครอบครัว", 2, "AGE_20"),
        ("ครอบครัว", 3, "PRINCIPAL_REFUSED"),
    ]
    assert "มาตรา 19" in page and "เทศบาลเมือง" in page and "บุคคลในครอบครัวจึงรับไม่ได้ด้วย" in page
    clerk.post(f"{where}/submit")
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


def test_the_same_file_again_shows_the_first_import(clerk):
    content = workbook([official(1)])
    first = clerk.post(f"{verdict(clerk, content)}/submit").headers["Location"]
    where = verdict(clerk, content, "renamed.xlsx")
    page = clerk.get(where).text
    assert "ไฟล์นี้เคยนำเข้าแล้วเมื่อ" in page and f'href="{first}"' in page and "/submit" not in page
    again = clerk.post(f"{where}/submit", follow_redirects=True)
    assert again.request.path == first and "ไม่มีการสร้างคำขอซ้ำ" in again.text
    assert rows(REQUESTS) == [(1,)]


def test_the_button_pressed_twice_leads_to_the_result_both_times(clerk):
    where = verdict(clerk, workbook([official(1)]))
    first, second = (clerk.post(f"{where}/submit").headers["Location"] for _ in range(2))
    assert first == second and clerk.get(where).headers["Location"] == first
    assert rows(REQUESTS) == [(1,)]


def test_confirming_judges_again(clerk):
    where = verdict(clerk, workbook([official(1), official(2)]))
    other = verdict(clerk, workbook([official(2)]), "b.xlsx")
    clerk.post(f"{other}/submit")
    done = clerk.post(f"{where}/submit", follow_redirects=True)
    assert "ส่งคำขอแล้ว 1 รายการ" in done.text and rows(REQUESTS) == [(2,)]


def test_where_nothing_is_new_nothing_is_offered(clerk):
    clerk.post(f"{verdict(clerk, workbook([official(1), official(2)]))}/submit")
    where = verdict(clerk, workbook([official(2), official(1)]))
    page = clerk.get(where).text
    assert counts(page) == {"MEND": 0, "LAW": 0, "KNOWN": 2, "NEW": 0} and "/submit" not in page
    assert page.count("รออนุมัติอยู่แล้ว") == 2
    assert "ไม่มีข้อมูลใหม่ในไฟล์นี้" in clerk.post(f"{where}/submit", follow_redirects=True).text
    assert rows(REQUESTS) == [(2,)]


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
    page = send(clerk, written({"บุคลากร": [few]})).text
    assert "แผ่นงาน “บุคลากร” ขาดคอลัมน์: นามสกุล, เพศ" in page
    assert "แผ่นงานที่มีคือ: ปก" in send(clerk, written({"ปก": [["ยินดีต้อนรับ"]]})).text
    strange = send(clerk, written({"<h1>ครบ 100%": [["ยินดีต้อนรับ"]]}))
    assert strange.status_code == 400 and "&lt;h1&gt;ครบ 100%" in strange.text and "<h1>ครบ" not in strange.text
    assert "ไม่มีแถวหัวคอลัมน์" in send(clerk, written({"บุคลากร": [["ก", "ข"]]})).text
    assert counts(clerk.get(verdict(clerk, workbook([]))).text)["NEW"] == 0


def test_words_of_a_stranger_stay_words(clerk):
    bad = "<script>alert(1)</script>%(x)s" + "ย" * 500
    where = verdict(clerk, workbook([official(1, ประเภทบุคลากร=bad)]), "<b>a</b>.xlsx")
    page = clerk.get(where).text
    assert "<script>alert" not in page and "<b>a</b>" not in page and "&lt;script&gt;" in page and "ย" * 100 not in page


def test_without_a_file_the_form_asks_for_one(clerk):
    assert clerk.post(PAGE, {}).status_code == 400
    assert clerk.post(PAGE, {"file": "text"}).status_code == 400


def test_only_the_session_that_uploaded_opens_the_verdict(portal, clerk):
    where = verdict(clerk, workbook([official(1)]))
    same_person = portal.browser()
    same_person.log_in("personnel_clerk.04110101")
    for stranger in (same_person, portal.officer("registrar"), portal.officer("personnel_clerk", TAO)):
        assert stranger.get(where).status_code == 404
        assert stranger.post(f"{where}/submit").status_code == 404
    for odd in ("/rosters/..%2f..%2fsecret_key", "/rosters/x", "/rosters/" + "a" * 32, "/rosters/imports/99999999999"):
        assert clerk.get(odd).status_code == 404
    assert rows(REQUESTS) == [(0,)]


def test_a_neighbour_opens_no_import_of_ours(portal, clerk):
    done = clerk.post(f"{verdict(clerk, workbook([official(1)]))}/submit").headers["Location"]
    neighbour = portal.officer("registrar", TAO)
    assert neighbour.get(done).status_code == 404 and "รายชื่อ.xlsx" not in neighbour.get(PAGE).text
    colleague = portal.officer("registrar")
    assert colleague.get(done).status_code == 200 and "รายชื่อ.xlsx" in colleague.get(PAGE).text


@pytest.mark.parametrize("role", ["finance_clerk", "provincial_officer", "nhso_admin", "auditor"])
def test_other_roles_are_refused(portal, role):
    browser = portal.officer(role)
    assert browser.get(PAGE).status_code == 403 and send(browser, workbook([official(1)])).status_code == 403
    assert browser.post(f"/rosters/{'a' * 32}/submit").status_code == 403
    assert "นำเข้าจาก Excel" not in browser.get("/").text


def test_a_visitor_is_sent_to_log_in_and_a_strange_form_asks_nothing(portal, clerk):
    visitor = portal.browser()
    assert "/login/" in visitor.get(PAGE).headers["Location"]
    assert send(visitor, workbook([official(1)])).status_code == 302
    where = verdict(clerk, workbook([official(1)]))
    assert clerk.client.post(f"{where}/submit").status_code == 400
    assert rows(REQUESTS) == [(0,)] and rows("SELECT count(*) FROM roster_import") == [(0,)]


def test_waiting_workbooks_are_private_and_swept_after_a_day(portal, clerk):
    where = verdict(clerk, workbook([official(1)]))
    folder = Path(portal.app.config["INSTANCE"]) / "rosters"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    note = next(folder.glob("*.json")).read_text("utf-8")
    assert nid(1) not in note
    for path in folder.iterdir():
        os.utime(path, (time.time() - 90_000,) * 2)
    other = verdict(clerk, workbook([official(2)]))
    assert clerk.get(where).status_code == 404 and clerk.get(other).status_code == 200
    assert held(portal) == [".json", ".xlsx"]


def test_a_verdict_whose_file_is_gone_asks_for_it_again(portal, clerk):
    where = verdict(clerk, workbook([official(1)]))
    for path in (Path(portal.app.config["INSTANCE"]) / "rosters").glob("*.xlsx"):
        path.unlink()
    assert "โปรดอัปโหลดไฟล์อีกครั้ง" in clerk.post(f"{where}/submit", follow_redirects=True).text


def test_a_lost_audit_of_reads_stops_the_import_with_words(portal, clerk):
    lose_the_audit_of_reads()
    answer = send(clerk, workbook([official(1)]))
    assert answer.status_code == 400 and "บันทึกการตรวจเทียบข้อมูลไม่ได้" in answer.text
