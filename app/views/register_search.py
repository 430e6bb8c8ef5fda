"""Where a search of the register is kept, so that no address holds a name or a number, and how it is put in words."""

import secrets
from dataclasses import dataclass
from typing import Any, Self

from flask import current_app, session
from flask_babel import gettext as _

from app.domain import national_id
from app.domain.thai_calendar import BE_OFFSET
from app.reports.register_columns import RegisterFilters
from app.services.register_reports import nameless
from app.services.saved_views import View
from app.views.base import actor
from app.views.dates import format_be
from app.views.labels import label
from app.views.register_form import RegisterForm, month_name, shown_days
from app.views.register_words import TITLES, status_label

SCREEN = "register"  # the name of the list among the saved views
_KEPT = "register_searches"
_KEPT_LIMIT = 5


@dataclass(frozen=True)
class KeptSearch:
    """A search under the random key by which its address names it.

    `agency` is the agency as it was typed, `masked_id` the national ID as far as it may be shown; a kept search does not
    know the whole number any more, it names the rows that it found. `columns` are those of the saved view that it is.
    """

    key: str
    filters: RegisterFilters
    agency: str = ""
    masked_id: str = ""
    columns: tuple[str, ...] | None = None

    @classmethod
    def of_form(cls, form: RegisterForm) -> Self | None:
        """What was typed as a search with a fresh key; None, with the reasons at the fields, where it cannot be read."""
        asked = form.asked()
        if asked is None:
            return None
        number = asked.filters.national_id
        return cls(secrets.token_urlsafe(9), asked.filters, asked.agency, national_id.mask(number) if number else "")

    @classmethod
    def of_view(cls, view: View) -> Self:
        """A saved view as a search with a fresh key."""
        filters, columns = RegisterFilters.from_json(view.query["filters"]), view.columns
        return cls(
            secrets.token_urlsafe(9), filters, view.query["agency"], columns=None if columns is None else tuple(columns)
        )

    @property
    def names_nobody(self) -> bool:
        """Whether it may be kept for long: it looks for no single person."""
        return self.filters.national_id is None and self.filters.rows is None

    def query(self) -> dict[str, Any]:
        """The search as a saved view keeps it."""
        return {"filters": self.filters.as_json(), "agency": self.agency}


def keep(search: KeptSearch) -> None:
    """Keep a search in the officer's session on the server, without its national ID; the oldest of several gives way."""
    filters = nameless(search.filters, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
    kept = dict(session.get(_KEPT, {}))
    kept[search.key] = {
        "filters": filters.as_json(), "agency": search.agency, "masked_id": search.masked_id,
        "columns": None if search.columns is None else list(search.columns),
    }  # fmt: skip
    session[_KEPT] = dict(list(kept.items())[-_KEPT_LIMIT:])


def find(key: str) -> KeptSearch | None:
    """The search of this session under `key`, the empty one under the empty key; None when it is not kept any more."""
    if not key:
        return KeptSearch("", RegisterFilters())
    kept = session.get(_KEPT, {}).get(key)
    if kept is None:
        return None
    columns = kept.get("columns")
    filters = RegisterFilters.from_json(kept["filters"])
    return KeptSearch(key, filters, kept["agency"], kept["masked_id"], None if columns is None else tuple(columns))


def conditions(search: KeptSearch) -> list[str]:
    """What is looked for, a phrase for each field that is filled in; the national ID masked."""
    filters, titles = search.filters, RegisterForm(formdata=None, meta={"csrf": False})
    parts: dict[Any, Any] = {
        TITLES["status"]: status_label(filters.status) if filters.status else None,
        TITLES["national_id"]: search.masked_id,
        titles.name_begins.choices[1][1] if filters.name_begins else TITLES["first_name"]: filters.name,
        TITLES["agency_name"]: search.agency,
        TITLES["relation"]: label(filters.relation) if filters.relation else None,
        TITLES["personnel_type"]: label(filters.personnel_type) if filters.personnel_type else None,
        titles.birth_month.label.text: month_name(filters.birth_month) if filters.birth_month else None,
        titles.birth_year.label.text: str(filters.birth_year + BE_OFFSET) if filters.birth_year else None,
        **{titles[name].label.text: format_be(day, "medium") for name, day in shown_days(filters).items()},
    }
    return [f"{title}: {words}" for title, words in parts.items() if words]


def described(search: KeptSearch) -> str:
    """The search in words, for the Excel file and the list of files."""
    return " · ".join(conditions(search)) or _("All entries")
