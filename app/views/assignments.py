"""Who decides what: the registrar takes requests of the queue for himself, hands them to a colleague, or gives them back."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.domain.errors import NotFound
from app.domain.powers import Power
from app.services import assignments
from app.services.assignments import Assigned
from app.services.decision_plans import LIMIT
from app.views import approval_search
from app.views.approval_search import whole
from app.views.base import PowerView, actor

CLAIM, RELEASE, HAND = "claim", "release", "hand"


class AssignmentsView(PowerView):
    """Posts of the queue's own form; each leads back to the queue."""

    route_base = "/approvals/assign"
    default_view = "assign"
    power = Power.APPROVE_CERTIFICATION

    @expose("/", methods=["POST"])
    def assign(self) -> ResponseReturnValue:
        """Do it for the ticked requests, and say whose they were."""
        ids = list(dict.fromkeys(filter(None, map(whole, request.form.getlist("request_id")))))
        deed, colleague = request.form.get("deed", ""), whole(request.form.get("colleague", ""))
        if deed not in (CLAIM, RELEASE, HAND) or len(ids) > LIMIT:
            abort(400)
        if not ids:
            flash(_("No request is ticked."), "warning")
        elif deed == HAND and not colleague:
            flash(_("Choose to whom you hand them."), "warning")
        else:
            self._tell(deed, self._done(deed, ids, colleague))
        return redirect(url_for("ApprovalsView.show", **approval_search.place().arguments(all=None)), 303)

    def _done(self, deed: str, ids: list[int], colleague: int) -> Assigned:
        try:
            if deed == HAND:
                return assignments.hand_over(ids, colleague, actor=actor())
        except NotFound:
            abort(404)
        return (assignments.claim if deed == CLAIM else assignments.release)(ids, actor=actor())

    def _tell(self, deed: str, found: Assigned) -> None:
        if deed == CLAIM:
            words = ngettext("%(num)s request is yours now.", "%(num)s requests are yours now.", found.count)
        elif deed == HAND:
            words = ngettext("%(num)s request is handed over.", "%(num)s requests are handed over.", found.count)
        else:
            words = ngettext(
                "%(num)s request is everybody's again.", "%(num)s requests are everybody's again.", found.count
            )
        names = ", ".join(f"{name} ({count})" for name, count in found.taken_from.items())
        if names:
            words += " " + _("Somebody had them before: %(names)s.", names=names)
        flash(words, "success" if found.count else "warning")
