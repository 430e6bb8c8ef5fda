"""receipt_cases: what stands against claiming this receipt, and is its year nearly over (spec 5.5)?"""

from app.domain.claims import PatientType
from app.domain.errors import BadInput
from app.domain.money import parse_baht
from app.rules.cases.topic import (
    NO_CODE,
    Row,
    Topic,
    UnknownCell,
    code_in,
    codes_cell,
    day_in,
    required_day_in,
    row_by_row,
    yes_cell,
    yes_in,
)
from app.rules.receipts import ReceiptFacts, faults, warning


def _decide(row: Row) -> Row:
    facts = ReceiptFacts(
        today=required_day_in(row, "on_date"),
        patient_type=code_in(row, "patient_type", PatientType),
        served_on=required_day_in(row, "served_on"),
        discharged_on=day_in(row, "discharged_on"),
        receipt_on=required_day_in(row, "receipt_on"),
        claimable=_satang_in(row, "claimable_baht"),
        total=_satang_in(row, "total_baht"),
        birth_date=day_in(row, "birth_date"),
        death_date=day_in(row, "death_date"),
        is_late_allowed=yes_in(row, "late_allowed"),
    )
    against = codes_cell(f"{fault.field}:{fault.code}" for fault in faults(facts))
    return {"expected_faults": against or NO_CODE, "expected_warning": yes_cell(warning(facts) is not None)}


def _satang_in(row: Row, column: str) -> int:
    try:
        return parse_baht(row[column])
    except BadInput:
        raise UnknownCell(column, row[column]) from None


TOPIC = Topic(
    name="receipt_cases",
    inputs=(
        "on_date", "patient_type", "served_on", "discharged_on", "receipt_on", "claimable_baht", "total_baht",
        "birth_date", "death_date", "late_allowed",
    ),
    expected=("expected_faults", "expected_warning"),
    decide=row_by_row(_decide),
)  # fmt: skip
