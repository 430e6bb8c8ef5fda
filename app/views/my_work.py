"""งานของฉัน: the clerk's drafts and what came back, with the reason and one step to correct it."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.errors import NotFound, PortalError
from app.domain.people import RequestType
from app.domain.powers import Power
from app.services import change_requests, clerk_desk, typed_forms
from app.services.evidence import LARGEST_ID
from app.services.work_items import WorkItem
from app.views.base import PowerView, actor
from app.views.edits import address_of_draft
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
        return self.render_template(
            "families/my_work.html", desk=desk, whole=whole, begun=begun, address_of_item=address_of_item, **words()
        )

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
        opened = None
        for request_id in _ids():
            try:
                reopened = change_requests.correct(request_id, actor=actor())
                opened = opened or reopened
            except NotFound:
                abort(404)
            except PortalError as refusal:
                flash(words_of_family(refusal), "danger")
        if opened is None:
            return redirect(url_for("MyWorkView.show"))
        return redirect(_address(opened.type, opened.submission_no, opened.target_id, opened.request_id))


class ReturnedWorkView(PowerView):
    """ส่งกลับมาถึงฉัน: what somebody recorded who may not correct it himself any more, so that it is never lost."""

    route_base = "/my-work/returned"
    default_view = "show"
    power = Power.VIEW_ROUNDS

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """What came back, each with its reason."""
        found = clerk_desk.came_back(actor=actor())
        return self.render_template("families/returned.html", found=found, **words())


def address_of_item(item: WorkItem) -> str:
    """Where a draft is gone on with."""
    return _address(item.type, item.submission_no, item.target_id, item.request_id)


def _address(kind: RequestType, submission_no: str, target_id: int | None, request_id: int) -> str:
    if target_id is not None and kind is RequestType.TRANSFER_IN:
        return url_for("TransfersView.again", number=submission_no)
    if target_id is not None:
        return address_of_draft(kind, target_id, request_id) or url_for("MyWorkView.show")
    return url_for("FamilyFormView.one", number=f"{submission_no}.{request_id}")


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
