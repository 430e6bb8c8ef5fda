"""The workbook that goes back to the clerk: his own sheets and columns with the lines to mend, the reason beside each."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from app.domain.national_id import normalize
from app.services.rosters import sheet_print
from app.services.rosters.cells import Cell, text_of
from app.services.rosters.columns import SheetKind
from app.services.rosters.headings import CellRow
from app.services.rosters.workbook import OpenSheet, open_sheets

Place = tuple[str, int]  # sheet and Excel row
_BE_DATE = "[$-107041E]d/mm/yyyy"
_FONT = {"font_name": "TH Sarabun New", "font_size": 16}


def written(
    content: bytes, surveys: Sequence[Mapping[str, Any]], reasons: Mapping[Place, str], *, headings: tuple[str, str]
) -> bytes:
    """The .xlsx to mend and send again: titles and headings as they were, then the lines of `reasons`, each cell as typed.

    A family line brings its holder's line along, so that the file can be judged by itself. `surveys` tell the headings'
    rows and columns (app/services/roster_layouts.py), `headings` are those of the two columns on the right: the reason and
    the line's row in the first file. Raises BadInput as `open_sheets`.
    """
    rosters = {survey["name"]: survey for survey in surveys if survey["kind"]}
    sheets = [sheet for sheet in open_sheets(content) if sheet.name in rosters]
    wanted = set(reasons) | _holders(sheets, rosters, reasons)
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        styles = {
            "text": book.add_format({**_FONT, "num_format": 49, "valign": "top"}),
            "date": book.add_format({**_FONT, "num_format": _BE_DATE, "valign": "top"}),
            "head": book.add_format(
                {**_FONT, "bold": True, "bg_color": "#DCEBEE", "border": 1, "text_wrap": True, "valign": "top"}
            ),
            "reason": book.add_format({**_FONT, "font_color": "#8C1D18", "text_wrap": True, "valign": "top"}),
        }
        named = sheet_print.names_for([sheet.name for sheet in sheets])
        targets = [book.add_worksheet(name) for name in named]
        choices = sheet_print.Choices(book, named)
        for sheet, target_sheet in zip(sheets, targets, strict=True):
            survey, rows = rosters[sheet.name], [row for name, row in sorted(wanted) if name == sheet.name]
            _write(target_sheet, sheet, survey["row"], rows, reasons, headings, styles)
            choices.offer(target_sheet, survey["columns"], survey["row"], survey["row"] + len(rows))
    return target.getvalue()


def _write(
    target: Worksheet,
    sheet: OpenSheet,
    last_heading: int,
    rows: Sequence[int],
    reasons: Mapping[Place, str],
    headings: tuple[str, str],
    styles: Mapping[str, Any],
) -> None:
    width = max((len(row) for row in sheet.rows[:last_heading]), default=0)
    shown = [[*map(_typed, sheet.rows[row - 1][:width])] for row in (last_heading, *rows)]
    sheet_print.lay_out(target, shown, last_heading, styles["text"])
    for place, row in enumerate(sheet.rows[:last_heading]):
        _write_cells(target, place, row, styles["head"] if place == last_heading - 1 else styles["text"], styles)
    for offset, words in enumerate(headings):
        target.write_string(last_heading - 1, width + offset, words, styles["head"])
    for place, excel_row in enumerate(rows, start=last_heading):
        reason = reasons.get((sheet.name, excel_row), "")
        sheet_print.as_high_as(target, place, reason)
        _write_cells(target, place, sheet.rows[excel_row - 1], styles["text"], styles)
        target.write_string(place, width, reason, styles["reason"])
        target.write_number(place, width + 1, excel_row, styles["text"])


def _write_cells(target: Worksheet, place: int, row: CellRow, style: Any, styles: Mapping[str, Any]) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, date | datetime) and cell.year >= 1900:
            target.write_datetime(place, column, cell, styles["date"])
        elif cell not in ("", None):
            target.write_string(place, column, _typed(cell), style)


def _typed(cell: Cell) -> str:
    """What stood in the cell, never as a formula; a long number keeps its digits."""
    return cell if isinstance(cell, str) else text_of(cell)


def _holders(
    sheets: Sequence[OpenSheet], rosters: Mapping[str, Mapping[str, Any]], reasons: Mapping[Place, str]
) -> set[Place]:
    """The lines of the holders of these families, as far as they stand in the file."""
    wanted: set[str] = set()
    for sheet, column in _columns(sheets, rosters, SheetKind.FAMILY, "holder_national_id"):
        wanted |= {
            _digits(sheet.rows[row - 1][column])
            for name, row in reasons
            if name == sheet.name and row <= len(sheet.rows)
        }
    wanted.discard("")
    return {
        (sheet.name, row)
        for sheet, column in _columns(sheets, rosters, SheetKind.PRINCIPALS, "national_id")
        for row, cells in enumerate(sheet.rows, start=1)
        if row > rosters[sheet.name]["row"] and _digits(cells[column]) in wanted
    }


def _columns(
    sheets: Sequence[OpenSheet], rosters: Mapping[str, Mapping[str, Any]], kind: SheetKind, field: str
) -> list[tuple[OpenSheet, int]]:
    return [
        (sheet, column["index"])
        for sheet in sheets
        if rosters[sheet.name]["kind"] == kind
        for column in rosters[sheet.name]["columns"]
        if column["field"] == field
    ]


def _digits(cell: Cell) -> str:
    return normalize(text_of(cell))
