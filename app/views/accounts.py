"""The administrator's accounts: make, bound, deactivate, reset, unlock; and the hospitals' tokens."""

from typing import Any

from flask import abort, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import action, expose, has_access
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.domain.clock import real_now
from app.domain.errors import PortalError
from app.domain.powers import Power
from app.domain.roles import ROLES
from app.models.account import ApiToken, PortalUser
from app.models.agency import NhsoRegion, Province
from app.models.database import db
from app.services import accounts, tokens
from app.views.base import RegisterView, SafeActions, actor, filled
from app.views.data_interface import ReadingInterface
from app.views.errors import words_of
from app.views.fields import NOTHING, be_instant, yes_no
from app.views.labels import ROLE_LABELS

_BLANK = ("", NOTHING)
_BOX = {"class": "form-control"}


class ReachForm(FlaskForm):
    """A role and what bounds it."""

    role = SelectField(_l("Role"), [InputRequired()], render_kw=_BOX)
    agency_code = StringField(
        _l("Agency code"),
        [Optional(), Length(max=8)],
        description=_l("For clerks and registrars of an agency."),
        render_kw=_BOX,
    )
    province_code = SelectField(
        _l("Province"), [Optional()], description=_l("For roles of a province."), render_kw=_BOX
    )
    region_no = SelectField(
        _l("NHSO region"), [Optional()], description=_l("For roles of an NHSO region."), render_kw=_BOX
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [(name, ROLE_LABELS[name]) for name in ROLES]
        provinces = db.session.query(Province).order_by(Province.code)
        self.province_code.choices = [_BLANK, *((row.code, row.name_th) for row in provinces)]
        regions = db.session.query(NhsoRegion).order_by(NhsoRegion.no)
        self.region_no.choices = [_BLANK, *((str(row.no), repr(row)) for row in regions)]

    def reach(self) -> accounts.Reach:
        """What was chosen, for the verbs."""
        return accounts.Reach(
            role=self.role.data,
            agency_code=(self.agency_code.data or "").strip() or None,
            province_code=self.province_code.data or None,
            region_no=int(self.region_no.data) if self.region_no.data else None,
        )


class AccountForm(ReachForm):
    """A new account."""

    username = StringField(
        _l("User name"),
        [InputRequired(), Length(max=accounts.USERNAME_LENGTH)],
        description=_l("Small letters, digits, dot, dash; at least three, a letter first. Never a national ID."),
        render_kw=_BOX,
    )
    first_name = StringField(_l("First name"), [InputRequired(), Length(max=accounts.NAME_LENGTH)], render_kw=_BOX)
    last_name = StringField(_l("Last name"), [InputRequired(), Length(max=accounts.NAME_LENGTH)], render_kw=_BOX)
    email = StringField(_l("E-mail"), [InputRequired(), Length(max=accounts.EMAIL_LENGTH)], render_kw=_BOX)


def _role_names(roles: list[Any]) -> str:
    return ", ".join(str(ROLE_LABELS.get(role.name, role.name)) for role in roles) or NOTHING


def _locked(until: Any) -> str:
    return be_instant(until) if until and until > real_now() else NOTHING


class AccountView(RegisterView):
    """Accounts for the NHSO administrator; the form that changes one changes its role and reach."""

    datamodel = ReadingInterface(PortalUser)
    route_base = "/accounts"
    power = Power.MANAGE_ACCOUNTS
    version_column = "account_version"
    list_title = _l("Accounts")
    show_title = _l("Account")
    add_title = _l("New account")
    edit_title = _l("Change role and reach")
    base_order = ("username", "asc")
    list_columns = ["username", "first_name", "last_name", "roles", "agency", "active", "locked_until"]
    order_columns = ["username", "first_name", "last_name"]
    search_columns = ["username", "first_name", "last_name", "email", "active"]
    show_columns = [*list_columns, "email", "province_code", "region_no"]
    add_form = AccountForm
    edit_form = ReachForm
    edit_columns = ["role", "agency_code", "province_code", "region_no"]
    add_columns = ["username", "first_name", "last_name", "email", *edit_columns]
    label_columns = {
        "username": _l("User name"),
        "first_name": _l("First name"),
        "last_name": _l("Last name"),
        "roles": _l("Role"),
        "agency": _l("Agency"),
        "active": _l("Active"),
        "locked_until": _l("Locked until"),
        "email": _l("E-mail"),
        "province_code": _l("Province"),
        "region_no": _l("NHSO region"),
    }
    formatters_columns = {
        "roles": _role_names,
        "active": yes_no,
        "locked_until": _locked,
        "agency": lambda row: row or NOTHING,
    }

    def add_by_verb(self, form: Any) -> None:
        """Make an account; its one-time link is shown once, on the answer itself."""
        _id, g.secret = accounts.create_account(filled(accounts.NewAccount, form, reach=form.reach()), actor=actor())
        g.holder = form.username.data

    def edit_by_verb(self, pk: Any, version: int, form: Any) -> None:
        """Give the account another role or bound."""
        accounts.change_reach(pk, version, form.reach(), actor=actor())

    def prefill_form(self, form: Any, pk: Any) -> None:
        """Show the account's role and reach."""
        user = db.session.get_one(PortalUser, pk)
        form.role.data = user.roles[0].name if user.roles else None
        form.agency_code.data = user.agency.dla_code if user.agency else ""
        form.region_no.data = str(user.region_no or "")

    def post_add_redirect(self) -> ResponseReturnValue:
        """The page with the link; nothing of it is kept."""
        return self._link_page()

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """One account with what can be done to it."""
        account = self.datamodel.get(pk) or abort(404)
        locked = account.locked_until is not None and account.locked_until > real_now()
        widgets = self._get_show_widget(pk, account)
        own = account.id == actor().user_id
        return self.render_template("accounts/show.html", account=account, widgets=widgets, locked=locked, own=own)

    @expose("/<verb>/<int:pk>", methods=["POST"])
    @has_access
    def change(self, verb: str, pk: int) -> ResponseReturnValue:
        """Deactivate, activate, unlock or reset the account as it was when the page was shown."""
        verbs = {"deactivate": accounts.deactivate, "activate": accounts.activate, "unlock": accounts.unlock}
        if verb not in verbs and verb != "reset":
            abort(404)
        version = request.form.get("version", type=int) or abort(400)
        try:
            if verb == "reset":
                g.secret = accounts.reset(pk, version, actor=actor())
                g.holder = db.session.get_one(PortalUser, pk).username
                return self._link_page()
            verbs[verb](pk, version, actor=actor())
        except PortalError as refusal:
            flash(words_of(refusal), "danger")
        else:
            flash(str(self.edit_row_message), "success")
        return redirect(url_for("AccountView.show", pk=pk))

    def _link_page(self) -> ResponseReturnValue:
        link = f"{current_app.config['BASE_URL']}{url_for('PasswordView.set_by_link')}?link={g.secret}"
        return self.render_template("accounts/link.html", link=link, holder=g.holder)


class TokenForm(FlaskForm):
    """A new token."""

    name = StringField(_l("What the token is for"), [InputRequired(), Length(max=tokens.NAME_LENGTH)], render_kw=_BOX)
    hospital_code = StringField(
        _l("Hospital code"), [InputRequired(), Length(max=tokens.HOSPITAL_CODE_LENGTH)], render_kw=_BOX
    )


class TokenView(SafeActions, RegisterView):
    """Hospitals' tokens for the look-up service."""

    datamodel = ReadingInterface(ApiToken)
    route_base = "/tokens"
    power = Power.MANAGE_ACCOUNTS
    include_route_methods = {"list", "add", "action_post"}
    version_column = None
    list_title = _l("Hospital tokens")
    add_title = _l("New token")
    base_order = ("id", "desc")
    list_columns = ["name", "hospital_code", "created_at", "expires_at", "revoked_at"]
    order_columns = ["name", "hospital_code"]
    search_columns = ["name", "hospital_code"]
    add_form = edit_form = TokenForm
    add_columns = edit_columns = ["name", "hospital_code"]
    label_columns = {
        "name": _l("What the token is for"),
        "hospital_code": _l("Hospital code"),
        "created_at": _l("Made at"),
        "expires_at": _l("Expires at"),
        "revoked_at": _l("Revoked at"),
    }
    formatters_columns = {"created_at": be_instant, "expires_at": be_instant, "revoked_at": be_instant}

    def add_by_verb(self, form: Any) -> None:
        """Make a token; its secret is shown once, on the answer itself."""
        g.secret = tokens.create_token(form.name.data, form.hospital_code.data, actor=actor())
        g.holder = form.name.data

    def post_add_redirect(self) -> ResponseReturnValue:
        """The page with the secret; nothing of it is kept."""
        return self.render_template("accounts/token.html", word=g.secret, holder=g.holder)

    @action("revoke", _l("Revoke"), _l("Revoke the chosen tokens at once?"), "fa-ban", single=False)
    def revoke(self, keys: list[int]) -> ResponseReturnValue:
        """End the ticked tokens."""
        for key in keys:
            tokens.revoke_token(key, actor=actor())
        flash(str(_l("Revoked.")), "success")
        return redirect(url_for("TokenView.list"))
