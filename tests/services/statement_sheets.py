"""Made-up workbooks in the layout of the NHSO's statement for hospitals: headings above, data from row 8, columns A to BC."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

A_TO_BC = 55
# Place of each column that the import reads, by the name that the tests use.
PLACES = {
    "rep": 0, "no": 1, "tran": 2, "pid": 5, "name": 6, "type": 7, "served": 8, "discharged": 9, "net": 10, "fund": 13,
    "hospital": 21, "agency": 23, "agency_name": 24, "drg": 27, "audit": 54,
}  # fmt: skip


def workbook(lines: Sequence[dict[str, Any]], *, first_row: int = 8, total: bool = True) -> bytes:
    """A workbook with these lines; what a line leaves out is empty."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("STM")
    sheet.write(0, 0, "รายงานการจ่ายเงิน สิทธิ อปท.")
    for place in range(A_TO_BC):
        sheet.write(first_row - 2, place, f"คอลัมน์ {place + 1}")
    for row, line in enumerate(lines, start=first_row - 1):
        for name, value in line.items():
            sheet.write(row, PLACES[name], value)
    if total:
        sheet.write(first_row - 1 + len(lines), 0, "รวม")
        sheet.write(first_row - 1 + len(lines), PLACES["net"], "1,000.00")
    book.close()
    return file.getvalue()
