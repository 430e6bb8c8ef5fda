"""GET /metrics: a few figures for a monitor, in Prometheus' text format; nothing about anybody (decisions 10).

Served only where METRICS_TOKEN is set, to whoever shows it as bearer token.
"""

import hmac

from flask import Blueprint, Flask, Response, abort, current_app, request
from flask_appbuilder import AppBuilder

from app.services import late_rounds

blueprint = Blueprint("metrics", __name__)


def register(app: Flask, _appbuilder: AppBuilder) -> None:
    """Serve the figures."""
    app.register_blueprint(blueprint)


@blueprint.get("/metrics")
def show() -> Response:
    """How late the oldest unfinished round is, how many rounds are due, and the background work by state."""
    wanted = current_app.config["METRICS_TOKEN"]
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not wanted or not hmac.compare_digest(shown.encode(), wanted.encode()):
        abort(404)
    found = late_rounds.figures()
    lines = [
        "# HELP portal_round_late_seconds Seconds since the time of the oldest round that should have finished; 0 in time.",
        "# TYPE portal_round_late_seconds gauge",
        f"portal_round_late_seconds {found.late_seconds}",
        "# HELP portal_rounds_due Rounds whose time has come and that are not done.",
        "# TYPE portal_rounds_due gauge",
        f"portal_rounds_due {found.due_rounds}",
        "# HELP portal_jobs Background work by state.",
        "# TYPE portal_jobs gauge",
        *(f'portal_jobs{{status="{status.value}"}} {count}' for status, count in found.jobs.items()),
    ]
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")
