"""A form that somebody else changed meanwhile: both versions side by side, and the page brought up to date."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.domain import national_id
from app.services.family_forms import Member
from app.views.dates import format_be
from app.views.family_fields import FamilyPage, MemberRow, values_of
from app.views.family_outlook import whose
from app.views.labels import label
from app.views.told_words import ASKS

_COMPARED = (
    "relation", "national_id", "title_th", "first_name_th", "middle_name_th", "last_name_th", "birth_date", "sex",
    "personnel_type", "service_start_date", "entitled_from", "birth_order", "seq_in_delivery",
    *(ask.name for ask in ASKS if ask.name != "seq_in_delivery"), "to_follow",
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One field that reads otherwise here than in what was kept meanwhile."""

    field_id: str
    field_name: str
    whose: str
    here: str
    there: str


def bring_up_to_date(page: FamilyPage, drafts: tuple[Member, ...]) -> list[Difference]:
    """Let the page stand on these drafts, with everything typed kept; what differs comes back to be shown.

    Drafts that the page did not have are added to it; a person whose draft is gone becomes a new one.
    """
    now = {draft.request_id: draft for draft in drafts}
    differences: list[Difference] = []
    for row in page.rows():
        draft = now.get(row.request_id.data)
        if row.request_id.data and draft is None:
            differences.append(_difference(row, row.relation, _("On the form"), _("Sent or taken out")))
            _set(row.request_id, None)
            _set(row.seen_version, None)
        elif draft is not None:
            differences += [*_compare(row, draft), *_papers_added(row, draft)]
            _set(row.seen_version, draft.seen_version)
    shown = {row.request_id.data for row in page.rows()}
    for draft in drafts:
        if draft.request_id not in shown:
            entry = page.members.append_entry(values_of(draft))
            entry.form.birth_date.precision = draft.birth_date_precision
            differences.append(_difference(entry.form, entry.form.relation, _("Not on the form"), _("Added")))
    page.seen_requests.data = ",".join(str(number) for number in now)
    return differences


def _compare(row: MemberRow, draft: Member) -> list[Difference]:
    found, values = [], values_of(draft)
    for name in _COMPARED:
        here, there = _readable(name, row[name].data), _readable(name, values[name])
        if name == "birth_date" and row.birth_date.precision is not draft.birth_date_precision:
            there = f"{there} ({label(draft.birth_date_precision)})"
        if here != there:
            found.append(_difference(row, row[name], here or "–", there or "–"))
    return found


def _papers_added(row: MemberRow, draft: Member) -> list[Difference]:
    """Documents that were attached meanwhile come along: saving the page must not take a colleague's paper off."""
    here = list(row.evidence_ids.data or ())
    added = [number for number in draft.evidence_ids if number not in here]
    if not added:
        return []
    row.evidence_ids.data = [*here, *added]
    words = [ngettext("%(num)s document", "%(num)s documents", count) for count in (len(here), len(here) + len(added))]
    return [_difference(row, row.evidence_ids, *words)]


def _difference(row: MemberRow, field: Any, here: str, there: str) -> Difference:
    return Difference(field.id, str(field.label.text), whose(row), here, there)


def _readable(name: str, value: Any) -> str:
    if isinstance(value, date):
        return format_be(value, "medium")
    if isinstance(value, StrEnum):
        return str(label(value))
    if name == "national_id" and value:
        digits = "".join(sign for sign in str(value) if sign.isdigit())
        return national_id.display(digits) if len(digits) == 13 else str(value)
    if value is True:
        return _("yes")
    return "" if value in (None, False) else str(value)


def _set(field: Any, value: Any) -> None:
    field.data, field.raw_data = value, None
