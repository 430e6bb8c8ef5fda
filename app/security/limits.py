"""How often somebody may try to log in, or look up rights, counted in Redis, or in the process while Redis is away."""

import math
import time

from flask import Flask, Response, current_app, g, request
from flask_appbuilder import AppBuilder
from flask_limiter.util import get_remote_address
from flask_login import current_user
from limits import parse_many
from werkzeug.exceptions import TooManyRequests

PER_ADDRESS = "120 per minute"  # a whole office may share one address

CARD_PER_ADDRESS = "60 per minute"


# Pages that tell something of people who are another agency's: whether they are entitled, registered, and where.
LOOKS_UP = ("RightsPage", "ClaimFormView", "FamilyHintsView", "TransfersView")
# On these two most questions are about one's own people, who are no look-up: the page says which are (ask_of_strangers).
_OWN_PEOPLE_TOO = ("ClaimFormView", "FamilyHintsView")
_ASKS_NOTHING = ("TransfersView.choose", "TransfersView.leave_out", "TransfersView.again", "TransfersView.form")
_TOLD, _AGAIN_AT, _SCOPE = "told_of_strangers", "look_ups_again_at", "look_ups"


def limit_look_ups(app: Flask, appbuilder: AppBuilder) -> None:
    """Limit the questions of one officer for people's rights, on all pages together: a desk needs no more, who copies would."""
    limit = appbuilder.sm.limiter.shared_limit(
        app.config["OFFICER_LOOKUP_LIMIT"],
        scope=_SCOPE,
        key_func=_officer,
        methods=["POST"],
        deduct_when=_counts,
        exempt_when=lambda: request.endpoint in _ASKS_NOTHING,
    )
    for name in set(LOOKS_UP) - set(_OWN_PEOPLE_TOO):
        limit(app.blueprints[name])


def count_look_up() -> None:
    """Count this request as a look-up where it became one: the search of transfers counts each search that could be made."""
    setattr(g, _TOLD, True)


def ask_of_strangers(*, counts: bool = True) -> None:
    """Stop (429) whoever has used up his look-ups before he is told of anybody who is not his own agency's; count this one.

    The claim form counts a patient for whom the clerk's own agency does not pay, the family form a number of which its hint
    tells something of another agency: whoever works on his own people all day is not stopped, and whoever asks for strangers
    has no more questions anywhere than on the page of rights. What tells nothing of anybody (`counts` is false) is not
    counted, but not told either once all is used up: else it would tell who is registered somewhere.

    The limit by the minute of these pages was asked a moment ago, so that Redis is there, or known to be away.
    """
    limiter, key = current_app.appbuilder.sm.limiter, (_officer(), _SCOPE)
    allowed = parse_many(current_app.config["OFFICER_LOOKUP_LIMIT"])
    if not limiter.enabled:
        return
    for one in allowed:
        if not limiter.limiter.test(one, *key):
            setattr(g, _AGAIN_AT, limiter.limiter.get_window_stats(one, *key).reset_time)
            raise TooManyRequests
    if counts:
        for one in allowed:
            limiter.limiter.hit(one, *key)


def seconds_to_wait() -> int:
    """Until the limit that was just overstepped opens again; at least one second."""
    limit = current_app.appbuilder.sm.limiter.current_limit
    again_at = g.get(_AGAIN_AT) or (limit.reset_at if limit else time.time() + 60)
    return max(1, math.ceil(again_at - time.time()))


def _counts(_answer: Response) -> bool:
    return request.blueprint == LOOKS_UP[0] or g.get(_TOLD, False)


def limit_logins(app: Flask, appbuilder: AppBuilder) -> None:
    """Limit failed log-ins by address and user name, and all posts to the log-in views more widely by address alone."""
    limiter, blueprint = appbuilder.sm.limiter, appbuilder.sm.auth_view.blueprint
    failures = limiter.limit(
        app.config["AUTH_RATE_LIMIT"], key_func=_address_and_name, methods=["POST"], deduct_when=_has_failed
    )
    failures(blueprint)
    limiter.limit(PER_ADDRESS, methods=["POST"])(blueprint)
    for name in ("CardLoginView", "EmergencyView", "SecondStepView"):
        limiter.limit(CARD_PER_ADDRESS, methods=["GET", "POST"])(app.blueprints[name])


def _has_failed(answer: Response) -> bool:
    """A log-in that leads on is a success, or the first of two steps."""
    return not 300 <= answer.status_code < 400


def _officer() -> str:
    return f"officer {current_user.id}" if current_user.is_authenticated else str(get_remote_address())


def _address_and_name() -> str:
    return f"{get_remote_address()} {request.form.get('username', '').strip().lower()}"
