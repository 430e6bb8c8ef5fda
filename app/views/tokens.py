"""The administrator's tokens for hospitals: make, list, revoke."""

from datetime import timedelta
from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import action
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.domain.clock import real_now
from app.domain.errors import BadInput, PortalError
from app.domain.powers import Power
from app.domain.roles import TokenScope
from app.models.account import ApiToken
from app.services import tokens
from app.views.base import RegisterView, actor
from app.views.data_interface import ReadingInterface
from app.views.errors import words_of
from app.views.fields import NOTHING, be_instant
from app.views.labels import label
from app.views.list_page import Chip
from app.views.row_actions import SafeActions

_SOON = timedelta(days=30)


class TokenForm(FlaskForm):
    """A new token."""

    name = StringField(_l("What the token is for"), [InputRequired(), Length(max=tokens.NAME_LENGTH)])
    hospital_code = StringField(_l("Hospital code"), [InputRequired(), Length(max=tokens.HOSPITAL_CODE_LENGTH)])
    scope = SelectField(_l("Opens"), choices=[SelectChoice(one.value, label(one)) for one in TokenScope])
    days = SelectField(
        _l("Lives for"), coerce=int, default=tokens.LIFETIMES[-1],
        choices=[SelectChoice(days, _l("%(count)s days", count=days)) for days in tokens.LIFETIMES],
    )  # fmt: skip


def _scope(value: Any) -> Any:
    return label(TokenScope(value))


def _expiry(instant: Any) -> Any:
    if instant <= real_now():
        return Chip(be_instant(instant), "bad", "clock-history")
    return Chip(be_instant(instant), "waiting", "clock") if instant <= real_now() + _SOON else be_instant(instant)


def _revocation(instant: Any) -> Any:
    return Chip(be_instant(instant), "bad", "ban") if instant else NOTHING


class TokenView(SafeActions, RegisterView):
    """Hospitals' tokens for the look-up service."""

    datamodel = ReadingInterface(ApiToken)
    route_base = "/tokens"
    power = Power.MANAGE_ACCOUNTS
    include_route_methods = {"list", "add", "action_post", "keep_view", "forget_view", "choose_columns", "export"}
    version_column = None
    list_title = _l("Hospital tokens")
    add_title = _l("New token")
    base_order = ("id", "desc")
    list_columns = ["name", "hospital_code", "scope", "created_at", "expires_at", "revoked_at"]
    order_columns = ["name", "hospital_code"]
    search_columns = ["name", "hospital_code", "expires_at"]
    list_help = _l(
        "With its token a hospital's own program asks for rights. A token cannot be read again; make a new one instead."
    )
    add_form = edit_form = TokenForm
    add_columns = edit_columns = ["name", "hospital_code", "scope", "days"]
    label_columns = {
        "name": _l("What the token is for"),
        "hospital_code": _l("Hospital code"),
        "scope": _l("Opens"),
        "days": _l("Lives for"),
        "created_at": _l("Made at"),
        "expires_at": _l("Expires at"),
        "revoked_at": _l("Revoked at"),
    }
    formatters_columns = {"scope": _scope, "created_at": be_instant, "expires_at": _expiry, "revoked_at": _revocation}

    def name_of(self, item: Any) -> str:
        """What it is for."""
        return str(item.name)

    def add_by_verb(self, form: Any) -> None:
        """Make a token; its secret is shown once, on the answer itself."""
        scope = TokenScope(form.scope.data)
        g.secret = tokens.create_token(
            form.name.data, form.hospital_code.data, scope=scope, days=form.days.data, actor=actor()
        )
        g.holder = form.name.data

    def post_add_redirect(self) -> ResponseReturnValue:
        """The page with the secret; nothing of it is kept."""
        return self._shown_once(g.holder, g.secret)

    def _shown_once(self, holder: str, secret: str) -> ResponseReturnValue:
        return self.render_template(
            "accounts/secret.html",
            title=self.add_title,
            words=_l("Give this token to its holder by a safe way. It is shown only now."),
            secret=secret,
            holder=holder,
            back=url_for("TokenView.list"),
            back_title=self.list_title,
        )

    @action("rotate", _l("Renew"), _l("Make a new secret? The one until now goes on for a week beside it."), "arrow-clockwise",
            single=False)  # fmt: skip
    def rotate(self, keys: list[int]) -> ResponseReturnValue:
        """A successor for one ticked token; its secret is shown once."""
        try:
            if len(keys) != 1:
                raise BadInput("ONE_TOKEN")
            return self._shown_once(*tokens.rotate_token(keys[0], actor=actor()))
        except PortalError as refusal:
            flash(words_of(refusal), "warning")
            return redirect(url_for("TokenView.list"))

    @action("revoke", _l("Revoke"), _l("Revoke the chosen tokens at once?"), "ban", single=False)
    def revoke(self, keys: list[int]) -> ResponseReturnValue:
        """End the ticked tokens."""
        for key in keys:
            tokens.revoke_token(key, actor=actor())
        flash(str(_l("Revoked.")), "success")
        return redirect(url_for("TokenView.list"))
