"""spouse_cases: is this spouse accepted, else with which refusal code (spec 3.3)?"""

from app.domain.people import Sex
from app.rules import spouses
from app.rules.cases.topic import (
    NO_CODE,
    NOTHING,
    Row,
    Topic,
    UnknownCell,
    code_in,
    optional_code_in,
    required_day_in,
    row_by_row,
    yes_cell,
    yes_in,
)
from app.rules.papers import Paper
from app.rules.schemes import Scheme
from app.rules.spouses import SpouseFacts

# The codes of the Department of Provincial Administration (app/data/provinces.csv); blank where none is told.
_PROVINCES = frozenset(
    str(code)
    for first, last in ((10, 27), (30, 58), (60, 67), (70, 77), (80, 86), (90, 96))
    for code in range(first, last + 1)
)


def _paper(row: Row) -> Paper | None:
    return None if row["evidence_code"] == NO_CODE else optional_code_in(row, "evidence_code", Paper)


def _count(row: Row, column: str) -> int:
    if not (row[column].isascii() and row[column].isdigit()):
        raise UnknownCell(column, row[column])
    return int(row[column])


def _province(row: Row, column: str) -> str:
    if row[column] and row[column] not in _PROVINCES:
        raise UnknownCell(column, row[column])
    return row[column]


def facts_in(row: Row) -> SpouseFacts:
    """The marriage that a row describes; raises UnknownCell."""
    return SpouseFacts(
        principal_sex=code_in(row, "principal_sex", Sex),
        spouse_sex=code_in(row, "spouse_sex", Sex),
        principal_is_muslim=yes_in(row, "principal_muslim"),
        home_province_code=_province(row, "principal_home_province_code"),
        open_spouses_before=_count(row, "active_spouses_before"),
        marriage_date=required_day_in(row, "marriage_date"),
        paper=_paper(row),
        own_scheme=optional_code_in(row, "spouse_own_scheme", Scheme),
    )


def _decide(row: Row) -> Row:
    decision = spouses.decide(facts_in(row))
    return {
        "expected_accept": yes_cell(decision.accepted),
        "expected_reason": decision.code,
        "expected_status": decision.state or NOTHING,
    }


TOPIC = Topic(
    name="spouse_cases",
    inputs=(
        "principal_sex",
        "spouse_sex",
        "principal_muslim",
        "principal_home_province_code",
        "active_spouses_before",
        "spouse_own_scheme",
        "marriage_date",
        "evidence_code",
    ),
    expected=("expected_accept", "expected_reason", "expected_status"),
    decide=row_by_row(_decide),
)
