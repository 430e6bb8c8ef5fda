"""หน้ารายงาน: what reports there are and what each answers; one as chosen, kept and shared, and as a file."""

from datetime import date, datetime
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.errors import Conflict, NotAllowed, NotFound, PortalError
from app.domain.powers import Power
from app.reports.report import Asked, Report
from app.services import report_files, reports, saved_reports
from app.views.base import PowerView, actor
from app.views.dates import format_be, format_be_instant
from app.views.report_form import ReportForm, asked_of, query_of, ticked_columns
from app.views.report_words import (
    REPORTS,
    code_words,
    column_title,
    described,
    file_words,
    shared_with,
    words_of_report,
)
from app.views.row_actions import confirmed


class ReportsView(PowerView):
    """A choice is posted and shown under an address of codes and days; nobody's name or number stands in it."""

    route_base = "/reports"
    default_view = "show"
    power = Power.VIEW_REPORTS
    method_powers = {"names": Power.LIST_NAMES}

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """All reports that this officer may see, and those that he and his colleagues keep."""
        return self.render_template(
            "reports/list.html",
            reports=reports.reports_of(actor()),
            kept=saved_reports.kept_reports(actor=actor()),
            **_SHOWN,
        )

    @expose("/names")
    def names(self) -> ResponseReturnValue:
        """Names and states, for those who see no more of the register."""
        return self._page("names")

    @expose("/<code>")
    def one(self, code: str) -> ResponseReturnValue:
        """One report: its choices and its first rows."""
        return self._page(code)

    @expose("/<code>", methods=["POST"])
    def choose(self, code: str) -> ResponseReturnValue:
        """Read the choices and go to their address; what cannot be read is said at its field."""
        report = _report(code)
        form = ReportForm(report)
        asked = form.asked(ticked_columns(report))
        if asked is None:
            return self._builder(report, form, None), 400
        return redirect(_address(reports.complete(asked, actor=actor())), 303)

    @expose("/<code>/file", methods=["POST"])
    def file(self, code: str) -> ResponseReturnValue:
        """Ask for the whole as a file and go to where it will lie."""
        report, asked = _report(code), _asked(code)
        wanted = request.form.get("format")
        if wanted not in report_files.FORMATS:
            abort(400)
        try:
            reports.request(
                asked, actor=actor(), words=file_words(code), described=_described(report, asked), file_format=wanted
            )
        except NotAllowed:
            abort(403)
        except Conflict as refusal:
            flash(words_of_report(refusal), "warning")
        return redirect(url_for("ReportsInboxView.show"), 303)

    @expose("/<code>/keep", methods=["POST"])
    def keep(self, code: str) -> ResponseReturnValue:
        """Keep the choice under the name that was typed, for oneself or for the colleagues too."""
        _report(code)
        asked, is_shared = _asked(code), "shared" in request.form
        try:
            saved_reports.keep(asked, request.form.get("name", ""), is_shared=is_shared, actor=actor())
        except PortalError as refusal:
            flash(words_of_report(refusal), "warning")
            return redirect(_address(asked), 303)
        flash(_("Kept. Your colleagues see it too.") if is_shared else _("Kept among your reports."), "success")
        return redirect(url_for("ReportsView.show"), 303)

    @expose("/kept/<int:report_id>")
    def kept(self, report_id: int) -> ResponseReturnValue:
        """On to the address of a kept report."""
        try:
            found = saved_reports.find(report_id, actor=actor())
        except NotFound:
            abort(404)
        return redirect(_address(found.asked), 303)

    @expose("/kept/<int:report_id>/delete", methods=["POST"])
    def delete(self, report_id: int) -> ResponseReturnValue:
        """Forget one of the officer's own, once he has said yes."""
        try:
            found = saved_reports.find(report_id, actor=actor())
            if not found.is_own:
                abort(404)
            shared = _("It is gone for the colleagues with whom it is shared, too.") if found.is_shared else ""
            if asked := confirmed(_("Delete the kept report “%(name)s”?", name=found.name), shared, _("Delete")):
                return asked
            saved_reports.forget(report_id, actor=actor())
        except NotFound:
            abort(404)
        flash(_("The report is deleted."), "success")
        return redirect(url_for("ReportsView.show"), 303)

    def _page(self, code: str) -> ResponseReturnValue:
        report, asked = _report(code), _asked(code, request.args)
        form = ReportForm(report, formdata=None)
        form.show(asked)
        return self._builder(report, form, asked)

    def _builder(self, report: Report, form: ReportForm, asked: Asked | None) -> str:
        chosen = report.chosen(asked.columns if asked else ticked_columns(report))
        found = reports.preview(asked, actor=actor(), words=code_words()) if asked else None
        return self.render_template(
            "reports/report.html",
            report=report,
            form=form,
            chosen=chosen,
            query=query_of(asked) if asked else {},
            found=found,
            conditions=[f"{title}: {words}" for title, words in form.in_words(asked).items()] if asked else [],
            may_take=report.taken_by in actor().powers,
            share_words=shared_with(actor().scope.kind),
            **_SHOWN,
        )


def _report(code: str) -> Report:
    try:
        return reports.report_of(code, actor=actor())
    except NotFound:
        abort(404)
    except NotAllowed:
        abort(403)


def _asked(code: str, query: Any = None) -> Asked:
    """The choice that the form of a page sends along, or that an address says."""
    return reports.complete(asked_of(code, request.form if query is None else query), actor=actor())


def _address(asked: Asked) -> str:
    return url_for(
        "ReportsView.names" if asked.report == "names" else "ReportsView.one", **_code(asked), **query_of(asked)
    )


def _code(asked: Asked) -> dict[str, str]:
    return {} if asked.report == "names" else {"code": asked.report}


def _described(report: Report, asked: Asked) -> str:
    form = ReportForm(report, formdata=None)
    return described(form.in_words(asked), asked.order)


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_be_instant(value)
    if isinstance(value, date):
        return format_be(value, "medium")
    return f"{value:,}" if isinstance(value, int) else "" if value is None else value


_SHOWN: dict[str, Any] = {
    "words": REPORTS, "title_of": column_title, "cell": _cell, "report_address": _address, "Asked": Asked,
}  # fmt: skip
