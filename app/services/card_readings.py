"""A visitor's card at the officer's desk: asked for on a page, read by the bridge, taken by that page once, then forgotten.

The least that a form needs: number, name, birth date, sex and address, no photo and no religion; nothing of it stays here
(PDPA sections 22 and 23). A card proves nothing by itself: an officer still looks at the person and at the papers.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import real_now
from app.domain.errors import BadInput, NotAllowed, NotFound, Refused
from app.domain.national_id import check_digit
from app.domain.powers import Power
from app.models.account import PortalUser
from app.models.card import (
    CardReading,
    CardSession,
    ReadingPurpose,
    Workstation,
    WorkstationOfficer,
    WorkstationState,
)
from app.models.dialects import lock_rows
from app.services import card_doors
from app.services import card_signatures as signatures
from app.services.audit import person_hash, record, record_reads
from app.services.card_doors import Door
from app.services.transaction import reading, transaction

LIFETIME = timedelta(minutes=2)
PURPOSE = "CARD_READING"
POWERS = {ReadingPurpose.FORM: Power.RECORD_REQUEST, ReadingPurpose.LOOKUP: Power.LOOKUP_RIGHT}
CITATION = "PDPA 19, 23"
_DIGITS = re.compile(r"[0-9]{13}")
_BIRTH = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}|")
_NAME_LENGTH, _ADDRESS_LENGTH = 100, 200
_FIELDS = frozenset(("cid", "title", "first", "middle", "last", "birth_date", "sex", "address"))


@dataclass(frozen=True)
class Asked:
    """A reading that waits for a card: its id, where it is read, and until when."""

    id: int
    workstation: str
    expires_at: datetime


@dataclass(frozen=True)
class Wanted:
    """What a bridge is told: the secret to answer with, who asks, and what for."""

    nonce: str
    officer: str
    purpose: ReadingPurpose


@dataclass(frozen=True)
class Taken:
    """How far a reading is: WAITING, READ with the person, or OVER."""

    state: str
    person: dict[str, str] | None = None


def desks(*, actor: Actor) -> list[tuple[int, str]]:
    """The approved workstations at which the actor may sit, by id and label."""
    with reading(actor.scope) as session:
        return [(desk.id, desk.label) for desk in _desks(session, actor)]


def ask(
    purpose: ReadingPurpose,
    *,
    consent: bool,
    workstation_id: int | None,
    actor: Actor,
    card_session_id: int | None = None,
) -> Asked:
    """Ask for the next visitor's card at the actor's workstation; an earlier wish of his is over.

    Of several it is the one at which the card of this very log-in is in (`card_session_id`).

    Raises NotAllowed('POWER_MISSING'), Refused('CONSENT_MISSING'), NotFound('NO_WORKSTATION'), BadInput('WHICH_WORKSTATION').
    """
    actor.require(POWERS[purpose])
    if not consent:
        raise Refused("CONSENT_MISSING", citation=CITATION)
    now, nonce = real_now(), secrets.token_urlsafe(32)
    with transaction(actor) as session:
        chosen = _chosen(session, actor, workstation_id, card_session_id)
        open_ = CardReading.user_id == actor.user_id, CardReading.taken_at.is_(None)
        session.execute(sa.update(CardReading).where(*open_).values(taken_at=now, person=None))
        wish = CardReading(
            nonce_hash=_mark(nonce), user_id=actor.user_id, workstation_id=chosen.id, agency_id=actor.agency_id,
            purpose=purpose, asked_at=now, expires_at=now + LIFETIME,
        )  # fmt: skip
        session.add(wish)
        session.flush()
        detail = {"workstation": chosen.wid, "purpose": purpose.value, "consent": True}
        record(session, actor, "ask_card_reading", "workstation", chosen.id, agency_id=actor.agency_id, detail=detail)
        return Asked(wish.id, chosen.label, wish.expires_at)


def take(reading_id: int, *, actor: Actor, hash_key: str) -> Taken:
    """What was read, once and in time; from then on it is nowhere any more. That it was seen is written down before.

    Raises NotFound('READING_NOT_FOUND') for what somebody else asked for.
    """
    with transaction(actor) as session:
        query = sa.select(CardReading).where(CardReading.id == reading_id)
        found = session.scalars(lock_rows(query, session)).first()
        if found is None or found.user_id != actor.user_id:
            raise NotFound("READING_NOT_FOUND")
        if found.taken_at is not None:
            return Taken("OVER")
        person = found.person
        if found.expires_at <= real_now():
            found.person, found.taken_at = None, real_now()
            return Taken("OVER")
        if person is None:
            return Taken("WAITING")
        row = {"person_hash": person_hash(person["cid"], hash_key), "answer": found.purpose.value}
        record_reads([row], actor=actor, purpose=PURPOSE)
        found.person, found.taken_at = None, real_now()
        return Taken("READ", person)


def give_up(reading_id: int, *, actor: Actor) -> None:
    """The officer does not wait any longer."""
    with transaction(actor) as session:
        mine = CardReading.id == reading_id, CardReading.user_id == actor.user_id, CardReading.taken_at.is_(None)
        session.execute(sa.update(CardReading).where(*mine).values(taken_at=real_now(), person=None))


def wanted(message: Any, *, door: Door) -> Wanted | None:
    """What a bridge is to read now, told to whoever holds the workstation's key; None when nobody asked.

    Each question makes a new secret, so that only the newest answer counts. Raises NotAllowed('CARD_REFUSED').
    """
    nonce = secrets.token_urlsafe(32)
    with transaction(door.actor) as session:
        workstation, _claims = card_doors.believed_desk(session, message, signatures.DESK, door)
        found = session.scalars(_open_at(workstation).order_by(CardReading.id.desc()).limit(1)).first()
        if found is None:
            return None
        found.nonce_hash = _mark(nonce)
        officer = session.get_one(PortalUser, found.user_id)
        return Wanted(nonce, f"{officer.first_name} {officer.last_name}".strip(), found.purpose)


def answer(message: Any, *, door: Door) -> None:
    """A bridge brings what it read; it counts once, in time, and from the very workstation.

    Raises NotAllowed('CARD_REFUSED') for all that is wrong; why stands in the audit.
    """
    with transaction(door.actor) as session:
        workstation, claims = card_doors.believed_desk(session, message, signatures.READING, door)
        nonce, person = claims.get("nonce"), _person(claims.get("person"), door)
        mark = _mark(nonce if isinstance(nonce, str) else "")
        found = session.scalars(_open_at(workstation).where(CardReading.nonce_hash == mark)).first()
        if found is not None and person is not None:
            found.person, found.read_at = person, real_now()
        else:
            reason = "READING_SHAPE" if person is None else "READING"
            detail = {"workstation": workstation.wid, "reason": reason}
            record(session, door.actor, "card_refused", "workstation", workstation.id, agency_id=workstation.agency_id,
                   detail=detail)  # fmt: skip
    if found is None or person is None:
        raise NotAllowed("CARD_REFUSED")


def _desks(session: Session, actor: Actor) -> list[Workstation]:
    query = (
        sa.select(Workstation)
        .join(WorkstationOfficer, WorkstationOfficer.workstation_id == Workstation.id)
        .where(WorkstationOfficer.user_id == actor.user_id, Workstation.state == WorkstationState.ACTIVE)
        .where(Workstation.agency_id == actor.agency_id)
        .order_by(Workstation.label, Workstation.id)
    )
    return list(session.scalars(query))


def _chosen(session: Session, actor: Actor, workstation_id: int | None, card_session_id: int | None) -> Workstation:
    """The workstation that is named; else the only one, or where this log-in's card is in. Who came by password says where."""
    found = [desk for desk in _desks(session, actor) if workstation_id in (None, desk.id)]
    if not found:
        raise NotFound("NO_WORKSTATION")
    if len(found) > 1:  # a card that is out has no log-in
        seat = session.scalar(sa.select(CardSession.workstation_id).where(CardSession.id == card_session_id))
        found = [desk for desk in found if desk.id == seat]
    if not found:
        raise BadInput("WHICH_WORKSTATION", field="workstation_id")
    return found[0]


def _open_at(workstation: Workstation) -> sa.Select[tuple[CardReading]]:
    return sa.select(CardReading).where(
        CardReading.workstation_id == workstation.id,
        CardReading.read_at.is_(None),
        CardReading.taken_at.is_(None),
        CardReading.expires_at > real_now(),
    )


def _mark(nonce: str) -> str:
    return signatures.hashed("reading\0" + nonce)


def _person(said: Any, door: Door) -> dict[str, str] | None:
    """What the bridge says of a person, where it has the form of a card; None for anything else."""
    if not isinstance(said, dict) or said.keys() != _FIELDS or not all(isinstance(word, str) for word in said.values()):
        return None
    cid = said["cid"]
    is_number = _DIGITS.fullmatch(cid) and check_digit(cid[:12]) == int(cid[12])
    is_made_up = cid[1:5] == card_doors.MADE_UP_OFFICE and not door.made_up_allowed
    short = all(len(said[name]) <= _NAME_LENGTH for name in ("title", "first", "middle", "last"))
    fits = (
        _BIRTH.fullmatch(said["birth_date"])
        and said["sex"] in ("M", "F", "")
        and len(said["address"]) <= _ADDRESS_LENGTH
    )
    printable = all(word.isprintable() for word in said.values())
    return dict(said) if is_number and not is_made_up and short and fits and printable else None
