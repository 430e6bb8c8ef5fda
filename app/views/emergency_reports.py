"""Reports on emergency access, for the eyes of those who supervise: who came in without a card, and what was done under it."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.errors import PortalError
from app.domain.powers import Power
from app.services import emergency_reports
from app.views.audit_words import thing_label, verb_label
from app.views.base import PowerView, actor
from app.views.dates import format_be_instant
from app.views.errors import status_of, words_of


class EmergencyReportsView(PowerView):
    """Each use of the emergency door, the newest first."""

    route_base = "/card/emergencies"
    default_view = "show"
    power = Power.VIEW_AUDIT

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """All in reach, a page at a time."""
        page = min(max(request.args.get("page", 0, int), 0), 1000)
        found, has_more = emergency_reports.reports(actor=actor(), page=page)
        return self.render_template(
            "card/emergencies.html", found=found, page=page, has_more=has_more, at=format_be_instant
        )

    @expose("/<int:emergency_id>")
    def one(self, emergency_id: int) -> ResponseReturnValue:
        """One use and every act under it."""
        return self._page(emergency_id)

    @expose("/<int:emergency_id>/read", methods=["POST"])
    def read(self, emergency_id: int) -> ResponseReturnValue:
        """It has been read."""
        try:
            emergency_reports.note_read(emergency_id, actor=actor())
        except PortalError as refusal:
            return self._page(emergency_id, words_of(refusal)), status_of(refusal)
        flash(_("Saved."), "success")
        return redirect(url_for("EmergencyReportsView.show"), 303)

    def _page(self, emergency_id: int, fault: str = "") -> str:
        page: str = self.render_template(
            "card/emergency_report.html", one=emergency_reports.report(emergency_id, actor=actor()), fault=fault,
            at=format_be_instant, verb=verb_label, thing=thing_label,
        )  # fmt: skip
        return page
