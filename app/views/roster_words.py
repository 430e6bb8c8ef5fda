"""What the import says to people: one sentence per code, naming the column of their own file and what to do."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.errors import BadInput, PortalError, Refused
from app.domain.imports import Decision, Fate, ImportState
from app.domain.people import JobStatus, RequestStatus
from app.services.roster_fates import RowFate
from app.services.roster_lines import Line
from app.services.roster_pages import Work
from app.services.rosters.archive import MAX_SHEET_ROWS, MAX_UNPACKED_BYTES
from app.services.rosters.columns import SheetKind
from app.views.approval_words import field_words
from app.views.family_words import words_of_family
from app.views.roster_faults import mending, short

# In the order in which a clerk looks at them.
FATES: dict[Fate, Any] = {
    Fate.MEND: _l("To mend in the file"),
    Fate.LAW: _l("Refused by law"),
    Fate.DOUBT: _l("Perhaps a double"),
    Fate.CHANGED: _l("Differs from the register"),
    Fate.KNOWN: _l("Known already"),
    Fate.NEW: _l("Ready to submit"),
}
DECISIONS: dict[Decision, Any] = {
    Decision.DIFFERENT: _l("Another person"),
    Decision.SAME: _l("The same person, mistyped"),
}
# Colour and icon of a fate or state; the word always stands beside them.
FATE_LOOKS: dict[Fate, tuple[str, str]] = {
    Fate.MEND: ("bad", "pencil-square"),
    Fate.LAW: ("waiting", "bank"),
    Fate.DOUBT: ("waiting", "people"),
    Fate.CHANGED: ("info", "arrow-left-right"),
    Fate.KNOWN: ("empty", "list-check"),
    Fate.NEW: ("good", "check-circle"),
}
STATES: dict[ImportState, Any] = {
    ImportState.CHECKING: _l("Being checked"),
    ImportState.REFUSED: _l("Not accepted"),
    ImportState.COLUMNS: _l("Columns to explain"),
    ImportState.CHECKED: _l("Checked, not submitted"),
    ImportState.SUBMITTING: _l("Being submitted"),
    ImportState.SUBMITTED: _l("Sent to the registrar"),
    ImportState.UNDONE: _l("Undone"),
}
STATE_LOOKS: dict[ImportState, tuple[str, str]] = {
    ImportState.CHECKING: ("info", "arrow-clockwise"),
    ImportState.REFUSED: ("bad", "x-circle"),
    ImportState.COLUMNS: ("waiting", "columns-gap"),
    ImportState.CHECKED: ("waiting", "list-check"),
    ImportState.SUBMITTING: ("info", "arrow-clockwise"),
    ImportState.SUBMITTED: ("good", "check-circle"),
    ImportState.UNDONE: ("", "arrow-counterclockwise"),
}
WHERE: dict[str, Any] = {
    "REGISTER": _l("Your agency's register"),
    "REQUEST": _l("A request of your agency"),
    "FILE": _l("This file"),
    "ELSEWHERE": _l("Registered at another agency under another number"),
}
SHEET_KINDS: dict[str, Any] = {
    SheetKind.PRINCIPALS.value: _l("Officials, one in each row"),
    SheetKind.FAMILY.value: _l("Family members, one in each row"),
    "": _l("Nothing to import"),
}

_KNOWN: dict[str, Any] = {
    "STANDING": _l("This right stands in your agency's register."),
    RequestStatus.DRAFT.value: _l("A draft asks for this right. Submit it in My work."),
    RequestStatus.PENDING_APPROVAL.value: _l("A request for this right waits for approval."),
    RequestStatus.RETURNED.value: _l("A request for this right was returned. Correct it in My work."),
    RequestStatus.APPROVED.value: _l("A request for this right is approved and waits for the round."),
}
_REMARKS: dict[str, Any] = {
    "BIRTH_ORDER_UNREADABLE": _l("The order of birth could not be read and stays empty."),
    "TITLE_OF_THE_OTHER_SEX": _l("The title does not fit the relation: compare both with the ID card."),
    "PAPER_NOT_OF_MOTHER": _l(
        "This paper does not prove a mother; the principal's birth certificate or house registration does."
    ),
    "PAPER_NOT_OF_FATHER": _l(
        "This paper does not prove a father; the parents' marriage certificate, Kor Ror 11 or a judgment does."
    ),
    "PAPER_NOT_OF_SPOUSE": _l(
        "This paper does not prove a spouse; a marriage certificate does, in the four provinces a nikah certificate too."
    ),
    "PAPER_NOT_OF_CHILD": _l(
        "This paper does not prove the child: of a mother its birth certificate or house registration does,"
        " of a father the marriage certificate of the parents, Kor Ror 11 or a judgment."
    ),
    "MARRIAGE_DAY_NOT_TOLD": _l(
        "The day of the marriage does not stand in the file: until it is told the right begins with the principal's."
    ),
    "RIGHT_FROM_THE_PAPERS_DAY": _l(
        "The right begins on the day in the paper, as the day of the marriage. If it is the day of a copy, write the"
        " day of the marriage."
    ),
    "RIGHT_OVER": _l("This right is over already: the line gives no right today."),
    "END_TO_REPORT": _l(
        "The paper in this row tells a death, a divorce or an adoption. If it is so, report the end on the person's page, or take"
        " the request back."
    ),
}
_WORDS: dict[str, Any] = {
    "PRINCIPAL_REFUSED": _l("The principal's own row is refused by law, and his family with it."),
    "DUPLICATE_IN_FORM": _l("This person stands twice in one family, or as his own relative."),
    "PAPER_OF_A_DEATH": _l(
        "A death certificate gives no right. If this person has died, delete the row; else name the paper that proves the"
        " relation."
    ),
    "PAPER_OF_A_DIVORCE": _l(
        "A divorce certificate says that the marriage is over: then delete the row. Of a marriage that lasts name its"
        " certificate."
    ),
    "SEX_UNKNOWN": _l(
        "The title does not tell whether this is a man or a woman. Of a woman with a rank write หญิง behind it; otherwise record"
        " this person on the family form."
    ),
    "AGENCY_NEEDED": _l("Your account belongs to no agency, so it cannot record anybody."),
    "IMPORT_BUSY": _l("This import is being worked on. Wait for its end, or stop it."),
    "IMPORT_CHANGED": _l("The file was checked again meanwhile. Look at its columns anew."),
    "IMPORT_DECIDED": _l(
        "%(count)s of its requests are decided already, so the import cannot be undone as a whole any more."
    ),
    "IMPORT_NOT_FOUND": _l("This import is not within your reach."),
    "IMPORT_OVER": _l("This import is over: nothing of it can be changed here any more."),
    "NOTHING_NEW": _l("Nothing in this file is ready to submit."),
    "READ_AUDIT_FAILED": _l(
        "The matching could not be written down, so nothing was done. Please try again in a minute."
    ),
    "ROSTER_EMPTY": _l("Choose an Excel file that is not empty."),
    "ROSTER_ENCRYPTED": _l("This workbook is locked by a password. Save it without the password."),
    "ROSTER_FORMULA_UNSAVED": _l(
        "%(count)s formulas of this workbook were saved without their values, the first in cell %(cell)s."
        " Open it in Excel or LibreOffice, save it there and upload it again."
    ),
    "ROSTER_GONE": _l("This check has expired. Please upload the file again."),
    "ROSTER_HAS_MACRO": _l("This workbook holds macros. Save it as “Excel Workbook (.xlsx)”."),
    "ROSTER_INFECTED": _l("The virus scanner found %(virus)s in this file. It was not taken in."),
    "ROSTER_IS_TEXT": _l(
        "This is text (a CSV or a web page), whatever its name says. Open it in Excel, see that no number has lost a digit, and"
        " save it as “Excel Workbook (.xlsx)”."
    ),
    "ROSTER_NO_COLUMN": _l("Sheet “%(sheet)s” lacks these columns: %(columns)s."),
    "ROSTER_NO_HEADER": _l("Sheet “%(sheet)s” has no row of column headings."),
    "ROSTER_NO_SHEET": _l("No sheet of this workbook lists officials or families. Its sheets are: %(sheets)s."),
    "ROSTER_OLD_XLS": _l("This is an old .xls workbook. Open it in Excel and save it as .xlsx."),
    "ROSTER_SHEETS_HIDDEN": _l(
        "Hidden sheets list people too and were not read: %(sheets)s. If they count, show them in Excel, save the workbook and"
        " upload it again."
    ),
    "ROSTER_STOPPED": _l("The check was stopped."),
    "ROSTER_TOO_LARGE": _l("This workbook is too large: at most 10 MB and 20,000 people. Split it into several files."),
    "ROSTER_UNREADABLE": _l("This is no .xlsx workbook, whatever its name says, or it is damaged."),
    "STALE": _l(
        "The register changed while the requests were made, so nothing was saved. Look at the lines and submit again."
    ),
}
COLUMNS: dict[str, Any] = {
    "national_id": _l("National ID"),
    "holder_national_id": _l("Principal's national ID"),
    "title": _l("Title"),
    "first_name": _l("First name"),
    "last_name": _l("Last name"),
    "full_name": _l("Whole name in one cell"),
    "birth_date": _l("Birth date"),
    "sex": _l("Sex"),
    "personnel_type": _l("Personnel type"),
    "service_start_date": _l("Start of service"),
    "relation": _l("Relation"),
    "doc_type": _l("Evidence"),
    "doc_no": _l("Evidence number"),
    "issue_date": _l("Date of the evidence"),
    "sequence": _l("No. in the list"),
    "birth_order": _l("Which child it is"),
}
_EXAMPLE = {"title": "นาย", "first_name": "สมชาย", "last_name": "ใจดี"}


def words_of_file(error: PortalError) -> str:
    """Why a whole workbook was refused, and what to do."""
    facts = dict(error.facts)
    code = "ROSTER_IS_TEXT" if facts.get("reason") == "text" else error.code
    sentence = _too_large(facts) if code == "ROSTER_TOO_LARGE" else _WORDS.get(code)
    if sentence is None:
        return words_of_family(error)
    facts["columns"] = ", ".join(str(COLUMNS.get(name, name)) for name in facts.get("columns", ()))
    facts["sheets"] = ", ".join(facts.get("sheets", ())) or "–"
    words = str(sentence) % facts
    if facts.get("hidden"):
        words += " " + str(_WORDS["ROSTER_SHEETS_HIDDEN"]) % {"sheets": ", ".join(facts["hidden"])}
    return words


def _too_large(facts: Mapping[str, Any]) -> Any:
    """Splitting helps against too many people alone; who has thirty of them must be told what else is in the file."""
    if "cells" in facts or facts.get("limit") == MAX_SHEET_ROWS:
        return _l(
            "Below or beside the list this workbook has rows or columns that are empty or only formatted, too many to read."
            " Copy the lines of people into a new workbook, or into our form, and upload that."
        )
    if "ratio" in facts or "parts" in facts or facts.get("limit") == MAX_UNPACKED_BYTES:
        return _l(
            "What is packed into this file is far larger than any list of people."
            " Copy the list into a new workbook and upload that."
        )
    return _WORDS["ROSTER_TOO_LARGE"]


def words_of_problem(problem: Mapping[str, Any] | None) -> str:
    """Why a file was refused, or has to be looked at again; empty where there is nothing to say."""
    if not problem:
        return ""
    return words_of_file(BadInput(problem["code"], **problem.get("facts", {})))


def words_to_mend(line: Line, *, is_sent: bool = False) -> str:
    """The reason that stands beside a line of the workbook that goes back; of an import that is sent nothing is decided."""
    if line.row.fate is not Fate.DOUBT:
        return words_of_row(line.row)
    if line.decision is Decision.SAME:
        return _("The same person stands under another number. Compare the ID with the ID card.")
    if is_sent:
        return _(
            "Somebody of this name and birth date has another number. Correct the ID; if it is another person, bring this"
            " workbook in and decide there."
        )
    return _("Somebody of this name and birth date has another number. Decide on the import's page, or correct the ID.")


def progress_words(work: Work | None) -> str:
    """How far background work is, in words."""
    if work is None or work.status is JobStatus.QUEUED:
        return _("Waiting for its turn")
    if work.percent is None:
        return _("Reading the file and comparing it with the register")
    facts = {"done": f"{work.done:,}", "total": f"{work.total:,}", "percent": work.percent}
    return _("%(percent)s %% · %(done)s of %(total)s rows", **facts)


def words_of_row(row: RowFate) -> str:
    """Why a line is not submitted, or what to know of one that is; empty where there is nothing to say."""
    if row.fate in (Fate.NEW, Fate.DOUBT):
        return words_of_remarks(row)
    if row.fate is Fate.KNOWN or (row.fate is Fate.CHANGED and row.code in _KNOWN):
        return f"{_KNOWN.get(row.code or '', '')} {words_of_remarks(row)}".strip()
    example = "/".join(_EXAMPLE[part] for part in row.facts.get("parts", ()))
    facts = dict(row.facts) | {"heading": row.heading, "example": example}
    if row.fate is Fate.MEND and (row.record is None or "holder_excel_row" in row.facts):
        return str(mending(row.code or "", facts)) % short(facts)
    sentence = _WORDS.get(row.code or "")
    # Our own documents are no law that a clerk could look up.
    citation = "" if (row.citation or "spec").startswith(("spec", "decisions")) else f" ({row.citation})"
    if sentence is None:
        words = words_of_family(Refused(row.code or "", citation=row.citation or "", **row.facts))
        return _where(row) + (words if citation in words else words + citation)
    return str(sentence) + citation


def words_of_remarks(row: RowFate) -> str:
    """What to know of a line besides its fate."""
    return " ".join(str(_REMARKS.get(code, "")) for code in (row.remark or "").split())


def _where(row: RowFate) -> str:
    """Before what is wrongly typed, as against the law: the column, or the box of the person's own page."""
    field = str(row.facts.get("field", ""))
    box = row.heading or (field_words(field) if field else "")
    return f"“{box}”: " if box and row.citation is None and box != field else ""
