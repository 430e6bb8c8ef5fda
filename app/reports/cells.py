"""What the columns of a report hold, and each value as the XML of its cell (ECMA-376 part 1, 18.3.1.4).

A national report has twenty million cells; a library that looks at each one anew takes ten times as long.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from app.domain.clock import BANGKOK
from app.domain.people import BirthPrecision

CELL_LIMIT = 32_767  # as Excel counts: UTF-16 units
# Titles, agencies and days come back again and again; their cells are made once. Eighty years have 29,220 days.
REMEMBERED = 30_000

# Excel's calendar starts here; earlier days have no serial number.
FIRST_EXCEL_DAY = date(1900, 1, 1)
# Day 60 is 29 February 1900, which never was.
_AFTER_LEAP_ERROR = date(1900, 3, 1)
_DAY_BEFORE = date(1899, 12, 30).toordinal()
_SECONDS_OF_DAY = 24 * 60 * 60

# XML cannot carry these: control characters (tab and line feed excepted), half surrogate pairs, non-characters.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# What has to be looked at before it becomes XML; most texts hold nothing of it.
_SPECIAL = re.compile(r"[&<>\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]|_x[0-9a-fA-F]{4}_|^\s|\s$")
_ESCAPE_LIKE = re.compile("_(?=x[0-9a-fA-F]{4}_)")


class Kind(Enum):
    """What a column holds: it fixes the Python value that goes in and how Excel shows it."""

    TEXT = "text"  # words; any value that prints as words
    ID = "id"  # national IDs and codes: a str, kept as text with its leading zeros
    DATE = "date"  # a plain date, shown in the Buddhist era; a KnownPart stands as words
    INSTANT = "instant"  # an aware instant, shown as Bangkok wall time in the Buddhist era
    NUMBER = "number"  # a whole number
    MONEY = "money"  # whole satang, shown as baht


@dataclass(frozen=True)
class KnownPart:
    """A day of which only the year, or month and year, is known; as words it stands in the Buddhist era."""

    year: int
    month: int | None = None

    def __str__(self) -> str:
        return f"{self.month:02}/{self.year + 543}" if self.month else f"{self.year + 543}"


def known_of(day: date | None, precision: BirthPrecision) -> date | KnownPart | None:
    """What may be shown of a birth date: the registry writes the first for what it does not know (spec 2.1)."""
    if day is None or precision is BirthPrecision.DAY:
        return day
    return KnownPart(day.year, day.month if precision is BirthPrecision.MONTH else None)


@dataclass(frozen=True)
class Column:
    """One column: the title people read, what it holds, its width in characters, and whether its sum stands below it."""

    title: str
    kind: Kind
    width: int
    has_total: bool = False


class RowWriter:
    """Turns rows into XML; `styles` holds the workbook's style number of each column."""

    def __init__(self, columns: Sequence[Column], styles: Sequence[str]) -> None:
        kept: dict[tuple[Kind, str], Callable[[Any], str]] = {}
        for column, style in zip(columns, styles, strict=True):
            of, often = _CONTENTS[column.kind]
            cell = _styled(of, f'" s="{style}"')
            # One memory per kind, gone with the report: it holds names.
            kept.setdefault((column.kind, style), _Memory(cell).__getitem__ if often else cell)
        self._cells = [
            (f'<c r="{xl_col_to_name(index)}', kept[column.kind, style])
            for index, (column, style) in enumerate(zip(columns, styles, strict=True))
        ]

    def xml(self, at: int, row: Sequence[Any]) -> str:
        """The row with the number `at` (from 1); None and empty text leave their cells out.

        Raises ValueError for a row of the wrong length or an instant without zone, TypeError for a wrong type.
        """
        cells = [
            f"{begin}{at}{content(value)}"
            for value, (begin, content) in zip(row, self._cells, strict=True)
            if value is not None and value != ""
        ]
        return f'<row r="{at}">{"".join(cells)}</row>'


def _styled(of: Callable[[Any], str], style: str) -> Callable[[Any], str]:
    return lambda value: style + of(value)


class _Memory(dict[Any, str]):
    """What was made of the values that come back; words and days only, for 1, 1.0 and True would be one key."""

    def __init__(self, of: Callable[[Any], str]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, value: Any) -> str:
        made = self._of(value)
        if isinstance(value, (str, date, KnownPart)):
            if len(self) >= REMEMBERED:
                self.clear()
            self[value] = made
        return made


def clean(value: Any) -> str:
    """The value as text that a cell can hold: what XML cannot carry is marked, what is too long is cut and says so."""
    text = _UNWRITABLE.sub("\ufffd", str(value).replace("\r\n", "\n"))
    units = text.encode("utf-16-le")
    return text if len(units) <= 2 * CELL_LIMIT else units[: 2 * (CELL_LIMIT - 1)].decode("utf-16-le", "ignore") + "…"


def _text(value: Any) -> str:
    text, space = str(value), ""
    if len(text) * 2 > CELL_LIMIT or _SPECIAL.search(text):
        text = clean(text)
        space = ' xml:space="preserve"' if text != text.strip() else ""
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = _ESCAPE_LIKE.sub("_x005F_", text)  # else Excel would read _x0041_ as the letter A
    return f' t="inlineStr"><is><t{space}>{text}</t></is></c>'


def _id(value: str) -> str:
    # A number has already lost its leading zeros.
    if not isinstance(value, str):
        raise _wrong(value, str)
    return f' t="inlineStr"><is><t>{value}</t></is></c>' if value.isascii() and value.isalnum() else _text(value)


def _day(value: date | KnownPart) -> str:
    if isinstance(value, KnownPart):
        return _text(value)
    _require(value, date)
    if isinstance(value, datetime):
        raise TypeError("a DATE column takes a plain date, not an instant")
    return f"><v>{_serial(value)}</v></c>" if value >= FIRST_EXCEL_DAY else _text(day_in_words(value))


def _instant(value: datetime) -> str:
    _require(value, datetime)
    if value.tzinfo is None:
        raise ValueError("an INSTANT column takes an aware instant")
    local = value.astimezone(BANGKOK)
    if local.date() < FIRST_EXCEL_DAY:
        return _text(f"{day_in_words(local)} {local:%H:%M}")
    seconds = local.hour * 3600 + local.minute * 60 + local.second + local.microsecond / 1_000_000
    return f"><v>{_serial(local.date()) + seconds / _SECONDS_OF_DAY!r}</v></c>"


def _serial(day: date) -> int:
    return day.toordinal() - _DAY_BEFORE - (day < _AFTER_LEAP_ERROR)


def day_in_words(day: date) -> str:
    """A day as the cells of a workbook show it: 7/10/2516."""
    return f"{day.day}/{day.month:02}/{day.year + 543}"


def _number(value: int) -> str:
    _require(value, int)
    return f"><v>{value:d}</v></c>"


def _baht(satang: int) -> str:
    # A Decimal here would most likely be baht already, a hundred times too much.
    _require(satang, int)
    return f"><v>{satang / 100!r}</v></c>"


def _require(value: Any, wanted: type) -> None:
    if not isinstance(value, wanted):
        raise _wrong(value, wanted)


def _wrong(value: Any, wanted: type) -> TypeError:
    return TypeError(f"expected {wanted.__name__}, got {type(value).__name__}")


# What stands between a cell's style and the next cell, and whether values of the kind come back often.
_CONTENTS: dict[Kind, tuple[Callable[[Any], str], bool]] = {
    Kind.TEXT: (_text, True),
    Kind.ID: (_id, False),
    Kind.DATE: (_day, True),
    Kind.INSTANT: (_instant, True),
    Kind.NUMBER: (_number, False),
    Kind.MONEY: (_baht, False),
}
