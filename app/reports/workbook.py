"""The one Excel style of the portal: provenance lines, one frozen and filtered table, real dates, IDs as text.

XlsxWriter makes the book with everything but the table's rows; those are streamed into it (app/reports/cells.py).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import accumulate, chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
from isal import isal_zlib
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.reports.cells import Column, Kind, RowWriter, clean
from app.reports.sums import Sums

# Excel holds 1,048,576 rows; the rest is kept for the lines above the table.
ROWS_PER_SHEET = 1_048_000
PROGRESS_EVERY = 2_000
SHEET_NAME_LIMIT = 31
A4 = 9
READABLE_WIDTH = 210  # letters across a landscape page; with more they are printed smaller than seven points
KNOWN_AGAIN_WIDTH = 70  # letters of what tells whose row it is: number, ID, name
# As quick to pack as level 1; level 6 makes a fifth less of it in two and a half times the time.
COMPRESSION = 2
_RAW = -15  # a bare deflate stream, as a zip holds it

# 107041E: Arabic digits (01), Thai Buddhist calendar (07), Thai (041E); decisions 15.
DAY_FORMAT = "[$-107041E]d/mm/yyyy"
INSTANT_FORMAT = "[$-107041E]d/mm/yyyy hh:mm"

# A font scheme would let the theme's Calibri win over the named font.
FONT = {"font_name": "TH Sarabun New", "font_size": 14, "font_scheme": "none"}
# Pixels; Thai vowels and tone marks above and below the line need more than Excel's 20.
ROW_HEIGHT = 31
TITLE_HEIGHT = 40
FILTER_BUTTON = 4  # characters of a title that it hides

_UNSAFE_IN_FILE_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_SHEET = "xl/worksheets/sheet{}.xml"
# The same however many sheets there will be, so they go first: a file whose first part is a sheet looks like no Excel file.
_FIRST_PARTS = ("_rels/.rels", "docProps/core.xml", "xl/theme/theme1.xml", "xl/styles.xml")
_ROW = r"<row [^>]*>((?:<c [^>]*/>)+)</row>"
# The rows that XlsxWriter wrote of a table: one that stands for all, and one for the sums where there are any.
_MADE_ROWS = re.compile(_ROW + f"(?:{_ROW})?</sheetData>")
_DIMENSION = re.compile(r"<dimension [^>]*/>")


def write_workbook(
    path: Path | str,
    *,
    sheet_title: str,
    heading_lines: list[str],
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    progress: Callable[[int], None] | None = None,
    total_label: str = "",
) -> int:
    """Write `rows` as an Excel file at `path` and return how many were written.

    Each row has one value per column, of the type its `Kind` names; None leaves the cell empty. `rows` is read once and
    never held, so memory does not grow with it. `heading_lines` say where the figures come from; the first is the
    heading. Below the last row stands `total_label` with the sums of the columns that have one. `progress` hears the
    count so far, now and then and once at the end; what it raises stops the writing.
    The file appears at `path` only when it is whole. Raises ValueError for a row of the wrong length or an instant
    without zone, TypeError for a value of the wrong type. Source: spec 8.2, 10 item 8; decisions 15.
    """
    target = Path(path)
    with TemporaryDirectory(prefix=".unfinished-", dir=target.parent) as folder:
        draft = Path(folder) / "draft.xlsx"
        shell = _Shell(folder, sheet_title, heading_lines, columns, total_label)
        with ZipFile(draft, "w", ZIP_DEFLATED, compresslevel=COMPRESSION) as package:
            count = _fill(package, shell, rows, progress or (lambda _count: None))
        draft.replace(target)
    return count


def file_name(report_title: str, agency_code: str, day: date, ending: str = "xlsx") -> str:
    """The download name `{title}_{agency code}_{yyyymmdd}.{ending}`, the year in the Buddhist era (spec 10 item 8)."""
    stem = "_".join(filter(None, (report_title, agency_code, f"{day.year + 543}{day:%m%d}")))
    name = f"{stem}.{ending}"
    return _UNSAFE_IN_FILE_NAME.sub("-", name)


def _fill(package: ZipFile, shell: "_Shell", rows: Iterable[Sequence[Any]], progress: Callable[[int], None]) -> int:
    """Write one table that runs on over as many sheets as it needs, and all that belongs to the book."""
    counts: list[int] = []
    sums = Sums(shell.columns)
    for portion in _portions(sums.over(rows) if shell.has_totals else rows):
        counts.append(0)
        parts = shell.parts(counts)
        for name in _FIRST_PARTS if len(counts) == 1 else ():
            package.writestr(name, parts.pop(name))
        before, styles, total_styles, _ = _around_rows(parts[_SHEET.format(len(counts))])
        writer = RowWriter(shell.columns, styles)
        with package.open(_SHEET.format(len(counts)), "w", force_zip64=True) as sheet:
            _pack_quickly(sheet)
            sheet.write(before.encode())
            while some := list(islice(portion, PROGRESS_EVERY)):
                at = shell.header_row + counts[-1] + 2
                sheet.write("".join(map(writer.xml, range(at, at + len(some)), some)).encode())
                counts[-1] += len(some)
                progress(sum(counts))
            parts = shell.parts(counts)
            if shell.has_totals and 0 < counts[-1] < ROWS_PER_SHEET:
                first = shell.header_row + 2 if len(counts) == 1 else None
                at = shell.header_row + counts[-1] + 2
                sheet.write(sums.xml(at, shell.total_label, total_styles, first).encode())
            sheet.write(_around_rows(parts[_SHEET.format(len(counts))])[3].encode())
    for name in parts.keys() - set(package.namelist()):
        package.writestr(name, parts[name])
    if not any(counts):
        progress(0)
    return sum(counts)


def _pack_quickly(sheet: Any) -> None:
    """Let ISA-L pack a part of the book: a third of zlib's time; where Python keeps its packer elsewhere, zlib does it."""
    if hasattr(sheet, "_compressor"):
        sheet._compressor = isal_zlib.compressobj(isal_zlib.ISAL_DEFAULT_COMPRESSION, isal_zlib.DEFLATED, _RAW)


def _portions(rows: Iterable[Sequence[Any]]) -> Iterator[Iterator[Sequence[Any]]]:
    """The rows of each sheet; at least one portion, which may be empty. Each must be read to its end before the next."""
    rows = iter(rows)
    yield islice(rows, ROWS_PER_SHEET)
    for first in rows:
        yield chain([first], islice(rows, ROWS_PER_SHEET - 1))


def _around_rows(sheet: bytes) -> tuple[str, list[str], list[str], str]:
    """What stands before the rows, the style of each column and of its sum, and what stands behind."""
    xml = sheet.decode()
    found = _MADE_ROWS.search(xml)
    assert found is not None
    # Nobody knows yet how far the sheet reaches; the element may be left out (ECMA-376 part 1, 18.3.1.35).
    before = _DIMENSION.sub("", xml[: found.start()], count=1)
    styles, total_styles = (re.findall(r' s="(\d+)"', row or "") for row in found.groups())
    return before, styles, total_styles, xml[found.end() - len("</sheetData>") :]


@dataclass(frozen=True)
class _Shell:
    """The book without its rows; each sheet repeats the lines above the table."""

    folder: str
    title: str
    heading_lines: list[str]
    columns: Sequence[Column]
    total_label: str

    @property
    def has_totals(self) -> bool:
        """Whether sums stand below the table."""
        return bool(self.total_label) and any(column.has_total for column in self.columns)

    @property
    def header_row(self) -> int:
        """The row of the titles, counted from 0; an empty line keeps the heading out of the block that Excel sorts."""
        return len(self.heading_lines) + 1 if self.heading_lines else 0

    def parts(self, counts: Sequence[int]) -> dict[str, bytes]:
        """The book's files by name, for sheets of so many rows each; a row of empty cells stands for all of a sheet."""
        file = BytesIO()
        with xlsxwriter.Workbook(file, _OPTIONS | {"tmpdir": self.folder}) as book:
            heading, provenance, header = (book.add_format(look) for look in _HEADING_STYLES)
            styles = {kind: book.add_format(look) for kind, look in _STYLES.items()}
            sums = {kind: book.add_format(look | _TOTAL) for kind, look in _STYLES.items()} if self.has_totals else {}
            for number, count in enumerate(counts, start=1):
                suffix = f" ({number})" if number > 1 else ""
                sheet = book.add_worksheet(self.title[: SHEET_NAME_LIMIT - len(suffix)] + suffix)
                self._head(sheet, heading, provenance, header)
                for index, column in enumerate(self.columns):
                    sheet.write_blank(self.header_row + 1, index, None, styles[column.kind])
                for index, column in enumerate(self.columns if sums else ()):
                    sheet.write_blank(self.header_row + 2, index, None, sums[column.kind])
                self._lay_out(sheet, self.header_row + count, book.add_format(_LINES))
        with ZipFile(file) as package:
            return {name: package.read(name) for name in package.namelist()}

    def _head(self, sheet: Worksheet, heading: Format, provenance: Format, header: Format) -> None:
        sheet.set_row_pixels(0, TITLE_HEIGHT)
        for index, line in enumerate(self.heading_lines):
            _write_text(sheet, index, 0, clean(line), provenance if index else heading)
        lines = max((_lines(column) for column in self.columns), default=1)
        sheet.set_row_pixels(self.header_row, ROW_HEIGHT * lines)
        for index, column in enumerate(self.columns):
            sheet.set_column(index, index, column.width)
            _write_text(sheet, self.header_row, index, clean(column.title), header)

    def _on_each_page(self) -> int:
        """How many of the first columns, at least one, stand on each of several pages side by side: whose row it is."""
        widths = accumulate(column.width for column in self.columns)
        return max(1, sum(width <= KNOWN_AGAIN_WIDTH for width in widths))

    def _pages_across(self) -> int:
        """On how many pages side by side the columns are printed."""
        widths, kept = [column.width for column in self.columns], self._on_each_page()
        if sum(widths) <= READABLE_WIDTH:
            return 1
        return -(-sum(widths[kept:]) // max(READABLE_WIDTH - sum(widths[:kept]), 1))

    def _lay_out(self, sheet: Worksheet, last_row: int, lines: Format) -> None:
        # Printed around empty cells too, and no cell has to carry it.
        whole = {"type": "formula", "criteria": "=TRUE", "format": lines}
        first_row = self.header_row + 1
        sheet.conditional_format(first_row, 0, max(last_row, first_row), len(self.columns) - 1, whole)
        sheet.freeze_panes(self.header_row + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        across = self._pages_across()
        sheet.fit_to_pages(across, 0)
        if across > 1:
            sheet.repeat_columns(0, self._on_each_page() - 1)
            sheet.print_across()  # the second half of a row on the next sheet of paper, not after all first halves
        sheet.repeat_rows(self.header_row)
        sheet.set_footer("&L&A&R&P / &N")
        sheet.autofilter(self.header_row, 0, last_row, len(self.columns) - 1)
        # Else Excel marks every ID with a green "number stored as text" corner.
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last_row + 1}"})


def _lines(column: Column) -> int:
    """How many lines a title takes in its column; vowels and marks above and below take no room beside the others."""
    letters = [letter for letter in clean(column.title) if unicodedata.category(letter) != "Mn"]
    return -(-len(letters) // max(column.width - FILTER_BUTTON, 1))


def _write_text(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    if text.startswith("<r>") and text.endswith("</r>"):
        # XlsxWriter takes such a string for its own rich-text XML and writes it unescaped; two runs keep it plain text.
        sheet.write_rich_string(row, column, "<", style, text[1:], style)
    else:
        sheet.write_string(row, column, text, style)


_OPTIONS: dict[str, Any] = {
    "constant_memory": True,  # texts stand in their cells, not in a table of the whole book
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": dict(FONT),
    "default_row_height": ROW_HEIGHT,
}
_HEADING_STYLES: tuple[dict[str, Any], ...] = (
    {"bold": True, "font_size": 16, "valign": "vcenter"},
    {},
    {
        "bold": True,
        "bg_color": "#D9EAE8",
        "border": 1,
        "border_color": "#B4C2CB",
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
    },
)
_LINES: dict[str, Any] = {"border": 1, "border_color": "#B4C2CB"}
_TOTAL: dict[str, Any] = {"bold": True, "top": 1, "bottom": 6}
# What stands on the right keeps off the words of the next column.
_RIGHT = {"align": "right", "indent": 1}
# Text cells carry the text format, so that editing "=1+1" in place does not turn it into a formula.
_STYLES: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"num_format": "@"},
    Kind.ID: {"num_format": "@", "align": "center"},
    Kind.DATE: {"num_format": DAY_FORMAT} | _RIGHT,
    Kind.INSTANT: {"num_format": INSTANT_FORMAT} | _RIGHT,
    Kind.NUMBER: {"num_format": "#,##0"} | _RIGHT,
    Kind.MONEY: {"num_format": "#,##0.00"} | _RIGHT,
}
