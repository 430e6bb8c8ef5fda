"""How officers may log in, for administrators: roles without passwords, and the emergency access of two administrators."""

from flask import current_app, flash, redirect, request, session, url_for
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
from app.models.database import db
from app.security.session_cookie import MINUTES
from app.services import break_glass, login_policies
from app.services.accounts import ADMINISTRATOR
from app.views.base import PowerView, actor, show_refusal
from app.views.card_login import end_own_session
from app.views.dates import format_be_instant
from app.views.errors import status_of, words_of
from app.views.labels import ROLE_LABELS

_SHOWN = [name for name, role in ROLES.items() if role.powers and name != ADMINISTRATOR]


class LoginPoliciesView(PowerView):
    """Which roles log in by card only, and who came in without one."""

    route_base = "/card/policies"
    default_view = "show"
    power = Power.MANAGE_ACCOUNTS

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """Both lists."""
        return self._page()

    @expose("/role", methods=["POST"])
    def role(self) -> ResponseReturnValue:
        """Switch the passwords of a role off or on."""
        return self._done(
            lambda: login_policies.set_card_only(
                request.form.get("role", ""),
                request.form.get("card_only") == "yes",
                actor=actor(),
                cards_open=bool(current_app.config["CARD_PEPPER"]),
            )
        )

    @expose("/ask", methods=["POST"])
    def ask(self) -> ResponseReturnValue:
        """Ask for a login without the card."""
        form = request.form
        return self._done(
            lambda: break_glass.ask(form.get("username", ""), form.get("reason", "").replace("\0", ""), actor=actor())
        )

    @expose("/allow/<int(max=2147483647):asked_id>", methods=["POST"])
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
        page: str = self.render_template(
            "card/policies.html", fault=fault, shown=_SHOWN, roles=ROLE_LABELS, typed=request.form,
            card_only=login_policies.card_only_roles(), asked=break_glass.recent(actor=actor()), at=format_be_instant,
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
