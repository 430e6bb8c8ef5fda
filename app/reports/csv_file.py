"""A report as CSV: the same table for whoever has no Excel; UTF-8 with a mark by which Excel knows it (RFC 4180).

As in the workbook, days and instants (Bangkok time) are those of the Buddhist era and amounts are baht; national IDs have their
dashes, without which a spreadsheet takes them for numbers. Where the file comes from stands below the table, so that the
titles stay the first line.
"""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.domain import national_id
from app.domain.clock import BANGKOK
from app.reports.cells import Column, Kind, KnownPart, clean, day_in_words
from app.reports.workbook import PROGRESS_EVERY

# A cell that begins like this is a formula to Excel and LibreOffice; an apostrophe before it makes it words (OWASP).
_FORMULA = re.compile(r"^\s*[=+\-@\t\r＝＋－＠]")


def write_csv(
    path: Path,
    *,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    progress: Callable[[int], None] | None = None,
    origin: Sequence[str] = (),
) -> int:
    """Write the titles and `rows` at `path` and return how many there were; values and `progress` as in `write_workbook`.

    Below an empty line stand the lines of `origin`.

    The file appears only when it is whole.
    """
    tell = progress or (lambda _count: None)
    writers = [_WRITERS.get(column.kind, _text) for column in columns]
    count = 0
    with TemporaryDirectory(prefix=".unfinished-", dir=path.parent) as folder:
        draft = Path(folder) / "draft.csv"
        with draft.open("w", encoding="utf-8-sig", newline="") as file:
            out = csv.writer(file)
            out.writerow(_text(column.title) for column in columns)
            for count, row in enumerate(rows, start=1):
                out.writerow("" if value is None else write(value) for value, write in zip(row, writers, strict=True))
                if count % PROGRESS_EVERY == 0:
                    tell(count)
            if origin:
                out.writerows([[], *([_text(line)] for line in origin)])
        if count % PROGRESS_EVERY or not count:
            tell(count)
        draft.replace(path)
    return count


def _text(value: Any) -> str:
    text = clean(value)
    return f"'{text}" if _FORMULA.match(text) else text


def _id(value: str) -> str:
    return national_id.display(value) if len(value) == national_id.LENGTH and value.isdecimal() else _text(value)


def _day(value: date | KnownPart) -> str:
    return str(value) if isinstance(value, KnownPart) else day_in_words(value)


def _instant(value: datetime) -> str:
    local = value.astimezone(BANGKOK)
    return f"{day_in_words(local)} {local:%H:%M}"


_WRITERS: dict[Kind, Callable[[Any], str]] = {
    Kind.ID: _id,
    Kind.DATE: _day,
    Kind.INSTANT: _instant,
    Kind.NUMBER: str,
    Kind.MONEY: lambda satang: f"{satang / 100:.2f}",
}
