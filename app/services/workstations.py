"""Workstations: enrolled by a one-time code, approved by a second person who compared the fingerprint, assigned, revoked."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION, Actor, robot
from app.domain.clock import real_now
from app.domain.errors import BadInput, Conflict, NotAllowed, NotFound, WrongState
from app.domain.powers import Power
from app.models.account import PortalUser, UserSession
from app.models.agency import Agency
from app.models.card import CardEnd, CardSession, Workstation, WorkstationCode, WorkstationOfficer, WorkstationState
from app.models.database import db
from app.models.dialects import lock_rows
from app.services import card_signatures as signatures
from app.services.agencies import find_by_code
from app.services.audit import record
from app.services.officer_reach import officer_in_reach
from app.services.officers import officer_names
from app.services.transaction import transaction

CODE_LIFETIME = timedelta(minutes=10)
LABEL_LENGTH = 80
MOST_SHOWN = 200
_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is read for another
_ROBOT = robot("workstations", NATION)


def one_time_code() -> str:
    """Ten signs that can be read aloud; 50 bits, which ten minutes and the limiter suffice for."""
    return "".join(secrets.choice(_SIGNS) for _ in range(10))


def issue_code(label: str, *, actor: Actor, agency_code: str | None = None) -> str:
    """A code that enrols one computer of the actor's agency within ten minutes; an administrator names the agency.

    Raises NotAllowed('POWER_MISSING'), BadInput('REQUIRED', 'TOO_LONG'), NotFound('AGENCY_NOT_FOUND').
    """
    actor.require(Power.MANAGE_CARDS)
    label = label.strip()
    if not label or len(label) > LABEL_LENGTH:
        raise BadInput("TOO_LONG" if label else "REQUIRED", field="label", longest=LABEL_LENGTH)
    code, now = one_time_code(), real_now()
    with transaction(actor) as session:
        agency_id = actor.agency_id
        if agency_id is None and agency_code:
            agency_id = find_by_code(session, agency_code, field="agency_code").id
        session.add(
            WorkstationCode(
                code_hash=signatures.hashed(code), label=label, agency_id=agency_id, issued_by_id=actor.user_id,
                created_at=now, expires_at=now + CODE_LIFETIME,
            )
        )  # fmt: skip
        record(session, actor, "issue_workstation_code", "workstation", None, agency_id=agency_id)
    return code


def enrol(code: Any, public_key: Any, proof: Any, *, origin: str, address: str | None) -> Workstation:
    """Take the key that a computer made, for the code that its user typed; it waits for the second person.

    Raises NotAllowed('CARD_REFUSED') for everything that is wrong; the reason stands in the audit.
    """
    reason, found = "", None
    with transaction(_at(address)) as session:
        key = signatures.unpacked(public_key) if isinstance(public_key, str) else None
        typed = code.strip().upper() if isinstance(code, str) else ""
        reason = _unproven(key, public_key, typed, proof, origin)
        issued = None if reason else _claimed(session, typed)
        reason = reason or ("" if issued else "CODE")
        wid = signatures.wid_of(key) if key else None
        if not reason and session.scalar(sa.select(Workstation.id).where(Workstation.wid == wid)):
            reason = "KNOWN_KEY"
        if issued and not reason:
            found = Workstation(
                wid=wid, label=issued.label, public_key=public_key, agency_id=issued.agency_id,
                issued_by_id=issued.issued_by_id, enrolled_at=real_now(),
            )  # fmt: skip
            session.add(found)
            session.flush()
        verb = "enrol_workstation" if found else "card_refused"
        told = {"reason": reason} if reason else None
        agency_id = found.agency_id if found else None
        record(session, _at(address), verb, "workstation", wid, agency_id=agency_id, detail=told)
    if found is None:
        raise NotAllowed("CARD_REFUSED")
    return found


def _at(address: str | None) -> Actor:
    return Actor(_ROBOT.name, NATION, address=address)


def _unproven(key: bytes | None, public_key: str, code: str, proof: Any, origin: str) -> str:
    if key is None or len(key) != signatures.KEY_BYTES:
        return "KEY"
    message = signatures.read(proof, signatures.ENROL)
    said = message.claims(public_key) if message and message.wid == signatures.wid_of(key) else None
    if message is None or said is None:
        return "SIGNATURE"
    if fault := message.fault(said):
        return fault
    if said.get("aud") != origin:
        return "AUDIENCE"
    return "" if said.get("code") == signatures.hashed(code) else "CODE"


def _claimed(session: Session, code: str) -> WorkstationCode | None:
    now, key = real_now(), signatures.hashed(code)
    live = (
        WorkstationCode.code_hash == key,
        WorkstationCode.used_at.is_(None),
        WorkstationCode.expires_at > now,
    )
    used: Any = session.execute(sa.update(WorkstationCode).where(*live).values(used_at=now))
    return session.get(WorkstationCode, key) if used.rowcount == 1 else None


def approve(workstation_id: int, version: int, *, actor: Actor) -> None:
    """Let a computer in whose fingerprint the actor compared; never by whoever issued its code.

    Raises NotFound('WORKSTATION_NOT_FOUND'), NotAllowed('SECOND_PERSON'), WrongState('WORKSTATION_STATE').
    """
    with _changing(workstation_id, version, actor) as (session, found):
        if found.state is not WorkstationState.PENDING:
            raise WrongState("WORKSTATION_STATE")
        if found.issued_by_id == actor.user_id:
            raise NotAllowed("SECOND_PERSON", citation="decisions 6")
        found.state, found.approved_by_id, found.approved_at = WorkstationState.ACTIVE, actor.user_id, real_now()
        record(session, actor, "approve_workstation", "workstation", found.wid, agency_id=found.agency_id)


def revoke(workstation_id: int, version: int, *, actor: Actor) -> None:
    """Shut a computer out for good and end at once every session that was opened at it."""
    with _changing(workstation_id, version, actor) as (session, found):
        if found.state is WorkstationState.REVOKED:
            raise WrongState("WORKSTATION_STATE")
        found.state, found.revoked_by_id, found.revoked_at = WorkstationState.REVOKED, actor.user_id, real_now()
        end_card_sessions(session, CardSession.workstation_id == found.id)
        record(session, actor, "revoke_workstation", "workstation", found.wid, agency_id=found.agency_id)


def assign(workstation_id: int, user_ids: Sequence[int], version: int, *, actor: Actor) -> None:
    """Say who may log in by card at a computer: exactly these officers of its agency; others' sessions there end.

    Raises NotFound('ACCOUNT_NOT_FOUND') for an officer out of reach or of another agency.
    """
    with _changing(workstation_id, version, actor) as (session, found):
        wanted = set(user_ids)
        for user_id in wanted:
            if officer_in_reach(session, user_id, actor).agency_id != found.agency_id:
                raise NotFound("ACCOUNT_NOT_FOUND")
        mine = WorkstationOfficer.workstation_id == found.id
        before = set(session.scalars(sa.select(WorkstationOfficer.user_id).where(mine)))
        session.execute(sa.delete(WorkstationOfficer).where(mine, WorkstationOfficer.user_id.in_(before - wanted)))
        here = CardSession.workstation_id == found.id
        end_card_sessions(session, sa.and_(here, CardSession.user_id.in_(before - wanted)))
        for user_id in sorted(wanted - before):
            session.add(
                WorkstationOfficer(
                    workstation_id=found.id, user_id=user_id, agency_id=found.agency_id, assigned_by_id=actor.user_id,
                    assigned_at=real_now(),
                )
            )  # fmt: skip
        detail = {"officers": sorted(wanted)}
        record(session, actor, "assign_officers", "workstation", found.wid, agency_id=found.agency_id, detail=detail)


@contextmanager
def _changing(workstation_id: int, version: int, actor: Actor) -> Iterator[tuple[Session, Workstation]]:
    actor.require(Power.MANAGE_CARDS)
    with transaction(actor) as session:
        query = sa.select(Workstation).where(Workstation.id == workstation_id)
        found = session.scalars(lock_rows(query, session)).first()
        if found is None:
            raise NotFound("WORKSTATION_NOT_FOUND")
        if found.version != version:
            raise Conflict("STALE")
        yield session, found
        sa.orm.attributes.flag_modified(found, "label")  # a new version, though only other rows may have changed


def end_card_sessions(session: Session, condition: sa.ColumnElement[bool], why: CardEnd = CardEnd.SHUT) -> None:
    """End card sessions, and the browser sessions that they opened, within the caller's transaction."""
    now = real_now()
    ids = list(session.scalars(sa.select(CardSession.id).where(condition, CardSession.ended_at.is_(None))))
    if ids:
        values = {"ended_at": now, "ended_because": why, "number": None}
        session.execute(sa.update(CardSession).where(CardSession.id.in_(ids)).values(values))
        opened = UserSession.card_session_id.in_(ids), UserSession.revoked_at.is_(None)
        session.execute(sa.update(UserSession).where(*opened).values(revoked_at=now))


@dataclass(frozen=True)
class Desk:
    """A workstation as people see it."""

    id: int
    wid: str
    label: str
    agency: str
    state: WorkstationState
    fingerprint: str
    issued_by: str
    enrolled_at: datetime
    approved_by: str
    last_seen_at: datetime | None
    version: int
    own_code: bool
    assigned: frozenset[int]
    agency_id: int | None


def listed(*, actor: Actor, workstation_id: int | None = None) -> list[Desk]:
    """The workstations in the actor's scope, those that wait first; or the one with this id."""
    actor.require(Power.MANAGE_CARDS)
    session = db.session
    query = sa.select(Workstation).order_by(
        sa.case((Workstation.state == WorkstationState.PENDING, 0), (Workstation.state == WorkstationState.ACTIVE, 1), else_=2),
        Workstation.label, Workstation.id,
    )  # fmt: skip
    if workstation_id is not None:
        query = query.where(Workstation.id == workstation_id)
    rows = list(session.scalars(query.limit(MOST_SHOWN)))
    ids = [row.id for row in rows]
    names = officer_names(session(), [who for row in rows for who in (row.issued_by_id, row.approved_by_id)])
    agencies = dict(
        session.execute(sa.select(Agency.id, Agency.name_th).where(Agency.id.in_({r.agency_id for r in rows}))).all()
    )
    seen = sa.select(CardSession.workstation_id, sa.func.max(CardSession.last_seen_at)).group_by(
        CardSession.workstation_id
    )
    last_seen = dict(session.execute(seen.where(CardSession.workstation_id.in_(ids))).all())
    assigned: dict[int, set[int]] = {}
    pairs = sa.select(WorkstationOfficer.workstation_id, WorkstationOfficer.user_id)
    for at, who in session.execute(pairs.where(WorkstationOfficer.workstation_id.in_(ids))):
        assigned.setdefault(at, set()).add(who)
    return [
        Desk(
            row.id, row.wid, row.label, agencies.get(row.agency_id, ""), row.state,
            signatures.fingerprint(row.public_key), names.get(row.issued_by_id, ""), row.enrolled_at,
            names.get(row.approved_by_id, ""), last_seen.get(row.id), row.version, row.issued_by_id == actor.user_id,
            frozenset(assigned.get(row.id, ())), row.agency_id,
        )
        for row in rows
    ]  # fmt: skip


def officers_of(agency_id: int | None, *, actor: Actor) -> list[PortalUser]:
    """The active officers of an agency, or of the NHSO's own desks for None, by name."""
    actor.require(Power.MANAGE_CARDS)
    query = sa.select(PortalUser).where(PortalUser.active, PortalUser.agency_id == agency_id)
    return list(db.session.scalars(query.order_by(PortalUser.first_name, PortalUser.id).limit(MOST_SHOWN)))
