"""Rosters of other offices: other sheets, titles, headings, orders of columns, and lines that are no people."""

import re
from io import BytesIO

import pytest
import xlsxwriter

from app.services.rosters.columns import SheetKind
from app.services.rosters.headings import Layout
from app.services.rosters.workbook import open_sheets, people_of, read_roster
from tests.services.roster_workbooks import (
    FAMILY_HEADINGS,
    STAFF_HEADINGS,
    codes,
    dependent,
    nid,
    official,
    refusal_of,
    verdict_on,
    workbook,
    written,
)
from tests.services.test_roster_hostile import SHEET, repacked, sheet_xml


def test_family_sheet_first_other_names_and_a_cover_sheet():
    content = written(
        {
            "คำชี้แจง": [["โปรดกรอกข้อมูลให้ครบ"], ["เพศ", "ชาย หรือ หญิง"]],
            "Sheet2": [["บุคคลในครอบครัว"], FAMILY_HEADINGS, dependent(501, holder=1)],
            "Sheet1": [STAFF_HEADINGS, official(1)],
        }
    )
    verdict = verdict_on(content)
    assert [row.national_id for row in verdict.principals] == [nid(1)]
    assert [row.national_id for row in verdict.family] == [nid(501)]
    assert verdict.refusals == ()


@pytest.mark.parametrize(
    ("kind", "value"), [("", ""), ("", "<v></v>"), ("", "<v/>"), (' t="n"', " <v />"), (' t="b"', "")]
)
def test_formulas_that_nobody_calculated_refuse_the_workbook_with_their_cell(kind, value):
    unsaved = f'<c r="D2"{kind}><f>"สม"&amp;"ชาย"</f>{value}</c>'
    assert refusal_of(_with_first_name(unsaved)) == ("ROSTER_FORMULA_UNSAVED", {"cell": "D2", "count": 1})


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('<c r="D2" t="str"><f>""</f><v></v></c>', [(2, "REQUIRED")]),
        ('<c r="D2" t="str"><f t="shared" si="0"/><v>สมชาย</v></c>', []),
    ],
)
def test_a_formula_may_come_to_an_empty_text(cell, code):
    assert codes(_with_first_name(cell)) == code


def _with_first_name(cell: str) -> bytes:
    """An official whose first name is this cell as a program wrote it."""
    content = workbook([official(1)])
    sheet = re.sub(r'<c r="D2".*?</c>', lambda _: cell, sheet_xml(content).decode())
    return repacked(content, {SHEET: sheet.encode()})


def test_heading_row_under_many_title_and_blank_rows():
    titles = [["บัญชีรายชื่อบุคลากร"], [], ["เพศ ชาย/หญิง"], [], [], ["ข้อมูล ณ วันที่ 1"], []]
    content = written({"บุคลากร": [*titles, STAFF_HEADINGS, [], official(1), [], [None, " "], official(2, เพศ="?")]})
    verdict = verdict_on(content)
    assert [row.excel_row for row in verdict.principals] == [10]
    assert [(row.excel_row, row.code) for row in verdict.refusals] == [(13, "UNKNOWN_CODE")]


def test_columns_in_any_order_with_foreign_ones_between():
    headings = [*reversed(STAFF_HEADINGS), "เบอร์โทร"]
    headings.insert(2, "ตำแหน่ง")
    line = [*reversed(official(1)), "081-234-5678"]
    line.insert(2, "นักทรัพยากรบุคคล")
    (principal,) = verdict_on(written({"บุคลากร": [headings, line]})).principals
    assert (principal.national_id, principal.first_name, principal.last_name) == (nid(1), "สมชาย", "ใจดี")


@pytest.mark.parametrize(
    ("heading", "synonym"),
    [
        ("เลขประจำตัวประชาชน", "เลขบัตรประชาชน"),
        ("เลขประจำตัวประชาชน", "เลขประจำตัวประชาชน\n(๑๓ หลัก)"),
        ("เลขประจำตัวประชาชน", "เลขประจําตัวประชาชน"),  # sara am typed in two halves
        ("เลขประจำตัวประชาชน", "เลขประจำตัวประชาชนผู้มีสิทธิ"),
        ("คำนำหน้า", "คำนำหน้าชื่อ *"),
        ("ชื่อ", " ชื่อ\u200b "),
        ("นามสกุล", "ชื่อสกุล"),
        ("วันเดือนปีเกิด", "วัน/เดือน/ปี เกิด (พ.ศ.)"),
        ("วันเดือนปีเกิด", "ว.ด.ป. เกิด"),
        ("ประเภทบุคลากร", "ประเภท"),
        ("วันที่เริ่มปฏิบัติหน้าที่", "วันที่บรรจุ"),
        ("วันที่เริ่มปฏิบัติหน้าที่", "วันเริ่มรับราชการ"),
    ],
)
def test_heading_synonyms(heading, synonym):
    headings = [synonym if name == heading else name for name in STAFF_HEADINGS]
    assert len(verdict_on(written({"รายชื่อ": [headings, official(1)]})).principals) == 1


def test_family_heading_synonyms_keep_holder_and_dependent_apart():
    headings = list(FAMILY_HEADINGS)
    headings[1], headings[3] = "เลขประจำตัวประชาชน (เจ้าของสิทธิ)", "เลขประจำตัวประชาชน (ผู้มีสิทธิร่วม)"
    headings[2], headings[8:] = "ความสัมพันธ์กับผู้มีสิทธิ", ["ประเภทหลักฐาน", "เลขที่เอกสาร", "ลงวันที่", "บุตรคนที่"]
    (row,) = verdict_on(written({"ก": [headings, dependent(501, 7)]}), register=[nid(7)]).family
    assert (row.holder_national_id, row.national_id, row.birth_order) == (nid(7), nid(501), 1)


def test_headings_of_two_rows_under_merged_groups():
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("บุคลากร")
        sheet.merge_range("A1:I1", "บัญชีรายชื่อบุคลากร")
        sheet.merge_range("C3:E3", "ชื่อ - สกุล")
        for column, heading in enumerate(STAFF_HEADINGS):
            if 2 <= column <= 4:
                sheet.write(3, column, heading)
            else:
                sheet.merge_range(2, column, 3, column, heading)
        sheet.write_row(4, 0, [f"({number})" for number in range(1, 10)])
        sheet.write_row(5, 0, official(1))
    verdict = verdict_on(target.getvalue())
    assert [(row.excel_row, row.first_name) for row in verdict.principals] == [(6, "สมชาย")]
    assert verdict.refusals == ()


def test_section_titles_totals_repeated_headings_and_signatures_are_no_people():
    staff = [
        ["สำนักปลัด"],
        official(1),
        ["", "รวม 1 ราย"],
        [7],  # a line numbered beforehand
        STAFF_HEADINGS,
        ["", "กองคลัง"],
        official(2),
        ["รวมทั้งสิ้น", 2],
        ["", "", "", "ลงชื่อ", "..........", "ผู้จัดทำ"],
        ["", "", "", "(นายสมชาย ใจดี)"],
        ["", "", "ตำแหน่ง", "นักทรัพยากรบุคคล", "ชำนาญการ"],
    ]
    content = workbook(staff)
    verdict = verdict_on(content)
    assert [row.excel_row for row in verdict.principals] == [3, 8]
    assert verdict.refusals == ()
    assert [row for row, _ in read_roster(content).sheets[0].notes] == [2, 4, 5, 7, 9, 10, 11, 12]


@pytest.mark.parametrize(
    "line",
    [
        ["", nid(3)],
        [3, "", "", "สมหญิง"],
        ["", "", "นาย", "สมชาย", "รวมสุข"],
        ["", "", "นาย", "รวมพร", "ใจดี", "07/10/2516", "ชาย"],
    ],
    ids=["only an ID", "numbered, only a name", "a full name", "most cells, a name like a total"],
)
def test_an_incomplete_person_is_refused_not_overlooked(line):
    assert codes(workbook([official(1), line])) == [(3, "REQUIRED")]


def test_only_staff_and_only_family():
    assert len(verdict_on(workbook([official(1)])).principals) == 1
    only_family = written({"ครอบครัว": [FAMILY_HEADINGS, dependent(501, 9)]})
    assert len(verdict_on(only_family, register=[nid(9)]).family) == 1


def test_a_workbook_without_any_roster_names_its_sheets():
    content = written({"ยอดเงิน": [["ลำดับ", "รายการ", "จำนวนเงิน"], [1, "ค่าน้ำ", 100]], "ว่าง": []})
    assert refusal_of(content) == ("ROSTER_NO_SHEET", {"sheets": ["ยอดเงิน", "ว่าง"]})
    assert refusal_of(written({"Sheet1": []})) == ("ROSTER_NO_SHEET", {"sheets": ["Sheet1"]})


def test_a_staff_sheet_without_headings_says_so():
    assert refusal_of(written({"บุคลากร": [official(1), official(2)]})) == ("ROSTER_NO_HEADER", {"sheet": "บุคลากร"})


def test_a_missing_mandatory_column_is_named():
    without = [name for name in STAFF_HEADINGS if name not in ("เพศ", "นามสกุล")]
    facts = {"sheet": "Sheet1", "columns": ["last_name"]}
    assert refusal_of(written({"Sheet1": [without, official(1)]})) == ("ROSTER_NO_COLUMN", facts)


def test_without_a_column_for_it_the_title_tells_the_sex():
    place = STAFF_HEADINGS.index("เพศ")
    lines = [
        STAFF_HEADINGS,
        official(1),
        official(2, **{"คำนำหน้า": "น.ส."}),
        *(official(n, **{"คำนำหน้า": title}) for n, title in ((3, "ดร."), (4, "ร.ต.ท."))),
    ]
    verdict = verdict_on(written({"บุคลากร": [[*line[:place], *line[place + 1 :]] for line in lines]}))
    assert [row.sex for row in verdict.principals] == ["M", "F"]
    assert [(one.code, one.heading) for one in verdict.refusals] == [("SEX_UNTOLD", "คำนำหน้า")] * 2


@pytest.mark.parametrize("heading", ["เพส", "เพศสภาพ", "ระบุเพศ"])
@pytest.mark.parametrize("has_family", [True, False])
def test_a_column_that_is_nearly_called_sex_is_proposed_for_it(heading, has_family):
    """The titles would do without it; but a column that tells it is not passed over without a word."""
    lines = [STAFF_HEADINGS, official(1, **{"คำนำหน้า": "ดร."})]
    lines[0] = [heading if word == "เพศ" else word for word in STAFF_HEADINGS]
    content = written({"บุคลากร": lines} | ({"ครอบครัว": [FAMILY_HEADINGS, dependent(501)]} if has_family else {}))
    sheets = open_sheets(content)
    assert (sheets[0].heading.source, sheets[0].heading.columns["sex"]) == ("GUESSED", STAFF_HEADINGS.index("เพศ"))
    assert refusal_of(content) == ("ROSTER_NO_COLUMN", {"sheet": "บุคลากร", "columns": ["sex"]})
    said = Layout(SheetKind.PRINCIPALS, {k: v for k, v in sheets[0].heading.columns.items() if k != "sex"})
    answered = open_sheets(content, {sheets[0].heading.signature: said})
    assert "sex" not in answered[0].heading.columns and len(people_of(answered).sheets[0].rows) == 1


@pytest.mark.parametrize("heading", ["เพศ ช/ญ", "เพศ (ชาย/หญิง)", "เพศ ชาย/หญิง", "ชาย/หญิง"])
def test_what_offices_call_the_column_for_the_sex(heading):
    lines = [[heading if word == "เพศ" else word for word in STAFF_HEADINGS], official(1, **{"คำนำหน้า": "ดร."})]
    assert [row.sex for row in verdict_on(written({"บุคลากร": lines})).principals] == ["M"]


def test_sequence_and_birth_order_columns_may_be_missing():
    content = written({"ก": [STAFF_HEADINGS[1:], official(1)[1:]], "ข": [FAMILY_HEADINGS[1:-1], dependent(501)[1:-1]]})
    verdict = verdict_on(content)
    assert (len(verdict.principals), len(verdict.family), verdict.refusals) == (1, 1, ())
