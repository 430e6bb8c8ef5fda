"""The law as a service for programs: POST /api/v1/law/explain and /api/v1/law/what-if; stateless, nothing is stored.

The family comes in the body as facts under any keys; national IDs are neither needed nor looked up.
"""

import json
from datetime import date
from typing import Any

from flask import Blueprint, Flask, jsonify, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import AppBuilder
from flask_babel import force_locale
from flask_limiter import RateLimitExceeded

from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, PortalError
from app.rules.decision import Clause
from app.rules.household import Explained, explain
from app.rules.trial import try_out
from app.services.clock import business_now
from app.views.base import actor
from app.views.explain_words import says
from app.views.law_facts import changes_of, day_of, household_of
from app.views.rights_api import (
    RATE_LIMIT,
    TokenRefused,
    TooLarge,
    WrongContentType,
    asked_too_often,
    once,
    refused,
    token_or_address,
)
from app.views.scheme_words import scheme_order

BODY_LIMIT = 64 * 1024
blueprint = Blueprint("law_api", __name__, url_prefix="/api/v1/law")
blueprint.register_error_handler(PortalError, refused)
blueprint.register_error_handler(RateLimitExceeded, asked_too_often)


def register(app: Flask, appbuilder: AppBuilder) -> None:
    """Serve it, and limit how often one token or address may ask."""
    limit = app.config.get("RIGHTS_RATE_LIMIT", RATE_LIMIT)
    appbuilder.sm.limiter.limit(limit, key_func=token_or_address)(blueprint)
    app.register_blueprint(blueprint)


@blueprint.before_request
def require_token() -> None:
    """Refuse whoever brings no live token; as for look-ups a browser's log-in does not count: officers have the pages."""
    if actor().token_id is None:
        raise TokenRefused("TOKEN_INVALID" if "Authorization" in request.headers else "TOKEN_MISSING")


@blueprint.post("/explain")
def explained() -> ResponseReturnValue:
    """What the law makes of each person of the family on the day, and why."""
    body = _body({"on", "principal", "relatives"})
    on = day_of(body, "on")
    return jsonify(on=on.isoformat(), people=[_person(one) for one in explain(household_of(body), on, _told_on(on))])


@blueprint.post("/what-if")
def what_if() -> ResponseReturnValue:
    """The same before and after what is tried."""
    body = _body({"on", "principal", "relatives", "changes"})
    on, household = day_of(body, "on"), household_of(body)
    found = try_out(household, changes_of(body, household), on, _told_on(on))
    people = [
        {"key": one.before.key, "changed": one.is_changed, "before": _person(one.before), "after": _person(one.after)}
        for one in found
    ]
    return jsonify(on=on.isoformat(), people=people)


def _told_on(on: date) -> date:
    """Facts may lie ahead as far as the day that is asked about; what is told of later days cannot have happened."""
    return max(on, bangkok_day(business_now()))


def _body(known: set[str]) -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise WrongContentType("WRONG_CONTENT_TYPE")
    if (request.content_length or 0) > BODY_LIMIT:
        raise TooLarge("TOO_LARGE", most=BODY_LIMIT)
    request.max_content_length = BODY_LIMIT
    try:
        body = json.loads(request.get_data(), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise BadInput("NOT_JSON") from error
    if not isinstance(body, dict):
        raise BadInput("NOT_AN_OBJECT")
    for key in body.keys() - known:
        raise BadInput("UNKNOWN_KEY", field=key, key=key)
    return body


def _person(found: Explained) -> dict[str, Any]:
    period = found.period
    return {
        "key": found.key,
        "relation": found.relation,
        "entitled": found.entitled,
        "state": found.state,
        "code": found.code,
        "clauses": [_clause(clause) for clause in found.clauses],
        "missing": [{"slot": need.slot, "any_of": list(need.any_of)} for need in found.missing],
        "flags": list(found.flags),
        "from": period.from_on.isoformat() if period else None,
        "until": period.until_on.isoformat() if period and period.until_on else None,
        "holds_until": found.holds_until.isoformat() if found.holds_until else None,
        **scheme_order(found.schemes),
    }


def _clause(clause: Clause) -> dict[str, Any]:
    with force_locale("th"):
        thai = says(clause)
    return {"code": clause.code, "says": clause.says, "says_th": thai, "citation": clause.citation}
