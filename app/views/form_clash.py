"""What somebody typed into a form of money whose row a colleague changed or took on meanwhile: beside it, or to be copied."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView
from wtforms import Field, FieldList, HiddenField, SelectField

from app.services.money import issuers
from app.views.base import actor

_PLACES = ("hospital", "issuer")  # boxes that take a code or a name


@dataclass(frozen=True)
class Differs:
    """A box that says otherwise than what was kept meanwhile."""

    field_id: str
    field_name: str
    here: str
    there: str


def brought_up(page: Any, now: Any) -> list[Differs]:
    """What differs between the page as typed and the row as it stands `now`; the page then stands on that version.

    A second press, of somebody who has seen this, so goes through.
    """
    page.version.data = now.version.data
    pairs = [(mine, now[mine.name]) for mine in _boxes(page)]
    typed = (_words(one) for pair in pairs for box in pair for one in _inner(box) if one.short_name in _PLACES)
    keys = issuers.keys_of(actor().scope, typed)
    said = ((mine, _words(mine), _words(theirs)) for mine, theirs in pairs if _said(mine, keys) != _said(theirs, keys))
    return [Differs(mine.id, str(mine.label.text), here or "–", there or "–") for mine, here, there in said]


def overtaken(view: BaseView, page: Any, told: str, back: tuple[str, str]) -> ResponseReturnValue:
    """What was typed about a row that cannot be written any more, to be copied; `back` is its number and its page."""
    flash(told, "warning")
    typed = "\n".join(f"{one.label.text}: {words}" for one in _boxes(page) if (words := _words(one)))
    return view.render_template("claims/overtaken.html", typed=typed, back=back), 409


def _boxes(page: Any) -> Iterator[Field]:
    return (one for one in page if not isinstance(one, HiddenField))


def _inner(box: Field) -> list[Field]:
    """The boxes of a list of rows; else itself."""
    return [one for row in box for one in row.form] if isinstance(box, FieldList) else [box]


def _said(box: Field, keys: Mapping[str, str]) -> Any:
    """What a box says, however it was written: amounts in satang, hospitals by their codes; rows that are empty say nothing."""
    if isinstance(box, FieldList):
        rows = ([_said(one, keys) for one in row.form] for row in box)
        return [row for row in rows if any(row)]
    if box.short_name in _PLACES:
        return keys.get(_words(box), "")
    if box.name == "national_id":  # shown in groups
        return re.sub(r"\D", "", box.data or "")
    return box.data or (box.raw_data[0].strip() if box.errors and box.raw_data else "")


def _words(box: Field) -> str:
    if isinstance(box, FieldList):
        rows = (" · ".join(filter(None, map(_words, row.form))) for row in box)
        return " / ".join(filter(None, rows))
    if isinstance(box, SelectField):
        return next((str(choice[1]) for choice in box.iter_choices() if choice[0] and choice[2]), "")
    return str(box._value() or "").strip()
