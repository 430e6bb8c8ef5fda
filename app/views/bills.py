"""ทบทวนสิทธิของคำร้อง: bills whose right was taken away or given after they were sent, and what is done about each."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.bills import BillRisk
from app.domain.clock import bangkok_day, real_now
from app.domain.errors import InvalidForm, NotFound, PortalError
from app.domain.powers import Power
from app.domain.thai_calendar import format_be
from app.reports.cells import Column, Kind
from app.reports.workbook import file_name, write_workbook
from app.services.clock import business_now
from app.services.money import bills
from app.services.money.bills import Bill
from app.views.base import PowerView, actor, own_name
from app.views.claim_words import shared_words, words_of_claim
from app.views.claims import agency_line
from app.views.dates import format_be_instant
from app.views.labels import label

DEEPEST = 200  # pages; the file has the rest


class BillsView(PowerView):
    """The list for the agency and the NHSO; the agency drafts refunds, the NHSO's finance closes rows."""

    route_base = "/bills"
    default_view = "show"
    power = Power.VIEW_CLAIMS
    method_powers = {"draft": Power.RECORD_REFUND, "close": Power.DECIDE_CLAIM}

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """What was taken away, or with `?risk=GAINED` what was given later."""
        risk, page = _risk(request.args.get("risk", BillRisk.LOST.value)), request.args.get("page", 0, type=int)
        if not 0 <= page < DEEPEST:
            abort(400)
        powers = actor().powers
        return self.render_template(
            "refunds/bills.html", found=bills.listed(risk, page, actor=actor()), risk=risk, Risk=BillRisk,
            may_draft=Power.RECORD_REFUND in powers, may_close=Power.DECIDE_CLAIM in powers,
            may_see_direct=Power.IMPORT_STATEMENTS in powers, **shared_words(),
        )  # fmt: skip

    @expose("/<int:claim_id>/draft", methods=["POST"])
    def draft(self, claim_id: int) -> ResponseReturnValue:
        """Write the refund of all that can still come back; the clerk looks at it next."""
        try:
            refund_id = bills.draft(claim_id, actor=actor())
        except NotFound:
            abort(404)
        except InvalidForm:  # the list has no such reason any more: the clerk picks one
            return redirect(url_for("RefundFormView.new", claim_id=claim_id), 303)
        except PortalError as refusal:
            flash(words_of_claim(refusal), "danger")
            return redirect(url_for("BillsView.show"), 303)
        flash(_("The refund is written. Look at it; somebody else has to confirm it."), "success")
        return redirect(url_for("RefundsView.show", pk=refund_id), 303)

    @expose("/<int:claim_id>/close", methods=["POST"])
    def close(self, claim_id: int) -> ResponseReturnValue:
        """Take the row off the list, with a reason."""
        risk = _risk(request.form.get("risk", ""))
        try:
            bills.close(claim_id, risk, request.form.get("reason", ""), actor=actor())
            flash(_("The row is closed. Another change of the right lists the bill anew."), "success")
        except NotFound:
            abort(404)
        except PortalError as refusal:
            flash(words_of_claim(refusal), "danger")
        return redirect(url_for("BillsView.show", risk=risk), 303)

    @expose("/export", methods=["POST"])
    def export(self) -> ResponseReturnValue:
        """The whole list as Excel."""
        risk = _risk(request.form.get("risk", ""))
        title, today = _("Bills to be looked at anew"), bangkok_day(business_now())
        provenance = _("Exported by %(who)s, asked for on %(at)s", who=own_name(), at=format_be_instant(real_now()))
        heading = [title, agency_line(), f"{label(risk)} · {format_be(today, 'medium')}", provenance]
        with TemporaryDirectory() as folder:
            made = Path(folder) / "bills.xlsx"
            write_workbook(
                made, sheet_title=title, heading_lines=heading, columns=_columns(), total_label=_("Total"),
                rows=[_row(bill) for bill in bills.for_file(risk, actor=actor())],
            )  # fmt: skip
            content = BytesIO(made.read_bytes())
        return send_file(content, as_attachment=True, download_name=file_name(title, "", today))


def why(bill: Bill) -> str:
    """What became of the right, in words."""
    return str(label(bill.gone)) if bill.gone is not None else str(label(BillRisk.GAINED))


def _risk(typed: str) -> BillRisk:
    if typed not in BillRisk.__members__:
        abort(400)
    return BillRisk(typed)


def _columns() -> list[Column]:
    return [
        Column(_("Claim number"), Kind.TEXT, 26), Column(_("Agency"), Kind.TEXT, 30), Column(_("Patient"), Kind.TEXT, 28),
        Column(_("Date of service"), Kind.DATE, 14), Column(_("State of the receipt"), Kind.TEXT, 20),
        Column(_("Why it is listed"), Kind.TEXT, 30), Column(_("Entitled from"), Kind.DATE, 14),
        Column(_("Last day"), Kind.DATE, 14), Column(_("Amount (baht)"), Kind.MONEY, 16, True),
    ]  # fmt: skip


def _row(bill: Bill) -> list[Any]:
    claim, right = bill.claim, bill.right
    return [
        claim.claim_no, claim.agency.name_th, claim.patient_name, claim.served_on, str(label(claim.status)), why(bill),
        right.entitled_from, bill.right_last_day, bill.satang,
    ]  # fmt: skip
