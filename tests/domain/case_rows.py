"""Reads the worked examples of tests/data/cases; what a test does not know in them is an error, never skipped."""

import csv
from pathlib import Path

CASES = Path(__file__).parents[1] / "data" / "cases"
FOR_PEOPLE = {"case_id", "note"}


def case_rows(file_name: str, columns: set[str]) -> list[dict[str, str]]:
    """Every row of a case file without what is only for people; fails if the other columns are not just `columns`."""
    with (CASES / file_name).open(encoding="utf-8", newline="") as file:
        rows = [{name: cell for name, cell in row.items() if name not in FOR_PEOPLE} for row in csv.DictReader(file)]
    assert rows, f"{file_name} has no rows"
    assert set(rows[0]) == columns, f"{file_name} has other columns than its test reads"
    return rows
