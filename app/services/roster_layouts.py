"""What the columns of an agency's own workbooks hold: proposed, shown, corrected by a clerk, and remembered."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput
from app.domain.imports import LayoutSource
from app.domain.thai_calendar import format_be
from app.models.roster_import import RosterLayout
from app.services.clock import business_now
from app.services.rosters.cells import text_of
from app.services.rosters.columns import MANDATORY, OPTIONAL, SheetKind, needed
from app.services.rosters.headings import MOST_COLUMNS, Heading, Layout
from app.services.rosters.workbook import OpenSheet

_SAMPLES, _SAMPLE_LENGTH = 2, 24


def remembered(session: Session) -> dict[str, Layout]:
    """What clerks of the session's agency said, by the signature of the headings."""
    return {
        said.signature: Layout(SheetKind(said.kind) if said.kind else None, said.columns)
        for said in session.scalars(sa.select(RosterLayout))
    }


def surveyed(sheets: Sequence[OpenSheet]) -> list[dict[str, Any]]:
    """How each sheet that lists people was understood, in plain values: its columns with headings and two samples."""
    return [_survey(sheet, sheet.heading) for sheet in sheets if sheet.heading is not None]


def must_be_explained(sheets: Sequence[OpenSheet]) -> bool:
    """Whether a clerk has to say what the columns hold: a roster lacks some, or the only people stand under a guess."""
    headings = [sheet.heading for sheet in sheets if sheet.heading is not None]
    certain = [h for h in headings if h.source is not LayoutSource.GUESSED]
    if any(heading.missing for heading in certain):
        return True
    return bool(headings) and not any(heading.kind for heading in certain)


def explain(session: Session, note_sheets: Sequence[dict[str, Any]], said: Sequence[Layout], actor: Actor) -> None:
    """Remember for the agency what each surveyed sheet holds, in their order, within a verb's transaction.

    Raises BadInput: COLUMN_TWICE (facts `sheet`, `column`), ROSTER_NO_COLUMN (facts `sheet`, `columns`), ROSTER_NO_SHEET
    where no sheet is a roster; the field names the sheet.
    """
    if not any(layout.kind for layout in said):
        raise BadInput("ROSTER_NO_SHEET", sheets=[sheet["name"] for sheet in note_sheets])
    today = bangkok_day(business_now(session))
    for sheet, layout in zip(note_sheets, said, strict=True):
        columns = _checked(sheet, layout)
        query = sa.select(RosterLayout).where(RosterLayout.signature == sheet["signature"])
        row = session.scalars(query).one_or_none()
        if row is None:
            row = RosterLayout(agency_id=actor.agency_id, signature=sheet["signature"])
            session.add(row)
        row.kind = layout.kind.value if layout.kind else None
        row.columns, row.said_by_id, row.said_on = columns, actor.user_id, today
        session.flush()


def _checked(sheet: dict[str, Any], layout: Layout) -> dict[str, int]:
    if layout.kind is None:
        return {}
    wanted = (*MANDATORY[layout.kind], *OPTIONAL[layout.kind])
    columns = {name: index for name, index in layout.columns.items() if name in wanted}
    missing = [name for name in needed(layout.kind, columns) if name not in columns]
    if missing:
        raise BadInput("ROSTER_NO_COLUMN", field=sheet["name"], sheet=sheet["name"], columns=missing)
    return columns


def _survey(sheet: OpenSheet, heading: Heading) -> dict[str, Any]:
    below = sheet.rows[heading.last_row :]
    fields = {index: name for name, index in heading.columns.items()}
    columns = []
    for index, word in enumerate(heading.words[:MOST_COLUMNS]):
        samples = _samples(below, index)
        if word or samples:
            columns.append({"index": index, "word": word, "samples": samples, "field": fields.get(index)})
    return {
        "name": sheet.name,
        "kind": heading.kind.value if heading.kind else None,
        "row": heading.last_row,
        "source": heading.source.value,
        "signature": heading.signature,
        "missing": heading.missing,
        "hidden_rows": sum(any(map(text_of, row)) for row in _hidden(sheet, heading)),
        "columns": columns,
    }


def _hidden(sheet: OpenSheet, heading: Heading) -> Iterator[Sequence[Any]]:
    """The rows below the headings that the workbook does not show."""
    return (sheet.rows[row - 1] for row in sheet.hidden_rows if heading.last_row < row <= len(sheet.rows))


def _samples(rows: Sequence[Sequence[Any]], index: int) -> list[str]:
    """What stands in a column, never a whole number of somebody: digits beyond the fifth are covered."""
    found: list[str] = []
    for row in rows[:50]:
        cell = row[index]
        text = format_be(cell) if isinstance(cell, date) else text_of(cell)
        if text and len(found) < _SAMPLES:
            found.append(_covered(text)[:_SAMPLE_LENGTH])
    return found


def _covered(text: str) -> str:
    digits = sum(letter.isdecimal() for letter in text)
    if digits < 10:
        return text
    seen = 0
    covered = []
    for letter in text:
        seen += letter.isdecimal()
        covered.append("x" if letter.isdecimal() and 5 < seen <= 10 else letter)
    return "".join(covered)
