"""Setting a password: one's own by the old one, or a new one by a one-time link."""

from typing import Any

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView, expose
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from app.domain.errors import PortalError
from app.services import logins, one_time_links
from app.services.passwords import LONGEST, SHORTEST
from app.views.base import actor, show_refusal, to_login

_RULE = _l("At least %(least)s characters, with letters and digits, and without your user name.", least=SHORTEST)


class NewPasswordForm(FlaskForm):
    """A new password, typed twice; `link` is the secret of the one-time link."""

    link = HiddenField()
    new_password = PasswordField(_l("New password"), [InputRequired(), Length(max=LONGEST)], description=_RULE)
    again = PasswordField(
        _l("New password again"), [InputRequired(), EqualTo("new_password", _l("The two are not the same."))]
    )


class OwnPasswordForm(NewPasswordForm):
    """The same, and the password until now."""

    old_password = PasswordField(_l("Password until now"), [InputRequired(), Length(max=LONGEST)])


class LinkPasswordForm(NewPasswordForm):
    """A new password by a link; with the code of the administrator who asked for it, where the link wants one."""

    code = StringField(
        _l("Code of the administrator"),
        [InputRequired(), Length(max=20)],
        description=_l(
            "Ten letters and digits from the administrator who asked for the link; another one gave you the link."
        ),
    )


class PasswordView(BaseView):
    """The two pages; the first is for whoever is logged in, the second for whoever holds a link."""

    route_base = "/password"
    default_view = "own"

    @expose("/own", methods=["GET", "POST"])
    def own(self) -> ResponseReturnValue:
        """Change one's own password; all other sessions of the account end."""
        if actor().user_id is None:
            return to_login()
        form = OwnPasswordForm()
        if form.validate_on_submit():
            try:
                logins.change_own_password(
                    form.old_password.data,
                    form.new_password.data,
                    actor=actor(),
                    session_key=session.key,  # type: ignore[attr-defined]
                )
            except PortalError as refusal:
                show_refusal(form, refusal)
            else:
                flash(str(_l("Your password is changed. Other devices have been logged out.")), "success")
                return redirect(url_for("HomeView.index"))
        fields = (form.old_password, form.new_password, form.again)
        must_change = current_user.must_change_password
        return self.render_template(
            "passwords/form.html", form=form, fields=fields, holder=actor().name, must_change=must_change
        )

    @expose("/set", methods=["GET", "POST"])
    def set_by_link(self) -> ResponseReturnValue:
        """Set the password of the link's account; 404 for a link that is used, old or unknown."""
        form: Any = LinkPasswordForm()
        if request.method == "GET":
            form.link.data = request.args.get("link", "")
        holder = one_time_links.holder_of(form.link.data or "")
        if not one_time_links.wants_code(form.link.data or ""):
            del form.code
        if form.validate_on_submit():
            try:
                one_time_links.redeem(form.link.data, form.new_password.data, form.code.data if form.code else "")
            except PortalError as refusal:
                show_refusal(form, refusal)
            else:
                session.clear()
                flash(str(_l("Your password is set. Please log in.")), "success")
                return redirect(url_for("AuthView.login"))
        fields = filter(None, (form.code, form.new_password, form.again))
        return self.render_template("passwords/form.html", form=form, fields=fields, holder=holder)
