"""Logging in with a password, and out again."""

from flask import current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView, expose
from flask_babel import lazy_gettext as _l
from flask_login import current_user, logout_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.domain.errors import NotAllowed
from app.security.session_cookie import SERVER_KEY
from app.services import logins, sessions
from app.views import second_step
from app.views.errors import words_of
from app.views.second_step import begin, way_on

_ENDED = "ended"  # why this visitor's last session is over


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
        wanted = way_on()
        if current_user.is_authenticated:
            return redirect(wanted)
        form = LoginForm()
        if form.validate_on_submit():
            in_production = current_app.config["PORTAL_ENV"] == "production"
            try:
                found = logins.authenticate(
                    form.username.data, form.password.data, address=request.remote_addr,
                    demo_allowed=not in_production, codes_by_default=in_production,
                )  # fmt: skip
            except NotAllowed as refusal:
                form.form_errors = [words_of(refusal)]
            else:
                return second_step.ask(found, wanted) if isinstance(found, logins.FirstStep) else begin(found, wanted)
        return self.render_template("login.html", form=form, ending=_ending())

    @expose("/logout/", methods=["POST"])
    def logout(self) -> ResponseReturnValue:
        """End the session on the server; a link alone cannot do it."""
        locale = session.get("locale")
        logout_user()
        session.clear()
        if locale:
            session["locale"] = locale
        return redirect(url_for("AuthView.login"))


def _ending() -> str | None:
    """Why the session whose key the browser still holds has ended; said again until somebody is in."""
    cookie = request.cookies.get(current_app.session_interface.get_cookie_name(current_app), "")
    if cookie.startswith(SERVER_KEY):
        session[_ENDED] = sessions.ending(cookie.removeprefix(SERVER_KEY)).value
    said: str | None = session.get(_ENDED)
    return said
