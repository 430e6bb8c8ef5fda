"""แฟ้มของฉัน: the Excel files that an officer asked for, how far they are, and their download."""

from pathlib import Path
from typing import Any

from flask import abort, current_app, flash, jsonify, redirect, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import lazy_gettext as _l

from app.domain.errors import NotFound, PortalError
from app.domain.people import JobStatus
from app.domain.powers import Power
from app.domain.thai_calendar import format_be_instant
from app.services import register_reports
from app.services.register_reports import FILES_KEPT, Export
from app.views.base import PowerView, actor
from app.views.labels import label

_WORDS: dict[str, Any] = {
    "EXPORTS_WAITING": _l("%(limit)s of your files are still being made. Wait for one of them, then ask again."),
    "EXPORT_FILE": _l("This file is not there any more. Ask for it again."),
}


class ReportsInboxView(PowerView):
    """Shows, polls and hands out the officer's own files only; anybody else's do not exist for him."""

    route_base = "/my-files"
    default_view = "show"
    power = Power.EXPORT_REGISTER

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """The files, the newest first."""
        exports = register_reports.my_exports(actor=actor(), folder=_folder())
        return self.render_template(
            "register/my_files.html", exports=exports, at=format_be_instant, words=_words, days=FILES_KEPT.days
        )

    @expose("/<int(max=2147483647):job_id>/progress")
    def progress(self, job_id: int) -> ResponseReturnValue:
        """How far one file is, for the page's short poll: done, total (null before it is known), words, ready, over."""
        export = self._own(job_id)
        over = export.status in (JobStatus.DONE, JobStatus.FAILED)
        return jsonify(done=export.done, total=export.total, words=_words(export), ready=export.has_file, over=over)

    @expose("/<int(max=2147483647):job_id>/file")
    def file(self, job_id: int) -> ResponseReturnValue:
        """The file under its Thai name (RFC 5987)."""
        self._own(job_id)
        try:
            path, name = register_reports.hand_out(job_id, actor=actor(), folder=_folder())
        except NotFound as error:
            flash(words_of_export(error), "warning")
            return redirect(url_for("ReportsInboxView.show"))
        return send_file(path, as_attachment=True, download_name=name, conditional=False)

    def _own(self, job_id: int) -> Export:
        try:
            return register_reports.my_export(job_id, actor=actor(), folder=_folder())
        except NotFound:
            return abort(404)


def words_of_export(error: PortalError) -> str:
    """A refusal about a file as a sentence."""
    return str(_WORDS[error.code]) % error.facts


def _words(export: Export) -> str:
    if export.status is JobStatus.DONE and not export.has_file:
        return str(_l("Removed"))
    return str(label(export.status))


def _folder() -> Path:
    return register_reports.reports_folder(Path(current_app.config["INSTANCE"]))
