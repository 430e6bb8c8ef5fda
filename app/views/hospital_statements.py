"""STM ของหน่วยบริการ: bring in what was paid to hospitals, and look at what differs from register and claims."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import abort, current_app, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField

from app.domain.clock import bangkok_day, real_now
from app.domain.errors import NotFound, PortalError
from app.domain.hospital_statements import Finding, LineFault, Reversal, StatementState
from app.domain.money import format_baht
from app.domain.powers import Power
from app.reports.cells import Column, Kind
from app.reports.workbook import file_name, write_workbook
from app.services import roster_uploads
from app.services.clock import business_now
from app.services.money import hospital_statements
from app.services.money.hospital_reversals import Place
from app.services.money.hospital_sheets import MOST_LINES
from app.services.money.hospital_statements import FOLDER, MOST_IN_FILE, Shown, Which
from app.services.rosters.archive import MAX_FILE_BYTES
from app.views.base import PowerView, actor, own_name
from app.views.claim_words import shared_words, words_of_claim
from app.views.claims import agency_line, period_line
from app.views.dates import format_be_instant
from app.views.errors import status_of
from app.views.labels import label
from app.views.roster_words import words_of_file
from app.views.run_words import RUN_WORDS

_ID = "/<int:statement_id>"
DEEPEST = 1_000  # pages
FINDING_LOOKS: dict[Finding, tuple[str, str]] = {
    Finding.CLAIMED_TOO: ("bad", "exclamation-triangle"),
    Finding.LISTED_BEFORE: ("bad", "layers"),
    Finding.PERSON_UNKNOWN: ("bad", "person-x"),
    Finding.NOT_ENTITLED: ("bad", "x-circle"),
    Finding.OTHER_AGENCY: ("waiting", "building"),
    Finding.NAME_DIFFERS: ("waiting", "pencil-square"),
    Finding.UNREADABLE: ("waiting", "exclamation-triangle"),
    Finding.MATCHES: ("good", "check-circle"),
}
REVERSAL_LOOK = ("info", "arrow-counterclockwise")
STATE_LOOKS: dict[StatementState, tuple[str, str]] = {
    StatementState.READING: ("waiting", "hourglass-split"),
    StatementState.READ: ("good", "check-circle"),
    StatementState.REFUSED: ("bad", "x-circle"),
}


class StatementFileForm(FlaskForm):
    """The workbook to bring in."""

    file = FileField(_l("Excel file (.xlsx)"))


class HospitalStatementsView(PowerView):
    """The NHSO's finance brings a workbook in; its lines stand beside the register and the claims, differences first."""

    route_base = "/hospital-statements"
    default_view = "show"
    power = Power.IMPORT_STATEMENTS

    @expose("/", methods=["GET", "POST"])
    def show(self) -> ResponseReturnValue:
        """The form and the statements, the newest first."""
        form, status = StatementFileForm(), 200
        if form.is_submitted():
            try:
                return self._taken(form)
            except PortalError as refusal:
                form.file.errors, status = [words_of_statement(refusal)], status_of(refusal)
        rows, has_more = hospital_statements.newest(_page(), actor=actor())
        page = self.render_template(
            "hospital_statements/list.html", form=form, rows=rows, page=_page(), has_more=has_more, most=MOST_LINES,
            state_looks=STATE_LOOKS, problem=_problem,
            about=hospital_statements.about(rows, actor=actor()), **shared_words(),
        )  # fmt: skip
        return page, status

    @expose(_ID)
    def one(self, statement_id: int) -> ResponseReturnValue:
        """One statement: all that differs, or with `?show=` its lines of one finding."""
        finding = _which(request.args.get("show", ""))
        try:
            found = hospital_statements.open_statement(statement_id, finding, _page(), actor=actor())
        except NotFound:
            abort(404)
        return self.render_template(
            "hospital_statements/one.html", found=found, statement=found.statement, looks=FINDING_LOOKS, Finding=Finding,
            Reversal=Reversal, tabs=_tabs(found), difference=_difference, taken=_taken_back,
            state_looks=STATE_LOOKS, problem=_problem,
            about=hospital_statements.about([found.statement], actor=actor()), **_without_looks(),
        )  # fmt: skip

    @expose(f"{_ID}/export", methods=["POST"])
    def export(self, statement_id: int) -> ResponseReturnValue:
        """What the page shows, as Excel."""
        finding = _which(request.form.get("show", ""))
        try:
            found = hospital_statements.for_file(statement_id, finding, actor=actor())
        except NotFound:
            abort(404)
        title, today = _("Statement of payments to hospitals"), bangkok_day(business_now())
        with TemporaryDirectory() as folder:
            made = Path(folder) / "differences.xlsx"
            write_workbook(
                made, sheet_title=_("Differences"), heading_lines=_heading(title, found), columns=_columns(),
                total_label=_("Total"), rows=[_row(line, found) for line in found.rows],
            )  # fmt: skip
            content = BytesIO(made.read_bytes())
        return send_file(content, as_attachment=True, download_name=file_name(title, "", today))

    def _taken(self, form: StatementFileForm) -> ResponseReturnValue:
        upload = form.file.data
        content = upload.stream.read(MAX_FILE_BYTES + 1) if upload is not None and upload.filename else b""
        folder = Path(current_app.config["INSTANCE"]) / FOLDER
        tray = roster_uploads.Tray(folder, current_app.config["CLAMD_SOCKET"])
        name = str(upload.filename or "") if upload is not None else ""
        statement_id, was_there = hospital_statements.receive(content, name, actor=actor(), tray=tray)
        if was_there:
            flash(_("This very file was brought in before. Here it is."), "warning")
        return redirect(url_for("HospitalStatementsView.one", statement_id=statement_id), 303)


def words_of_statement(refusal: PortalError) -> str:
    """Why a workbook is not taken, as a sentence."""
    if refusal.code == "ROSTER_TOO_LARGE":
        return _(
            "This workbook is too large: at most 10 MB and %(most)s lines, those that are only formatted counted too. Split "
            "it, or copy its lines into a new workbook.", most=f"{MOST_LINES:,}",
        )  # fmt: skip
    return words_of_claim(refusal) if refusal.code in RUN_WORDS else words_of_file(refusal)


def _problem(code: str) -> str:
    return words_of_statement(PortalError(code, limit=f"{MOST_LINES:,}"))


def _without_looks() -> dict[str, Any]:
    return {name: value for name, value in shared_words().items() if name != "looks"}


def _page() -> int:
    number = request.args.get("page", 1, type=int)
    return number if 1 <= number <= DEEPEST else abort(400)


def _heading(title: str, found: Shown) -> list[str]:
    shown = str(label(found.finding)) if found.finding else _("All differences")
    cut = _("The first %(most)s lines.", most=f"{MOST_IN_FILE:,}") if found.has_more else ""
    provenance = _("Exported by %(who)s, asked for on %(at)s", who=own_name(), at=format_be_instant(real_now()))
    period = period_line(_("Date of service"), (line.served_on for line in found.rows))
    return [
        title,
        agency_line(),
        *period,
        " · ".join(filter(None, (found.statement.original_name, shown, cut))),
        provenance,
    ]


def _columns() -> list[Column]:
    return [
        Column(_("Row of the file"), Kind.NUMBER, 10), Column(_("REP no."), Kind.ID, 16), Column("TRAN_ID", Kind.ID, 16),
        Column(_("National ID"), Kind.TEXT, 20), Column(_("Patient"), Kind.TEXT, 26),
        Column(_("Name in the file"), Kind.TEXT, 26),
        Column(_("Kind of patient"), Kind.TEXT, 10), Column(_("Date of service"), Kind.DATE, 14),
        Column(_("Day of discharge"), Kind.DATE, 14), Column(_("Hospital code"), Kind.ID, 12),
        Column(_("Agency code"), Kind.ID, 12), Column(_("Paid to the hospital (baht)"), Kind.MONEY, 18, True),
        Column(_("What differs"), Kind.TEXT, 40), Column(_("Claim number"), Kind.TEXT, 26),
    ]  # fmt: skip


def _difference(code: str) -> tuple[str, str, str]:
    """What a line shows of one difference: its words, and how they look."""
    if code in LineFault.__members__:
        return str(label(LineFault(code))), *FINDING_LOOKS[Finding.UNREADABLE]
    words = _("National ID, day or amount unreadable") if code == Finding.UNREADABLE else str(label(Finding(code)))
    return words, *FINDING_LOOKS[Finding(code)]


def _which(wanted: str) -> Which:
    """What the address asks for; None for all that differ."""
    if wanted in Reversal.__members__:
        return Reversal(wanted)
    return Finding(wanted) if wanted in Finding.__members__ else None


def _tabs(found: Shown) -> list[tuple[Finding | Reversal, tuple[str, str], int]]:
    """What the lines are sorted into, how each looks and how many stand there; what nothing stands in is left out."""
    counts: dict[Finding | Reversal, int] = {one: found.statement.counts.get(one.value, 0) for one in FINDING_LOOKS}
    counts[Finding.MATCHES] -= found.reversals
    looks = {**FINDING_LOOKS, Reversal.REVERSAL: REVERSAL_LOOK}
    order = [one for one in FINDING_LOOKS if one is not Finding.MATCHES] + [Reversal.REVERSAL, Finding.MATCHES]
    counts[Reversal.REVERSAL] = found.reversals
    return [(one, looks[one], counts[one]) for one in order if counts[one]]


def _taken_back(line: Any, found: Shown) -> tuple[str, str, str]:
    """What a line below zero takes back, in words, and how they look."""
    paid = found.reverses.get(line.id)
    if paid is None:
        return _("Takes back money that no statement here has paid"), "waiting", "question-circle"
    places = ", ".join(_place(one, line) for one in paid.places)
    if paid.is_beyond:
        return _("Takes back more than is left of %(places)s", places=places), "waiting", "exclamation-triangle"
    if paid.is_part:
        part = {"part": format_baht(paid.satang), "paid": format_baht(paid.paid)}
        return _("Takes back %(part)s of the %(paid)s baht of %(places)s", places=places, **part), *REVERSAL_LOOK
    return _("Takes back %(places)s", places=places), *REVERSAL_LOOK


def _place(paid: Place, line: Any) -> str:
    is_here = paid.statement_id == line.statement_id
    file = _("this file") if is_here else _("the file %(name)s", name=paid.original_name)
    return _("row %(row)s of %(file)s", row=paid.excel_row, file=file)


def _row(line: Any, found: Shown) -> list[Any]:
    differs = [_difference(one)[0] for one in line.findings] or [str(label(Finding.MATCHES))]
    if line.satang is not None and line.satang < 0:
        differs = [*(differs if line.findings else []), _taken_back(line, found)[0]]
    return [
        line.excel_row, line.rep_no, line.tran_id, line.masked_id, line.person.full_name if line.person else "",
        line.name_there or "", line.patient_type, line.served_on, line.discharged_on, line.hospital_code, line.agency_code,
        line.satang, ", ".join(differs), line.claim.claim_no if line.claim else "",
    ]  # fmt: skip
