"""The family page: everybody with state, dates, pending requests and history, and the way out of a wrong entry."""

from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.errors import NotFound, PortalError
from app.domain.powers import Power
from app.services import change_requests, families
from app.services.families import FamilyMember
from app.views.base import PowerView, actor
from app.views.errors import status_of
from app.views.evidence_words import LOOKS, Group, groups
from app.views.explain_words import FLAGS, USES
from app.views.family_sheet import words
from app.views.family_words import STATE_LOOKS, words_of_family


@dataclass(frozen=True)
class FailedReport:
    """A report of a wrong entry that was refused, to be shown again as typed."""

    entitlement_id: int
    reason: str
    words: str


def _matrix_of(member: FamilyMember) -> list[Group]:
    return groups(member.matrix, member.evidence, member.spells[0].relation, member.papers_due_on)


class FamiliesView(PowerView):
    """Pages by surrogate id only; what lies outside the scope is not there."""

    route_base = "/families"
    default_view = "show"
    power = Power.VIEW_REGISTER
    method_powers = {"report_error": Power.RECORD_REQUEST}

    @expose("/<int:person_id>")
    def show(self, person_id: int) -> ResponseReturnValue:
        """The family of this principal, or of this dependent's principal."""
        return self._page(person_id)

    @expose("/<int:person_id>/entries/<int:entitlement_id>/error", methods=["POST"])
    def report_error(self, person_id: int, entitlement_id: int) -> ResponseReturnValue:
        """Ask for an entry to be cancelled as recorded in error; another officer decides, the next round carries it."""
        reason = request.form.get("reason", "").replace("\0", "")
        try:
            change_requests.report_error(entitlement_id, reason, actor=actor())
        except NotFound:
            abort(404)
        except PortalError as refusal:
            failed = FailedReport(entitlement_id, reason, words_of_family(refusal))
            return self._page(person_id, failed), status_of(refusal)
        flash(_("Sent to the registrar: the entry will be cancelled once it is approved."), "success")
        return redirect(url_for("FamiliesView.show", person_id=person_id))

    def _page(self, person_id: int, failed: FailedReport | None = None) -> str:
        try:
            found = families.family(person_id, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
        except NotFound:
            abort(404)
        shown: dict[str, Any] = {"found": found, "failed": failed, "state_looks": STATE_LOOKS, **words()}
        shown |= {"looks": LOOKS, "matrix_of": _matrix_of, "uses": USES, "flags": FLAGS}
        return self.render_template("families/family.html", **shown)
