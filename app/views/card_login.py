"""Logging in by card: the address that the bridge opens, the page for the PIN, and changing one's own PIN."""

import time
from typing import Any

from flask import abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView, expose
from flask_babel import lazy_gettext as _l
from flask_login import login_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from app.domain.errors import NotFound, PortalError
from app.models.account import PortalUser
from app.models.database import db
from app.security.session_cookie import CARD, PIN_AT
from app.services import card_tickets, pins, sessions
from app.services.card_tickets import Waiting
from app.views.base import actor, show_refusal, to_login
from app.views.dates import format_be_instant

_OPENER = "card_opener"  # the secret that ties a ticket to the browser that opened it first
_NUMBERS = {"inputmode": "numeric", "pattern": "[0-9]*"}
_RULE = _l(
    "%(least)s to %(most)s digits: no run, no date, no piece of the number on your card.",
    least=pins.SHORTEST,
    most=pins.LONGEST,
)


class PinForm(FlaskForm):
    """The PIN."""

    pin = PasswordField(_l("PIN"), [InputRequired(), Length(max=pins.LONGEST)], render_kw=_NUMBERS)


class NewPinForm(FlaskForm):
    """A new PIN, typed twice."""

    new_pin = PasswordField(
        _l("New PIN"), [InputRequired(), Length(max=pins.LONGEST)], render_kw=_NUMBERS, description=_RULE
    )
    again = PasswordField(
        _l("New PIN again"),
        [InputRequired(), EqualTo("new_pin", _l("The two are not the same."))],
        render_kw=_NUMBERS,
    )


class FirstPinForm(NewPinForm):
    """The first PIN, with the code that the registrar handed over."""

    setup = StringField(_l("Code of the registrar"), [InputRequired(), Length(max=20)])


class OwnPinForm(NewPinForm):
    """Another PIN, by the one until now."""

    old_pin = PasswordField(_l("PIN until now"), [InputRequired(), Length(max=pins.LONGEST)], render_kw=_NUMBERS)


class CardLoginView(BaseView):
    """Opened by the bridge with a ticket; the PIN decides. The ticket leaves the address at once."""

    route_base = "/login/card"
    default_view = "pin"

    @expose("/")
    def open(self) -> ResponseReturnValue:
        """Claim the ticket for this browser and go on to a clean address."""
        try:
            opener = card_tickets.open_ticket(request.args.get("ticket", "")[:100], address=request.remote_addr)
        except NotFound:
            return self._over()
        session[_OPENER] = opener
        return redirect(url_for("CardLoginView.pin"), 303)

    @expose("/pin", methods=["GET", "POST"])
    def pin(self) -> ResponseReturnValue:
        """Who, at which computer, with which code; the right PIN logs in."""
        opener = session.get(_OPENER, "")
        try:
            waiting = card_tickets.waiting(opener)
        except NotFound:
            return self._over()
        form = FirstPinForm() if waiting.needs_pin else PinForm()
        if form.validate_on_submit():
            try:
                self._enter(opener, form, waiting)
            except NotFound:
                return self._over()
            except PortalError as refusal:
                if refusal.code == "PIN_LOCKED":
                    return self._over()
                show_refusal(form, refusal)
            else:
                _begin_session(waiting)
                return redirect(url_for("HomeView.index"), 303)
        return self.render_template("card/pin.html", form=form, waiting=waiting)

    def _enter(self, opener: str, form: Any, waiting: Waiting) -> None:
        told = {"pepper": current_app.config["CARD_PEPPER"] or abort(404), "address": request.remote_addr}
        if waiting.needs_pin:
            card_tickets.set_first_pin(opener, form.setup.data, form.new_pin.data, **told)
        else:
            card_tickets.enter_pin(opener, form.pin.data, **told)

    def _over(self) -> ResponseReturnValue:
        """Why nothing waits in this browser; while the PIN is locked, until when."""
        if until := card_tickets.locked_until(session.get(_OPENER, "")):
            return self.render_template("card/locked.html", until=format_be_instant(until)), 403
        session.pop(_OPENER, None)
        return self.render_template("card/over.html"), 404


def _begin_session(waiting: Waiting) -> None:
    locale = session.get("locale")
    end_own_session()
    if locale:
        session["locale"] = locale
    session[CARD], session[PIN_AT] = waiting.card_session_id, int(time.time())
    login_user(db.session.get(PortalUser, waiting.user_id), remember=False)


def end_own_session() -> None:
    """Nothing that was here before comes along; somebody who was logged in is logged out."""
    session.clear()
    if session.key is not None:  # type: ignore[attr-defined]
        sessions.end(session.key)  # type: ignore[attr-defined]
        session.key = None  # type: ignore[attr-defined]


class OwnPinView(BaseView):
    """Changing one's own PIN."""

    route_base = "/card/pin"
    default_view = "own"

    @expose("/", methods=["GET", "POST"])
    def own(self) -> ResponseReturnValue:
        """By the PIN until now; all other sessions of the officer end."""
        if actor().user_id is None:
            return to_login()
        form = OwnPinForm()
        pepper = current_app.config["CARD_PEPPER"] or abort(404)
        if form.validate_on_submit():
            try:
                pins.change_own_pin(
                    form.old_pin.data, form.new_pin.data, actor=actor(), pepper=pepper,
                    session_key=session.key,  # type: ignore[attr-defined]
                )  # fmt: skip
            except PortalError as refusal:
                show_refusal(form, refusal)
            else:
                flash(str(_l("Your PIN is changed. Other devices have been logged out.")), "success")
                return redirect(url_for("HomeView.index"), 303)
        return self.render_template("card/own_pin.html", form=form, has_pin=pins.has_pin(actor=actor()))
