"""Codes of an officer's phone beside his password (TOTP, RFC 6238): each good once, five wrong words lock the account.

There are no recovery codes: they would lie beside the password. Who loses the phone asks two administrators
(ask_reset, allow_reset), or comes in this once by the emergency door.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyotp
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NOTHING, Actor, robot
from app.domain.clock import real_now
from app.domain.errors import BadInput, NotAllowed, NotFound
from app.domain.powers import Power
from app.models.account import PortalUser
from app.models.database import db
from app.models.dialects import lock_rows
from app.models.second_factor import SecondFactor
from app.services import logins
from app.services.audit import record
from app.services.officers import officer_names
from app.services.sealing import seal, unsealed
from app.services.sessions import end_all_of
from app.services.transaction import transaction

ISSUER = "LGO Portal"
STEP_SECONDS, DIGITS = 30, 6
SKEW = 1  # steps that a phone's clock may be off, either way
OFFER_LIFETIME = timedelta(minutes=15)
RESET_LIFETIME = timedelta(hours=24)
MOST_SHOWN = 50


@dataclass(frozen=True)
class Offer:
    """A fresh secret for a phone: as an address for the QR code, as letters to type, and sealed for the form."""

    address: str
    secret: str
    sealed: str


def is_enrolled(user_id: int) -> bool:
    """Whether the account has a phone."""
    return db.session.get(SecondFactor, user_id) is not None


def offer(user_id: int, username: str, *, key: str, sealed: str = "") -> Offer:
    """A secret for the officer's phone; the one of the form where that is still good. Nothing is kept before it works."""
    secret = _offered(user_id, sealed, key)
    if secret is None:
        secret = pyotp.random_base32()
        sealed = seal(key, f"offer {user_id}", f"{int(real_now().timestamp())} {secret}")
    address = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(
        name=username, issuer_name=ISSUER
    )
    return Offer(address, secret, sealed)


def _offered(user_id: int, sealed: str, key: str) -> str | None:
    made_at, _, secret = (unsealed(key, f"offer {user_id}", sealed) or "").partition(" ")
    if not secret or int(made_at) + OFFER_LIFETIME.total_seconds() < real_now().timestamp():
        return None
    return secret


def enter(step: logins.FirstStep, code: str, *, key: str, address: str | None) -> None:
    """Let the officer in whose phone shows this code, which then is spent; a wrong one counts as a wrong password.

    Raises NotAllowed('CODE_WRONG'), NotFound('STEP_OVER') where the log-in began too long ago or the account changed.
    """
    with transaction(robot("login", NOTHING)) as session:
        user = logins.still_open(session, step)
        found = session.get(SecondFactor, step.user_id)
        secret = found and unsealed(key, f"secret {step.user_id}", found.secret)
        admitted = bool(user and secret and _spend(session, step.user_id, secret, code))
        verb = "login_with_code" if admitted else "code_failed"
        _settle(session, user, admitted, verb, address)
    _answer(user, admitted)


def enrol(step: logins.FirstStep, sealed: str, code: str, *, key: str, address: str | None) -> None:
    """Keep the offered secret of an officer who has no phone yet and whose new one shows this code, and let him in.

    Raises as enter, and BadInput('OFFER_OLD').
    """
    secret = _offered(step.user_id, sealed, key)
    if secret is None:
        raise BadInput("OFFER_OLD", field="code")
    with transaction(robot("login", NOTHING)) as session:
        user = logins.still_open(session, step)
        used = _used_step(secret, code)
        admitted = user is not None and used is not None and session.get(SecondFactor, step.user_id) is None
        if admitted:
            _keep(session, step.user_id, secret, used, key)
        verb = "enrol_phone" if admitted else "code_failed"
        _settle(session, user, admitted, verb, address)
    _answer(user, admitted)


def change_phone(old_code: str, sealed: str, new_code: str, *, key: str, actor: Actor, session_key: str | None) -> None:
    """Put another phone in the place of the actor's, by a code of each; his other sessions end.

    Raises NotFound('NO_PHONE'), BadInput('OFFER_OLD', 'NEW_CODE_WRONG', 'OLD_CODE_WRONG'); a wrong old one counts.
    """
    user_id = actor.user_id or 0
    secret = _offered(user_id, sealed, key)
    if secret is None:
        raise BadInput("OFFER_OLD", field="new_code")
    used, right = _used_step(secret, new_code), False
    if used is None:
        raise BadInput("NEW_CODE_WRONG", field="new_code")
    with transaction(actor) as session:
        user = session.scalars(lock_rows(sa.select(PortalUser).where(PortalUser.id == user_id), session)).one()
        found = session.get(SecondFactor, user_id)
        if found is None:
            raise NotFound("NO_PHONE")
        old = unsealed(key, f"secret {user_id}", found.secret)
        right = bool(not logins.is_locked(user) and old and _spend(session, user_id, old, old_code))
        if right:
            session.execute(sa.delete(SecondFactor).where(SecondFactor.user_id == user_id))
            _keep(session, user_id, secret, used, key)
            end_all_of(session, user_id, but=session_key)
        else:
            logins.count_failure(user)
        record(session, actor, "change_phone" if right else "code_failed", "account", user_id, agency_id=user.agency_id)
    if not right:
        raise BadInput("OLD_CODE_WRONG", field="old_code")


def _keep(session: Session, user_id: int, secret: str, used: int | None, key: str) -> None:
    kept = seal(key, f"secret {user_id}", secret)
    values = {"user_id": user_id, "secret": kept, "last_step": used, "enrolled_at": real_now()}
    session.execute(sa.insert(SecondFactor).values(values))


def _used_step(secret: str, code: str) -> int | None:
    """The time step whose code this is, of those that a phone's clock may stand at; None for a wrong one."""
    typed = "".join(code.split())
    now = int(real_now().timestamp()) // STEP_SECONDS
    phone = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    steps = [step for step in range(now - SKEW, now + SKEW + 1) if _same(phone.generate_otp(step), typed)]
    return max(steps, default=None)


def _same(wanted: str, typed: str) -> bool:
    return hmac.compare_digest(wanted.encode(), typed.encode("utf-8", "surrogatepass"))


def _spend(session: Session, user_id: int, secret: str, code: str) -> bool:
    """Whether this code is right and newer than any that was used; it is used now (RFC 6238, 5.2)."""
    used = _used_step(secret, code)
    if used is None:
        return False
    newer = (SecondFactor.user_id == user_id, SecondFactor.last_step < used)
    spent: Any = session.execute(sa.update(SecondFactor).where(*newer).values(last_step=used))
    return bool(spent.rowcount == 1)


def _settle(session: Session, user: PortalUser | None, admitted: bool, verb: str, address: str | None) -> None:
    if user is None:
        return
    if admitted:
        logins.welcome(user)
    else:
        logins.count_failure(user)
    detail = {"address": address} if address else None
    record(session, robot("login", NOTHING), verb, "account", user.id, agency_id=user.agency_id, detail=detail)


def _answer(user: PortalUser | None, admitted: bool) -> None:
    if user is None:
        raise NotFound("STEP_OVER")
    if not admitted:
        raise NotAllowed("CODE_WRONG", field="code")


@dataclass(frozen=True)
class Reset:
    """A phone that one administrator wants forgotten and another has not yet agreed to."""

    user_id: int
    officer: str
    asked_by: str
    asked_at: datetime
    may_allow: bool


def ask_reset(username: str, *, actor: Actor) -> None:
    """Ask to have an officer's phone forgotten, he having said himself who he is; another administrator allows it.

    Raises NotAllowed('POWER_MISSING', 'OWN_ACCOUNT'), NotFound('NO_PHONE').
    """
    actor.require(Power.MANAGE_ACCOUNTS)
    with transaction(actor) as session:
        query = sa.select(PortalUser).where(PortalUser.username == username.strip().lower(), PortalUser.active)
        user = session.scalars(query).first()
        found = session.get(SecondFactor, user.id) if user else None
        if user is None or found is None:
            raise NotFound("NO_PHONE", field="holder")
        if user.id == actor.user_id:
            raise NotAllowed("OWN_ACCOUNT")
        found.reset_asked_by_id, found.reset_asked_at = actor.user_id, real_now()
        record(session, actor, "ask_phone_reset", "account", user.id, agency_id=user.agency_id)


def allow_reset(user_id: int, *, actor: Actor) -> None:
    """Forget the phone as another administrator asked within a day; the officer brings a new one at his next log-in.

    Raises NotFound('NO_PHONE_RESET'), NotAllowed('TWO_ADMINISTRATORS').
    """
    actor.require(Power.MANAGE_ACCOUNTS)
    with transaction(actor) as session:
        asked = (SecondFactor.user_id == user_id, SecondFactor.reset_asked_at > real_now() - RESET_LIFETIME)
        found = session.scalars(lock_rows(sa.select(SecondFactor).where(*asked), session)).first()
        if found is None:
            raise NotFound("NO_PHONE_RESET")
        if actor.user_id in (found.reset_asked_by_id, user_id):
            raise NotAllowed("TWO_ADMINISTRATORS")
        user = session.get_one(PortalUser, user_id)
        _forget(session, user)
        record(session, actor, "allow_phone_reset", "account", user.id, agency_id=user.agency_id)


def forget(username: str, *, actor: Actor) -> None:
    """Forget an account's phone from the server, where a portal has one administrator only (`flask admin phone`).

    Raises NotAllowed('POWER_MISSING'), NotFound('NO_PHONE').
    """
    actor.require(Power.MANAGE_ACCOUNTS)
    with transaction(actor) as session:
        user = session.scalars(sa.select(PortalUser).where(PortalUser.username == username.strip().lower())).first()
        if user is None or session.get(SecondFactor, user.id) is None:
            raise NotFound("NO_PHONE")
        _forget(session, user)
        record(session, actor, "forget_phone", "account", user.id, agency_id=user.agency_id)


def _forget(session: Session, user: PortalUser) -> None:
    session.execute(sa.delete(SecondFactor).where(SecondFactor.user_id == user.id))
    end_all_of(session, user.id)


def resets(*, actor: Actor) -> list[Reset]:
    """What waits for a second administrator, the newest first."""
    actor.require(Power.MANAGE_ACCOUNTS)
    asked = SecondFactor.reset_asked_at > real_now() - RESET_LIFETIME
    query = sa.select(SecondFactor).where(asked).order_by(SecondFactor.reset_asked_at.desc()).limit(MOST_SHOWN)
    rows = list(db.session.scalars(query))
    names = officer_names(db.session(), [who for row in rows for who in (row.user_id, row.reset_asked_by_id)])
    return [
        Reset(
            row.user_id, names.get(row.user_id, ""), names.get(row.reset_asked_by_id, ""), row.reset_asked_at or real_now(),
            actor.user_id not in (row.user_id, row.reset_asked_by_id),
        )
        for row in rows
    ]  # fmt: skip
