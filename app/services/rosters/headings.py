"""Finds the heading row of a sheet wherever it stands, and proposes what each column holds."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from app.domain import national_id
from app.domain.errors import BadInput
from app.domain.imports import LayoutSource
from app.services.rosters.cells import Cell, text_of, typed_of
from app.services.rosters.columns import (
    FULL_NAME,
    MANDATORY,
    OPTIONAL,
    SheetKind,
    columns_of,
    field_of,
    fields_like,
    kind_of,
    needed,
)
from app.services.rosters.words import fold

HEADING_ROWS = 100  # titles above the headings never take more
MOST_COLUMNS = 60  # of a sheet that a clerk explains; a roster has a dozen
_LOOKED_AT = 200  # rows from which a guess is made
_MOST_ARE_IDS = 0.6
_LIKE_ENOUGH = 0.72
_SEX, _LONGEST_SEX = "เพศ", 12

CellRow = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Layout:
    """What a clerk said of a sheet with certain headings: its kind, None where it is no roster, and field to column."""

    kind: SheetKind | None
    columns: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Heading:
    """How a sheet is understood: what it lists (None: not to be read), where each field stands, and how that is known.

    `words` are all headings in the order of the columns, `last_row` is the Excel row of the lowest of them.
    """

    kind: SheetKind | None
    columns: Mapping[str, int]
    words: tuple[str, ...]
    last_row: int
    source: LayoutSource = LayoutSource.HEADINGS
    headings: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> list[str]:
        """The mandatory fields without a column, in the order of judging."""
        return [name for name in needed(self.kind, self.columns) if name not in self.columns] if self.kind else []

    @property
    def sought(self) -> list[str]:
        """The fields whose column may stand under a nearly known word: what is missing, and the sex before titles tell it."""
        may_tell_sex = self.kind is SheetKind.PRINCIPALS and "sex" not in self.columns
        return [*self.missing, *(["sex"] if may_tell_sex else [])]

    @property
    def signature(self) -> str:
        """By what the headings are known again, whatever the sheet's name or place; the words stay with the agency."""
        return hashlib.sha256("\x1f".join(map(fold, self.words)).encode()).hexdigest()


def understood(rows: Sequence[CellRow], layouts: Mapping[str, Layout]) -> Heading | None:
    """The headings of a sheet, as remembered in `layouts` (by signature) before all else; None where nobody stands in it.

    The row, or the two rows one above the other, that name most columns are the headings; where none does, the row above
    the first national IDs, with a guess for its columns (GUESSED).
    """
    found = _named(rows) or _guessed(rows)
    if found is None:
        return None
    said = layouts.get(found.signature)
    if said is not None:
        return _heading(said.kind, said.columns, found.words, found.last_row, LayoutSource.REMEMBERED)
    if found.source is LayoutSource.HEADINGS and found.sought:
        return _completed(found, rows)
    return found


def _named(rows: Sequence[CellRow]) -> Heading | None:
    """The headings by their words; the higher and simpler row wins a tie."""
    best: Heading | None = None
    texts = [[text_of(cell) for cell in row] for row in rows[: HEADING_ROWS + 1]]
    for index, upper in enumerate(texts[:HEADING_ROWS]):
        lower = texts[index + 1] if index + 1 < len(texts) else []
        # Under a merged group heading the lower word names the column; beside it the upper one does.
        stacked = [below if columns_of([below]) else above for above, below in zip(upper, lower, strict=False)]
        for headings, last_row in ((upper, index + 1), (stacked, index + 2)):
            found = _heading_in(headings, last_row)
            if found and (best is None or len(found.columns) > len(best.columns)):
                best = found
        if best and not best.missing and best.last_row <= index + 1:
            break
    return best


def _heading_in(headings: Sequence[str], last_row: int) -> Heading | None:
    columns = columns_of(headings)
    kind = kind_of(columns)
    if kind is None:
        return None
    if kind is SheetKind.PRINCIPALS and "national_id" not in columns:
        columns["national_id"] = columns.pop("holder_national_id")
    return _heading(kind, columns, tuple(headings), last_row, LayoutSource.HEADINGS)


def _heading(
    kind: SheetKind | None, columns: Mapping[str, int], words: tuple[str, ...], last_row: int, source: LayoutSource
) -> Heading:
    fields = (*MANDATORY[kind], *OPTIONAL[kind]) if kind else ()
    known = {name: columns[name] for name in fields if name in columns and columns[name] < len(words)}
    if "first_name" in known:
        known.pop(FULL_NAME, None)  # what has its own columns needs no taking apart
    return Heading(kind, known, words, last_row, source, {name: words[index] for name, index in known.items()})


def _guessed(rows: Sequence[CellRow]) -> Heading | None:
    """Headings in words that we do not know, above a column of national IDs."""
    ids = _id_columns(rows[:_LOOKED_AT])
    if not ids:
        return None
    first = min(first for first, _ in ids.values())
    words = _words_above(rows, first)
    if words is None:
        return None
    headings, last_row = words
    columns = {name: index for index, word in enumerate(headings) if (name := field_of(word) or _alike(word))}
    free = [index for index in sorted(ids) if index not in columns.values()]
    kind = SheetKind.FAMILY if len(ids) > 1 or "relation" in columns else SheetKind.PRINCIPALS
    wanted = ("holder_national_id", "national_id") if kind is SheetKind.FAMILY else ("national_id",)
    columns |= dict(zip((name for name in wanted if name not in columns), free, strict=False))
    return _heading(kind, columns, headings, last_row, LayoutSource.GUESSED)


def _completed(found: Heading, rows: Sequence[CellRow]) -> Heading:
    """The same headings with a proposal for what is missing; known words stay as they are."""
    columns = dict(found.columns)
    for index, word in enumerate(found.words):
        like = _alike(word) if word and index not in columns.values() else None
        whole = like == FULL_NAME and "first_name" in found.missing and "first_name" not in columns
        if like and (whole or like in found.sought) and like not in columns:
            columns[like] = index
    for index in sorted(_id_columns(rows[:_LOOKED_AT])):
        wanted = next(
            (n for n in ("holder_national_id", "national_id") if n in found.missing and n not in columns), None
        )
        if wanted and index not in columns.values():
            columns[wanted] = index
    if columns == dict(found.columns):
        return found
    return _heading(found.kind, columns, found.words, found.last_row, LayoutSource.GUESSED)


def _words_above(rows: Sequence[CellRow], first: int) -> tuple[tuple[str, ...], int] | None:
    """The nearest row above that holds several words, padded to the row of the first number."""
    for index in range(first - 1, -1, -1):
        texts = [text_of(cell) for cell in rows[index]]
        if sum(map(bool, texts)) >= 3:
            return tuple(texts), index + 1
    return None


def _id_columns(rows: Sequence[CellRow]) -> dict[int, tuple[int, int]]:
    """By column, the first row with a national ID and how many there are, where most filled cells below it are some."""
    found: dict[int, tuple[int, int]] = {}
    filled: dict[int, int] = {}
    for number, row in enumerate(rows):
        for index, cell in enumerate(row[:MOST_COLUMNS]):
            if index in filled and text_of(cell):
                filled[index] += 1
            if _is_id(cell):
                first, many = found.get(index, (number, 0))
                found[index] = (first, many + 1)
                filled.setdefault(index, 1)
    return {index: seen for index, seen in found.items() if seen[1] >= _MOST_ARE_IDS * filled[index]}


def _is_id(cell: Cell) -> bool:
    text = typed_of(cell)
    if not 13 <= len(text) <= 20 or (isinstance(cell, int | float) and cell < 0):
        return False
    try:
        national_id.parse(text)
    except BadInput:
        return False
    return True


def _alike(word: str) -> str | None:
    known, folded = fields_like(), fold(word)
    near = get_close_matches(folded, known, n=1, cutoff=_LIKE_ENOUGH)
    if near:
        return known[near[0]]
    # One letter of three is more than any share of a long word.
    is_sex = len(folded) <= _LONGEST_SEX and (_SEX in folded or get_close_matches(folded, (_SEX,), cutoff=2 / 3))
    return "sex" if is_sex else None
