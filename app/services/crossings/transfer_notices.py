"""What the two agencies of a transfer may know of each other: who takes whom over when, and what the old one says to it."""

import functools
import operator
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION, Actor
from app.domain.people import Relation, RequestStatus, RequestType, SuccessionState, TerminationReason
from app.domain.powers import Power
from app.models.agency import Agency
from app.models.change_request import ChangeRequest, Proposal, TransferExclusion, TransferNotice
from app.models.entitlement import Entitlement
from app.models.notice import AgencyNotice
from app.models.person import Person
from app.models.succession import Succession
from app.services.transaction import reading, widened

MOST = 100


@dataclass(frozen=True)
class NoticeLine:
    """An official of one's own who is taken over: by whom, from when, how far that is, and one's own objection."""

    request_id: int
    person_id: int
    full_name: str
    destination: str
    starts_on: date | None
    status: RequestStatus
    told_at: datetime
    objection: str | None
    cancelled: tuple[str, ...] = ()  # the numbers of own requests that the move cancelled

    @property
    def can_object(self) -> bool:
        """Whether a word could still reach the new registrar."""
        return self.objection is None and self.status is RequestStatus.PENDING_APPROVAL


@dataclass(frozen=True)
class SourceSide:
    """What the new registrar sees of the old agency: its name, its objection, and who stays behind and why."""

    agency_name: str
    objection: str | None
    objected_at: datetime | None
    left_behind: tuple[tuple[str, str], ...]  # name and reason


class _Move(NamedTuple):
    """A transfer away as the agency that is left may know it; `carried_at` is None before its round."""

    status: RequestStatus
    starts_on: date | None
    destination: str
    carried_at: datetime | None
    person: Person


def notices(*, actor: Actor) -> list[NoticeLine]:
    """The transfers away from the actor's agency, the newest first, at most MOST. Raises NotAllowed('POWER_MISSING')."""
    actor.require(Power.RECORD_REQUEST)
    with reading(actor.scope) as session:
        mine = session.scalars(
            sa.select(TransferNotice)
            .where(TransferNotice.agency_id == actor.agency_id)
            .order_by(TransferNotice.told_at.desc(), TransferNotice.request_id.desc())
            .limit(MOST)
        ).all()
        with widened(session) as wide:
            told = _told(wide, [notice.request_id for notice in mine])
        gone = _cancelled(session, told.values())
    lines = []
    for notice in mine:
        status, starts_on, agency, carried_at, person = told[notice.request_id]
        lines.append(
            NoticeLine(
                notice.request_id, person.id, person.full_name, agency, starts_on, status, notice.told_at, notice.objection,
                tuple(gone.get((person.national_id, carried_at), ())),
            )
        )  # fmt: skip
    return lines


def count_notices(*, actor: Actor) -> int:
    """Transfers away that wait for the new registrar without an own word to them, and notices that nobody has noted yet."""
    transfers = (
        sa.select(sa.func.count())
        .select_from(TransferNotice)
        .join(ChangeRequest, ChangeRequest.id == TransferNotice.request_id)
        .where(TransferNotice.agency_id == actor.agency_id, TransferNotice.objected_at.is_(None))
        .where(ChangeRequest.status == RequestStatus.PENDING_APPROVAL)
    )
    told = sa.select(sa.func.count(AgencyNotice.id)).where(
        AgencyNotice.agency_id == actor.agency_id, AgencyNotice.noted_at.is_(None)
    )
    successions = sa.select(sa.func.count(Succession.id)).where(
        Succession.state == SuccessionState.APPROVED,
        sa.or_(Succession.agency_id == actor.agency_id, Succession.successor_id == actor.agency_id),
    )
    counts = (one.scalar_subquery() for one in (transfers, told, successions))
    # Of its own, not on another's transaction: a savepoint and its end would be two statements more on every page.
    with reading(NATION) as wide:
        return wide.execute(sa.select(functools.reduce(operator.add, counts))).scalar_one()


def still_waits(session: Session, request_id: int) -> bool:
    """Whether the new registrar has yet to decide a transfer."""
    with widened(session) as wide:
        query = sa.select(ChangeRequest.status).where(ChangeRequest.id == request_id)
        return wide.scalar(query) is RequestStatus.PENDING_APPROVAL


def source_side(session: Session, request: ChangeRequest) -> SourceSide | None:
    """For the registrar who decides this transfer of a principal; None for any other request."""
    with widened(session) as wide:
        notice = wide.get(TransferNotice, request.id)
        if notice is None:
            return None
        name = wide.scalar(sa.select(Agency.name_th).where(Agency.id == notice.agency_id)) or ""
        query = (
            sa.select(Person, TransferExclusion.reason)
            .join(Entitlement, Entitlement.person_id == Person.id)
            .join(TransferExclusion, TransferExclusion.entitlement_id == Entitlement.id)
            .where(TransferExclusion.request_id == request.id)
            .order_by(TransferExclusion.entitlement_id)
        )
        left = tuple((person.full_name, reason) for person, reason in wide.execute(query))
        return SourceSide(name, notice.objection, notice.objected_at, left)


def source_sides(session: Session, requests: Iterable[ChangeRequest]) -> list[tuple[ChangeRequest, SourceSide]]:
    """Each transfer of a principal among these to which the old agency objects, or with which somebody does not come along."""
    moves = [one for one in requests if one.type is RequestType.TRANSFER_IN and one.proposal.relation is Relation.SELF]
    sides = ((one, source_side(session, one)) for one in moves)
    return [(one, side) for one, side in sides if side is not None and (side.objection or side.left_behind)]


def objected(session: Session, requests: Iterable[ChangeRequest]) -> frozenset[int]:
    """The transfers among these to which the old agency objects, by request id."""
    moves = [one.id for one in requests if one.type is RequestType.TRANSFER_IN]
    if not moves:
        return frozenset()
    with widened(session) as wide:
        query = sa.select(TransferNotice.request_id).where(
            TransferNotice.request_id.in_(moves), TransferNotice.objection.is_not(None)
        )
        return frozenset(wide.scalars(query))


def _cancelled(session: Session, told: Collection[_Move]) -> dict[tuple[str, datetime | None], list[str]]:
    """What the own agency had open for a principal or the family when he moved, by principal and by when that was carried."""
    moves = sorted((one.carried_at, one.person.national_id) for one in told if one.carried_at is not None)
    query = (
        sa.select(Proposal.principal_national_id, ChangeRequest.recorded_at, ChangeRequest.request_no)
        .join(ChangeRequest, ChangeRequest.id == Proposal.request_id)
        .where(Proposal.principal_national_id.in_({number for _, number in moves}))
        .where(ChangeRequest.status == RequestStatus.CANCELLED)
        .where(ChangeRequest.decision_reason == TerminationReason.TRANSFERRED_LGO)
        .order_by(ChangeRequest.id)
    )
    found: dict[tuple[str, datetime | None], list[str]] = {}
    for whose, recorded_at, number in session.execute(query):
        carried_at = next((at for at, who in moves if who == whose and at >= recorded_at), None)
        if carried_at is not None:
            found.setdefault((whose, carried_at), []).append(number)
    return found


def _told(wide: Session, request_ids: Sequence[int]) -> dict[int, _Move]:
    query = (
        sa.select(
            ChangeRequest.id, ChangeRequest.status, Proposal.service_start_date, Agency.name_th, ChangeRequest.effective_at,
            Person,
        )
        .join(Proposal, Proposal.request_id == ChangeRequest.id)
        .join(Agency, Agency.id == ChangeRequest.agency_id)
        .join(Person, Person.national_id == Proposal.national_id)
        .where(ChangeRequest.id.in_(list(request_ids)))
    )  # fmt: skip
    return {request_id: _Move(*more) for request_id, *more in wide.execute(query)}
