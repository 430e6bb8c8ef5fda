"""Lets each form that was shown write once: a second press of the button finds the first one's result.

A token opens a series of its own among the running numbers; whoever inserts that row first may write. The row's number is
0 while the verb runs and the first request's id afterwards. Rows of past weeks are dropped on the way.
"""

import re
import secrets
from datetime import timedelta

import sqlalchemy as sa

from app.domain.actor import Actor
from app.domain.clock import bangkok_day, real_now
from app.domain.errors import BadInput
from app.services.transaction import reading, transaction

KEPT = timedelta(days=14)
IN_PROGRESS = 0
_SHAPE = re.compile("[0-9]{8}-[A-Za-z0-9_-]{16}")
_INSERT = sa.text("INSERT INTO running_number (series, last) VALUES (:series, 0) ON CONFLICT DO NOTHING")
_FORGET = sa.text("DELETE FROM running_number WHERE series LIKE 'FORM-%' AND substr(series, 6, 8) < :day")
_SETTLE = sa.text("UPDATE running_number SET last = :request_id WHERE series = :series")
_RELEASE = sa.text("DELETE FROM running_number WHERE series = :series AND last = 0")
_LAST = sa.text("SELECT last FROM running_number WHERE series = :series")


def new_token() -> str:
    """A fresh token for a form that is about to be shown."""
    return f"{bangkok_day(real_now()):%Y%m%d}-{secrets.token_urlsafe(12)}"


def claim(token: str, *, actor: Actor) -> int | None:
    """None when the actor's form may write now; else the request id that it led to, or IN_PROGRESS.

    Raises BadInput('FORM_TOKEN') for anything that is no token.
    """
    series = _series(token, actor)
    with transaction(actor) as session:
        if session.execute(_INSERT, {"series": series}).rowcount == 1:
            session.execute(_FORGET, {"day": f"{bangkok_day(real_now()) - KEPT:%Y%m%d}"})
            return None
    with reading(actor.scope) as reader:
        return reader.execute(_LAST, {"series": series}).scalar() or IN_PROGRESS


def settle(token: str, request_id: int, *, actor: Actor) -> None:
    """Remember what the form led to."""
    with transaction(actor) as session:
        session.execute(_SETTLE, {"series": _series(token, actor), "request_id": request_id})


def release(token: str, *, actor: Actor) -> None:
    """Let the form be sent again: its verb refused it and wrote nothing."""
    with transaction(actor) as session:
        session.execute(_RELEASE, {"series": _series(token, actor)})


def _series(token: str, actor: Actor) -> str:
    if not _SHAPE.fullmatch(token):
        raise BadInput("FORM_TOKEN")
    return f"FORM-{token}-{actor.user_id}"
