"""บัญชีธนาคารของหน่วยงาน: accounts that wait for a second officer, and those that count or counted."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.bank_accounts import BANKS, AgencyAccountState
from app.domain.errors import InvalidForm, NotFound, PortalError
from app.domain.powers import Power
from app.services.money import agency_accounts
from app.views.base import PowerView, actor
from app.views.claim_words import shared_words, words_of_claim
from app.views.errors import status_of

FIELDS = ("agency", "bank_code", "account_no", "account_name")
LOOKS = {
    AgencyAccountState.PROPOSED: ("waiting", "hourglass-split"),
    AgencyAccountState.CONFIRMED: ("good", "check-circle"),
    AgencyAccountState.REFUSED: ("", "ban"),
}


class AgencyAccountsView(PowerView):
    """One officer proposes an account, another confirms it; the newest confirmed one gets the money of the next run."""

    route_base = "/agency-accounts"
    default_view = "show"
    power = Power.PAY_CLAIM

    @expose("/", methods=["GET"])
    def show(self) -> ResponseReturnValue:
        """What waits, and all accounts or those of one agency."""
        return self._page(dict.fromkeys(FIELDS, ""), None)

    @expose("/", methods=["POST"])
    def propose(self) -> ResponseReturnValue:
        """Propose an account; what is refused is told with everything that was typed."""
        typed = {name: request.form.get(name, "").replace("\0", "")[:300] for name in FIELDS}
        try:
            agency_accounts.propose(*(typed[name] for name in FIELDS), actor=actor())
        except PortalError as refusal:
            return self._page(typed, refusal), status_of(refusal)
        flash(_("Proposed. Another officer has to confirm it."), "success")
        return redirect(url_for("AgencyAccountsView.show"), 303)

    @expose("/<int:account_id>/decide", methods=["POST"])
    def decide(self, account_id: int) -> ResponseReturnValue:
        """Confirm a proposed account or refuse it."""
        decision = request.form.get("decision", "")
        if decision not in ("CONFIRM", "REFUSE"):
            abort(400)
        try:
            agency_accounts.decide(account_id, decision == "CONFIRM", actor=actor())
        except NotFound:
            abort(404)
        except PortalError as refusal:
            flash(words_of_claim(refusal), "danger")
        else:
            flash(_("Confirmed.") if decision == "CONFIRM" else _("Not confirmed."), "success")
        return redirect(url_for("AgencyAccountsView.show"), 303)

    def _page(self, typed: dict[str, str], refusal: PortalError | None) -> Any:
        page, code = request.args.get("page", 1, type=int), request.args.get("code", "").strip()[:8]
        if not 1 <= page <= 2_000:
            abort(400)
        errors = refusal.errors if isinstance(refusal, InvalidForm) else [refusal] if refusal else []
        return self.render_template(
            "runs/accounts.html", found=agency_accounts.listed(code, page, actor=actor()), code=code, typed=typed,
            faults={error.field or "": words_of_claim(error) for error in errors}, banks=BANKS, me=actor().user_id,
            account_looks=LOOKS, **shared_words(),
        )  # fmt: skip
