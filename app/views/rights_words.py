"""The look-up in words: why the answer is no, and what only the REST service refuses."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.domain.errors import PortalError
from app.services.crossings.rights_lookup import NoRight
from app.views.errors import words_of

_WORDS: dict[str, Any] = {
    "INVALID_ISO_DATE": _l("This is no date in the form YYYY-MM-DD of the Common Era, such as 2026-11-21."),
    "YEAR_LOOKS_BE": _l(
        "The year %(year)s looks like Buddhist era; this service takes the Common Era: %(suggested_year)s."
    ),
    "UNKNOWN_CODE": _l("%(given)s is not one of the values that are known here."),
    "TOO_MANY_ENTRIES": _l("At most %(most)s entries here."),
    "NOT_A_LIST": _l("A list is wanted here."),
    "NOT_JSON": _l("The body is no JSON."),
    "NOT_AN_OBJECT": _l("One JSON object is wanted here."),
    "REPEATED_KEY": _l("The key %(key)s stands there more than once."),
    "UNKNOWN_KEY": _l("This service does not know the key %(key)s."),
    "UNKNOWN_PERSON": _l("Nobody of this family has the key %(key)s."),
    "WRONG_CONTENT_TYPE": _l("Send the question as application/json."),
    "TOO_LARGE": _l("The body is too large: at most %(most)s bytes."),
    "TOKEN_MISSING": _l("Send your token in the header: Authorization: Bearer TOKEN."),
    "TOKEN_INVALID": _l("The token is wrong, has expired or was revoked. Ask the NHSO for a new one."),
    "TOO_MANY_REQUESTS": _l("Too many questions in a short time. Wait for a minute."),
}

REASONS: dict[NoRight, Any] = {
    NoRight.SUSPENDED: _l("The right is suspended while the official is suspended from duty."),
    NoRight.NOT_YET: _l("The right has not begun on that day."),
    NoRight.ENDED: _l("The right had ended before that day."),
    NoRight.VOIDED: _l("The entry was cancelled because it had been recorded in error."),
    NoRight.NO_RIGHT_KNOWN: _l("This register knows no right of this person."),
}


def words_of_lookup(error: PortalError) -> str:
    """A refused look-up as a sentence; what pages refuse too is said in the portal's common words."""
    sentence = _WORDS.get(error.code)
    return words_of(error) if sentence is None else str(sentence) % error.facts
