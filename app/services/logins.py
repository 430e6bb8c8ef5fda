"""Logging in: names, passwords, failures counted, a lock that opens again by itself (real clock)."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NOTHING, Actor, robot
from app.domain.clock import real_now
from app.domain.errors import BadInput, NotAllowed
from app.models.account import PortalUser
from app.models.card import LoginWay
from app.models.database import db
from app.models.dialects import lock_rows
from app.services.appointments import may_enter
from app.services.audit import record
from app.services.login_policies import way_of
from app.services.passwords import check_strength, hashed, matches
from app.services.sealing import seal, unsealed
from app.services.sessions import end_all_of
from app.services.transaction import transaction

FAILURES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)
STEP_LIFETIME = timedelta(minutes=5)
_STEP = "first step of a log-in"


@dataclass(frozen=True)
class FirstStep:
    """The password was right; a code of the phone is still asked for. `mark` is of that very password."""

    user_id: int
    until: int
    mark: str

    def sealed(self, key: str) -> str:
        """As the visitor's cookie carries it."""
        return seal(key, _STEP, f"{self.user_id} {self.until} {self.mark}")


def first_step(sealed: str, *, key: str) -> FirstStep | None:
    """The first step that a visitor's cookie carries; None for anything else."""
    parts = (unsealed(key, _STEP, sealed) or "").split()
    return FirstStep(int(parts[0]), int(parts[1]), parts[2]) if len(parts) == 3 else None


def authenticate(
    username: str, password: str, *, address: str | None, demo_allowed: bool, codes_by_default: bool = False
) -> int | FirstStep:
    """The id of the account whose name and password these are; five failures lock it for a while.

    Where its role logs in with a code of the phone too it is the first step only: nobody is in yet, and the failures
    before it stay counted, or a known password would buy five more codes each time. Raises NotAllowed('LOGIN_FAILED')
    for everything else alike: unknown, wrong, locked, deactivated. An unknown name costs the same work as a wrong
    password, so that neither words nor time tell which names exist.
    """
    known = db.session.execute(
        sa.select(PortalUser.id, PortalUser.password).where(
            PortalUser.username == username.strip().lower(),
            PortalUser.active,
            sa.or_(sa.literal(demo_allowed), ~PortalUser.is_demo),
        )
    ).first()
    # Outside the transaction: the hash takes a tenth of a second, and SQLite has one writer.
    right = matches(known.password if known else None, password)
    actor, way = robot("login", NOTHING), None
    with transaction(actor) as session:
        user = _locked_row(session, known.id) if known else None
        if user is not None and _judged(user, right):
            way = _way(session, user, codes_by_default)
        if user is not None and way is LoginWay.NO_CODE:
            welcome(user)
        verb = "login_failed" if way is None else "login" if way is LoginWay.NO_CODE else "password_right"
        detail = {"address": address} if address else None
        record(session, actor, verb, "account", known.id if known else None, detail=detail)
    if known is None or way is None:
        raise NotAllowed("LOGIN_FAILED")
    if way is LoginWay.NO_CODE:
        return int(known.id)
    return FirstStep(known.id, int((real_now() + STEP_LIFETIME).timestamp()), _mark(known.password))


def still_open(session: Session, step: FirstStep) -> PortalUser | None:
    """The locked row of the account behind a first step; None where that is too old or the account may not go on."""
    user = _locked_row(session, step.user_id)
    if user is None or not user.active or is_locked(user) or step.until < real_now().timestamp():
        return None
    same = user.password is not None and hmac.compare_digest(step.mark, _mark(user.password))
    return user if same and _way(session, user, True) is not None else None


def _mark(password_hash: str) -> str:
    return hashlib.sha256(password_hash.encode()).hexdigest()[:32]


def _way(session: Session, user: PortalUser, codes_by_default: bool) -> LoginWay | None:
    """How the account comes in by password; None where it may not: not appointed any more, or by card only."""
    way = way_of(session, [role.name for role in user.roles], codes_by_default=codes_by_default)
    return way if may_enter(user) and way is not LoginWay.CARD_ONLY else None


def _locked_row(session: Session, user_id: int) -> PortalUser | None:
    return session.scalars(lock_rows(sa.select(PortalUser).where(PortalUser.id == user_id), session)).first()


def change_own_password(old: str, new: str, *, actor: Actor, session_key: str | None) -> None:
    """Change the actor's password and end all his sessions but the one with `session_key`; a wrong old one counts.

    Raises BadInput('OLD_PASSWORD_WRONG', 'PASSWORD_SAME') and those of passwords.check_strength.
    """
    check_strength(new, username=actor.name, field="new_password")
    if old == new:
        raise BadInput("PASSWORD_SAME", field="new_password")
    user = db.session.get_one(PortalUser, actor.user_id)
    right, kept = matches(user.password, old), hashed(new)
    with transaction(actor) as session:
        fresh = _locked_row(session, user.id)
        admitted = fresh is not None and _judged(fresh, right)
        if fresh is not None and admitted:
            fresh.failed_logins, fresh.locked_until = 0, None
            fresh.password, fresh.must_change_password = kept, False
            end_all_of(session, user.id, but=session_key)
        verb = "change_password" if admitted else "change_password_failed"
        record(session, actor, verb, "account", user.id, agency_id=actor.agency_id)
    if not admitted:
        raise BadInput("OLD_PASSWORD_WRONG", field="old_password")


def _judged(user: PortalUser, right: bool) -> bool:
    """Whether the word was right and the account not locked; a wrong one counts."""
    if is_locked(user):
        return False
    if not right:
        count_failure(user)
    return right


def is_locked(user: PortalUser) -> bool:
    """Whether failures have locked the account just now."""
    return user.locked_until is not None and real_now() < user.locked_until


def count_failure(user: PortalUser) -> None:
    """One more wrong password or code; the fifth locks for a quarter of an hour."""
    user.failed_logins += 1
    if user.failed_logins >= FAILURES_BEFORE_LOCK:
        user.failed_logins, user.locked_until = 0, real_now() + LOCKED_FOR


def welcome(user: PortalUser) -> None:
    """Somebody is in: his failures are forgotten."""
    user.failed_logins, user.locked_until = 0, None
    user.login_count = (user.login_count or 0) + 1
