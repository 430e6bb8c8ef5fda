"""What waits for a second administrator, and the pages that show once what each of the two hands over."""

from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.errors import PortalError
from app.domain.powers import Power
from app.services import account_agreements
from app.services.account_asks import HandOver
from app.views.base import PowerView, actor
from app.views.card_words import ASKS, WAYS
from app.views.dates import format_be_instant
from app.views.errors import status_of, words_of
from app.views.labels import ROLE_LABELS
from app.views.shell import show_count

MENU_NAME = "account_asks"


class AccountAsksView(PowerView):
    """Each administrator sees what all of them asked for, and agrees to what others did."""

    route_base = "/accounts/waiting"
    default_view = "show"
    power = Power.MANAGE_ACCOUNTS

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """The list, the oldest first."""
        return self._page()

    @expose("/<int:ask_id>/agree", methods=["POST"])
    def agree(self, ask_id: int) -> ResponseReturnValue:
        """Agree; the link to hand over, where there is one, is shown once."""
        try:
            agreed = account_agreements.agree(ask_id, actor=actor())
        except PortalError as refusal:
            return self._page(words_of(refusal)), status_of(refusal)
        back = url_for("AccountAsksView.show")
        return handed_over(
            HandOver(link=agreed.link), agreed.username, back, agreed.asked_by if agreed.wants_code else ""
        )

    @expose("/<int:ask_id>/drop", methods=["POST"])
    def drop(self, ask_id: int) -> ResponseReturnValue:
        """Take it away without doing it."""
        try:
            account_agreements.drop(ask_id, actor=actor())
        except PortalError as refusal:
            return self._page(words_of(refusal)), status_of(refusal)
        flash(_("Taken back."), "success")
        return redirect(url_for("AccountAsksView.show"), 303)

    def _page(self, fault: str = "") -> str:
        page: str = self.render_template(
            "accounts/waiting.html", fault=fault, waiting=account_agreements.waiting(actor=actor()), asks=ASKS, ways=WAYS,
            alone=account_agreements.is_alone(actor=actor()), roles=ROLE_LABELS, at=format_be_instant,
        )  # fmt: skip
        return page


def handed_over(handed: HandOver, holder: str, back: str, with_code_of: str = "") -> ResponseReturnValue:
    """What a change of an account leaves to hand over, shown once; else back to where it was asked for.

    `with_code_of` names the administrator whose code the link wants.
    """
    if handed.waits:
        flash(_("It waits until another administrator agrees."), "info")
    elif not handed.link:
        flash(_("Saved."), "success")
    if not handed.link and not handed.code:
        return redirect(back, 303)
    return render_template("accounts/secret.html", **_secret(handed, with_code_of), holder=holder, **_back(back))


def _secret(handed: HandOver, with_code_of: str) -> dict[str, Any]:
    if handed.code:
        words = _(
            "Give this code to the officer by a safe way. Another administrator agrees and hands over the link, which "
            "wants this code: so neither of you sets the password alone. The code is shown only now."
        )
        return {"title": _("Code for the one-time link"), "words": words, "secret": handed.code}
    words = _("Give this link to its holder by a safe way. It is shown only now, works once and only within 72 hours.")
    if with_code_of:
        words += " " + _("It wants the code that %(name)s has.", name=with_code_of)
    address = f"{current_app.config['BASE_URL']}{url_for('PasswordView.set_by_link')}?link={handed.link}"
    return {"title": _("One-time link"), "words": words, "secret": address}


def _back(back: str) -> dict[str, Any]:
    waiting = back == url_for("AccountAsksView.show")
    return {"back": back, "back_title": _("Second administrator") if waiting else _("Accounts")}


show_count(MENU_NAME, lambda: account_agreements.count_for(actor=actor()))
