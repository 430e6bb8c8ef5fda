"""Accounts: made, bounded, locked and unlocked by the administrator; each has one role of spec 7."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask_appbuilder.security.sqla.models import Role as RoleRow
from sqlalchemy.orm import Session

from app.domain.actor import Actor, ScopeKind
from app.domain.errors import BadInput, Conflict, InvalidForm, NotAllowed, NotFound, PortalError, WrongState
from app.domain.powers import Power
from app.domain.roles import ROLES
from app.models.account import AskKind, PortalUser
from app.models.agency import NhsoRegion, Province
from app.models.dialects import lock_rows
from app.services import account_asks
from app.services.account_asks import HandOver
from app.services.account_effects import by_two, end_sessions, place, take_password
from app.services.agencies import find_by_code
from app.services.audit import record
from app.services.one_time_links import issue_link
from app.services.passwords import check_strength, hashed
from app.services.sessions import end_all_of
from app.services.transaction import transaction

ADMINISTRATOR = "nhso_admin"
NAME_LENGTH, USERNAME_LENGTH, EMAIL_LENGTH = 64, 40, 320
_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# The form field that bounds what a role of each kind sees.
BOUNDS = {ScopeKind.AGENCY: "agency_code", ScopeKind.PROVINCE: "province_code", ScopeKind.REGION: "region_no"}


@dataclass(frozen=True)
class Reach:
    """A role and what bounds it: an agency's code, a province or a region, as the role demands; the others stay None."""

    role: str
    agency_code: str | None = None
    province_code: str | None = None
    region_no: int | None = None


@dataclass(frozen=True)
class NewAccount:
    """Who gets an account; the password is set by himself through a one-time link."""

    username: str
    first_name: str
    last_name: str
    email: str
    reach: Reach


def create_account(new: NewAccount, *, actor: Actor) -> tuple[int, HandOver]:
    """Make an account without a password; returns its id and what to hand over: the one-time link that sets one.

    An account that decides stays closed until another administrator agrees; what to hand over is then the code alone.
    Raises NotAllowed('POWER_MISSING', 'ADMINISTRATOR_ONLY'), Conflict('USERNAME_TAKEN', 'EMAIL_TAKEN'), BadInput for
    what was typed ('REQUIRED', 'TOO_LONG', 'USERNAME_SHAPE', 'EMAIL_SHAPE', 'UNKNOWN_ROLE'), NotFound for what bounds it.
    """
    actor.require(Power.MANAGE_ACCOUNTS)
    _refuse_high_role(new.reach.role, actor)
    new = replace(new, username=new.username.strip().lower(), email=new.email.strip().lower())
    _check_names(new)
    with transaction(actor) as session:
        _refuse_taken(session, new)
        waits = account_asks.decides(new.reach.role)
        user = PortalUser(username=new.username, email=new.email, active=not waits, password=None)
        user.first_name, user.last_name = new.first_name.strip(), new.last_name.strip()
        place(user, _bounds(session, new.reach))
        session.add(user)
        session.flush()
        record(
            session, actor, "create_account", "account", user.id, agency_id=user.agency_id, detail=_detail(new.reach)
        )
        if waits:
            return user.id, by_two(session, user, AskKind.OPEN, actor)
        return user.id, HandOver(link=issue_link(session, user.id))


def change_reach(user_id: int, version: int, reach: Reach, *, actor: Actor) -> HandOver:
    """Give an account another role or bound; its sessions end, so that nobody goes on with the old one.

    A role that decides waits for another administrator. Who had none before sets his password and ties his phone anew:
    one administrator alone could have set those he has.
    Raises as create_account, and NotFound('ACCOUNT_NOT_FOUND'), Conflict('STALE'), NotAllowed('OWN_ACCOUNT').
    """
    with _changing(user_id, version, actor) as (session, user):
        _refuse_own(user, actor)
        _refuse_high_role(reach.role, actor)
        bounds = _bounds(session, reach)
        if account_asks.decides(reach.role):
            return by_two(session, user, AskKind.REACH, actor, bounds)
        account_asks.drop_open(session, user_id=user.id)
        place(user, bounds)
        end_sessions(session, user.id)
        record(session, actor, "change_reach", "account", user.id, agency_id=user.agency_id, detail=_detail(reach))
        return HandOver()


def deactivate(user_id: int, version: int, *, actor: Actor) -> None:
    """Close an account and end its sessions; nobody closes his own (NotAllowed('OWN_ACCOUNT'))."""
    with _changing(user_id, version, actor) as (session, user):
        _refuse_own(user, actor)
        if not user.active:
            raise WrongState("ACCOUNT_INACTIVE")
        user.active = False
        account_asks.drop_open(session, user_id=user.id)
        end_sessions(session, user.id)
        record(session, actor, "deactivate_account", "account", user.id, agency_id=user.agency_id)


def activate(user_id: int, version: int, *, actor: Actor) -> HandOver:
    """Open a closed account again; one that decides waits for another administrator."""
    with _changing(user_id, version, actor) as (session, user):
        if user.active:
            raise WrongState("ACCOUNT_ACTIVE")
        if account_asks.may_decide(user):
            return by_two(session, user, AskKind.OPEN, actor)
        user.active = True
        account_asks.drop_open(session, user_id=user.id)
        record(session, actor, "activate_account", "account", user.id, agency_id=user.agency_id)
        return HandOver()


def unlock(user_id: int, version: int, *, actor: Actor) -> None:
    """Lift the lock that failed log-ins have put on an account."""
    with _changing(user_id, version, actor) as (session, user):
        user.failed_logins, user.locked_until = 0, None
        record(session, actor, "unlock_account", "account", user.id, agency_id=user.agency_id)


def reset(user_id: int, version: int, *, actor: Actor) -> HandOver:
    """Take away the password, end all sessions and return the one-time link that sets a new one.

    Of an account that decides nothing is taken before another administrator agrees.
    """
    with _changing(user_id, version, actor) as (session, user):
        if not user.active:
            raise WrongState("ACCOUNT_INACTIVE")
        if account_asks.may_decide(user):
            return by_two(session, user, AskKind.RESET, actor)
        return HandOver(link=take_password(session, user, actor))


def create_demo_account(new: NewAccount, password_hash: str, *, actor: Actor) -> int:
    """Make an account whose password the README prints; it need not change it and production refuses it."""
    user_id, _secret = create_account(new, actor=actor)
    with transaction(actor) as session:
        user = session.get_one(PortalUser, user_id)
        user.password, user.is_demo = password_hash, True
    return user_id


def set_first_password(username: str, password: str, *, actor: Actor) -> None:
    """Set a password that its owner must change at his first log-in; ends all his sessions (`flask admin password`).

    Raises NotAllowed('POWER_MISSING'), NotFound('ACCOUNT_NOT_FOUND'), BadInput of passwords.check_strength.
    """
    actor.require(Power.MANAGE_ACCOUNTS)
    check_strength(password, username=username, field="password")
    kept = hashed(password)
    with transaction(actor) as session:
        user = session.scalars(sa.select(PortalUser).where(PortalUser.username == username.strip().lower())).first()
        if user is None:
            raise NotFound("ACCOUNT_NOT_FOUND")
        user.password, user.must_change_password, user.failed_logins, user.locked_until = kept, True, 0, None
        end_all_of(session, user.id)
        record(session, actor, "set_first_password", "account", user.id, agency_id=user.agency_id)


@contextmanager
def _changing(user_id: int, version: int, actor: Actor) -> Iterator[tuple[Session, PortalUser]]:
    actor.require(Power.MANAGE_ACCOUNTS)
    with transaction(actor) as session:
        user = session.scalars(lock_rows(sa.select(PortalUser).where(PortalUser.id == user_id), session)).first()
        if user is None:
            raise NotFound("ACCOUNT_NOT_FOUND")
        if user.account_version != version:
            raise Conflict("STALE")
        for role in user.roles:
            _refuse_high_role(role.name, actor)
        yield session, user
        user.account_version += 1


def _refuse_high_role(role: str, actor: Actor) -> None:
    if role == ADMINISTRATOR and ADMINISTRATOR not in actor.roles:
        raise NotAllowed("ADMINISTRATOR_ONLY")


def _refuse_own(user: PortalUser, actor: Actor) -> None:
    if user.id == actor.user_id:
        raise NotAllowed("OWN_ACCOUNT")


def _check_names(new: NewAccount) -> None:
    wrong: list[PortalError] = []
    lengths = (("username", USERNAME_LENGTH), ("first_name", NAME_LENGTH), ("last_name", NAME_LENGTH))
    for field, longest in (*lengths, ("email", EMAIL_LENGTH)):
        value = getattr(new, field).strip()
        if not value:
            wrong.append(BadInput("REQUIRED", field=field))
        elif len(value) > longest:
            wrong.append(BadInput("TOO_LONG", field=field, longest=longest))
    if new.username and not _USERNAME.fullmatch(new.username):
        wrong.append(BadInput("USERNAME_SHAPE", field="username"))
    if new.email and not _EMAIL.fullmatch(new.email):
        wrong.append(BadInput("EMAIL_SHAPE", field="email"))
    if wrong:
        raise wrong[0] if len(wrong) == 1 else InvalidForm(wrong)


def _refuse_taken(session: Session, new: NewAccount) -> None:
    for code, field in (("USERNAME_TAKEN", "username"), ("EMAIL_TAKEN", "email")):
        column = getattr(PortalUser, field)
        if session.scalars(sa.select(PortalUser.id).where(column == getattr(new, field))).first() is not None:
            raise Conflict(code, field=field)


def _bounds(session: Session, reach: Reach) -> dict[str, Any]:
    """The one role of an account and what bounds it, found in the tables; every other bound is empty."""
    role = ROLES.get(reach.role)
    if role is None or _role_row(session, reach.role) is None:
        raise BadInput("UNKNOWN_ROLE", field="role")
    bounds: dict[str, Any] = {"agency_id": None, "province_code": None, "region_no": None}
    field = BOUNDS.get(role.kind)
    value = getattr(reach, field) if field else None
    if field and not value:
        raise BadInput("REACH_MISSING", field=field)
    if role.kind is ScopeKind.AGENCY:
        bounds["agency_id"] = find_by_code(session, value, field=field).id
    elif role.kind is ScopeKind.PROVINCE:
        if session.get(Province, value) is None:
            raise NotFound("PROVINCE_NOT_FOUND", field=field)
        bounds["province_code"] = value
    elif role.kind is ScopeKind.REGION:
        if session.get(NhsoRegion, value) is None:
            raise NotFound("REGION_NOT_FOUND", field=field)
        bounds["region_no"] = value
    return bounds | {"roles": [_role_row(session, reach.role)]}


def _role_row(session: Session, name: str) -> RoleRow | None:
    return session.scalars(sa.select(RoleRow).where(RoleRow.name == name)).one_or_none()


def _detail(reach: Reach) -> dict[str, Any]:
    return {name: value for name, value in asdict(reach).items() if value}
