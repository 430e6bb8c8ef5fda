"""Reads the CSV files of other offices: any of their encodings, Thai or English headers, each row with its line."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.errors import BadInput, PortalError
from app.domain.names import tidy
from app.domain.thai_calendar import parse_be_date

ENCODINGS = ("utf-8-sig", "cp874")  # what Excel in Thailand saves, and what it saved before
LARGEST = 50_000_000
DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Line:
    """One row by the names of our columns; `no` is its line in the file, the header's being 1."""

    no: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def day(self, column: str) -> date | None:
        """The day in a column, None where it is empty; raises BadInput at it."""
        return parse_be_date(self[column], field=column) if self[column] else None


@dataclass(frozen=True)
class Fault:
    """What is wrong with one line."""

    line: int
    error: PortalError


@dataclass(frozen=True)
class Change:
    """What a line does: `verb` is add, change, close or propose, `what` the columns with old and new value."""

    line: int
    verb: str
    code: str
    name: str
    what: Mapping[str, tuple[str, str]]


def read(data: bytes, columns: Mapping[str, tuple[str, ...]], *, required: tuple[str, ...]) -> list[Line]:
    """The rows of a CSV file; `columns` names ours with the headers that mean them.

    Raises BadInput('LIST_TOO_LARGE'), ('FILE_UNREADABLE') for neither encoding, ('COLUMN_MISSING') with the one that lacks.
    """
    if len(data) > LARGEST:
        raise BadInput("LIST_TOO_LARGE", most=LARGEST)
    text = _text(data)
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    named = {_plain(alias): ours for ours, aliases in columns.items() for alias in (ours, *aliases)}
    headers = [named.get(_plain(header)) for header in next(rows, [])]
    for column in required:
        if column not in headers:
            raise BadInput("COLUMN_MISSING", column=column, known=", ".join(columns[column]))
    found = []
    for row in rows:
        values = {name: tidy(cell) for name, cell in zip(headers, row, strict=False) if name is not None}
        if any(values.values()):
            found.append(Line(rows.line_num, values))
    return found


def _text(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise BadInput("FILE_UNREADABLE")


def _plain(header: str) -> str:
    return "".join(tidy(header).casefold().replace("_", " ").replace(".", " ").split())
