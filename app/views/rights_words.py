"""What a refused look-up says to people: one sentence per code, for the page and the REST service alike."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.domain.errors import PortalError
from app.services.crossings.rights_lookup import NoRight
from app.views.errors import words_of

_WORDS: dict[str, Any] = {
    "REQUIRED": _l("This field is required."),
    "NOT_TEXT": _l("The national ID must be text, not a number: numbers lose their leading zero."),
    "NOT_DIGITS": _l("A national ID has digits only."),
    "LENGTH": _l("A national ID has 13 digits; this one has %(length)s."),
    "UNASSIGNED_CATEGORY": _l("No national ID begins with 9."),
    "CHECK_DIGIT": _l("The national ID is mistyped: its last digit does not fit the others."),
    "DEGENERATE": _l("This is no real national ID: all its digits are equal."),
    "INVALID_DATE": _l("This is no date. Type day, month and year, such as 1/10/2569."),
    "YEAR_NOT_BE": _l("The year %(year)s is not in the Buddhist era."),
    "INVALID_ISO_DATE": _l("This is no date in the form YYYY-MM-DD of the Common Era, such as 2026-11-21."),
    "YEAR_LOOKS_BE": _l(
        "The year %(year)s looks like Buddhist era; this service takes the Common Era: %(suggested_year)s."
    ),
    "BATCH_SIZE": _l("Ask for at least one and at most %(most)s national IDs at a time; these are %(count)s."),
    "NOT_A_LIST": _l("A list of national IDs is wanted here."),
    "NOT_JSON": _l("The body is no JSON."),
    "NOT_AN_OBJECT": _l("The body must be one JSON object."),
    "UNKNOWN_KEY": _l("This service does not know the key %(key)s."),
    "WRONG_CONTENT_TYPE": _l("Send the question as application/json."),
    "TOO_LARGE": _l("The body is too large: at most %(most)s bytes."),
    "TOKEN_MISSING": _l("Send your token in the header: Authorization: Bearer TOKEN."),
    "TOKEN_INVALID": _l("The token is wrong, has expired or was revoked. Ask the NHSO for a new one."),
    "TOO_MANY_REQUESTS": _l("Too many questions in a short time. Wait for a minute."),
    "READ_AUDIT_FAILED": _l(
        "The look-up could not be written down, so no answer is given. Please try again in a minute."
    ),
}

REASONS: dict[NoRight, Any] = {
    NoRight.SUSPENDED: _l("The right is suspended while the official is suspended from duty."),
    NoRight.NOT_YET: _l("The right has not begun on that day."),
    NoRight.ENDED: _l("The right had ended before that day."),
    NoRight.VOIDED: _l("The entry was cancelled because it had been recorded in error."),
    NoRight.NO_RIGHT_KNOWN: _l("This register knows no right of this person."),
}


def words_of_lookup(error: PortalError) -> str:
    """The refusal as a sentence in the reader's language; codes of other parts in their own words."""
    sentence = _WORDS.get(error.code)
    return words_of(error) if sentence is None else str(sentence) % error.facts
