"""Which roles may log in by card only; a password of theirs opens nothing then."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import real_now
from app.domain.errors import BadInput, NotAllowed, WrongState
from app.domain.powers import Power
from app.domain.roles import ROLES
from app.models.account import UserSession
from app.models.card import LoginPolicy
from app.models.database import db
from app.services.accounts import ADMINISTRATOR
from app.services.audit import record
from app.services.transaction import transaction


def card_only(session: Session, roles: Iterable[str]) -> bool:
    """Whether one of these roles may not log in by password."""
    return session.scalar(sa.select(LoginPolicy.role).where(LoginPolicy.role.in_(list(roles))).limit(1)) is not None


def card_only_roles() -> frozenset[str]:
    """The roles whose passwords are switched off."""
    return frozenset(db.session.scalars(sa.select(LoginPolicy.role)))


def set_card_only(role: str, is_card_only: bool, *, actor: Actor, cards_open: bool) -> None:
    """Switch the passwords of a role off, which ends its sessions that a password opened, or on again.

    Raises NotAllowed('POWER_MISSING'), BadInput('UNKNOWN_ROLE'), NotAllowed('ADMINISTRATORS_KEEP_PASSWORDS'): somebody
    must be able to come in on the day when no card works; WrongState('NO_CARD_OPENS') where the portal takes no cards.
    """
    actor.require(Power.MANAGE_ACCOUNTS)
    if role not in ROLES:
        raise BadInput("UNKNOWN_ROLE", field="role")
    if role == ADMINISTRATOR and is_card_only:
        raise NotAllowed("ADMINISTRATORS_KEEP_PASSWORDS")
    if is_card_only and not cards_open:
        raise WrongState("NO_CARD_OPENS")
    with transaction(actor) as session:
        session.execute(sa.delete(LoginPolicy).where(LoginPolicy.role == role))
        if is_card_only:
            session.add(LoginPolicy(role=role, changed_by_id=actor.user_id, changed_at=real_now()))
            holders = sa.text(
                "SELECT m.user_id FROM ab_user_role m JOIN ab_role r ON r.id = m.role_id WHERE r.name = :role"
            )
            ids = list(session.scalars(holders, {"role": role}))
            by_password = (UserSession.card_session_id.is_(None), UserSession.revoked_at.is_(None))
            ending = sa.update(UserSession).where(UserSession.user_id.in_(ids), *by_password)
            session.execute(ending.values(revoked_at=real_now()))
        record(session, actor, "set_card_only", "role", role, detail={"role": role, "card_only": is_card_only})
