"""The worked examples of dates, fiscal years, digits, amounts in words and dictionary order."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from app.domain.errors import BadInput
from app.domain.money import baht_text_of
from app.domain.names import sort_key
from app.domain.thai_calendar import fiscal_year_be, parse_be_date, to_thai_digits
from tests.domain.case_rows import case_rows


def read_date(text: str) -> str:
    try:
        return parse_be_date(text).isoformat()
    except BadInput as error:
        return f"ERROR {error.code}"


ANSWERS: dict[str, Callable[[str], str]] = {
    "parse_be_date": read_date,
    "fiscal_year_be": lambda text: str(fiscal_year_be(date.fromisoformat(text))),
    "bahttext": lambda text: baht_text_of(Decimal(text)),
    "thai_digits": to_thai_digits,
    "collation_order": lambda text: " ".join(sorted(text.split(" "), key=sort_key)),
}


@pytest.mark.parametrize("row", case_rows("thai_format_cases.csv", {"kind", "input", "expected"}))
def test_worked_example(row: dict[str, str]) -> None:
    assert ANSWERS[row["kind"]](row["input"]) == row["expected"]
