"""What one topic of worked cases is: which columns it reads, which it answers, and the rule that answers them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from app.domain.thai_calendar import BE_OFFSET, EARLIEST_BE_YEAR

Code = TypeVar("Code", bound=StrEnum)
Row = dict[str, str]

FOR_PEOPLE = frozenset({"case_id", "source", "note", "description"})
YES, NO, NOTHING = "Y", "N", ""
NO_CODE = "NONE"


class UnknownCell(ValueError):
    """A cell holds what its column does not know; `column` and `value` tell which, so that no row is skipped in silence.

    `place` is the row's among all, from 0, where the cell is wrong only beside another row.
    """

    def __init__(self, column: str, value: str, hint: str = "", place: int | None = None) -> None:
        super().__init__(f"{column} does not know {value!r}{hint and f'; {hint}'}")
        self.column = column
        self.value = value
        self.place = place


@dataclass(frozen=True)
class Topic:
    """One kind of case file, named as the file without its ending.

    `decide` gets all rows of a file (column to cell, both text) and gives back, in the same order, the `expected`
    columns of each row as the file would write them; it raises UnknownCell. It reads the `inputs` only; the columns
    in `ignored`, and every `*_weekday`, are for people.

    `verbatim` cells come with the spaces around them. A blank in `open_when_blank` asserts nothing. `compared_as` says what
    a cell of a column means where it is more than its text (a set, an instant); its functions raise ValueError.
    """

    name: str
    inputs: tuple[str, ...]
    expected: tuple[str, ...]
    decide: Callable[[list[Row]], list[Row]]
    ignored: frozenset[str] = FOR_PEOPLE
    verbatim: frozenset[str] = frozenset()
    open_when_blank: frozenset[str] = frozenset()
    compared_as: Mapping[str, Callable[[str], object]] = field(default_factory=dict)


def row_by_row(decide_one: Callable[[Row], Row]) -> Callable[[list[Row]], list[Row]]:
    """The `decide` of a topic whose rows do not know of each other."""
    return lambda rows: [decide_one(row) for row in rows]


def day_in(row: Row, column: str) -> date | None:
    """The ISO date of a cell, None when it is blank; raises UnknownCell, for a year of the Buddhist era too."""
    text = row[column]
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise UnknownCell(column, text) from None
    if day is not None and day.year >= EARLIEST_BE_YEAR:
        raise UnknownCell(column, text, f"in the Common Era that is the year {day.year - BE_OFFSET}")
    return day


def required_day_in(row: Row, column: str) -> date:
    """The ISO date of a cell that may not be blank; raises UnknownCell."""
    day = day_in(row, column)
    if day is None:
        raise UnknownCell(column, row[column])
    return day


def yes_in(row: Row, column: str) -> bool:
    """Whether the cell says Y; N and blank are no; raises UnknownCell."""
    if row[column] not in (YES, NO, NOTHING):
        raise UnknownCell(column, row[column])
    return row[column] == YES


def code_in(row: Row, column: str, codes: type[Code]) -> Code:
    """The code of a cell, one of a closed list; raises UnknownCell, for a blank too."""
    try:
        return codes(row[column])
    except ValueError:
        raise UnknownCell(column, row[column]) from None


def optional_code_in(row: Row, column: str, codes: type[Code]) -> Code | None:
    """The code of a cell, None when it is blank; raises UnknownCell."""
    return code_in(row, column, codes) if row[column] else None


def codes_in(row: Row, column: str, codes: type[Code]) -> frozenset[Code]:
    """The codes of a cell, parted by semicolons, none for NONE; raises UnknownCell."""
    texts = [text.strip() for text in row[column].split(";") if text.strip() not in (NOTHING, NO_CODE)]
    try:
        return frozenset(codes(text) for text in texts)
    except ValueError:
        raise UnknownCell(column, row[column]) from None


def codes_cell(codes: Iterable[str]) -> str:
    """Codes as the files write them: parted by semicolons."""
    return ";".join(codes)


def day_cell(day: date | None) -> str:
    """A day as the files write it, blank for none."""
    return day.isoformat() if day else NOTHING


def yes_cell(answer: bool) -> str:
    """Y or N."""
    return YES if answer else NO
