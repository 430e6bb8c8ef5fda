"""What one cell of a roster says: its text, its national ID, its date."""

import re
from datetime import date, datetime, time, timedelta

from app.domain.errors import BadInput
from app.domain.names import tidy
from app.domain.thai_calendar import (
    BE_OFFSET,
    EARLIEST_BE_YEAR,
    LATEST_SUGGESTED_BE_YEAR,
    parse_be_date,
    to_arabic_digits,
)

Cell = str | float | int | bool | date | datetime | time | timedelta

_PLACEHOLDER = re.compile(r"[-\u2010-\u2015\u2212\s]*")
_ORDER = re.compile(r"(?:คนที่|ที่)?\s*0?([1-9][0-9]?)")
_DAY_ZERO = date(1899, 12, 30)
_DAY_ZERO_1904 = date(1904, 1, 1)
# A number below is rather a year or a slip than a day number: 2,700 is 1907, the Buddhist-era years lie at 2400-2699.
_LEAST_SERIAL = 2_700
_SERIAL_END = 182_622  # the year 2400: from here on a Buddhist-era year was entered as a Common-Era one


def text_of(cell: Cell) -> str:
    """The cell as a person reads it: tidied, a whole number without its decimals, empty for a lone dash."""
    if cell == "":
        return ""  # most cells of a wide or long empty sheet
    if isinstance(cell, float) and cell.is_integer():
        return format(cell, ".0f")
    text = tidy(str(cell))
    return "" if _PLACEHOLDER.fullmatch(text) else text


def typed_of(cell: Cell) -> str:
    """The cell as it was typed, nothing tidied: for readers that must see even invisible characters."""
    return cell if isinstance(cell, str) else text_of(cell)


def from_serial(cell: Cell, *, counts_from_1904: bool) -> Cell:
    """The day that an unformatted Excel day number means; anything else, and an implausible number, unchanged."""
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not _LEAST_SERIAL <= cell < _SERIAL_END:
        return cell
    return (_DAY_ZERO_1904 if counts_from_1904 else _DAY_ZERO) + timedelta(days=int(cell))


def date_of(cell: Cell, *, field: str) -> date:
    """The day in a cell: a real date, or text in the Buddhist era.

    Raises BadInput INVALID_DATE or YEAR_NOT_BE as `parse_be_date`. A real date after the year 2400 is a Buddhist-era
    year typed where Excel wants a Common-Era one: INVALID_DATE with the facts `suggested_year` and `meant`, as it is to be
    typed as text; never guessed, since 29 February does not fall into the same years. A year that nobody can mean has none.
    """
    if isinstance(cell, str):
        return parse_be_date(cell, field=field)
    if not isinstance(cell, date):
        raise BadInput("INVALID_DATE", field=field)
    if cell.year > LATEST_SUGGESTED_BE_YEAR:
        raise BadInput("INVALID_DATE", field=field)
    if cell.year >= EARLIEST_BE_YEAR:
        meant = f"{cell.day}/{cell.month}/{cell.year}"
        raise BadInput("INVALID_DATE", field=field, year=cell.year + BE_OFFSET, suggested_year=cell.year, meant=meant)
    return cell.date() if isinstance(cell, datetime) else cell


def birth_order_of(text: str) -> int | None:
    """Which child it is (บุตรลำดับที่), from 1; None when empty or unreadable."""
    order = _ORDER.fullmatch(to_arabic_digits(text))
    return int(order[1]) if order else None
