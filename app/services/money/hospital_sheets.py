"""Reads the workbook in which the NHSO tells hospitals what it paid: data from row 8, columns A to BC (spec 8.3).

The layout is known by its positions alone, as two public importers read it; a real file may head the columns otherwise.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from app.domain import national_id
from app.domain.errors import BadInput
from app.domain.money import satang_from_decimal
from app.domain.thai_calendar import BE_OFFSET, EARLIEST_BE_YEAR, to_arabic_digits
from app.services.rosters.archive import open_package
from app.services.rosters.cells import Cell, from_serial, text_of

FIRST_ROW = 8
COLUMNS = 55  # A to BC
FEWEST_COLUMNS = 24  # to X, the agency: what follows may be empty in every line
MOST_LINES = 30_000
LONGEST = {"rep_no": 40, "tran_id": 40, "patient_type": 10, "hospital_code": 20, "agency_code": 20}
REP, TRAN, PID, NAME, TYPE, SERVED, DISCHARGED, NET = 0, 2, 5, 6, 7, 8, 9, 10
HOSPITAL, AGENCY = 21, 23
_TYPED = {REP, TRAN, PID, NAME, TYPE, SERVED, DISCHARGED, NET, HOSPITAL, AGENCY}
_DAY = re.compile(
    r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})(?:[ T].*)?|([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T].*)?"
)
_AMOUNT = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|-?[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line as it was read; what cannot be read is None, `national_id` empty."""

    excel_row: int
    rep_no: str
    tran_id: str
    national_id: str
    name: str
    patient_type: str
    served_on: date | None
    discharged_on: date | None
    satang: int | None
    hospital_code: str
    agency_code: str
    rest: dict[str, str]


def read(content: bytes) -> list[SheetLine]:
    """The lines of the first visible sheet; blank ones and totals are left out.

    Raises BadInput ROSTER_* as `open_package`, STATEMENT_LAYOUT (no line of this layout), STATEMENT_TOO_LONG.
    """
    package = open_package(content)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(package.content)) as workbook:
            shown = [
                sheet.name
                for sheet in workbook.sheets_metadata
                if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
            ]
            rows = workbook.get_sheet_by_name(shown[0]).to_python(skip_empty_area=False) if shown else []
    except CalamineError as damage:
        raise BadInput("ROSTER_UNREADABLE", reason="damaged") from damage
    lines = [
        _line(number, row, package.counts_from_1904)
        for number, row in enumerate(rows[FIRST_ROW - 1 :], start=FIRST_ROW)
        if len(row) >= FEWEST_COLUMNS and _is_line(row)
    ]
    if not any(line.national_id and line.served_on for line in lines):
        raise BadInput("STATEMENT_LAYOUT")
    if len(lines) > MOST_LINES:
        raise BadInput("STATEMENT_TOO_LONG", limit=MOST_LINES)
    return lines


def letter(index: int) -> str:
    """The column's letters: 0 is A, 54 is BC."""
    return (chr(64 + index // 26) if index >= 26 else "") + chr(65 + index % 26)


def _is_line(row: Sequence[Cell]) -> bool:
    """Whether a line is about a payment: it has a transaction or somebody's number; totals have neither."""
    return bool(text_of(row[TRAN]) or text_of(row[PID]))


def _line(number: int, row: Sequence[Cell], counts_from_1904: bool) -> SheetLine:
    texts = [text_of(cell) for cell in row[:COLUMNS]]
    rest = {letter(at): text[:200] for at, text in enumerate(texts) if text and at not in _TYPED}
    short = {
        "rep_no": texts[REP], "tran_id": texts[TRAN], "patient_type": texts[TYPE].upper(),
        "hospital_code": _code(texts[HOSPITAL], 5), "agency_code": _code(texts[AGENCY], 8),
    }  # fmt: skip
    return SheetLine(
        excel_row=number, national_id=_number(texts[PID]), name=texts[NAME][:200], rest=rest,
        served_on=_day(row[SERVED], counts_from_1904), discharged_on=_day(row[DISCHARGED], counts_from_1904),
        satang=_satang(row[NET]), **{name: text[: LONGEST[name]] for name, text in short.items()},
    )  # fmt: skip


def _number(text: str) -> str:
    try:
        return national_id.parse(text)
    except BadInput:
        return ""


def _code(text: str, length: int) -> str:
    """A code that Excel took for a number has lost its leading zeros."""
    return text.zfill(length) if text.isdecimal() else text


def _day(cell: Cell, counts_from_1904: bool) -> date | None:
    cell = from_serial(cell, counts_from_1904=counts_from_1904)
    if isinstance(cell, date):
        day = cell.date() if isinstance(cell, datetime) else cell
        return _in_common_era(day.year, day.month, day.day)
    found = _DAY.fullmatch(to_arabic_digits(text_of(cell)))
    if found is None:
        return None
    if found[3]:
        return _in_common_era(int(found[3]), int(found[2]), int(found[1]))
    return _in_common_era(int(found[4]), int(found[5]), int(found[6]))


def _in_common_era(year: int, month: int, day: int) -> date | None:
    """The importers keep the year as printed; one of the Buddhist era cannot be meant otherwise."""
    try:
        return date(year - BE_OFFSET if year >= EARLIEST_BE_YEAR else year, month, day)
    except ValueError:
        return None


def _satang(cell: Cell) -> int | None:
    """An amount in baht as satang; None for no number, for parts of a satang and beyond reason."""
    if isinstance(cell, float):
        cell = round(cell, 6)  # what a sum of Excel's adds behind the satang
    text = to_arabic_digits(str(cell).strip()) if isinstance(cell, str | int | float) else ""
    if isinstance(cell, bool) or _AMOUNT.fullmatch(text) is None:
        return None
    try:
        baht = Decimal(text.replace(",", ""))
        satang = satang_from_decimal(baht)
    except (BadInput, InvalidOperation):
        return None
    return satang if Decimal(satang) == baht * 100 else None
