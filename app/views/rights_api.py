"""The look-up service for hospitals' programs: POST /api/v1/rights/lookup and /api/v1/rights/batch (spec 8.6).

A plain blueprint: no browser session, no CSRF token, nothing of a question in the address (decisions 10).
"""

import json
import re
from datetime import date
from typing import Any

from flask import Blueprint, Flask, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import AppBuilder
from flask_limiter import RateLimitExceeded
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import RequestEntityTooLarge

from app.domain.clock import BANGKOK
from app.domain.errors import BadInput, PortalError
from app.domain.thai_calendar import BE_OFFSET, EARLIEST_BE_YEAR
from app.security.requests import request_id
from app.services.crossings.rights_lookup import MAIN_INSCL, ReadAuditFailed, Right, RightAnswer, UnreadableId, look_up
from app.views import openapi
from app.views.base import actor
from app.views.errors import status_of
from app.views.rights_words import words_of_lookup
from app.views.scheme_words import scheme_order

BODY_LIMIT = 16 * 1024  # a full batch with dashes and spaces is a quarter of it
RATE_LIMIT = "600 per minute"  # per token; RIGHTS_RATE_LIMIT in the settings changes it

_ISO_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RETRY_AFTER_SECONDS = 5

blueprint = Blueprint("rights_api", __name__, url_prefix="/api/v1/rights")


class TokenRefused(PortalError):
    """No token, or one that opens nothing."""


class WrongContentType(BadInput):
    """The body is announced as something else than JSON."""


class TooLarge(BadInput):
    """The body is larger than any question can be."""


def register(app: Flask, appbuilder: AppBuilder) -> None:
    """Serve the look-up service and its description, and limit how often one token may ask."""
    limit = app.config.get("RIGHTS_RATE_LIMIT", RATE_LIMIT)
    appbuilder.sm.limiter.limit(limit, key_func=token_or_address)(blueprint)
    app.register_blueprint(blueprint)
    app.register_blueprint(openapi.blueprint)


@blueprint.before_request
def require_token() -> None:
    """Refuse whoever brings no live token; a browser's log-in does not count here."""
    if actor().token_id is None:
        raise TokenRefused("TOKEN_INVALID" if "Authorization" in request.headers else "TOKEN_MISSING")


@blueprint.post("/lookup")
def lookup() -> ResponseReturnValue:
    """One person on one day: {national_id, on} -> the answer."""
    body = _body("national_id")
    (answer,) = look_up([body["national_id"]], _day(body), actor=actor(), hash_key=current_app.config["SECRET_KEY"])
    if isinstance(answer, UnreadableId):
        raise answer.error
    return jsonify(answer_as_json(answer))


@blueprint.post("/batch")
def batch() -> ResponseReturnValue:
    """Up to 100 persons on one day: {national_ids, on} -> {answers}, in the order asked; a bad ID fails its row only."""
    body = _body("national_ids")
    if not isinstance(body["national_ids"], list):
        raise BadInput("NOT_A_LIST", field="national_ids")
    answers = look_up(body["national_ids"], _day(body), actor=actor(), hash_key=current_app.config["SECRET_KEY"])
    return jsonify(answers=[_row(answer) for answer in answers])


def answer_as_json(answer: RightAnswer) -> dict[str, Any]:
    """The answer in the fields of spec 8.6; days are of the Common Era, `entitled_until` is exclusive."""
    return {
        "national_id": answer.national_id,
        "on": answer.on.isoformat(),
        "entitled": answer.entitled,
        "provisional": answer.provisional,
        "reason": answer.reason,
        **(_no_right() if answer.right is None else _right(answer.right)),
        "order": [_right(right) for right in answer.order],
        "other_schemes": "unknown" if answer.schemes is None else scheme_order(answer.schemes),
        "schemes_loaded": list(answer.loaded),
        "answered_at": answer.answered_at.astimezone(BANGKOK).isoformat(timespec="seconds"),
    }


def _right(right: Right) -> dict[str, Any]:
    return {
        "main_inscl": MAIN_INSCL,
        "sub_inscl": right.sub_inscl,
        "agency_code": right.agency_code,
        "agency_name": right.agency_name,
        "successor_code": right.successor_code,
        "relation": right.relation,
        "state": right.state,
        "entitled_from": right.entitled_from.isoformat(),
        "entitled_until": right.entitled_until.isoformat() if right.entitled_until else None,
        "last_day": right.last_day.isoformat() if right.last_day else None,
    }


def _no_right() -> dict[str, Any]:
    names = ("main_inscl", "sub_inscl", "agency_code", "agency_name", "successor_code", "relation", "state")
    return dict.fromkeys((*names, "entitled_from", "entitled_until", "last_day"))


def _row(answer: RightAnswer | UnreadableId) -> dict[str, Any]:
    if isinstance(answer, RightAnswer):
        return answer_as_json(answer)
    typed = answer.national_id if isinstance(answer.national_id, str) else None
    return {"national_id": typed, "error": _error(answer.error)}


def _body(wanted: str) -> dict[str, Any]:
    """The JSON object of the request, which must hold `wanted`, may hold `on`, and nothing else."""
    if request.mimetype != "application/json":
        raise WrongContentType("WRONG_CONTENT_TYPE")
    request.max_content_length = BODY_LIMIT
    try:
        body = json.loads(request.get_data(), object_pairs_hook=once)
    except RequestEntityTooLarge as error:
        raise TooLarge("TOO_LARGE", most=BODY_LIMIT) from error
    except (ValueError, RecursionError) as error:
        raise BadInput("NOT_JSON") from error
    if not isinstance(body, dict):
        raise BadInput("NOT_AN_OBJECT")
    for key in body.keys() - {wanted, "on"}:
        raise BadInput("UNKNOWN_KEY", field=key, key=key)
    if body.get(wanted) is None:
        raise BadInput("REQUIRED", field=wanted)
    return body


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs; which of two equal keys was meant nobody can tell (RFC 8259 section 4)."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadInput("REPEATED_KEY", field=key, key=key)
        found[key] = value
    return found


def _day(body: dict[str, Any]) -> date | None:
    text = body.get("on")
    if text is None:
        return None
    if not isinstance(text, str) or not _ISO_DAY.fullmatch(text):
        raise BadInput("INVALID_ISO_DATE", field="on")
    year = int(text[:4])
    if year >= EARLIEST_BE_YEAR:
        raise BadInput("YEAR_LOOKS_BE", field="on", year=year, suggested_year=year - BE_OFFSET)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("INVALID_ISO_DATE", field="on") from error


def _error(error: PortalError) -> dict[str, Any]:
    return {"code": error.code, "message": words_of_lookup(error), "field": error.field}


@blueprint.errorhandler(PortalError)
def refused(error: PortalError) -> ResponseReturnValue:
    headers = {}
    status = status_of(error)
    match error:
        case TokenRefused():
            told = ', error="invalid_token"' if error.code == "TOKEN_INVALID" else ""  # RFC 6750 section 3.1
            status, headers["WWW-Authenticate"] = 401, f'Bearer realm="LGO Portal"{told}'
        case WrongContentType():
            status = 415
        case TooLarge():
            status = 413
        case ReadAuditFailed():
            status, headers["Retry-After"] = 503, str(_RETRY_AFTER_SECONDS)
    return jsonify(_error(error) | {"reference": request_id()}), status, headers


@blueprint.errorhandler(RateLimitExceeded)
def asked_too_often(error: RateLimitExceeded) -> ResponseReturnValue:
    seconds = error.limit.limit.get_expiry() if error.limit else _RETRY_AFTER_SECONDS
    answer = _error(PortalError("TOO_MANY_REQUESTS")) | {"reference": request_id()}
    return jsonify(answer), 429, {"Retry-After": str(seconds)}


def token_or_address() -> str:
    return f"token {actor().token_id}" if actor().token_id else str(get_remote_address())
