"""majority_cases: when does a child come of age (spec 3.6)?"""

from datetime import timedelta

from app.rules import majority
from app.rules.cases.topic import (
    Row,
    Topic,
    codes_cell,
    day_cell,
    day_in,
    required_day_in,
    row_by_row,
    yes_cell,
    yes_in,
)
from app.rules.majority import MajorityFacts


def _decide(row: Row) -> Row:
    decision = majority.decide(
        MajorityFacts(
            birth_date=required_day_in(row, "child_birth_date"),
            on=required_day_in(row, "on_date"),
            registered_marriage_date=day_in(row, "registered_marriage_date"),
            court_permitted=yes_in(row, "marriage_court_permitted"),
        )
    )
    return {
        "expected_last_minor_day": day_cell(decision.majority_date - timedelta(days=1)),
        "expected_majority_date": day_cell(decision.majority_date),
        "expected_is_minor_on_date": yes_cell(decision.accepted),
        "expected_cause": decision.code,
        "expected_flags": codes_cell(decision.flags),
    }


TOPIC = Topic(
    name="majority_cases",
    inputs=("child_birth_date", "registered_marriage_date", "marriage_court_permitted", "on_date"),
    expected=(
        "expected_last_minor_day",
        "expected_majority_date",
        "expected_is_minor_on_date",
        "expected_cause",
        "expected_flags",
    ),
    decide=row_by_row(_decide),
)
