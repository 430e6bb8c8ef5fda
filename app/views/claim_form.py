"""แจ้งคำร้องขอเบิกค่ารักษา: one receipt on one page, the patient's right on the day of the service shown beside it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_appbuilder.utils.limit import Limit
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from app.domain.claims import ClaimVerb, PatientType
from app.domain.errors import BadInput, InvalidForm, NotFound, PortalError
from app.domain.money import format_baht, parse_baht
from app.domain.powers import Power
from app.security.limits import ask_of_strangers
from app.services.money import claim_desk, claims, hospital_choice, patients
from app.services.money.claim_desk import ClaimDesk
from app.services.money.claims import ClaimForm
from app.services.money.patients import Patient
from app.views.base import PowerView, actor, filled
from app.views.claim_words import shared_words, show_refusal, words_of_claim
from app.views.errors import status_of
from app.views.explain_words import words as law_words
from app.views.family_boxes import ChoiceOf, DayField
from app.views.form_clash import Differs, brought_up, overtaken

PER_MINUTE = "60 per minute"  # of whomever; strangers are counted by app/security/limits.py


class MoneyField(StringField):
    """An amount typed in baht; `data` is satang, or None where nothing was typed."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return format_baht(self.data) if isinstance(self.data, int) else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the amount; what is none is refused in words."""
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = parse_baht(valuelist[0], field=self.name)
            except BadInput as refusal:
                raise ValueError(words_of_claim(refusal)) from refusal


def no_box(typed: str | None) -> str:
    """A box that was not sent at all is an empty one."""
    return typed or ""


class ClaimPage(FlaskForm):
    """The form as it stands on the page."""

    national_id = StringField(_l("National ID of the patient"), [Length(max=40)], filters=[no_box])
    served_on = DayField(_l("Date of service or admission"))
    discharged_on = DayField(_l("Date of discharge (in-patient)"))
    patient_type = ChoiceOf(PatientType, _l("Kind of patient"))
    hospital = StringField(_l("Hospital"), [Length(max=300)], filters=[no_box])
    private_unit = StringField(
        _l("Private unit on the receipt, where the hospital referred the patient"), [Length(max=200)], filters=[no_box]
    )
    receipt_no = StringField(_l("Receipt number"), [Length(max=100)], filters=[no_box])
    receipt_on = DayField(_l("Date of the receipt"))
    name_on_receipt = StringField(_l("Name on the receipt"), [Length(max=300)], filters=[no_box])
    total = MoneyField(_l("Total of the receipt (baht)"))
    claimable = MoneyField(_l("Amount that can be claimed (baht)"))
    version = HiddenField()


class ClaimFormView(PowerView):
    """A new claim, or one that may still be written; the number travels by POST alone."""

    route_base = "/claim-forms"
    default_view = "new"
    power = Power.RECORD_CLAIM
    limits = [Limit(PER_MINUTE, key_func=lambda: f"claims {actor().user_id}", methods=("POST",))]

    @expose("/new", methods=["GET", "POST"])
    def new(self) -> ResponseReturnValue:
        """An empty form; `action=check` only asks for the right, else the claim is recorded."""
        page = ClaimPage()
        if request.method == "POST":
            return self._sent(page, None)
        return self._page(page, None, None)

    @expose("/<int:claim_id>", methods=["GET", "POST"])
    def one(self, claim_id: int) -> ResponseReturnValue:
        """A recorded or returned claim."""
        desk = opened(claim_id)
        if ClaimVerb.RECORD not in desk.verbs:
            return self._over(desk)
        if request.method == "POST":
            return self._sent(ClaimPage(), desk)
        return self._page(_filled_in(desk), desk, None)

    def _over(self, desk: ClaimDesk) -> ResponseReturnValue:
        told, address = _("This claim cannot be changed any more."), url_for("ClaimsView.show", pk=desk.claim.id)
        if request.method == "POST":
            return overtaken(self, ClaimPage(), told, (desk.claim.claim_no, address))
        flash(told, "warning")
        return redirect(address, 303)

    def _sent(self, page: ClaimPage, desk: ClaimDesk | None) -> ResponseReturnValue:
        clash: list[Differs] = []
        is_asked = request.form.get("action") == "check"
        patient, status = _asked(page) if is_asked else None, 200  # who saves is asked by the verb, once
        if patient is not None and patient.right is None:
            ask_of_strangers()
        if not page.validate():
            status = 400
        elif not is_asked:
            try:
                form = filled(ClaimForm, page)
                key, claim_id = current_app.config["SECRET_KEY"], desk.claim.id if desk else None
                seen = typed_version(page) if desk else None
                done = claims.record(form, actor=actor(), hash_key=key, claim_id=claim_id, seen_version=seen)
                flash(_("Recorded. Attach the receipt, then send the claim."), "success")
                return redirect(url_for("ClaimsView.show", pk=done), 303)
            except PortalError as refusal:
                show_refusal(page, refusal)
                status = status_of(refusal)
                if refusal.code == "STALE" and desk is not None:
                    clash = brought_up(page, _filled_in(opened(desk.claim.id)))
                if _is_a_stranger(refusal):
                    ask_of_strangers()
        return self._page(page, desk, patient, clash), status

    def _page(
        self, page: ClaimPage, desk: ClaimDesk | None, patient: Patient | None, clash: Sequence[Differs] = ()
    ) -> str:
        return self.render_template(
            "claims/form.html", page=page, desk=desk, patient=patient, clash=clash,
            hospitals=hospital_choice.offered(actor=actor()),
            refused=words_of_claim(patient.refusal) if patient and patient.refusal else "",
            **law_words(), **shared_words(),
        )  # fmt: skip


def opened(claim_id: int) -> ClaimDesk:
    """The claim for its pages; 404 for what is not there or another agency's."""
    try:
        return claim_desk.open_claim(claim_id, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
    except NotFound:
        abort(404)


def _asked(page: ClaimPage) -> Patient | None:
    """The right on the day of the service, where both are typed; faults are shown at the number."""
    day = page.served_on.data
    if not isinstance(day, date) or not (page.national_id.data or "").strip():
        return None
    key = current_app.config["SECRET_KEY"]
    try:
        left = page.discharged_on.data
        until = left if isinstance(left, date) else None
        return patients.find(page.national_id.data or "", day, actor=actor(), hash_key=key, discharged_on=until)
    except PortalError:
        return None  # said at the field when the form is sent


def _is_a_stranger(refusal: PortalError) -> bool:
    """Whether it tells of somebody who is no patient of this agency's; a number that is none tells nothing."""
    errors = refusal.errors if isinstance(refusal, InvalidForm) else [refusal]
    return any(one.field == "national_id" and not isinstance(one, BadInput) for one in errors)


def _filled_in(desk: ClaimDesk) -> ClaimPage:
    claim = desk.claim
    values: dict[str, Any] = {
        name: getattr(claim, name)
        for name in (
            "served_on", "discharged_on", "patient_type", "private_unit", "receipt_no", "receipt_on", "name_on_receipt",
            "total", "claimable", "version",
        )
    }  # fmt: skip
    values["national_id"] = claim.patient.national_id
    values["hospital"] = f"{claim.hospital.code} {claim.hospital.name_th}"
    return ClaimPage(formdata=None, data=values)


def typed_version(page: Any) -> int:
    """The version of the row that the page showed; raises BadInput('VERSION_MISSING')."""
    typed = str(page.version.data or "")
    if not typed.isdecimal() or len(typed) > 9:
        raise BadInput("VERSION_MISSING")
    return int(typed)
