"""บันทึกการใช้งาน: who did what, for the eyes of those who supervise (spec 7)."""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length, Optional

from app.domain.powers import Power
from app.models.account import PortalUser
from app.models.agency import Agency
from app.models.audit import AuditEvent
from app.models.database import db
from app.views.audit_words import THINGS, VERBS, actor_words, detail_words, thing_label, verb_label
from app.views.base import RegisterView
from app.views.data_interface import ReadingInterface
from app.views.fields import be_instant
from app.views.list_search import Question, choice, words

_AT_THE_DOOR = "robot:login"  # nobody acts yet while somebody logs in
_NAMED: dict[str, type[Any]] = {"account": PortalUser, "agency": Agency}


class AuditView(RegisterView):
    """The audit events in the actor's scope, newest first."""

    datamodel = ReadingInterface(AuditEvent)
    route_base = "/audit"
    power = Power.VIEW_AUDIT
    include_route_methods = {"list", "show", "aside", "keep_view", "forget_view", "choose_columns", "export"}
    version_column = None
    list_title = _l("Audit trail")
    list_help = _l("Who did what, newest first. Nothing here can be changed or removed.")
    show_title = _l("Audit event")
    base_order = ("id", "desc")
    list_columns = ["at", "actor_name", "verb", "object_type", "object_id", "address"]
    more_columns = ["detail"]
    order_columns = ["actor_name", "verb"]
    search_columns = ["actor_name", "verb", "object_type", "object_id", "at"]
    questions = {
        "actor_name": words(_l("Who"), AuditEvent.actor_name),
        "verb": choice(_l("Did what"), VERBS.items, AuditEvent.verb.__eq__),
        "object_type": choice(_l("To what"), THINGS.items, AuditEvent.object_type.__eq__),
        "object_id": Question(StringField(_l("Number"), [Optional(), Length(max=40)]), AuditEvent.object_id.__eq__),
    }
    show_columns = [*list_columns, "detail"]
    add_columns = edit_columns = ["verb"]
    label_columns = {
        "at": _l("At"),
        "actor_name": _l("Who"),
        "verb": _l("Did what"),
        "object_type": _l("To what"),
        "object_id": _l("Number"),
        "address": _l("From where"),
        "detail": _l("Details"),
    }
    formatters_columns = {
        "at": be_instant,
        "actor_name": actor_words,
        "verb": verb_label,
        "object_type": thing_label,
        "detail": detail_words,
    }

    def name_of(self, item: Any) -> str:
        """Who did what."""
        (actor_name,) = self.values_of(item, ["actor_name"])
        return f"{actor_words(actor_name)} · {verb_label(item.verb)}"

    def foresee(self, items: list[Any]) -> Any:
        """The accounts and agencies that the events name, in two statements."""
        keys: dict[str, set[int]] = {kind: set() for kind in _NAMED}
        for item in items:
            if item.object_type in _NAMED and str(item.object_id).isdecimal():
                keys[item.object_type].add(int(item.object_id))
        return [
            db.session.scalars(sa.select(kind).where(kind.id.in_(keys[name]))).all() for name, kind in _NAMED.items()
        ]

    def values_of(self, item: Any, names: list[str]) -> list[Any]:
        """The event's values; accounts and agencies are called by their names, not by their numbers."""
        values: dict[str, Any] = dict(zip(names, super().values_of(item, names), strict=True))
        kind = _NAMED.get(item.object_type)
        if kind is not None and str(item.object_id).isdecimal():
            named = db.session.get(kind, int(item.object_id))
            values["object_id"] = getattr(named, "username", named) or item.object_id
            if item.actor_name == _AT_THE_DOOR:
                values["actor_name"] = values["object_id"]
        return [values[name] for name in names]
