"""thai_format_cases: dates in the Buddhist era, fiscal years, Thai digits, amounts in words, dictionary order (spec 10)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation

from app.domain.errors import BadInput
from app.domain.money import baht_text_of
from app.domain.names import sort_key
from app.domain.thai_calendar import fiscal_year_be, parse_be_date, to_thai_digits
from app.rules.cases.topic import Row, Topic, UnknownCell, row_by_row

_ANSWERS: dict[str, Callable[[str], str]] = {
    "parse_be_date": lambda text: parse_be_date(text).isoformat(),
    "fiscal_year_be": lambda text: str(fiscal_year_be(date.fromisoformat(text))),
    "bahttext": lambda text: baht_text_of(Decimal(text)),
    "thai_digits": to_thai_digits,
    "collation_order": lambda text: " ".join(sorted(text.split(), key=sort_key)),
}


def _decide(row: Row) -> Row:
    if row["kind"] not in _ANSWERS:
        raise UnknownCell("kind", row["kind"])
    try:
        return {"expected": _ANSWERS[row["kind"]](row["input"])}
    except BadInput as refusal:
        return {"expected": f"ERROR {refusal.code}"}
    except (ValueError, InvalidOperation):
        raise UnknownCell("input", row["input"]) from None


TOPIC = Topic(
    name="thai_format_cases",
    inputs=("kind", "input"),
    expected=("expected",),
    decide=row_by_row(_decide),
)
