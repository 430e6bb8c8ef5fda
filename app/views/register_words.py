"""The words of the register: its statuses, the titles of its columns, and the phrases of its Excel file."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from app.domain.errors import PortalError
from app.domain.people import EntitlementState, PersonnelType, Relation, RequestStatus, Sex, TerminationReason
from app.reports.register_columns import REQUEST_STATUSES, RegisterStatus, word_key
from app.views.labels import label
from app.views.rights_words import words_of_lookup

TITLES: dict[str, Any] = {
    "number": _l("No."),
    "national_id": _l("National ID"),
    "title": _l("Title"),
    "first_name": _l("First name"),
    "last_name": _l("Last name"),
    "birth_date": _l("Date of birth"),
    "sex": _l("Sex"),
    "relation": _l("Relation to the principal"),
    "principal_national_id": _l("National ID of the principal"),
    "principal_name": _l("Name of the principal"),
    "personnel_type": _l("Personnel type"),
    "sub_inscl": _l("Sub-scheme"),
    "agency_name": _l("Agency"),
    "province_name": _l("Province"),
    "service_start_date": _l("Start of service"),
    "entitled_from": _l("Entitled from (date)"),
    "entitled_until": _l("Entitlement ends (date)"),
    "termination_reason": _l("Reason of the end"),
    "status": _l("Status"),
    "approved_at": _l("Approved at"),
    "round_at": _l("Round of the update"),
}
PHRASES: dict[str, Any] = {
    "report_title": _l("Report of entitled persons"),
    "sheet_title": _l("Entitled persons"),
    "exported_by": _l("Exported by %(who)s, asked for on %(at)s"),
    "as_of_round": _l("As of %(at)s, after the round of %(round)s"),
    "as_of_no_round": _l("As of %(at)s, before the first round"),
    "region_code": _l("region-%(no)s"),
    "nation": _l("whole-country"),
}
# Colour and icon of a status; the word always stands beside them.
LOOKS: dict[RegisterStatus, tuple[str, str]] = {
    RegisterStatus.ACTIVE: ("good", "check-circle"),
    RegisterStatus.STANDBY: ("info", "layers"),
    RegisterStatus.SUSPENDED: ("waiting", "pause-circle"),
    RegisterStatus.SCHEDULED: ("info", "calendar-event"),
    RegisterStatus.ENDED: ("", "stop-circle"),
    RegisterStatus.VOIDED: ("bad", "ban"),
    RegisterStatus.DRAFT: ("", "pencil-square"),
    RegisterStatus.PENDING_APPROVAL: ("waiting", "hourglass-split"),
    RegisterStatus.APPROVED: ("info", "clock"),
    RegisterStatus.RETURNED: ("waiting", "reply"),
    RegisterStatus.REJECTED: ("bad", "x-circle"),
    RegisterStatus.ROUND_ERROR: ("bad", "exclamation-triangle"),
}


_WORDS: dict[str, Any] = {
    "NO_SUCH_AGENCY": _l("No agency within your reach has this code or name."),
    "SEVERAL_AGENCIES": _l("Several agencies have these words in their name; type the eight-digit code."),
    "EXPORTS_WAITING": _l("%(limit)s of your files are still being made. Wait for one of them, then ask again."),
    "DAYS_AHEAD": _l("Look 30, 60 or 90 days ahead."),
    "TOO_MANY_ROWS": _l("These are more than %(most)s rows. Choose one agency or one kind."),
    "JOB": _l("This file is not there any more. Ask for it again."),
    "JOB_FILE": _l("This file is not there any more. Ask for it again."),
    "JOB_OVER": _l("It had ended before it could be stopped."),
    "SAVED_VIEW": _l("This filter is not among yours."),
    "VIEW_NAME": _l("Give your filter a name of at most %(most)s letters."),
    "VIEW_HOLDS_ID": _l("A national ID is never kept in a filter."),
    "VIEWS_FULL": _l("You keep %(most)s filters already. Delete one first."),
}


@dataclass(frozen=True)
class ScreenColumn:
    """A column of the list: its title, the columns of the Excel file that it stands for, and what sorts it, if anything."""

    name: str
    title: Any
    fields: tuple[str, ...]
    sort: str = ""


_RELATION = ("relation", "principal_national_id", "principal_name", "personnel_type", "sub_inscl")
SCREEN_COLUMNS = (
    ScreenColumn("person", _l("Person"), ("national_id", "title", "first_name", "last_name"), "sort_key"),
    ScreenColumn("birth_date", TITLES["birth_date"], ("birth_date", "sex"), "birth_date"),
    ScreenColumn("relation", TITLES["relation"], _RELATION),
    ScreenColumn("service_start_date", TITLES["service_start_date"], ("service_start_date",)),
    ScreenColumn("agency", TITLES["agency_name"], ("agency_name", "province_name")),
    ScreenColumn("entitled_from", TITLES["entitled_from"], ("entitled_from",), "entitled_from"),
    ScreenColumn(
        "entitled_until", TITLES["entitled_until"], ("entitled_until", "termination_reason"), "entitled_until"
    ),
    ScreenColumn("status", TITLES["status"], ("status",)),
    ScreenColumn("approved_at", TITLES["approved_at"], ("approved_at", "round_at"), "approved_at"),
)
FIRST = "person"  # the column that is always there
_NOT_AT_FIRST = {"service_start_date", "approved_at"}


def shown_columns(chosen: Collection[str] | None, *, one_agency: bool) -> list[ScreenColumn]:
    """The chosen columns of the list in their order; without a choice what fits a small screen and tells rows apart."""
    if chosen is None:
        left_out = _NOT_AT_FIRST | ({"agency"} if one_agency else set())
        return [column for column in SCREEN_COLUMNS if column.name not in left_out]
    return [column for column in SCREEN_COLUMNS if column.name == FIRST or column.name in chosen]


def file_columns(chosen: Collection[str] | None) -> list[str] | None:
    """The columns of the Excel file for the chosen ones of the list; without a choice all of the report (None)."""
    if chosen is None:
        return None
    return [field for column in shown_columns(chosen, one_agency=False) for field in column.fields]


def status_label(status: RegisterStatus) -> Any:
    """The word for a status: that of the request or of the right which it is the state of."""
    return label(RequestStatus(status) if status in REQUEST_STATUSES else EntitlementState(status))


def words_of_register(error: PortalError) -> str:
    """A refusal about the register, its files or its filters as a sentence."""
    sentence = _WORDS.get(error.code)
    return words_of_lookup(error) if sentence is None else str(sentence) % error.facts


def report_words() -> dict[str, str]:
    """All words that the Excel file needs, in the reader's language; the report itself knows none."""
    codes = [code for kind in (Sex, Relation, PersonnelType, TerminationReason) for code in kind]
    words = {**TITLES, **PHRASES, **{word_key(code): label(code) for code in codes}}
    words |= {word_key(status): status_label(status) for status in RegisterStatus}
    return {key: str(word) for key, word in words.items()}
