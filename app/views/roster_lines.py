"""One line of an import as a page shows it: no whole national ID, what stands beside what is proposed, who is alike."""

from collections.abc import Collection
from datetime import date
from typing import Any

from flask_babel import gettext as _

from app.domain import national_id
from app.domain.imports import Fate
from app.domain.people import PersonnelType, Relation, Sex
from app.services.roster_lines import Line
from app.services.rosters.columns import NAME_PARTS
from app.services.rosters.verdict import FamilyRow
from app.views.dates import format_be
from app.views.labels import label
from app.views.roster_words import COLUMNS, WHERE, words_of_remarks, words_of_row

_CODES: dict[str, Any] = {"sex": Sex, "personnel_type": PersonnelType}
_NAMED = {"title_th": "title", "first_name_th": "first_name", "last_name_th": "last_name"}


def shown_line(line: Line, taken_apart: Collection[str] = ()) -> dict[str, Any]:
    """The line in words of the reader's language; on the sheets `taken_apart` it says how a name in one cell was divided."""
    row, record = line.row, line.row.record
    shown: dict[str, Any] = {
        "id": line.id, "sheet": row.sheet, "row": row.excel_row, "code": row.code, "decision": line.decision,
        "words": words_of_row(row), "beside": words_of_remarks(row), "changes": [], "others": [], "name": row.name,
        "refused": row.fate is Fate.CHANGED and row.code != "STANDING",
    }  # fmt: skip
    if record is not None:
        relation = record.relation if isinstance(record, FamilyRow) else Relation.SELF
        shown |= {
            "name": f"{record.title}{record.first_name} {record.last_name}", "masked": national_id.mask(record.national_id),
            "relation": label(relation), "born": format_be(record.birth_date, "medium"),
        }  # fmt: skip
        if row.sheet in taken_apart:
            shown["parts"] = [(COLUMNS[part], getattr(record, part)) for part in NAME_PARTS]
    for beside in row.beside:
        if "field" in beside:
            shown["changes"].append(_change(beside))
        else:
            shown["others"].append(_other(beside))
    return shown


def _change(beside: dict[str, Any]) -> dict[str, str]:
    field = beside["field"]
    name = str(COLUMNS[_NAMED.get(field, field)])
    return {"name": name, "today": _value(field, beside["today"]), "proposed": _value(field, beside["proposed"])}


def _value(field: str, value: Any) -> str:
    if field in _CODES:
        return str(label(_CODES[field](value)))
    return format_be(date.fromisoformat(value), "medium") if field.endswith("_date") else str(value)


def _other(beside: dict[str, Any]) -> dict[str, str]:
    where = str(WHERE[beside["where"]])
    if "sheet" in beside:
        where = _("Row %(row)s of sheet %(sheet)s in this file", row=beside["row"], sheet=beside["sheet"])
    if "name" not in beside:
        return {"where": where, "name": "", "masked": "", "likeness": ""}
    likeness = _("Same name") if beside["same"] else _("Name that sounds alike")
    if beside["digits"] <= 2:
        likeness += " · " + _("the numbers differ in %(count)s digits only", count=beside["digits"])
    return {"where": where, "name": beside["name"], "masked": beside["id"], "likeness": likeness}
