"""แจ้งคำร้องอุทธรณ์: which claim, what is to be otherwise, and why."""

from typing import Any

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.domain.appeals import AppealKind, AppealVerb, Compensation
from app.domain.claims import PatientType
from app.domain.errors import InvalidForm, NotFound, PortalError
from app.domain.powers import Power
from app.rules.appeal_statuses import APPEALABLE
from app.services.money import appeal_desk, appeals, hospital_choice
from app.services.money.appeal_desk import AppealDesk
from app.services.money.appeals import AppealForm
from app.services.money.claim_desk import ClaimDesk
from app.services.money.held_receipts import ISSUER_LENGTH, MOST_FURTHER, NUMBER_LENGTH, FurtherReceipt
from app.views.base import PowerView, actor, filled
from app.views.claim_form import MoneyField, no_box, opened, typed_version
from app.views.claim_words import shared_words, show_refusal, words_of_claim
from app.views.errors import status_of
from app.views.family_boxes import ChoiceOf
from app.views.fields import in_its_language
from app.views.form_clash import brought_up, overtaken

FURTHER_BOXES = 4  # empty ones beside those that are filled in


class FurtherRow(Form):
    """A further receipt."""

    issuer = StringField(_l("Hospital or private unit on the receipt"), [Length(max=ISSUER_LENGTH)], filters=[no_box])
    receipt_no = StringField(_l("Receipt number"), [Length(max=NUMBER_LENGTH)], filters=[no_box])
    total = MoneyField(_l("Total of the receipt (baht)"))

    def is_blank(self) -> bool:
        """Whether nothing was typed here."""
        amount = self.total.raw_data[0].strip() if self.total.raw_data else self.total.data
        return not (self.issuer.data or self.receipt_no.data or amount)


class AppealPage(FlaskForm):
    """The form as it stands on the page; which boxes count depends on the kind."""

    kind = ChoiceOf(AppealKind, _l("What is to be otherwise"))
    reason_id = SelectField(
        _l("Reason of the appeal"), coerce=lambda typed: int(typed) if str(typed).isdecimal() else None
    )
    words = TextAreaField(_l("In your own words"), [Length(max=1000)], filters=[no_box])
    hospital = StringField(_l("Right hospital"), [Length(max=300)], filters=[no_box])
    patient_type = ChoiceOf(PatientType, _l("Right kind of patient"))
    compensation = ChoiceOf(Compensation, _l("Kind of compensation"))
    additional = MoneyField(_l("Additional amount (baht)"))
    further_rows = FieldList(
        FormField(FurtherRow), _l("Further receipts"), min_entries=FURTHER_BOXES, max_entries=MOST_FURTHER
    )
    version = HiddenField()

    def offer(self, reasons: list[tuple[int, str]]) -> None:
        """Offer the reasons of the list."""
        choices = [SelectChoice(str(key), words, in_its_language(words)) for key, words in reasons]
        self.reason_id.choices = [SelectChoice("", "–"), *choices]

    def typed_rows(self) -> int:
        """The number of rows up to the last in which something was typed."""
        return max((place for place, row in enumerate(self.further_rows, 1) if not row.form.is_blank()), default=0)

    def further(self) -> list[FurtherReceipt]:
        """The further receipts that were typed."""
        return [FurtherReceipt(row.issuer.data, row.receipt_no.data, row.total.data) for row in self._typed()]

    def show(self, refused: PortalError) -> None:
        """Show a refusal at its box, what is wrong with a further receipt at its row."""
        for error in refused.errors if isinstance(refused, InvalidForm) else [refused]:
            if error.field != "further" or "row" not in error.facts:
                show_refusal(self, error)
                continue
            box = self._typed()[error.facts["row"] - 1][error.facts["box"]]
            box.errors = [*box.errors, words_of_claim(error)]
            self.further_rows.errors = [row.errors for row in self.further_rows]

    def _typed(self) -> list[Any]:
        return [row.form for row in self.further_rows if not row.form.is_blank()]


class AppealFormView(PowerView):
    """First the number of the claim, then its form; a draft stands under its own number."""

    route_base = "/appeal-forms"
    default_view = "ask"
    power = Power.RECORD_CLAIM

    @expose("/", methods=["GET", "POST"])
    def ask(self) -> ResponseReturnValue:
        """Which claim."""
        fault = ""
        if request.method == "POST":
            try:
                claim_id = appeals.find_claim(request.form.get("claim_no", "")[:100], actor=actor())
                return redirect(url_for("AppealFormView.new", claim_id=claim_id), 303)
            except PortalError as refusal:
                fault = words_of_claim(refusal)
        typed = request.form.get("claim_no", "")[:100]
        return self.render_template("appeals/ask.html", fault=fault, typed=typed), 404 if fault else 200

    @expose("/for/<int:claim_id>", methods=["GET", "POST"])
    def new(self, claim_id: int) -> ResponseReturnValue:
        """A new appeal against the decision on this claim."""
        desk = opened(claim_id)
        if desk.claim.status not in APPEALABLE:
            told = _("Only an approved or paid claim can be appealed against.")
            return self._over(told, desk.claim.claim_no, url_for("ClaimsView.show", pk=claim_id))
        return self._answered(AppealPage(), desk, None)

    @expose("/<int:appeal_id>", methods=["GET", "POST"])
    def one(self, appeal_id: int) -> ResponseReturnValue:
        """A draft."""
        found = opened_appeal(appeal_id)
        if AppealVerb.RECORD not in found.verbs:
            told, address = _("This appeal cannot be changed any more."), url_for("AppealsView.show", pk=appeal_id)
            return self._over(told, found.appeal.appeal_no, address)
        page = AppealPage() if request.method == "POST" else _filled_in(found)
        return self._answered(page, opened(found.appeal.claim_id), found)

    def _over(self, told: str, number: str, address: str) -> ResponseReturnValue:
        if request.method == "POST":
            page = AppealPage()
            page.offer(appeals.reasons(actor=actor()))
            return overtaken(self, page, told, (number, address))
        flash(told, "warning")
        return redirect(address, 303)

    def _answered(self, page: AppealPage, desk: ClaimDesk, found: AppealDesk | None) -> ResponseReturnValue:
        page.offer(appeals.reasons(actor=actor()))
        status, clash = 200, []
        if request.method == "POST":
            status = 400
            if page.validate():
                try:
                    own, seen = (found.appeal.id, typed_version(page)) if found else (None, None)
                    form = filled(AppealForm, page, further=page.further())
                    done = appeals.record(desk.claim.id, form, actor=actor(), appeal_id=own, seen_version=seen)
                    flash(_("Recorded. Attach further receipts, then send the appeal."), "success")
                    return redirect(url_for("AppealsView.show", pk=done), 303)
                except PortalError as refusal:
                    page.show(refusal)
                    status = status_of(refusal)
                    if refusal.code == "STALE" and found:
                        now = _filled_in(opened_appeal(found.appeal.id))
                        now.offer(appeals.reasons(actor=actor()))
                        clash = brought_up(page, now)
        return self.render_template(
            "appeals/form.html", page=page, clash=clash, desk=desk, claim=desk.claim, found=found,
            hospitals=hospital_choice.offered(actor=actor()), **shared_words(),
        ), status  # fmt: skip


def opened_appeal(appeal_id: int) -> AppealDesk:
    """The appeal for its pages; 404 for what is not there or another agency's."""
    try:
        return appeal_desk.open_appeal(appeal_id, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
    except NotFound:
        abort(404)


def _filled_in(found: AppealDesk) -> AppealPage:
    appeal = found.appeal
    names = ("kind", "patient_type", "compensation", "additional", "version")
    values: dict[str, Any] = {name: getattr(appeal, name) for name in names} | {"words": appeal.words or ""}
    reasons = {words: key for key, words in appeals.reasons(actor=actor())}
    values["reason_id"] = reasons.get(appeal.reason)
    values["hospital"] = f"{appeal.hospital.code} {appeal.hospital.name_th}" if appeal.hospital else ""
    rows = [{"issuer": one.issuer, "receipt_no": one.receipt_no, "total": one.total} for one in found.further]
    values["further_rows"] = [*rows, *({} for _empty in range(min(FURTHER_BOXES, MOST_FURTHER - len(rows))))]
    return AppealPage(formdata=None, data=values)
