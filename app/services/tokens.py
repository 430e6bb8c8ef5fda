"""Hospitals' tokens for the look-up service: shown once, kept as a hash, ended when revoked or expired."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from app.domain.actor import Actor
from app.domain.clock import real_now
from app.domain.errors import BadInput, NotFound
from app.domain.powers import Power
from app.models.account import ApiToken
from app.models.database import db
from app.models.prepared import Prepared
from app.services.audit import record
from app.services.transaction import transaction

LIFETIME = timedelta(days=365)
NAME_LENGTH, HOSPITAL_CODE_LENGTH = 120, 10


_token = ApiToken.__table__
# Asked before every look-up.
_LIVE = Prepared(
    sa.select(_token.c.id, _token.c.hospital_code, _token.c.is_demo).where(
        _token.c.token_hash == sa.bindparam("token_hash"),
        _token.c.revoked_at.is_(None),
        _token.c.expires_at > sa.bindparam("now"),
    )
)


@dataclass(frozen=True, slots=True)
class LiveToken:
    """A hospital's token that opens the look-up service now."""

    id: int
    hospital_code: str
    is_demo: bool


def find_live(word: str) -> LiveToken | None:
    """The token of which `word` is the secret; None when there is none, or it was revoked or has expired."""
    if not word:
        return None
    rows = _LIVE.run(db.single, token_hash=_hash(word), now=real_now())
    return LiveToken(*rows[0]) if rows else None


def list_all() -> list[ApiToken]:
    """Every token, newest first, for the administrator's list."""
    return list(db.session.scalars(sa.select(ApiToken).order_by(ApiToken.id.desc())))


def create_token(name: str, hospital_code: str, *, actor: Actor, is_demo: bool = False, word: str | None = None) -> str:
    """Make a token for a hospital and return its secret, which nobody can read again; `word` sets it (demo data).

    Raises NotAllowed('POWER_MISSING'), BadInput('REQUIRED' or 'TOO_LONG').
    """
    actor.require(Power.MANAGE_ACCOUNTS)
    name, hospital_code = name.strip(), hospital_code.strip()
    for field, value, most in (("name", name, NAME_LENGTH), ("hospital_code", hospital_code, HOSPITAL_CODE_LENGTH)):
        if not value:
            raise BadInput("REQUIRED", field=field)
        if len(value) > most:
            raise BadInput("TOO_LONG", field=field, longest=most)
    word = word or f"lgo_{secrets.token_urlsafe(32)}"
    now = real_now()
    with transaction(actor) as session:
        token = ApiToken(name=name, hospital_code=hospital_code, token_hash=_hash(word), is_demo=is_demo)
        token.created_at, token.expires_at = now, now + LIFETIME
        session.add(token)
        session.flush()
        record(session, actor, "create_token", "api_token", token.id, detail={"hospital_code": hospital_code})
    return word


def revoke_token(token_id: int, *, actor: Actor) -> None:
    """End a token at once; twice is as good as once. Raises NotAllowed('POWER_MISSING'), NotFound('TOKEN_NOT_FOUND')."""
    actor.require(Power.MANAGE_ACCOUNTS)
    with transaction(actor) as session:
        token = session.get(ApiToken, token_id)
        if token is None:
            raise NotFound("TOKEN_NOT_FOUND")
        if token.revoked_at is None:
            token.revoked_at = real_now()
            record(session, actor, "revoke_token", "api_token", token.id)


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
