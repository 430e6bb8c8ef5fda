"""Which officers' cards somebody may look after: those of his own agency; an administrator, everybody's."""

from sqlalchemy.orm import Session

from app.domain.actor import Actor, ScopeKind
from app.domain.errors import NotAllowed, NotFound
from app.models.account import PortalUser


def officer_in_reach(session: Session, user_id: int, actor: Actor, *, but_own: bool = False) -> PortalUser:
    """The account, if it is within the actor's reach.

    Raises NotFound('ACCOUNT_NOT_FOUND'), and with `but_own` NotAllowed('OWN_ACCOUNT') for the actor's own.
    """
    user = session.get(PortalUser, user_id)
    reach = actor.scope
    within = reach.kind is ScopeKind.NATION or (reach.kind is ScopeKind.AGENCY and user and user.agency_id == reach.key)
    if user is None or not within:
        raise NotFound("ACCOUNT_NOT_FOUND")
    if but_own and user.id == actor.user_id:
        raise NotAllowed("OWN_ACCOUNT")
    return user
