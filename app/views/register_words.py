"""The words of the register: its statuses, the titles of its columns, and the phrases of its Excel file."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.domain.people import EntitlementState, PersonnelType, Relation, RequestStatus, Sex, TerminationReason
from app.reports.register_columns import REQUEST_STATUSES, RegisterStatus, word_key
from app.views.labels import label

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
    RegisterStatus.ACTIVE: ("good", "circle-check"),
    RegisterStatus.STANDBY: ("info", "layer-group"),
    RegisterStatus.SUSPENDED: ("waiting", "circle-pause"),
    RegisterStatus.SCHEDULED: ("info", "calendar-day"),
    RegisterStatus.ENDED: ("", "circle-stop"),
    RegisterStatus.VOIDED: ("bad", "ban"),
    RegisterStatus.DRAFT: ("", "pencil"),
    RegisterStatus.PENDING_APPROVAL: ("waiting", "hourglass-half"),
    RegisterStatus.APPROVED: ("info", "clock"),
    RegisterStatus.RETURNED: ("waiting", "rotate-left"),
    RegisterStatus.REJECTED: ("bad", "circle-xmark"),
    RegisterStatus.ROUND_ERROR: ("bad", "triangle-exclamation"),
}


def status_label(status: RegisterStatus) -> Any:
    """The word for a status: that of the request or of the right which it is the state of."""
    return label(RequestStatus(status) if status in REQUEST_STATUSES else EntitlementState(status))


def report_words() -> dict[str, str]:
    """All words that the Excel file needs, in the reader's language; the report itself knows none."""
    codes = [code for kind in (Sex, Relation, PersonnelType, TerminationReason) for code in kind]
    words = {**TITLES, **PHRASES, **{word_key(code): label(code) for code in codes}}
    words |= {word_key(status): status_label(status) for status in RegisterStatus}
    return {key: str(word) for key, word in words.items()}
