"""ค้นหาข้อมูลรายการขอเบิก: the claims in reach as a list and a file, and one claim with its papers, story and money."""

from collections.abc import Iterable
from datetime import date
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
from app.domain.appeals import AppealStatus
from app.domain.claims import ClaimReason, ClaimVerb, PaperKind, PatientType, receipt_key
from app.domain.errors import PortalError
from app.domain.money import baht_text
from app.domain.powers import Power
from app.models.agency import Agency, Title
from app.models.claim import ReceiptClaim
from app.models.hospital import Hospital
from app.rules.appeal_statuses import APPEALABLE
from app.services.money import appeal_desk, claim_desk, refund_desk, statements
from app.services.money.claim_review import one_signature_limit
from app.services.money.papers import MOST
from app.views.base import RegisterView, actor
from app.views.claim_form import opened
from app.views.claim_words import APPEAL_LOOKS, baht, be_day, shared_words, status_chip, words_of_claim
from app.views.data_interface import ReadingInterface
from app.views.fields import be_instant, code_label
from app.views.list_search import LONGEST_WORD, Question, words
from app.views.name_search import named
from app.views.run_words import LINE_LOOKS
from app.views.shell import show_count

_NUMBER = StringField(_l("Claim number"), [Optional(), Length(max=LONGEST_WORD)])
_RECEIPT = StringField(_l("Receipt number"), [Optional(), Length(max=LONGEST_WORD)])


def _of_patient(typed: str) -> Any:
    return ReceiptClaim.patient_id == (int(typed) if typed.isdecimal() and len(typed) < 10 else 0)


def _titles() -> list[str]:
    session = ClaimsView.datamodel.session
    return [one.name_th for one in session.scalars(sa.select(Title))]


class ClaimsView(RegisterView):
    """The list with its search; everything that is done to a claim has its own address (app/views/claim_deeds.py)."""

    datamodel = ReadingInterface(ReceiptClaim, shown=("patient", "hospital", "agency"))
    route_base = "/claims"
    power = Power.VIEW_CLAIMS
    include_route_methods = {"list", "show", "aside", "export", "keep_view", "forget_view", "choose_columns", "find"}
    list_title = _l("Search claims")
    show_title = _l("Claim")
    list_template = "claims/list.html"
    base_order = ("id", "desc")
    list_columns = ["claim_no", "patient_name", "hospital", "served_on", "claimable", "granted", "status"]
    more_columns = [
        "receipt_no", "total", "masked_id", "patient_type", "receipt_on", "submitted_at", "reason", "paid_on", "transfer_no",
        "agency",
    ]  # fmt: skip
    money_columns = frozenset({"total", "claimable", "granted"})
    whole_columns = frozenset({"claim_no"})
    order_columns = ["claim_no", "served_on", "receipt_on", "total", "claimable", "submitted_at", "paid_on"]
    search_columns = [
        "claim_no", "patient", "status", "receipt_no", "hospital", "patient_type", "served_on", "paid_on", "patient_id",
    ]  # fmt: skip
    questions = {
        "claim_no": Question(_NUMBER, lambda typed: ReceiptClaim.claim_no == typed.upper().replace(" ", "")),
        "patient": named(_l("Name of the patient"), ReceiptClaim.patient, lambda: _titles()),
        "receipt_no": Question(_RECEIPT, lambda typed: ReceiptClaim.receipt_key == receipt_key(typed)),
        "hospital": words(_l("Hospital"), Hospital.name_th, Hospital.code, within=ReceiptClaim.hospital),
        "patient_id": Question(HiddenField(_l("Patient")), _of_patient),
    }
    show_columns = [
        "agency", "masked_id", "hospital", "patient_type", "served_on", "receipt_no", "total", "claimable", "granted", "status",
    ]  # fmt: skip
    label_columns = {
        "claim_no": _l("Claim number"),
        "patient": _l("Patient"),
        "patient_id": _l("Patient"),
        "patient_name": _l("Patient"),
        "masked_id": _l("National ID"),
        "hospital": _l("Hospital"),
        "patient_type": _l("Kind of patient"),
        "served_on": _l("Date of service"),
        "receipt_no": _l("Receipt number"),
        "receipt_on": _l("Date of the receipt"),
        "total": _l("Receipt (baht)"),
        "claimable": _l("Claimed (baht)"),
        "granted": _l("Approved (baht)"),
        "status": _l("State of the receipt"),
        "reason": _l("Reason"),
        "submitted_at": _l("Sent"),
        "paid_on": _l("Day of the transfer"),
        "transfer_no": _l("Number of the transfer"),
        "agency": _l("Agency"),
    }
    formatters_columns = {
        "patient_type": code_label(PatientType),
        "reason": code_label(ClaimReason),
        "served_on": be_day,
        "receipt_on": be_day,
        "paid_on": be_day,
        "submitted_at": be_instant,
        "total": baht,
        "claimable": baht,
        "granted": baht,
        "status": status_chip,
    }

    @expose("/find", methods=["POST"])
    @has_access
    def find(self) -> ResponseReturnValue:
        """All claims of the patient with this national ID; the address holds the register's own number of him."""
        try:
            number = national_id.parse(request.form.get("national_id", ""), field="national_id")
            key = current_app.config["SECRET_KEY"]
            person_id = claim_desk.find_patient(number, actor=actor(), hash_key=key)
        except PortalError as refusal:
            flash(words_of_claim(refusal), "warning")
            return redirect(url_for("ClaimsView.list"), 303)
        return redirect(url_for("ClaimsView.list", patient_id=person_id), 303)

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """One claim with its papers, story and money; its opening is written down."""
        if not pk.isdecimal() or len(pk) > 9:
            abort(404)
        return self.render_template("claims/claim.html", typed={}, **on_its_page(int(pk)))

    def render_template(self, template: str, **kwargs: Any) -> str:
        """A page of this view; the list leads to a new claim whoever may record one."""
        return super().render_template(template, may_record=Power.RECORD_CLAIM in actor().powers, **kwargs)

    def file_heading(self, items: list[Any]) -> list[str]:
        """Whose claims, and of which days of service."""
        return [agency_line(), *period_line(_("Date of service"), (item.served_on for item in items))]


def on_its_page(claim_id: int) -> dict[str, Any]:
    """What the page of one claim says, beside what somebody typed on it."""
    desk = opened(claim_id)
    appeals = appeal_desk.of_claim(desk.claim.id, actor=actor())
    open_ones = [one for one in appeals if one.status in (AppealStatus.DRAFT, AppealStatus.SUBMITTED)]
    may_appeal = Power.RECORD_CLAIM in actor().powers and desk.claim.status in APPEALABLE and not open_ones
    returned, room = refund_desk.of_claim(desk.claim.id, actor=actor())
    may_refund = Power.RECORD_REFUND in actor().powers and room > 0
    return dict(
        transfers=statements.of_claim(desk.claim.id, actor=actor()), line_looks=LINE_LOOKS,
        may_pay=Power.PAY_CLAIM in actor().powers, refunds=returned, may_refund=may_refund,
        appeals=appeals, may_appeal=may_appeal, appeal_looks=APPEAL_LOOKS, desk=desk, claim=desk.claim,
        kinds=list(PaperKind), reasons=list(ClaimReason), most=MOST,
        Verb=ClaimVerb, limit=one_signature_limit(), in_words=baht_text, **shared_words(),
    )  # fmt: skip


def agency_line() -> str:
    """For the head of files: whose rows they are."""
    own = actor().agency_id
    found = ClaimsView.datamodel.session.get(Agency, own) if own is not None else None
    name = f"{found.name_th} ({found.dla_code})" if found is not None else _("all agencies in reach")
    return _("Agency: %(name)s", name=name)


def period_line(what: str, days: Iterable[date | None]) -> list[str]:
    """For the head of files: from which day to which their rows are; nothing where none has one."""
    known = [day for day in days if day is not None]
    if not known:
        return []
    return [_("%(what)s: %(first)s to %(last)s", what=what, first=be_day(min(known)), last=be_day(max(known)))]


show_count("claims", lambda: claim_desk.count_returned(actor=actor()))
