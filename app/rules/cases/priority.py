"""priority_cases: in which order are several entitlements used (spec 4.4)?"""

import re
from datetime import date, datetime

from app.domain.clock import BANGKOK
from app.domain.period import Period
from app.rules.cases.topic import FOR_PEOPLE, Row, Topic, UnknownCell, codes_cell, optional_code_in, row_by_row
from app.rules.priority import HeldRight, resolve
from app.rules.schemes import EntitlementRank, Scheme

# The cases give no day: all their rights are in force, and the rules are those of the seed's year.
ON = date(2018, 10, 1)
_RIGHT = re.compile(r"(?P<scheme>\w+):(?P<rank>\w+)(?P<whose>(?:@(?P<date>[^()@;]+))?(?:\((?P<via>[^()]*)\))?)")


def _rights(row: Row) -> list[tuple[HeldRight, str]]:
    """The rights of a cell, each with the words by which the answer names it."""
    return [_right(row, text.strip()) for text in row["entitlements"].split(";") if text.strip()]


def _right(row: Row, text: str) -> tuple[HeldRight, str]:
    found = _RIGHT.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        right = HeldRight(
            Scheme(found["scheme"]),
            EntitlementRank(found["rank"]),
            Period(date.min),
            datetime.fromisoformat(found["date"]).replace(tzinfo=BANGKOK) if found["date"] else None,
            label=found["via"] or "",
        )
    except ValueError:
        raise UnknownCell("entitlements", row["entitlements"]) from None
    return right, right.scheme + found["whose"]


def _decide(row: Row) -> Row:
    rights = _rights(row)
    names = dict(rights)
    answer = resolve([right for right, _ in rights], optional_code_in(row, "election", Scheme), ON)
    return {
        "expected_order": " > ".join(f"{names[used.right]}:{used.use}" for used in answer.order),
        "expected_not_used": "; ".join(names[unused.right] for unused in answer.not_used),
        "expected_flags": codes_cell(answer.flags),
    }


def _set(cell: str) -> list[str]:
    return sorted(part.strip() for part in cell.split(";"))


TOPIC = Topic(
    name="priority_cases",
    inputs=("entitlements", "election"),
    expected=("expected_order", "expected_not_used", "expected_flags"),
    decide=row_by_row(_decide),
    ignored=FOR_PEOPLE | {"rule_ids"},
    compared_as={"expected_not_used": _set, "expected_flags": _set},
)
