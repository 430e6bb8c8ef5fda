"""Judges one file of worked cases: every row goes through the rules of the portal, and each cell answered otherwise is told."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from app.domain.errors import PortalError
from app.rules.cases.topic import FOR_PEOPLE, Row, Topic, UnknownCell

FIRST_ROW_NO = 2  # as a spreadsheet counts; the headings are row 1


class CaseFileError(ValueError):
    """The file cannot be judged at all; the text says in one line what to mend."""


@dataclass(frozen=True)
class Difference:
    """One cell that the rules answer otherwise; `row_no` as a spreadsheet counts."""

    row_no: int
    column: str
    expected: str
    actual: str


@dataclass(frozen=True)
class FileVerdict:
    """How a file fared: all its rows, and the cells that differ."""

    total: int
    differences: tuple[Difference, ...]

    @property
    def failed(self) -> int:
        """Rows with at least one cell that differs."""
        return len({difference.row_no for difference in self.differences})

    @property
    def passed(self) -> int:
        """Rows answered as expected."""
        return self.total - self.failed


def judge(topic: Topic, lines: list[list[str]]) -> FileVerdict:
    """Every row of a case file, headings first, against the rules; raises CaseFileError.

    The rules see the input columns only, in any order of columns; `case_id`, `note` and `source` are never read.
    """
    rows = _rows(topic, lines)
    try:
        answers = topic.decide([{column: row[column] for column in topic.inputs} for row in rows])
    except UnknownCell as unknown:
        raise CaseFileError(f"row {_place_of(unknown, topic, rows)}: {unknown}") from unknown
    except (ValueError, OverflowError, PortalError) as error:
        raise CaseFileError(f"a row cannot be decided: {error}") from error
    return FileVerdict(
        len(rows),
        tuple(
            Difference(row_no, column, row[column], answer[column])
            for row_no, (row, answer) in enumerate(zip(rows, answers, strict=True), FIRST_ROW_NO)
            for column in topic.expected
            if _differs(topic, row_no, column, row[column], answer[column])
        ),
    )


def _place_of(unknown: UnknownCell, topic: Topic, rows: list[Row]) -> int | str:
    """The row that cannot be read: the same cell may be right in another one, as a blank where nothing is asked."""
    if unknown.place is not None:
        return unknown.place + FIRST_ROW_NO
    for row_no, row in enumerate(rows, FIRST_ROW_NO):
        if row[unknown.column] != unknown.value:
            continue
        try:
            topic.decide([{column: row[column] for column in topic.inputs}])
        except UnknownCell as again:
            if (again.column, again.value) == (unknown.column, unknown.value):
                return row_no
    return "?"


def _rows(topic: Topic, lines: list[list[str]]) -> list[Row]:
    if not lines:
        raise CaseFileError("the file is empty")
    headings = [heading.strip() for heading in lines[0]]
    _check_headings(topic, headings)
    if len(lines) < FIRST_ROW_NO:
        raise CaseFileError("there are no rows below the headings")
    return [_row(topic, headings, cells, row_no) for row_no, cells in enumerate(lines[1:], FIRST_ROW_NO)]


def _check_headings(topic: Topic, headings: list[str]) -> None:
    read = {*topic.inputs, *topic.expected}
    wrongs = {
        "columns that stand twice": [heading for heading, times in Counter(headings).items() if times > 1],
        "missing columns": read.difference(headings),
        "unknown columns": [heading for heading in headings if heading not in read and not _for_people(topic, heading)],
    }
    found = [f"{wrong}: {', '.join(sorted(columns)) or '(blank)'}" for wrong, columns in wrongs.items() if columns]
    if found:
        raise CaseFileError("; ".join(found))


def _for_people(topic: Topic, heading: str) -> bool:
    return heading in FOR_PEOPLE or heading in topic.ignored or heading.endswith("_weekday")


def _row(topic: Topic, headings: list[str], cells: list[str], row_no: int) -> Row:
    if len(cells) != len(headings):
        raise CaseFileError(f"row {row_no} has {len(cells)} cells, the headings are {len(headings)}")
    if not any(cell.strip() for cell in cells):
        raise CaseFileError(f"row {row_no} is blank")
    return {
        heading: cell if heading in topic.verbatim else cell.strip()
        for heading, cell in zip(headings, cells, strict=True)
        if not _for_people(topic, heading)
    }


def _differs(topic: Topic, row_no: int, column: str, expected: str, actual: str) -> bool:
    if not expected and column in topic.open_when_blank:
        return False
    meaning: Callable[[str], object] = topic.compared_as.get(column, str)
    try:
        return meaning(expected) != meaning(actual)
    except ValueError as error:
        raise CaseFileError(f"row {row_no}: {column} cannot be read: {expected!r}") from error
