"""Hospitals' tokens for the look-up service: shown once, kept as a hash, ended when revoked or expired."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from app.domain.actor import Actor
from app.domain.clock import real_now
from app.domain.errors import BadInput, NotFound, WrongState
from app.domain.powers import Power
from app.domain.roles import TokenScope
from app.models.account import ApiToken
from app.models.database import db
from app.models.prepared import Prepared
from app.services.audit import record
from app.services.transaction import transaction

LIFETIME = timedelta(days=365)
LIFETIMES = (30, 90, 180, 365)  # days
SIDE_BY_SIDE = timedelta(days=7)
NAME_LENGTH, HOSPITAL_CODE_LENGTH = 120, 10


_token = ApiToken.__table__
# Asked before every look-up.
_LIVE = Prepared(
    sa.select(_token.c.id, _token.c.hospital_code, _token.c.is_demo, _token.c.scope).where(
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
    scope: TokenScope


def find_live(word: str) -> LiveToken | None:
    """The token of which `word` is the secret; None when there is none, or it was revoked or has expired."""
    if not word:
        return None
    rows = _LIVE.run(db.single, token_hash=_hash(word), now=real_now())
    if not rows:
        return None
    id_, hospital_code, is_demo, scope = rows[0]
    return LiveToken(id_, hospital_code, is_demo, TokenScope(scope))


def list_all() -> list[ApiToken]:
    """Every token, newest first, for the administrator's list."""
    return list(db.session.scalars(sa.select(ApiToken).order_by(ApiToken.id.desc())))


def create_token(
    name: str, hospital_code: str, *, actor: Actor, scope: TokenScope = TokenScope.RIGHTS, days: int = LIFETIME.days,
    is_demo: bool = False, word: str | None = None,
) -> str:  # fmt: skip
    """Make a token for a hospital and return its secret, which nobody can read again; `word` sets it (demo data).

    It lives for so many `days`, one of LIFETIMES. Raises NotAllowed('POWER_MISSING'), BadInput REQUIRED, TOO_LONG,
    NOT_A_CHOICE.
    """
    actor.require(Power.MANAGE_ACCOUNTS)
    name, hospital_code = name.strip(), hospital_code.strip()
    for field, value, most in (("name", name, NAME_LENGTH), ("hospital_code", hospital_code, HOSPITAL_CODE_LENGTH)):
        if not value:
            raise BadInput("REQUIRED", field=field)
        if len(value) > most:
            raise BadInput("TOO_LONG", field=field, longest=most)
    if days not in LIFETIMES:
        raise BadInput("NOT_A_CHOICE", field="days")
    word = word or _new_word()
    now = real_now()
    with transaction(actor) as session:
        token = ApiToken(name=name, hospital_code=hospital_code, token_hash=_hash(word), is_demo=is_demo, scope=scope)
        token.created_at, token.expires_at = now, now + timedelta(days=days)
        session.add(token)
        session.flush()
        detail = {"hospital_code": hospital_code, "token_scope": scope.value}
        record(session, actor, "create_token", "api_token", token.id, detail=detail)
    return word


def rotate_token(token_id: int, *, actor: Actor) -> tuple[str, str]:
    """A successor with the same name, hospital, scope and lifetime; the old one ends after a week. Gives (name, secret).

    Raises NotAllowed('POWER_MISSING'), NotFound('TOKEN_NOT_FOUND'), WrongState('TOKEN_OVER') for one that opens nothing
    any more, or has a successor already.
    """
    actor.require(Power.MANAGE_ACCOUNTS)
    now, word = real_now(), _new_word()
    with transaction(actor) as session:
        old = session.get(ApiToken, token_id, with_for_update=True)
        if old is None:
            raise NotFound("TOKEN_NOT_FOUND")
        followed = session.scalar(sa.select(ApiToken.id).where(ApiToken.replaces_id == old.id).limit(1))
        if old.revoked_at is not None or old.expires_at <= now or followed is not None:
            raise WrongState("TOKEN_OVER")
        token = ApiToken(
            name=old.name, hospital_code=old.hospital_code, scope=old.scope, is_demo=old.is_demo, token_hash=_hash(word),
            created_at=now, expires_at=now + (old.expires_at - old.created_at), replaces_id=old.id,
        )  # fmt: skip
        session.add(token)
        old.expires_at = min(old.expires_at, now + SIDE_BY_SIDE)
        session.flush()
        record(session, actor, "rotate_token", "api_token", old.id, detail={"successor": token.id})
        return old.name, word


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


def _new_word() -> str:
    return f"lgo_{secrets.token_urlsafe(32)}"


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
