"""The search of a generated list: one field per column, in words, with the comparison that suits the column's kind."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask_appbuilder.models.filters import BaseFilter
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from app.domain.thai_calendar import BANGKOK
from app.views.fields import BEDateField, NotBefore, in_its_language
from app.views.labels import LABELS

LONGEST_WORD = 100
Condition = Callable[[Any], Any]  # from what was asked for to what the rows must fulfil
Choices = Callable[[], Iterable[tuple[str, Any]]]


class Where(BaseFilter):
    """A filter for Flask-AppBuilder's queries whose value is the condition itself."""

    name = "where"

    def apply(self, query: Any, value: Any) -> Any:
        """The query with the condition."""
        return query.filter(value)


@dataclass(frozen=True)
class Question:
    """One field of a search: how it is asked, and what the rows must then fulfil."""

    field: Any
    condition: Condition
    choices: Choices | None = None


@dataclass(frozen=True)
class Search:
    """The questions of one list by the name that stands in the address."""

    questions: dict[str, Question]
    form_class: Any = field(init=False)

    def __post_init__(self) -> None:
        fields = {name: question.field for name, question in self.questions.items()}
        object.__setattr__(self, "form_class", type("SearchForm", (_SearchForm,), fields))

    def form(self, typed: Any) -> Any:
        """The fields as typed in an address (a MultiDict)."""
        form = self.form_class(typed)
        for name, question in self.questions.items():
            if question.choices:
                options = [SelectChoice(code, words, in_its_language(words)) for code, words in question.choices()]
                form[name].choices = [SelectChoice("", _l("All")), *options]
        return form

    def conditions(self, form: Any) -> list[Any]:
        """What the rows must fulfil by a valid form."""
        asked = {name: form[name].data for name in self.questions}
        asked = {name: value.strip() if isinstance(value, str) else value for name, value in asked.items()}
        return [self.questions[name].condition(value) for name, value in asked.items() if value]

    def described(self, form: Any) -> list[str]:
        """What is looked for by a valid form, a phrase for each field that is filled in."""
        return [f"{box.label.text}: {words}" for box in form if box.name in self.questions and (words := _typed(box))]


def _typed(box: Field) -> str:
    """What was typed or chosen, as people read it."""
    if isinstance(box, SelectField):
        return next((str(choice.label) for choice in box.iter_choices() if choice.selected and choice.value), "")
    return str(box._value()).strip()


class _SearchForm(FlaskForm):
    class Meta:
        csrf = False


def of_columns(datamodel: Any, names: list[str], labels: dict[str, Any], own: dict[str, Question]) -> Search:
    """The search over these columns of a model; `own` holds questions that a view words itself.

    Raises TypeError for a column whose kind has no question.
    """
    questions: dict[str, Question] = {}
    for name in names:
        questions |= {name: own[name]} if name in own else _question(datamodel, name, labels.get(name, name))
    return Search(questions)


def words(label: Any, *columns: Any, within: Any = None) -> Question:
    """A part of one of these text columns; `within` names the relation whose columns they are."""

    def condition(typed: str) -> Any:
        found = sa.or_(*(column.icontains(typed, autoescape=True) for column in columns))
        return within.has(found) if within is not None else found

    return Question(StringField(label, [Optional(), Length(max=LONGEST_WORD)]), condition)


def choice(label: Any, choices: Choices, condition: Condition) -> Question:
    """One of a few codes; `choices` gives (code, label) each time the list is shown."""
    return Question(SelectField(label, [Optional()], default=""), condition, choices)


def _question(datamodel: Any, name: str, label: Any) -> dict[str, Question]:
    column = getattr(datamodel.obj, name)
    if datamodel.is_relation_many_to_one(name):
        return {name: _of_relation(datamodel, name, label)}
    if datamodel.is_enum(name):
        labels = LABELS[datamodel.list_columns[name].type.enum_class]
        return {name: choice(label, lambda: [(code.value, words) for code, words in labels.items()], column.__eq__)}
    if datamodel.is_boolean(name):
        answers = (("yes", _l("Yes")), ("no", _l("No")))
        return {name: choice(label, lambda: answers, lambda answer: column.is_(answer == "yes"))}
    if datamodel.is_date(name):
        return _range(name, label, column.__ge__, column.__le__)
    if datamodel.is_datetime(name):
        return _range(
            name, label, lambda day: column >= _begin(day), lambda day: column < _begin(day + timedelta(days=1))
        )
    if datamodel.is_string(name):
        return {name: words(label, column)}
    raise TypeError(f"no search over {name}: neither text, code, day, yes or no, nor a row of another table")


def _of_relation(datamodel: Any, name: str, label: Any) -> Question:
    other, key = datamodel.get_related_interface(name), datamodel.get_relation_fk(name)
    kind = other.get_pk().type.python_type
    return choice(
        label,
        lambda: [(str(other.get_pk_value(row)), str(row)) for row in other.query()[1]],
        lambda code: key == kind(code),
    )


def _range(name: str, label: Any, after: Condition, before: Condition) -> dict[str, Question]:
    return {
        f"{name}_from": Question(BEDateField(_l("%(what)s, from", what=label), [Optional()]), after),
        f"{name}_until": Question(
            BEDateField(_l("%(what)s, until", what=label), [Optional(), NotBefore(f"{name}_from")]), before
        ),
    }


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), BANGKOK)


def wrong_fields(form: Any) -> list[Field]:
    """The fields that could not be read."""
    return [box for box in form if box.errors]
