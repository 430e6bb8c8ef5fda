"""Lines about rights that stand here already: what they say beside what the register says today."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from app.domain.names import same_name
from app.domain.people import Relation, Sex
from app.services.roster_register import OwnPerson
from app.services.rosters.verdict import FamilyRow, PrincipalRow

Right = tuple[str, str, Relation]
_NAMES = ("title_th", "first_name_th", "last_name_th")


def by_right(own: Sequence[OwnPerson]) -> dict[Right, OwnPerson]:
    """The rights that stand, by person, principal and relation; of several spells the newest."""
    return {(p.national_id, p.principal_national_id, p.relation): p for p in own if p.stands}


def between(
    row: PrincipalRow | FamilyRow, standing: Mapping[Right, OwnPerson], sex: Sex | None
) -> tuple[dict[str, Any], ...]:
    """The fields in which a line differs from the right that stands, each with `field`, `today` and `proposed`.

    A field that the sheet does not have, or that the register does not know, is no difference.
    """
    own = isinstance(row, PrincipalRow)
    right = (row.national_id, row.national_id, Relation.SELF) if own else _of_family(row)
    today = standing.get(right)
    if today is None:
        return ()
    said: dict[str, Any] = {
        "title_th": row.title, "first_name_th": row.first_name, "last_name_th": row.last_name,
        "birth_date": row.birth_date, "sex": sex,
    }  # fmt: skip
    if isinstance(row, PrincipalRow):
        said |= {"personnel_type": row.personnel_type, "service_start_date": row.service_start_date}
    return tuple(
        {"field": name, "today": plain(getattr(today, name)), "proposed": plain(value)}
        for name, value in said.items()
        if _differ(name, getattr(today, name), value)
    )


def plain(value: Any) -> Any:
    """A day or a code as text, fit for JSON; the field's name tells what it was."""
    return value.isoformat() if isinstance(value, date) else value.value if isinstance(value, StrEnum) else value


def _of_family(row: Any) -> Right:
    return (row.national_id, row.holder_national_id, row.relation)


def _differ(name: str, today: Any, said: Any) -> bool:
    if today in (None, "") or said in (None, ""):
        return False
    return not same_name(today, said) if name in _NAMES else bool(today != said)
