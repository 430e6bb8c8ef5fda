"""From an account to the actor that it is now: its powers and the rows it reaches."""

from sqlalchemy.orm import Session

from app.domain.actor import NATION, NOTHING, Actor, Scope, ScopeKind
from app.domain.roles import ROLES, powers_of
from app.models.account import PortalUser


def scope_for(user: PortalUser) -> Scope:
    """The rows that the account reaches: its agency, province or region, the nation, or nothing.

    Roles of different reach in one account would lend the powers of the one to the reach of the other: it sees nothing.
    """
    kinds = {ROLES[role.name].kind for role in user.roles if role.name in ROLES}
    if len(kinds) != 1:
        return NOTHING
    kind = kinds.pop()
    if kind in (ScopeKind.NATION, ScopeKind.NOTHING):
        return NATION if kind is ScopeKind.NATION else NOTHING
    keys = {
        ScopeKind.AGENCY: user.agency_id,
        ScopeKind.PROVINCE: user.province_code,
        ScopeKind.REGION: user.region_no,
    }
    key = keys[kind]
    return NOTHING if key is None else Scope(kind, key)


def actor_for_user(user: PortalUser, address: str | None = None) -> Actor:
    """The actor that a logged-in account is for one request from `address`; without reach it has no powers either."""
    names = tuple(sorted(role.name for role in user.roles))
    scope = scope_for(user)
    kinds = {ROLES[name].kind for name in names if name in ROLES}
    bounded = scope.kind is not ScopeKind.NOTHING or kinds == {ScopeKind.NOTHING}
    return Actor(
        name=user.username,
        scope=scope,
        powers=powers_of(names) if bounded else frozenset(),
        user_id=user.id,
        roles=names,
        agency_id=user.agency_id,
        address=address,
    )


def officer(session: Session, user_id: int) -> Actor | None:
    """The actor that an account is at this moment, for work that goes on without its browser; None once it is shut."""
    user = session.get(PortalUser, user_id)
    return actor_for_user(user) if user is not None and user.active else None
