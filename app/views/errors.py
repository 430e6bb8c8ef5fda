"""From a refusal to words and an HTTP status; the only place that knows both."""

import logging
from typing import Any

from flask import Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException, InternalServerError

from app.domain.errors import BadInput, Conflict, NotAllowed, NotFound, PortalError, Refused, WrongState
from app.security.requests import request_id

_log = logging.getLogger("portal.errors")
_STATUS: tuple[tuple[type[PortalError], int], ...] = (
    (BadInput, 400),
    (NotFound, 404),
    (NotAllowed, 403),
    (WrongState, 409),
    (Conflict, 409),
    (Refused, 422),
)
WORDS: dict[str, Any] = {
    "LOGIN_FAILED": _l(
        "Wrong user name or password, or the account is locked for the moment. After five failures it stays locked for "
        "15 minutes."
    ),
    "POWER_MISSING": _l("Your role does not allow this."),
}
_PAGES: dict[int, Any] = {
    400: _l("This request could not be understood."),
    403: _l("Your role does not allow this."),
    404: _l("There is no such page, or it is not within your reach."),
    405: _l("This address does not take that kind of request."),
    409: _l("Somebody else was faster, or the state has changed meanwhile."),
    413: _l("The file is too large."),
    429: _l("Too many attempts. Please wait a minute."),
    500: _l("Something went wrong on our side. It has been noted."),
}


def status_of(error: PortalError) -> int:
    """The HTTP status that stands for the kind of refusal."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 400)


def words_of(error: PortalError) -> str:
    """The refusal as a sentence in the reader's language, with its facts."""
    sentence = WORDS.get(error.code)
    return str(sentence) % error.facts if sentence is not None else error.code


def install(app: Flask) -> None:
    """Answer refusals, HTTP errors and accidents with a page, or with JSON below /api/."""
    app.register_error_handler(PortalError, _refused)
    app.register_error_handler(HTTPException, _http_error)


def _refused(error: PortalError) -> ResponseReturnValue:
    return _answer(status_of(error), error.code, words_of(error))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error
    if isinstance(error, InternalServerError):
        _log.error("%s %s %s", request_id(), request.method, request.path, exc_info=error.original_exception)
    words = _PAGES.get(status, _PAGES[500 if status >= 500 else 400])
    response = current_app.make_response(_answer(status, error.name.upper().replace(" ", "_"), str(words)))
    for name in ("Allow", "Retry-After"):
        for key, value in error.get_headers():
            if key == name:
                response.headers[name] = value
    return response


def _answer(status: int, code: str, words: str) -> ResponseReturnValue:
    if request.path.startswith("/api/"):
        return jsonify(error=code, message=words, reference=request_id()), status
    return render_template("error.html", status=status, words=words, reference=request_id()), status
