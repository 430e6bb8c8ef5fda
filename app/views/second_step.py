"""The code of the phone after the password: the first time with a QR code for the phone, and another phone later."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

import segno
from flask import current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView, expose
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_user
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from app.domain.errors import NotFound, PortalError
from app.models.account import PortalUser
from app.models.database import db
from app.services import logins, second_factors
from app.views.base import actor, show_refusal, to_login
from app.views.card_login import end_own_session

_STEP = "first_step"  # in the visitor's cookie, sealed
_DIGITS = {"inputmode": "numeric", "pattern": "[0-9 ]*", "autocomplete": "one-time-code"}
_CODE = [InputRequired(), Length(max=20)]
_OURS = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")  # no other host, and no backslash, which browsers take for a slash


class CodeForm(FlaskForm):
    """The code that the phone shows now; `offer` is the sealed secret of a phone that is new."""

    offer = HiddenField()
    code = StringField(_l("Code of the phone"), _CODE, render_kw=_DIGITS)


class NewPhoneForm(FlaskForm):
    """A code of the phone until now and one of the phone in its place."""

    offer = HiddenField()
    old_code = StringField(_l("Code of the phone until now"), _CODE, render_kw=_DIGITS)
    new_code = StringField(_l("Code of the new phone"), _CODE, render_kw=_DIGITS)


def way_on() -> str:
    """Where the log-in leads: to the page of ours that was asked for, as /register/?page=2, else home."""
    wanted = request.args.get("next", "")
    return wanted if _OURS.fullmatch(wanted) and _is_page(wanted) else url_for("HomeView.index")


def _is_page(address: str) -> bool:
    """Whether it answers to a question at all: who was asked to log in by a button of a page has no such address."""
    try:
        current_app.url_map.bind("").match(unquote(urlsplit(address).path), method="GET")
    except RequestRedirect:  # a slash at the end
        return True
    except HTTPException:
        return False
    return True


def begin(user_id: int, wanted: str) -> ResponseReturnValue:
    """Open a session of its own for the officer and send him to where he wanted to go."""
    locale = session.get("locale")
    end_own_session()  # a row whose officer is let in no more must not become this one's
    if locale:
        session["locale"] = locale
    login_user(db.session.get(PortalUser, user_id), remember=False)
    return redirect(wanted)


def ask(step: logins.FirstStep, wanted: str) -> ResponseReturnValue:
    """Go on to the page for the code; nobody is logged in yet."""
    session[_STEP] = step.sealed(_key())
    return redirect(url_for("SecondStepView.code", next=wanted), 303)


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])


def _qr(address: str) -> Markup:
    """The QR code as a drawing of the page itself: no other server and no file ever sees the secret."""
    # The drawing is segno's own and holds nothing but the path of the squares.
    return Markup(segno.make(address, error="m").svg_inline(scale=5, border=4, light="#fff", svgclass="qr"))  # noqa: S704


class SecondStepView(BaseView):
    """Opened by the first step of a log-in, which stands sealed in the visitor's cookie for five minutes."""

    route_base = "/login/code"
    default_view = "code"

    @expose("/", methods=["GET", "POST"])
    def code(self) -> ResponseReturnValue:
        """The code of the phone; for whoever has none yet, the QR code first."""
        step = logins.first_step(session.get(_STEP, ""), key=_key())
        holder = db.session.get(PortalUser, step.user_id) if step else None
        if step is None or holder is None:
            return self._over()
        form, is_known = CodeForm(), second_factors.is_enrolled(step.user_id)
        if form.validate_on_submit():
            try:
                self._enter(step, form, is_known)
            except NotFound:
                return self._over()
            except PortalError as refusal:
                show_refusal(form, refusal)
            else:
                return begin(step.user_id, way_on())
        phone = None if is_known else _offered(step.user_id, holder.username, form)
        return self.render_template("login_code.html", form=form, phone=phone, qr=phone and _qr(phone.address))

    def _enter(self, step: logins.FirstStep, form: CodeForm, is_known: bool) -> None:
        told = {"key": _key(), "address": request.remote_addr}
        if is_known:
            second_factors.enter(step, form.code.data, **told)
        else:
            second_factors.enrol(step, form.offer.data or "", form.code.data, **told)

    def _over(self) -> ResponseReturnValue:
        session.pop(_STEP, None)
        flash(str(_l("This log-in is over. Please begin anew with your password.")), "warning")
        return redirect(url_for("AuthView.login", next=request.args.get("next")), 303)


def _offered(user_id: int, username: str, form: Any) -> second_factors.Offer:
    made = second_factors.offer(user_id, username, key=_key(), sealed=form.offer.data or "")
    form.offer.data = made.sealed
    return made


class PhoneView(BaseView):
    """One's own phone."""

    route_base = "/phone"
    default_view = "own"

    @expose("/", methods=["GET", "POST"])
    def own(self) -> ResponseReturnValue:
        """Put another phone in the place of the one until now, by a code of each."""
        user_id = actor().user_id
        if user_id is None:
            return to_login()
        form, is_known = NewPhoneForm(), second_factors.is_enrolled(user_id)
        if is_known and form.validate_on_submit():
            try:
                second_factors.change_phone(
                    form.old_code.data, form.offer.data or "", form.new_code.data, key=_key(), actor=actor(),
                    session_key=session.key,  # type: ignore[attr-defined]
                )  # fmt: skip
            except PortalError as refusal:
                show_refusal(form, refusal)
            else:
                flash(str(_l("Your phone is changed. Other devices have been logged out.")), "success")
                return redirect(url_for("HomeView.index"), 303)
        phone = _offered(user_id, current_user.username, form) if is_known else None
        return self.render_template("own_phone.html", form=form, phone=phone, qr=phone and _qr(phone.address))
