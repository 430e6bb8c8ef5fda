"""When no card works: one administrator asks, another allows, and an officer comes in once, for an hour at most."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.domain.actor import NATION, Actor, robot
from app.domain.clock import real_now
from app.domain.errors import BadInput, NotAllowed, NotFound
from app.domain.powers import Power
from app.models.account import PortalUser
from app.models.card import BreakGlass
from app.models.database import db
from app.models.dialects import lock_rows
from app.services.accounts import ADMINISTRATOR
from app.services.appointments import may_enter
from app.services.audit import record
from app.services.card_signatures import hashed
from app.services.officers import officer_names
from app.services.sessions import end_all_of
from app.services.transaction import transaction
from app.services.workstations import one_time_code

CODE_LIFETIME = timedelta(minutes=15)
ASKED_LIFETIME = timedelta(hours=4)
SESSION_MINUTES = 60
REASON_LENGTH = 300


def ask(username: str, reason: str, *, actor: Actor) -> int:
    """Ask for one login of an officer without his card, with the reason.

    Raises NotAllowed('POWER_MISSING', 'OWN_ACCOUNT', 'ADMINISTRATOR_ONLY'), BadInput('REQUIRED', 'TOO_LONG'),
    NotFound('ACCOUNT_NOT_FOUND').
    """
    actor.require(Power.MANAGE_ACCOUNTS)
    reason = reason.strip()
    if not reason or len(reason) > REASON_LENGTH:
        raise BadInput("TOO_LONG" if reason else "REQUIRED", field="reason", longest=REASON_LENGTH)
    with transaction(actor) as session:
        wanted = sa.select(PortalUser).where(PortalUser.username == username.strip().lower(), PortalUser.active)
        user = session.scalars(wanted).first()
        if user is None:
            raise NotFound("ACCOUNT_NOT_FOUND", field="username")
        if user.id == actor.user_id:
            raise NotAllowed("OWN_ACCOUNT")
        if any(role.name == ADMINISTRATOR for role in user.roles):
            raise NotAllowed("ADMINISTRATORS_KEEP_PASSWORDS")
        asked = BreakGlass(
            user_id=user.id, agency_id=user.agency_id, reason=reason, asked_by_id=actor.user_id, asked_at=real_now()
        )
        session.add(asked)
        session.flush()
        record(session, actor, "ask_break_glass", "account", user.id, agency_id=user.agency_id)
        return asked.id


def allow(break_glass_id: int, *, actor: Actor) -> str:
    """Allow what another administrator asked for; returns the code, good for fifteen minutes and one login.

    Raises NotFound('BREAK_GLASS_DEAD'), NotAllowed('TWO_ADMINISTRATORS').
    """
    actor.require(Power.MANAGE_ACCOUNTS)
    code, now = one_time_code(), real_now()
    with transaction(actor) as session:
        query = sa.select(BreakGlass).where(
            BreakGlass.id == break_glass_id,
            BreakGlass.allowed_by_id.is_(None),
            BreakGlass.asked_at > now - ASKED_LIFETIME,
        )
        found = session.scalars(lock_rows(query, session)).first()
        if found is None:
            raise NotFound("BREAK_GLASS_DEAD")
        if actor.user_id in (found.asked_by_id, found.user_id):
            raise NotAllowed("TWO_ADMINISTRATORS")
        found.allowed_by_id, found.code_hash, found.code_until = actor.user_id, hashed(code), now + CODE_LIFETIME
        record(session, actor, "allow_break_glass", "account", found.user_id, agency_id=found.agency_id)
    return code


def enter(username: str, code: str, *, address: str | None) -> int:
    """The id of the officer who comes in with this code, once; raises NotFound('BREAK_GLASS_DEAD') for all that is wrong."""
    actor, now, entered = Actor(robot("break-glass").name, NATION, address=address), real_now(), None
    with transaction(actor) as session:
        found = session.execute(
            sa.select(BreakGlass, PortalUser)
            .join(PortalUser, PortalUser.id == BreakGlass.user_id)
            .where(
                BreakGlass.code_hash == hashed(code.strip().upper()),
                BreakGlass.code_until > now,
                PortalUser.username == username.strip().lower(),
                PortalUser.active,
            )
        ).first()
        if found is not None and may_enter(found[1]):
            mine = (BreakGlass.id == found[0].id, BreakGlass.used_at.is_(None))
            done = session.execute(sa.update(BreakGlass).where(*mine).values(used_at=now))
            if done.rowcount == 1:  # type: ignore[attr-defined]
                entered = found[1].id
                end_all_of(session, entered)  # what the account does from now on is done under this access
        agency_id = found[0].agency_id if found is not None else None
        verb = "login_by_break_glass" if entered else "break_glass_failed"
        record(session, actor, verb, "account", entered, agency_id=agency_id)
    if entered is None:
        raise NotFound("BREAK_GLASS_DEAD")
    return int(entered)


@dataclass(frozen=True)
class Asked:
    """One asking, as administrators see it."""

    id: int
    officer: str
    reason: str
    asked_by: str
    asked_at: datetime
    allowed_by: str
    used_at: datetime | None
    may_allow: bool


def recent(*, actor: Actor) -> list[Asked]:
    """The last askings, the newest first."""
    actor.require(Power.MANAGE_ACCOUNTS)
    rows = list(db.session.scalars(sa.select(BreakGlass).order_by(BreakGlass.id.desc()).limit(20)))
    ids = [who for row in rows for who in (row.user_id, row.asked_by_id, row.allowed_by_id)]
    names, oldest = officer_names(db.session(), ids), real_now() - ASKED_LIFETIME
    return [
        Asked(
            row.id, names.get(row.user_id, ""), row.reason, names.get(row.asked_by_id, ""), row.asked_at,
            names.get(row.allowed_by_id, ""), row.used_at,
            row.allowed_by_id is None and row.asked_at > oldest and actor.user_id not in (row.asked_by_id, row.user_id),
        )
        for row in rows
    ]  # fmt: skip
