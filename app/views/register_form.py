"""The fields by which the register is searched: words and lists, days and years of the Buddhist era."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.domain import national_id
from app.domain.errors import BadInput
from app.domain.names import tidy
from app.domain.people import PersonnelType, Relation
from app.domain.thai_calendar import BE_OFFSET, parse_be_date
from app.reports.register_columns import RegisterFilters, RegisterStatus
from app.services.register_reports import find_agency
from app.views.base import actor
from app.views.dates import format_be
from app.views.fields import SWAPPED
from app.views.labels import label
from app.views.register_words import TITLES, status_label, words_of_register

_HOLDS_NUMBER = re.compile(r"[0-9]{13}")
_ONE_DAY = timedelta(days=1)
# Fields of the form for the first and the last day of a range, each with its end in the filters.
FIRST_DAYS = {"born_from": "born_from", "begins_from": "begins_from", "ends_from": "ends_from"}
LAST_DAYS = {"born_to": "born_until", "begins_to": "begins_until", "ends_to": "ends_until"}
DAYS = ("born_from", "born_to", "begins_from", "begins_to", "ends_from", "ends_to")


@dataclass(frozen=True)
class Asked:
    """What a valid form asks for; `agency` is the name of the agency that was meant."""

    filters: RegisterFilters
    agency: str


def _choices(codes: type[StrEnum], words: Callable[[Any], Any]) -> list[SelectChoice]:
    return [SelectChoice("", _l("All")), *(SelectChoice(code.value, words(code)) for code in codes)]


def _day(words: Any) -> StringField:
    return StringField(words, [Length(max=40)], render_kw={"placeholder": "1/10/2569", "data-day": ""})


class RegisterForm(FlaskForm):
    """What to look for; everything may stay empty."""

    national_id = StringField(TITLES["national_id"], [Length(max=40)])
    name = StringField(_l("First name or surname"), [Length(max=100)])
    name_begins = SelectField(
        _l("Where in the name"), choices=[("", _l("Anywhere")), ("yes", _l("At its beginning"))], default=""
    )
    status = SelectField(TITLES["status"], choices=_choices(RegisterStatus, status_label), default="")
    relation = SelectField(TITLES["relation"], choices=_choices(Relation, label), default="")
    personnel_type = SelectField(TITLES["personnel_type"], choices=_choices(PersonnelType, label), default="")
    agency = StringField(_l("Agency (code or name)"), [Length(max=100)])
    birth_month = SelectField(_l("Month of birth"), default="")
    birth_year = StringField(_l("Year of birth (B.E.)"), [Length(max=20)])
    born_from = _day(_l("Born from (day)"))
    born_to = _day(_l("Born until (day)"))
    begins_from = _day(_l("Right begins from (day)"))
    begins_to = _day(_l("Right begins until (day)"))
    ends_from = _day(_l("Right ends from (day)"))
    ends_to = _day(_l("Right ends until (day)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.birth_month.choices = [("", str(_l("All"))), *((str(no), month_name(no)) for no in range(1, 13))]

    def asked(self) -> Asked | None:
        """What was typed; None, with the reasons at the fields, where it cannot be read."""
        if not self.validate():
            return None
        readers = {name: self._reader(name) for name in self._fields if name != "csrf_token"}
        read: dict[str, Any] = {}
        for name, reader in readers.items():
            try:
                read[name] = reader()
            except BadInput as error:
                self[error.field or name].errors = [words_of_register(error)]
        self._compare(read)
        if self.errors:
            return None
        agency_id, agency = read.pop("agency")
        number, name = read.pop("national_id"), read.pop("name")
        begins = read.pop("name_begins") or None
        if _HOLDS_NUMBER.search(national_id.normalize(name)):  # else it would be kept as it was typed
            number, name = self._number_from_name(name), ""
        if self.errors:
            return None
        days = {LAST_DAYS.get(key, key): read.pop(key) for key in DAYS}
        return Asked(
            RegisterFilters(
                national_id=number,
                name=name or None,
                name_begins=begins if name else None,
                agency_id=agency_id,
                **days,
                **read,
            ),
            agency,
        )

    def show(self, filters: RegisterFilters, agency: str, masked_id: str) -> None:
        """Fill the form with a kept search; of a national ID only what may be seen, and so that it is not sent again."""
        self.national_id.render_kw = {"placeholder": masked_id} if masked_id else None
        self.agency.data = agency
        self.name_begins.data = "yes" if filters.name_begins else ""
        for name in ("name", "status", "relation", "personnel_type"):
            self[name].data = getattr(filters, name) or ""
        self.birth_month.data = str(filters.birth_month or "")
        self.birth_year.data = str(filters.birth_year + BE_OFFSET) if filters.birth_year else ""
        for name, day in shown_days(filters).items():
            self[name].data = format_be(day)

    def _compare(self, read: dict[str, Any]) -> None:
        """Say at its field which last day lies before the first."""
        for first, last in zip(FIRST_DAYS, LAST_DAYS, strict=True):
            begin, end = read.get(first), read.get(last)
            if begin is not None and end is not None and end <= begin:
                self[last].errors = [str(SWAPPED)]

    def _reader(self, name: str) -> Callable[[], Any]:
        """How the words of a field are read; raises BadInput."""
        text = tidy(self[name].data or "")
        readers: dict[str, Callable[[], Any]] = {
            "national_id": lambda: national_id.parse(text, field=name) if national_id.normalize(text) else None,
            "name": lambda: text,
            "name_begins": lambda: text == "yes",
            "agency": lambda: find_agency(text, actor=actor(), field=name) if text else (None, ""),
            "status": lambda: RegisterStatus(text) if text else None,
            "relation": lambda: Relation(text) if text else None,
            "personnel_type": lambda: PersonnelType(text) if text else None,
            "birth_month": lambda: int(text) if text else None,
            "birth_year": lambda: parse_be_date(f"1/1/{text}", field=name).year if text else None,
        }
        return readers.get(name) or (lambda: _read_day(name, text))

    def _number_from_name(self, name: str) -> str | None:
        try:
            return national_id.parse(name, field="name")
        except BadInput as error:
            self.name.errors = [words_of_register(error)]
            return None


def shown_days(filters: RegisterFilters) -> dict[str, date]:
    """The first and last days of the ranges that `filters` have, by the field of the form."""
    days = {name: getattr(filters, key) for name, key in FIRST_DAYS.items()}
    ends = {name: getattr(filters, key) for name, key in LAST_DAYS.items()}
    days |= {name: end and end - _ONE_DAY for name, end in ends.items()}
    return {name: day for name in DAYS if (day := days[name]) is not None}


def month_name(number: int) -> str:
    """The name of a month in the reader's language."""
    return format_date(date(2000, number, 1), "LLLL")


def _read_day(name: str, text: str) -> date | None:
    if not text:
        return None
    day = parse_be_date(text, field=name)
    return day + _ONE_DAY if name in LAST_DAYS else day
