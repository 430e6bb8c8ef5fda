"""Form fields and formatters of the house: Buddhist-era dates, codes by their labels, instants in Bangkok time."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask_appbuilder.fields import EnumField, QuerySelectField
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import Field, ValidationError
from wtforms.fields.choices import Choice
from wtforms.widgets import Select, TextInput

from app.domain.errors import BadInput
from app.domain.thai_calendar import parse_be_date
from app.views.dates import format_be, format_be_instant
from app.views.errors import words_of
from app.views.labels import label

_THAI = re.compile("[ก-๛]")
NOTHING = "–"
CHOOSE = _l("Please choose")
SWAPPED = _l("The last day lies before the first.")


class BEDateWidget(TextInput):
    """A text box for a Buddhist-era date; js/house/calendar.js adds a calendar to it."""

    def __call__(self, field: Field, **kwargs: Any) -> Markup:
        kwargs.setdefault("class", "form-control")
        kwargs.setdefault("placeholder", "1/10/2569")
        kwargs.setdefault("autocomplete", "off")
        kwargs["data-day"] = "1"
        if "name_" in kwargs:  # how Flask-AppBuilder's search form names its fields
            field.name = kwargs["name_"]
        return super().__call__(field, **kwargs)


class BEDateField(Field):
    """A day typed in the Buddhist era; `data` is a date, or None when nothing was typed."""

    widget = BEDateWidget()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return format_be(self.data) if isinstance(self.data, date) else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = parse_be_date(valuelist[0], field=self.name)
            except BadInput as refusal:
                raise ValueError(words_of(refusal)) from refusal


class NotBefore:
    """The last day of a range: not before the first one, which the field of this name holds."""

    def __init__(self, first: str) -> None:
        self.first = first

    def __call__(self, form: Any, field: Field) -> None:
        first = form[self.first].data
        if field.data is not None and first is not None and field.data < first:
            raise ValidationError(SWAPPED)


class CodeField(EnumField):
    """A choice from a closed list, shown by its labels; whatever is not in the list counts as nothing chosen."""

    def __init__(self, enum_class: Any, enums: list[str], **kwargs: Any) -> None:
        super().__init__(enum_class, enums, **kwargs | {"widget": Select()})
        self.coerce = lambda value: enum_class(value) if value in set(enum_class) else None
        self.choices = [("", CHOOSE), *((member.value, label(member)) for member in enum_class)]

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not in the list; the stock field's own error nobody catches."""
        if self.data is None and self.raw_data and self.raw_data[0]:
            raise ValidationError(self.gettext("Not a valid choice"))


class RowField(QuerySelectField):
    """A choice from the rows of a code table, none to begin with."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs | {"widget": Select(), "allow_blank": True, "blank_text": CHOOSE})

    def iter_choices(self) -> Iterator[Choice]:
        """The rows as options, in the shape that the form library expects from its next version on."""
        return (Choice(*option[:3], in_its_language(option[1])) for option in super().iter_choices())


def language_of(words: Any) -> str:
    """`th` where Thai words stand on a page in another language; else empty."""
    return "th" if str(get_locale()) != "th" and _THAI.search(str(words)) else ""


def in_its_language(words: Any) -> dict[str, str]:
    """The attribute of an option whose words are not in the page's language; none for others."""
    return {"lang": "th"} if language_of(words) else {}


def be_date(day: date | None) -> str:
    """A day as `1 มี.ค. 2569`; a dash for none."""
    return format_be(day, "medium") if day else NOTHING


def be_instant(instant: datetime | None) -> str:
    """An instant as `1 มี.ค. 2569 11.00 น.`; a dash for none."""
    return format_be_instant(instant) if instant else NOTHING


def code_label(kind: type[Any]) -> Any:
    """A formatter that shows a code of the closed list `kind` by its label, whether it comes as member or as text."""
    return lambda code: NOTHING if code is None else label(kind(code))


def yes_no(value: bool | None) -> str:
    """A mark for true, a dash for false."""
    return "✓" if value else NOTHING
