"""What card bridges ask of the portal: POST /api/card/v1/enrol, challenge, assert, presence, wanted, reading.

A plain blueprint for programs: whatever a browser sends is refused, and every refusal has the same words; why stands in
the audit.
"""

import json
from typing import Any

from flask import Blueprint, Flask, current_app, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import AppBuilder
from flask_limiter import RateLimitExceeded
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.domain.errors import NotAllowed, PortalError
from app.security.requests import request_id
from app.services import card_doors, card_readings, card_signatures, workstations
from app.services.card_callers import Caller, caller
from app.services.card_doors import Door
from app.views import openapi_card
from app.views.errors import words_of

BODY_LIMIT = 8 * 1024
_BROWSERS_SAY = ("Origin", "Sec-Fetch-Site", "Cookie")
# Where each door's signed word stands, and of which kind it is; at "challenge" it only says whose question it is.
_SIGNED = {
    "challenge": ("m", card_signatures.DESK),
    "assert_card": ("assertion", card_signatures.LOGIN),
    "presence": ("m", card_signatures.PRESENCE),
    "state": ("m", card_signatures.DESK),
    "wanted": ("m", card_signatures.DESK),
    "reading": ("m", card_signatures.READING),
}

blueprint = Blueprint("card_api", __name__, url_prefix="/api/card/v1")


def register(app: Flask, appbuilder: AppBuilder) -> None:
    """Serve the bridges, and limit how often one may ask; the word that ends a session is always heard."""
    limit = appbuilder.sm.limiter.limit
    limit(app.config["CARD_RATE_LIMIT"], key_func=_who_asks, exempt_when=_ends_session)(blueprint)
    app.register_blueprint(blueprint)
    app.register_blueprint(openapi_card.blueprint)


def _who_asks() -> str:
    """The address, with the computer where its signature holds: neither junk nor neighbours use up what is its own."""
    address, signed = get_remote_address(), _caller()
    return f"{address} {signed.wid}" if signed else address


def _ends_session() -> bool:
    signed = _caller()
    return signed is not None and signed.ends_session


def _caller() -> Caller | None:
    """Who signed this request; looked at once, and never raises, for the limiter's sake."""
    if "card_caller" not in g:
        name, kind = _SIGNED.get(str(request.endpoint).partition(".")[2], ("", ""))
        try:
            g.card_caller = caller(_body().get(name), kind, origin=current_app.config["BASE_URL"]) if name else None
        except (PortalError, HTTPException):
            g.card_caller = None
    found: Caller | None = g.card_caller
    return found


def door() -> Door:
    """Where this portal stands; without a pepper no card opens it."""
    pepper = current_app.config["CARD_PEPPER"]
    if not pepper:
        raise NotAllowed("CARD_REFUSED")
    made_up_allowed = current_app.config["PORTAL_ENV"] != "production"
    return Door(current_app.config["BASE_URL"], pepper, made_up_allowed, request.remote_addr)


@blueprint.before_request
def refuse_browsers() -> None:
    """No page of any site may ask here, not even one of ours."""
    if any(name in request.headers for name in _BROWSERS_SAY):
        raise NotAllowed("CARD_REFUSED")


@blueprint.post("/enrol")
def enrol() -> ResponseReturnValue:
    """A computer brings the key that it made: {code, pub, proof} -> {wid, fingerprint, label}."""
    body = _body()
    found = workstations.enrol(
        body.get("code"), body.get("pub"), body.get("proof"), origin=door().origin, address=request.remote_addr
    )
    told = {"wid": found.wid, "label": found.label, "state": found.state}
    return jsonify(told | {"fingerprint": card_signatures.fingerprint(found.public_key)})


@blueprint.post("/challenge")
def challenge() -> ResponseReturnValue:
    """{wid, m} -> {nonce, exp, time, aud}: what to sign, until when, and the portal's time; m may be missing."""
    asked = card_doors.challenge(_body().get("wid"), door=door())
    return jsonify(
        nonce=asked.nonce, exp=int(asked.expires_at.timestamp()), time=int(asked.now.timestamp()), aud=door().origin
    )


@blueprint.post("/assert")
def assert_card() -> ResponseReturnValue:
    """{assertion} -> {login_url, csid, code, exp}: where to send the browser, and what to report presence with."""
    found = card_doors.accept(_body().get("assertion"), door=door())
    path = url_for("CardLoginView.open", ticket=found.ticket)
    return jsonify(
        login_url=door().origin + path, csid=found.csid, code=found.code, exp=int(found.expires_at.timestamp())
    )


@blueprint.post("/presence")
def presence() -> ResponseReturnValue:
    """{m} -> {live}: the card is still in, or was pulled."""
    return jsonify(live=card_doors.hear(_body().get("m"), door=door()))


@blueprint.post("/state")
def state() -> ResponseReturnValue:
    """{m} -> {state}: how far this computer has come; nothing that it says changes anything."""
    return jsonify(state=card_doors.state_of(_body().get("m"), door=door()))


@blueprint.post("/wanted")
def wanted() -> ResponseReturnValue:
    """{m} -> {} or {nonce, officer, purpose}: whether an officer of this computer waits for a visitor's card."""
    found = card_readings.wanted(_body().get("m"), door=door())
    return jsonify({"nonce": found.nonce, "officer": found.officer, "purpose": found.purpose.value} if found else {})


@blueprint.post("/reading")
def reading() -> ResponseReturnValue:
    """{m} -> {}: what stands on the visitor's card."""
    card_readings.answer(_body().get("m"), door=door())
    return jsonify({})


def _body() -> dict[str, Any]:
    request.max_content_length = BODY_LIMIT
    try:
        body = json.loads(request.get_data()) if request.mimetype == "application/json" else None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise NotAllowed("CARD_REFUSED")
    return body


@blueprint.errorhandler(PortalError)
def refused(_error: PortalError) -> ResponseReturnValue:
    """One answer for all that is wrong."""
    return jsonify(_told("CARD_REFUSED")), 403


@blueprint.errorhandler(RateLimitExceeded)
def asked_too_often(error: RateLimitExceeded) -> ResponseReturnValue:
    """Too many questions from one address."""
    seconds = error.limit.limit.get_expiry() if error.limit else 60
    return jsonify(_told("TOO_MANY_REQUESTS")), 429, {"Retry-After": str(seconds)}


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Answered before the rest of it is read; a program that only writes on finds its connection closed."""
    return jsonify(_told("TOO_LARGE", most=BODY_LIMIT)), 413


def _told(code: str, **facts: int) -> dict[str, str]:
    return {"code": code, "message": words_of(PortalError(code, **facts)), "reference": request_id()}
