"""How often somebody may try to log in, counted in Redis, or in the process while Redis is away."""

from flask import Flask, request
from flask_appbuilder import AppBuilder
from flask_limiter.util import get_remote_address

PER_ADDRESS = "120 per minute"  # a whole office may share one address

CARD_PER_ADDRESS = "60 per minute"


def limit_logins(app: Flask, appbuilder: AppBuilder) -> None:
    """Limit posts to the log-in views by address and user name, and more widely by address alone."""
    limiter, blueprint = appbuilder.sm.limiter, appbuilder.sm.auth_view.blueprint
    limiter.limit(app.config["AUTH_RATE_LIMIT"], key_func=_address_and_name, methods=["POST"])(blueprint)
    limiter.limit(PER_ADDRESS, methods=["POST"])(blueprint)
    for name in ("CardLoginView", "EmergencyView", "SecondStepView"):
        limiter.limit(CARD_PER_ADDRESS, methods=["GET", "POST"])(app.blueprints[name])


def _address_and_name() -> str:
    return f"{get_remote_address()} {request.form.get('username', '').strip().lower()}"
