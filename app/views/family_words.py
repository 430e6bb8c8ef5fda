"""What the clerk's screens say: a sentence per refusal with its facts as people read them, and the look of each state."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from app.domain.errors import PortalError, Refused
from app.domain.people import EntitlementState, RequestStatus
from app.domain.thai_calendar import age_on
from app.views.dates import format_be, weekday
from app.views.labels import label
from app.views.law_words import with_law
from app.views.rights_words import words_of_lookup

_WORDS: dict[str, Any] = {
    "AGE_20": _l("This child came of age on %(majority_date)s, before the right could begin."),
    "AGENCY_CLOSED": _l("Your agency does not exist in that time."),
    "AGENCY_NEEDED": _l("Your account belongs to no agency, so it cannot record anybody."),
    "ALREADY_DECIDED": _l("Request %(request_no)s has been decided already."),
    "ALREADY_EXISTS": _l("This has been recorded already."),
    "ALREADY_PENDING": _l("A request for this right already waits for approval."),
    "ALREADY_VOIDED": _l("This entry has been cancelled already."),
    "DATE_BEFORE_BIRTH": _l("%(date)s lies before the birth on %(birth_date)s."),
    "DATE_IN_FUTURE": _l("%(date)s lies in the future."),
    "DATE_TOO_FAR": _l("%(date)s lies more than a year ahead."),
    "DATE_TOO_OLD": _l("%(date)s lies more than 130 years back."),
    "DUPLICATE_IN_FORM": _l("This person stands on the form twice."),
    "ENTITLEMENT_NOT_FOUND": _l("This entry is not within your reach."),
    "EVIDENCE_EMPTY": _l("The file is empty."),
    "EVIDENCE_INFECTED": _l("The virus scanner found %(virus)s in this file. It was not taken in."),
    "EVIDENCE_NOT_FOUND": _l("This document is not within your reach. Please attach it again."),
    "EVIDENCE_TOO_LARGE": _l("The file is larger than 5 MB. Scan it in grey or with a lower resolution."),
    "EVIDENCE_TYPE": _l("This file is no PDF, JPG or PNG, whatever its name says, or it is damaged."),
    "FORM_TOKEN": _l("This form is too old or incomplete. Please check it and send it again."),
    "INTEGRITY": _l("These entries contradict each other or the register. Check the IDs and relations."),
    "NOT_A_DRAFT": _l("Request %(request_no)s is no draft any more."),
    "NOT_CORRECTABLE": _l("Request %(request_no)s cannot be corrected in its present state."),
    "ONE_PARENT_EACH": _l("There can be one father and one mother only."),
    "OWN_RIGHT_OVERLAP": _l("This person has an own right at %(agency)s since %(since)s."),
    "PERIOD_EMPTY": _l("The right would end before it begins."),
    "PRINCIPAL_NOT_FOUND": _l("The principal is not in your agency's register."),
    "PRINCIPAL_REQUIRED": _l("There must be exactly one principal on the form."),
    "REQUEST_NOT_FOUND": _l("This form is not within your reach, or nothing of it is left to change."),
    "SAME_RIGHT_OVERLAP": _l("This right stands already, at %(agency)s since %(since)s."),
    "SCANNER_AWAY": _l("The virus scanner does not answer, so files cannot be taken in now. Please try again later."),
    "STALE": _l("Somebody changed this form while you had it open. Reload the page to see his changes."),
    "TOO_LONG": _l("This is too long: at most %(longest)s characters."),
    "TYPE_AGENCY_MISMATCH": _l("%(personnel_type)s does not fit an agency of the type %(agency_type)s."),
    "TYPED_ELSEWHERE": _l(
        "Another window kept this form at %(hour)s. Go on there, or reload this page to see its words with yours beside."
    ),
    "TYPED_FORM_GONE": _l("This form was sent or thrown away in another window."),
    "YEAR_NOT_BE": _l("The year %(year)s is not in the Buddhist era. Did you mean %(suggested_year)s?"),
}

_PAPERS_FOLLOW = _l("If it exists and is not at hand, tick “The papers follow within 30 days”.")

# Kind of a state's chip and its icon; the word always stands beside them.
STATE_LOOKS: dict[EntitlementState, tuple[str, str]] = {
    EntitlementState.ACTIVE: ("good", "check-circle"),
    EntitlementState.STANDBY: ("info", "layers"),
    EntitlementState.SCHEDULED: ("info", "calendar-event"),
    EntitlementState.SUSPENDED: ("waiting", "exclamation-circle"),
    EntitlementState.ENDED: ("", "dash-circle"),
    EntitlementState.VOIDED: ("bad", "ban"),
    EntitlementState.UNKNOWN: ("waiting", "clock"),
}
STATUS_LOOKS: dict[RequestStatus, tuple[str, str]] = {
    RequestStatus.DRAFT: ("", "pencil-square"),
    RequestStatus.PENDING_APPROVAL: ("waiting", "hourglass-split"),
    RequestStatus.RETURNED: ("waiting", "reply"),
    RequestStatus.REJECTED: ("bad", "x-circle"),
    RequestStatus.APPROVED: ("info", "clock"),
    RequestStatus.EFFECTIVE: ("good", "check-circle"),
    RequestStatus.ROUND_ERROR: ("bad", "exclamation-triangle"),
    RequestStatus.CANCELLED: ("", "ban"),
}

_WHERE_IT_STANDS = ("OWN_RIGHT_OVERLAP", "SAME_RIGHT_OVERLAP")  # told only of a person whose particulars fit


def words_of_family(error: PortalError) -> str:
    """The refusal as a sentence in the reader's language; dates in the Buddhist era, codes by their labels."""
    sentence = _WORDS.get(error.code)
    if sentence is None or (error.code == "YEAR_NOT_BE" and error.facts.get("suggested_year") is None):
        return with_law(words_of_lookup(error), error, str(_PAPERS_FOLLOW))
    if error.code in _WHERE_IT_STANDS and "agency" not in error.facts:
        differs = words_of_lookup(Refused("PERSON_DIFFERS", citation="")) if error.facts.get("differs") else ""
        return with_law(f"{words_of_lookup(error)} {differs}".strip(), error, str(_PAPERS_FOLLOW))
    readable = {name: _readable(fact) for name, fact in error.facts.items()}
    return with_law(str(sentence) % readable, error, str(_PAPERS_FOLLOW))


def day_in_words(day: date, today: date) -> str:
    """What a typed day means, to be checked at a glance: weekday, the day in words, and full years until today."""
    years = age_on(day, today)
    age = _l("%(years)s years", years=years)  # outside the f-string, where the catalogue's tool finds it
    return f"{weekday_and_day(day)} · {age}" if years > 0 else weekday_and_day(day)


def weekday_and_day(day: date) -> str:
    """A typed day with its weekday."""
    return f"{weekday(day)} {format_be(day, 'medium')}"


def _readable(fact: Any) -> Any:
    if isinstance(fact, date) and not isinstance(fact, datetime):
        return format_be(fact, "medium")
    return label(fact) if isinstance(fact, StrEnum) else fact
