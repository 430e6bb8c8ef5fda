"""PINs of officers' cards: kept as argon2id over a keyed hash, five tries taken before each is judged, then a lock."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import real_now
from app.domain.errors import BadInput, NotAllowed, NotFound
from app.domain.thai_calendar import parse_be_date
from app.models.card import CardSession, OfficerCard
from app.models.database import db
from app.services.audit import record
from app.services.card_signatures import sealed
from app.services.sealing import unsealed
from app.services.sessions import end_all_of
from app.services.transaction import transaction

SHORTEST, LONGEST = 6, 12
TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
# A seventh of a second and 64 MiB for each guess; the pepper outside the database is the real guard (six digits are few).
COST = {"time_cost": 3, "memory_cost": 64 * 1024, "parallelism": 2}
_RISING = "01234567890123456789"


def hashed_pin(user_id: int, pin: str, pepper: str) -> str:
    """The hash under which an officer's PIN is kept."""
    return PasswordHasher(**COST).hash(sealed(pepper, "pin", str(user_id), pin))


def matches(kept: str | None, user_id: int, pin: str, pepper: str) -> bool:
    """Whether this is the officer's PIN; takes as long where none is set."""
    try:
        right = PasswordHasher(**COST).verify(kept or _nobodys(str(COST)), sealed(pepper, "pin", str(user_id), pin))
    except (VerificationError, InvalidHashError):
        return False
    return bool(right) and kept is not None


@cache
def _nobodys(_cost: str) -> str:
    return PasswordHasher(**COST).hash("nobody has this PIN")


def check_strength(pin: str, *, field: str, number: str | None = None) -> None:
    """Raise BadInput: PIN_SHAPE (6 to 12 digits), PIN_SIMPLE (runs, few digits), PIN_DAY (a day, as birthdays are).

    Or PIN_OF_CARD, where it is a piece of the card's number, which stands on the card that a thief would hold.
    """
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        raise BadInput("PIN_SHAPE", field=field, least=SHORTEST, most=LONGEST)
    if len(set(pin)) < 3 or pin in _RISING or pin in _RISING[::-1] or pin[:3] * 2 == pin:
        raise BadInput("PIN_SIMPLE", field=field)
    if _is_day(pin):
        raise BadInput("PIN_DAY", field=field)
    if number and pin in number:
        raise BadInput("PIN_OF_CARD", field=field)


def number_in(session: Session, user_id: int, pepper: str) -> str | None:
    """The number of the officer's card that is in a reader now; None where none is."""
    mine = (CardSession.user_id == user_id, CardSession.ended_at.is_(None), CardSession.number.is_not(None))
    newest = sa.select(CardSession.number).where(*mine).order_by(CardSession.id.desc()).limit(1)
    found = session.scalar(newest)
    return unsealed(pepper, f"number {user_id}", found) if found else None


def _is_day(pin: str) -> bool:
    """Whether the digits are a day of the last hundred years, the day first or the year first."""
    if len(pin) == 6:
        day, month, year = pin[:2], pin[2:4], f"25{pin[4:]}"
        turned = pin[4:], pin[2:4], f"25{pin[:2]}"
    elif len(pin) == 8:
        day, month, year = pin[:2], pin[2:4], pin[4:]
        turned = pin[6:], pin[4:6], pin[:4]
    else:
        return False
    return any(_exists(*parts) for parts in ((day, month, year), turned))


def _exists(day: str, month: str, year: str) -> bool:
    be_year = int(year) if int(year) > 2400 else int(year) + 543
    if not 2450 <= be_year <= 2600:
        return False
    try:
        parse_be_date(f"{day}/{month}/{be_year}")
    except BadInput:
        return False
    return True


def take_try(session: Session, user_id: int) -> bool:
    """Take one of the officer's tries before it is judged; False while he is locked. The fifth locks at once."""
    now, card = real_now(), OfficerCard
    was_locked = card.locked_until.is_not(None)
    is_last = sa.and_(sa.not_(was_locked), card.failed_pins >= TRIES - 1)
    open_ones = (card.user_id == user_id, sa.or_(card.locked_until.is_(None), card.locked_until <= now))
    taken: Any = session.execute(
        sa.update(card)
        .where(*open_ones)
        .values(
            failed_pins=sa.case((was_locked, 1), else_=card.failed_pins + 1),
            locked_until=sa.case((is_last, sa.literal(now + LOCKED_FOR, card.locked_until.type)), else_=None),
        )
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount == 1)


def locked_until(card: OfficerCard | None) -> datetime | None:
    """Until when five wrong PINs keep the officer out; None where they do not."""
    until = card.locked_until if card else None
    return until if until is not None and until > real_now() else None


def locked(until: datetime) -> NotAllowed:
    """The refusal that says until when."""
    return NotAllowed("PIN_LOCKED", until=until)


def give_back(card: OfficerCard) -> None:
    """Forget the tries: the last one was right."""
    card.failed_pins, card.locked_until = 0, None


def replace(session: Session, user_id: int, pin_hash: str, *, read: sa.ColumnElement[bool]) -> bool:
    """Write a PIN where the card still stands as it was read before the slow hash; False where it was changed meanwhile."""
    values = {"pin_hash": pin_hash, "pin_set_at": real_now(), "setup_hash": None, "setup_until": None}
    forgiven = {"failed_pins": 0, "locked_until": None}
    changing = sa.update(OfficerCard).where(OfficerCard.user_id == user_id, read).values(values | forgiven)
    done: Any = session.execute(changing.execution_options(synchronize_session=False))
    return bool(done.rowcount == 1)


def has_pin(*, actor: Actor) -> bool:
    """Whether the actor has a card with a PIN."""
    card = db.session.get(OfficerCard, actor.user_id)
    return card is not None and card.pin_hash is not None


def prove(pin: str, *, actor: Actor, pepper: str) -> None:
    """Raise NotAllowed('PIN_WRONG', 'PIN_LOCKED') unless this is the PIN of the actor; a wrong one takes a try."""
    card = db.session.get(OfficerCard, actor.user_id)
    user_id, before = actor.user_id or 0, card.pin_hash if card else None
    with transaction(actor) as session:
        taken = take_try(session, user_id)
    right = taken and matches(before, user_id, pin, pepper)
    with transaction(actor) as session:
        if right:
            give_back(session.get_one(OfficerCard, user_id))
        until = locked_until(session.get(OfficerCard, user_id))
        verb = "prove_pin" if right else "pin_failed"
        record(session, actor, verb, "account", user_id, agency_id=actor.agency_id)
    if not right:
        raise locked(until) if until else NotAllowed("PIN_WRONG", field="pin_again")


def change_own_pin(old: str, new: str, *, actor: Actor, pepper: str, session_key: str | None) -> None:
    """Change the actor's PIN by the old one and end his other sessions; a wrong old one takes a try.

    Raises NotFound('NO_PIN'), BadInput('OLD_PIN_WRONG', 'PIN_SAME'), NotAllowed('PIN_LOCKED') and those of check_strength.
    """
    number = number_in(db.session(), actor.user_id or 0, pepper)
    check_strength(new, field="new_pin", number=number)
    if old == new:
        raise BadInput("PIN_SAME", field="new_pin")
    card = db.session.get(OfficerCard, actor.user_id)
    if card is None or card.pin_hash is None or actor.user_id is None:
        raise NotFound("NO_PIN")
    user_id, before = actor.user_id, card.pin_hash
    with transaction(actor) as session:
        taken = take_try(session, user_id)
    right = taken and matches(before, user_id, old, pepper)
    kept = hashed_pin(user_id, new, pepper) if right else None
    with transaction(actor) as session:
        if kept and (right := replace(session, user_id, kept, read=OfficerCard.pin_hash == before)):
            end_all_of(session, user_id, but=session_key)
        until = locked_until(session.get(OfficerCard, user_id))
        verb = "change_pin" if right else "change_pin_failed"
        record(session, actor, verb, "account", user_id, agency_id=actor.agency_id)
    if not right:
        raise locked(until) if until else BadInput("OLD_PIN_WRONG", field="old_pin")
