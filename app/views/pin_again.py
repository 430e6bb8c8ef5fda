"""Whoever came in by card says his PIN once more before money moves, unless he did so within the last minutes."""

import time

from flask import Flask, abort, current_app, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_appbuilder import AppBuilder
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from app.domain.errors import PortalError
from app.domain.powers import MONEY_DECISIONS
from app.security.session_cookie import CARD, PIN_AT
from app.services import pins
from app.views.base import PowerChecked, actor, show_refusal

FRESH_SECONDS = 5 * 60
_PIN = "pin_again"


class PinAgainForm(FlaskForm):
    """The PIN, under a name that no form of a page has."""

    pin_again = PasswordField(
        _l("PIN"), [InputRequired(), Length(max=pins.LONGEST)], render_kw={"inputmode": "numeric"}
    )


def install(app: Flask, appbuilder: AppBuilder) -> None:
    """Ask before every post of a route whose power decides about money; call once all views are registered."""
    views = {type(view).__name__: view for view in appbuilder.baseviews if isinstance(view, PowerChecked)}
    money = {
        endpoint
        for endpoint in app.view_functions
        for of_view, _dot, method in [endpoint.rpartition(".")]
        if of_view in views and views[of_view].method_powers.get(method, views[of_view].power) in MONEY_DECISIONS
    }

    def ask() -> ResponseReturnValue | None:
        if request.method != "POST" or request.endpoint not in money or not session.get(CARD):
            return None
        return None if _is_fresh() else _asked()

    app.before_request(ask)


def _is_fresh() -> bool:
    return bool(time.time() - session.get(PIN_AT, 0) < FRESH_SECONDS)


def _asked() -> ResponseReturnValue | None:
    form, is_locked = PinAgainForm(), False
    if _PIN in request.form and form.validate():
        try:
            pins.prove(form.pin_again.data, actor=actor(), pepper=current_app.config["CARD_PEPPER"] or abort(404))
        except PortalError as refusal:
            show_refusal(form, refusal)
            is_locked = refusal.code == "PIN_LOCKED"
        else:
            session[PIN_AT] = int(time.time())
            return None  # on to what was asked for; the page's own form reads its own fields
    carried = [pair for pair in request.form.items(multi=True) if pair[0] not in (_PIN, "csrf_token")]
    return render_template("card/pin_again.html", form=form, carried=carried, is_locked=is_locked), 403
