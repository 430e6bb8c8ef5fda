"""The one Excel style of the portal: provenance lines, one frozen and filtered table, real dates, IDs as text."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.domain.clock import BANGKOK

# Excel holds 1,048,576 rows; the rest is kept for the lines above the table.
ROWS_PER_SHEET = 1_048_000
PROGRESS_EVERY = 2_000
CELL_LIMIT = 32_767
SHEET_NAME_LIMIT = 31
A4 = 9

# Excel's calendar starts here; earlier days have no serial number.
FIRST_EXCEL_DAY = date(1900, 1, 1)

# 107041E: Arabic digits (01), Thai Buddhist calendar (07), Thai (041E); decisions 15.
DAY_FORMAT = "[$-107041E]d/mm/yyyy"
INSTANT_FORMAT = "[$-107041E]d/mm/yyyy hh:mm"

# A font scheme would let the theme's Calibri win over the named font.
FONT = {"font_name": "TH Sarabun New", "font_size": 14, "font_scheme": "none"}
# Pixels; Thai vowels and tone marks above and below the line need more than Excel's 20.
ROW_HEIGHT = 29

# XML cannot carry these: control characters (tab and line feed excepted), half surrogate pairs, non-characters.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_UNSAFE_IN_FILE_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


class Kind(Enum):
    """What a column holds: it fixes the Python value that goes in and how Excel shows it."""

    TEXT = "text"  # words; any value that prints as words
    ID = "id"  # national IDs and codes: a str, kept as text with its leading zeros
    DATE = "date"  # a plain date, shown in the Buddhist era
    INSTANT = "instant"  # an aware instant, shown as Bangkok wall time in the Buddhist era
    NUMBER = "number"  # a whole number
    MONEY = "money"  # whole satang, shown as baht


@dataclass(frozen=True)
class Column:
    """One column: the title people read, what it holds, and its width in characters."""

    title: str
    kind: Kind
    width: int


def write_workbook(
    path: Path | str,
    *,
    sheet_title: str,
    heading_lines: list[str],
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write `rows` as an Excel file at `path` and return how many were written.

    Each row has one value per column, of the type its `Kind` names; None leaves the cell empty. `rows` is read once and
    never held, so memory does not grow with it. `heading_lines` say where the figures come from; the first is the
    heading. `progress` hears the count so far, now and then and once at the end; what it raises stops the writing.
    The file appears at `path` only when it is whole. Raises ValueError for a row of the wrong length or an instant
    without zone, TypeError for a value of the wrong type. Source: spec 8.2, 10 item 8; decisions 15.
    """
    target = Path(path)
    with TemporaryDirectory(prefix=".unfinished-", dir=target.parent) as folder:
        draft = Path(folder) / "draft.xlsx"
        with xlsxwriter.Workbook(draft, _options(folder)) as book:
            count = _Table(book, sheet_title, heading_lines, columns).write(rows, progress)
        draft.replace(target)
    return count


def file_name(report_title: str, agency_code: str, day: date) -> str:
    """The download name `{title}_{agency code}_{yyyymmdd}.xlsx`, the year in the Buddhist era (spec 10 item 8)."""
    name = f"{report_title}_{agency_code}_{day.year + 543}{day:%m%d}.xlsx"
    return _UNSAFE_IN_FILE_NAME.sub("-", name)


def _options(folder: str) -> dict[str, Any]:
    return {
        "constant_memory": True,
        "tmpdir": folder,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        # A sheet of a million wide rows passes 2 GB before it is packed.
        "use_zip64": True,
        "default_format_properties": dict(FONT),
        "default_row_height": ROW_HEIGHT,
    }


class _Table:
    """One table that runs on over as many sheets as it needs; each sheet repeats the lines above it."""

    def __init__(
        self, book: xlsxwriter.Workbook, title: str, heading_lines: list[str], columns: Sequence[Column]
    ) -> None:
        self.book = book
        self.title = title
        self.heading_lines = heading_lines
        self.columns = columns
        self.heading_style = book.add_format({"bold": True, "font_size": 16})
        self.provenance_style = book.add_format()
        self.header_style = book.add_format(_HEADER_STYLE)
        styles = {kind: book.add_format(properties) for kind, properties in _STYLES.items()}
        self.cells = [(_VALUES[column.kind], styles[column.kind]) for column in columns]
        # An empty line keeps the heading out of the block that Excel sorts and filters.
        self.header_row = len(heading_lines) + 1 if heading_lines else 0

    def write(self, rows: Iterable[Sequence[Any]], progress: Callable[[int], None] | None) -> int:
        sheets = 1
        sheet = self._begin_sheet(sheets)
        count = on_sheet = 0
        for row in rows:
            if on_sheet == ROWS_PER_SHEET:
                self._end_sheet(sheet, on_sheet)
                sheets, on_sheet = sheets + 1, 0
                sheet = self._begin_sheet(sheets)
            on_sheet += 1
            count += 1
            self._write_row(sheet, self.header_row + on_sheet, row)
            if progress and count % PROGRESS_EVERY == 0:
                progress(count)
        self._end_sheet(sheet, on_sheet)
        if progress and (count == 0 or count % PROGRESS_EVERY):
            progress(count)
        return count

    def _begin_sheet(self, number: int) -> Worksheet:
        suffix = f" ({number})" if number > 1 else ""
        sheet = self.book.add_worksheet(self.title[: SHEET_NAME_LIMIT - len(suffix)] + suffix)
        for index, column in enumerate(self.columns):
            sheet.set_column(index, index, column.width)
        for index, line in enumerate(self.heading_lines):
            _write_text(sheet, index, 0, _text(line), self.provenance_style if index else self.heading_style)
        for index, column in enumerate(self.columns):
            _write_text(sheet, self.header_row, index, _text(column.title), self.header_style)
        sheet.freeze_panes(self.header_row + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(self.header_row)
        sheet.hide_gridlines(0)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def _write_row(self, sheet: Worksheet, at: int, row: Sequence[Any]) -> None:
        for index, (value, (value_of, style)) in enumerate(zip(row, self.cells, strict=True)):
            if value is None or value == "":
                continue
            cell = value_of(value)
            if isinstance(cell, str):
                _write_text(sheet, at, index, cell, style)
            elif isinstance(cell, date):
                sheet.write_datetime(at, index, cell, style)
            else:
                sheet.write_number(at, index, cell, style)

    def _end_sheet(self, sheet: Worksheet, row_count: int) -> None:
        last_row = self.header_row + row_count
        sheet.autofilter(self.header_row, 0, last_row, len(self.columns) - 1)
        # Else Excel marks every ID with a green "number stored as text" corner.
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last_row + 1}"})


def _write_text(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    if text.startswith("<r>") and text.endswith("</r>"):
        # XlsxWriter takes such a string for its own rich-text XML and writes it unescaped; two runs keep it plain text.
        sheet.write_rich_string(row, column, "<", style, text[1:], style)
    else:
        sheet.write_string(row, column, text, style)


def _text(value: Any) -> str:
    text = _UNWRITABLE.sub("\ufffd", str(value).replace("\r\n", "\n"))
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - 1] + "…"


def _id(value: str) -> str:
    # A number has already lost its leading zeros.
    _require(value, str)
    return _text(value)


def _day(value: date) -> date | str:
    _require(value, date)
    if isinstance(value, datetime):
        raise TypeError("a DATE column takes a plain date, not an instant")
    return value if value >= FIRST_EXCEL_DAY else _day_in_words(value)


def _instant(value: datetime) -> datetime | str:
    _require(value, datetime)
    if value.tzinfo is None:
        raise ValueError("an INSTANT column takes an aware instant")
    local = value.astimezone(BANGKOK).replace(tzinfo=None)
    return local if local.date() >= FIRST_EXCEL_DAY else f"{_day_in_words(local)} {local:%H:%M}"


def _day_in_words(day: date) -> str:
    return f"{day.day}/{day.month:02}/{day.year + 543}"


def _number(value: int) -> int:
    _require(value, int)
    return value


def _baht(satang: int) -> float:
    # A Decimal here would most likely be baht already, a hundred times too much.
    _require(satang, int)
    return satang / 100


def _require(value: Any, wanted: type) -> None:
    if not isinstance(value, wanted):
        raise TypeError(f"expected {wanted.__name__}, got {type(value).__name__}")


_HEADER_STYLE: dict[str, Any] = {
    "bold": True,
    "bg_color": "#D9EAE8",
    "bottom": 1,
    "text_wrap": True,
    "align": "center",
    "valign": "vcenter",
}
# Text cells carry the text format, so that editing "=1+1" in place does not turn it into a formula.
_STYLES: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"num_format": "@"},
    Kind.ID: {"num_format": "@", "align": "center"},
    Kind.DATE: {"num_format": DAY_FORMAT, "align": "right"},
    Kind.INSTANT: {"num_format": INSTANT_FORMAT, "align": "right"},
    Kind.NUMBER: {"num_format": "#,##0"},
    Kind.MONEY: {"num_format": "#,##0.00"},
}
_VALUES: dict[Kind, Callable[[Any], str | date | float]] = {
    Kind.TEXT: _text,
    Kind.ID: _id,
    Kind.DATE: _day,
    Kind.INSTANT: _instant,
    Kind.NUMBER: _number,
    Kind.MONEY: _baht,
}
