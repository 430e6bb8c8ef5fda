"""What an ask about an account does once two administrators agree, or at once where whoever holds the server asks."""

from typing import Any

import sqlalchemy as sa
from flask_appbuilder.security.sqla.models import Role as RoleRow
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import real_now
from app.models.account import AccountAsk, AskKind, PortalUser
from app.models.agency import Agency
from app.models.card import CardSession
from app.models.second_factor import SecondFactor
from app.services.account_asks import HandOver, may_decide, put
from app.services.audit import record
from app.services.one_time_links import issue_link
from app.services.sessions import end_all_of
from app.services.workstations import end_card_sessions

BOUND_COLUMNS = ("agency_id", "province_code", "region_no")


def by_two(
    session: Session, user: PortalUser, kind: AskKind, actor: Actor, bounds: dict[str, Any] | None = None
) -> HandOver:
    """Ask another administrator for this; on the server it is done."""
    role = bounds["roles"][0].name if bounds else user.roles[0].name
    wanted = {name: bounds[name] if bounds else getattr(user, name) for name in BOUND_COLUMNS}
    needs_link = {
        AskKind.OPEN: user.password is None,
        AskKind.RESET: True,
        # Closed accounts too: somebody may open it again before the other administrator agrees.
        AskKind.REACH: not may_decide(user),
    }
    ask, handed = put(session, actor, kind, role=role, user_id=user.id, with_code=needs_link[kind], **wanted)
    return handed if handed.waits else HandOver(link=carry_out(session, ask, user, actor=actor))


def carry_out(session: Session, ask: AccountAsk, user: PortalUser, *, actor: Actor) -> str:
    """Do what was asked for; returns the secret of the one-time link where the account needs a new password, else ''."""
    link = ""
    if ask.kind is AskKind.OPEN:
        user.active = True
        session.flush()
        record(session, actor, "activate_account", "account", user.id, agency_id=user.agency_id)
        link = issue_link(session, user.id, ask) if user.password is None else ""
    elif ask.kind is AskKind.RESET:
        link = take_password(session, user, actor, ask)
    else:
        link = _give_reach(session, ask, user, actor)
    session.flush()  # under the agreement, which is used up now
    ask.done_at = real_now()
    return link


def take_password(session: Session, user: PortalUser, actor: Actor, ask: AccountAsk | None = None) -> str:
    """Take the password away, end the sessions, and return the secret of the link that sets a new one."""
    user.password, user.failed_logins, user.locked_until = None, 0, None
    end_all_of(session, user.id)
    record(session, actor, "reset_account", "account", user.id, agency_id=user.agency_id)
    return issue_link(session, user.id, ask)


def place(user: PortalUser, bounds: dict[str, Any]) -> None:
    """Give the account its one role and what bounds it."""
    for name, value in bounds.items():
        setattr(user, name, value)


def end_sessions(session: Session, user_id: int) -> None:
    """Log the account out everywhere, card or not."""
    end_all_of(session, user_id)
    end_card_sessions(session, CardSession.user_id == user_id)


def _give_reach(session: Session, ask: AccountAsk, user: PortalUser, actor: Actor) -> str:
    anew = not may_decide(user)
    user.account_version += 1
    session.flush()  # before the role: the last line looks at accounts that were one before
    role = session.scalars(sa.select(RoleRow).where(RoleRow.name == ask.role)).one()
    place(user, {name: getattr(ask, name) for name in BOUND_COLUMNS} | {"roles": [role]})
    if anew:
        user.password = None
        session.execute(sa.delete(SecondFactor).where(SecondFactor.user_id == user.id))
    end_sessions(session, user.id)
    session.flush()
    record(session, actor, "change_reach", "account", user.id, agency_id=user.agency_id, detail=_detail(session, ask))
    return issue_link(session, user.id, ask) if anew and user.active else ""


def _detail(session: Session, ask: AccountAsk) -> dict[str, Any]:
    agency = session.get_one(Agency, ask.agency_id).dla_code if ask.agency_id else None
    told = {"role": ask.role, "agency_code": agency, "province_code": ask.province_code, "region_no": ask.region_no}
    return {name: value for name, value in told.items() if value}
