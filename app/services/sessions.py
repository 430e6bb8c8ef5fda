"""Browser sessions on the server: opened at login, found by the hash of their key, ended for good (decisions 20)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NOTHING, robot
from app.domain.clock import real_now
from app.models.account import UserSession
from app.models.card import CardSession
from app.models.database import db
from app.services.transaction import transaction

_ROBOT = robot("sessions", NOTHING)
_table = UserSession.__table__
_card = CardSession.__table__
_KEPT_AFTER_EXPIRY = timedelta(days=1)
SILENCE_ENDS_CARD = timedelta(seconds=90)


@dataclass(frozen=True)
class StoredSession:
    """What a live session row holds: whose it is and its data as text."""

    user_id: int | None
    data: str
    expires_at: datetime


def new_key() -> str:
    """A fresh random key for the cookie; 256 bits."""
    return secrets.token_urlsafe(32)


def load(key: str) -> StoredSession | None:
    """The live session of `key`; None when it is unknown, expired or ended, or the card that opened it is not heard of."""
    now = real_now()
    card_is_in = sa.and_(_card.c.ended_at.is_(None), _card.c.last_seen_at > now - SILENCE_ENDS_CARD)
    query = (
        sa.select(_table.c.user_id, _table.c.data, _table.c.expires_at)
        .outerjoin(_card, _card.c.id == _table.c.card_session_id)
        .where(
            _table.c.key_hash == _hash(key),
            _table.c.revoked_at.is_(None),
            _table.c.expires_at > now,
            sa.or_(_table.c.card_session_id.is_(None), card_is_in),
        )
    )
    with db.engine.connect() as connection:
        row = connection.execute(query).first()
    return None if row is None else StoredSession(*row)


class Ending(StrEnum):
    """What to tell the officer whose session is over."""

    PULLED = "PULLED"  # his card
    PUT_IN_ANEW = "PUT_IN_ANEW"  # his card; the newer log-in goes on
    SHUT = "SHUT"  # computer, card or appointment, by the office
    SILENT = "SILENT"  # the computer was not heard of
    OVER = "OVER"  # anything else


def ending(key: str) -> Ending:
    """Why the session of a key that opens nothing any more is over."""
    query = (
        sa.select(_table.c.revoked_at, _table.c.expires_at, _card.c.id, _card.c.ended_because)
        .outerjoin(_card, _card.c.id == _table.c.card_session_id)
        .where(_table.c.key_hash == _hash(key))
    )
    with db.engine.connect() as connection:
        row = connection.execute(query).first()
    if row is None or row.id is None:
        return Ending.OVER
    if row.ended_because is not None:
        return Ending(row.ended_because.value)
    return Ending.SILENT if row.revoked_at is None and row.expires_at > real_now() else Ending.OVER


def start(key: str, data: str, user_id: int, lifetime: timedelta, card_session_id: int | None = None) -> None:
    """Write a new session of the account, live for `lifetime`, and no longer than the card session that opened it."""
    now = real_now()
    with transaction(_ROBOT) as session:
        values = {"key_hash": _hash(key), "user_id": user_id, "data": data, "card_session_id": card_session_id}
        session.execute(sa.insert(_table).values(values | {"created_at": now, "expires_at": now + lifetime}))


def keep(key: str, data: str, before: str) -> str | None:
    """Replace the data of a live session where they are still as `before`; an ended one stays ended.

    Returns what another request of the same officer wrote meanwhile, in which case nothing is replaced; else None.
    """
    with transaction(_ROBOT) as session:
        live = (_table.c.key_hash == _hash(key), _table.c.revoked_at.is_(None))
        done = session.execute(sa.update(_table).where(*live, _table.c.data == before).values(data=data))
        if done.rowcount == 1:  # type: ignore[attr-defined]
            return None
        return session.scalar(sa.select(_table.c.data).where(*live))


def end(key: str) -> None:
    """End one session; its cookie opens nothing any more."""
    with transaction(_ROBOT) as session:
        session.execute(_ending(_table.c.key_hash == _hash(key)))


def end_all_of(session: Session, user_id: int, *, but: str | None = None) -> None:
    """End every session of the account within the caller's transaction; the one with the key `but` lives on."""
    condition = _table.c.user_id == user_id
    if but is not None:
        condition = sa.and_(condition, _table.c.key_hash != _hash(but))
    session.execute(_ending(condition))


def sweep() -> None:
    """Delete the sessions that expired more than a day ago; writes only where there is one."""
    over = _table.c.expires_at < real_now() - _KEPT_AFTER_EXPIRY
    with db.engine.connect() as connection:
        found = connection.scalar(sa.select(sa.select(_table.c.key_hash).where(over).exists()))
    if found:
        with transaction(_ROBOT) as session:
            session.execute(sa.delete(_table).where(over))


def _ending(condition: sa.ColumnElement[bool]) -> sa.Update:
    return sa.update(_table).where(condition, _table.c.revoked_at.is_(None)).values(revoked_at=real_now())


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
