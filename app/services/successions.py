"""การรับช่วงหน่วยงาน: one agency takes another's place with all its rights; proposed by one NHSO officer, approved by another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, Conflict, InvalidForm, NotAllowed, NotFound, PortalError, Refused, WrongState
from app.domain.people import OPEN_STATUSES, PersonnelType, Relation, RequestStatus, SuccessionState
from app.domain.powers import Power
from app.domain.thai_calendar import to_arabic_digits
from app.models.account import PortalUser
from app.models.agency import Agency
from app.models.change_request import ChangeRequest, Proposal
from app.models.dialects import lock_rows
from app.models.entitlement import Entitlement
from app.models.succession import Succession
from app.services import agency_upgrades
from app.services.agencies import find_by_code
from app.services.agency_ends import going_over
from app.services.audit import record as audit
from app.services.change_requests import checked_reason
from app.services.clock import business_now
from app.services.transaction import reading, transaction

CITATION = "spec 2.3"
OPEN = (SuccessionState.PROPOSED, SuccessionState.APPROVED)
FARTHEST = timedelta(days=366)
MOST = 100


@dataclass(frozen=True)
class Foreseen:
    """What a succession would carry over and what stands against it; `refusals` is empty where nothing does.

    Of an agency that only changes its type `officials` have a service of another name, and nobody else is touched.
    """

    agency: Agency
    successor: Agency
    starts_on: date
    officials: int
    family: int
    executives: int
    suspended: int
    open_requests: int
    officers: int
    refusals: Sequence[PortalError] = ()
    new_code: str | None = None
    new_name: str | None = None


def foresee(
    agency_code: str, successor_code: str, starts_on: date | None, new_name: str = "", *, actor: Actor
) -> Foreseen:
    """The preview with its counts; writes nothing. With `new_name` the agency keeps its row and `successor_code` is its new one.

    Raises NotAllowed, NotFound('AGENCY_NOT_FOUND'), BadInput('REQUIRED').
    """
    actor.require(Power.MANAGE_AGENCIES)
    asked = _Asked(agency_code, successor_code, starts_on, new_name.strip())
    with reading(actor.scope) as session:
        return _foreseen(session, asked, bangkok_day(business_now(session)), None)


def propose(
    agency_code: str, successor_code: str, starts_on: date | None, text: str, new_name: str = "", *, actor: Actor
) -> int:
    """Ask for it, or take up what the Department's list names; another officer decides. Raises InvalidForm with all refusals."""
    actor.require(Power.MANAGE_AGENCIES)
    reason = checked_reason(text)[:500]
    with transaction(actor) as session:
        now = business_now(session)
        listed = session.scalars(
            sa.select(Succession)
            .join(Agency, Agency.id == Succession.agency_id)
            .where(Agency.dla_code == agency_code.strip(), Succession.state == SuccessionState.PROPOSED)
            .where(Succession.proposed_by_id.is_(None))
        ).first()
        asked = _Asked(agency_code, successor_code, starts_on, new_name.strip())
        found = _foreseen(session, asked, bangkok_day(now), listed)
        if found.refusals:
            raise InvalidForm(list(found.refusals))
        row = listed or Succession(state=SuccessionState.PROPOSED, agency_id=found.agency.id, counts={}, passes=0)
        row.successor_id, row.starts_on, row.text = found.successor.id, found.starts_on, reason
        row.new_code, row.new_name = found.new_code, found.new_name
        row.old_code = found.agency.dla_code if found.new_code is not None else None
        row.proposed_by_id, row.proposed_at = actor.user_id, now
        session.add(row)
        session.flush()
        audit(session, actor, "propose_succession", "succession", row.id, agency_id=row.agency_id,
              detail={"successor": row.new_code or row.successor_id, "from": str(row.starts_on)})  # fmt: skip
        return row.id


def approve(succession_id: int, *, seen_version: int, actor: Actor) -> None:
    """Let it come to pass from its day on: the agency ends there, and its successor is known from now on.

    Raises NotAllowed('FOUR_EYES') for who proposed it, WrongState('SUCCESSION_DECIDED'), Conflict('STALE'), InvalidForm.
    """
    actor.require(Power.MANAGE_AGENCIES)
    with transaction(actor) as session:
        row = _held(session, succession_id)
        if row.state is not SuccessionState.PROPOSED or row.proposed_by_id is None:
            raise WrongState("SUCCESSION_DECIDED", status=row.state)
        if row.version != seen_version:
            raise Conflict("STALE")
        if actor.user_id is None or row.proposed_by_id == actor.user_id:
            raise NotAllowed("FOUR_EYES", citation="spec 7, Q19")
        now = business_now(session)
        agency, successor = session.get_one(Agency, row.agency_id), session.get_one(Agency, row.successor_id)
        asked = _Asked(agency.dla_code, row.new_code or successor.dla_code, row.starts_on, row.new_name or "")
        found = _foreseen(session, asked, bangkok_day(now), row)
        if found.refusals:
            raise InvalidForm(list(found.refusals))
        if row.new_code is None:
            agency.valid_until, agency.successor_agency_id = row.starts_on, successor.id
        row.state, row.decided_by_id, row.decided_at = SuccessionState.APPROVED, actor.user_id, now
        audit(session, actor, "approve_succession", "succession", row.id, agency_id=row.agency_id,
              detail={"officials": found.officials, "family": found.family})  # fmt: skip


def withdraw(succession_id: int, *, actor: Actor) -> None:
    """Give it up before it is approved. Raises NotFound, WrongState('SUCCESSION_DECIDED')."""
    actor.require(Power.MANAGE_AGENCIES)
    with transaction(actor) as session:
        row = _held(session, succession_id)
        if row.state is not SuccessionState.PROPOSED:
            raise WrongState("SUCCESSION_DECIDED", status=row.state)
        row.state = SuccessionState.WITHDRAWN
        audit(session, actor, "withdraw_succession", "succession", row.id, agency_id=row.agency_id)


def listed(*, actor: Actor) -> list[Succession]:
    """All of them, those under way first, then the newest. Raises NotAllowed('POWER_MISSING')."""
    actor.require(Power.MANAGE_AGENCIES)
    with reading(actor.scope) as session:
        return list(session.scalars(_all().limit(MOST)))


def concerning(*, actor: Actor) -> list[Succession]:
    """Those approved ones, not over for long, that the officers of the actor's agency must know of: as old one or successor."""
    if actor.agency_id is None:
        return []
    with reading(actor.scope) as session:
        since = business_now(session) - timedelta(days=30)
        mine = sa.or_(Succession.agency_id == actor.agency_id, Succession.successor_id == actor.agency_id)
        told = sa.or_(Succession.state == SuccessionState.APPROVED, Succession.done_at > since)
        return list(session.scalars(_all().where(mine, told, Succession.state.in_((*OPEN[1:], SuccessionState.DONE)))))


def _all() -> sa.Select[tuple[Succession]]:
    query = sa.select(Succession).options(joinedload(Succession.agency), joinedload(Succession.successor))
    return query.order_by(Succession.state.not_in(OPEN), Succession.id.desc())


def _held(session: Session, succession_id: int) -> Succession:
    query = sa.select(Succession).where(Succession.id == succession_id)
    found = session.scalars(lock_rows(query, session)).one_or_none() if 0 < succession_id < 2**31 else None
    if found is None:
        raise NotFound("SUCCESSION_NOT_FOUND")
    return found


@dataclass(frozen=True)
class _Asked:
    """Which agency, by whom it is succeeded, from when; with `new_name` it becomes one of another type itself."""

    agency_code: str
    successor_code: str
    starts_on: date | None
    new_name: str = ""


def _foreseen(session: Session, asked: _Asked, today: date, mine: Succession | None) -> Foreseen:
    agency = find_by_code(session, asked.agency_code, field="agency_code")
    if asked.starts_on is None:
        raise BadInput("REQUIRED", field="starts_on")
    if asked.new_name:
        return _foreseen_upgrade(session, agency, asked, asked.starts_on, today, mine)
    successor = find_by_code(session, asked.successor_code, field="successor_code")
    starts_on = asked.starts_on
    count = sa.select(sa.func.count(Entitlement.id)).where(*going_over(agency.id, starts_on))
    own = Entitlement.relation == Relation.SELF
    heads = Entitlement.personnel_type == PersonnelType.POLITICAL_EXECUTIVE
    away = sa.select(sa.func.count(Entitlement.id)).where(
        Entitlement.agency_id == agency.id, own, sa.not_(Entitlement.voided), Entitlement.suspended,
        Entitlement.suspended_until.is_(None),
    )  # fmt: skip
    executives = session.scalar(count.where(own, heads)) or 0
    suspended = session.scalar(away) or 0
    return Foreseen(
        agency, successor, starts_on, (session.scalar(count.where(own)) or 0) - executives,
        session.scalar(count.where(sa.not_(own))) or 0, executives, suspended,
        _waiting(session, ChangeRequest.agency_id == agency.id), _officers(session, agency),
        _refusals(session, agency, successor, starts_on, today, suspended, mine),
    )  # fmt: skip


def _foreseen_upgrade(
    session: Session, agency: Agency, asked: _Asked, starts_on: date, today: date, mine: Succession | None
) -> Foreseen:
    """What it means for an agency to become one of another type: names of services, and an office that ends."""
    code = to_arabic_digits(asked.successor_code).strip()
    kind = agency_upgrades.type_of(code)
    officials = executives = waits = 0
    if kind is not None:
        count = sa.select(sa.func.count(Entitlement.id))
        officials = session.scalar(count.where(*agency_upgrades.renamed(agency.id, kind, starts_on))) or 0
        if agency_upgrades.OFFICERS[kind] is not agency_upgrades.OFFICERS[agency.agency_type]:
            executives = session.scalar(count.where(*agency_upgrades.offices(agency.id, starts_on))) or 0
        waits = _waiting(session, *agency_upgrades.waiting(agency.id, kind))
    refused = agency_upgrades.refusals(session, agency, code, asked.new_name)
    refused += _refusals(session, agency, None, starts_on, today, 0, mine)
    return Foreseen(
        agency, agency, starts_on, officials, 0, executives, 0, waits, _officers(session, agency), refused, code,
        asked.new_name,
    )  # fmt: skip


def _waiting(session: Session, *whose: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count(ChangeRequest.id)).join(Proposal, Proposal.request_id == ChangeRequest.id)
    query = query.where(*whose, ChangeRequest.status.in_(OPEN_STATUSES), ChangeRequest.status != RequestStatus.APPROVED)
    return session.scalar(query) or 0


def _officers(session: Session, agency: Agency) -> int:
    query = sa.select(sa.func.count(PortalUser.id)).where(PortalUser.agency_id == agency.id)
    return session.scalar(query.where(PortalUser.active.is_(True))) or 0


def _refusals(
    session: Session,
    agency: Agency,
    successor: Agency | None,
    starts_on: date,
    today: date,
    suspended: int,
    mine: Succession | None,
) -> list[PortalError]:
    """What forbids it; without a `successor` the agency only changes its type."""
    found: list[PortalError] = []
    if successor is not None and agency.id == successor.id:
        return [BadInput("SUCCESSOR_ITSELF", field="successor_code")]
    if agency.valid_until is not None:
        found.append(Refused("AGENCY_CLOSED", citation=CITATION, field="agency_code"))
    if successor is not None and (successor.valid_until is not None or successor.valid_from > starts_on):
        found.append(Refused("SUCCESSOR_CLOSED", citation=CITATION, field="successor_code"))
    if starts_on <= agency.valid_from:
        found.append(BadInput("PERIOD_EMPTY", field="starts_on"))
    if starts_on > today + FARTHEST:
        found.append(BadInput("DATE_TOO_FAR", field="starts_on", date=starts_on))
    if starts_on < today - FARTHEST:
        found.append(BadInput("DATE_TOO_LONG_AGO", field="starts_on", date=starts_on, days=FARTHEST.days))
    both = [agency.id] if successor is None else [agency.id, successor.id]
    chain = sa.select(Succession.id).where(
        Succession.state.in_(OPEN), Succession.id != (mine.id if mine is not None and mine.id else 0),
        sa.or_(Succession.agency_id.in_(both), Succession.successor_id == agency.id),
    )  # fmt: skip
    if session.scalar(chain.limit(1)) is not None:
        found.append(Refused("SUCCESSION_OPEN", citation=CITATION, field="agency_code"))
    if suspended:
        found.append(Refused("SUSPENDED_REMAIN", citation="spec 3.8", field="agency_code", count=suspended))
    return found
