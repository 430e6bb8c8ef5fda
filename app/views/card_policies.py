"""How officers may log in, for administrators: the way of each role, phones to be forgotten, and emergency access."""

from flask import abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.domain.errors import PortalError
from app.domain.powers import Power
from app.domain.roles import ROLES
from app.models.account import PortalUser
from app.models.card import LoginWay
from app.models.database import db
from app.security.session_cookie import MINUTES
from app.services import account_agreements, break_glass, login_policies, second_factors
from app.views.account_asks import handed_over
from app.views.base import PowerView, actor, show_refusal
from app.views.card_login import end_own_session
from app.views.card_words import WAYS
from app.views.dates import format_be_instant
from app.views.errors import status_of, words_of
from app.views.labels import ROLE_LABELS

_SHOWN = [name for name, role in ROLES.items() if role.powers]


def _in_production() -> bool:
    return bool(current_app.config["PORTAL_ENV"] == "production")


class LoginPoliciesView(PowerView):
    """How each role logs in, whose phone is to be forgotten, and who came in without a card."""

    route_base = "/card/policies"
    default_view = "show"
    power = Power.MANAGE_ACCOUNTS

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """All lists."""
        return self._page()

    @expose("/role", methods=["POST"])
    def role(self) -> ResponseReturnValue:
        """Choose how the officers of a role come in."""
        way = request.form.get("way", "")
        if way not in list(LoginWay):
            abort(400)
        try:
            handed = login_policies.set_way(
                request.form.get("role", ""), LoginWay(way), actor=actor(),
                cards_open=bool(current_app.config["CARD_PEPPER"]), codes_by_default=_in_production(),
            )  # fmt: skip
        except PortalError as refusal:
            return self._page(words_of(refusal)), status_of(refusal)
        return handed_over(handed, "", url_for("LoginPoliciesView.show"))

    @expose("/phone", methods=["POST"])
    def phone(self) -> ResponseReturnValue:
        """Ask to have an officer's phone forgotten."""
        return self._done(lambda: second_factors.ask_reset(request.form.get("holder", ""), actor=actor()))

    @expose("/phone/<int:user_id>", methods=["POST"])
    def forget_phone(self, user_id: int) -> ResponseReturnValue:
        """Agree that a phone is forgotten, as another administrator asked."""
        return self._done(lambda: second_factors.allow_reset(user_id, actor=actor()))

    @expose("/ask", methods=["POST"])
    def ask(self) -> ResponseReturnValue:
        """Ask for a login without the card."""
        form = request.form
        return self._done(
            lambda: break_glass.ask(form.get("username", ""), form.get("reason", "").replace("\0", ""), actor=actor())
        )

    @expose("/allow/<int:asked_id>", methods=["POST"])
    def allow(self, asked_id: int) -> ResponseReturnValue:
        """Allow what another administrator asked for; the code is shown once."""
        try:
            code = break_glass.allow(asked_id, actor=actor())
        except PortalError as refusal:
            return self._page(words_of(refusal)), status_of(refusal)
        return self.render_template(
            "accounts/secret.html", title=_("Code for emergency access"), holder="",
            words=_(
                "Give it to the officer by a safe way: it works once, within 15 minutes, for an hour at most. "
                "It is shown only now."
            ),
            secret=code, back=url_for("LoginPoliciesView.show"), back_title=_("How officers log in"),
        )  # fmt: skip

    def _done(self, act: object) -> ResponseReturnValue:
        try:
            act()  # type: ignore[operator]
        except PortalError as refusal:
            return self._page(words_of(refusal)), status_of(refusal)
        flash(_("Saved."), "success")
        return redirect(url_for("LoginPoliciesView.show"), 303)

    def _page(self, fault: str = "") -> str:
        usual = LoginWay.WITH_CODE if _in_production() else LoginWay.NO_CODE
        page: str = self.render_template(
            "card/policies.html", fault=fault, shown=_SHOWN, roles=ROLE_LABELS, typed=request.form, words=WAYS,
            chosen=login_policies.chosen_ways(), usual=usual,
            waiting=account_agreements.waiting_ways(), asked=break_glass.recent(actor=actor()),
            resets=second_factors.resets(actor=actor()), at=format_be_instant,
        )  # fmt: skip
        return page


class EmergencyForm(FlaskForm):
    """A user name and the code that two administrators gave out."""

    username = StringField(_l("User name"), [InputRequired(), Length(max=128)])
    code = PasswordField(_l("Code of the administrators"), [InputRequired(), Length(max=20)])


class EmergencyView(BaseView):
    """The door for the day when no card works."""

    route_base = "/login/emergency"
    default_view = "enter"

    @expose("/", methods=["GET", "POST"])
    def enter(self) -> ResponseReturnValue:
        """In once, for an hour at most, said on every page and in the audit."""
        form = EmergencyForm()
        if form.validate_on_submit():
            try:
                user_id = break_glass.enter(form.username.data, form.code.data, address=request.remote_addr)
            except PortalError as refusal:
                show_refusal(form, refusal)
            else:
                locale = session.get("locale")
                end_own_session()
                session.update({"locale": locale} if locale else {})
                session[MINUTES] = break_glass.SESSION_MINUTES
                login_user(db.session.get(PortalUser, user_id), remember=False)
                return redirect(url_for("HomeView.index"), 303)
        return self.render_template("card/emergency.html", form=form)
