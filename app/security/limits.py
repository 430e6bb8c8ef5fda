"""How often somebody may try to log in, or look up rights, counted in Redis, or in the process while Redis is away."""

from flask import Flask, Response, g, request
from flask_appbuilder import AppBuilder
from flask_limiter.util import get_remote_address
from flask_login import current_user

PER_ADDRESS = "120 per minute"  # a whole office may share one address

CARD_PER_ADDRESS = "60 per minute"


# Pages that tell something of people who are another agency's: whether they are entitled, registered, and where.
LOOKS_UP = ("RightsPage", "ClaimFormView", "FamilyHintsView", "TransfersView")
_ASKS_NOTHING = ("TransfersView.choose", "TransfersView.leave_out", "TransfersView.again", "TransfersView.form")
_TOLD = "told_of_strangers"


def limit_look_ups(app: Flask, appbuilder: AppBuilder) -> None:
    """Limit the questions of one officer for people's rights, on all pages together: a desk needs no more, who copies would."""
    limit = appbuilder.sm.limiter.shared_limit(
        app.config["OFFICER_LOOKUP_LIMIT"],
        scope="look_ups",
        key_func=_officer,
        methods=["POST"],
        deduct_when=_counts,
        exempt_when=lambda: request.endpoint in _ASKS_NOTHING,
    )
    for name in LOOKS_UP:
        limit(app.blueprints[name])


def count_look_up() -> None:
    """Count this request as a look-up, where its page does not always make one of somebody else's people.

    The claim form counts a patient for whom the clerk's own agency does not pay, the family form a number of which its hint
    tells something of another agency, the search of transfers each search that could be made: whoever works on his own people
    all day is not stopped, and whoever asks for strangers has no more questions anywhere than on the page of rights.
    """
    setattr(g, _TOLD, True)


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
