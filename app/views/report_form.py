"""The choices of a report: its filters as fields in words, its columns, its order, and the address that says all of it."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.domain.actor import ScopeKind
from app.domain.errors import BadInput
from app.domain.names import tidy
from app.domain.people import PersonnelType, Relation
from app.domain.thai_calendar import parse_be_date, to_arabic_digits
from app.reports.dependents import STANDING
from app.reports.pending_work import WAITING
from app.reports.register_columns import RegisterStatus
from app.reports.report import MOST_DAYS, MOST_YEARS, Asked, Change, Filters, Report
from app.services import reports
from app.services.register_reports import find_agency
from app.views.base import actor
from app.views.dates import format_be, format_be_instant
from app.views.labels import label
from app.views.register_words import TITLES, status_label
from app.views.report_words import CHANGES, column_title, words_of_report

_ONE_DAY = timedelta(days=1)


def _day(words: Any) -> StringField:
    return StringField(words, [Length(max=40)], render_kw={"placeholder": "1/10/2569", "data-day": ""})


def _count(words: Any) -> StringField:
    return StringField(words, [Length(max=6)], render_kw={"inputmode": "numeric"})


class ReportForm(FlaskForm):
    """Every filter that any report knows; a report's form keeps its own. Everything may stay empty."""

    agency_id = StringField(_l("Agency (code or name)"), [Length(max=100)])
    status = SelectField(TITLES["status"], default="")
    request_status = SelectField(TITLES["status"], default="")
    change = SelectField(_l("Change"), default="")
    relation = SelectField(TITLES["relation"], default="")
    personnel_type = SelectField(TITLES["personnel_type"], default="")
    from_day = _day(_l("From (day)"))
    until_day = _day(_l("Until (day)"))
    round_id = SelectField(_l("Round"), default="")
    age_from = _count(_l("Age from (years)"))
    age_to = _count(_l("Age up to (years)"))
    of_age_within = _count(_l("Comes of age within (days)"))
    order = SelectField(_l("Sorted by"), default="")

    def __init__(self, report: Report, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report = report
        one_agency = actor().scope.kind is ScopeKind.AGENCY
        for name in Filters.__dataclass_fields__:
            if name not in report.filters or (name == "agency_id" and one_agency):
                del self[name]
        for name, choices in self._choices().items():
            if name in self:
                self[name].choices = [SelectChoice("", _l("All")), *(SelectChoice(*choice) for choice in choices)]
        self.order.choices = list(self._orders())

    @property
    def filter_names(self) -> list[str]:
        """The fields that filter, in order."""
        return [name for name in Filters.__dataclass_fields__ if name in self]

    def asked(self, columns: tuple[str, ...] | None) -> Asked | None:
        """What was typed and ticked; None, with the reasons at the fields, where it cannot be read."""
        if not self.validate():
            return None
        read: dict[str, Any] = {}
        for name in self.filter_names:
            text = tidy(self[name].data or "")
            try:
                read[name] = _READERS[name](name, text) if text else None
            except BadInput as error:
                self[error.field or name].errors = [words_of_report(error)]
        filters = Filters(**read)
        self._compare(filters)
        return None if self.errors else Asked(self.report.code, columns, filters, self.order.data or "")

    def show(self, asked: Asked) -> None:
        """Fill the form with a choice."""
        self.order.data = asked.order
        for name in self.filter_names:
            self[name].data = _typed(name, getattr(asked.filters, name))

    def in_words(self, asked: Asked) -> dict[Any, Any]:
        """Each filter that is set: its label and its value as people read them."""
        return {
            self[name].label.text: _readable(self[name], name, getattr(asked.filters, name))
            for name in self.filter_names
            if getattr(asked.filters, name) is not None
        }

    def _choices(self) -> dict[str, list[tuple[str, Any]]]:
        states = STANDING if self.report.code == "dependents" else RegisterStatus
        return {
            "status": [(code.value, status_label(code)) for code in states],
            "request_status": [(code.value, label(code)) for code in WAITING],
            "change": [(code.value, CHANGES[code]) for code in Change],
            "relation": [(code.value, label(code)) for code in self._relations()],
            "personnel_type": [(code.value, label(code)) for code in PersonnelType],
            "round_id": self._rounds() if "round_id" in self else [],
        }

    def _relations(self) -> list[Relation]:
        without_own = self.report.code == "dependents"
        return [code for code in Relation if not (without_own and code is Relation.SELF)]

    def _rounds(self) -> list[tuple[str, Any]]:
        return [(str(row.id), format_be_instant(row.scheduled_at)) for row in reports.rounds_offered()]

    def _orders(self) -> Any:
        for place, name in enumerate(self.report.orders):
            yield SelectChoice("" if place == 0 else name, column_title(name))
            yield SelectChoice(f"-{name}", _l("%(column)s, the last first", column=column_title(name)))

    def _compare(self, filters: Filters) -> None:
        for first, last, code in (("from_day", "until_day", "DAYS_SWAPPED"), ("age_from", "age_to", "AGES_SWAPPED")):
            low, high = getattr(filters, first), getattr(filters, last)
            if low is not None and high is not None and (high <= low if first == "from_day" else high < low):
                self[last].errors = [words_of_report(BadInput(code))]


def query_of(asked: Asked) -> dict[str, Any]:
    """The choice as the words of an address: codes, numbers and days, never a name or a number of a person."""
    query: dict[str, Any] = dict(asked.filters.as_json())
    if asked.columns is not None:
        query["columns"] = ",".join(asked.columns)
    return query | ({"order": asked.order} if asked.order else {})


def asked_of(code: str, query: Mapping[str, str]) -> Asked:
    """The choice that an address says; what it says wrongly counts as not said."""
    found = {}
    for name in Filters.__dataclass_fields__:
        try:
            found |= Filters.from_json({name: query[name]}).as_json() if query.get(name) else {}
        except ValueError:
            continue
    columns = tuple(query["columns"].split(",")) if query.get("columns") else None
    return Asked(code, columns, Filters.from_json(found), query.get("order", ""))


def ticked_columns(report: Report) -> tuple[str, ...] | None:
    """The columns that were ticked, None where they are those that stand there at first."""
    ticked = request.form.getlist("column") if isinstance(request.form, MultiDict) else []
    chosen = tuple(field.name for field in report.fields if field.name in ticked)
    at_first = tuple(field.name for field in report.chosen(None))
    return None if not chosen or chosen == at_first else chosen


def _whole(most: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        digits = to_arabic_digits(text)
        if not digits.isdecimal() or int(digits) > most:
            raise BadInput("NOT_A_COUNT", field=name, most=most)
        return int(digits)

    return read


_READERS: dict[str, Callable[[str, str], Any]] = {
    "agency_id": lambda name, text: find_agency(text, actor=actor(), field=name)[0],
    "status": lambda _name, text: RegisterStatus(text),
    "request_status": lambda _name, text: next(code for code in WAITING if code == text),
    "change": lambda _name, text: Change(text),
    "relation": lambda _name, text: Relation(text),
    "personnel_type": lambda _name, text: PersonnelType(text),
    "from_day": lambda name, text: parse_be_date(text, field=name),
    "until_day": lambda name, text: parse_be_date(text, field=name) + _ONE_DAY,
    "round_id": lambda _name, text: int(text),
    "age_from": _whole(MOST_YEARS),
    "age_to": _whole(MOST_YEARS),
    "of_age_within": _whole(MOST_DAYS),
}


def _typed(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "agency_id":
        return reports.agency_name(value, actor=actor())
    if isinstance(value, date):
        return format_be(value - _ONE_DAY if name == "until_day" else value)
    return value.value if isinstance(value, StrEnum) else str(value)


def _readable(field: Any, name: str, value: Any) -> Any:
    if isinstance(value, date):
        return format_be(value - _ONE_DAY if name == "until_day" else value, "medium")
    if name == "agency_id":
        return reports.agency_name(value, actor=actor())
    if isinstance(field, SelectField):
        return next((words for code, words, *_ in field.choices if code == str(value)), None)
    return value
