"""Hidden rows are read like the others, hidden sheets are not; neither happens without a word."""

from io import BytesIO

import pytest
import xlsxwriter

from app.domain.imports import ImportState
from tests.services.roster_desk import bring_in, check
from tests.services.roster_workbooks import STAFF_HEADINGS, official, verdict_on, workbook


@pytest.fixture(autouse=True)
def instance(tmp_path, monkeypatch):
    monkeypatch.setenv("INSTANCE", str(tmp_path / "instance"))


def with_hidden(*, is_sheet_shown: bool = True) -> bytes:
    """Two sheets of officials, the second hidden, with hidden rows; and a hidden one that lists nobody."""
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        lists = book.add_worksheet("รายการ")
        lists.write_column(0, 0, ["ชาย", "หญิง"])
        shown = book.add_worksheet("บุคลากร & ครอบครัว") if is_sheet_shown else None
        for sheet in filter(None, (shown, book.add_worksheet("บุคลากร (เก่า)"))):
            sheet.write_row(0, 0, STAFF_HEADINGS)
            for row in (1, 2, 4):
                sheet.write_row(row, 0, official(row))
            for row in (2, 3):  # a line, and an empty row
                sheet.set_row(row, None, None, {"hidden": True})
        sheet.hide()
        lists.hide() if is_sheet_shown else lists.activate()
        if shown:
            shown.activate()
    return target.getvalue()


def test_hidden_rows_are_judged_and_hidden_sheets_are_not():
    verdict = verdict_on(with_hidden())
    assert [row.excel_row for row in verdict.principals] == [2, 3, 5]
    assert verdict.refusals == ()


def test_what_was_hidden_is_told(people):
    note = check(with_hidden(), people.clerk).note
    assert note.state is ImportState.CHECKED
    assert [(sheet["name"], sheet["hidden_rows"]) for sheet in note.sheets] == [("บุคลากร & ครอบครัว", 1)]
    assert note.problem == {"code": "ROSTER_SHEETS_HIDDEN", "facts": {"sheets": ["บุคลากร (เก่า)"]}}
    assert bring_in(with_hidden(), people.clerk).state is ImportState.SUBMITTED


def test_where_only_hidden_sheets_list_people_they_are_named(people):
    note = check(with_hidden(is_sheet_shown=False), people.clerk).note
    assert note.state is ImportState.REFUSED
    assert note.problem == {
        "code": "ROSTER_NO_SHEET", "facts": {"sheets": ["รายการ"], "hidden": ["บุคลากร (เก่า)"]}
    }  # fmt: skip


def test_where_nothing_is_hidden_nothing_is_told(people):
    note = check(workbook([official(1)]), people.clerk).note
    assert [sheet["hidden_rows"] for sheet in note.sheets] == [0] and note.problem is None
