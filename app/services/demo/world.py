"""Sets up the demo's agencies and accounts, and moves its clock from round to round."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.domain.actor import NATION, Actor, Scope, ScopeKind
from app.domain.clock import real_now
from app.domain.errors import NotAllowed
from app.domain.powers import Power
from app.domain.roles import ROLES, powers_of
from app.models.account import ApiToken, PortalUser
from app.models.agency import Agency
from app.models.change_request import ChangeRequest
from app.rules.rounds import round_for
from app.services import accounts, agencies, tokens
from app.services.clock import business_now, set_clock
from app.services.demo.accounts import ACCOUNTS, AGENCIES, HOSPITAL_TOKEN, PASSWORD, SINCE, DemoAccount
from app.services.passwords import hashed
from app.services.rounds import run_due
from app.services.transaction import reading

BUILDER = Actor("robot:demo", NATION, frozenset(Power), roles=(accounts.ADMINISTRATOR,))
DAYS_BACK = 3


@dataclass(frozen=True)
class Office:
    """One demo agency with the two who work there."""

    agency: Agency
    clerk: Actor
    registrar: Actor


def refuse_production(production: bool) -> None:
    """Raise NotAllowed('DEMO_IN_PRODUCTION') where real people are registered."""
    if production:
        raise NotAllowed("DEMO_IN_PRODUCTION")


def is_built() -> bool:
    """Whether the demo's accounts stand already."""
    with reading(NATION) as session:
        return session.scalar(sa.select(PortalUser.id).where(PortalUser.is_demo).limit(1)) is not None


def is_unused() -> bool:
    """Whether nobody has recorded anything yet, so that the clock may still be set to any date."""
    with reading(NATION) as session:
        return session.scalar(sa.select(ChangeRequest.id).limit(1)) is None


def build() -> None:
    """Create what is missing of the demo's agencies, accounts and hospital token."""
    with reading(NATION) as session:
        codes = set(session.scalars(sa.select(Agency.dla_code)))
        names = set(session.scalars(sa.select(PortalUser.username)))
        token = session.scalar(sa.select(ApiToken.id).where(ApiToken.is_demo).limit(1))
    for agency in AGENCIES:
        if agency.dla_code not in codes:
            facts = agencies.AgencyFacts(
                agency.dla_code, agency.name_th, agency.agency_type, agency.province_code, valid_from=SINCE
            )  # fmt: skip
            agencies.create_agency(facts, actor=BUILDER)
    new = [account for account in ACCOUNTS if account.username not in names]
    if new:
        password = hashed(PASSWORD)  # once: a good hash is slow to make, and this password is no secret
        for account in new:
            accounts.create_demo_account(_new(account), password, actor=BUILDER)
    if token is None:
        tokens.create_token(
            "โรงพยาบาลตัวอย่าง", "99010", actor=BUILDER, is_demo=True, word=HOSPITAL_TOKEN
        )  # fmt: skip


def _new(account: DemoAccount) -> accounts.NewAccount:
    first, last = account.name.split(" ", 1)
    bound = accounts.BOUNDS.get(ROLES[account.role].kind)
    reach = accounts.Reach(account.role, **({bound: account.bound_to} if bound else {}))
    return accounts.NewAccount(account.username, first, last, f"{account.username}@demo.example", reach)


def office(code: str, clerk: str, registrar: str) -> Office:
    """The agency with this code and two of its demo accounts as actors."""
    with reading(NATION) as session:
        agency = session.scalars(sa.select(Agency).where(Agency.dla_code == code)).one()
        return Office(agency, _actor(session, clerk, agency.id), _actor(session, registrar, agency.id))


def _actor(session: sa.orm.Session, username: str, agency_id: int) -> Actor:
    user = session.scalars(sa.select(PortalUser).where(PortalUser.username == username)).one()
    names = tuple(role.name for role in user.roles)
    scope = Scope(ScopeKind.AGENCY, agency_id)
    return Actor(username, scope, powers_of(names), user_id=user.id, roles=names, agency_id=agency_id)


def officer(username: str, code: str | None = None) -> Actor:
    """A demo account as an actor: of the agency with this code, or without one of the nation."""
    with reading(NATION) as session:
        if code is not None:
            return _actor(session, username, session.scalars(sa.select(Agency.id).where(Agency.dla_code == code)).one())
        user = session.scalars(sa.select(PortalUser).where(PortalUser.username == username)).one()
        names = tuple(role.name for role in user.roles)
        return Actor(username, NATION, powers_of(names), user_id=user.id, roles=names)


def days_of_the_past() -> Iterator[None]:
    """On an unused instance: puts the clock some days back, and at each step past the next round, which is run.

    Between two steps the caller records and decides; at the end the clock shows the real time again.
    """
    morning = (real_now() - timedelta(days=DAYS_BACK)).replace(hour=2, minute=0, second=0, microsecond=0)
    set_clock(morning, actor=BUILDER, production=False)
    while business_now() < real_now() - timedelta(days=1):
        yield
        pass_round()
    set_clock(real_now(), actor=BUILDER, production=False)
    for _round in run_due():
        pass


def pass_round() -> datetime:
    """Move the clock just past the next round and run what is due; returns the round's instant."""
    due = round_for(business_now()).scheduled_at
    set_clock(due + timedelta(seconds=1), actor=BUILDER, production=False)
    for _round in run_due():
        pass
    return due
