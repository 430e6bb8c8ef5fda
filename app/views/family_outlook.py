"""What the form knows before it is sent: what is still wrong with what was typed, and what approval would bring."""

from typing import Any

from flask_babel import gettext as _

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.people import Relation
from app.services.coming_round import coming_round
from app.services.prospects import Prospect, prospects
from app.views.dates import format_be, format_be_instant
from app.views.family_fields import MemberRow
from app.views.family_words import words_of_family
from app.views.labels import label


def outlook(rows: list[MemberRow], principal_national_id: str | None, actor: Actor) -> dict[str, Any]:
    """{left, then, round}: lines as the side column shows them, {id, whose, words} and {row, who, words, look}.

    Empty fields are not among what is left: the page counts those itself.
    """
    known = [row for row in rows if row.relation.data is not None]
    found = prospects(
        [row.member(None) for row in known], principal_national_id=principal_national_id, actor=actor
    )  # fmt: skip
    left = [line for row in rows for line in _faults(row)]
    for row, prospect in zip(known, found, strict=True):
        left += [_line(row, _field(row, error.field), words_of_family(error)) for error in prospect.refusals]
    own = next((prospect for row, prospect in zip(known, found, strict=True) if row.is_own()), None)
    is_barred = own is not None and bool(own.refusals)
    return {
        "left": left,
        "then": [_promise(row, prospect, is_barred=is_barred) for row, prospect in zip(known, found, strict=True)],
        "round": coming_words(),
    }


def coming_words() -> str:
    """From which round on hospitals see what is approved now."""
    coming = coming_round()
    day, hour = format_be_instant(coming.slot.scheduled_at).rsplit(" ", 2)[0], _hour(coming.slot.scheduled_at)
    if coming.is_today:
        return _("Round %(hour)s, if approved before", hour=hour)
    return _("Round %(hour)s of %(day)s, if approved before", hour=hour, day=day)


def whose(row: MemberRow) -> str:
    """How a line names a person of the form: by relation, and by name once there is one."""
    relation = str(label(row.relation.data)) if row.relation.data else _("Family member")
    name = " ".join(part for part in (row.first_name_th.data, row.last_name_th.data) if part)
    return f"{relation} {name}".strip()


def _hour(instant: Any) -> str:
    return " ".join(format_be_instant(instant).rsplit(" ", 2)[1:])


def _faults(row: MemberRow) -> list[dict[str, str]]:
    """What the fields themselves refuse of what was typed into them; what they show already stays."""
    lines = []
    for field in row.typed_fields():
        shown = field.errors
        field.validate(row)
        lines += [_line(row, field, str(error)) for error in field.errors]
        field.errors = shown
    return lines


def _line(row: MemberRow, field: Any, words: str) -> dict[str, str]:
    return {"id": field.id, "whose": whose(row), "field": str(field.label.text), "words": words}


def _field(row: MemberRow, name: str | None) -> Any:
    field = row._fields.get((name or "").rpartition("-")[2])
    return row.national_id if field is None else field


def _promise(row: MemberRow, prospect: Prospect, *, is_barred: bool) -> dict[str, str]:
    line = {"row": row.relation.name.rpartition("-")[0], "who": whose(row)}
    if prospect.refusals:
        return line | {"look": "bad", "words": _("Not possible like this")}
    if is_barred:
        return line | {"look": "", "words": _("Waits for: %(field)s", field=_("Principal"))}
    if prospect.from_on is None:
        missing = row.birth_date
        if row.relation.data is Relation.SELF and row.birth_date.data is not None:
            missing = row.service_start_date
        return line | {"look": "", "words": _("Waits for: %(field)s", field=missing.label.text)}
    words = _("Entitled from %(day)s", day=format_be(prospect.from_on, "medium"))
    if prospect.last_day is not None:
        words += " " + _("until %(day)s", day=format_be(prospect.last_day, "medium"))
    return line | {"look": "good", "words": words + (f" ({prospect.sub_inscl})" if prospect.sub_inscl else "")}


def shown_day(instant: Any) -> str:
    """An instant by its hour alone where it is of today, else with its day."""
    today = bangkok_day(coming_round().now)
    return _hour(instant) if bangkok_day(instant) == today else format_be_instant(instant)
