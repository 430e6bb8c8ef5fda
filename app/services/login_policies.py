"""How the officers of each role log in: with a code of the phone beside the password, by password alone, or by card only."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import real_now
from app.domain.errors import BadInput, NotAllowed, WrongState
from app.domain.powers import MONEY_DECISIONS, Power
from app.domain.roles import ROLES
from app.models.account import AskKind, UserSession
from app.models.card import LoginPolicy, LoginWay
from app.models.database import db
from app.services import account_asks
from app.services.account_asks import HandOver
from app.services.accounts import ADMINISTRATOR
from app.services.audit import record
from app.services.transaction import transaction

_STRICTEST = (LoginWay.CARD_ONLY, LoginWay.WITH_CODE, LoginWay.NO_CODE)


def way_of(session: Session, roles: Iterable[str], *, codes_by_default: bool) -> LoginWay:
    """How an account with these roles comes in: the strictest of their ways; codes where nobody chose, in production."""
    names = list(roles)
    chosen = dict(
        session.execute(sa.select(LoginPolicy.role, LoginPolicy.way).where(LoginPolicy.role.in_(names))).all()
    )
    usual = LoginWay.WITH_CODE if codes_by_default else LoginWay.NO_CODE
    ways = {chosen.get(name, usual) for name in names} or {usual}
    return next(way for way in _STRICTEST if way in ways)


def chosen_ways() -> dict[str, LoginWay]:
    """The way of each role for which an administrator chose one."""
    return dict(db.session.execute(sa.select(LoginPolicy.role, LoginPolicy.way)).all())


def set_way(role: str, way: LoginWay, *, actor: Actor, cards_open: bool, codes_by_default: bool) -> HandOver:
    """Say how the officers of a role log in; a stricter way ends the sessions that a password opened.

    A looser way waits for another administrator.

    Raises NotAllowed('POWER_MISSING'), BadInput('UNKNOWN_ROLE'), NotAllowed('ADMINISTRATORS_KEEP_PASSWORDS'): somebody
    must be able to come in on the day when no card works, and NotAllowed('ADMINISTRATORS_KEEP_CODES') in production,
    because he can switch everybody's off, and NotAllowed('MONEY_KEEPS_CODES') there for who decides about money, because
    one administrator would otherwise come in with a password that he has set himself; WrongState('NO_CARD_OPENS') where
    the portal takes no cards.
    """
    actor.require(Power.MANAGE_ACCOUNTS)
    if role not in ROLES:
        raise BadInput("UNKNOWN_ROLE", field="role")
    if role == ADMINISTRATOR and way is LoginWay.CARD_ONLY:
        raise NotAllowed("ADMINISTRATORS_KEEP_PASSWORDS")
    if role == ADMINISTRATOR and way is LoginWay.NO_CODE and codes_by_default:
        raise NotAllowed("ADMINISTRATORS_KEEP_CODES")
    if codes_by_default and way is LoginWay.NO_CODE and ROLES[role].powers & MONEY_DECISIONS:
        raise NotAllowed("MONEY_KEEPS_CODES")
    if way is LoginWay.CARD_ONLY and not cards_open:
        raise WrongState("NO_CARD_OPENS")
    with transaction(actor) as session:
        before = way_of(session, [role], codes_by_default=codes_by_default)
        if way is before:
            return HandOver()
        if _STRICTEST.index(way) > _STRICTEST.index(before):
            return account_asks.put(
                session, actor, AskKind.WAY, role=role, user_id=None, with_code=False, way=way.value
            )[1]
        account_asks.drop_open(session, role=role)
        take_way(session, role, way, actor.user_id or 0)
        _end_password_sessions(session, role)
        record(session, actor, "set_login_way", "role", role, detail={"role": role, "way": way})
        return HandOver()


def take_way(session: Session, role: str, way: LoginWay, chosen_by_id: int) -> None:
    """Write the way down; the last line refuses a looser one without two administrators."""
    values = {"way": way, "changed_by_id": chosen_by_id, "changed_at": real_now()}
    if session.get(LoginPolicy, role) is None:
        session.add(LoginPolicy(role=role, **values))
    else:
        session.execute(sa.update(LoginPolicy).where(LoginPolicy.role == role).values(values))
    session.flush()


def _end_password_sessions(session: Session, role: str) -> None:
    holders = sa.text("SELECT m.user_id FROM ab_user_role m JOIN ab_role r ON r.id = m.role_id WHERE r.name = :role")
    ids = list(session.scalars(holders, {"role": role}))
    by_password = (UserSession.card_session_id.is_(None), UserSession.revoked_at.is_(None))
    ending = sa.update(UserSession).where(UserSession.user_id.in_(ids), *by_password)
    session.execute(ending.values(revoked_at=real_now()))
