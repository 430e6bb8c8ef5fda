"""บัญชีรับเงินคืน: the accounts of the fund, changed by two officers of the NHSO."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.domain.errors import PortalError
from app.domain.powers import Power
from app.services.money import fund_accounts
from app.services.money.fund_accounts import LENGTHS, AccountForm
from app.views.base import PowerView, actor
from app.views.claim_words import shared_words, show_refusal, words_of_claim
from app.views.errors import status_of
from app.views.family_boxes import DayField
from app.views.fields import in_its_language
from app.views.refund_form import number_or_none
from app.views.refund_words import ACCOUNT_LOOKS


def _words(typed: str | None) -> str:
    return typed or ""


class AccountPage(FlaskForm):
    """What is proposed."""

    replaces_id = SelectField(_l("In place of"), coerce=number_or_none)
    valid_from = DayField(_l("From"))
    bank = StringField(_l("Bank"), [Length(max=LENGTHS["bank"])], filters=[_words])
    account_no = StringField(_l("Account number"), [Length(max=LENGTHS["account_no"])], filters=[_words])
    account_name = StringField(_l("Name of the account"), [Length(max=LENGTHS["account_name"])], filters=[_words])


class FundAccountsView(PowerView):
    """What is in force, what was proposed, and the form for a change."""

    route_base = "/fund-accounts"
    default_view = "show"
    power = Power.MANAGE_FUND_ACCOUNTS

    @expose("/", methods=["GET", "POST"])
    def show(self) -> ResponseReturnValue:
        """The accounts; a POST proposes a change."""
        page, status = AccountPage(), 200
        desk = fund_accounts.desk(actor=actor())
        offered = [(one.id, f"{one.bank} {one.account_no}") for one in (*desk.standing, *desk.coming) if not one.is_end]
        choices = [SelectChoice(str(key), words, in_its_language(words)) for key, words in offered]
        page.replaces_id.choices = [SelectChoice("", "–"), *choices]
        if request.method == "POST":
            status = 400
            if page.validate():
                try:
                    fund_accounts.propose(_form(page), actor=actor())
                    flash(_("Proposed. Another officer of the NHSO has to confirm it."), "success")
                    return redirect(url_for("FundAccountsView.show"), 303)
                except PortalError as refusal:
                    show_refusal(page, refusal)
                    status = status_of(refusal)
        return self.render_template(
            "refunds/accounts.html",
            page=page,
            desk=desk,
            me=actor().user_id,
            account_looks=ACCOUNT_LOOKS,
            **shared_words(),
        ), status

    @expose("/<int:account_id>/decide", methods=["POST"])
    def decide(self, account_id: int) -> ResponseReturnValue:
        """Confirm what another proposed, or refuse it."""
        decision = request.form.get("decision")
        if decision not in ("CONFIRM", "REFUSE"):
            abort(400)
        try:
            accepts = decision == "CONFIRM"
            fund_accounts.decide(account_id, accepts, actor=actor())
            flash(_("Confirmed.") if accepts else _("The proposal is closed."), "success")
        except PortalError as refusal:
            flash(words_of_claim(refusal), "danger")
        return redirect(url_for("FundAccountsView.show"), 303)


def _form(page: Any) -> AccountForm:
    return AccountForm(
        page.bank.data, page.account_name.data, page.account_no.data, page.valid_from.data, page.replaces_id.data,
        "is_end" in request.form and page.replaces_id.data is not None,
    )  # fmt: skip
