"""What the page of an HTTP error says: what happened in a sentence, and what to do now."""

import math
from typing import Any

from flask import current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.domain.actor import ANONYMOUS, current_actor
from app.security.limits import LOOKS_UP, seconds_to_wait

SENTENCES: dict[int, Any] = {
    400: _l("This request could not be understood."),
    403: _l("Your role does not allow this."),
    404: _l("There is no such page, or it is not within your reach."),
    405: _l("This address does not take that kind of request."),
    409: _l("Somebody else was faster, or the state has changed meanwhile."),
    413: _l("The file is too large."),
    429: _l("Too many attempts."),
    500: _l("Something went wrong on our side. It has been noted."),
}
_STEPS: dict[int, tuple[Any, ...]] = {
    400: (
        _l("Go back with your browser's arrow: what you typed is still there."),
        _l("Open the page again from the menu."),
    ),
    403: (
        _l("If this belongs to your duties, ask the NHSO administrator for the role."),
        _l("If you have two accounts, check at the top right which one is in use."),
    ),
    404: (
        _l("Look for it in the search at the top, or open the list from the menu."),
        _l("An entry of another agency cannot be opened; the other agency can see it."),
    ),
    405: (_l("Open the page from the menu and use its buttons."),),
    409: (
        _l("Go back and open the entry again to see how it stands now."),
        _l("If your change is still needed, make it there."),
    ),
    413: (
        _l("Save a scan with fewer dots or in grey, or send several smaller files."),
        _l("A single document may have at most 5 MB."),
    ),
    429: (_l("Check the user name and that the Caps Lock key is off before you try again."),),
    500: (
        _l("Try again in a minute. What has been saved is not lost."),
        _l("If it happens again, tell the NHSO the reference number below."),
    ),
}
_VISITOR_STEPS = (
    _l("Check the address: a link from a message is often cut off at its end."),
    _l("Log in from the first page, and open what you look for from the menu."),
)
_LOOKUP_STEPS = (
    _l("Your questions until now have been answered and recorded; nothing is lost."),
    _l(
        "If your desk needs more every day, ask the NHSO administrator to raise the number, or to give your system a token."
    ),
)
# Files of many rows, by the page that takes them: the largest in MB where it is less than what may be sent at a time.
_OF_ROWS = {"RosterView": 10, "HospitalStatementsView": 10, "SchemeFilesView": None}
_OF_ROWS_STEPS = (
    _l("Split the file into several ones with fewer rows."),
    _l("Take pictures and rows that are only formatted out of a workbook, and save it again."),
)
# A form whose sign does not fit: at the log-in, of somebody who is in, of somebody who is not in any more.
_AT_LOGIN = (
    _l(
        "The log-in page was open for a long time, or your browser keeps no cookies of this site. You are not logged in."
    ),
    (
        _l("Open the log-in page anew and log in."),
        _l("If this happens again, allow cookies for this site in the browser's settings."),
    ),
)
_OF_AN_EARLIER_LOGIN = (
    _l("This page was opened in an earlier log-in, or its form came from somewhere else. Nothing was saved."),
    (
        _l(
            "Press your browser's back arrow and load the page again: what you typed stands in the form, without passwords "
            "and files. Look it over, send it."
        ),
    ),
)
_EXPIRED_STEPS = (_l("Open the log-in page in a second tab and log in."), *_OF_AN_EARLIER_LOGIN[1])


def sentence(error: HTTPException) -> str:
    """What happened."""
    if isinstance(error, CSRFError):
        return str(_expired()[0])
    status = error.code or 500
    words = str(SENTENCES.get(status) or SENTENCES[500 if status >= 500 else 400])
    if status == 429:
        words = _("You have looked up as many rights as one officer may in this time.") if _looks_up() else words
        minutes = math.ceil(seconds_to_wait() / 60)
        words += " " + _("Please wait %(minutes)s minutes.", minutes=minutes)
    if status == 413:
        most = _OF_ROWS.get(request.blueprint or "") or current_app.config["MAX_CONTENT_LENGTH"] // (1024 * 1024)
        words += " " + _("At most %(most)s MB can be sent at a time.", most=most)
    return words


def steps(status: int, error: Exception | None) -> tuple[Any, ...]:
    """What to do now, one sentence a line."""
    if isinstance(error, CSRFError):
        return tuple(_expired()[1])
    if status == 429 and _looks_up():
        return _LOOKUP_STEPS if request.blueprint == "RightsPage" else (_STEPS[400][0], *_LOOKUP_STEPS)
    if status == 413 and request.blueprint in _OF_ROWS:
        return _OF_ROWS_STEPS
    if status == 404 and current_actor() in (None, ANONYMOUS):
        return _VISITOR_STEPS
    return _STEPS.get(status, _STEPS[500 if status >= 500 else 400])


def _expired() -> tuple[Any, tuple[Any, ...]]:
    """What happened and what to do where the sign of a form does not fit."""
    if current_actor() not in (None, ANONYMOUS):
        return _OF_AN_EARLIER_LOGIN
    if request.path.startswith("/login"):
        return _AT_LOGIN
    words = _l("This page was open too long, or you have been logged out meanwhile. Nothing was saved.")
    return words, _EXPIRED_STEPS


def _looks_up() -> bool:
    """Whether somebody who asked for rights is told to wait, not somebody at the log-in."""
    return request.blueprint in LOOKS_UP
