"""The rows of a scheme's file: read chunk by chunk, believed only where every cell can be (layout: docs/schemes.md)."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from app.domain import national_id
from app.domain.errors import BadInput, PortalError
from app.rules.schemes import EntitlementRank

HEADING = ("national_id", "rank", "since", "until", "via_principal")
_NEEDED = ("national_id", "since")
_SHOWN_NAMES, _SHOWN_OF_NAME = 5, 40  # of columns that the file calls otherwise
ROWS_AT_ONCE = 4_000  # others write in between
REFUSED_PERCENT = 10
LONGEST_NAME = 200
_RANKS = {rank.value: rank.value for rank in EntitlementRank} | {"": EntitlementRank.PRIMARY.value}


@dataclass(frozen=True)
class Chunk:
    """Some rows of the file: those that can be believed as columns of the database, and how many cannot."""

    good: list[dict[str, Any]]
    refused: int

    @property
    def count(self) -> int:
        """All rows of it."""
        return len(self.good) + self.refused


def check_heading(path: Path) -> None:
    """Raises BadInput('SCHEME_FILE_HEADING') where a column is missing or unknown, with the columns that are wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            heading = next(csv.reader(text), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput("SCHEME_FILE_HEADING", field="file", wanted=",".join(HEADING), wrong="–") from error
    missing, unknown = [name for name in _NEEDED if name not in heading], set(heading).difference(HEADING)
    if missing or unknown:
        shown = [*missing, *sorted(f"“{name[:_SHOWN_OF_NAME]}”" for name in unknown)[:_SHOWN_NAMES]]
        raise BadInput("SCHEME_FILE_HEADING", field="file", wanted=",".join(HEADING), wrong=", ".join(shown))


def check_rows(path: Path, as_of: date) -> None:
    """Read the whole file before a row of it is believed: whoever is missing in it loses the right in the scheme.

    Raises BadInput SCHEME_FILE_UNREADABLE for a file that breaks off, is empty, or of which more than REFUSED_PERCENT of
    the rows cannot be read.
    """
    count = refused = 0
    try:
        for chunk in chunks_of(path, as_of):
            count, refused = count + chunk.count, refused + chunk.refused
    except (UnicodeDecodeError, csv.Error) as error:
        told = {"refused": count, "rows": count, "percent": REFUSED_PERCENT}
        raise BadInput("SCHEME_FILE_UNREADABLE", field="file", **told) from error
    if refused == count or refused * 100 > count * REFUSED_PERCENT:
        raise BadInput("SCHEME_FILE_UNREADABLE", field="file", refused=refused, rows=count, percent=REFUSED_PERCENT)


def chunks_of(path: Path, as_of: date) -> Iterator[Chunk]:
    """The file in pieces, so that no file is too large for the memory."""
    with path.open(encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(text)
        heading = next(rows, [])
        places = {name: place for place, name in enumerate(heading)}
        where = [places.get(name, -1) for name in HEADING]
        blanks = [""] * (len(heading) + 1)  # of a row that ends early, and of columns that the file has not
        filled = (row for row in rows if row)
        while some := list(islice(filled, ROWS_AT_ONCE)):
            good = [known for row in some if (known := _known(row + blanks, where, as_of)) is not None]
            yield Chunk(good, len(some) - len(good))


def _known(row: Sequence[str], where: Sequence[int], as_of: date) -> dict[str, Any] | None:
    number, rank, since, until, via = [row[at].strip() for at in where]
    try:
        since_on = date.fromisoformat(since)
        until_on = date.fromisoformat(until) if until else None
        digits, known_rank = national_id.parse(number), _RANKS[rank]
    except (PortalError, ValueError, KeyError):
        return None
    if since_on > as_of or (until_on is not None and until_on <= since_on):
        return None  # what lies ahead is a slip, or a year of the wrong era
    return {
        "national_id": digits, "rank": known_rank, "since": since_on.isoformat(),
        "until": None if until_on is None else until_on.isoformat(), "via_principal": via[:LONGEST_NAME],
    }  # fmt: skip
