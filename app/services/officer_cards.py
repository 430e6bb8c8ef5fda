"""Officers' cards as the registrar keeps them: whose number it is, which very card, and a fresh PIN with the officer present."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import national_id
from app.domain.actor import Actor
from app.domain.clock import real_now
from app.domain.errors import Conflict, NotAllowed, NotFound, WrongState
from app.domain.powers import Power
from app.models.account import PortalUser
from app.models.agency import Agency
from app.models.card import CardSession, OfficerCard, Workstation
from app.models.database import db
from app.models.scoping import in_scope
from app.services.appointments import appointed_of
from app.services.audit import record
from app.services.card_signatures import hashed, sealed
from app.services.officer_reach import officer_in_reach
from app.services.sessions import end_all_of
from app.services.transaction import transaction
from app.services.workstations import end_card_sessions, one_time_code

SHOWN_FOR = timedelta(minutes=10)
SETUP_LIFETIME = timedelta(minutes=15)
PAGE = 50
MARK_LENGTH = 16


def register_card(user_id: int, typed_id: str, *, actor: Actor, pepper: str) -> None:
    """Say whose card an officer will log in with, which somebody else confirms; an earlier one, its PIN and sessions end.

    Raises NotFound('ACCOUNT_NOT_FOUND'), NotAllowed('OWN_ACCOUNT'), BadInput of national_id.parse, Conflict('CARD_TAKEN').
    """
    actor.require(Power.MANAGE_CARDS)
    number = national_id.parse(typed_id, field="national_id")
    cid_hash = sealed(pepper, "cid", number)
    with transaction(actor) as session:
        user = officer_in_reach(session, user_id, actor, but_own=True)
        holder = session.scalars(sa.select(OfficerCard.user_id).where(OfficerCard.cid_hash == cid_hash)).first()
        if holder is not None and holder != user.id:
            raise Conflict("CARD_TAKEN", field="national_id")
        _end_all(session, user.id)
        session.execute(sa.delete(OfficerCard).where(OfficerCard.user_id == user.id))
        session.add(OfficerCard(user_id=user.id, cid_hash=cid_hash, registered_by_id=actor.user_id))
        record(session, actor, "register_card", "account", user.id, agency_id=user.agency_id)


def confirm_card(user_id: int, mark: str, *, actor: Actor) -> str:
    """Pin the card that was shown at a workstation just now, the officer being present; returns the code for his PIN.

    `mark` says which card the actor saw waiting (Officer.shown_mark). Raises as register_card, Conflict('STALE') where
    another card waits by now, NotAllowed('CARD_SECOND_PERSON') for whoever recorded it, and WrongState('NO_CARD_SHOWN')
    where none was shown within ten minutes.
    """
    actor.require(Power.MANAGE_CARDS)
    with transaction(actor) as session:
        user, card = _card_of(session, user_id, actor)
        if card.shown_hash is None or card.shown_at is None or card.shown_at + SHOWN_FOR < real_now():
            raise WrongState("NO_CARD_SHOWN")
        # One person alone could otherwise record any card for any officer, and log in as him.
        if card.registered_by_id is None or card.registered_by_id == actor.user_id:
            raise NotAllowed("CARD_SECOND_PERSON", citation="decisions 6")
        if mark_of(card) != mark:
            raise Conflict("STALE")
        card.card_hash, card.pinned_at, card.pinned_by_id = card.shown_hash, real_now(), actor.user_id
        card.shown_hash = card.shown_at = card.shown_by_id = None
        code = _without_pin(session, card)
        record(session, actor, "confirm_card", "account", user.id, agency_id=user.agency_id)
    return code


def mark_of(card: OfficerCard) -> str:
    """By what the page and the database know the same waiting card: a piece of its sealed hash."""
    return (card.shown_hash or "")[:MARK_LENGTH]


def reset_pin(user_id: int, *, actor: Actor) -> str:
    """Take the PIN away, the officer being present; returns the code with which he sets a new one at his workstation.

    Raises as register_card, and WrongState('CARD_NOT_PINNED').
    """
    actor.require(Power.MANAGE_CARDS)
    with transaction(actor) as session:
        user, card = _card_of(session, user_id, actor)
        if card.card_hash is None:
            raise WrongState("CARD_NOT_PINNED")
        code = _without_pin(session, card)
        record(session, actor, "reset_pin", "account", user.id, agency_id=user.agency_id)
    return code


def forget_card(user_id: int, *, actor: Actor) -> None:
    """A lost card opens nothing any more, at once."""
    actor.require(Power.MANAGE_CARDS)
    with transaction(actor) as session:
        user, card = _card_of(session, user_id, actor)
        _end_all(session, user.id)
        session.delete(card)
        record(session, actor, "forget_card", "account", user.id, agency_id=user.agency_id)


def _card_of(session: Session, user_id: int, actor: Actor) -> tuple[PortalUser, OfficerCard]:
    user = officer_in_reach(session, user_id, actor, but_own=True)
    card = session.get(OfficerCard, user_id)
    if card is None:
        raise NotFound("NO_CARD")
    return user, card


def _without_pin(session: Session, card: OfficerCard) -> str:
    code = one_time_code()
    _end_all(session, card.user_id)
    card.pin_hash, card.pin_set_at, card.failed_pins, card.locked_until = None, None, 0, None
    card.setup_hash, card.setup_until = hashed(code), real_now() + SETUP_LIFETIME
    return code


def _end_all(session: Session, user_id: int) -> None:
    end_card_sessions(session, CardSession.user_id == user_id)
    end_all_of(session, user_id)


@dataclass(frozen=True)
class Officer:
    """An officer and how far his card has come."""

    id: int
    name: str
    username: str
    roles: tuple[str, ...]
    agency: str
    appointed: bool
    registered: bool
    pinned_at: datetime | None
    shown_at: datetime | None
    shown_where: str
    shown_mark: str
    may_confirm: bool
    pin_set_at: datetime | None
    locked_until: datetime | None
    is_own: bool


def officers(*, actor: Actor, words: str = "", user_id: int | None = None, page: int = 0) -> tuple[list[Officer], bool]:
    """A page of the officers in the actor's reach by name, and whether more follow; or the one with this id."""
    actor.require(Power.MANAGE_CARDS)
    query = (
        sa.select(PortalUser, OfficerCard, Agency.name_th, Workstation.label)
        .outerjoin(OfficerCard, OfficerCard.user_id == PortalUser.id)
        .outerjoin(Agency, Agency.id == PortalUser.agency_id)
        .outerjoin(Workstation, Workstation.id == OfficerCard.shown_by_id)
        .where(PortalUser.active, in_scope(PortalUser.agency_id, actor.scope))
        .options(sa.orm.selectinload(PortalUser.roles))
        .order_by(PortalUser.first_name, PortalUser.id)
    )
    if user_id is not None:
        query = query.where(PortalUser.id == user_id)
    for word in words.split():
        names = (PortalUser.first_name, PortalUser.last_name, PortalUser.username, Agency.name_th, Agency.dla_code)
        query = query.where(sa.or_(*(name.contains(word, autoescape=True) for name in names)))
    rows = db.session.execute(query.offset(page * PAGE).limit(PAGE + 1)).unique().all()
    appointed = appointed_of(db.session(), [row[0] for row in rows])
    return [_officer(*row, row[0].id in appointed, actor) for row in rows[:PAGE]], len(rows) > PAGE


def _officer(
    user: PortalUser, card: OfficerCard | None, agency: str | None, where: str | None, appointed: bool, actor: Actor
) -> Officer:
    now = real_now()
    shown = card.shown_at if card and card.shown_at and card.shown_at + SHOWN_FOR > now else None
    locked = card.locked_until if card and card.locked_until and card.locked_until > now else None
    return Officer(
        user.id, user.get_full_name(), user.username, tuple(role.name for role in user.roles), agency or "",
        appointed, card is not None, card.pinned_at if card else None, shown,
        where or "" if shown else "", mark_of(card) if card and shown else "",
        card is not None and card.registered_by_id not in (None, actor.user_id),
        card.pin_set_at if card else None, locked, user.id == actor.user_id,
    )  # fmt: skip
