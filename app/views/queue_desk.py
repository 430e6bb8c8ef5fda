"""What a registrar makes his own of the queue: filters that he keeps, and the columns that he wants to see."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.approval_menus import ApprovalMenu
from app.domain.errors import NotFound, PortalError
from app.domain.powers import Power
from app.services import saved_views
from app.services.queue_filters import QueueFilters, QueueOrder
from app.services.saved_views import View
from app.views import approval_search
from app.views.approval_search import Place
from app.views.base import PowerView, actor
from app.views.register_words import words_of_register

SCREEN = "approvals"  # the queue's name among the saved views
FIRST = "person"  # the column that is always there
# Each column by its name, its title, and its title where the requests have been decided already.
_COLUMNS: dict[str, tuple[Any, Any]] = {
    FIRST: (_l("Person"), _l("Person")),
    "birth_date": (_l("Date of birth"), _l("Date of birth")),
    "request": (_l("Request"), _l("Request")),
    "evidence": (_l("Evidence"), _l("Evidence")),
    "law": (_l("What the law says"), _l("Status")),
    "recorder": (_l("Recorded by"), _l("Recorded by")),
    "waits": (_l("Waits"), _l("Submitted")),
}
_AT_FIRST = (FIRST, "request", "evidence", "law", "waits")


@dataclass(frozen=True)
class QueueDesk:
    """What the queue shows of all that: the columns by title, the choices, and the kept filters."""

    columns: dict[str, Any]
    choices: list[tuple[str, Any, bool]]
    is_chosen: bool
    views: list[View]


def desk(*, deciding: bool) -> QueueDesk:
    """The officer's own queue; `deciding` while its requests still wait."""
    kept = saved_views.desk(SCREEN, actor=actor())
    shown = _AT_FIRST if kept.columns is None else (FIRST, *kept.columns)
    titles = {name: words[0 if deciding else 1] for name, words in _COLUMNS.items()}
    return QueueDesk(
        {name: title for name, title in titles.items() if name in shown},
        [(name, title, name in shown) for name, title in titles.items()],
        kept.columns is not None,
        kept.views,
    )


class QueueDeskView(PowerView):
    """Only the registrar's own: anybody else's do not exist for him."""

    route_base = "/approvals/views"
    default_view = "save"
    power = Power.APPROVE_CERTIFICATION

    @expose("/", methods=["POST"])
    def save(self) -> ResponseReturnValue:
        """Keep the filters that are shown, with their order, under the name that was typed."""
        place = approval_search.place()
        query = {"filters": approval_search.as_json(place.filters), "sort": place.order.value}
        try:
            saved_views.save(SCREEN, request.form.get("name", ""), query, actor=actor())
        except PortalError as refusal:
            flash(words_of_register(refusal), "warning")
        else:
            flash(_("Kept among your filters."), "success")
        return _back(place)

    @expose("/<int:view_id>")
    def apply(self, view_id: int) -> ResponseReturnValue:
        """The queue as a kept filter says."""
        try:
            view = saved_views.find(view_id, SCREEN, actor=actor())
        except NotFound:
            abort(404)
        filters = approval_search.from_json(view.query["filters"])
        key = approval_search.keep(filters) if filters != QueueFilters() else ""
        menu = filters.menu or ApprovalMenu.CERTIFICATION
        return _back(Place(key, filters, QueueOrder(view.query["sort"]), menu=menu))

    @expose("/<int:view_id>/delete", methods=["POST"])
    def delete(self, view_id: int) -> ResponseReturnValue:
        """Forget a kept filter; what is shown stays."""
        try:
            saved_views.forget(view_id, SCREEN, actor=actor())
        except NotFound:
            abort(404)
        flash(_("The filter is deleted."), "success")
        return _back(approval_search.place())

    @expose("/columns", methods=["POST"])
    def columns(self) -> ResponseReturnValue:
        """Remember which columns the registrar wants; "reset" for those that the queue shows by itself."""
        chosen = [name for name in request.form.getlist("column") if name in _COLUMNS]
        saved_views.choose_columns(SCREEN, None if "reset" in request.form else chosen, actor=actor())
        return _back(approval_search.place())


def _back(place: Place) -> ResponseReturnValue:
    return redirect(url_for("ApprovalsView.show", **place.arguments(page=None, all=None)), 303)
