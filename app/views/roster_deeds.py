"""What a clerk does to an import: submit, stop, check anew, decide doubts, undo, throw away, explain its columns."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.errors import NotFound, PortalError
from app.domain.imports import Decision, Fate
from app.domain.powers import Power
from app.services import roster_imports
from app.services.rosters.columns import MANDATORY, OPTIONAL, SheetKind
from app.services.rosters.headings import Layout
from app.views.base import PowerView, actor
from app.views.errors import status_of
from app.views.roster_words import COLUMNS, SHEET_KINDS, words_of_file, words_of_problem
from app.views.rosters import common, found, tray
from app.views.row_actions import confirmed

_ID = "/<int:import_id>"


class RosterDeedsView(PowerView):
    """Posts only; each leads back to the import."""

    route_base = "/rosters/imports"
    default_view = "submit"
    power = Power.IMPORT_ROSTER

    @expose(f"{_ID}/submit", methods=["POST"])
    def submit(self, import_id: int) -> ResponseReturnValue:
        """Turn the lines that may go into requests, after what was decided on the page that it is sent from."""

        def deed() -> None:
            if said := _said():
                roster_imports.decide(import_id, said, actor=actor())
            roster_imports.submit(import_id, actor=actor())

        return _done(import_id, deed)

    @expose(f"{_ID}/stop", methods=["POST"])
    def stop(self, import_id: int) -> ResponseReturnValue:
        """End what is under way."""
        return _done(import_id, lambda: roster_imports.stop(import_id, actor=actor()), _("Stopped. Nothing was saved."))

    @expose(f"{_ID}/check", methods=["POST"])
    def check(self, import_id: int) -> ResponseReturnValue:
        """Judge the same file anew."""
        return _done(import_id, lambda: roster_imports.check_again(import_id, actor=actor()))

    @expose(f"{_ID}/changes", methods=["POST"])
    def changes(self, import_id: int) -> ResponseReturnValue:
        """Take over all lines that differ from what stands, or none."""
        taken = request.form.get("taken") == "yes"
        _done(import_id, lambda: roster_imports.take_changes(import_id, taken=taken, actor=actor()), _("Decided."))
        return redirect(url_for("RosterView.one", import_id=import_id, show=Fate.CHANGED.value), 303)

    @expose(f"{_ID}/decide", methods=["POST"])
    def decide(self, import_id: int) -> ResponseReturnValue:
        """Say of lines whether they are the same person, or are taken over: `line-ID` holds SAME, DIFFERENT, TAKE or nothing."""
        answer = _done(import_id, lambda: roster_imports.decide(import_id, _said(), actor=actor()), _("Decided."))
        page = request.form.get("page", "1")
        if page.isdecimal():
            shown = Fate.CHANGED if request.form.get("show") == Fate.CHANGED else Fate.DOUBT
            return redirect(url_for("RosterView.one", import_id=import_id, show=shown.value, page=page), 303)
        return answer

    @expose(f"{_ID}/undo", methods=["POST"])
    def undo(self, import_id: int) -> ResponseReturnValue:
        """Take all requests of the import back."""
        note = found(import_id).note
        asked = confirmed(
            _("Undo the import of “%(name)s”?", name=note.original_name),
            _(
                "All %(count)s requests are taken back; the registrar sees none of them any more.",
                count=f"{note.row_count:,}",
            ),
            _("Undo the import"),
        )
        words = _("The import was undone.")
        return asked or _done(import_id, lambda: roster_imports.undo(import_id, actor=actor()), words)

    @expose(f"{_ID}/discard", methods=["POST"])
    def discard(self, import_id: int) -> ResponseReturnValue:
        """Throw an import away that was never submitted."""
        asked = confirmed(
            _("Throw “%(name)s” away?", name=found(import_id).note.original_name),
            _("Its check and the decisions in it are gone. Nothing of it was saved."),
            _("Throw away"),
        )
        if asked:
            return asked
        try:
            roster_imports.discard(import_id, actor=actor(), tray=tray())
        except NotFound:
            abort(404)
        except PortalError as refusal:
            flash(words_of_file(refusal), "warning")
            return redirect(url_for("RosterView.one", import_id=import_id), 303)
        return redirect(url_for("RosterView.upload"), 303)


class RosterColumnsView(PowerView):
    """What the columns of a workbook hold: proposed, corrected by the clerk, remembered for the next file."""

    route_base = "/rosters/columns"
    default_view = "show"
    power = Power.IMPORT_ROSTER

    @expose(_ID, methods=["GET", "POST"])
    def show(self, import_id: int) -> ResponseReturnValue:
        """The columns of every sheet with our proposal; sent back, they are remembered and the file is checked anew."""
        page = found(import_id)
        sheets = page.note.sheets or []
        if not sheets:
            return redirect(url_for("RosterView.one", import_id=import_id))
        fault, status = words_of_problem(page.note.problem), 200
        if request.method == "POST":
            try:
                said = [_layout(place, sheet) for place, sheet in enumerate(sheets)]
                roster_imports.explain_columns(import_id, said, actor=actor())
                return redirect(url_for("RosterView.one", import_id=import_id), 303)
            except PortalError as refusal:
                fault, status = words_of_file(refusal), status_of(refusal)
                sheets = [_as_said(place, sheet) for place, sheet in enumerate(sheets)]
        fields = {kind: (*MANDATORY[kind], *OPTIONAL[kind]) for kind in SheetKind}
        choices = tuple(dict.fromkeys(name for names in fields.values() for name in names))
        return self.render_template(
            "rosters/columns.html", page=page, note=page.note, sheets=sheets, fault=fault, kinds=SHEET_KINDS,
            choices=choices, names=COLUMNS, fields=fields, mandatory=MANDATORY, letters=_letters, **common(),
        ), status  # fmt: skip


def _said() -> dict[int, Decision | None]:
    """What was chosen otherwise than the page stood: what a colleague has decided since is not taken back by an old page."""
    said: dict[int, Decision | None] = {}
    for name, value in request.form.items():
        number = name.removeprefix("line-")
        is_line = name.startswith("line-") and number.isdecimal() and len(number) < 19
        if is_line and value != request.form.get(f"was-{number}"):
            said[int(number)] = Decision(value) if value in Decision.__members__ else None
    return said


def _done(import_id: int, deed: Callable[[], Any], words: str = "") -> ResponseReturnValue:
    try:
        deed()
    except NotFound:
        abort(404)
    except PortalError as refusal:
        flash(words_of_file(refusal), "warning")
    else:
        if words:
            flash(words, "success")
    return redirect(url_for("RosterView.one", import_id=import_id), 303)


def _layout(place: int, sheet: dict[str, Any]) -> Layout:
    """What the form says of a sheet; of two columns for one field the left one has it."""
    kind = request.form.get(f"sheet-{place}", "")
    columns: dict[str, int] = {}
    for column in sheet["columns"]:
        field = request.form.get(f"sheet-{place}-column-{column['index']}", "")
        if field:
            columns.setdefault(field, column["index"])
    return Layout(SheetKind(kind) if kind in SheetKind.__members__ else None, columns)


def _as_said(place: int, sheet: dict[str, Any]) -> dict[str, Any]:
    layout = _layout(place, sheet)
    fields = {index: field for field, index in layout.columns.items()}
    columns = [column | {"field": fields.get(column["index"])} for column in sheet["columns"]]
    return sheet | {"kind": layout.kind.value if layout.kind else None, "columns": columns}


def _letters(index: int) -> str:
    """The letters over a column in Excel."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
