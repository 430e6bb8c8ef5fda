"""What the finance clerk does to a claim beside writing it: papers, sending, giving up; and the papers' own addresses."""

from flask import Response, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.domain.claims import PaperKind
from app.domain.errors import BadInput, NotFound, PortalError
from app.domain.powers import Power
from app.services.money import claim_papers, claims
from app.services.money.papers import MOST
from app.views.base import PowerView, actor
from app.views.claim_words import words_of_claim
from app.views.evidence import served, shelf
from app.views.row_actions import confirmed


def seen_version() -> int:
    """The version of the claim that the page showed; raises BadInput('VERSION_MISSING')."""
    typed = request.form.get("version", "")
    if not typed.isdecimal() or len(typed) > 9:
        raise BadInput("VERSION_MISSING")
    return int(typed)


def back_to(claim_id: int) -> ResponseReturnValue:
    """The claim's page."""
    return redirect(url_for("ClaimsView.show", pk=claim_id), 303)


class ClaimDeedsView(PowerView):
    """Each deed is one POST that leads back to the claim; a refusal is told there."""

    route_base = "/claim-deeds"
    default_view = "submit"
    power = Power.RECORD_CLAIM

    @expose("/<int:claim_id>/papers", methods=["POST"])
    def attach(self, claim_id: int) -> ResponseReturnValue:
        """Attach the chosen files, all of one kind; those before a refused one stay."""
        kind = request.form.get("kind", "")
        files = [file for file in request.files.getlist("file") if file.filename]
        try:
            if kind not in PaperKind.__members__ or not files:
                raise BadInput("REQUIRED", field="file")
            if len(files) > MOST:
                raise BadInput("TOO_MANY_PAPERS", field="file", most=MOST)
            for file in files:
                name = file.filename or ""
                claim_papers.attach(claim_id, PaperKind(kind), file.stream, name, actor=actor(), shelf=shelf())
            flash(ngettext("%(num)s file attached.", "%(num)s files attached.", len(files)), "success")
        except NotFound:
            abort(404)
        except PortalError as refusal:
            flash(words_of_claim(refusal), "danger")
        return back_to(claim_id)

    @expose("/papers/<int:paper_id>/remove", methods=["POST"])
    def remove(self, paper_id: int) -> ResponseReturnValue:
        """Take a paper off a claim that was not sent."""
        try:
            return back_to(claim_papers.remove(paper_id, actor=actor()))
        except NotFound:
            abort(404)
        except PortalError as refusal:
            flash(words_of_claim(refusal), "danger")
            return redirect(url_for("ClaimsView.list"), 303)

    @expose("/<int:claim_id>/submit", methods=["POST"])
    def submit(self, claim_id: int) -> ResponseReturnValue:
        """Send the claim to the NHSO."""
        try:
            claims.submit(claim_id, seen_version(), actor=actor(), hash_key=current_app.config["SECRET_KEY"])
            flash(_("Sent to the NHSO. The claim can be followed here."), "success")
        except NotFound:
            abort(404)
        except PortalError as refusal:
            flash(words_of_claim(refusal), "danger")
        return back_to(claim_id)

    @expose("/<int:claim_id>/cancel", methods=["POST"])
    def cancel(self, claim_id: int) -> ResponseReturnValue:
        """Give the claim up, once that is confirmed."""
        told = _("The claim is closed for good; its receipt may be claimed anew.")
        if asked := confirmed(_("Cancel this claim?"), told, _("Cancel the claim")):
            return asked
        try:
            claims.cancel(claim_id, seen_version(), actor=actor())
            flash(_("The claim is cancelled."), "success")
        except NotFound:
            abort(404)
        except PortalError as refusal:
            flash(words_of_claim(refusal), "danger")
        return back_to(claim_id)


class ClaimPapersView(PowerView):
    """One address per paper; the neighbour's and the missing one answer alike."""

    route_base = "/claim-papers"
    default_view = "show"
    power = Power.VIEW_CLAIMS

    @expose("/<int:paper_id>")
    def show(self, paper_id: int) -> Response:
        """The file: a picture in the page, a PDF or with `?download=1` anything as a download."""
        try:
            paper = claim_papers.open_(paper_id, actor=actor(), shelf=shelf())
        except NotFound:
            abort(404)
        return served(paper)
