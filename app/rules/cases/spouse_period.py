"""spouse_period_cases: from when until when is this spouse entitled, and what has the registrar to look at (spec 3.3, 3.7)?

The same columns as spouse_cases, and those that its layout has not: the principal's start, the end of the marriage, the days.
"""

from dataclasses import replace
from datetime import date

from app.rules import spouses
from app.rules.cases.spouse import TOPIC as WITHOUT_DAYS
from app.rules.cases.spouse import facts_in
from app.rules.cases.topic import NOTHING, Row, Topic, codes_cell, day_cell, day_in, row_by_row, yes_cell


def _decide(row: Row) -> Row:
    facts = replace(
        facts_in(row),
        principal_from=day_in(row, "principal_service_start") or date.min,
        divorce_date=day_in(row, "divorce_date"),
        death_date=day_in(row, "death_date"),
    )
    decision = spouses.decide(facts)
    return {
        "expected_accept": yes_cell(decision.accepted),
        "expected_reason": decision.code,
        "expected_status": decision.state or NOTHING,
        "expected_first_day": day_cell(decision.period.from_on if decision.period else None),
        "expected_last_day": day_cell(decision.period.last_day if decision.period else None),
        "expected_flags": codes_cell(decision.flags),
    }


TOPIC = Topic(
    name="spouse_period_cases",
    inputs=(*WITHOUT_DAYS.inputs, "principal_service_start", "divorce_date", "death_date"),
    expected=(*WITHOUT_DAYS.expected, "expected_first_day", "expected_last_day", "expected_flags"),
    decide=row_by_row(_decide),
)
