"""บันทึกการใช้งาน: who did what, for the eyes of those who supervise (spec 7)."""

from flask_babel import lazy_gettext as _l

from app.domain.powers import Power
from app.models.audit import AuditEvent
from app.views.base import RegisterView
from app.views.data_interface import ReadingInterface
from app.views.fields import NOTHING, be_instant


class AuditView(RegisterView):
    """The audit events in the actor's scope, newest first."""

    datamodel = ReadingInterface(AuditEvent)
    route_base = "/audit"
    power = Power.VIEW_AUDIT
    include_route_methods = {"list", "show"}
    version_column = None
    list_title = _l("Audit trail")
    show_title = _l("Audit event")
    base_order = ("id", "desc")
    list_columns = ["at", "actor_name", "verb", "object_type", "object_id", "address"]
    order_columns = ["actor_name", "verb"]
    search_columns = ["actor_name", "verb", "object_type", "object_id"]
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
        "object_id": lambda value: value or NOTHING,
        "address": lambda value: value or NOTHING,
        "detail": lambda value: value or NOTHING,
    }
