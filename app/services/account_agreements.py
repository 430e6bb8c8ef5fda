"""The second administrator: sees what waits, agrees to what another asked for, or drops it; the server may agree alone."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import real_now
from app.domain.errors import NotAllowed, NotFound
from app.domain.powers import Power
from app.models.account import AccountAsk, AskKind, PortalUser
from app.models.agency import Agency
from app.models.card import LoginWay
from app.models.database import db
from app.models.dialects import lock_rows
from app.services.account_asks import ASKED_LIFETIME, thing_of
from app.services.account_effects import carry_out
from app.services.accounts import ADMINISTRATOR
from app.services.audit import record
from app.services.login_policies import take_way
from app.services.officers import officer_names
from app.services.transaction import transaction

MOST_SHOWN = 200


@dataclass(frozen=True)
class Agreed:
    """What came of an agreement: whose account it was, and the link's secret where there is one to hand over."""

    username: str
    link: str
    asked_by: str
    wants_code: bool


@dataclass(frozen=True)
class Waiting:
    """One ask, as administrators see it."""

    id: int
    kind: AskKind
    user_id: int | None
    username: str
    officer: str
    role: str
    agency: str
    way: LoginWay | None
    asked_by: str
    asked_at: datetime
    is_mine: bool
    may_agree: bool


def agree(ask_id: int, *, actor: Actor) -> Agreed:
    """Agree to what another administrator asked for, and do it; whoever holds the server may, where there is one only.

    Raises NotAllowed('POWER_MISSING', 'TWO_ADMINISTRATORS'), NotFound('ASK_DEAD').
    """
    actor.require(Power.MANAGE_ACCOUNTS)
    with transaction(actor) as session:
        ask = _open(session, ask_id)
        if actor.user_id is not None and actor.user_id in (ask.asked_by_id, ask.user_id):
            raise NotAllowed("TWO_ADMINISTRATORS")
        ask.agreed_by_id, ask.agreed_on_server, ask.agreed_at = actor.user_id, actor.user_id is None, real_now()
        session.flush()
        asked_by = officer_names(session, [ask.asked_by_id]).get(ask.asked_by_id, "")
        detail = {"ask_kind": ask.kind.value, "asked_by": asked_by}
        record(session, actor, "agree_as_second", *thing_of(ask), agency_id=ask.agency_id, detail=detail)
        if ask.kind is AskKind.WAY:
            way = LoginWay(ask.way or "")
            take_way(session, ask.role, way, ask.asked_by_id or 0)
            record(session, actor, "set_login_way", "role", ask.role, detail={"role": ask.role, "way": way})
            ask.done_at = real_now()
            return Agreed("", "", asked_by, False)
        locked = lock_rows(sa.select(PortalUser).where(PortalUser.id == ask.user_id), session)
        user = session.scalars(locked).one()
        link = carry_out(session, ask, user, actor=actor)
        user.account_version += 1
        return Agreed(user.username, link, asked_by, ask.code_hash is not None)


def drop(ask_id: int, *, actor: Actor) -> None:
    """Take an ask away without doing it: the one who asked, or another who does not agree. Raises NotFound('ASK_DEAD')."""
    actor.require(Power.MANAGE_ACCOUNTS)
    with transaction(actor) as session:
        ask = _open(session, ask_id)
        ask.dropped_at = real_now()
        record(session, actor, "drop_ask", *thing_of(ask), agency_id=ask.agency_id, detail={"ask_kind": ask.kind.value})


def waiting(*, actor: Actor) -> list[Waiting]:
    """What waits for a second administrator, the oldest first."""
    actor.require(Power.MANAGE_ACCOUNTS)
    query = (
        sa.select(AccountAsk, PortalUser.username, Agency.name_th)
        .outerjoin(PortalUser, PortalUser.id == AccountAsk.user_id)
        .outerjoin(Agency, Agency.id == AccountAsk.agency_id)
        .where(*_waits())
    )
    rows = db.session.execute(query.order_by(AccountAsk.asked_at, AccountAsk.id).limit(MOST_SHOWN)).all()
    names = officer_names(db.session(), [who for ask, *_ in rows for who in (ask.user_id, ask.asked_by_id)])
    return [
        Waiting(
            ask.id, ask.kind, ask.user_id, username or "", names.get(ask.user_id, ""), ask.role, agency or "",
            LoginWay(ask.way) if ask.way else None, names.get(ask.asked_by_id, ""), ask.asked_at,
            ask.asked_by_id == actor.user_id, actor.user_id not in (ask.asked_by_id, ask.user_id),
        )
        for ask, username, agency in rows
    ]  # fmt: skip


def waits_for(user_id: int, *, actor: Actor) -> AskKind | None:
    """What waits for a second administrator about this account."""
    actor.require(Power.MANAGE_ACCOUNTS)
    return db.session.scalars(sa.select(AccountAsk.kind).where(AccountAsk.user_id == user_id, *_waits())).first()


def waiting_ways() -> dict[str, LoginWay]:
    """The looser way that waits for each role."""
    query = sa.select(AccountAsk.role, AccountAsk.way).where(AccountAsk.kind == AskKind.WAY, *_waits())
    return {role: LoginWay(way) for role, way in db.session.execute(query)}


def count_for(*, actor: Actor) -> int:
    """How many asks this administrator may agree to; 0 for anybody else."""
    if Power.MANAGE_ACCOUNTS not in actor.powers:
        return 0
    another = (AccountAsk.asked_by_id != actor.user_id, AccountAsk.user_id.is_distinct_from(actor.user_id))
    query = sa.select(AccountAsk.id).where(*_waits(), *another).limit(MOST_SHOWN)
    return len(db.session.scalars(query).all())


def is_alone(*, actor: Actor) -> bool:
    """Whether no other administrator can log in, so that only the server can agree."""
    others = (PortalUser.roles.any(name=ADMINISTRATOR), PortalUser.active, PortalUser.password.is_not(None))
    found = db.session.scalars(sa.select(PortalUser.id).where(*others, PortalUser.id != actor.user_id).limit(1))
    return found.first() is None


def _waits() -> tuple[sa.ColumnElement[bool], ...]:
    since = AccountAsk.asked_at > real_now() - ASKED_LIFETIME
    return (AccountAsk.agreed_at.is_(None), AccountAsk.dropped_at.is_(None), since)


def _open(session: Session, ask_id: int) -> AccountAsk:
    """The ask, locked; raises NotFound('ASK_DEAD')."""
    query = sa.select(AccountAsk).where(AccountAsk.id == ask_id, *_waits())
    ask = session.scalars(lock_rows(query, session)).first()
    if ask is None:
        raise NotFound("ASK_DEAD")
    return ask
