"""What one administrator may only ask for: it waits until another agrees (app/services/account_agreements.py).

Four-eyes over rights and money holds as long as nobody has two accounts. So an account that decides or administers, a
new password of it, and a looser way to log in take two administrators, as emergency access and a lost phone do. And none
of the two holds all of a new log-in: the one who agrees sees the link, the one who asked has the code that it wants.
Whoever holds the server acts at once (`flask admin`), which the audit trail names.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import real_now
from app.domain.roles import DECIDING_ROLES
from app.models.account import AccountAsk, AskKind, PortalUser
from app.services.audit import record
from app.services.one_time_links import code_hash
from app.services.workstations import one_time_code

ASKED_LIFETIME = timedelta(days=7)


@dataclass(frozen=True)
class HandOver:
    """What an administrator hands over now: a link's secret, or the code for a link that another will see; or neither."""

    link: str = ""
    code: str = ""
    waits: bool = False  # another administrator has to agree first


def decides(role: str) -> bool:
    """Whether an account with this role takes two administrators."""
    return role in DECIDING_ROLES


def may_decide(user: PortalUser) -> bool:
    """Whether this account takes two administrators."""
    return any(decides(role.name) for role in user.roles)


def put(
    session: Session, actor: Actor, kind: AskKind, *, role: str, user_id: int | None, with_code: bool, **wanted: Any
) -> tuple[AccountAsk, HandOver]:
    """Note what is asked for, in the place of what was asked for the same account or role; agreed to where the server asks."""
    drop_open(session, user_id=user_id, role=None if user_id else role)
    on_server, now = actor.user_id is None, real_now()
    code = one_time_code() if with_code and not on_server else ""
    ask = AccountAsk(
        kind=kind, role=role, user_id=user_id, asked_by_id=actor.user_id, asked_at=now,
        code_hash=code_hash(code) if code else None, agreed_on_server=on_server, agreed_at=now if on_server else None,
        **wanted,
    )  # fmt: skip
    session.add(ask)
    session.flush()
    if not on_server:
        detail = {"ask_kind": kind.value, "role": role} | ({"way": ask.way} if ask.way else {})
        record(session, actor, "ask_second_administrator", *thing_of(ask), agency_id=ask.agency_id, detail=detail)
    return ask, HandOver(code=code, waits=not on_server)


def drop_open(session: Session, *, user_id: int | None = None, role: str | None = None) -> None:
    """What waits for this account, or for the way of this role, waits no longer: something else was done meanwhile."""
    mine = AccountAsk.user_id == user_id if user_id else sa.and_(AccountAsk.user_id.is_(None), AccountAsk.role == role)
    waits = (AccountAsk.agreed_at.is_(None), AccountAsk.dropped_at.is_(None))
    session.execute(sa.update(AccountAsk).where(mine, *waits).values(dropped_at=real_now()))


def thing_of(ask: AccountAsk) -> tuple[str, int | str | None]:
    """What the audit trail names: the account, or the role whose way is asked for."""
    return ("account", ask.user_id) if ask.user_id else ("role", ask.role)
