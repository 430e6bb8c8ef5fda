"""Reads a roster workbook: finds its sheets, the heading row among the titles, and the lines that are people."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from app.domain.errors import BadInput
from app.domain.imports import LayoutSource
from app.services.rosters.archive import Package, open_package
from app.services.rosters.cells import Cell, from_serial, text_of
from app.services.rosters.columns import DATES, NATIONAL_IDS, SHEET_NAMES, SheetKind, columns_of, kind_of, needed
from app.services.rosters.headings import Heading, Layout, understood
from app.services.rosters.hidden import hidden_rows
from app.services.rosters.words import fold

MAX_PEOPLE = 20_000
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


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A sheet with its cells; `heading` is None where it is no roster (a cover, a summary, an empty sheet)."""

    name: str
    rows: list[CellRow]
    heading: Heading | None
    counts_from_1904: bool
    is_visible: bool = True
    hidden_rows: frozenset[int] = frozenset()

    @property
    def lists_people(self) -> bool:
        """Whether headings that we know, or that a clerk has explained, say so."""
        return self.heading is not None and self.heading.kind is not None


def open_workbook(content: bytes, layouts: Mapping[str, Layout] | None = None) -> list[OpenSheet]:
    """All sheets of the bytes of an .xlsx with what their columns seem to hold.

    `layouts` are what clerks said before, by signature. Raises BadInput with the codes of `open_package`.
    """
    package = open_package(content)
    hidden = hidden_rows(package.content)
    return [
        OpenSheet(
            name, rows, understood(rows, layouts or {}), package.counts_from_1904, is_visible,
            hidden.get(name, frozenset()),
        )
        for name, is_visible, rows in _sheets(package)
    ]  # fmt: skip


def open_sheets(content: bytes, layouts: Mapping[str, Layout] | None = None) -> list[OpenSheet]:
    """The visible sheets of the bytes of an .xlsx, hidden rows included; arguments and errors as `open_workbook`."""
    return [sheet for sheet in open_workbook(content, layouts) if sheet.is_visible]


def read_roster(content: bytes) -> Roster:
    """The people that the bytes of an .xlsx list, by headings that we know. Raises BadInput as `open_sheets` and `people_of`."""
    return people_of(open_sheets(content))


def people_of(sheets: Iterable[OpenSheet]) -> Roster:
    """The people on these sheets; of guessed columns only those count that are known by their words.

    Raises BadInput: ROSTER_TOO_LARGE (over 20,000 people); ROSTER_NO_SHEET (fact `sheets`); ROSTER_NO_HEADER (a sheet
    named as a roster, without headings); ROSTER_NO_COLUMN (facts `sheet`, `columns`).
    """
    found: list[RosterSheet] = []
    names: list[str] = []
    for sheet in sheets:
        names.append(sheet.name)
        read = _read_sheet(sheet)
        if read:
            found.append(read)
    if not found:
        raise BadInput("ROSTER_NO_SHEET", sheets=names)
    people = sum(len(sheet.rows) for sheet in found)
    if people > MAX_PEOPLE:
        raise BadInput("ROSTER_TOO_LARGE", rows=people, limit=MAX_PEOPLE)
    return Roster(tuple(found))


def _sheets(package: Package) -> Iterator[tuple[str, bool, list[CellRow]]]:
    try:
        with CalamineWorkbook.from_filelike(BytesIO(package.content)) as workbook:
            for sheet in workbook.sheets_metadata:
                if sheet.typ is SheetTypeEnum.WorkSheet:
                    rows = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                    yield sheet.name, sheet.visible is SheetVisibleEnum.Visible, rows
    except CalamineError as damage:
        raise BadInput("ROSTER_UNREADABLE", reason="damaged") from damage


def _read_sheet(sheet: OpenSheet) -> RosterSheet | None:
    """The sheet's people, or None for a sheet that is no roster."""
    heading, rows = sheet.heading, sheet.rows
    if heading is not None and heading.source is LayoutSource.GUESSED:
        _refuse_guess(sheet.name, heading)
        heading = None
    if heading is None:
        if fold(sheet.name) in SHEET_NAMES and any(map(_is_filled, rows)):
            raise BadInput("ROSTER_NO_HEADER", sheet=sheet.name)
        return None
    if heading.kind is None:
        return None
    if heading.missing:
        raise BadInput("ROSTER_NO_COLUMN", sheet=sheet.name, columns=heading.missing)
    people: list[RosterRow] = []
    headings = dict(heading.headings)
    notes: list[tuple[int, str]] = []
    for excel_row, row in enumerate(rows[heading.last_row :], start=heading.last_row + 1):
        texts = [text_of(cell) for cell in row]
        by_field = {field: texts[index] for field, index in heading.columns.items()}
        if not any(texts) or by_field == headings:
            continue  # a stray blank line, or the headings repeated on a printed page
        if _is_person(heading.kind, by_field):
            cells = {field: row[index] for field, index in heading.columns.items()}
            for field in DATES & cells.keys():
                cells[field] = from_serial(cells[field], counts_from_1904=sheet.counts_from_1904)
            people.append(RosterRow(excel_row, cells, by_field))
        else:
            notes.append((excel_row, " ".join(filter(None, texts))))
    return RosterSheet(heading.kind, sheet.name, heading.headings, tuple(people), tuple(notes))


def _refuse_guess(name: str, heading: Heading) -> None:
    """Some words of the headings are known, but not all that are needed: says which are missing, or only guessed."""
    known = columns_of(heading.words)
    kind = kind_of(known)
    if kind is not None:
        lacking = [field for field in needed(kind, known) if field not in known]
        raise BadInput(
            "ROSTER_NO_COLUMN", sheet=name, columns=lacking or [f for f in heading.columns if f not in known]
        )


def _is_person(kind: SheetKind, texts: Mapping[str, str]) -> bool:
    """Whether a line is about a person, however incomplete, and not a total, a signature or a section title."""
    wanted = needed(kind, texts.keys())
    filled = [texts[field] for field in wanted if texts[field]]
    if not filled:
        return False  # a line numbered beforehand, or a section title in the first column
    if all(map(_COLUMN_NUMBER.fullmatch, filled)):
        return False  # (1) (2) (3) under the headings, as official forms number their columns
    if texts.get("sequence", "").rstrip(".").isdecimal():
        return True
    if any(_looks_like_id(texts[field]) for field in NATIONAL_IDS & texts.keys()):
        return True
    if len(filled) * 2 >= len(wanted):
        return True
    return len(filled) > 2 and not any(map(_NOTE.match, filled))


def _looks_like_id(text: str) -> bool:
    letters = any(letter.isalpha() for letter in text)
    return not letters and sum(letter.isdecimal() for letter in text) >= _ID_LENGTH_AT_LEAST


def _is_filled(row: CellRow) -> bool:
    return any(map(text_of, row))
