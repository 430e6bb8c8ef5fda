"""แจ้งคำร้องขอคืนเงิน: of which claim, how much comes back, why, and on which way."""

from collections.abc import Sequence
from typing import Any

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.domain.errors import NotFound, PortalError
from app.domain.powers import Power
from app.domain.refunds import RefundMethod, RefundVerb
from app.models.refund import FundAccount
from app.services.money import fund_accounts, refund_desk, refunds
from app.services.money.claim_desk import ClaimDesk
from app.services.money.refund_desk import RefundDesk
from app.services.money.refunds import RefundForm
from app.views.base import PowerView, actor, filled
from app.views.claim_form import MoneyField, opened, typed_version
from app.views.claim_words import shared_words, show_refusal, words_of_claim
from app.views.errors import status_of
from app.views.family_boxes import ChoiceOf, DayField
from app.views.fields import in_its_language
from app.views.form_clash import brought_up, overtaken


def number_or_none(typed: Any) -> int | None:
    """The number of a choice; None for none."""
    return int(typed) if str(typed).isdecimal() and len(str(typed)) < 10 else None


class RefundPage(FlaskForm):
    """The form as it stands on the page; the account counts for a transfer."""

    amount = MoneyField(_l("Amount to be returned (baht)"))
    reason_id = SelectField(_l("Reason of the refund"), coerce=number_or_none)
    words = TextAreaField(_l("In your own words"), [Length(max=1000)])
    method = ChoiceOf(RefundMethod, _l("How it is returned"))
    account_id = SelectField(_l("Account of the fund"), coerce=number_or_none)
    sent_on = DayField(_l("Sent back on"))
    sent_no = StringField(_l("Number of the transfer or cheque"), [Length(max=60)], filters=[lambda typed: typed or ""])
    version = HiddenField()

    def offer(self, reasons: list[tuple[int, str]], accounts: list[tuple[int, str]]) -> None:
        """Offer the reasons of the list and the accounts in force."""
        for field, found in ((self.reason_id, reasons), (self.account_id, accounts)):
            choices = [SelectChoice(str(key), words, in_its_language(words)) for key, words in found]
            field.choices = [SelectChoice("", "–"), *choices]


class RefundFormView(PowerView):
    """First the number of the claim, then its form; a refund that may still be written stands under its own number."""

    route_base = "/refund-forms"
    default_view = "ask"
    power = Power.RECORD_REFUND

    @expose("/", methods=["GET", "POST"])
    def ask(self) -> ResponseReturnValue:
        """Of which claim."""
        fault, typed = "", request.form.get("claim_no", "")[:100]
        if request.method == "POST":
            try:
                claim_id = refunds.find_claim(typed, actor=actor())
                return redirect(url_for("RefundFormView.new", claim_id=claim_id), 303)
            except PortalError as refusal:
                fault = words_of_claim(refusal)
        return self.render_template("refunds/ask.html", fault=fault, typed=typed), 404 if fault else 200

    @expose("/for/<int:claim_id>", methods=["GET", "POST"])
    def new(self, claim_id: int) -> ResponseReturnValue:
        """A new refund of this claim, with all that may still come back."""
        desk = opened(claim_id)
        _rows, room = refund_desk.of_claim(claim_id, actor=actor())
        if room <= 0:
            told = _(
                "Nothing of this claim can be returned: no money was transferred, or all of it comes back already."
            )
            return self._over(told, desk.claim.claim_no, url_for("ClaimsView.show", pk=claim_id))
        page = RefundPage() if request.method == "POST" else RefundPage(data=_first(room))
        return self._answered(page, desk, None, room)

    @expose("/<int:refund_id>", methods=["GET", "POST"])
    def one(self, refund_id: int) -> ResponseReturnValue:
        """A refund whose form was not printed yet."""
        found = opened_refund(refund_id)
        if RefundVerb.RECORD not in found.verbs:
            told, address = _("This refund cannot be changed any more."), url_for("RefundsView.show", pk=refund_id)
            return self._over(told, found.refund.refund_no, address)
        page = RefundPage() if request.method == "POST" else _filled_in(found)
        return self._answered(page, opened(found.refund.claim_id), found, found.room + found.refund.amount)

    def _over(self, told: str, number: str, address: str) -> ResponseReturnValue:
        if request.method == "POST":
            return overtaken(
                self, _offered(RefundPage(), fund_accounts.offered(actor=actor())), told, (number, address)
            )
        flash(told, "warning")
        return redirect(address, 303)

    def _answered(self, page: RefundPage, desk: ClaimDesk, found: RefundDesk | None, room: int) -> ResponseReturnValue:
        accounts = fund_accounts.offered(actor=actor())
        _offered(page, accounts)
        status, clash = 200, []
        if request.method == "POST":
            status = 400
            if page.validate():
                try:
                    own, seen = (found.refund.id, typed_version(page)) if found else (None, None)
                    form = filled(RefundForm, page)
                    seen_room = None if found else typed_room()
                    done = refunds.record(
                        desk.claim.id, form, actor=actor(), refund_id=own, seen_version=seen, seen_room=seen_room
                    )
                    flash(_("Recorded. Somebody else has to confirm it before its form is printed."), "success")
                    return redirect(url_for("RefundsView.show", pk=done), 303)
                except PortalError as refusal:
                    show_refusal(page, refusal)
                    status, room = status_of(refusal), _room_now(refusal, room)
                    if refusal.code == "STALE" and found:
                        clash = brought_up(page, _offered(_filled_in(opened_refund(found.refund.id)), accounts))
        return self.render_template(
            "refunds/form.html", page=page, clash=clash, desk=desk, claim=desk.claim, found=found, room=room, accounts=accounts,
            **shared_words(),
        ), status  # fmt: skip


def _offered(page: RefundPage, accounts: Sequence[FundAccount]) -> RefundPage:
    page.offer(refunds.reasons(actor=actor()), [(one.id, f"{one.bank} {one.account_no}") for one in accounts])
    return page


def typed_room() -> int | None:
    """What the form of a new refund said may come back; None where it did not say."""
    typed = request.form.get("seen_room", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 15 else None


def _room_now(refusal: PortalError, room: int) -> int:
    """What may come back as the refusal found it, where somebody was quicker than this page."""
    return int(refusal.facts["room"]) if refusal.code == "REFUND_ROOM" else room


def opened_refund(refund_id: int) -> RefundDesk:
    """The refund for its pages; 404 for what is not there or another agency's."""
    try:
        return refund_desk.open_refund(refund_id, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
    except NotFound:
        abort(404)


def _first(room: int) -> dict[str, Any]:
    """What a new form holds: all that is left, by transfer where there is one account, the reason that the way here names."""
    accounts = fund_accounts.offered(actor=actor())
    reason = request.args.get("reason", "")
    known = {words: key for key, words in refunds.reasons(actor=actor())}
    return {
        "amount": room, "method": RefundMethod.TRANSFER if accounts else None, "reason_id": known.get(reason),
        "account_id": accounts[0].id if len(accounts) == 1 else None, "words": request.args.get("words", "")[:1000],
    }  # fmt: skip


def _filled_in(found: RefundDesk) -> RefundPage:
    refund = found.refund
    names = ("amount", "method", "account_id", "sent_on", "version")
    values: dict[str, Any] = {name: getattr(refund, name) for name in names}
    reasons = {words: key for key, words in refunds.reasons(actor=actor())}
    values |= {"words": refund.words or "", "sent_no": refund.sent_no or "", "reason_id": reasons.get(refund.reason)}
    return RefundPage(formdata=None, data=values)
