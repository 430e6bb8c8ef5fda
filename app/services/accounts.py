"""Accounts: logging in, and what the administrator does with them."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NOTHING, robot
from app.domain.clock import real_now
from app.domain.errors import NotAllowed
from app.models.account import PortalUser
from app.models.database import db
from app.models.dialects import lock_rows
from app.services.audit import record
from app.services.passwords import matches
from app.services.transaction import transaction

FAILURES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)


def authenticate(username: str, password: str, *, address: str | None, demo_allowed: bool) -> int:
    """The id of the account whose name and password these are; counts failures and locks after five (real clock).

    Raises NotAllowed('LOGIN_FAILED') for everything else alike: unknown, wrong, locked, deactivated. An unknown name
    costs the same work as a wrong password, so that neither words nor time tell which names exist.
    """
    known = db.session.execute(
        sa.select(PortalUser.id, PortalUser.password).where(
            PortalUser.username == username.strip().lower(), PortalUser.active, demo_allowed | ~PortalUser.is_demo
        )
    ).first()
    # Outside the transaction: the hash takes a tenth of a second, and SQLite has one writer.
    right = matches(known.password if known else None, password)
    actor = robot("login", NOTHING)
    with transaction(actor) as session:
        user_id = _admit(session, known.id, right) if known else None
        verb = "login" if user_id else "login_failed"
        detail = {"address": address} if address else None
        record(session, actor, verb, "account", known.id if known else None, detail=detail)
    if user_id is None:
        raise NotAllowed("LOGIN_FAILED")
    return user_id


def _admit(session: Session, user_id: int, right: bool) -> int | None:
    now = real_now()
    user = session.scalars(lock_rows(sa.select(PortalUser).where(PortalUser.id == user_id), session)).one()
    if user.locked_until is not None and now < user.locked_until:
        return None
    if right:
        user.failed_logins, user.locked_until = 0, None
        user.login_count = (user.login_count or 0) + 1
        return user.id
    user.failed_logins += 1
    if user.failed_logins >= FAILURES_BEFORE_LOCK:
        user.failed_logins, user.locked_until = 0, now + LOCKED_FOR
    return None
