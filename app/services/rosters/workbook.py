"""Reads a roster workbook: finds its sheets, the heading row among the titles, and the lines that are people."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from app.domain.errors import BadInput
from app.services.rosters.archive import Package, open_package
from app.services.rosters.cells import Cell, from_serial, text_of
from app.services.rosters.columns import (
    DATES,
    MANDATORY,
    NATIONAL_IDS,
    OPTIONAL,
    SHEET_NAMES,
    SheetKind,
    columns_of,
    kind_of,
)
from app.services.rosters.words import fold

MAX_PEOPLE = 20_000
_HEADING_ROWS = 100  # titles above the headings never take more
_NOTE = re.compile(r"\(?\s*(รวม(?![ก-๎])|รวมทั้ง|ยอดรวม|จำนวน|ลงชื่อ|ลงนาม|ผู้จัดทำ|ผู้ตรวจ|ผู้รับรอง|ตำแหน่ง|วันที่|หมายเหตุ|โทร)")
_COLUMN_NUMBER = re.compile(r"\(?[0-9๐-๙]{1,2}\)?")
_ID_LENGTH_AT_LEAST = 8

CellRow = list[Cell]


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line that is about a person: by field, each cell as the file has it and its tidied text."""

    excel_row: int
    cells: Mapping[str, Cell]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RosterSheet:
    """One sheet of people; `headings` are the words of the file for our fields, `notes` the other lines."""

    kind: SheetKind
    name: str
    headings: Mapping[str, str]
    rows: tuple[RosterRow, ...]
    notes: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """A workbook read but not judged; sheets in the order of the file."""

    sheets: tuple[RosterSheet, ...]


def read_roster(content: bytes) -> Roster:
    """The people that the bytes of an .xlsx list, hidden rows included, hidden sheets not.

    Raises BadInput: the codes of `open_package`; ROSTER_TOO_LARGE (over 20,000 people); ROSTER_NO_SHEET (fact
    `sheets`); ROSTER_NO_HEADER (a sheet named as a roster, without headings); ROSTER_NO_COLUMN (facts `sheet`,
    `columns`).
    """
    package = open_package(content)
    sheets: list[RosterSheet] = []
    names: list[str] = []
    for name, rows in _visible_sheets(package):
        names.append(name)
        sheet = _read_sheet(name, rows, counts_from_1904=package.counts_from_1904)
        if sheet:
            sheets.append(sheet)
    if not sheets:
        raise BadInput("ROSTER_NO_SHEET", sheets=names)
    people = sum(len(sheet.rows) for sheet in sheets)
    if people > MAX_PEOPLE:
        raise BadInput("ROSTER_TOO_LARGE", rows=people, limit=MAX_PEOPLE)
    return Roster(tuple(sheets))


def _visible_sheets(package: Package) -> Iterator[tuple[str, list[CellRow]]]:
    try:
        with CalamineWorkbook.from_filelike(BytesIO(package.content)) as workbook:
            for sheet in workbook.sheets_metadata:
                if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible:
                    yield sheet.name, workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    except CalamineError as damage:
        raise BadInput("ROSTER_UNREADABLE", reason="damaged") from damage


def _read_sheet(name: str, rows: list[CellRow], *, counts_from_1904: bool) -> RosterSheet | None:
    """The sheet's people, or None for a sheet that is no roster (a cover, a summary, an empty sheet)."""
    heading = _find_heading(rows)
    if heading is None:
        if fold(name) in SHEET_NAMES and any(map(_is_filled, rows)):
            raise BadInput("ROSTER_NO_HEADER", sheet=name)
        return None
    missing = [field for field in MANDATORY[heading.kind] if field not in heading.columns]
    if missing:
        raise BadInput("ROSTER_NO_COLUMN", sheet=name, columns=missing)
    people: list[RosterRow] = []
    notes: list[tuple[int, str]] = []
    for excel_row, row in enumerate(rows[heading.last_row :], start=heading.last_row + 1):
        texts = [text_of(cell) for cell in row]
        by_field = {field: texts[index] for field, index in heading.columns.items()}
        if not any(texts) or by_field == heading.headings:
            continue  # a stray blank line, or the headings repeated on a printed page
        if _is_person(heading.kind, by_field):
            cells = {field: row[index] for field, index in heading.columns.items()}
            for field in DATES & cells.keys():
                cells[field] = from_serial(cells[field], counts_from_1904=counts_from_1904)
            people.append(RosterRow(excel_row, cells, by_field))
        else:
            notes.append((excel_row, " ".join(filter(None, texts))))
    return RosterSheet(heading.kind, name, heading.headings, tuple(people), tuple(notes))


@dataclass(frozen=True, slots=True)
class _Heading:
    """The heading row: what it lists, where each field stands, its words, and its last Excel row."""

    kind: SheetKind
    columns: Mapping[str, int]
    headings: Mapping[str, str]
    last_row: int

    @property
    def is_complete(self) -> bool:
        """True when no mandatory column is missing."""
        return all(field in self.columns for field in MANDATORY[self.kind])


def _find_heading(rows: list[CellRow]) -> _Heading | None:
    """The row, or the two rows one above the other, that name most columns; the higher and simpler one wins a tie."""
    best: _Heading | None = None
    texts = [[text_of(cell) for cell in row] for row in rows[: _HEADING_ROWS + 1]]
    for index, upper in enumerate(texts[:_HEADING_ROWS]):
        lower = texts[index + 1] if index + 1 < len(texts) else []
        # Under a merged group heading the lower word names the column; beside it the upper one does.
        stacked = [below if columns_of([below]) else above for above, below in zip(upper, lower, strict=False)]
        for headings, last_row in ((upper, index + 1), (stacked, index + 2)):
            found = _heading_in(headings, last_row)
            if found and (best is None or len(found.columns) > len(best.columns)):
                best = found
        if best and best.is_complete and best.last_row <= index + 1:
            break
    return best


def _heading_in(headings: list[str], last_row: int) -> _Heading | None:
    columns = columns_of(headings)
    kind = kind_of(columns)
    if kind is None:
        return None
    if kind is SheetKind.PRINCIPALS and "national_id" not in columns:
        columns["national_id"] = columns.pop("holder_national_id")
    known = {field: columns[field] for field in (*MANDATORY[kind], *OPTIONAL[kind]) if field in columns}
    return _Heading(kind, known, {field: headings[index] for field, index in known.items()}, last_row)


def _is_person(kind: SheetKind, texts: Mapping[str, str]) -> bool:
    """Whether a line is about a person, however incomplete, and not a total, a signature or a section title."""
    filled = [texts[field] for field in MANDATORY[kind] if texts[field]]
    if not filled:
        return False  # a line numbered beforehand, or a section title in the first column
    if all(map(_COLUMN_NUMBER.fullmatch, filled)):
        return False  # (1) (2) (3) under the headings, as official forms number their columns
    if texts.get("sequence", "").rstrip(".").isdecimal():
        return True
    if any(_looks_like_id(texts[field]) for field in NATIONAL_IDS & texts.keys()):
        return True
    if len(filled) * 2 >= len(MANDATORY[kind]):
        return True
    return len(filled) > 2 and not any(map(_NOTE.match, filled))


def _looks_like_id(text: str) -> bool:
    letters = any(letter.isalpha() for letter in text)
    return not letters and sum(letter.isdecimal() for letter in text) >= _ID_LENGTH_AT_LEAST


def _is_filled(row: CellRow) -> bool:
    return any(map(text_of, row))
