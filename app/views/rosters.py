"""นำเข้าจาก Excel: hand a workbook in, see what becomes of every line, and the list of the agency's imports."""

import io
from pathlib import Path
from typing import Any

from flask import abort, current_app, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import FileField

from app.domain.errors import NotFound, PortalError
from app.domain.imports import Fate, ImportState
from app.domain.powers import Power
from app.services import roster_imports, roster_pages, roster_uploads
from app.services.roster_pages import ImportPage
from app.services.rosters import returned, template
from app.services.rosters.archive import MAX_FILE_BYTES
from app.services.rosters.columns import FULL_NAME
from app.views.base import PowerView, actor
from app.views.dates import format_be_instant
from app.views.errors import status_of
from app.views.labels import label
from app.views.roster_lines import shown_line
from app.views.roster_words import (
    DECISIONS,
    FATE_LOOKS,
    FATES,
    STATE_LOOKS,
    STATES,
    progress_words,
    words_of_file,
    words_of_problem,
    words_to_mend,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def tray() -> roster_uploads.Tray:
    """Where this instance lets workbooks wait, and its scanner."""
    folder = Path(current_app.config["INSTANCE"]) / roster_uploads.FOLDER
    return roster_uploads.Tray(folder, current_app.config["CLAMD_SOCKET"])


class RosterForm(FlaskForm):
    """The workbook to bring in."""

    file = FileField(_l("Excel file (.xlsx)"))


class RosterView(PowerView):
    """Upload, the list of imports, and one import; what is done to an import stands in RosterDeedsView."""

    route_base = "/rosters"
    default_view = "upload"
    power = Power.IMPORT_ROSTER

    @expose("/", methods=["GET", "POST"])
    def upload(self) -> ResponseReturnValue:
        """The form and the list; a workbook sent in leads to its import, which is being checked."""
        form = RosterForm()
        if form.is_submitted():
            try:
                return redirect(url_for("RosterView.one", import_id=_taken_in(form)), 303)
            except PortalError as refusal:
                form.file.errors = [words_of_file(refusal)]
                return self._upload_page(form), status_of(refusal)
        return self._upload_page(form)

    @expose("/template")
    def template(self) -> ResponseReturnValue:
        """Our own workbook to fill in."""
        name = _("Roster of officials and families v%(version)s.xlsx", version=template.VERSION)
        return send_file(
            io.BytesIO(template.written()), mimetype=XLSX, as_attachment=True, download_name=name, conditional=False
        )

    @expose("/imports/<int:import_id>")
    def one(self, import_id: int) -> ResponseReturnValue:
        """One import as it stands: being checked, with its lines by fate, or submitted."""
        page = found(import_id)
        if page.note.state is ImportState.COLUMNS:
            return redirect(url_for("RosterColumnsView.show", import_id=import_id))
        shown, wanted = _chosen_fate(page), request.args.get("page", 1, type=int)
        found_lines, pages = roster_pages.lines(import_id, shown, page=wanted, actor=actor())
        lines = [shown_line(line, _taken_apart(page)) for line in found_lines]
        return self.render_template(
            "rosters/import.html", page=page, note=page.note, fates=FATES, shown=shown, lines=lines,
            number=min(max(wanted, 1), pages), pages=pages, looks=FATE_LOOKS, problem=words_of_problem(page.note.problem),
            progress=progress_words(page.work), decisions=DECISIONS, **common(),
        )  # fmt: skip

    @expose("/imports/<int:import_id>/progress")
    def progress(self, import_id: int) -> ResponseReturnValue:
        """How far the work is, as a piece of page; the page asks again until the state is another one."""
        page = found(import_id)
        return self.render_template(
            "rosters/progress.html", page=page, note=page.note, progress=progress_words(page.work)
        )

    @expose("/imports/<int:import_id>/mend")
    def mend(self, import_id: int) -> ResponseReturnValue:
        """The same workbook with the lines that stay out, the reason in Thai beside each."""
        try:
            note, lines = roster_pages.staying_out(import_id, actor=actor())
            content = roster_uploads.content_of(note.agency_id, note.sha256, tray=tray())
        except NotFound as refusal:
            if refusal.code == "IMPORT_NOT_FOUND":
                abort(404)
            return self.render_template("rosters/gone.html", words=words_of_file(refusal)), 404
        is_sent = note.state is ImportState.SUBMITTED
        with force_locale("th"):
            reasons = {(line.row.sheet, line.row.excel_row): words_to_mend(line, is_sent=is_sent) for line in lines}
            headings = (_("What to mend"), _("Row in the first file"))
        book = returned.written(content, note.sheets or [], reasons, headings=headings)
        name = _("To mend – %(name)s", name=note.original_name)
        return send_file(io.BytesIO(book), mimetype=XLSX, as_attachment=True, download_name=name, conditional=False)

    def _upload_page(self, form: RosterForm) -> str:
        history = roster_pages.history(actor=actor())
        return self.render_template(
            "rosters/upload.html", history=history, words_of_problem=words_of_problem, **(common() | {"form": form})
        )


def found(import_id: int) -> ImportPage:
    """The import, or 404."""
    try:
        return roster_pages.find(import_id, actor=actor())
    except NotFound:
        abort(404)


def common() -> dict[str, Any]:
    """What the pages of imports say with."""
    return {"at": format_be_instant, "label": label, "states": STATES, "state_looks": STATE_LOOKS, "form": FlaskForm()}


def _taken_in(form: RosterForm) -> int:
    """Take the upload in; the id of its import."""
    upload = request.files.get(form.file.name) or FileStorage()
    with upload.stream:
        content = upload.stream.read(MAX_FILE_BYTES + 1)
    return roster_imports.receive(content, upload.filename or "", actor=actor(), tray=tray())


def _taken_apart(page: ImportPage) -> set[str]:
    """The sheets on which a name stands in one cell."""
    return {s["name"] for s in page.note.sheets or () if any(c["field"] == FULL_NAME for c in s["columns"])}


def _chosen_fate(page: ImportPage) -> Fate:
    """The fate asked for, else the first that has lines: what a clerk must look at comes before what is ready."""
    wanted = request.args.get("show", "")
    if wanted in Fate.__members__:
        return Fate(wanted)
    return next((fate for fate in FATES if page.counts.get(fate.value)), Fate.NEW)
