"""child_cases: birth order, quota, entitlement on a day, and spell of each child of a family (spec 3.5-3.7)."""

from datetime import date
from enum import StrEnum

from app.domain.people import Sex
from app.domain.period import Period
from app.rules import children
from app.rules.cases.topic import (
    FOR_PEOPLE,
    NOTHING,
    Row,
    Topic,
    UnknownCell,
    code_in,
    codes_cell,
    day_cell,
    day_in,
    required_day_in,
    yes_cell,
    yes_in,
)
from app.rules.children import ChildDecision
from app.rules.family import Child, Family
from app.rules.incompetence import order_period


class _Legitimacy(StrEnum):
    BY_MOTHER = "BY_MOTHER"
    FROM_DATE = "FROM_DATE"
    NEVER = "NEVER"


def _legitimate_from(row: Row) -> date | None:
    legitimacy = code_in(row, "legitimacy", _Legitimacy)
    if legitimacy is _Legitimacy.NEVER:
        return None
    column = "child_birth_date" if legitimacy is _Legitimacy.BY_MOTHER else "legitimate_to_father_from"
    return required_day_in(row, column)


def _child(place: int, row: Row) -> Child:
    if not (row["seq_in_delivery"].isascii() and row["seq_in_delivery"].isdigit()):
        raise UnknownCell("seq_in_delivery", row["seq_in_delivery"])
    return Child(
        child_id=str(place),
        birth_date=required_day_in(row, "child_birth_date"),
        delivery_id=row["delivery_id"],
        seq_in_delivery=int(row["seq_in_delivery"]),
        legitimate_from=_legitimate_from(row),
        is_adopted_by_principal=yes_in(row, "is_adopted_by_principal"),
        adopted_out_date=day_in(row, "adopted_out_date"),
        registered_marriage_date=day_in(row, "registered_marriage_date"),
        death_date=day_in(row, "death_date"),
        incompetent=order_period(day_in(row, "incompetent_order_date"), day_in(row, "incompetent_revoked_date")),
    )


def _principal_active(row: Row) -> tuple[Period, ...]:
    code_in(row, "principal_sex", Sex)
    start, end = required_day_in(row, "principal_service_start"), day_in(row, "principal_service_end_exclusive")
    return () if end is not None and end <= start else (Period(start, end),)


def _cells(decision: ChildDecision) -> Row:
    period = decision.period
    return {
        "expected_birth_order": NOTHING if decision.birth_order is None else str(decision.birth_order),
        "expected_in_quota": yes_cell(decision.in_quota),
        "expected_entitled": yes_cell(decision.accepted),
        "expected_reason": decision.code,
        "expected_spell_first_day": day_cell(period.from_on if period else None),
        "expected_spell_last_day": day_cell(period.last_day if period else None),
        "expected_flags": codes_cell(decision.flags),
    }


def _refuse_twice(members: dict[int, Row]) -> None:
    """A family has one child of a number in a birth: told twice it would take two places."""
    seen: dict[tuple[str, str], int] = {}
    for place, row in members.items():
        number = row["seq_in_delivery"]
        if seen.setdefault((row["delivery_id"], number.lstrip("0")), place) != place:
            hint = f"family {row['family_id']} has this child of delivery {row['delivery_id']} already"
            raise UnknownCell("seq_in_delivery", number, hint, place)


def _decide(rows: list[Row]) -> list[Row]:
    families: dict[str, dict[int, Row]] = {}
    for place, row in enumerate(rows):
        families.setdefault(row["family_id"], {})[place] = row
    answers: dict[int, Row] = {}
    for members in families.values():
        _refuse_twice(members)
        brood = tuple(_child(place, row) for place, row in members.items())
        for place, row in members.items():
            family = Family(_principal_active(row), brood)
            answers[place] = _cells(children.decide(family, required_day_in(row, "on_date"))[str(place)])
    return [answers[place] for place in range(len(rows))]


TOPIC = Topic(
    name="child_cases",
    inputs=(
        "family_id",
        "principal_sex",
        "principal_service_start",
        "principal_service_end_exclusive",
        "on_date",
        "child_birth_date",
        "delivery_id",
        "seq_in_delivery",
        "legitimacy",
        "legitimate_to_father_from",
        "registered_marriage_date",
        "death_date",
        "adopted_out_date",
        "is_adopted_by_principal",
        "incompetent_order_date",
        "incompetent_revoked_date",
    ),
    expected=(
        "expected_birth_order",
        "expected_in_quota",
        "expected_entitled",
        "expected_reason",
        "expected_spell_first_day",
        "expected_spell_last_day",
        "expected_flags",
    ),
    decide=_decide,
    ignored=FOR_PEOPLE | {"rule", "child"},
)
