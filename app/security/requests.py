"""What happens around every request: who acts, was the form ours, may he go on, and one line in the log."""

import logging
import re
import secrets
import time
from urllib.parse import quote

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.domain.actor import ANONYMOUS, Actor, current_actor, set_current_actor
from app.extensions import csrf
from app.models.database import db
from app.security.roles import actor_for_token, actor_for_user, in_emergency
from app.security.session_cookie import MINUTES
from app.services import tokens

_log = logging.getLogger("portal.access")
_API = "/api/"
_ID_LIKE = re.compile(r"[0-9](?:-?[0-9]){12}")
# The same for everybody: nobody asks whose session it is, so none is sent back in the way of one that just begins.
_SAME_FOR_ALL = frozenset({"static", "appbuilder.static", "OfflineView.page", "OfflineView.worker"})
# Asked again and again by every page in sight: the session alone answers, and a line for each would bury the others.
_LOOKS = "CardPresenceView.ask"
# Where somebody whose password must be changed may still go.
_WITHOUT_CHANGE = _SAME_FOR_ALL | {_LOOKS, "AuthView.logout", "PasswordView.own", "LocaleView.index"}


def install(app: Flask) -> None:
    """Set the hooks, in the order in which they run."""
    app.before_request(_begin)
    app.before_request(_refuse_nul)
    app.before_request(_refuse_forgery)
    app.before_request(_ask_for_new_password)
    app.after_request(_write_log)
    app.teardown_request(_finish)


def request_id() -> str:
    """The reference number of this request, shown on error pages and written to the log."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(4).upper()
    return str(g.request_id)


def _begin() -> None:
    g.began = time.perf_counter()
    g.actor_before = current_actor()
    set_current_actor(ANONYMOUS)
    set_current_actor(_actor())


def _actor() -> Actor:
    if request.endpoint in _SAME_FOR_ALL or request.endpoint == _LOOKS:
        return ANONYMOUS
    if request.path.startswith(_API):
        # Never by cookie: a page of another site could then ask in the officer's name.
        scheme, _, word = request.headers.get("Authorization", "").partition(" ")
        token = tokens.find_live(word.strip()) if scheme.lower() == "bearer" else None
        if token is None or (token.is_demo and current_app.config["PORTAL_ENV"] == "production"):
            return ANONYMOUS
        return actor_for_token(token, request.remote_addr)
    if not current_user.is_authenticated:
        return ANONYMOUS
    actor = actor_for_user(current_user, request.remote_addr)
    return in_emergency(actor) if session.get(MINUTES) else actor


def _refuse_nul() -> None:
    # PostgreSQL keeps no such sign, and none of our words has one.
    sent = [request.path, *request.args.values(), *(() if request.path.startswith(_API) else request.form.values())]
    if any("\0" in text for text in sent):
        abort(400)


def _refuse_forgery() -> None:
    if request.routing_exception is not None:
        return  # no page takes it: the answer says that, not that a form is too old
    if not request.path.startswith(_API) and current_app.config.get("WTF_CSRF_ENABLED", True):
        csrf.protect()


def _ask_for_new_password() -> ResponseReturnValue | None:
    if request.path.startswith(_API) or request.endpoint in _WITHOUT_CHANGE or not current_user.is_authenticated:
        return None
    return redirect(url_for("PasswordView.own")) if current_user.must_change_password else None


def _write_log(response: Response) -> Response:
    # The path alone: query strings hold names that people searched for (decisions 10).
    if request.endpoint is None or not (request.endpoint == _LOOKS or request.endpoint.endswith("static")):
        actor = current_actor() or ANONYMOUS
        spent = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000
        line = (request_id(), actor.name, request.method, path_to_log(), response.status_code, spent)
        _log.info("%s %s %s %s %d %.0fms", *line)
    return response


def path_to_log() -> str:
    """The path with what could forge a line written as %XX, and digits that look like a national ID struck out."""
    return _ID_LIKE.sub("<13 digits>", quote(request.path, safe="/"))


def _finish(_error: BaseException | None) -> None:
    db.session.remove()
    set_current_actor(g.get("actor_before"))
