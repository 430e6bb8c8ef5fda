"""ตรวจสอบคำร้องขอเบิก and สั่งจ่ายคำร้อง: the NHSO's finance decides what waits and releases what others approved."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.claims import ClaimReason, ClaimStatus, ClaimVerb
from app.domain.errors import BadInput, PortalError
from app.domain.money import parse_baht
from app.domain.powers import Power
from app.services.money import claim_desk, claim_review
from app.services.money.claim_review import DECISIONS, Decision, Outcome
from app.views.base import PowerView, actor
from app.views.claim_deeds import seen_version
from app.views.claim_words import shared_words, words_of_claim
from app.views.claims import on_its_page
from app.views.errors import status_of
from app.views.form_values import day_or_none
from app.views.money_deeds import do_and_tell, page_again
from app.views.shell import show_count

DEEPEST = 20  # pages; the search finds the rest
REVIEW, PAYMENTS = "claim_review", "claim_payments"


class ClaimReviewView(PowerView):
    """The queue of claims, each with its own decision; ticked ones are decided together, each for itself."""

    route_base = "/claim-review"
    default_view = "show"
    power = Power.DECIDE_CLAIM

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """What waits, or with `?signed=1` what waits for the second signature."""
        signed = request.args.get("signed") == "1"
        return self._page(page_asked(), signed, [])

    def _page(self, number: int, signed: bool, refused: list[Outcome], ticks: set[int] | None = None) -> str:
        """The queue; what was refused is told at its claim, with what was typed and, unless `ticks` says, ticked."""
        if ticks is None:
            ticks = {one.claim_id for one in refused}
        page = claim_desk.waiting(ClaimStatus.SUBMITTED, number, actor=actor(), signed=signed)
        names = {claim.id: claim.claim_no for claim in page.rows}
        tell([replace(one, claim_no=one.claim_no or names.get(one.claim_id, "")) for one in refused], "")
        return self.render_template(
            "claims/review.html", page=page, signed=signed, reasons=list(ClaimReason),
            limit=claim_review.one_signature_limit(), typed=request.form, failed=ticks,
            kept=_as_seen(page.rows), **shared_words(),
        )  # fmt: skip

    @expose("/decide", methods=["POST"])
    def decide(self) -> ResponseReturnValue:
        """Decide the ticked claims, each with its own amount and reason where they are given."""
        signed, number = "signed" in request.form, _page_sent()
        decisions: list[Decision] = []
        refused: list[Outcome] = []
        try:
            for claim_id in ticked():
                try:
                    decisions.append(_decision(claim_id))
                except PortalError as refusal:
                    refused.append(Outcome(claim_id, "", None, refusal))
            outcomes = claim_review.decide_many(decisions, actor=actor())
        except PortalError as refusal:
            flash(words_of_claim(refusal), "danger")
            return self._page(number, signed, [], set(_ticks())), status_of(refusal)
        tell([one for one in outcomes if one.error is None], _("%(count)s claims decided."))
        refused += [one for one in outcomes if one.error is not None]
        if refused:
            return self._page(number, signed, refused), 400
        return redirect(url_for("ClaimReviewView.show", signed="1" if signed else None), 303)

    @expose("/<int:claim_id>/decide", methods=["POST"])
    def decide_one(self, claim_id: int) -> ResponseReturnValue:
        """Decide the one claim that is open."""

        def act() -> str:
            done = claim_review.decide(_decision(claim_id, ""), actor=actor())
            if done.status is ClaimStatus.SUBMITTED:
                return _("Signed. A second officer has to approve the same amount.")
            return _("Decided.")

        return self._done(claim_id, act)

    @expose("/<int:claim_id>/recall", methods=["POST"])
    def recall(self, claim_id: int) -> ResponseReturnValue:
        """Take an approval back that was not paid."""

        def act() -> str:
            claim_review.recall(claim_id, seen_version(), _note(), actor=actor())
            return _("The decision is taken back; the claim waits to be checked anew.")

        return self._done(claim_id, act)

    @expose("/<int:claim_id>/allow-late", methods=["POST"])
    def allow_late(self, claim_id: int) -> ResponseReturnValue:
        """Let the agency send a claim whose year is over."""

        def act() -> str:
            claim_review.allow_late(claim_id, seen_version(), _note(), actor=actor())
            return _("The agency can send this claim now.")

        return self._done(claim_id, act)

    def _done(self, claim_id: int, act: Callable[[], str]) -> ResponseReturnValue:
        def again() -> str:
            return page_again(self, "claims/claim.html", "claim", on_its_page(claim_id))

        return do_and_tell(act, url_for("ClaimsView.show", pk=claim_id), again)


class ClaimPaymentsView(PowerView):
    """Approved claims, paid out by somebody who neither decided nor signed them."""

    route_base = "/claim-payments"
    default_view = "show"
    power = Power.PAY_CLAIM

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """What is approved and waits for its transfer."""
        return self._page(page_asked())

    def _page(self, number: int) -> str:
        """What waits, with what was typed and ticked when a release was refused."""
        page = claim_desk.waiting(ClaimStatus.APPROVED, number, actor=actor())
        return self.render_template(
            "claims/payments.html", page=page, me=actor().user_id, typed=request.form,
            ticks=_as_seen(page.rows).intersection(_ticks()), **shared_words(),
        )  # fmt: skip

    @expose("/pay", methods=["POST"])
    def pay(self) -> ResponseReturnValue:
        """Release the payment of the ticked claims under one day and one number of the transfer."""
        outcomes: list[Outcome] = []
        try:
            paid_on, number = day_or_none("paid_on"), request.form.get("transfer_no", "")
            for claim_id in ticked():
                outcomes.append(_paid(claim_id, paid_on, number))
            tell(outcomes, _("%(count)s payments released."))
        except PortalError as refusal:
            flash(words_of_claim(refusal), "danger")
            return self._page(_page_sent()), status_of(refusal)
        if any(one.error for one in outcomes):
            return self._page(_page_sent()), 400
        return redirect(url_for("ClaimPaymentsView.show"), 303)


def _paid(claim_id: int, paid_on: Any, number: str) -> Outcome:
    try:
        return claim_review.pay(claim_id, _version_of(claim_id), paid_on, number, actor=actor())
    except PortalError as refusal:
        return Outcome(claim_id, str(refusal.facts.get("claim_no", "")), None, refusal)


def ticked() -> list[int]:
    """The claims that were ticked; raises BadInput('NOTHING_TICKED', 'TOO_MANY_CLAIMS')."""
    found = _ticks()
    if not found:
        raise BadInput("NOTHING_TICKED")
    if len(found) > claim_review.MOST_AT_ONCE:
        raise BadInput("TOO_MANY_CLAIMS", most=claim_review.MOST_AT_ONCE)
    return list(dict.fromkeys(found))


def _ticks() -> list[int]:
    return [int(typed) for typed in request.form.getlist("claim_id") if typed.isdecimal() and len(typed) < 10]


def tell(outcomes: list[Outcome], done: str) -> None:
    """Say how many went through, and of each other one why not."""
    good = [outcome for outcome in outcomes if outcome.error is None]
    if good:
        flash(done % {"count": len(good)}, "success")
    for outcome in outcomes:
        if outcome.error is not None:
            words = words_of_claim(outcome.error)
            flash(f"{outcome.claim_no}: {words}" if outcome.claim_no not in words else words, "danger")


def page_asked() -> int:
    """The page that the address names, from 0; 400 for one that nobody reads."""
    typed = request.args.get("page", "0")
    if not typed.isdecimal() or len(typed) > 3 or int(typed) >= DEEPEST:
        abort(400)
    return int(typed)


def _page_sent() -> int:
    """The page from which the form came."""
    typed = request.form.get("page", "0")
    return int(typed) if typed.isdecimal() and len(typed) < 3 and int(typed) < DEEPEST else 0


def _decision(claim_id: int, after: str | None = None) -> Decision:
    """What the form says of one claim; in the queue its boxes end in the claim's number."""
    end = f"-{claim_id}" if after is None else after
    verb, reason = request.form.get("decision", ""), request.form.get(f"reason{end}", "")
    if verb not in {one.value for one in DECISIONS}:
        raise BadInput("REQUIRED", field="decision")
    amount = request.form.get(f"amount{end}", "").strip() if verb == ClaimVerb.APPROVE else ""
    return Decision(
        claim_id,
        _version_of(claim_id) if after is None else seen_version(),
        ClaimVerb(verb),
        parse_baht(amount, field="amount") if amount else None,
        ClaimReason(reason) if reason in ClaimReason.__members__ else None,
        request.form.get(f"note{end}", "").replace("\0", ""),
    )


def _as_seen(rows: Iterable[Any]) -> set[int]:
    """Those of the page that was sent whose row nobody changed since: what was typed and ticked holds for them alone."""
    return {one.id for one in rows if request.form.get(f"version-{one.id}") == str(one.version)}


def _version_of(claim_id: int) -> int:
    typed = request.form.get(f"version-{claim_id}", "")
    if not typed.isdecimal() or len(typed) > 9:
        raise BadInput("VERSION_MISSING")
    return int(typed)


def _note() -> str:
    return request.form.get("note", "")


show_count(REVIEW, lambda: claim_desk.count_waiting(actor=actor()))
