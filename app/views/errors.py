"""From a refusal to words and an HTTP status; the only place that knows both."""

import logging
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import RequestRedirect

from app.domain.errors import BadInput, Conflict, NotAllowed, NotFound, PortalError, Refused, WrongState
from app.security.limits import seconds_to_wait
from app.security.requests import path_to_log, request_id
from app.views.dates import format_be, format_be_instant
from app.views.error_pages import sentence, steps
from app.views.error_words import WORDS
from app.views.labels import LABELS

_log = logging.getLogger("portal.errors")
_STATUS: tuple[tuple[type[PortalError], int], ...] = (
    (BadInput, 400),
    (NotFound, 404),
    (NotAllowed, 403),
    (WrongState, 409),
    (Conflict, 409),
    (Refused, 422),
)
_KEPT_HEADERS = ("Allow", "Retry-After")


class _Facts(dict[str, Any]):
    """Facts as people read them; a dash for one that the raiser did not give."""

    def __missing__(self, name: str) -> str:
        return "–"


def status_of(error: PortalError) -> int:
    """The HTTP status that stands for the kind of refusal."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 400)


def words_of(error: PortalError) -> str:
    """The refusal as a sentence in the reader's language, with its facts."""
    sentence = WORDS.get(error.code)
    if sentence is None:
        return gettext("This was refused.") + f" ({error.code})"
    return str(sentence) % _Facts((name, _readable(fact)) for name, fact in error.facts.items())


def _readable(fact: Any) -> Any:
    if isinstance(fact, datetime):
        return format_be_instant(fact)
    if isinstance(fact, date):
        return format_be(fact, "medium")
    if isinstance(fact, StrEnum) and type(fact) in LABELS:
        return LABELS[type(fact)][fact]
    if isinstance(fact, (list, tuple, set, frozenset)):
        return ", ".join(str(_readable(part)) for part in fact)
    return fact


def install(app: Flask) -> None:
    """Answer refusals, HTTP errors and accidents with a page, or with JSON below /api/."""
    app.register_error_handler(PortalError, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.after_request(_stay_here)
    app.logger.disabled = True  # Flask's own line of an accident tells the address as it was typed, numbers and all


def _refused(error: PortalError) -> ResponseReturnValue:
    return _answer(status_of(error), error.code, words_of(error), error)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error
    if isinstance(error, InternalServerError):
        _log.error("%s %s %s", request_id(), request.method, path_to_log(), exc_info=error.original_exception)
    response = current_app.make_response(_answer(status, error.name.upper().replace(" ", "_"), sentence(error), error))
    for name, value in error.get_headers():
        if name in _KEPT_HEADERS:
            response.headers[name] = value
    if status == 429:
        response.headers["Retry-After"] = str(seconds_to_wait())
    return response


def _stay_here(response: Response) -> Response:
    """The router's own redirects without the host, which the visitor's request has named and nobody has checked."""
    if isinstance(request.routing_exception, RequestRedirect) and response.location:
        address = urlsplit(response.location)
        path = "/" + address.path.lstrip("/\\")
        response.location = f"{path}?{address.query}" if address.query else path
    return response


def _answer(status: int, code: str, words: str, error: Exception) -> ResponseReturnValue:
    if request.path.startswith("/api/"):
        return jsonify(code=code, message=words, field=getattr(error, "field", None), reference=request_id()), status
    page = {"status": status, "words": words, "steps": steps(status, error), "reference": request_id()}
    try:
        return render_template("error.html", **page), status
    except Exception:
        # The page's frame asks the database who is logged in; when that is what failed, a page without it must do.
        _log.exception("%s the error page itself failed", request_id())
    return _page_alone(page), status


def _page_alone(page: dict[str, Any]) -> ResponseReturnValue:
    """The page without frame; plain words where even the language could not be found out."""
    try:
        return current_app.jinja_env.get_template("error_alone.html").render(page | {"lang": str(get_locale())})
    except Exception:
        _log.exception("%s the error page without frame failed", request_id())
        return current_app.response_class(f"{page['words']} ({page['reference']})", mimetype="text/plain")
