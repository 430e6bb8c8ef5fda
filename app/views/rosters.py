"""นำเข้าจาก Excel: upload a personnel workbook, read its verdict line by line, submit what is new."""

from pathlib import Path
from typing import Any

from flask import abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import FileField

from app.domain import national_id
from app.domain.errors import NotFound, PortalError
from app.domain.people import Relation
from app.domain.powers import Power
from app.services import roster_imports, roster_uploads
from app.services.roster_fates import Fate, RowFate
from app.services.rosters.archive import MAX_FILE_BYTES
from app.services.rosters.verdict import FamilyRow
from app.views.base import PowerView, actor
from app.views.dates import format_be_instant
from app.views.errors import status_of
from app.views.labels import label
from app.views.roster_words import FATE_LOOKS, FATES, words_of_file, words_of_row

ROWS_PER_PAGE = 50
_HELD = "rosters"  # the keys of this session's uploads
_MOST_HELD = 5


def tray() -> roster_uploads.Tray:
    """Where this instance lets workbooks wait, and its scanner."""
    return roster_uploads.Tray(Path(current_app.config["INSTANCE"]) / "rosters", current_app.config["CLAMD_SOCKET"])


class RosterForm(FlaskForm):
    """The workbook to bring in."""

    file = FileField(_l("Excel file (.xlsx)"))


class RosterView(PowerView):
    """Upload, verdict, confirmation, result; the address holds a random key that opens in this session alone."""

    route_base = "/rosters"
    default_view = "upload"
    power = Power.IMPORT_ROSTER

    @expose("/", methods=["GET", "POST"])
    def upload(self) -> ResponseReturnValue:
        """The form and the history; a workbook sent in is judged at once and leads to its verdict."""
        form = RosterForm()
        if form.is_submitted():
            try:
                return redirect(url_for("RosterView.verdict", key=_taken_in(form)), 303)
            except PortalError as refusal:
                form.file.errors = [words_of_file(refusal)]
                return self._upload_page(form), status_of(refusal)
        return self._upload_page(form)

    @expose("/<key>")
    def verdict(self, key: str) -> ResponseReturnValue:
        """The fate of every line, by fate and page."""
        note = _note(key)
        if note.get("import_id"):
            return redirect(url_for("RosterView.one", import_id=note["import_id"]))
        shown = _chosen_fate(note)
        lines = [line for line in note["lines"] if line["fate"] == shown]
        pages = max(1, -(-len(lines) // ROWS_PER_PAGE))
        page = min(max(request.args.get("page", 1, type=int), 1), pages)
        lines = lines[(page - 1) * ROWS_PER_PAGE : page * ROWS_PER_PAGE]
        return self.render_template(
            "rosters/verdict.html", key=key, note=note, fates=FATES, shown=shown, lines=lines, page=page, pages=pages,
            form=FlaskForm(), label=_relation, looks=FATE_LOOKS,
        )  # fmt: skip

    @expose("/<key>/submit", methods=["POST"])
    def submit(self, key: str) -> ResponseReturnValue:
        """Judge the held workbook again and submit its new lines."""
        note = _note(key)
        if note.get("import_id"):
            return redirect(url_for("RosterView.one", import_id=note["import_id"]))
        try:
            content = roster_uploads.content_of(key, tray=tray())
            done = roster_imports.import_roster(content, note["name"], actor=actor())
        except PortalError as refusal:
            flash(words_of_file(refusal), "danger")
            return redirect(url_for("RosterView.upload"))
        if done.import_id is None:
            flash(_("Nothing in this file is new, so nothing was submitted."), "info")
            return redirect(url_for("RosterView.verdict", key=key))
        roster_uploads.write_note(key, _about(note["name"]) | {"import_id": done.import_id}, tray=tray())
        roster_uploads.drop(key, tray=tray())
        if done.repeated:
            flash(_("This very file had been brought in before. Nothing was created a second time."), "info")
        return redirect(url_for("RosterView.one", import_id=done.import_id), 303)

    @expose("/imports/<int:import_id>")
    def one(self, import_id: int) -> ResponseReturnValue:
        """What an import came to."""
        try:
            done = roster_imports.find(import_id, actor=actor())
        except NotFound:
            abort(404)
        return self.render_template("rosters/done.html", done=done, at=format_be_instant)

    def _upload_page(self, form: RosterForm) -> str:
        history = roster_imports.history(actor=actor())
        return self.render_template("rosters/upload.html", form=form, history=history, at=format_be_instant)


def _taken_in(form: RosterForm) -> str:
    """Hold and judge the upload; the key of its verdict."""
    upload = request.files.get(form.file.name) or FileStorage()
    with upload.stream:
        content = upload.stream.read(MAX_FILE_BYTES + 1)
    key = roster_uploads.hold(content, tray=tray())
    try:
        found = roster_imports.preview(content, actor=actor())
    except PortalError:
        roster_uploads.drop(key, tray=tray())
        raise
    note = _about(upload.filename or "") | {
        "counts": {fate.value: found.count(fate) for fate in Fate},
        "officials": len(found.verdict.principals),
        "family": len(found.verdict.family),
        "lines": [_line(row) for row in found.rows],
        "earlier_id": found.earlier.import_id if found.earlier else None,
        "earlier_at": format_be_instant(found.earlier.created_at) if found.earlier else None,
    }
    roster_uploads.write_note(key, note, tray=tray())
    _remember(key)
    return key


def _remember(key: str) -> None:
    """Only this session opens the key; of many uploads the oldest are let go."""
    held = [*session.get(_HELD, []), key]
    for old in held[:-_MOST_HELD]:
        roster_uploads.drop(old, tray=tray())
    session[_HELD] = held[-_MOST_HELD:]


def _note(key: str) -> dict[str, Any]:
    if key not in session.get(_HELD, []):
        abort(404)
    try:
        note = roster_uploads.note_of(key, tray=tray())
    except NotFound:
        abort(404)
    if note["user_id"] != actor().user_id:
        abort(404)
    return note


def _about(name: str) -> dict[str, Any]:
    return {"name": name, "user_id": actor().user_id}


def _line(row: RowFate) -> dict[str, Any]:
    """A line as the verdict shows it: no whole national ID, the words in the language of the upload."""
    record = row.record
    line: dict[str, Any] = {"sheet": row.sheet, "row": row.excel_row, "fate": row.fate.value, "code": row.code}
    line["words"] = words_of_row(row)
    if record is not None:
        line["name"] = f"{record.title}{record.first_name} {record.last_name}"
        line["id"] = national_id.mask(record.national_id)
        line["relation"] = record.relation.value if isinstance(record, FamilyRow) else Relation.SELF.value
    return line


def _chosen_fate(note: dict[str, Any]) -> str:
    """The fate asked for, else the first that has lines: what to mend comes before what is ready."""
    wanted = request.args.get("show", "")
    if wanted in note["counts"]:
        return wanted
    return next((fate.value for fate in FATES if note["counts"][fate.value]), Fate.NEW.value)


def _relation(code: str) -> Any:
    return label(Relation(code))
