"""What is done to a refund: confirmed, printed after the instructions, given up; received or taken back by the NHSO."""

import io
from collections.abc import Callable

from flask import Response, abort, flash, redirect, request, send_file, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.errors import NotFound, PortalError
from app.domain.powers import Power
from app.domain.refunds import RefundMethod, RefundStatus, RefundVerb
from app.services.money import refund_desk, refund_receipts, refunds
from app.services.money.refund_desk import RefundDesk
from app.views.base import PowerView, actor
from app.views.claim_deeds import seen_version
from app.views.claim_words import shared_words, words_of_claim
from app.views.form_values import day_or_none
from app.views.money_deeds import do_and_tell, page_again
from app.views.refund_form import opened_refund
from app.views.refund_paper import PAYEE, file_name_of, refund_paper
from app.views.refunds import on_its_page
from app.views.row_actions import confirmed
from app.views.shell import show_count

REVIEW = "refund_review"
_TOLD = "refund_told"  # of which refund, as it stood, the instructions were shown last


def _done(refund_id: int, act: Callable[[], str]) -> ResponseReturnValue:
    return do_and_tell(act, url_for("RefundsView.show", pk=refund_id))


class RefundDeedsView(PowerView):
    """The agency's deeds; the form leaves only after the instructions were shown, each time (seed of 2561)."""

    route_base = "/refund-deeds"
    default_view = "sheet"
    power = Power.RECORD_REFUND
    method_powers = {"confirm": Power.CONFIRM_REFUND, "sheet": Power.VIEW_CLAIMS}

    @expose("/<int:refund_id>/confirm", methods=["POST"])
    def confirm(self, refund_id: int) -> ResponseReturnValue:
        """Let a refund stand that somebody else wrote."""

        def act() -> str:
            refunds.confirm(refund_id, seen_version(), actor=actor())
            return _("Confirmed. The form can be printed now.")

        return _done(refund_id, act)

    @expose("/<int:refund_id>/cancel", methods=["POST"])
    def cancel(self, refund_id: int) -> ResponseReturnValue:
        """Give the refund up, once that is confirmed."""
        told = _("The refund is closed for good; a new one can be written.")
        if asked := confirmed(_("Cancel this refund?"), told, _("Cancel the refund")):
            return asked

        def act() -> str:
            refunds.cancel(refund_id, seen_version(), actor=actor())
            return _("The refund is cancelled.")

        return _done(refund_id, act)

    @expose("/<int:refund_id>/print", methods=["GET"])
    def instructions(self, refund_id: int) -> ResponseReturnValue:
        """How the money is sent back and what a print means, before each print."""
        desk = opened_refund(refund_id)
        if RefundVerb.PRINT not in desk.verbs:
            flash(_("The form of this refund cannot be printed now."), "warning")
            return redirect(url_for("RefundsView.show", pk=refund_id), 303)
        session[_TOLD] = [refund_id, desk.refund.version]
        return self.render_template(
            "refunds/print.html",
            desk=desk,
            refund=desk.refund,
            claim=desk.refund.claim,
            Method=RefundMethod,
            payee=PAYEE,
            account_stands=_stands(desk),
            **shared_words(),
        )

    @expose("/<int:refund_id>/print", methods=["POST"])
    def print_form(self, refund_id: int) -> ResponseReturnValue:
        """ยืนยันการพิมพ์: note the print and give the form; afterwards the agency changes nothing any more."""
        if session.pop(_TOLD, None) != [refund_id, request.form.get("version", type=int)]:
            opened_refund(refund_id)  # another agency's is not there
            flash(_("Nothing was printed: read first how the refund stands now, and what a print means."), "warning")
            return redirect(url_for("RefundDeedsView.instructions", refund_id=refund_id), 303)
        try:
            refunds.note_print(refund_id, seen_version(), actor=actor())
        except NotFound:
            abort(404)
        except PortalError as refusal:
            flash(words_of_claim(refusal), "danger")
            return redirect(url_for("RefundDeedsView.instructions", refund_id=refund_id), 303)
        return _sheet(opened_refund(refund_id))

    @expose("/<int:refund_id>/sheet.pdf", methods=["GET"])
    def sheet(self, refund_id: int) -> ResponseReturnValue:
        """The form to look at, as a sample; the one that counts is printed."""
        return _sheet(opened_refund(refund_id), is_sample=True)


class RefundReviewView(PowerView):
    """The NHSO's queue: what waits to be confirmed, and what was printed and is not there yet."""

    route_base = "/refund-review"
    default_view = "show"
    power = Power.RECEIVE_REFUND
    method_powers = {"annul": Power.ANNUL_REFUND}

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """Both lists, the oldest first."""
        return self.render_template(
            "refunds/review.html", most=refund_desk.MOST,
            waiting=refund_desk.waiting(RefundStatus.AWAITING_CONFIRMATION, actor=actor()),
            printed=refund_desk.waiting(RefundStatus.PRINTED, actor=actor()), **shared_words(),
        )  # fmt: skip

    @expose("/<int:refund_id>/receive", methods=["POST"])
    def receive(self, refund_id: int) -> ResponseReturnValue:
        """The money is there."""

        def act() -> str:
            number = request.form.get("received_no", "")
            refund_receipts.receive(refund_id, seen_version(), day_or_none("received_on"), number, actor=actor())
            return _("Noted: the money is there.")

        return self._done(refund_id, act)

    @expose("/<int:refund_id>/annul", methods=["POST"])
    def annul(self, refund_id: int) -> ResponseReturnValue:
        """Take a printed refund back on the agency's wish."""

        def act() -> str:
            refund_receipts.annul(refund_id, seen_version(), request.form.get("note", ""), actor=actor())
            return _("The refund is cancelled; the agency can write a new one.")

        return self._done(refund_id, act)

    def _done(self, refund_id: int, act: Callable[[], str]) -> ResponseReturnValue:
        def again() -> str:
            return page_again(self, "refunds/refund.html", "refund", on_its_page(refund_id))

        return do_and_tell(act, url_for("RefundsView.show", pk=refund_id), again)


def _own_name(desk: RefundDesk) -> str:
    return desk.names.get(actor().user_id or 0, actor().name)


def _stands(desk: RefundDesk) -> bool:
    return desk.refund.account_id in {one.id for one in desk.accounts}


def _sheet(desk: RefundDesk, is_sample: bool = False) -> Response:
    content = refund_paper(desk, _own_name(desk), is_sample=is_sample)
    return send_file(
        io.BytesIO(content), mimetype="application/pdf", as_attachment=not is_sample, download_name=file_name_of(desk)
    )


show_count(REVIEW, lambda: refund_desk.count_waiting(actor=actor()))
