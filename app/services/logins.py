"""Logging in: names, passwords, failures counted, a lock that opens again by itself (real clock)."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NOTHING, Actor, robot
from app.domain.clock import real_now
from app.domain.errors import BadInput, NotAllowed
from app.models.account import PortalUser
from app.models.database import db
from app.models.dialects import lock_rows
from app.services.appointments import may_enter
from app.services.audit import record
from app.services.login_policies import card_only
from app.services.passwords import check_strength, hashed, matches
from app.services.sessions import end_all_of
from app.services.transaction import transaction

FAILURES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)


def authenticate(username: str, password: str, *, address: str | None, demo_allowed: bool) -> int:
    """The id of the account whose name and password these are; five failures lock it for a while.

    Raises NotAllowed('LOGIN_FAILED') for everything else alike: unknown, wrong, locked, deactivated. An unknown name
    costs the same work as a wrong password, so that neither words nor time tell which names exist.
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
    actor = robot("login", NOTHING)
    with transaction(actor) as session:
        admitted = known is not None and _admit(session, known.id, right) and _by_password(session, known.id)
        verb = "login" if admitted else "login_failed"
        detail = {"address": address} if address else None
        record(session, actor, verb, "account", known.id if known else None, detail=detail)
    if known is None or not admitted:
        raise NotAllowed("LOGIN_FAILED")
    return int(known.id)


def _by_password(session: Session, user_id: int) -> bool:
    """Whether the account may come in by password: appointed where it was ever appointed, its role not card only."""
    user = session.get_one(PortalUser, user_id)
    return may_enter(user) and not card_only(session, [role.name for role in user.roles])


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
        admitted = _admit(session, user.id, right)
        if admitted:
            fresh = session.get_one(PortalUser, user.id)
            fresh.password, fresh.must_change_password = kept, False
            end_all_of(session, user.id, but=session_key)
        verb = "change_password" if admitted else "change_password_failed"
        record(session, actor, verb, "account", user.id, agency_id=actor.agency_id)
    if not admitted:
        raise BadInput("OLD_PASSWORD_WRONG", field="old_password")


def _admit(session: Session, user_id: int, right: bool) -> bool:
    now = real_now()
    user = session.scalars(lock_rows(sa.select(PortalUser).where(PortalUser.id == user_id), session)).one()
    if user.locked_until is not None and now < user.locked_until:
        return False
    if right:
        user.failed_logins, user.locked_until = 0, None
        user.login_count = (user.login_count or 0) + 1
        return True
    user.failed_logins += 1
    if user.failed_logins >= FAILURES_BEFORE_LOCK:
        user.failed_logins, user.locked_until = 0, now + LOCKED_FOR
    return False
