"""What is done to an import: undone, decided, mended and sent again, explained, stopped, thrown away."""

import io
import re
import shutil
import zipfile
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from app.domain.people import Relation
from app.services.rosters import template
from app.services.rosters.sheet_print import names_for
from app.services.rosters.workbook import read_roster
from app.views import roster_faults, roster_words
from tests.services import rights_register as register
from tests.services.roster_desk import work
from tests.services.roster_workbooks import FAMILY_HEADINGS, STAFF_HEADINGS, dependent, nid, official, workbook, written
from tests.views.offices import TAO, TOWN, rows, write
from tests.views.roster_desk import PAGE, REQUESTS, counts, held, lines, submitted, verdict


@pytest.fixture(autouse=True)
def empty_tray(shared_app, monkeypatch):
    monkeypatch.setenv("INSTANCE", shared_app.config["INSTANCE"])
    shutil.rmtree(Path(shared_app.config["INSTANCE"]) / "rosters", ignore_errors=True)


@pytest.fixture
def clerk(portal):
    return portal.officer("personnel_clerk")


def test_the_same_file_again_leads_to_the_first_import_and_a_second_press_does_nothing(clerk):
    content = workbook([official(1)])
    first = verdict(clerk, content)
    submitted(clerk, first)
    assert verdict(clerk, content, "renamed.xlsx") == first and "ส่งให้นายทะเบียนแล้ว" in clerk.get(first).text
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


def test_lines_that_differ_are_taken_over_by_the_own_clerk(portal, clerk):
    register.right(nid(1), agency_id=portal.agencies[TOWN], entitled_from=date(2010, 1, 1))
    where = verdict(clerk, workbook([official(1)]))
    assert "คงข้อมูลเดิมทั้งหมด" in clerk.get(f"{where}?show=CHANGED").text
    stranger = portal.officer("personnel_clerk", TAO)
    assert stranger.post(f"{where}/changes", data={"taken": "yes"}).status_code == 404
    assert portal.browser().post(f"{where}/changes").status_code == 302
    assert clerk.post(f"{where}/changes", data={"taken": "yes"}).status_code == 303
    page = clerk.get(f"{where}?show=CHANGED").text
    assert re.search(r'value="TAKE" checked', page) and f"{where}/submit" in page


def test_a_change_that_is_not_sent_says_which_box_lacks_what(portal, clerk):
    whose = portal.agencies[TOWN]
    register.right(nid(1), agency_id=whose, entitled_from=date(2009, 9, 16))
    register.right(nid(501), through=nid(1), agency_id=whose, relation="CHILD", entitled_from=date(2015, 5, 1))
    where = verdict(clerk, workbook([official(1), official(2)], [dependent(501)]))
    page = clerk.get(f"{where}?show=CHANGED").text
    untouched = {name: "" for name in re.findall(r'name="((?:was|line)-\d+)"', page)}
    clerk.post(f"{where}/changes", {"taken": "yes"})
    assert len(untouched) == 4 and clerk.post(f"{where}/submit", untouched).status_code == 303
    assert rows("SELECT count(*) FROM roster_line WHERE decision = 'TAKE'") == [(2,)], "an old page takes nothing back"
    work()
    page = clerk.get(f"{where}?show=CHANGED").text
    assert "ไม่ได้ส่งการแก้ไข 2 รายการ" in page and "ไม่ได้ส่ง: “วันเกิด”: โปรดระบุ" in page


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
    decided = clerk.get(again).text
    assert "/undo" not in decided and 'data-outcome="RETURNED">1<' in decided
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
    assert {fate: many for fate, many in counts(page).items() if many} == {"NEW": 1, "MEND": 1}
    assert "ตัดสินแล้ว 2 แถว" in page
    ready = clerk.get(f"{where}?show=NEW").text
    assert [row for _, row, _ in lines(ready)] == [2] and "คนละคน" in ready and 'type="radio"' not in ready
    assert [row for _, row, _ in lines(clerk.get(where).text)] == [3], "what is to be mended comes first"
    assert [row for _, row, _ in lines(page)] == [2, 3] and len(
        re.findall(r"value=.(?:SAME|DIFFERENT). checked", page)
    ) == 2, "a decision can be changed"
    sheet = workbook_of(clerk.get(f"{where}/mend").data)["บุคลากร"]
    assert sheet[1][3] == "สักดิ์ไชย" and "บุคคลเดียวกันมีอยู่แล้วด้วยเลขอื่น" in sheet[1][-2] and len(sheet) == 2
    assert 'form="decisions"' in page
    assert clerk.post(f"{where}/submit", {first: "SAME", second: "DIFFERENT"}).status_code == 303
    work()
    assert rows("SELECT first_name_th FROM proposal") == [("สักดิ์ไชย",)], (
        "as chosen last, on the page that it is sent from"
    )


def workbook_of(content):
    """The sheets of an .xlsx as rows of texts."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def test_the_rows_to_mend_come_back_as_the_same_workbook_and_go_in_once_mended(clerk):
    bad = official(2, **{"เลขประจำตัวประชาชน": "1-9901-00000-02-8", "นามสกุล": "=1+1"})
    titles = [["บัญชีบุคลากร เทศบาลเมืองตัวอย่าง"], []]
    pasted = official(4, ชื่อ="สม\u202cชาย")
    staff = [*titles, STAFF_HEADINGS, official(1), bad, official(3), pasted]
    kin = [FAMILY_HEADINGS, dependent(501, 2), dependent(502, 1, วันเดือนปีเกิด="30/2/2558"), dependent(503, 3)]
    where = verdict(clerk, written({"บุคลากร": staff, "ครอบครัว": kin}))
    assert "มีอักขระที่มองไม่เห็น (U+202C)" in clerk.get(where).text
    submitted(clerk, where)
    answer = clerk.get(f"{where}/mend")
    sheets = workbook_of(answer.data)
    assert sheets["บุคลากร"][0][0] == titles[0][0] and tuple(sheets["บุคลากร"][2][:9]) == STAFF_HEADINGS
    returned = [[row[1], row[4], row[9], row[10]] for row in sheets["บุคลากร"][3:]]
    assert returned[0] == [nid(1), "ใจดี", "", 4.0], "the holder of a child that comes back"
    assert returned[1][:2] == ["1-9901-00000-02-8", "=1+1"] and "หลักตรวจสอบ" in returned[1][2] and returned[1][3] == 5.0
    assert [(row[3], bool(row[12])) for row in sheets["ครอบครัว"][1:]] == [(nid(501), True), (nid(502), True)]
    mended = {name: [list(row) for row in lines] for name, lines in sheets.items()}
    mended["บุคลากร"][4][1], mended["บุคลากร"][4][4] = nid(2), "ทองดี"
    mended["บุคลากร"][5][3] = "สมหมาย"
    mended["ครอบครัว"][1][1], mended["ครอบครัว"][2][7] = nid(2), "28/2/2558"
    page = clerk.get(verdict(clerk, written(mended), "แก้แล้ว.xlsx")).text
    assert {fate: many for fate, many in counts(page).items() if many} == {"KNOWN": 1, "NEW": 4}
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    heights = [float(height) for height in re.findall(r'<row r="\d+"[^>]* ht="([\d.]+)"', sheet)]
    assert len(heights) == 4 and max(heights[1:]) > min(heights[1:]), "as high as the whole reason"
    assert 'orientation="landscape"' in sheet and 'type="list"' in sheet


def test_sheets_of_any_name_come_back_under_names_that_excel_takes():
    given = ["บุคลากร [ปี 2569]: a/b", "Staff", "STAFF", "ก" * 48, "ก" * 40, "'x'", "History", "[]"]
    named = names_for(given)
    assert (
        named[0] == "บุคลากร  ปี 2569   a b"
        and named[1:3] == ["Staff", "STAFF (2)"]
        and named[5:] == ["x", "History (2)", "1"]
    )
    assert len({name.casefold() for name in named}) == len(given) and max(map(len, named)) <= 31


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


def test_every_fault_of_a_line_has_its_words():
    raised = re.compile(r'BadInput\(\s*"([A-Z_]+)"')
    sources = ("services/rosters/rows.py", "services/rosters/cells.py", "services/rosters/one_cell.py",
               "services/rosters/judge.py",
               "domain/national_id.py", "domain/names.py", "domain/thai_calendar.py")  # fmt: skip
    codes = {code for source in sources for code in raised.findall(Path("app", source).read_text("utf-8"))}
    assert len(codes) > 12 and codes <= set(roster_faults.MEND)
    source = Path("app/services/roster_remarks.py").read_text("utf-8")
    remarks = set(re.findall(r'"([A-Z_]{9,})"', source)) - set(raised.findall(source))
    assert set(raised.findall(source)) == {"PAPER_OF_A_DEATH", "PAPER_OF_A_DIVORCE"} <= set(roster_words._WORDS)
    of_paper = {f"PAPER_NOT_OF_{relation}" for relation in Relation if relation is not Relation.SELF}
    assert len(remarks) == 5 and set(roster_words._REMARKS) == remarks | of_paper | {"BIRTH_ORDER_UNREADABLE"}
