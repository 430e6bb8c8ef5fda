"""The Excel style, read back with calamine and as the XML that Excel itself will read."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from app.reports import workbook
from app.reports.workbook import Column, Kind, file_name, write_workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HEADING = ["รายงานข้อมูลผู้มีสิทธิ", "เทศบาลเมืองตัวอย่าง (04990101)", "ข้อมูล ณ 21/11/2569 09:30"]
COLUMNS = [
    Column("ลำดับ", Kind.NUMBER, 8),
    Column("เลขประจำตัวประชาชน", Kind.ID, 18),
    Column("ชื่อ", Kind.TEXT, 24),
    Column("วันเดือนปีเกิด", Kind.DATE, 14),
    Column("วันเวลาที่อนุมัติ", Kind.INSTANT, 18),
    Column("จำนวนเงิน", Kind.MONEY, 14),
]
APPROVED = datetime(2026, 11, 20, 20, 5, tzinfo=UTC)
SOMCHAI = [1, "0990100000017", "สมชาย", date(1985, 2, 3), APPROVED, 123_456_789]
HEADER_ROW = 5  # three lines, one empty line, then the header; counted from 1 as Excel does


def write(path: Path, rows: Any, columns: list[Column] = COLUMNS, **options: Any) -> int:
    return write_workbook(path, sheet_title="ผู้มีสิทธิ", heading_lines=HEADING, columns=columns, rows=rows, **options)


def written_texts(path: Path, texts: list[str]) -> list[Any]:
    """Write one TEXT column and read its cells back."""
    write(path, [[text] for text in texts], [Column("ชื่อ", Kind.TEXT, 20)])
    return [row[0] for row in cells(path)[HEADER_ROW:]]


def cells(path: Path, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(sheet).to_python(skip_empty_area=False)


def part(path: Path, name: str) -> ElementTree.Element:
    with ZipFile(path) as package:
        return ElementTree.fromstring(package.read(name))


def sheet_xml(path: Path) -> ElementTree.Element:
    return part(path, "xl/worksheets/sheet1.xml")


def number_format(path: Path, cell: str) -> str:
    """The number format that Excel applies to a cell such as D6."""
    styles = part(path, "xl/styles.xml")
    codes = {"0": "General", "3": "#,##0", "4": "#,##0.00", "49": "@"}  # built in: ECMA-376 part 1, 18.8.30
    codes |= {each.get("numFmtId"): each.get("formatCode") for each in styles.iter(f"{MAIN}numFmt")}
    style = int(sheet_xml(path).find(f".//{MAIN}c[@r='{cell}']").get("s", "0"))
    return codes[styles.find(f"{MAIN}cellXfs")[style].get("numFmtId")]


def test_the_table_comes_back_with_its_provenance_above(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    assert write(path, [SOMCHAI, [2, "1990100000025", "สมหญิง", None, None, None]]) == 2
    lines = cells(path)
    assert [line[0] for line in lines[:4]] == [*HEADING, ""]
    assert lines[4] == [column.title for column in COLUMNS]
    assert lines[5] == [1, "0990100000017", "สมชาย", date(1985, 2, 3), datetime(2026, 11, 21, 3, 5), 1_234_567.89]
    assert lines[6] == [2, "1990100000025", "สมหญิง", "", "", ""]
    assert CalamineWorkbook.from_path(path).sheet_names == ["ผู้มีสิทธิ"]


def test_without_provenance_the_table_starts_at_the_top(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    write_workbook(path, sheet_title="รายงาน", heading_lines=[], columns=COLUMNS[:2], rows=[[1, "007"]])
    assert cells(path) == [["ลำดับ", "เลขประจำตัวประชาชน"], [1, "007"]]


def test_dates_are_real_cells_shown_in_the_buddhist_era_with_arabic_digits(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    write(path, [SOMCHAI])
    assert number_format(path, "D6") == "[$-107041E]d/mm/yyyy"
    assert number_format(path, "E6") == "[$-107041E]d/mm/yyyy hh:mm"
    assert sheet_xml(path).find(f".//{MAIN}c[@r='D6']/{MAIN}v").text == "31081"


def test_ids_are_text_and_money_is_a_number_in_baht(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    write(path, [SOMCHAI])
    sheet = sheet_xml(path)
    assert sheet.find(f".//{MAIN}c[@r='B6']").get("t") == "inlineStr"
    assert number_format(path, "B6") == number_format(path, "C6") == "@"
    assert sheet.find(f".//{MAIN}c[@r='F6']/{MAIN}v").text == "1234567.89"
    assert number_format(path, "F6") == "#,##0.00"
    assert number_format(path, "A6") == "#,##0"


@pytest.mark.parametrize("satang", [0, 1, 29, 115, -50, 99_999_999_999_999])
def test_money_keeps_every_satang(tmp_path: Path, satang: int) -> None:
    path = tmp_path / "report.xlsx"
    write(path, [[satang]], [Column("จำนวนเงิน", Kind.MONEY, 12)])
    assert round(cells(path)[HEADER_ROW][0] * 100) == satang


def test_days_before_excels_calendar_are_written_as_buddhist_era_text(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    days = [date(1899, 12, 31), date(1900, 1, 1), date(1900, 3, 1)]
    write(path, [[day, None] for day in days] + [[None, datetime(1890, 5, 1, tzinfo=UTC)]], COLUMNS[3:5])
    lines = cells(path)[HEADER_ROW:]
    assert lines[0] == ["31/12/2442", ""]
    assert lines[3] == ["", "1/05/2433 06:42"]  # Bangkok mean time before 1920
    assert [sheet_xml(path).find(f".//{MAIN}c[@r='A{row}']/{MAIN}v").text for row in (7, 8)] == ["1", "61"]


def test_the_page_is_frozen_filtered_and_ready_to_print(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    write(path, [SOMCHAI, SOMCHAI])
    sheet = sheet_xml(path)
    pane = sheet.find(f".//{MAIN}pane")
    assert (pane.get("state"), pane.get("ySplit"), pane.get("topLeftCell")) == ("frozen", "5", "A6")
    assert sheet.find(f"{MAIN}autoFilter").get("ref") == "A5:F7"
    page = sheet.find(f"{MAIN}pageSetup")
    assert (page.get("paperSize"), page.get("orientation"), page.get("fitToHeight")) == ("9", "landscape", "0")
    assert sheet.find(f"{MAIN}sheetPr/{MAIN}pageSetUpPr").get("fitToPage") == "1"
    names = {each.get("name"): each.text for each in part(path, "xl/workbook.xml").iter(f"{MAIN}definedName")}
    assert names["_xlnm.Print_Titles"] == "'ผู้มีสิทธิ'!$5:$5"
    assert [float(column.get("width")) // 1 for column in sheet.iter(f"{MAIN}col")] == [8, 18, 24, 14, 18, 14]


def test_many_columns_are_printed_on_pages_side_by_side_with_the_first_ones_on_each(tmp_path: Path) -> None:
    for width, across, kept in ((24, None, ""), (25, "2", "C"), (50, "3", "B"), (80, "4", "A")):
        columns = [Column("ที่", Kind.NUMBER, 10), *[Column("คำ", Kind.TEXT, width)] * 8, *COLUMNS[:1]]
        write(path := tmp_path / "report.xlsx", [], columns)
        names = [each.text for each in part(path, "xl/workbook.xml").iter(f"{MAIN}definedName")]
        assert (f"'ผู้มีสิทธิ'!$A:${kept},'ผู้มีสิทธิ'!$5:$5" in names) is bool(across)
        page = sheet_xml(path).find(f"{MAIN}pageSetup")
        assert (page.get("fitToWidth"), page.get("pageOrder")) == (across, "overThenDown" if across else None)


def test_every_font_is_th_sarabun_new(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    write(path, [SOMCHAI])
    styles = part(path, "xl/styles.xml")
    fonts = styles.find(f"{MAIN}fonts")
    assert {font.find(f"{MAIN}name").get("val") for font in fonts} == {"TH Sarabun New"}
    assert {font.find(f"{MAIN}sz").get("val") for font in fonts} == {"14", "16"}
    assert not list(styles.iter(f"{MAIN}scheme"))
    header = styles.find(f"{MAIN}cellXfs")[int(sheet_xml(path).find(f".//{MAIN}c[@r='A5']").get("s"))]
    assert fonts[int(header.get("fontId"))].find(f"{MAIN}b") is not None


FORMULA_LIKE = [
    '=HYPERLINK("http://example.invalid","คลิก")',
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\n=1+1",
    "{=1+1}",
    "http://example.invalid",
    "mailto:somchai@example.invalid",
    "0812345678",
    "1e5",
    "  เว้นวรรค  ",
    "<r><t>ก</t></r>",
    "<r></r>",
    "<r>&<b></r>",
    "<a> & \"b\" 'c'",
]


def test_text_that_looks_like_a_formula_stays_text_everywhere(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    columns = [Column("=1+1", Kind.TEXT, 20), Column("<r><f>1+1</f></r>", Kind.ID, 20)]
    rows = [[text, text] for text in FORMULA_LIKE]
    write_workbook(path, sheet_title="รายงาน", heading_lines=["=1+1", "<r><x/></r>"], columns=columns, rows=rows)

    assert cells(path) == [["=1+1", ""], ["<r><x/></r>", ""], ["", ""], ["=1+1", "<r><f>1+1</f></r>"], *rows]
    sheet = sheet_xml(path)
    assert {cell.get("t") for cell in sheet.iter(f"{MAIN}c")} == {"inlineStr"}
    assert not list(sheet.iter(f"{MAIN}f"))
    assert not list(sheet.iter(f"{MAIN}hyperlink"))


def test_characters_that_xml_cannot_carry_are_marked(tmp_path: Path) -> None:
    texts = ["ก\x00ข", "a\x0bb", "\ud800", "\uffff", "บรรทัด\r\nใหม่", "_x0041_"]
    assert written_texts(tmp_path / "report.xlsx", texts)[:5] == ["ก�ข", "a�b", "�", "�", "บรรทัด\nใหม่"]
    text = sheet_xml(tmp_path / "report.xlsx").find(f".//{MAIN}c[@r='A11']//{MAIN}t").text
    assert text == "_x005F_x0041_"  # else Excel would show the letter A


def test_a_text_longer_than_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    fits, cut, emoji = written_texts(tmp_path / "report.xlsx", ["ก" * 32_767, "ก" * 32_768, "😀" * 20_000])
    assert fits == "ก" * 32_767
    assert cut == "ก" * 32_766 + "…"
    assert len(emoji.encode("utf-16-le")) // 2 <= 32_767


def test_more_rows_than_a_sheet_holds_run_on_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert workbook.ROWS_PER_SHEET + len(HEADING) + 2 <= 1_048_576
    monkeypatch.setattr(workbook, "ROWS_PER_SHEET", 3)
    path = tmp_path / "report.xlsx"
    title = "รายงานข้อมูลผู้มีสิทธิทั้งประเทศทุกจังหวัด"

    def written(count: int) -> int:
        rows = [[number] for number in range(count)]
        return write_workbook(path, sheet_title=title, heading_lines=HEADING, columns=COLUMNS[:1], rows=rows)

    assert written(3) == 3
    assert CalamineWorkbook.from_path(path).sheet_names == [title[:31]]
    assert written(7) == 7
    assert CalamineWorkbook.from_path(path).sheet_names == [title[:31], f"{title[:27]} (2)", f"{title[:27]} (3)"]
    assert [row[0] for row in cells(path, 1)] == [*HEADING, "", "ลำดับ", 3, 4, 5]
    assert [row[0] for row in cells(path, 2)] == [*HEADING, "", "ลำดับ", 6]
    assert part(path, "xl/worksheets/sheet3.xml").find(f"{MAIN}autoFilter").get("ref") == "A5:A6"


def test_no_rows_still_give_a_file_with_its_header(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    heard: list[int] = []
    assert write(path, [], progress=heard.append) == 0
    assert cells(path)[-1] == [column.title for column in COLUMNS]
    assert heard == [0]


def test_progress_hears_the_count_now_and_then_and_once_at_the_end(tmp_path: Path) -> None:
    columns = [Column("ลำดับ", Kind.NUMBER, 8)]
    heard: list[int] = []
    write(tmp_path / "a.xlsx", ([number] for number in range(4_500)), columns, progress=heard.append)
    assert heard == [2_000, 4_000, 4_500]
    heard.clear()
    write(tmp_path / "b.xlsx", ([number] for number in range(2_000)), columns, progress=heard.append)
    assert heard == [2_000]


def test_a_report_that_breaks_off_leaves_no_half_file_and_keeps_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"yesterday")

    def rows() -> Iterator[list[Any]]:
        yield SOMCHAI
        assert path.read_bytes() == b"yesterday"
        raise ConnectionError("database went away")

    with pytest.raises(ConnectionError):
        write(path, rows())
    assert [each.name for each in tmp_path.iterdir()] == ["report.xlsx"]
    assert path.read_bytes() == b"yesterday"

    write(path, [SOMCHAI])
    assert [each.name for each in tmp_path.iterdir()] == ["report.xlsx"]
    assert cells(path)[HEADER_ROW][2] == "สมชาย"


@pytest.mark.parametrize(
    ("kind", "value", "error"),
    [
        (Kind.ID, 1_990_100_000_025, TypeError),
        (Kind.DATE, APPROVED, TypeError),
        (Kind.DATE, "21/11/2569", TypeError),
        (Kind.INSTANT, datetime(2026, 11, 21), ValueError),
        (Kind.INSTANT, date(2026, 11, 21), TypeError),
        (Kind.NUMBER, "1", TypeError),
        (Kind.MONEY, 12.5, TypeError),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(tmp_path: Path, kind: Kind, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        write(tmp_path / "report.xlsx", [[value]], [Column("x", kind, 8)])
    assert not list(tmp_path.iterdir())


def test_a_row_of_the_wrong_length_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="longer than"):
        write(tmp_path / "report.xlsx", [SOMCHAI[:-1]])


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        rows = ([f"{number:013}"] for number in range(count))
        tracemalloc.start()
        try:
            write(tmp_path / "report.xlsx", rows, COLUMNS[1:2])
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)  # imports and caches are not the writer's
    few = peak(2_000)
    assert peak(40_000) < few + 2_000_000


def test_the_file_name_carries_the_agency_and_the_buddhist_era_day() -> None:
    name = file_name("รายงานข้อมูลผู้มีสิทธิ", "04990101", date(2026, 1, 5))
    assert name == "รายงานข้อมูลผู้มีสิทธิ_04990101_25690105.xlsx"
    assert file_name("ทั้งประเทศ", "", date(2026, 1, 5)) == "ทั้งประเทศ_25690105.xlsx"
    assert file_name('ก/ข\\"ค', "../1", date(2026, 11, 21)) == "ก-ข--ค_..-1_25691121.xlsx"
