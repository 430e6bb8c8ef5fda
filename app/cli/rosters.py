"""`flask roster`: judge a personnel workbook without saving anything."""

import json
from typing import Any, BinaryIO

import click
from flask.cli import AppGroup
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.errors import PortalError
from app.services.roster_judging import check as judge_for
from app.services.rosters.archive import MAX_FILE_BYTES
from app.services.rosters.verdict import Verdict

roster = AppGroup("roster", help="Personnel workbooks.")

_CODES: dict[str, Any] = {
    "REQUIRED": _l("empty"),
    "NOT_DIGITS": _l("not only digits"),
    "LENGTH": _l("not 13 digits"),
    "UNASSIGNED_CATEGORY": _l("begins with 9"),
    "CHECK_DIGIT": _l("last digit does not fit"),
    "DEGENERATE": _l("all digits equal"),
    "INVALID_DATE": _l("no such date"),
    "YEAR_NOT_BE": _l("year not in the Buddhist era"),
    "UNKNOWN_CODE": _l("word not in the list"),
    "HOLDER_NOT_FOUND": _l("principal neither in the file nor in the register"),
    "DUPLICATE_IN_FILE": _l("the same person a second time"),
    "TYPE_AGENCY_MISMATCH": _l("personnel type does not fit the agency"),
    "BIRTH_ORDER_UNREADABLE": _l("order of birth cannot be read"),
    "AGENCY_NOT_FOUND": _l("no agency has this code; see flask agencies list"),
    "ROSTER_UNREADABLE": _l("no readable .xlsx workbook"),
    "ROSTER_OLD_XLS": _l("an old .xls workbook; save it as .xlsx"),
    "ROSTER_ENCRYPTED": _l("locked by a password"),
    "ROSTER_HAS_MACRO": _l("holds macros; save it as .xlsx without them"),
    "ROSTER_FORMULA_UNSAVED": _l("formulas saved without their values; open it in Excel and save it there"),
    "ROSTER_TOO_LARGE": _l("too large"),
    "ROSTER_NO_SHEET": _l("no sheet lists officials or families"),
    "ROSTER_NO_HEADER": _l("a sheet has no headings"),
    "ROSTER_NO_COLUMN": _l("a sheet lacks columns"),
}


class CannotJudge(click.ClickException):
    """The file or the agency is such that no verdict is possible."""

    exit_code = 2


@roster.command("check")
@click.argument("file", type=click.File("rb"))
@click.option("--agency", "code", required=True, help="Eight-digit code of the agency that brings the workbook.")
@click.option("--json", "as_json", is_flag=True, help="Counts and refused rows as one JSON object.")
def check(file: BinaryIO, code: str, as_json: bool) -> None:
    """Judge the workbook FILE as the agency's import would, saving nothing; - reads standard input."""
    try:
        verdict = judge_for(file.read(MAX_FILE_BYTES + 1), code)
    except PortalError as refusal:
        facts = " ".join(f"{name}={value}" for name, value in refusal.facts.items())
        raise CannotJudge(f"{refusal.code}: {_words(refusal.code)} {facts}".strip()) from refusal
    except OSError as error:
        raise CannotJudge(str(error)) from error
    click.echo(json.dumps(verdict.as_json(), ensure_ascii=False, indent=1) if as_json else _table(verdict))


def _table(verdict: Verdict) -> str:
    accepted = _("Accepted: %(staff)s officials, %(family)s family members", staff=len(verdict.principals),
                 family=len(verdict.family))  # fmt: skip
    lines = [accepted, _("Refused: %(count)s rows", count=len(verdict.refusals))]
    for row in verdict.refusals:
        lines.append(f"  {row.sheet}  {row.excel_row}  {row.heading}: {_words(row.code)} ({row.code})")
    if verdict.law:
        lines.append(_("To look at: %(count)s rows", count=len(verdict.law)))
    lines += [f"  {row.sheet}  {row.excel_row}  {_words(row.code)} ({row.code})" for row in verdict.law]
    return "\n".join(lines)


def _words(code: str) -> str:
    return str(_CODES.get(code, ""))
