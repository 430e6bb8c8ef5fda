"""parent_cases: is this parent accepted on this evidence, from which day (spec 3.2)?"""

from app.domain.people import Relation
from app.rules import parents
from app.rules.cases.topic import (
    NOTHING,
    Row,
    Topic,
    UnknownCell,
    code_in,
    codes_in,
    day_cell,
    day_in,
    optional_code_in,
    required_day_in,
    row_by_row,
    yes_cell,
)
from app.rules.fatherhood import Parentage
from app.rules.papers import Paper
from app.rules.parents import Kinship, ParentFacts
from app.rules.schemes import Scheme


def _facts(row: Row) -> ParentFacts:
    relation = code_in(row, "relation", Relation)
    if relation not in (Relation.MOTHER, Relation.FATHER):
        raise UnknownCell("relation", row["relation"])
    return ParentFacts(
        relation=relation,
        kinship=code_in(row, "kinship", Kinship),
        principal_from=required_day_in(row, "principal_service_start"),
        parentage=Parentage(
            birth_date=required_day_in(row, "principal_birth_date"),
            marriage_date=day_in(row, "parents_marriage_date"),
            marriage_end_date=day_in(row, "parents_divorce_date"),
            paternity_registered_date=day_in(row, "paternity_registered_date"),
            court_final_date=day_in(row, "court_final_date"),
        ),
        papers=codes_in(row, "evidence_codes", Paper),
        death_date=day_in(row, "parent_death_date"),
        own_scheme=optional_code_in(row, "parent_own_scheme", Scheme),
    )


def _decide(row: Row) -> Row:
    decision = parents.decide(_facts(row))
    period = decision.period
    return {
        "expected_accept": yes_cell(decision.accepted),
        "expected_reason": decision.code,
        "expected_entitled_from": day_cell(period.from_on if period else None),
        "expected_entitled_last_day": day_cell(period.last_day if period else None),
        "expected_status": decision.state or NOTHING,
    }


TOPIC = Topic(
    name="parent_cases",
    inputs=(
        "relation",
        "kinship",
        "principal_birth_date",
        "principal_service_start",
        "parents_marriage_date",
        "parents_divorce_date",
        "paternity_registered_date",
        "court_final_date",
        "parent_death_date",
        "parent_own_scheme",
        "evidence_codes",
    ),
    expected=(
        "expected_accept",
        "expected_reason",
        "expected_entitled_from",
        "expected_entitled_last_day",
        "expected_status",
    ),
    decide=row_by_row(_decide),
)
