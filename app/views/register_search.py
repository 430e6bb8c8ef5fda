"""The search of the register: its form, its words, and where it is kept, so that no address holds a name or a number."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import current_app, session
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.domain import national_id
from app.domain.errors import BadInput
from app.domain.names import tidy
from app.domain.people import PersonnelType, Relation
from app.reports.register_columns import RegisterFilters, RegisterStatus
from app.services.register_reports import find_agency, nameless
from app.views.base import actor
from app.views.labels import label
from app.views.register_words import TITLES, status_label
from app.views.rights_words import words_of_lookup

_KEPT = "register_searches"
_KEPT_LIMIT = 5
_HOLDS_NUMBER = re.compile(r"[0-9]{13}")
_WORDS: dict[str, Any] = {
    "NO_SUCH_AGENCY": _l("No agency within your reach has this code or name."),
    "SEVERAL_AGENCIES": _l("Several agencies have these words in their name; type the eight-digit code."),
}


@dataclass(frozen=True)
class KeptSearch:
    """A search under the random key by which its address names it.

    `agency` is the agency as it was typed, `masked_id` the national ID as far as it may be shown; a kept search does not
    know the whole number any more, it names the rows that it found.
    """

    key: str
    filters: RegisterFilters
    agency: str = ""
    masked_id: str = ""


def _choices(codes: type[StrEnum], words: Callable[[Any], Any]) -> list[SelectChoice]:
    return [SelectChoice("", _l("All")), *(SelectChoice(code.value, words(code)) for code in codes)]


class RegisterForm(FlaskForm):
    """What to look for; everything may stay empty."""

    national_id = StringField(TITLES["national_id"], [Length(max=40)])
    name = StringField(_l("First name or surname"), [Length(max=100)])
    status = SelectField(TITLES["status"], choices=_choices(RegisterStatus, status_label))
    relation = SelectField(TITLES["relation"], choices=_choices(Relation, label))
    personnel_type = SelectField(TITLES["personnel_type"], choices=_choices(PersonnelType, label))
    agency = StringField(_l("Agency (code or name)"), [Length(max=100)])

    def search(self) -> KeptSearch | None:
        """What was typed as a search with a fresh key; None, with the reasons at the fields, where it cannot be read."""
        if not self.validate():
            return None
        try:
            filters, agency = self._filters()
        except BadInput as error:
            self[error.field or "national_id"].errors = [_words_of(error)]
            return None
        masked = national_id.mask(filters.national_id) if filters.national_id else ""
        return KeptSearch(secrets.token_urlsafe(9), filters, agency, masked)

    def show(self, kept: KeptSearch) -> None:
        """Fill the form with a kept search; of a national ID only what may be seen, and so that it is not sent again."""
        values = kept.filters.as_json() | {"agency": kept.agency}
        self.national_id.render_kw = {"placeholder": kept.masked_id} if kept.masked_id else None
        for name in ("name", "status", "relation", "personnel_type", "agency"):
            self[name].data = values.get(name, "")

    def _filters(self) -> tuple[RegisterFilters, str]:
        typed_agency, agency_id = tidy(self.agency.data or ""), None
        if typed_agency:
            agency_id, typed_agency = find_agency(typed_agency, actor=actor(), field="agency")
        typed_id, name = national_id.normalize(self.national_id.data or ""), tidy(self.name.data or "")
        field = "national_id"
        if _HOLDS_NUMBER.search(national_id.normalize(name)):
            typed_id, name, field = name, "", "name"  # else it would be kept as it was typed
        found = RegisterFilters(
            status=RegisterStatus(self.status.data) if self.status.data else None,
            national_id=national_id.parse(typed_id, field=field) if typed_id else None,
            name=name or None,
            agency_id=agency_id,
            relation=Relation(self.relation.data) if self.relation.data else None,
            personnel_type=PersonnelType(self.personnel_type.data) if self.personnel_type.data else None,
        )
        return found, typed_agency


def keep(search: KeptSearch) -> None:
    """Keep a search in the officer's session on the server, without its national ID; the oldest of several gives way."""
    filters = nameless(search.filters, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
    kept = dict(session.get(_KEPT, {}))
    kept[search.key] = {"filters": filters.as_json(), "agency": search.agency, "masked_id": search.masked_id}
    session[_KEPT] = dict(list(kept.items())[-_KEPT_LIMIT:])


def find(key: str) -> KeptSearch | None:
    """The search of this session under `key`, the empty one under the empty key; None when it is not kept any more."""
    if not key:
        return KeptSearch("", RegisterFilters())
    kept = session.get(_KEPT, {}).get(key)
    if kept is None:
        return None
    return KeptSearch(key, RegisterFilters.from_json(kept["filters"]), kept["agency"], kept["masked_id"])


def described(search: KeptSearch) -> str:
    """The search in words, for the Excel file and the list of files; the national ID masked."""
    filters = search.filters
    parts = {
        "status": status_label(filters.status) if filters.status else None,
        "national_id": search.masked_id,
        "first_name": filters.name,
        "agency_name": search.agency,
        "relation": label(filters.relation) if filters.relation else None,
        "personnel_type": label(filters.personnel_type) if filters.personnel_type else None,
    }
    return " · ".join(f"{TITLES[name]}: {word}" for name, word in parts.items() if word) or _("All entries")


def _words_of(error: BadInput) -> str:
    return str(_WORDS[error.code]) if error.code in _WORDS else words_of_lookup(error)
