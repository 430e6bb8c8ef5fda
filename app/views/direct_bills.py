"""เงินที่จ่ายให้หน่วยบริการ ทบทวนสิทธิ: what hospitals were paid for days whose right changed since, as a list and a file."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import abort, request, send_file
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.bills import BillRisk
from app.domain.clock import bangkok_day, real_now
from app.domain.powers import Power
from app.reports.cells import Column, Kind
from app.reports.workbook import file_name, write_workbook
from app.services.clock import business_now
from app.services.money import direct_bills
from app.services.money.direct_bills import DirectBill
from app.views.base import PowerView, actor, own_name
from app.views.claim_words import shared_words
from app.views.claims import agency_line, period_line
from app.views.dates import format_be_instant
from app.views.hospital_statements import DEEPEST
from app.views.labels import label
from app.views.shell import show_here


class DirectBillsView(PowerView):
    """For the NHSO's finance, which asks the hospital for the money and brings the reversal in with a later statement."""

    route_base = "/direct-bills"
    default_view = "show"
    power = Power.IMPORT_STATEMENTS

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """What was taken away later, or with `?risk=GAINED` what was given later."""
        risk, page = _risk(request.args.get("risk", BillRisk.LOST.value)), request.args.get("page", 1, type=int)
        if not 1 <= page <= DEEPEST:
            abort(400)
        return self.render_template(
            "hospital_statements/direct_bills.html", found=direct_bills.listed(risk, page, actor=actor()), risk=risk,
            Risk=BillRisk, **shared_words(),
        )  # fmt: skip

    @expose("/export", methods=["POST"])
    def export(self) -> ResponseReturnValue:
        """The whole list as Excel."""
        risk = _risk(request.form.get("risk", ""))
        found = direct_bills.for_file(risk, actor=actor())
        title, today = _("Paid to hospitals, right changed since"), bangkok_day(business_now())
        cut = _("The first %(most)s lines.", most=f"{direct_bills.MOST_IN_FILE:,}") if found.has_more else ""
        heading = [
            title, agency_line(), *period_line(_("Date of service"), (one.line.served_on for one in found.rows)),
            " · ".join(filter(None, (str(label(risk)), cut))),
            _("Exported by %(who)s, asked for on %(at)s", who=own_name(), at=format_be_instant(real_now())),
        ]  # fmt: skip
        with TemporaryDirectory() as folder:
            made = Path(folder) / "direct.xlsx"
            write_workbook(
                made, sheet_title=_("Differences"), heading_lines=heading, columns=_columns(), total_label=_("Total"),
                rows=[_row(one) for one in found.rows],
            )  # fmt: skip
            content = BytesIO(made.read_bytes())
        return send_file(content, as_attachment=True, download_name=file_name(title, "", today))


def _columns() -> list[Column]:
    return [
        Column(_("File"), Kind.TEXT, 26), Column(_("Row of the file"), Kind.NUMBER, 10), Column("TRAN_ID", Kind.ID, 16),
        Column(_("National ID"), Kind.TEXT, 20), Column(_("Patient"), Kind.TEXT, 26),
        Column(_("Kind of patient"), Kind.TEXT, 10), Column(_("Date of service"), Kind.DATE, 14),
        Column(_("Hospital code"), Kind.ID, 12), Column(_("Agency code"), Kind.ID, 12),
        Column(_("Paid to the hospital (baht)"), Kind.MONEY, 18, True),
        Column(_("Not taken back yet (baht)"), Kind.MONEY, 18, True),
    ]  # fmt: skip


def _row(one: DirectBill) -> list[object]:
    line = one.line
    return [
        one.original_name, line.excel_row, line.tran_id, line.masked_id, line.person.full_name if line.person else "",
        line.patient_type, line.served_on, line.hospital_code, line.agency_code, line.satang,
        one.left,
    ]  # fmt: skip


def _risk(typed: str) -> BillRisk:
    return BillRisk(typed) if typed in BillRisk.__members__ else abort(400)


show_here("hospital_statements", lambda view: view in ("HospitalStatementsView", "DirectBillsView"))
