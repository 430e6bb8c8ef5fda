"""Whose question a card bridge's is, before anybody counts it: a computer's only where its own key has signed."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION
from app.models.card import CardSession, Workstation, WorkstationState
from app.services import card_signatures as signatures
from app.services.transaction import reading


@dataclass(frozen=True)
class Caller:
    """An active workstation that signed what it asks, and whether this word ends a session that lives."""

    wid: str
    ends_session: bool


def caller(message: Any, kind: str, *, origin: str) -> Caller | None:
    """Who signed this message; None where nobody did, so that whoever only claims a name counts for himself."""
    read = signatures.read(message, kind)
    if read is None:
        return None
    with reading(NATION) as session:
        active = (Workstation.wid == read.wid, Workstation.state == WorkstationState.ACTIVE)
        found = session.scalars(sa.select(Workstation).where(*active)).first()
        claims = read.claims(found.public_key) if found else None
        if found is None or not claims or read.fault(claims) or claims["aud"] != origin:
            return None
        return Caller(found.wid, kind == signatures.PRESENCE and _ends_session(session, claims, found))


def _ends_session(session: Session, claims: dict[str, Any], workstation: Workstation) -> bool:
    """Whether it says that a card was pulled whose session lives; said again it ends nothing, and is counted."""
    csid, seq = claims.get("csid"), claims.get("seq")
    if claims.get("state") != "removed" or not isinstance(csid, str) or type(seq) is not int or not 0 < seq < 2**31:
        return False
    mine = (
        CardSession.csid_hash == signatures.hashed(csid),
        CardSession.workstation_id == workstation.id,
        CardSession.seq < seq,
        CardSession.ended_at.is_(None),
    )
    return session.scalar(sa.select(CardSession.id).where(*mine)) is not None
