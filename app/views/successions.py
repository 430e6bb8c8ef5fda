"""การรับช่วงหน่วยงาน: what a succession would carry over, proposed by one NHSO officer and approved by another."""

from collections.abc import Callable

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.errors import InvalidForm, NotFound, PortalError
from app.domain.people import SuccessionState
from app.domain.powers import Power
from app.domain.thai_calendar import parse_be_date
from app.services import successions
from app.services.successions import Foreseen
from app.views.approval_search import whole
from app.views.base import PowerView, actor
from app.views.dates import format_be
from app.views.errors import status_of, words_of
from app.views.labels import label

LOOKS = {
    SuccessionState.PROPOSED: ("waiting", "hourglass-split"),
    SuccessionState.APPROVED: ("info", "arrow-left-right"),
    SuccessionState.DONE: ("good", "check-circle"),
    SuccessionState.WITHDRAWN: ("none", ""),
}
UPGRADE_COUNTS = (
    ("officials", _l("Officials whose service gets its new name")),
    ("executives", _l("Chief executives whose office ends")),
    ("open_requests", _l("Requests that come back")),
)
COUNTS = (
    ("officials", _l("Officials who go over")),
    ("family", _l("Family members who go over")),
    ("executives", _l("Chief executives whose office ends")),
    ("open_requests", _l("Requests that come back")),
    ("officers", _l("Officers' accounts at the old agency")),
)


class SuccessionsView(PowerView):
    """For the NHSO administrator."""

    route_base = "/successions"
    default_view = "show"
    power = Power.MANAGE_AGENCIES

    @expose("/", methods=["GET", "POST"])
    def show(self) -> ResponseReturnValue:
        """All successions and the form; sent in it is foreseen first, and proposed from there."""
        if request.method == "GET":
            return self._page(None, [])
        typed = {
            name: request.form.get(name, "").replace("\0", "").strip()
            for name in ("agency_code", "successor_code", "new_name", "text")
        }
        try:
            day = request.form.get("starts_on", "").strip()
            starts_on = parse_be_date(day, field="starts_on") if day else None
            asked = (typed["agency_code"], typed["successor_code"], starts_on)
            found = successions.foresee(*asked, typed["new_name"], actor=actor())
            if "propose" not in request.form or found.refusals:
                return self._page(found, list(found.refusals)), 422 if found.refusals else 200
            successions.propose(*asked, typed["text"], typed["new_name"], actor=actor())
        except PortalError as refusal:
            errors = refusal.errors if isinstance(refusal, InvalidForm) else [refusal]
            return self._page(None, errors), 400 if isinstance(refusal, NotFound) else status_of(refusal)
        flash(_("Proposed. Another officer of the NHSO has to approve it."), "success")
        return redirect(url_for("SuccessionsView.show"), 303)

    @expose("/<int:succession_id>/approve", methods=["POST"])
    def approve(self, succession_id: int) -> ResponseReturnValue:
        """Let it come to pass from its day on."""
        seen = whole(request.form.get("version", ""))
        return _done(lambda: successions.approve(succession_id, seen_version=seen, actor=actor()), _("Approved."))

    @expose("/<int:succession_id>/withdraw", methods=["POST"])
    def withdraw(self, succession_id: int) -> ResponseReturnValue:
        """Give it up before it is approved."""
        return _done(lambda: successions.withdraw(succession_id, actor=actor()), _("Given up."))

    def _page(self, found: Foreseen | None, errors: list[PortalError]) -> str:
        return self.render_template(
            "successions/show.html", found=found, errors=[words_of(error) for error in errors], typed=request.form,
            rows=successions.listed(actor=actor()), looks=LOOKS, label=label, be=format_be, me=actor().user_id,
            counted=UPGRADE_COUNTS if found is not None and found.new_code else COUNTS,
        )  # fmt: skip


def _done(deed: Callable[[], None], words: str) -> ResponseReturnValue:
    try:
        deed()
    except NotFound:
        abort(404)
    except PortalError as refusal:
        for error in refusal.errors if isinstance(refusal, InvalidForm) else [refusal]:
            flash(words_of(error), "warning")
    else:
        flash(words, "success")
    return redirect(url_for("SuccessionsView.show"), 303)
