"""ไฟล์ของฉัน: the work that an officer asked for, how far it is, its files, and the drawer of the frame that shows it."""

from pathlib import Path
from typing import Any

from flask import abort, current_app, flash, redirect, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.errors import NotAllowed, NotFound, WrongState
from app.domain.people import JobStatus
from app.domain.powers import Power
from app.services import my_jobs, report_files
from app.services.my_jobs import MyJob
from app.services.report_files import FILES_KEPT
from app.views.base import PowerView, actor
from app.views.dates import format_be_instant
from app.views.labels import label
from app.views.register_words import words_of_register

IN_DRAWER = 6
_MINUTE = 60
KINDS: dict[str, Any] = {
    "register_export": _l("Report of entitled persons"),
    "report": _l("Report"),
    "transfer_statement": _l("Individual transfer statement (STM)"),
    "fiscal_summary": _l("Money of a fiscal year"),
    "nation_report": _l("The whole country, written every night"),
}
# Colour and icon of a state; the word always stands beside them.
LOOKS: dict[JobStatus, tuple[str, str]] = {
    JobStatus.QUEUED: ("waiting", "hourglass-split"),
    JobStatus.RUNNING: ("info", "arrow-clockwise"),
    JobStatus.DONE: ("good", "check-circle"),
    JobStatus.FAILED: ("bad", "exclamation-triangle"),
    JobStatus.CANCELLED: ("", "ban"),
}


class ReportsInboxView(PowerView):
    """Shows, stops and hands out the officer's own only; anybody else's do not exist for him."""

    route_base = "/my-files"
    default_view = "show"
    power = Power.VIEW_REPORTS

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """The files, the newest first."""
        jobs = my_jobs.my_jobs(actor=actor(), folder=_folder())
        return self.render_template("register/my_files.html", jobs=jobs, days=FILES_KEPT.days, **_SHOWN)

    @expose("/activity")
    def activity(self) -> ResponseReturnValue:
        """The newest of them as a piece of page: what the drawer holds and what is asked for while something runs."""
        jobs = my_jobs.my_jobs(actor=actor(), folder=_folder(), most=IN_DRAWER)
        return self.render_template("register/activity.html", jobs=jobs, **_SHOWN)

    @expose("/<int:job_id>/cancel", methods=["POST"])
    def cancel(self, job_id: int) -> ResponseReturnValue:
        """Stop one of them, waiting or running."""
        try:
            my_jobs.cancel(job_id, actor=actor(), folder=_folder())
        except NotFound:
            abort(404)
        except WrongState as refusal:
            flash(words_of_register(refusal), "info")
        else:
            flash(_("Stopped. Nothing was kept of it."), "success")
        return redirect(url_for("ReportsInboxView.show"), 303)

    @expose("/<int:job_id>/file")
    def file(self, job_id: int) -> ResponseReturnValue:
        """The file under its Thai name (RFC 5987)."""
        try:
            path, name = my_jobs.hand_out(job_id, actor=actor(), folder=_folder())
        except NotFound as error:
            if error.code == "JOB":
                abort(404)
            flash(words_of_register(error), "warning")
            return redirect(url_for("ReportsInboxView.show"))
        except NotAllowed:
            abort(403)
        return send_file(path, as_attachment=True, download_name=name, conditional=False)


def _state(job: MyJob) -> str:
    return _("Removed") if job.status is JobStatus.DONE and not job.has_file else str(label(job.status))


def _progress(job: MyJob) -> str:
    """How far it is in words: percent, rows, time left, as far as they are known."""
    if job.status is JobStatus.QUEUED:
        return _("Waiting for its turn")
    if job.total is None:
        return _("Counting the rows")
    rows = _("%(done)s of %(total)s rows", done=f"{job.done:,}", total=f"{job.total:,}")
    parts = [f"{job.percent} %", rows, _time_left(job.seconds_left)]
    return " · ".join(part for part in parts if part)


def _time_left(seconds: int | None) -> str:
    if seconds is None:
        return ""
    if seconds < _MINUTE:
        return _("less than a minute left")
    return _("about %(minutes)s minutes left", minutes=-(-seconds // _MINUTE))


def _what(job: MyJob) -> str:
    return job.title or str(KINDS[job.kind])


def _told(job: MyJob) -> str:
    """What is said once it has ended."""
    sentences = {
        JobStatus.DONE: _("Your file is ready: %(what)s", what=_what(job)),
        JobStatus.FAILED: _("Your file could not be made: %(what)s", what=_what(job)),
    }
    return sentences.get(job.status, "")


def _folder() -> Path:
    return report_files.reports_folder(Path(current_app.config["INSTANCE"]))


_SHOWN: dict[str, Any] = {
    "at": format_be_instant, "state": _state, "progress": _progress, "told": _told, "what": _what, "looks": LOOKS,
}  # fmt: skip
