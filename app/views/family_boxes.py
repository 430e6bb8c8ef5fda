"""The boxes that the clerk's forms are made of: a choice from a closed list, a day, a small number, a tick."""

import re
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, TextInput

from app.domain.errors import BadInput
from app.domain.thai_calendar import parse_be_date, to_arabic_digits
from app.views.family_words import words_of_family
from app.views.fields import BEDateField
from app.views.labels import label

_WHOLE = re.compile("[0-9]{1,10}")


class ChoiceOf(SelectField):
    """A choice from a closed list by its labels; `data` is the member or None."""

    def __init__(self, kind: type[StrEnum], text: Any = None, **kwargs: Any) -> None:
        choices = [SelectChoice("", "–"), *(SelectChoice(member.value, label(member)) for member in kind)]
        super().__init__(text, choices=choices, coerce=lambda value: kind(value) if value else None, **kwargs)


class DayField(BEDateField):
    """A day of the Buddhist era that is refused in this form's own words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = parse_be_date(valuelist[0], field=self.name)
            except BadInput as refusal:
                raise ValueError(words_of_family(refusal)) from refusal


class NumberField(Field):
    """A small whole number in a box or a hidden field; `data` is an int or None."""

    widget = TextInput()

    def __init__(self, text: Any = None, *, most: int, **kwargs: Any) -> None:
        super().__init__(text, **kwargs)
        self.most = most

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = to_arabic_digits(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if typed:
            if not _WHOLE.fullmatch(typed) or not 1 <= int(typed) <= self.most:
                raise ValueError(str(_l("Type a whole number from 1 to %(most)s.", most=self.most)))
            self.data = int(typed)


class Row(FlaskForm):
    """Part of a form: the whole form carries the token."""

    class Meta(FlaskForm.Meta):
        csrf = False


class Tick(Field):
    """A box to tick; `data` is True, or None where it is not ticked."""

    widget = CheckboxInput()

    def _value(self) -> str:
        return "1"

    def process_data(self, value: Any) -> None:
        self.data = bool(value) or None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = bool(valuelist and valuelist[0]) or None
