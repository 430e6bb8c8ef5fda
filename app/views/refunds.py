"""ค้นหาคำร้องอุทธรณ์คืนเงิน: the refunds in reach as a list and a file, one refund, and the reasons that its form offers."""

from typing import Any

import sqlalchemy as sa
from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import Length, Optional

from app.domain import national_id
from app.domain.clock import bangkok_day
from app.domain.errors import PortalError
from app.domain.money import baht_text
from app.domain.powers import Power
from app.domain.refunds import RefundMethod, RefundVerb
from app.models.appeal import Appeal
from app.models.claim import ReceiptClaim
from app.models.refund import RefundReason, RefundRequest
from app.services.money import claim_desk
from app.views.base import RegisterView, actor
from app.views.claim_words import baht, be_day, refund_chip, shared_words, words_of_claim
from app.views.claims import agency_line, period_line
from app.views.code_tables import CodeTableView
from app.views.data_interface import ReadingInterface
from app.views.fields import be_instant, code_label
from app.views.list_search import LONGEST_WORD, Question
from app.views.refund_form import opened_refund

_NUMBER = StringField(_l("Number of the refund, claim or appeal"), [Optional(), Length(max=LONGEST_WORD)])


def _numbered(typed: str) -> Any:
    """The seed asks for the appeal's number; a refund has its own, and belongs to a claim (spec 11, Q21)."""
    number = typed.upper().replace(" ", "")
    appeals = sa.select(Appeal.claim_id).where(Appeal.appeal_no == number)
    claim = RefundRequest.claim.has(ReceiptClaim.claim_no == number)
    return sa.or_(RefundRequest.refund_no == number, claim, RefundRequest.claim_id.in_(appeals))


def _of_patient(typed: str) -> Any:
    person_id = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
    return RefundRequest.claim.has(ReceiptClaim.patient_id == person_id)


class RefundsView(RegisterView):
    """One of the two that the seed asks for finds a refund: a number, or the national ID."""

    datamodel = ReadingInterface(RefundRequest, shown=("claim", "agency"))
    route_base = "/refunds"
    power = Power.VIEW_CLAIMS
    include_route_methods = {"list", "show", "export", "keep_view", "forget_view", "choose_columns", "find"}
    list_title = _l("Search refunds")
    show_title = _l("Refund")
    list_template = "refunds/list.html"
    base_order = ("id", "desc")
    list_columns = ["refund_no", "claim_no", "patient_name", "reason", "amount", "received", "status"]
    more_columns = [
        "masked_id", "method", "sent_on", "sent_no", "recorded_at", "confirmed_at", "printed_at", "prints", "received_on",
        "received_no", "agency",
    ]  # fmt: skip
    money_columns = frozenset({"amount", "received"})
    unsummed_columns = frozenset({"amount"})  # drafts and cancelled ones too: what came back has the sum
    whole_columns = frozenset({"refund_no", "claim_no"})
    order_columns = ["refund_no", "amount", "recorded_at", "printed_at", "received_on"]
    search_columns = ["number", "status", "method", "recorded_at", "received_on", "patient_id"]
    questions = {
        "number": Question(_NUMBER, _numbered),
        "patient_id": Question(HiddenField(_l("Patient")), _of_patient),
    }
    label_columns = {
        "number": _l("Number of the refund, claim or appeal"),
        "patient_id": _l("Patient"),
        "refund_no": _l("Refund number"),
        "claim_no": _l("Claim number"),
        "patient_name": _l("Patient"),
        "masked_id": _l("National ID"),
        "reason": _l("Reason of the refund"),
        "amount": _l("Amount to be returned (baht)"),
        "received": _l("Returned (baht)"),
        "status": _l("State"),
        "method": _l("How it is returned"),
        "sent_on": _l("Sent back on"),
        "sent_no": _l("Number of the transfer or cheque"),
        "recorded_at": _l("Recorded"),
        "confirmed_at": _l("Refund confirmed"),
        "printed_at": _l("Printed last"),
        "prints": _l("Prints"),
        "received_on": _l("Received on"),
        "received_no": _l("Number of the receipt of money"),
        "agency": _l("Agency"),
    }
    formatters_columns = {
        "amount": baht,
        "received": baht,
        "status": refund_chip,
        "method": code_label(RefundMethod),
        "sent_on": be_day,
        "received_on": be_day,
        "recorded_at": be_instant,
        "confirmed_at": be_instant,
        "printed_at": be_instant,
    }

    @expose("/find", methods=["POST"])
    @has_access
    def find(self) -> ResponseReturnValue:
        """All refunds of the patient with this national ID; the address holds the register's own number of him."""
        try:
            number = national_id.parse(request.form.get("national_id", ""), field="national_id")
            person_id = claim_desk.find_patient(number, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
        except PortalError as refusal:
            flash(words_of_claim(refusal), "warning")
            return redirect(url_for("RefundsView.list"), 303)
        return redirect(url_for("RefundsView.list", patient_id=person_id), 303)

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """One refund; its opening is written down."""
        if not pk.isdecimal() or len(pk) > 9:
            abort(404)
        return self.render_template("refunds/refund.html", typed={}, **on_its_page(int(pk)))

    def render_template(self, template: str, **kwargs: Any) -> str:
        """A page of this view; the list leads to a new refund whoever may record one."""
        return super().render_template(template, may_record=Power.RECORD_REFUND in actor().powers, **kwargs)

    def file_heading(self, items: list[Any]) -> list[str]:
        """Whose refunds, and of which days."""
        return [agency_line(), *period_line(_("Day of the record"), (bangkok_day(item.recorded_at) for item in items))]


def on_its_page(refund_id: int) -> dict[str, Any]:
    """What the page of one refund says, beside what somebody typed on it."""
    desk = opened_refund(refund_id)
    return dict(
        desk=desk, refund=desk.refund, claim=desk.refund.claim, Verb=RefundVerb, in_words=baht_text, **shared_words()
    )


class RefundReasonsView(CodeTableView):
    """What the form of a refund offers as reasons."""

    datamodel = ReadingInterface(RefundReason)
    route_base = "/refund-reasons"
    list_title = _l("Reasons of refunds")
    add_title = _l("New reason")
    edit_title = _l("Change reason")
    base_order = ("position", "asc")
    list_help = _l("The form of a refund offers these, in this order.")
    list_columns = add_columns = edit_columns = order_columns = ["name_th", "position"]
    search_columns = ["name_th"]
    description_columns = {"position": _l("The smaller the number, the nearer to the top.")}
    label_columns = {"name_th": _l("Reason of the refund"), "position": _l("Place in the list")}
