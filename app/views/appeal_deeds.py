"""What is done to an appeal: papers, sending and giving up by the clerk; passing and paying by the NHSO's finance."""

from collections.abc import Callable

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.domain.appeals import AppealStatus
from app.domain.errors import BadInput, NotFound, PortalError
from app.domain.powers import Power
from app.services.money import appeal_desk, appeal_papers, appeal_review, appeals
from app.services.money.papers import MOST
from app.views.appeals import on_its_page
from app.views.base import PowerView, actor
from app.views.claim_deeds import seen_version
from app.views.claim_words import shared_words, words_of_claim
from app.views.evidence import served, shelf
from app.views.form_values import day_or_none
from app.views.money_deeds import do_and_tell, page_again
from app.views.row_actions import confirmed
from app.views.shell import show_count

REVIEW = "appeal_review"


def _done(appeal_id: int, act: Callable[[], str]) -> ResponseReturnValue:
    return do_and_tell(act, url_for("AppealsView.show", pk=appeal_id))


class AppealDeedsView(PowerView):
    """The clerk's deeds."""

    route_base = "/appeal-deeds"
    default_view = "submit"
    power = Power.RECORD_CLAIM

    @expose("/<int:appeal_id>/papers", methods=["POST"])
    def attach(self, appeal_id: int) -> ResponseReturnValue:
        """Attach the chosen files; those before a refused one stay."""

        def act() -> str:
            files = [file for file in request.files.getlist("file") if file.filename]
            if not files:
                raise BadInput("REQUIRED", field="file")
            if len(files) > MOST:
                raise BadInput("TOO_MANY_PAPERS", field="file", most=MOST)
            for file in files:
                appeal_papers.attach(appeal_id, file.stream, file.filename or "", actor=actor(), shelf=shelf())
            return ngettext("%(num)s file attached.", "%(num)s files attached.", len(files))

        return _done(appeal_id, act)

    @expose("/papers/<int:paper_id>/remove", methods=["POST"])
    def remove(self, paper_id: int) -> ResponseReturnValue:
        """Take a paper off an appeal that was not sent."""
        try:
            return redirect(url_for("AppealsView.show", pk=appeal_papers.remove(paper_id, actor=actor())), 303)
        except NotFound:
            abort(404)
        except PortalError as refusal:
            flash(words_of_claim(refusal), "danger")
            return redirect(url_for("AppealsView.list"), 303)

    @expose("/<int:appeal_id>/submit", methods=["POST"])
    def submit(self, appeal_id: int) -> ResponseReturnValue:
        """Send the appeal to the NHSO."""

        def act() -> str:
            appeals.submit(appeal_id, seen_version(), actor=actor())
            return _("Sent to the NHSO. The outcome will stand here.")

        return _done(appeal_id, act)

    @expose("/<int:appeal_id>/cancel", methods=["POST"])
    def cancel(self, appeal_id: int) -> ResponseReturnValue:
        """Give the appeal up, once that is confirmed."""
        told = _("The appeal is closed for good; a new one can be written.")
        if asked := confirmed(_("Cancel this appeal?"), told, _("Cancel the appeal")):
            return asked

        def act() -> str:
            appeals.cancel(appeal_id, seen_version(), actor=actor())
            return _("The appeal is cancelled.")

        return _done(appeal_id, act)


class AppealPapersView(PowerView):
    """One address per paper; the neighbour's and the missing one answer alike."""

    route_base = "/appeal-papers"
    default_view = "show"
    power = Power.VIEW_CLAIMS

    @expose("/<int:paper_id>")
    def show(self, paper_id: int) -> Response:
        """The file."""
        try:
            return served(appeal_papers.open_(paper_id, actor=actor(), shelf=shelf()))
        except NotFound:
            abort(404)


class AppealReviewView(PowerView):
    """The NHSO's deeds; the power to decide opens the queue, the power to pay the release."""

    route_base = "/appeal-review"
    default_view = "show"
    power = Power.DECIDE_CLAIM
    method_powers = {"pay": Power.PAY_CLAIM}

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """What waits to be decided, and what passed and waits for its transfer."""
        return self.render_template(
            "appeals/review.html", waiting=appeal_desk.waiting(False, actor=actor()),
            unpaid=appeal_desk.waiting(True, actor=actor()), most=appeal_desk.MOST, **shared_words(),
        )  # fmt: skip

    @expose("/<int:appeal_id>/decide", methods=["POST"])
    def decide(self, appeal_id: int) -> ResponseReturnValue:
        """Let it pass or not."""

        def act() -> str:
            decision = request.form.get("decision", "")
            if decision not in ("PASS", "NOT_PASS"):
                raise BadInput("REQUIRED", field="decision")
            note = request.form.get("note", "")
            status = appeal_review.decide(appeal_id, seen_version(), decision == "PASS", note, actor=actor())
            if status is AppealStatus.SUBMITTED:
                return _("Signed. A second officer has to approve the same amount.")
            return _("Decided.")

        return self._done(appeal_id, act)

    @expose("/<int:appeal_id>/recall", methods=["POST"])
    def recall(self, appeal_id: int) -> ResponseReturnValue:
        """Take back that it passed."""

        def act() -> str:
            appeal_review.recall(appeal_id, seen_version(), request.form.get("note", ""), actor=actor())
            return _("It is taken back that the appeal passed; its money is owed no more.")

        return self._done(appeal_id, act)

    @expose("/<int:appeal_id>/pay", methods=["POST"])
    def pay(self, appeal_id: int) -> ResponseReturnValue:
        """Release what a passed appeal brought."""

        def act() -> str:
            number = request.form.get("transfer_no", "")
            appeal_review.pay(appeal_id, seen_version(), day_or_none("paid_on"), number, actor=actor())
            return _("The payment is released.")

        return self._done(appeal_id, act)

    def _done(self, appeal_id: int, act: Callable[[], str]) -> ResponseReturnValue:
        def again() -> str:
            return page_again(self, "appeals/appeal.html", "appeal", on_its_page(appeal_id))

        return do_and_tell(act, url_for("AppealsView.show", pk=appeal_id), again)


show_count(REVIEW, lambda: appeal_desk.count_waiting(actor=actor()))
