"""From the bridge's ticket to a session: opened by one browser, once; then the PIN, or the first PIN with a setup code."""

import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION, Actor, robot
from app.domain.clock import real_now
from app.domain.errors import NotAllowed, NotFound
from app.models.account import PortalUser
from app.models.card import CardSession, CardTicket, OfficerCard, Workstation, WorkstationOfficer, WorkstationState
from app.services import pins
from app.services.audit import record
from app.services.card_signatures import hashed
from app.services.sessions import SILENCE_ENDS_CARD
from app.services.transaction import reading, transaction
from app.services.workstations import end_card_sessions


@dataclass(frozen=True)
class Waiting:
    """What the PIN page shows: who, at which computer, the code to compare, and whether a first PIN is to be set."""

    ticket_hash: str
    user_id: int
    name: str
    workstation: str
    code: str
    needs_pin: bool
    card_session_id: int


def open_ticket(ticket: str, *, address: str | None) -> str:
    """Claim a ticket for the browser that opened it first and return the secret that ties it to that browser.

    A second opening, after the PIN too, kills the ticket and its session and raises the alarm in the audit: the first one may
    have been the thief's. Raises NotFound('TICKET_DEAD').
    """
    actor, opener, now = _actor(address), secrets.token_urlsafe(32), real_now()
    claimed, key = False, hashed(ticket)
    with transaction(actor) as session:
        fresh = (CardTicket.ticket_hash == key, CardTicket.opened_at.is_(None), CardTicket.expires_at > now)
        done = session.execute(sa.update(CardTicket).where(*fresh).values(opened_at=now, opener_hash=hashed(opener)))
        claimed = done.rowcount == 1  # type: ignore[attr-defined]
        if not claimed:
            _raise_alarm(session, key, actor)
    if not claimed:
        raise NotFound("TICKET_DEAD")
    return opener


def _raise_alarm(session: Session, key: str, actor: Actor) -> None:
    found = session.get(CardTicket, key)
    if found is None or found.opened_at is None:
        return
    opened = session.get_one(CardSession, found.card_session_id)
    if opened.ended_at is not None:
        return
    found.spent_at = real_now()
    end_card_sessions(session, CardSession.id == opened.id)
    record(session, actor, "ticket_opened_twice", "account", opened.user_id)


def waiting(opener: str) -> Waiting:
    """What waits for the PIN in the browser with this secret; raises NotFound('TICKET_DEAD') when nothing does any more."""
    with reading(NATION) as session:
        found = _waiting(session, opener)
    if found is None:
        raise NotFound("TICKET_DEAD")
    return found


def _waiting(session: Session, opener: str) -> Waiting | None:
    now = real_now()
    assigned = sa.select(WorkstationOfficer.user_id).where(
        WorkstationOfficer.workstation_id == Workstation.id, WorkstationOfficer.user_id == PortalUser.id
    )
    row = session.execute(
        sa.select(CardTicket, CardSession, PortalUser, OfficerCard, Workstation.label)
        .join(CardSession, CardSession.id == CardTicket.card_session_id)
        .join(PortalUser, PortalUser.id == CardSession.user_id)
        .join(OfficerCard, OfficerCard.user_id == CardSession.user_id)
        .join(Workstation, Workstation.id == CardSession.workstation_id)
        .where(
            CardTicket.opener_hash == hashed(opener),
            CardTicket.spent_at.is_(None),
            CardTicket.opened_at > now - SILENCE_ENDS_CARD * 4,
            CardSession.ended_at.is_(None),
            CardSession.last_seen_at > now - SILENCE_ENDS_CARD,
            PortalUser.active,
            Workstation.state == WorkstationState.ACTIVE,
            Workstation.agency_id.is_not_distinct_from(PortalUser.agency_id),
            assigned.exists(),
        )
    ).first()
    if row is None:
        return None
    ticket, opened, user, card, label = row
    return Waiting(
        ticket.ticket_hash, user.id, user.get_full_name(), label, ticket.code, card.pin_hash is None, opened.id
    )


def enter_pin(opener: str, pin: str, *, pepper: str, address: str | None) -> Waiting:
    """Let the officer in whose PIN this is; the try is taken before it is judged, the fifth locks and spends the ticket.

    Raises NotFound('TICKET_DEAD'), NotAllowed('PIN_WRONG', 'PIN_LOCKED').
    """
    actor = _actor(address)
    found, read = _tried(opener, actor)
    right = pins.matches(read.pin_hash, found.user_id, pin, pepper)
    _settle(found, read, right, actor)
    return found


def set_first_pin(opener: str, setup_code: str, new_pin: str, *, pepper: str, address: str | None) -> Waiting:
    """Set the PIN with the code that the registrar handed over, and let the officer in; a wrong code takes a try.

    Raises NotFound('TICKET_DEAD'), NotAllowed('SETUP_WRONG', 'PIN_LOCKED') and BadInput of pins.check_strength.
    """
    with reading(NATION) as session:
        seen = _waiting(session, opener)
        number = pins.number_in(session, seen.user_id, pepper) if seen else None
    pins.check_strength(new_pin, field="new_pin", number=number)
    actor = _actor(address)
    found, read = _tried(opener, actor)
    live = read.setup_until is not None and read.setup_until > real_now() and read.pin_hash is None
    right = live and secrets.compare_digest(read.setup_hash or "", hashed(setup_code.strip().upper()))
    pin_hash = pins.hashed_pin(found.user_id, new_pin, pepper) if right else None
    _settle(found, read, right, actor, is_first=True, pin_hash=pin_hash)
    return found


def locked_until(opener: str) -> datetime | None:
    """Until when the PIN of whoever was waited for in this browser is locked; None where it is not."""
    with reading(NATION) as session:
        card = session.scalars(
            sa.select(OfficerCard)
            .join(CardSession, CardSession.user_id == OfficerCard.user_id)
            .join(CardTicket, CardTicket.card_session_id == CardSession.id)
            .where(CardTicket.opener_hash == hashed(opener))
        ).first()
        return pins.locked_until(card)


def _tried(opener: str, actor: Actor) -> tuple[Waiting, OfficerCard]:
    with transaction(actor) as session:
        found = _waiting(session, opener)
        taken = found is not None and pins.take_try(session, found.user_id)
        card = session.get(OfficerCard, found.user_id) if found else None
        if found is not None and not taken:
            _spend(session, found)
    if found is None or card is None or not taken:
        raise NotFound("TICKET_DEAD")
    return found, card


def _settle(
    found: Waiting, read: OfficerCard, right: bool, actor: Actor, *, is_first: bool = False, pin_hash: str | None = None
) -> None:
    """Write what became of a try: the last right word spends the ticket, once, whoever else sends it at the same time."""
    admitted = False
    with transaction(actor) as session:
        card = session.get_one(OfficerCard, found.user_id)
        if right and _spend(session, found):
            admitted = _kept(session, card, read, pin_hash)
        if admitted:
            user = session.get_one(PortalUser, found.user_id)
            user.login_count = (user.login_count or 0) + 1
        until = pins.locked_until(card)
        if not right and until:
            _spend(session, found)
        agency_id = session.get_one(PortalUser, found.user_id).agency_id
        verb = "set_pin" if is_first else "login_by_card"
        record(session, actor, verb if admitted else "pin_failed", "account", found.user_id, agency_id=agency_id)
    if not admitted:
        code, field = ("SETUP_WRONG", "setup") if is_first else ("PIN_WRONG", "pin")
        raise pins.locked(until) if until and not right else NotAllowed(code, field=field)


def _kept(session: Session, card: OfficerCard, read: OfficerCard, pin_hash: str | None) -> bool:
    """Write the first PIN, or forget the tries; False where the registrar or the officer changed the card meanwhile."""
    if pin_hash:
        same = sa.and_(OfficerCard.setup_hash == read.setup_hash, OfficerCard.pin_hash.is_(None))
        return pins.replace(session, card.user_id, pin_hash, read=same)
    pins.give_back(card)
    return card.pin_hash == read.pin_hash


def _spend(session: Session, found: Waiting) -> bool:
    mine = (CardTicket.ticket_hash == found.ticket_hash, CardTicket.spent_at.is_(None))
    spent = session.execute(sa.update(CardTicket).where(*mine).values(spent_at=real_now()))
    return bool(spent.rowcount == 1)  # type: ignore[attr-defined]


def _actor(address: str | None) -> Actor:
    return Actor(robot("card-login").name, NATION, address=address)
