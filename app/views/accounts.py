"""The administrator's accounts: make, bound, deactivate, reset, unlock."""

from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.domain.clock import real_now
from app.domain.errors import PortalError
from app.domain.powers import Power
from app.domain.roles import ROLES
from app.models.account import PortalUser
from app.models.agency import Agency, NhsoRegion, Province
from app.models.database import db
from app.services import account_agreements, account_asks, accounts
from app.services.account_asks import HandOver
from app.views.account_asks import handed_over
from app.views.base import RegisterView, actor, filled
from app.views.card_words import ASKS
from app.views.data_interface import ReadingInterface
from app.views.errors import words_of
from app.views.fields import CHOOSE, NOTHING, be_instant, in_its_language
from app.views.labels import ROLE_LABELS
from app.views.list_page import Chip
from app.views.list_search import choice, words
from app.views.row_actions import confirmed

_BLANK = ("", CHOOSE)


class ReachForm(FlaskForm):
    """A role and what bounds it."""

    role = SelectField(_l("Role"), [InputRequired()])
    agency_code = StringField(
        _l("Agency code"),
        [Optional(), Length(max=8)],
        description=_l("For clerks and registrars of an agency."),
    )
    province_code = SelectField(_l("Province"), [Optional()], description=_l("For roles of a province."))
    region_no = SelectField(_l("NHSO region"), [Optional()], description=_l("For roles of an NHSO region."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [_BLANK, *((name, ROLE_LABELS[name]) for name in ROLES)]
        provinces = db.session.query(Province).order_by(Province.code)
        self.province_code.choices = [
            SelectChoice(*_BLANK),
            *(SelectChoice(row.code, row.name_th, in_its_language(row.name_th)) for row in provinces),
        ]
        regions = db.session.query(NhsoRegion).order_by(NhsoRegion.no)
        self.region_no.choices = [
            SelectChoice(*_BLANK),
            *(SelectChoice(str(row.no), repr(row), in_its_language(row)) for row in regions),
        ]

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
    )
    first_name = StringField(_l("First name"), [InputRequired(), Length(max=accounts.NAME_LENGTH)])
    last_name = StringField(_l("Last name"), [InputRequired(), Length(max=accounts.NAME_LENGTH)])
    email = StringField(_l("E-mail"), [InputRequired(), Length(max=accounts.EMAIL_LENGTH)])


def _role_names(roles: list[Any]) -> str:
    return ", ".join(str(ROLE_LABELS.get(role.name, role.name)) for role in roles) or NOTHING


def _state(is_active: bool) -> Chip:
    return Chip(_l("Active"), "good", "check-circle") if is_active else Chip(_l("Deactivated"), "empty", "dash-circle")


def _locked(until: Any) -> Any:
    return Chip(be_instant(until), "waiting", "lock") if until and until > real_now() else NOTHING


def _with_role(name: str) -> Any:
    return PortalUser.roles.any(name=name)


# What is asked before a verb that is hard to undo: the question, what it will do, the word on the button.
_QUESTIONS: dict[str, tuple[Any, Any, Any]] = {
    "deactivate": (
        _l("Deactivate the account %(name)s?"),
        _l("It is logged out at once and cannot log in again until somebody activates it."),
        _l("Deactivate"),
    ),
    "reset": (
        _l("Reset the password of %(name)s?"),
        _l("The password until now stops working and the account is logged out. You get a one-time link to hand over."),
        _l("Reset the password"),
    ),
    "reset_by_two": (
        _l("Ask for a new password of %(name)s?"),
        _l(
            "Nothing changes until another administrator agrees: the password goes on working until then. "
            "If it may be in wrong hands, deactivate the account, which works at once."
        ),
        _l("Ask another administrator"),
    ),
}


class AccountView(RegisterView):
    """Accounts for the NHSO administrator; the form that changes one changes its role and reach."""

    datamodel = ReadingInterface(PortalUser, shown=("roles", "agency"))
    route_base = "/accounts"
    power = Power.MANAGE_ACCOUNTS
    show_template = "accounts/show.html"
    version_column = "account_version"
    add_row_message = edit_row_message = ""  # handed_over says what came of it
    list_title = _l("Accounts")
    show_title = _l("Account")
    add_title = _l("New account")
    edit_title = _l("Change role and reach")
    form_help = _l("Agency, province and region: fill in only what the role needs. The rest is not kept.")
    base_order = ("username", "asc")
    list_columns = ["username", "first_name", "last_name", "roles", "agency", "active", "locked_until"]
    more_columns = ["email", "province_code", "region_no"]
    order_columns = ["username", "first_name", "last_name"]
    search_columns = ["name", "roles", "agency", "active"]
    questions = {
        "name": words(
            _l("Name, user name or e-mail"),
            PortalUser.username,
            PortalUser.first_name,
            PortalUser.last_name,
            PortalUser.email,
        ),
        "roles": choice(_l("Role"), lambda: ((name, ROLE_LABELS[name]) for name in ROLES), _with_role),
        "agency": words(_l("Agency, name or code"), Agency.name_th, Agency.dla_code, within=PortalUser.agency),
    }
    show_fieldsets = [
        (_l("Account"), {"fields": ["username", "email", "active", "locked_until"]}),
        (_l("Role and reach"), {"fields": ["roles", "agency", "province_code", "region_no"]}),
    ]
    add_form = AccountForm
    edit_form = ReachForm
    edit_fieldsets = [(_l("Role and reach"), {"fields": ["role", "agency_code", "province_code", "region_no"]})]
    add_fieldsets = [
        (_l("Account"), {"fields": ["username", "email", "first_name", "last_name"]}),
        *edit_fieldsets,
    ]
    label_columns = {
        "username": _l("User name"),
        "first_name": _l("First name"),
        "last_name": _l("Last name"),
        "roles": _l("Role"),
        "agency": _l("Agency"),
        "active": _l("State"),
        "locked_until": _l("Locked until"),
        "email": _l("E-mail"),
        "province_code": _l("Province"),
        "region_no": _l("NHSO region"),
    }
    formatters_columns = {
        "roles": _role_names,
        "active": _state,
        "locked_until": _locked,
    }

    def add_by_verb(self, form: Any) -> None:
        """Make an account; its one-time link is shown once, on the answer itself."""
        _id, g.handed = accounts.create_account(filled(accounts.NewAccount, form, reach=form.reach()), actor=actor())
        g.holder = form.username.data

    def edit_by_verb(self, pk: Any, version: int, form: Any) -> None:
        """Give the account another role or bound."""
        g.handed = accounts.change_reach(pk, version, form.reach(), actor=actor())
        g.holder = db.session.get_one(PortalUser, pk).username

    def prefill_form(self, form: Any, pk: Any) -> None:
        """Show the account's role and reach."""
        user = db.session.get_one(PortalUser, pk)
        form.role.data = user.roles[0].name if user.roles else None
        form.agency_code.data = user.agency.dla_code if user.agency else ""
        form.region_no.data = str(user.region_no or "")

    def name_of(self, item: Any) -> str:
        """First and last name."""
        return item.get_full_name() or item.username

    def post_add_redirect(self) -> ResponseReturnValue:
        """The page with the link or the code; nothing of it is kept."""
        return handed_over(g.handed, g.holder, url_for("AccountView.list"))

    def post_edit_redirect(self) -> ResponseReturnValue:
        """The page with the code, where one is to be handed over."""
        return handed_over(g.handed, g.holder, url_for("AccountView.list"))

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """One account with what can be done to it."""
        account = self.datamodel.get(pk) or abort(404)
        locked = account.locked_until is not None and account.locked_until > real_now()
        own = account.id == actor().user_id
        waits = account_agreements.waits_for(account.id, actor=actor())
        return self._show_page(
            account, account=account, locked=locked, own=own, questions=_QUESTIONS, waits=waits, asks=ASKS
        )

    @expose("/<verb>/<int:pk>", methods=["POST"])
    @has_access
    def change(self, verb: str, pk: int) -> ResponseReturnValue:
        """Deactivate, activate, unlock or reset the account as it was when the page was shown."""
        verbs = {
            "deactivate": accounts.deactivate, "activate": accounts.activate, "unlock": accounts.unlock,
            "reset": accounts.reset,
        }  # fmt: skip
        if verb not in verbs:
            abort(404)
        version = request.form.get("version", type=int) or abort(400)
        user = db.session.get(PortalUser, pk)
        name = user.username if user else NOTHING
        if verb in _QUESTIONS:
            by_two = verb == "reset" and user is not None and account_asks.may_decide(user)
            question, consequence, words_of_verb = _QUESTIONS["reset_by_two" if by_two else verb]
            if asked := confirmed(question % {"name": name}, consequence, words_of_verb):
                return asked
        back = url_for("AccountView.show", pk=pk)
        try:
            handed = verbs[verb](pk, version, actor=actor())
        except PortalError as refusal:
            flash(words_of(refusal), "danger")
            return redirect(back)
        return handed_over(handed or HandOver(), name, back)
