"""The fast writer beside plain XlsxWriter: the same rows make the same cells, looks, sums, and page set-up; and as CSV."""

import csv
import itertools
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from app.domain.clock import BANGKOK
from app.reports import workbook
from app.reports.csv_file import write_csv
from app.reports.workbook import Column, Kind, write_workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
COLUMNS = [
    Column("ลำดับ", Kind.NUMBER, 8, has_total=True),
    Column("เลขประจำตัวประชาชน", Kind.ID, 18),
    Column("ชื่อที่ยาวกว่าความกว้างของคอลัมน์", Kind.TEXT, 12),
    Column("วันเกิด", Kind.DATE, 14),
    Column("อนุมัติ", Kind.INSTANT, 18),
    Column("บาท", Kind.MONEY, 14, has_total=True),
]
TEXTS = (
    "สมชาย",
    "=1+1",
    "<b>&amp;",
    " หน้า หลัง ",
    "_x0041_",
    "a\nb",
    "\x0b",
    "",
    None,
    "ก" * 300,
    "-2",
    "@x",
    "+1",
    "'q",
)


def made(count: int) -> list[list[Any]]:
    """Rows with everything that a cell can be."""
    pick = random.Random(5)
    return [
        [
            number, f"{pick.randrange(10**13):013}", pick.choice(TEXTS),
            pick.choice([None, date(1899, 5, 6), date(1900, 2, 28), date(1900, 3, 1), date(2026, 2, 28) - timedelta(number)]),
            pick.choice([None, datetime(2026, 11, 20, 20, 5, number % 60, tzinfo=UTC)]), pick.choice([None, number * 37]),
        ]
        for number in range(1, count + 1)
    ]  # fmt: skip


def plainly(path: Path, rows: list[list[Any]]) -> None:
    """The same table by XlsxWriter's own calls alone."""
    options = {key: value for key, value in workbook._OPTIONS.items() if key != "constant_memory"}
    with xlsxwriter.Workbook(path, options) as book:
        looks = {kind: book.add_format(look) for kind, look in workbook._STYLES.items()}
        sums = {kind: book.add_format(look | workbook._TOTAL) for kind, look in workbook._STYLES.items()}
        head = book.add_format(workbook._HEADING_STYLES[2])
        sheet = book.add_worksheet("ก")
        sheet.write_row(0, 0, [column.title for column in COLUMNS], head)
        for at, row in enumerate(rows, start=1):
            for place, (column, value) in enumerate(zip(COLUMNS, row, strict=True)):
                if value is None or value == "":
                    continue
                plain(sheet, at, place, column.kind, value, looks[column.kind])
        last = len(rows) + 1
        for place, column in enumerate(COLUMNS):
            total = sum(row[place] or 0 for row in rows) if column.has_total else None
            if total is None:
                sheet.write(last, place, "รวม" if place == 1 else None, sums[column.kind])
            else:
                letter, shown = "ABCDEF"[place], total / 100 if column.kind is Kind.MONEY else total
                sheet.write_formula(last, place, f"SUBTOTAL(109,{letter}2:{letter}{last})", sums[column.kind], shown)


def plain(sheet: Any, at: int, place: int, kind: Kind, value: Any, look: Any) -> None:
    if kind is Kind.DATE and value < date(1900, 1, 1):
        sheet.write_string(at, place, f"{value.day}/{value.month:02}/{value.year + 543}", look)
    elif kind in (Kind.DATE, Kind.INSTANT):
        naive = value.astimezone(BANGKOK).replace(tzinfo=None) if kind is Kind.INSTANT else value
        sheet.write_datetime(at, place, naive, look)
    elif kind in (Kind.NUMBER, Kind.MONEY):
        sheet.write_number(at, place, value / 100 if kind is Kind.MONEY else value, look)
    else:
        sheet.write_string(at, place, "\ufffd" if value == "\x0b" else value, look)


def cells(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)


def looks(path: Path) -> dict[str, tuple[str, ...]]:
    """What each cell looks like: its number format, font, alignment, border and fill, and its formula."""
    with ZipFile(path) as package:
        styles = ElementTree.fromstring(package.read("xl/styles.xml"))
        sheet = ElementTree.fromstring(package.read("xl/worksheets/sheet1.xml"))
    formats = {each.get("numFmtId"): each.get("formatCode") for each in styles.iter(f"{MAIN}numFmt")}
    parts = {
        name: [ElementTree.tostring(each) for each in styles.find(f"{MAIN}{name}s")]
        for name in ("font", "border", "fill")
    }
    found = []
    for xf in styles.find(f"{MAIN}cellXfs"):
        align = xf.find(f"{MAIN}alignment")
        number = formats.get(xf.get("numFmtId"), xf.get("numFmtId"))
        drawn = tuple(parts[name][int(xf.get(f"{name}Id"))] for name in parts)
        found.append((number, *drawn, b"" if align is None else ElementTree.tostring(align)))
    return {
        cell.get("r"): (*found[int(cell.get("s", "0"))], cell.findtext(f"{MAIN}f", ""))
        for cell in sheet.iter(f"{MAIN}c")
    }


@pytest.mark.parametrize("count", [1, 900])
def test_the_fast_path_makes_the_cells_that_plain_xlsxwriter_makes(tmp_path: Path, count: int) -> None:
    fast, slow, rows = tmp_path / "fast.xlsx", tmp_path / "slow.xlsx", made(count)
    write_workbook(fast, sheet_title="ก", heading_lines=[], columns=COLUMNS, rows=rows, total_label="รวม")
    plainly(slow, rows)
    for ours, theirs in itertools.zip_longest(cells(fast), cells(slow)):
        assert [plain_value(value) for value in ours] == [plain_value(value) for value in theirs]
    assert looks(fast) == looks(slow)


def plain_value(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else value


def test_sums_stand_below_the_last_sheet_alone_and_only_where_they_mean_something(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(workbook, "ROWS_PER_SHEET", 4)
    path = tmp_path / "sums.xlsx"
    write_workbook(path, sheet_title="ก", heading_lines=["ก"], columns=COLUMNS, rows=made(6), total_label="รวม")
    book = CalamineWorkbook.from_path(path)
    assert [row[0] for row in book.get_sheet_by_index(0).to_python()[3:]] == [1, 2, 3, 4]
    assert [row[:2] for row in book.get_sheet_by_index(1).to_python()[5:]] == [[21, "รวม"]]
    without = [Column(column.title, column.kind, column.width) for column in COLUMNS]
    write_workbook(path, sheet_title="ก", heading_lines=[], columns=without, rows=made(2), total_label="รวม")
    assert len(cells(path)) == 3


def test_a_csv_says_the_same_and_starts_no_formula(tmp_path: Path) -> None:
    path, rows, heard = tmp_path / "plain.csv", made(300), []
    assert write_csv(path, columns=COLUMNS, rows=rows, progress=heard.append, origin=["=ที่มา"]) == 300
    assert heard == [300] and path.read_bytes()[:3] == b"\xef\xbb\xbf"
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *told, gap, whence = list(csv.reader(file))
    assert (gap, whence) == ([], ["'=ที่มา"])
    assert header == [column.title for column in COLUMNS]
    assert {line[2] for line in told} >= {"'=1+1", "'-2", "'@x", "'+1", "<b>&amp;", "a\nb", "'q", ""}
    for line, row in zip(told, rows, strict=True):
        assert line[1].replace("-", "") == row[1] and (len(row[1]) != 13 or line[1].count("-") == 4)
        assert line[3] == (f"{row[3].day}/{row[3].month:02}/{row[3].year + 543}" if row[3] else "")
        assert line[4] in ("", "21/11/2569 03:05") and (row[5] is None or float(line[5]) * 100 == pytest.approx(row[5]))
        assert not line[2][:1] or line[2][0] not in "=+-@\t\r"
    assert [each.name for each in tmp_path.iterdir()] == ["plain.csv"]
