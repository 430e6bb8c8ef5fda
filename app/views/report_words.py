"""The words of the report page: what each report answers, the titles of its columns, its choices, and its file's phrases."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.actor import ScopeKind
from app.domain.errors import PortalError
from app.domain.people import (
    AgencyType,
    PersonnelType,
    Relation,
    RequestStatus,
    RequestType,
    RoundError,
    Sex,
    TerminationReason,
)
from app.reports.register_columns import RegisterStatus, word_key
from app.reports.report import Change
from app.rules.schemes import Scheme
from app.services.scheme_columns import STANDS_BY
from app.views.explain_words import FLAGS, USES
from app.views.fields import SWAPPED
from app.views.labels import label
from app.views.register_words import PHRASES, TITLES, status_label, words_of_register

# What a report is called, what it answers, its icon.
REPORTS: dict[str, tuple[Any, Any, str]] = {
    "entitled": (
        _l("Report of entitled persons"),
        _l("Who is in the register, as whom, since when, until when and in which state?"),
        "people",
    ),
    "names": (_l("Names and states"), _l("Who is in the register, and has he a right today?"), "people"),
    "pending": (
        _l("Pending and returned work"),
        _l("What waits for approval, for correction or for a round, since when, and why did it come back?"),
        "hourglass-split",
    ),
    "changes": (
        _l("Changes of a period"),
        _l("Whose right began, ended or was voided in these days, or in this round?"),
        "clock-history",
    ),
    "dependents": (
        _l("Dependents by age"),
        _l("How old are the parents, spouses and children, and which child comes of age when?"),
        "calendar-event",
    ),
    "summary": (
        _l("Summary of agencies"),
        _l("How many people has each agency by personnel type, relation and state? Counts alone, no names."),
        "building",
    ),
}
CHANGES: dict[Change, Any] = {
    Change.BEGAN: _l("Right began"), Change.ENDED: _l("Right ended"), Change.VOIDED: _l("Voided"),
}  # fmt: skip
_MORE_TITLES: dict[str, Any] = {
    "agency_code": _l("Agency code"),
    "agency_type": _l("Agency type"),
    "age": _l("Age (full years)"),
    "at": _l("Carried by the round at"),
    "change": _l("Change"),
    "decision_reason": _l("Reason"),
    "of_age_on": _l("Comes of age on"),
    "recorded_by": _l("Recorded by"),
    "request_no": _l("Request no."),
    "round_error": _l("Why the round failed"),
    "schemes": _l("Order of use of all rights"),
    "sort_key": _l("Name (Thai order)"),
    "submitted_at": _l("Submitted at"),
    "total": _l("People with a right"),
    "type": _l("Request"),
    "waiting_days": _l("Days waited"),
}
_PHRASES: dict[str, Any] = {
    "nightly": _l("All entries, written every night"),
    "total_label": _l("Total"),
}
_CODES = (Sex, Relation, PersonnelType, TerminationReason, RequestStatus, RequestType, RoundError, AgencyType, Scheme)
# Titles of the columns that count people, by the member that they count.
_COUNTED: dict[str, Any] = {member.name: label(member) for kind in (Relation, PersonnelType) for member in kind} | {
    state.name: status_label(state) for state in RegisterStatus
}
_WORDS: dict[str, Any] = {
    "REPORT": _l("There is no such report."),
    "SAVED_REPORT": _l("This report is neither yours nor shared with you."),
    "REPORT_NAME": _l("Give the report a name of at most %(most)s letters."),
    "REPORT_HOLDS_ID": _l("A national ID is never kept in a name."),
    "REPORTS_FULL": _l("You keep %(most)s reports already. Delete one first."),
    "DAYS_SWAPPED": SWAPPED,
    "AGES_SWAPPED": _l("The highest age is below the lowest."),
    "NOT_A_COUNT": _l("Type a whole number up to %(most)s."),
}
_SHARED_WITH: dict[ScopeKind, Any] = {
    ScopeKind.AGENCY: _l("Share it with the colleagues of my agency"),
    ScopeKind.PROVINCE: _l("Share it with the colleagues of my province"),
    ScopeKind.REGION: _l("Share it with the colleagues of my region"),
}


def title_of(code: str) -> Any:
    """What a report is called."""
    return REPORTS[code][0]


def column_title(name: str) -> Any:
    """The title of a column, or of an order."""
    return _MORE_TITLES.get(name) or TITLES.get(name) or _COUNTED[name]


def shared_with(kind: ScopeKind) -> Any:
    """The words beside the tick that shares a report."""
    return _SHARED_WITH.get(kind, _l("Share it with the colleagues of the NHSO and the auditors"))


def code_words() -> dict[str, str]:
    """The word of each code that a report may hold, in the reader's language."""
    # By their keys: members of two lists may be the same word, and then they are the same key of a dict.
    words = {word_key(code): label(code) for kind in _CODES for code in kind}
    words |= {word_key(code): told for table in (CHANGES, USES, FLAGS) for code, told in table.items()}
    words |= {word_key(status): status_label(status) for status in RegisterStatus}
    return {key: str(word) for key, word in words.items()} | {STANDS_BY: _("stands by")}


def file_words(code: str) -> dict[str, str]:
    """All words that the file of a report needs, in the reader's language."""
    titles = {**_COUNTED, **TITLES, **_MORE_TITLES}
    phrases = {**PHRASES, **_PHRASES, "report_title": title_of(code), "sheet_title": title_of(code)}
    return code_words() | {key: str(word) for key, word in {**titles, **phrases}.items()}


def words_of_report(error: PortalError) -> str:
    """A refusal about reports as a sentence."""
    sentence = _WORDS.get(error.code)
    return words_of_register(error) if sentence is None else str(sentence) % error.facts


def described(parts: dict[Any, Any], order: str) -> str:
    """The choice in words, for the file and the list of files."""
    chosen = [f"{title}: {words}" for title, words in parts.items() if words]
    if order:
        chosen.append(_("sorted by %(column)s", column=column_title(order.removeprefix("-"))))
    return " · ".join(chosen) or _("All entries")
