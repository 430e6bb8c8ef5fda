"""The names of officers, as pages say who recorded, sent or decided something."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.models.account import PortalUser


def officer_names(session: Session, user_ids: Iterable[int | None]) -> dict[int | None, str]:
    """First and last name by account id; None (a robot's deed) and unknown accounts are left out."""
    query = sa.select(PortalUser.id, PortalUser.first_name, PortalUser.last_name)
    rows = session.execute(query.where(PortalUser.id.in_({user_id for user_id in user_ids if user_id is not None})))
    return {user_id: f"{first} {last}".strip() for user_id, first, last in rows}


def names_of_accounts(session: Session, usernames: Iterable[str]) -> dict[str, str]:
    """First and last name by the account's name, for what keeps that name alone; unknown accounts are left out."""
    query = sa.select(PortalUser.username, PortalUser.first_name, PortalUser.last_name)
    rows = session.execute(query.where(PortalUser.username.in_(set(usernames))))
    return {username: f"{first} {last}".strip() for username, first, last in rows}


def name_of(session: Session, actor: Actor) -> str:
    """The actor's first and last name, for what is printed and handed over; the account's where there is none."""
    return officer_names(session, [actor.user_id]).get(actor.user_id) or actor.name
