"""legitimacy_cases: is the child lawful towards this principal, from which day (spec 3.4)?"""

from app.domain.people import Sex
from app.rules import legitimacy
from app.rules.cases.topic import (
    Row,
    Topic,
    code_in,
    codes_cell,
    codes_in,
    day_cell,
    day_in,
    required_day_in,
    row_by_row,
    yes_cell,
    yes_in,
)
from app.rules.fatherhood import Parentage
from app.rules.legitimacy import LegitimacyFacts
from app.rules.papers import Paper


def _decide(row: Row) -> Row:
    # No rule asks these two: being named proves nobody's father, and a nikah counts by its certificate alone.
    yes_in(row, "named_as_father")
    day_in(row, "nikah_date")
    decision = legitimacy.decide(
        LegitimacyFacts(
            principal_sex=code_in(row, "principal_sex", Sex),
            parentage=Parentage(
                birth_date=required_day_in(row, "child_birth_date"),
                marriage_date=day_in(row, "parents_marriage_date"),
                marriage_end_date=day_in(row, "marriage_end_date"),
                paternity_registered_date=day_in(row, "paternity_registered_date"),
                court_final_date=day_in(row, "court_final_date"),
            ),
            papers=codes_in(row, "evidence_codes", Paper),
            is_adopted_by_principal=yes_in(row, "is_adopted_by_principal"),
        )
    )
    return {
        "expected_legitimate": yes_cell(decision.accepted),
        "expected_from": day_cell(decision.legitimate_from),
        "expected_reason": decision.code,
        "expected_flags": codes_cell(decision.flags),
    }


TOPIC = Topic(
    name="legitimacy_cases",
    inputs=(
        "principal_sex",
        "child_birth_date",
        "parents_marriage_date",
        "marriage_end_date",
        "nikah_date",
        "paternity_registered_date",
        "court_final_date",
        "named_as_father",
        "is_adopted_by_principal",
        "evidence_codes",
    ),
    expected=("expected_legitimate", "expected_from", "expected_reason", "expected_flags"),
    decide=row_by_row(_decide),
)
