"""ตรวจสอบรายงานการโอนเงิน and หนังสือแจ้งการโอนเงิน: what runs brought to the agencies in reach, as pages and files."""

from typing import Any

from flask import abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length, Optional

from app.domain.bank_accounts import BANKS, mask_account
from app.domain.claims import ClaimReason, PatientType
from app.domain.clock import real_now
from app.domain.errors import NotFound, PortalError
from app.domain.money import baht_text, format_baht
from app.domain.people import Relation
from app.domain.powers import Power
from app.models.payment_run import TransferStatement
from app.reports.register_columns import word_key
from app.reports.transfer_statement import COLUMNS
from app.services.money import set_offs, statements
from app.services.money.statements import AT_ONCE, Found
from app.views.base import PowerView, RegisterView, actor, own_name
from app.views.claim_words import baht, be_day, shared_words, words_of_claim
from app.views.claims import agency_line, period_line
from app.views.data_interface import ReadingInterface
from app.views.dates import format_be, format_be_instant
from app.views.fields import be_instant
from app.views.labels import label
from app.views.list_search import LONGEST_WORD, Question, Where
from app.views.shell import show_count

LETTERS = "transfer_letters"
_ID = "/<int:statement_id>"
_RUN = StringField(_l("Run"), [Optional(), Length(max=LONGEST_WORD)])
TITLES: dict[str, Any] = {
    "number": _l("No."),
    "run_no": _l("Run"),
    "transfer_on": _l("Day of the transfer"),
    "claim_no": _l("Claim number"),
    "appeal_no": _l("Appeal number"),
    "refund_no": _l("Refund number"),
    "national_id": _l("National ID"),
    "patient_name": _l("Patient"),
    "relation": _l("Relation to the principal"),
    "principal_name": _l("Principal"),
    "hospital_name": _l("Hospital"),
    "patient_type": _l("Kind of patient"),
    "served_on": _l("Date of service"),
    "receipt_no": _l("Receipt number"),
    "total": _l("Receipt (baht)"),
    "claimed": _l("Claimed (baht)"),
    "satang": _l("Approved (baht)"),
    "set_off": _l("Kept back (baht)"),
    "net": _l("Transferred less refunds kept back (baht)"),
    "reason": _l("Why not all of it"),
}


class TransferStatementsView(RegisterView):
    """Agencies see what was issued to them; a run that was not released yet is nobody's statement."""

    datamodel = ReadingInterface(TransferStatement, shown=("agency",))
    route_base = "/transfer-statements"
    power = Power.VIEW_CLAIMS
    include_route_methods = {
        "list", "show", "export", "file", "keep_view", "forget_view", "choose_columns",
    }  # fmt: skip
    base_filters = [["", Where, TransferStatement.issued_at.is_not(None)]]
    list_title = _l("Check transfer reports")
    list_help = _l("Each line is what one run brought to one agency: its individual statement (STM) and its notice.")
    show_title = _l("Transfer statement")
    base_order = ("id", "desc")
    list_columns = ["statement_no", "transfer_on", "agency", "line_count", "satang", "set_off", "net"]
    more_columns = ["run_no", "issued_at", "opened_at"]
    money_columns = frozenset({"satang", "set_off", "net"})
    whole_columns = frozenset({"statement_no"})
    order_columns = ["statement_no", "transfer_on", "satang", "line_count"]
    search_columns = ["run_no", "transfer_on"]
    questions = {"run_no": Question(_RUN, lambda typed: TransferStatement.run_no == typed.upper().replace(" ", ""))}
    label_columns = {
        "statement_no": _l("Statement"),
        "run_no": _l("Run"),
        "transfer_on": _l("Day of the transfer"),
        "agency": _l("Agency"),
        "line_count": _l("Claims"),
        "satang": _l("Approved (baht)"),
        "set_off": _l("Kept back (baht)"),
        "net": _l("Transferred less refunds kept back (baht)"),
        "issued_at": _l("Issued"),
        "opened_at": _l("Notice opened"),
    }
    formatters_columns = {
        "transfer_on": be_day,
        "satang": baht,
        "set_off": baht,
        "net": baht,
        "issued_at": be_instant,
        "opened_at": be_instant,
    }

    def file_heading(self, items: list[Any]) -> list[str]:
        """Whose transfers, and of which days."""
        return [agency_line(), *period_line(_("Day of the transfer"), (item.transfer_on for item in items))]

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """One statement with its lines."""
        statement, found = _opened(int(pk) if pk.isdecimal() and len(pk) < 10 else 0, _page())
        return self.render_template(
            "runs/statement.html", statement=statement, agency=statement.agency, found=found, in_words=baht_text,
            set_offs=set_offs.of_statement(statement.id, actor=actor()) if statement.set_off else (),
            may_pay=Power.PAY_CLAIM in actor().powers, banks=BANKS, masked=mask_account, **shared_words(),
        )  # fmt: skip

    @expose(f"/show{_ID}/<file_format>", methods=["POST"])
    @has_access
    def file(self, statement_id: int, file_format: str) -> ResponseReturnValue:
        """The statement as Excel or PDF; a long one is written in the background."""
        if file_format not in AT_ONCE:
            abort(404)
        statement, _lines = _opened(statement_id, 1)
        try:
            found = statements.file(statement_id, file_format, file_words(statement), actor=actor())
        except PortalError as refusal:
            flash(words_of_claim(refusal), "danger")
            return redirect(url_for("TransferStatementsView.show", pk=statement_id), 303)
        if found is None:
            flash(_("The file is being made. It will stand here."), "success")
            return redirect(url_for("ReportsInboxView.show"), 303)
        return _handed(found)


class TransferLettersView(PowerView):
    """The letters that the NHSO sends by every run; those that nobody of the agency opened yet are counted in the menu."""

    route_base = "/transfer-letters"
    default_view = "show"
    power = Power.VIEW_CLAIMS

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """The letters in reach, the newest first."""
        return self.render_template(
            "runs/letters.html",
            found=statements.letters(_page(), actor=actor()),
            own=actor().agency_id,
            **shared_words(),
        )

    @expose(_ID)
    def letter(self, statement_id: int) -> ResponseReturnValue:
        """One letter as PDF."""
        try:
            return _handed(statements.letter(statement_id, actor=actor()))
        except NotFound:
            abort(404)


def file_words(statement: TransferStatement) -> dict[str, str]:
    """The words of a statement's file, for its job too."""
    codes = {word_key(code): str(label(code)) for kind in (Relation, PatientType, ClaimReason) for code in kind}
    titles = {name: str(TITLES[name]) for name, *_rest in COLUMNS}
    agency, day = statement.agency, format_be(statement.transfer_on, "medium")
    who, at = own_name(), format_be_instant(real_now())
    described = _("Run %(run)s, day of the transfer %(day)s, statement %(number)s")
    sums = _("%(count)s lines, transferred less refunds kept back %(amount)s baht (%(words)s)")
    return (
        codes
        | titles
        | {
            "title": f"STM {statement.statement_no}",
            "sheet_title": "STM",
            "total_label": _("Total"),
            "agency": _("Agency: %(name)s", name=f"{agency.name_th} ({agency.dla_code})"),
            "described": described % {"run": statement.run_no, "day": day, "number": statement.statement_no},
            "sums": sums
            % {"count": statement.line_count, "amount": format_baht(statement.net), "words": baht_text(statement.net)},
            "provenance": _("Exported by %(who)s, asked for on %(at)s", who=who, at=at),
        }
    )


def _opened(statement_id: int, page: int) -> Any:
    try:
        return statements.open_statement(statement_id, page, actor=actor())
    except NotFound:
        abort(404)


def _handed(found: Found) -> ResponseReturnValue:
    return send_file(found.content, as_attachment=True, download_name=found.name, conditional=False)


def _page() -> int:
    number = request.args.get("page", 1, type=int)
    return number if 1 <= number <= 2_000 else abort(400)


show_count(LETTERS, lambda: statements.count_unopened(actor=actor()))
