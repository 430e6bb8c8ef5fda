"""Lets each form that was shown write once: a second press of the button finds the first one's result.

Whoever inserts the token's row first may write; the row names the first request that the form led to once its verb is done.
"""

import re
import secrets
from datetime import timedelta

import sqlalchemy as sa

from app.domain.actor import NOTHING, Actor, robot
from app.domain.clock import real_now
from app.domain.errors import BadInput
from app.models.base import UtcInstant
from app.models.database import db
from app.models.form_token import FormToken
from app.services.transaction import reading, transaction

KEPT = timedelta(days=14)
IN_PROGRESS = 0
_SHAPE = re.compile("[A-Za-z0-9_-]{16}")
_ROBOT = robot("form-tokens", NOTHING)
_table = FormToken.__table__
_INSERT = sa.text(
    "INSERT INTO form_token (token, user_id, claimed_at) VALUES (:token, :user, :now) ON CONFLICT DO NOTHING"
).bindparams(sa.bindparam("now", type_=UtcInstant))


def new_token() -> str:
    """A fresh token for a form that is about to be shown."""
    return secrets.token_urlsafe(12)


def claim(token: str, *, actor: Actor) -> int | None:
    """None when the actor's form may write now; else the request id that it led to, or IN_PROGRESS.

    Raises BadInput('FORM_TOKEN') for anything that is no token.
    """
    mine = _mine(token, actor)
    with transaction(actor) as session:
        if session.execute(_INSERT, {"token": token, "user": actor.user_id, "now": real_now()}).rowcount == 1:
            return None
    with reading(actor.scope) as reader:
        return reader.execute(sa.select(_table.c.request_id).where(mine)).scalar() or IN_PROGRESS


def settle(token: str, request_id: int, *, actor: Actor) -> None:
    """Remember what the form led to."""
    with transaction(actor) as session:
        session.execute(sa.update(_table).where(_mine(token, actor)).values(request_id=request_id))


def release(token: str, *, actor: Actor) -> None:
    """Let the form be sent again: its verb refused it and wrote nothing."""
    with transaction(actor) as session:
        session.execute(sa.delete(_table).where(_mine(token, actor), _table.c.request_id.is_(None)))


def sweep() -> None:
    """Delete the tokens that were claimed longer than KEPT ago; writes only where there is one."""
    over = _table.c.claimed_at < real_now() - KEPT
    with db.engine.connect() as connection:
        found = connection.scalar(sa.select(sa.select(_table.c.token).where(over).exists()))
    if found:
        with transaction(_ROBOT) as session:
            session.execute(sa.delete(_table).where(over))


def _mine(token: str, actor: Actor) -> sa.ColumnElement[bool]:
    if not _SHAPE.fullmatch(token):
        raise BadInput("FORM_TOKEN")
    return sa.and_(_table.c.token == token, _table.c.user_id == actor.user_id)
