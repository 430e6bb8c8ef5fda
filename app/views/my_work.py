"""งานของฉัน: the clerk's drafts and what came back, with the reason and one step to correct it."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.errors import NotFound, PortalError
from app.domain.powers import Power
from app.services import change_requests, clerk_desk, typed_forms
from app.services.evidence import LARGEST_ID
from app.views.base import PowerView, actor
from app.views.family_sheet import words
from app.views.family_typing import address_of
from app.views.family_words import words_of_family
from app.views.shell import show_count

MENU_NAME = "my_work"
MOST_AT_ONCE = 50


class MyWorkView(PowerView):
    """The list, taking requests back, and correcting them."""

    route_base = "/my-work"
    default_view = "show"
    power = Power.RECORD_REQUEST

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """What waits for me, then what waits for the registrar; `?whose=agency` shows everybody's."""
        whole = request.args.get("whose") == "agency"
        desk = clerk_desk.my_work(actor=actor(), whole_agency=whole)
        begun = [(form, address_of(form)) for form in typed_forms.mine(actor=actor())]
        return self.render_template("families/my_work.html", desk=desk, whole=whole, begun=begun, **words())

    @expose("/cancel", methods=["POST"])
    def cancel(self) -> ResponseReturnValue:
        """Take requests back, all of them or none."""
        try:
            change_requests.cancel(_ids(), actor=actor())
        except NotFound:
            abort(404)
        except PortalError as refusal:
            flash(words_of_family(refusal), "danger")
        else:
            flash(_("Taken back."), "success")
        return redirect(url_for("MyWorkView.show"))

    @expose("/correct", methods=["POST"])
    def correct(self) -> ResponseReturnValue:
        """Reopen requests of one form as drafts and go on to the form."""
        number = None
        for request_id in _ids():
            try:
                number = change_requests.correct(request_id, actor=actor())
            except NotFound:
                abort(404)
            except PortalError as refusal:
                flash(words_of_family(refusal), "danger")
        if number is None:
            return redirect(url_for("MyWorkView.show"))
        return redirect(url_for("FamilyFormView.one", number=number))


def _ids() -> list[int]:
    """The ticked requests; 404 for anything that cannot be one."""
    typed = request.form.getlist("request_id")
    if not 1 <= len(typed) <= MOST_AT_ONCE or not all(one.isascii() and one.isdecimal() for one in typed):
        abort(404)
    ids = [int(one) for one in typed if len(one) < len(str(LARGEST_ID))]
    if len(ids) != len(typed):
        abort(404)
    return list(dict.fromkeys(ids))


show_count(MENU_NAME, lambda: clerk_desk.count_my_work(actor=actor()))
