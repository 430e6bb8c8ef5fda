"""The workbook of a fiscal year: a sheet for each way to sum up, its sums as formulas and values, and a chart of Excel's own."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from app.domain.fiscal_years import SummaryBy
from app.reports.cells import clean
from app.reports.fiscal_summary import FIGURES, Line, total
from app.reports.workbook import A4, FONT, ROW_HEIGHT

_COUNTS = frozenset({"payments"})
_WIDTHS = (11, 30, 17, 12, 17, 15, 15)
CHARTED = 15  # rows; more cannot be told apart in a chart
_CHARTED_FIGURES = ("approved", "paid")
_COLOURS = {"approved": "#8FC1BF", "paid": "#0B5A5C"}


def write_summary(
    path: Path, sheets: Mapping[SummaryBy, Sequence[Line]], heading: Sequence[str], words: Mapping[str, str]
) -> int:
    """Write the workbook; `words` holds the titles of the columns, of the sheets (by code) and `total`. Returns the rows."""
    options = {
        "default_format_properties": dict(FONT), "default_row_height": ROW_HEIGHT, "strings_to_formulas": False,
        "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(path, options) as book:
        looks = _looks(book)
        for by, lines in sheets.items():
            _sheet(book, looks, words[by.value], lines, [*heading[:1], words[by.value], *heading[1:]], words)
    return sum(map(len, sheets.values()))


def _looks(book: Any) -> dict[str, Any]:
    line = {"border": 1, "border_color": "#B4C2CB"}
    total_line = {"bold": True, "top": 1, "bottom": 6}
    return {
        "heading": book.add_format({"bold": True, "font_size": 16}),
        "quiet": book.add_format({}),
        "head": book.add_format(
            line | {"bold": True, "bg_color": "#D9EAE8", "text_wrap": True, "align": "center", "valign": "vcenter"}
        ),
        "text": book.add_format(line | {"num_format": "@"}),
        "count": book.add_format(line | {"num_format": "#,##0"}),
        "money": book.add_format(line | {"num_format": "#,##0.00"}),
        "total_text": book.add_format(total_line),
        "total_count": book.add_format(total_line | {"num_format": "#,##0"}),
        "total_money": book.add_format(total_line | {"num_format": "#,##0.00"}),
    }


def _sheet(
    book: Any, looks: Mapping[str, Any], title: str, lines: Sequence[Line], heading: Sequence[str], words: Mapping[str, str]
) -> None:  # fmt: skip
    sheet = book.add_worksheet(title[:31])
    for row, text in enumerate(heading):
        sheet.write_string(row, 0, clean(text), looks["quiet" if row else "heading"])
    head = len(heading) + 1
    sheet.set_row_pixels(head, 2 * ROW_HEIGHT)
    for column, name in enumerate(("code", "name", *FIGURES)):
        sheet.set_column(column, column, _WIDTHS[column])
        sheet.write_string(head, column, words[name], looks["head"])
    for row, line in enumerate(lines, start=head + 1):
        sheet.write_string(row, 0, line.code, looks["text"])
        sheet.write_string(row, 1, clean(line.name), looks["text"])
        for column, name in enumerate(FIGURES, start=2):
            sheet.write_number(row, column, *_cell(line, name, looks, ""))
    last, sums = head + len(lines), total(lines)
    sheet.write_string(last + 1, 1, words["total"], looks["total_text"])
    for column, name in enumerate(FIGURES, start=2):
        letter = xl_col_to_name(column)
        value, look = _cell(sums, name, looks, "total_")
        formula = f"=SUM({letter}{head + 2}:{letter}{last + 1})" if lines else "=0"
        sheet.write_formula(last + 1, column, formula, look, value)
    _lay_out(sheet, head, last)
    if lines:
        _chart(book, sheet, title, head, len(lines), words)


def _cell(line: Line, name: str, looks: Mapping[str, Any], prefix: str) -> tuple[float, Any]:
    value = getattr(line, name)
    return (value, looks[f"{prefix}count"]) if name in _COUNTS else (value / 100, looks[f"{prefix}money"])


def _lay_out(sheet: Any, head: int, last: int) -> None:
    sheet.freeze_panes(head + 1, 0)
    sheet.autofilter(head, 0, max(last, head), len(FIGURES) + 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    sheet.set_footer("&L&A&R&P / &N")
    sheet.ignore_errors({"number_stored_as_text": f"A1:B{last + 2}"})


def _chart(book: Any, sheet: Any, title: str, head: int, count: int, words: Mapping[str, str]) -> None:
    """Beside the table: what was approved and what was paid, of the first rows."""
    name, last = sheet.get_name(), head + min(count, CHARTED)
    chart = book.add_chart({"type": "column"})
    for figure in _CHARTED_FIGURES:
        column = 2 + FIGURES.index(figure)
        chart.add_series(
            {
                "name": words[figure], "categories": [name, head + 1, 1, last, 1],
                "values": [name, head + 1, column, last, column], "fill": {"color": _COLOURS[figure]}, "gap": 60,
            }
        )  # fmt: skip
    chart.set_title({"name": title, "name_font": {"size": 14}})
    chart.set_legend({"position": "bottom"})
    chart.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#DBE2E8"}}})
    chart.set_size({"width": 660, "height": 400})
    sheet.insert_chart(head, len(FIGURES) + 3, chart, {"description": title})
