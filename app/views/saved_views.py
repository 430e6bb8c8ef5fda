"""ตัวกรองของฉัน: the filters that an officer keeps for the register, and the columns that he wants to see."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.errors import NotFound, PortalError
from app.domain.powers import Power
from app.services import saved_views
from app.views import register_search
from app.views.base import PowerView, actor
from app.views.register import address
from app.views.register_search import SCREEN, KeptSearch
from app.views.register_words import SCREEN_COLUMNS, words_of_register

_ROWS = {str(number) for number in saved_views.ROW_CHOICES}


class SavedViewsView(PowerView):
    """Only the officer's own: anybody else's do not exist for him."""

    route_base = "/register/views"
    default_view = "save"
    power = Power.VIEW_REGISTER

    @expose("/", methods=["POST"])
    def save(self) -> ResponseReturnValue:
        """Keep the search that is shown, with its columns, under the name that was typed."""
        search = _search()
        if not search.names_nobody:
            flash(_("A search for one person is not kept."), "warning")
            return redirect(address(search), 303)
        desk = saved_views.desk(SCREEN, actor=actor())
        columns = desk.columns if search.columns is None else search.columns
        try:
            saved_views.save(SCREEN, request.form.get("name", ""), search.query(), columns, actor=actor())
        except PortalError as refusal:
            flash(words_of_register(refusal), "warning")
        else:
            flash(_("Kept among your filters."), "success")
        return redirect(address(search), 303)

    @expose("/<int:view_id>")
    def apply(self, view_id: int) -> ResponseReturnValue:
        """Search as a saved view says."""
        try:
            view = saved_views.find(view_id, SCREEN, actor=actor())
        except NotFound:
            abort(404)
        search = KeptSearch.of_view(view)
        register_search.keep(search)
        return redirect(address(search), 303)

    @expose("/<int:view_id>/delete", methods=["POST"])
    def delete(self, view_id: int) -> ResponseReturnValue:
        """Forget a saved view; the search that is shown stays."""
        try:
            saved_views.forget(view_id, SCREEN, actor=actor())
        except NotFound:
            abort(404)
        flash(_("The filter is deleted."), "success")
        return redirect(address(_search()), 303)

    @expose("/columns", methods=["POST"])
    def columns(self) -> ResponseReturnValue:
        """Remember how many rows a page has, else which columns are wanted; "reset" for those that the portal shows."""
        search = _search()
        if (rows := request.form.get("rows")) is not None:
            saved_views.choose_rows(SCREEN, int(rows) if rows in _ROWS else 0, actor=actor())
            return redirect(address(search, order=request.form.get("order", "")), 303)
        known = {column.name for column in SCREEN_COLUMNS}
        chosen = [name for name in request.form.getlist("column") if name in known]
        saved_views.choose_columns(SCREEN, None if "reset" in request.form else chosen, actor=actor())
        if search.columns is not None:  # a saved view gives way to what was chosen after it
            search = KeptSearch(search.key, search.filters, search.agency, search.masked_id)
            register_search.keep(search)
        return redirect(address(search, order=request.form.get("order", "")), 303)


def _search() -> KeptSearch:
    """The search of the page from which the form comes; on to everything where it is not kept any more."""
    return register_search.find(request.form.get("search", "")) or abort(redirect(url_for("RegisterView.show"), 303))
