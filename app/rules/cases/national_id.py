"""national_id_cases: how is a national ID as typed normalised and judged (spec 2.2)?"""

from app.domain import national_id
from app.domain.errors import BadInput
from app.rules.cases.topic import FOR_PEOPLE, NOTHING, Row, Topic, row_by_row, yes_cell

_CHECKED = 12  # digits that the check digit covers


def _decide(row: Row) -> Row:
    digits = national_id.normalize(row["input"])
    error = _error(row["input"])
    checked = digits[:_CHECKED] if digits.isascii() and digits.isdigit() and len(digits) >= _CHECKED else NOTHING
    return {
        "normalized": digits,
        "expected_valid": yes_cell(error == NOTHING),
        "expected_error": error,
        "computed_check_digit": str(national_id.check_digit(checked)) if checked else NOTHING,
        "weighted_sum_mod_11": str(_remainder(checked)) if checked else NOTHING,
        "person_category": digits[:1],
    }


def _error(text: str) -> str:
    try:
        national_id.parse(text)
    except BadInput as refusal:
        return refusal.code
    return NOTHING


def _remainder(digits: str) -> int:
    """The weighted sum modulo 11, before it is folded into a digit."""
    return sum(int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=True)) % 11


TOPIC = Topic(
    name="national_id_cases",
    inputs=("input",),
    expected=(
        "normalized",
        "expected_valid",
        "expected_error",
        "computed_check_digit",
        "weighted_sum_mod_11",
        "person_category",
    ),
    decide=row_by_row(_decide),
    ignored=FOR_PEOPLE | {"category_th"},
    verbatim=frozenset({"input"}),
    open_when_blank=frozenset({"normalized", "computed_check_digit", "weighted_sum_mod_11", "person_category"}),
)
