"""Help where a question arises: a few sentences beside the fields that raise one, and where the handbook says more."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for
from flask_babel import lazy_gettext as _l

from app.domain.actor import ANONYMOUS, current_actor
from app.views.handbook import CHAPTERS

_POWERS = {chapter.name: chapter.power for chapter in CHAPTERS}


@dataclass(frozen=True)
class FieldHelp:
    """What is said at a field; `chapter` and `anchor` name the part of a handbook that says more."""

    words: Any
    chapter: str = ""
    anchor: str = ""

    @property
    def address(self) -> str:
        """The part of the handbook; empty for officers whose work it does not tell of."""
        powers = (current_actor() or ANONYMOUS).powers
        if self.chapter not in _POWERS or _POWERS[self.chapter] not in powers:
            return ""
        return url_for("HandbookView.chapter", name=self.chapter, _anchor=self.anchor)


# By the field's own name, or by the name that a template asks for.
HELP: dict[str, FieldHelp] = {
    "personnel_type": FieldHelp(
        _l("As the order of appointment says. It decides whether there is a right, which one, and when it ends."),
        "clerk",
        "family",
    ),
    "service_start_date": FieldHelp(
        _l("The day on which service begins by the order of appointment or transfer, not the day of recording."),
        "clerk",
        "family",
    ),
    "birth_order": FieldHelp(
        _l("Counted among all children of the principal in the order of birth, also those who hold no right."),
        "clerk",
        "family",
    ),
    "doc_type": FieldHelp(
        _l("Each relation and each reason has its papers; what is still missing is named before it is sent."),
        "clerk",
        "papers",
    ),
    "dla_code": FieldHelp(
        _l("The first digits tell the type of the agency, digits three and four the province."), "admin", "agencies"
    ),
    "valid_until": FieldHelp(
        _l("The first day on which it no longer counts, not the last day on which it did. Empty: without end."),
        "admin",
        "agencies",
    ),
    "successor_code": FieldHelp(
        _l("The agency into which this one was merged. It needs the day from which this one no longer exists."),
        "admin",
        "agencies",
    ),
    "role": FieldHelp(
        _l("One account has one role. Whoever records cannot approve the same request, so make two accounts."),
        "admin",
        "accounts",
    ),
    "hospital_code": FieldHelp(
        _l(
            "The code by which the Ministry of Public Health knows the hospital; every look-up is written down under it."
        ),
        "admin",
        "tokens",
    ),
    "birth_year": FieldHelp(
        _l("Four figures of the Buddhist era. With the month it finds who was born in that month of that year.")
    ),
    "on": FieldHelp(
        _l("For a bill or a complaint take the day of the visit. The answer tells what counts on that day.")
    ),
    "queue_status": FieldHelp(
        _l("Without a choice the list shows what still waits for you; the others have been decided already."),
        "registrar",
        "queue",
    ),
}


def install(app: Flask) -> None:
    """Let the parts of templates/ui.html find the help of a field; call before they are loaded."""
    app.jinja_env.globals["field_help"] = HELP.get
