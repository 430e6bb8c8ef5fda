"""สรุปการเงินรายปีงบประมาณ: what was approved, paid and returned in a fiscal year, with bars, a table and a workbook with charts."""

from datetime import date
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.errors import BadInput, PortalError
from app.domain.fiscal_years import SummaryBy
from app.domain.powers import Power
from app.reports.fiscal_summary import Line
from app.reports.fiscal_workbook import CHARTED
from app.services.money import fiscal_summaries
from app.services.money.fiscal_summaries import SHOWN
from app.views.base import PowerView, actor
from app.views.claim_words import baht, shared_words, words_of_claim
from app.views.dates import month_name
from app.views.labels import label

TITLES: dict[str, Any] = {
    "code": _l("Code"),
    "name": _l("Name"),
    "approved": _l("Approved (baht)"),
    "payments": _l("Transfers"),
    "paid": _l("Transferred (baht)"),
    "refund_claimed": _l("To be returned (baht)"),
    "refunded": _l("Returned (baht)"),
}
WIDTH = 1_000  # of a bar, in its own units


class FiscalSummariesView(PowerView):
    """Each reader sees the money of his own reach: a finance clerk that of his agency, the NHSO that of the nation."""

    route_base = "/fiscal-summaries"
    default_view = "show"
    power = Power.VIEW_CLAIMS

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """One fiscal year by month, province, agency or hospital."""
        wanted, year = request.args.get("by", ""), request.args.get("year", "")
        by = SummaryBy(wanted) if wanted in SummaryBy.__members__ else SummaryBy.MONTH
        try:
            found = fiscal_summaries.summed_up(by, _year(year) if year else None, actor=actor())
        except BadInput:
            abort(404)
        return self.render_template(
            "runs/fiscal.html", found=found, by=by, kinds=list(SummaryBy), bars=_bars(by, found.lines[:CHARTED]), shown=SHOWN,
            name_of=name_of,
            **shared_words(),
        )  # fmt: skip

    @expose("/file", methods=["POST"])
    def file(self) -> ResponseReturnValue:
        """Ask for the workbook of a year."""
        try:
            year = _year(request.form.get("year", ""))
            fiscal_summaries.request_workbook(year, file_words(year), actor=actor())
        except PortalError as refusal:
            flash(words_of_claim(refusal), "danger")
            return redirect(url_for("FiscalSummariesView.show"), 303)
        flash(_("The file is being made. It will stand here."), "success")
        return redirect(url_for("ReportsInboxView.show"), 303)


def file_words(year: int) -> dict[str, str]:
    """The words of the workbook, for its job."""
    titles = {name: str(words) for name, words in TITLES.items()}
    sheets = {by.value: str(label(by)) for by in SummaryBy}
    return titles | sheets | {
        "title": _("Money of a fiscal year"),
        "described": _("Fiscal year %(year)s (1 October %(before)s to 30 September %(year)s)", year=year, before=year - 1),
        "exported_by": _("Exported by %(who)s, asked for on %(at)s"),
        "nation": _("Whole country"),
        "region_code": _("Region %(no)s"),
        "total": _("Total"),
    }  # fmt: skip


def name_of(by: SummaryBy, line: Line) -> str:
    """What a line is called: a month in the reader's language, else as in the register."""
    if by is not SummaryBy.MONTH:
        return line.name
    year, month = line.code.split("-")
    return f"{month_name(date(2000, int(month), 1))} {year}"


def _bars(by: SummaryBy, lines: list[Line]) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """For each line with money its two bars: which figure, what it is in words, how long."""
    longest = max((max(line.approved, line.paid) for line in lines), default=0) or 1
    return [
        (
            name_of(by, line),
            [(name, baht(getattr(line, name)), max(0, WIDTH * getattr(line, name) // longest)) for name in ("approved", "paid")],
        )
        for line in lines
        if line.approved or line.paid
    ]  # fmt: skip


def _year(typed: str) -> int:
    if not typed.isdecimal() or len(typed) > 4:
        raise BadInput("FISCAL_YEAR", field="year")
    return int(typed)
