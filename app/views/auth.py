"""Logging in with a password, and out again."""

from flask import current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView, expose
from flask_appbuilder.utils.base import get_safe_redirect
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.domain.errors import NotAllowed
from app.models.account import PortalUser
from app.models.database import db
from app.security.session_cookie import SERVER_KEY
from app.services import logins
from app.views.card_login import end_own_session
from app.views.errors import words_of


class LoginForm(FlaskForm):
    """A name and a password."""

    username = StringField(_l("User name"), [InputRequired(), Length(max=128)])
    password = PasswordField(_l("Password"), [InputRequired(), Length(max=128)])


class AuthView(BaseView):
    """The log-in page; the only public form of the portal."""

    route_base = ""
    default_view = "login"

    @expose("/login/", methods=["GET", "POST"])
    def login(self) -> ResponseReturnValue:
        """Log in and go on to `next`; one text for every failure."""
        wanted = get_safe_redirect(request.args.get("next") or url_for("HomeView.index"))
        if current_user.is_authenticated:
            return redirect(wanted)
        form = LoginForm()
        if form.validate_on_submit():
            try:
                user_id = logins.authenticate(
                    form.username.data,
                    form.password.data,
                    address=request.remote_addr,
                    demo_allowed=current_app.config["PORTAL_ENV"] != "production",
                )
            except NotAllowed as refusal:
                form.form_errors = [words_of(refusal)]
            else:
                _begin_session(user_id)
                return redirect(wanted)
        return self.render_template("login.html", form=form, has_expired=_has_expired())

    @expose("/logout/", methods=["POST"])
    def logout(self) -> ResponseReturnValue:
        """End the session on the server; a link alone cannot do it."""
        locale = session.get("locale")
        logout_user()
        session.clear()
        if locale:
            session["locale"] = locale
        return redirect(url_for("AuthView.login"))


def _has_expired() -> bool:
    """Whether the browser still holds the key of a session that has ended."""
    name = current_app.session_interface.get_cookie_name(current_app)
    return request.cookies.get(name, "").startswith(SERVER_KEY)


def _begin_session(user_id: int) -> None:
    locale = session.get("locale")
    end_own_session()  # a row whose officer is let in no more must not become this one's
    if locale:
        session["locale"] = locale
    login_user(db.session.get(PortalUser, user_id), remember=False)
