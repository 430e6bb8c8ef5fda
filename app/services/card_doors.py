"""What a card bridge asks of the portal: a challenge, a login for what it signed, and word that the card is still in."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION, Actor, robot
from app.domain.clock import real_now
from app.domain.errors import NotAllowed
from app.domain.national_id import check_digit
from app.models.account import PortalUser
from app.models.card import (
    CardEnd,
    CardNonce,
    CardSession,
    CardTicket,
    OfficerCard,
    Workstation,
    WorkstationOfficer,
    WorkstationState,
)
from app.services import card_signatures as signatures
from app.services.appointments import appointed_of
from app.services.audit import record
from app.services.card_days import is_valid, was_issued
from app.services.sealing import seal
from app.services.transaction import reading, transaction
from app.services.workstations import end_card_sessions

NONCE_LIFETIME = timedelta(seconds=90)
TICKET_LIFETIME = timedelta(seconds=90)
CLOCK_TOLERANCE = 120
MADE_UP_OFFICE = "9901"
_NAME = "card-bridge"
_DIGITS = re.compile(r"[0-9]{13}")
_HASH = re.compile(r"[0-9a-f]{64}")
_CARD = frozenset(("hash", "issue", "expire"))
_WID = re.compile(r"ws_[0-9a-f]{20}")


@dataclass(frozen=True)
class Door:
    """Where the portal stands and what it may know: its own origin, its pepper, and whether made-up cards open it."""

    origin: str
    pepper: str
    made_up_allowed: bool
    address: str | None = None

    @property
    def actor(self) -> Actor:
        """Who writes the audit of what strangers' programs ask."""
        return Actor(robot(_NAME).name, NATION, address=self.address)


@dataclass(frozen=True)
class Challenge:
    """What a workstation is asked to sign, until when, and the portal's time."""

    nonce: str
    expires_at: datetime
    now: datetime


@dataclass(frozen=True)
class Accepted:
    """A card that opened the door: the ticket for the browser, the card session's secret, and the code to compare."""

    ticket: str
    csid: str
    code: str
    expires_at: datetime


class _No(Exception):
    """Why a signed word was not believed; the sentence goes to the audit and nowhere else."""


def challenge(wid: Any, *, door: Door) -> Challenge:
    """A fresh nonce for a workstation; one that nobody knows gets one too, which opens nothing.

    Raises NotAllowed('CARD_REFUSED') for what is no workstation's name.
    """
    nonce, now = secrets.token_urlsafe(32), real_now()
    if not isinstance(wid, str) or not _WID.fullmatch(wid):
        raise NotAllowed("CARD_REFUSED")
    with reading(NATION) as session:
        active = (Workstation.wid == wid, Workstation.state == WorkstationState.ACTIVE)
        known = session.scalar(sa.select(Workstation.id).where(*active))
    if known is not None:
        with transaction(door.actor) as session:
            session.add(CardNonce(nonce_hash=signatures.hashed(nonce), wid=wid, expires_at=now + NONCE_LIFETIME))
    return Challenge(nonce, now + NONCE_LIFETIME, now)


def accept(assertion: Any, *, door: Door) -> Accepted:
    """Open the door for a signed card, every check in its order; raises NotAllowed('CARD_REFUSED') for all that is wrong.

    Why stands in the audit. The nonce is spent whatever follows.
    """
    accepted, reason, wid, agency_id, user_id = None, "", None, None, None
    with transaction(door.actor) as session:
        try:
            message, workstation = _workstation(session, signatures.read(assertion, signatures.LOGIN))
            wid, agency_id = workstation.wid, workstation.agency_id
            claims = _believed(session, message, workstation, door)
            card = _card_of(session, claims["cid"], door)
            user_id = card.user_id
            _may_sit_here(session, card, workstation, door)
            _is_the_pinned_card(card, claims["card"], workstation, door)
            accepted = _open(session, card, workstation, seal(door.pepper, f"number {card.user_id}", claims["cid"]))
        except _No as no:
            reason = str(no)
        detail = {"workstation": wid} | ({"reason": reason} if reason else {})
        verb = "card_accepted" if accepted else "card_refused"
        record(session, door.actor, verb, "account", user_id, agency_id=agency_id, detail=detail)
    if accepted is None:
        raise NotAllowed("CARD_REFUSED")
    return accepted


def _workstation(session: Session, message: signatures.Message | None) -> tuple[signatures.Message, Workstation]:
    if message is None:
        raise _No("SHAPE")
    found = session.scalars(sa.select(Workstation).where(Workstation.wid == message.wid)).first()
    if found is None:
        raise _No("UNKNOWN_WORKSTATION")
    if found.state is not WorkstationState.ACTIVE:
        raise _No("WORKSTATION_" + found.state)
    return message, found


def _signed(message: signatures.Message, workstation: Workstation, door: Door) -> dict[str, Any]:
    claims = message.claims(workstation.public_key)
    if claims is None:
        raise _No("SIGNATURE")
    if fault := message.fault(claims):
        raise _No(fault)
    if claims.get("aud") != door.origin:
        raise _No("AUDIENCE")
    return claims


def _believed(session: Session, message: signatures.Message, workstation: Workstation, door: Door) -> dict[str, Any]:
    claims = _signed(message, workstation, door)
    nonce, now = claims.get("nonce"), real_now()
    mine = (
        CardNonce.nonce_hash == signatures.hashed(nonce if isinstance(nonce, str) else ""),
        CardNonce.wid == workstation.wid,
        CardNonce.used_at.is_(None),
        CardNonce.expires_at > now,
    )
    spent: Any = session.execute(sa.update(CardNonce).where(*mine).values(used_at=now))
    if spent.rowcount != 1:
        raise _No("NONCE")
    issued_at = claims.get("iat")
    if type(issued_at) is not int or abs(issued_at - int(now.timestamp())) > CLOCK_TOLERANCE:
        raise _No("CLOCK")
    cid, card = claims.get("cid"), claims.get("card")
    if not isinstance(cid, str) or not _DIGITS.fullmatch(cid) or check_digit(cid[:12]) != int(cid[12]):
        raise _No("CARD_NUMBER")
    if not isinstance(card, dict) or card.keys() != _CARD or not _HASH.fullmatch(str(card["hash"])):
        raise _No("CARD_SHAPE")
    return claims


def _card_of(session: Session, cid: str, door: Door) -> OfficerCard:
    if cid[1:5] == MADE_UP_OFFICE and not door.made_up_allowed:
        raise _No("MADE_UP_CARD")
    sealed = signatures.sealed(door.pepper, "cid", cid)
    found = session.scalars(sa.select(OfficerCard).where(OfficerCard.cid_hash == sealed)).first()
    if found is None:
        raise _No("UNKNOWN_CARD")
    return found


def _may_sit_here(session: Session, card: OfficerCard, workstation: Workstation, door: Door) -> None:
    user = session.get_one(PortalUser, card.user_id)
    if not user.active or (user.is_demo and not door.made_up_allowed):
        raise _No("ACCOUNT")
    if user.agency_id != workstation.agency_id or not appointed_of(session, [user]):
        raise _No("APPOINTMENT")
    assigned = sa.select(WorkstationOfficer.user_id).where(
        WorkstationOfficer.workstation_id == workstation.id, WorkstationOfficer.user_id == user.id
    )
    if session.scalar(assigned) is None:
        raise _No("NOT_ASSIGNED")


def _is_the_pinned_card(card: OfficerCard, shown: dict[str, Any], workstation: Workstation, door: Door) -> None:
    issue, expire = shown["issue"], shown["expire"]
    if not is_valid(expire):
        raise _No("CARD_EXPIRED")
    if not was_issued(issue):
        raise _No("CARD_ISSUE")
    # The days are sealed with the hash, so that the key of a computer alone makes no old card young.
    sealed = signatures.sealed(door.pepper, "card", str(shown["hash"]), issue, expire)
    if card.card_hash == signatures.sealed(door.pepper, "card", str(shown["hash"])):
        card.card_hash = sealed  # confirmed before the days were sealed
    if card.card_hash != sealed:
        # The registrar confirms it with the officer present (officer_cards.confirm_card).
        card.shown_hash, card.shown_at, card.shown_by_id = sealed, real_now(), workstation.id
        raise _No("OTHER_CARD" if card.card_hash else "CARD_NOT_CONFIRMED")
    if card.locked_until is not None and card.locked_until > real_now():
        raise _No("LOCKED")


def _open(session: Session, card: OfficerCard, workstation: Workstation, number: str) -> Accepted:
    now = real_now()
    end_card_sessions(session, CardSession.user_id == card.user_id, CardEnd.PUT_IN_ANEW)
    accepted = Accepted(
        secrets.token_urlsafe(32), secrets.token_urlsafe(32), str(10 + secrets.randbelow(90)), now + TICKET_LIFETIME
    )
    opened = CardSession(
        csid_hash=signatures.hashed(accepted.csid), user_id=card.user_id, workstation_id=workstation.id, created_at=now,
        last_seen_at=now, number=number,
    )  # fmt: skip
    session.add(opened)
    session.flush()
    session.add(
        CardTicket(
            ticket_hash=signatures.hashed(accepted.ticket), card_session_id=opened.id, code=accepted.code,
            expires_at=accepted.expires_at,
        )
    )  # fmt: skip
    return accepted


def hear(message: Any, *, door: Door) -> bool:
    """Word from a bridge: the card is still in, or was pulled, which ends everything that it opened; True while it lives.

    Raises NotAllowed('CARD_REFUSED') for what is unsigned, repeated, or about a session that has ended.
    """
    reason = ""
    with transaction(door.actor) as session:
        try:
            read, workstation = _workstation(session, signatures.read(message, signatures.PRESENCE))
            claims = _signed(read, workstation, door)
            return _noted(session, claims, workstation, door)
        except _No as no:
            reason = str(no)
        record(session, door.actor, "presence_refused", "workstation", None, detail={"reason": reason})
    raise NotAllowed("CARD_REFUSED")


def _noted(session: Session, claims: dict[str, Any], workstation: Workstation, door: Door) -> bool:
    seq, state, csid = claims.get("seq"), claims.get("state"), claims.get("csid")
    if type(seq) is not int or not 0 < seq < 2**31 or state not in ("present", "removed") or not isinstance(csid, str):
        raise _No("PRESENCE_SHAPE")
    mine = (
        CardSession.csid_hash == signatures.hashed(csid),
        CardSession.workstation_id == workstation.id,
        CardSession.seq < seq,
        CardSession.ended_at.is_(None),
    )
    heard: Any = session.execute(sa.update(CardSession).where(*mine).values(seq=seq, last_seen_at=real_now()))
    if heard.rowcount != 1:
        raise _No("PRESENCE")
    if state == "removed":
        found = CardSession.csid_hash == signatures.hashed(csid)
        user_id = session.scalar(sa.select(CardSession.user_id).where(found))
        end_card_sessions(session, found, CardEnd.PULLED)
        detail = {"workstation": workstation.wid}
        record(session, door.actor, "card_removed", "account", user_id, agency_id=workstation.agency_id, detail=detail)
    return bool(state == "present")


def believed_desk(session: Session, message: Any, kind: str, door: Door) -> tuple[Workstation, dict[str, Any]]:
    """Which active workstation says what in a message of this kind; raises NotAllowed('CARD_REFUSED') for anything else."""
    try:
        read, workstation = _workstation(session, signatures.read(message, kind))
        return workstation, _signed(read, workstation, door)
    except _No as no:
        raise NotAllowed("CARD_REFUSED", reason=str(no)) from no


def state_of(message: Any, *, door: Door) -> WorkstationState:
    """How far a workstation has come, told to whoever holds its key; raises NotAllowed('CARD_REFUSED') for anybody else."""
    read = signatures.read(message, signatures.DESK)
    with reading(NATION) as session:
        found = session.scalars(sa.select(Workstation).where(Workstation.wid == (read.wid if read else ""))).first()
    claims = read.claims(found.public_key) if read and found else None
    if read is None or found is None or not claims or read.fault(claims) or claims["aud"] != door.origin:
        raise NotAllowed("CARD_REFUSED")
    return found.state
