"""The filters of the registrar's queue: their form, their words, and where they are kept, so that no address names anybody."""

import re
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from flask import request, session
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.domain.actor import current_actor
from app.domain.approval_menus import TYPES_OF, ApprovalMenu
from app.domain.names import tidy
from app.domain.people import Relation, RequestStatus, RequestType
from app.domain.thai_calendar import to_arabic_digits
from app.services.queue_filters import LATER_STATUSES, NOBODY, QueueFilters, QueueOrder
from app.views.dates import format_be
from app.views.fields import BEDateField, NotBefore
from app.views.labels import label

MENU_TITLES = {
    ApprovalMenu.CERTIFICATION: _l("Approve certification"),
    ApprovalMenu.TERMINATION: _l("Approve ended entitlements"),
    ApprovalMenu.TRANSFER: _l("Approve transfers"),
}
MINE = "mine"
_KEPT = "approval_searches"
_KEPT_LIMIT = 5
_LONGEST_NUMBER = 10
_FORM_NUMBER = re.compile(r"SB[0-9]{4}-[0-9]{8}-[0-9]{6,}")
_ALL = SelectChoice("", _l("All"))


@dataclass(frozen=True)
class Place:
    """Where in the queue somebody is: its filters under the random key that stands in the address, its order, the page,
    whether all that fits counts as ticked (`everything`), and of `whose` work: MINE, NOBODY or anybody's."""

    key: str = ""
    filters: QueueFilters = QueueFilters()
    order: QueueOrder = QueueOrder.OLDEST
    page: int = 1
    everything: bool = False
    menu: ApprovalMenu = ApprovalMenu.CERTIFICATION
    whose: str = ""

    @property
    def title(self) -> Any:
        """The menu's name."""
        return MENU_TITLES[self.menu]

    def arguments(self, **changed: Any) -> dict[str, Any]:
        """The place as arguments of an address; the usual ones are left out."""
        here = {
            "q": self.key or None,
            "sort": None if self.order is QueueOrder.OLDEST else self.order.value,
            "page": None if self.page < 2 else self.page,
            "all": "1" if self.everything else None,
            "menu": None if self.menu is ApprovalMenu.CERTIFICATION else self.menu.value,
            "whose": self.whose or None,
        }
        return here | changed


class QueueForm(FlaskForm):
    """What to look for in the queue; everything may stay empty."""

    status = SelectField(
        _l("Status"),
        choices=[
            SelectChoice("", label(RequestStatus.PENDING_APPROVAL)),
            *(SelectChoice(status.value, label(status)) for status in LATER_STATUSES),
        ],
        default="",
    )
    type = SelectField(_l("Request"), choices=[_ALL], default="")
    recorder_id = SelectField(_l("Recorded by"), choices=[_ALL], default="")
    submitted_from = BEDateField(_l("Submitted from"))
    submitted_until = BEDateField(_l("Submitted until"), [NotBefore("submitted_from")])
    relation = SelectField(
        _l("Relation"),
        choices=[_ALL, *(SelectChoice(r.value, label(r)) for r in Relation)],
        default="",
    )
    name = StringField(_l("Name, national ID or request number"), [Length(max=100)])

    def offer(self, recorders: dict[int, str], menu: ApprovalMenu) -> None:
        """Offer these officers as recorders, and the menu's kinds of request."""
        self.type.choices = [_ALL, *(SelectChoice(kind.value, label(kind)) for kind in TYPES_OF[menu])]
        self.recorder_id.choices = [
            _ALL,
            *(SelectChoice(str(user_id), name, {"lang": "th"}) for user_id, name in recorders.items()),
        ]

    def show(self, filters: QueueFilters) -> None:
        """Fill the form with filters."""
        for name, value in asdict(replace(filters, name=filters.submission_no or filters.name)).items():
            if name in ("menu", "assignee", "submission_no"):
                continue
            self[name].data = str(value) if name == "recorder_id" and value else value or ""

    def filters(self) -> QueueFilters:
        """What was typed, once the form is valid."""
        return QueueFilters(
            type=RequestType(self.type.data) if self.type.data else None,
            recorder_id=int(self.recorder_id.data) if self.recorder_id.data else None,
            submitted_from=self.submitted_from.data,
            submitted_until=self.submitted_until.data,
            relation=Relation(self.relation.data) if self.relation.data else None,
            name="" if self._form_typed() else tidy(self.name.data or ""),
            submission_no=self._form_typed(),
            status=RequestStatus(self.status.data) if self.status.data else None,
        )

    def number_typed(self) -> str | None:
        """A national ID or request number that stands in the box for names; None where there is a name."""
        typed = to_arabic_digits(self.name.data or "")
        if self._form_typed():
            return None
        return typed if any(ch.isdecimal() for ch in typed) else None

    def _form_typed(self) -> str:
        """The number of a form, as an import tells it, that stands in the box for names; empty where there is none."""
        found = _FORM_NUMBER.fullmatch(tidy(to_arabic_digits(self.name.data or "")).upper())
        return found[0] if found else ""


def keep(filters: QueueFilters) -> str:
    """Keep filters in the officer's session on the server and give their key; the oldest of several give way."""
    key = secrets.token_urlsafe(9)
    session[_KEPT] = dict([*session.get(_KEPT, {}).items(), (key, as_json(filters))][-_KEPT_LIMIT:])
    return key


def as_json(filters: QueueFilters) -> dict[str, Any]:
    """The filters as they are stored; the empty ones are left out."""
    stored = {name: value for name, value in asdict(filters).items() if value}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in stored.items()}


def from_json(stored: dict[str, Any]) -> QueueFilters:
    """The filters out of what `as_json` made of them."""
    kinds = {
        "status": RequestStatus,
        "type": RequestType,
        "relation": Relation,
        "menu": ApprovalMenu,
        "submitted_from": date.fromisoformat,
        "submitted_until": date.fromisoformat,
    }
    return QueueFilters(**{name: kinds.get(name, _as_is)(value) for name, value in stored.items()})


def place() -> Place:
    """Where the address says; every request where its filters are not kept any more."""
    key, sort, page, menu = (request.args.get(name, "") for name in ("q", "sort", "page", "menu"))
    filters, chosen = _find(key), ApprovalMenu(menu) if menu in set(ApprovalMenu) else ApprovalMenu.CERTIFICATION
    whose = request.args.get("whose", "")
    who = current_actor()
    assignees = {MINE: str(who.user_id) if who else "", NOBODY: NOBODY}
    return Place(
        key if filters else "",
        replace(filters or QueueFilters(), menu=chosen, assignee=assignees.get(whose, "")),
        QueueOrder(sort) if sort in set(QueueOrder) else QueueOrder.OLDEST,
        max(1, whole(page)),
        "all" in request.args,
        chosen,
        whose if whose in assignees else "",
    )


def ignored() -> Any:
    """What of the address this list does not follow, in words; empty where it follows all of it."""
    asked = request.args
    if asked.get("q") and _find(asked["q"]) is None:
        return _l("The filter of this address is not kept any more, so every request is shown. Please set it again.")
    usable = {
        "sort": set(QueueOrder), "menu": set(ApprovalMenu), "whose": {MINE, NOBODY}, "all": {"1"}, "q": {asked.get("q")},
    }  # fmt: skip
    for name, value in asked.items(multi=True):
        known = whole(value) > 0 if name == "page" else value in usable.get(name, ())
        if value and not known:
            return _l("This address holds a filter or an order that this list does not know, so it was left out.")
    return ""


def whole(typed: str) -> int:
    """A whole number that a page wrote itself; 0, which is no page, id or version, for anything else."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= _LONGEST_NUMBER else 0


def _find(key: str) -> QueueFilters | None:
    """The filters of this session under `key`; None when there are none."""
    stored: dict[str, Any] | None = session.get(_KEPT, {}).get(key)
    return None if stored is None else from_json(stored)


def described(filters: QueueFilters, recorders: dict[int, str]) -> list[str]:
    """The filters in words, one phrase each; empty where everything is shown."""
    since, until = filters.submitted_from, filters.submitted_until
    if since is not None and since == until:
        when = _("submitted on %(day)s", day=format_be(since, "medium"))
    else:
        parts = [_("submitted from %(day)s", day=format_be(since, "medium"))] if since else []
        parts += [_("submitted until %(day)s", day=format_be(until, "medium"))] if until else []
        when = " · ".join(parts)
    recorder = recorders.get(filters.recorder_id or 0, "–")
    phrases = (
        str(label(filters.status)) if filters.status else "",
        str(label(filters.type)) if filters.type else "",
        _("recorded by %(name)s", name=recorder) if filters.recorder_id else "",
        when,
        str(label(filters.relation)) if filters.relation else "",
        _("name contains %(words)s", words=filters.name) if filters.name else "",
        _("Form %(number)s", number=filters.submission_no) if filters.submission_no else "",
    )
    return [phrase for phrase in phrases if phrase]


def _as_is(value: Any) -> Any:
    return value
