"""ค้นหาคำร้องอุทธรณ์: the appeals in reach as a list and a file, and one appeal with its papers and outcome."""

from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length, Optional

from app.domain.appeals import AppealKind, AppealVerb
from app.domain.clock import bangkok_day
from app.domain.money import baht_text
from app.domain.powers import Power
from app.models.appeal import Appeal, AppealReason
from app.models.claim import ReceiptClaim
from app.services.money.claim_review import one_signature_limit
from app.services.money.papers import MOST
from app.views.appeal_form import opened_appeal
from app.views.base import RegisterView, actor
from app.views.claim_words import APPEAL_LOOKS, appeal_chip, baht, be_day, shared_words
from app.views.claims import agency_line, period_line
from app.views.code_tables import CodeTableView
from app.views.data_interface import ReadingInterface
from app.views.fields import be_instant, code_label
from app.views.list_search import LONGEST_WORD, Question

_CLAIM = StringField(_l("Claim number"), [Optional(), Length(max=LONGEST_WORD)])
_NUMBER = StringField(_l("Appeal number"), [Optional(), Length(max=LONGEST_WORD)])


def _number(typed: str) -> str:
    return typed.upper().replace(" ", "")


class AppealsView(RegisterView):
    """Whether a request for more money passed stands here."""

    datamodel = ReadingInterface(Appeal, shown=("claim.patient", "agency"))
    route_base = "/appeals"
    power = Power.VIEW_CLAIMS
    include_route_methods = {"list", "show", "export", "keep_view", "forget_view", "choose_columns"}
    list_title = _l("Search appeals")
    show_title = _l("Appeal")
    list_template = "appeals/list.html"
    base_order = ("id", "desc")
    list_columns = ["appeal_no", "claim_no", "patient_name", "kind", "additional", "granted", "status"]
    more_columns = ["reason", "submitted_at", "decided_at", "paid_on", "agency"]
    money_columns = frozenset({"additional", "granted"})
    whole_columns = frozenset({"appeal_no", "claim_no"})
    order_columns = ["appeal_no", "additional", "submitted_at", "decided_at", "paid_on"]
    search_columns = ["appeal_no", "claim_no", "status", "kind", "submitted_at"]
    questions = {
        "appeal_no": Question(_NUMBER, lambda typed: Appeal.appeal_no == _number(typed)),
        "claim_no": Question(_CLAIM, lambda typed: Appeal.claim.has(ReceiptClaim.claim_no == _number(typed))),
    }
    label_columns = {
        "appeal_no": _l("Appeal number"),
        "claim_no": _l("Claim number"),
        "patient_name": _l("Patient"),
        "kind": _l("What is to be otherwise"),
        "additional": _l("Additional (baht)"),
        "granted": _l("Granted (baht)"),
        "status": _l("State"),
        "reason": _l("Reason of the appeal"),
        "submitted_at": _l("Sent"),
        "decided_at": _l("Decided"),
        "paid_on": _l("Day of the transfer"),
        "agency": _l("Agency"),
    }
    formatters_columns = {
        "kind": code_label(AppealKind),
        "additional": baht,
        "granted": baht,
        "status": appeal_chip,
        "submitted_at": be_instant,
        "decided_at": be_instant,
        "paid_on": be_day,
    }

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """One appeal; its opening is written down."""
        if not pk.isdecimal() or len(pk) > 9:
            abort(404)
        return self.render_template("appeals/appeal.html", typed={}, **on_its_page(int(pk)))

    def render_template(self, template: str, **kwargs: Any) -> str:
        """A page of this view; the list leads to a new appeal whoever may record one."""
        return super().render_template(template, may_record=Power.RECORD_CLAIM in actor().powers, **kwargs)

    def file_heading(self, items: list[Any]) -> list[str]:
        """Whose appeals, and of which days."""
        return [agency_line(), *period_line(_("Day of the record"), (bangkok_day(item.recorded_at) for item in items))]


def on_its_page(appeal_id: int) -> dict[str, Any]:
    """What the page of one appeal says, beside what somebody typed on it."""
    desk = opened_appeal(appeal_id)
    return dict(
        desk=desk, appeal=desk.appeal, claim=desk.appeal.claim, most=MOST, Verb=AppealVerb,
        limit=one_signature_limit(), in_words=baht_text, appeal_looks=APPEAL_LOOKS, **shared_words(),
    )  # fmt: skip


class AppealReasonsView(CodeTableView):
    """What the form of an appeal offers as reasons."""

    datamodel = ReadingInterface(AppealReason)
    route_base = "/appeal-reasons"
    list_title = _l("Reasons of appeals")
    add_title = _l("New reason")
    edit_title = _l("Change reason")
    base_order = ("position", "asc")
    list_help = _l("The form of an appeal offers these, in this order.")
    list_columns = add_columns = edit_columns = order_columns = ["name_th", "position"]
    search_columns = ["name_th"]
    description_columns = {"position": _l("The smaller the number, the nearer to the top.")}
    label_columns = {"name_th": _l("Reason of the appeal"), "position": _l("Place in the list")}
