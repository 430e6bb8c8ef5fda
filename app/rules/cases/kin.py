"""kin_cases: can these two people be related as told, and what about it wants a second look (spec 3.2-3.7)?

`other_relatives` are the principal's other relatives as `RELATION@birth date`, the death behind `/`, a child's number in its
birth behind `#`: `CHILD@2015-03-01#2; MOTHER@1960-01-01`.
"""

from datetime import date

from app.domain.people import Relation, Sex
from app.rules import impossible, unlikely
from app.rules.around import Around
from app.rules.cases.topic import (
    NOTHING,
    Row,
    Topic,
    UnknownCell,
    code_in,
    codes_cell,
    day_in,
    optional_code_in,
    row_by_row,
    yes_in,
)
from app.rules.decision import OK
from app.rules.impossible import EVENTS
from app.rules.kin import kin_of
from app.rules.parents import Kinship
from app.rules.relatives import Relative
from app.rules.told import Told

_OTHERS = "other_relatives"


def _number(row: Row, column: str, text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit()):
        raise UnknownCell(column, row[column])
    return int(text) if text else None


def _other(row: Row, text: str, place: int) -> Relative:
    relation, _, rest = text.strip().partition("@")
    days, _, seq = rest.partition("#")
    born, _, died = days.partition("/")
    try:
        found, day = Relation(relation), date.fromisoformat(born)
        told = Told(death_date=date.fromisoformat(died) if died else None)
    except ValueError:
        raise UnknownCell(_OTHERS, row[_OTHERS]) from None
    sex = {Relation.MOTHER: Sex.F, Relation.FATHER: Sex.M}.get(found)
    return Relative(f"other-{place}", found, day, sex, told, seq_in_delivery=_number(row, _OTHERS, seq))


def _relative(row: Row) -> Relative:
    relation = code_in(row, "relation", Relation)
    if relation is Relation.SELF:
        raise UnknownCell("relation", row["relation"])
    told = Told(
        kinship=optional_code_in(row, "kinship", Kinship),
        is_adopted=yes_in(row, "is_adopted"),
        in_care=yes_in(row, "in_care"),
        elder_minor_deaths=_number(row, "elder_minor_deaths", row["elder_minor_deaths"]),
        **{event: day_in(row, event) for event in EVENTS},  # type: ignore[arg-type]
    )
    return Relative(
        "asked", relation, day_in(row, "person_birth_date"), optional_code_in(row, "person_sex", Sex), told,
        seq_in_delivery=_number(row, "seq_in_delivery", row["seq_in_delivery"]),
    )  # fmt: skip


def _decide(row: Row) -> Row:
    others = [text.strip() for text in row[_OTHERS].split(";") if text.strip()]
    known = [
        text for text in others if "#" in text or not text.startswith(Relation.CHILD)
    ]  # others may be twins untold
    if len(set(known)) < len(known):
        raise UnknownCell(_OTHERS, row[_OTHERS], "one person stands there twice")
    around = Around(
        date.max, optional_code_in(row, "principal_sex", Sex), day_in(row, "principal_birth_date"), (),
        tuple(_other(row, text, place) for place, text in enumerate(others)), told_on=day_in(row, "told_on"),
    )  # fmt: skip
    kin = kin_of(_relative(row), around)
    fault = impossible.fault_of(kin)
    return {
        "expected_reason": OK if fault is None else fault.code,
        "expected_field": NOTHING if fault is None else fault.found.field,
        "expected_doubts": NOTHING if fault else codes_cell(clause.code for clause in unlikely.doubts_of(kin)),
    }


TOPIC = Topic(
    name="kin_cases",
    inputs=(
        "told_on", "relation", "kinship", "is_adopted", "principal_sex", "principal_birth_date", "person_sex",
        "person_birth_date", *EVENTS, "in_care", "seq_in_delivery", "elder_minor_deaths",
        _OTHERS,
    ),
    expected=("expected_reason", "expected_field", "expected_doubts"),
    decide=row_by_row(_decide),
)  # fmt: skip
