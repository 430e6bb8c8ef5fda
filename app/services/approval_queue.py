"""The registrar's queue: what waits for a decision in his scope, oldest first, and what the law says of it today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.domain import names, national_id
from app.domain.actor import Actor
from app.domain.approval_menus import ApprovalMenu, menu_of
from app.domain.errors import PortalError
from app.domain.people import CORRECTABLE_STATUSES, JUDGED_TYPES, OPEN_STATUSES, Relation, RequestStatus
from app.domain.powers import Power
from app.models.change_request import ChangeRequest, Proposal, RequestEditor
from app.models.evidence import EvidenceLink
from app.models.person import Person
from app.rules import evidence_matrix
from app.rules.around import Around
from app.rules.certification import Judgement, Known
from app.rules.decision import Clause
from app.rules.evidence_matrix import Cell
from app.services import facts, queue_filters
from app.services.audit import person_hash, record_reads
from app.services.coming_round import ComingRound, coming_round
from app.services.crossings import transfer_notices
from app.services.judging import judge_all
from app.services.officers import officer_names
from app.services.queue_filters import QueueFilters, QueueOrder, conditions
from app.services.transaction import reading

PAGE_SIZE = 50
COUNT_LIMIT = 10_000
LARGEST_ID = 2**31 - 1
PURPOSE = "APPROVAL"


@dataclass(frozen=True)
class QueueRow:
    """One waiting request with its proposal; `edited_by_reader` bars him who looks from deciding it (decisions 6).

    `slots` counts what the law asks to be proven, `filled_slots` how much of it a filed paper proves.
    """

    request: ChangeRequest
    principal_name: str
    recorder_name: str
    evidence_count: int
    edited_by_reader: bool
    refusals: list[PortalError]
    doubts: list[Clause]
    slots: int = 0
    filled_slots: int = 0
    assignee_name: str = ""
    has_objection: bool = False  # of the agency that is left by a transfer


@dataclass(frozen=True)
class QueuePage:
    """Some rows of the queue; `count` stops at COUNT_LIMIT, `recorders` are those of whom anything stands so, by id."""

    rows: list[QueueRow]
    count: int
    page: int
    pages: int
    oldest_at: datetime | None
    coming: ComingRound
    recorders: dict[int, str]


def waiting(filters: QueueFilters, *, page: int, actor: Actor, order: QueueOrder = QueueOrder.OLDEST) -> QueuePage:
    """One page of the queue in the actor's scope, counted from 1; a page beyond the end becomes the last one.

    Raises NotAllowed('POWER_MISSING').
    """
    actor.require(Power.APPROVE_CERTIFICATION)
    with reading(actor.scope) as session:
        coming = coming_round(session)
        count, oldest_at = _count(session, filters)
        pages = max(1, -(-count // PAGE_SIZE))
        page = min(max(page, 1), pages)
        query = _rows_query(filters, actor).order_by(*queue_filters.order_by(order))
        query = query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
        rows = _rows(session, query, coming.now if filters.are_waiting else None) if count else []
        return QueuePage(rows, count, page, pages, oldest_at, coming, _recorders(session, filters))


def counts_waiting(*, actor: Actor) -> dict[ApprovalMenu, int]:
    """How many requests wait for a decision in the actor's scope, by menu, counted up to COUNT_LIMIT in all."""
    waiting = sa.select(ChangeRequest.type).where(ChangeRequest.status == RequestStatus.PENDING_APPROVAL)
    few = waiting.limit(COUNT_LIMIT).subquery()
    found = dict.fromkeys(ApprovalMenu, 0)
    with reading(actor.scope) as session:
        for kind, count in session.execute(sa.select(few.c.type, sa.func.count()).group_by(few.c.type)):
            found[menu_of(kind)] += count
    return found


def find(typed: str, *, actor: Actor, hash_key: str) -> int | None:
    """The id of the waiting request with this request number or of the person with this national ID, oldest first.

    A search by national ID is written down as a read. Raises BadInput for what is neither (codes of spec 2.2).
    """
    actor.require(Power.APPROVE_CERTIFICATION)
    number = names.tidy(typed).upper()
    digits = None if number.startswith("CR") else national_id.parse(typed, field="name")
    wanted = ChangeRequest.request_no == number if digits is None else Proposal.national_id == digits
    query = sa.select(ChangeRequest.id).join(ChangeRequest.proposal).where(*conditions(QueueFilters()), wanted)
    with reading(actor.scope) as session:
        found = session.execute(query.order_by(*queue_filters.order_by(QueueOrder.OLDEST)).limit(1)).scalar()
    if digits is not None:
        row = {"person_hash": person_hash(digits, hash_key), "answer": "FOUND" if found else "NOT_FOUND"}
        record_reads([row], actor=actor, purpose=PURPOSE)
    return found


def names_of(request_ids: Sequence[int], *, actor: Actor) -> dict[int, str]:
    """Whose requests these are, by id; those outside the scope are left out."""
    query = sa.select(Proposal).where(Proposal.request_id.in_(list(request_ids)))
    with reading(actor.scope) as session:
        return {proposal.request_id: proposal.full_name for proposal in session.scalars(query)}


def neighbours(
    session: Session, request: ChangeRequest, filters: QueueFilters, order: QueueOrder
) -> tuple[int | None, int | None]:
    """The ids of the waiting requests before and after this one in the queue; None at its ends."""
    before, after = (queue_filters.neighbour(request, filters, order, before=before) for before in (True, False))
    return session.execute(before).scalar(), session.execute(after).scalar()


def refusals_of(session: Session, requests: Sequence[ChangeRequest], now: datetime) -> dict[int, list[PortalError]]:
    """What the law would refuse of each new entitlement if it were approved at `now`, by request id."""
    return {request_id: judged.refusals for request_id, judged in judgements(session, requests, now).items()}


def judgements(session: Session, requests: Sequence[ChangeRequest], now: datetime) -> dict[int, Judgement]:
    """What the law says of each request if it were approved at `now`, by request id."""
    return judge_all(session, requests, now) if requests else {}


def judged_with_papers(
    session: Session, requests: Sequence[ChangeRequest], now: datetime
) -> tuple[dict[int, Judgement], dict[int, int]]:
    """As `judgements`, and of each request how many papers are asked for and not there, where any are."""
    known = _known(session, requests, now)
    loaded = {proposal.request_id: around for proposal, around in known}
    lacking = {
        proposal.request_id: sum(not cell.is_filled for cell in _slots(proposal, around)) for proposal, around in known
    }
    judged = judge_all(session, requests, now, loaded) if requests else {}
    return judged, {request_id: count for request_id, count in lacking.items() if count}


def _known(session: Session, requests: Sequence[ChangeRequest], now: datetime) -> list[tuple[Proposal, Known]]:
    proposals = [request.proposal for request in requests if request.type in JUDGED_TYPES]
    found = facts.load(session, proposals, now) if proposals else {}
    return [(proposal, found[proposal.request_id]) for proposal in proposals]


def _slots(proposal: Proposal, known: Known) -> list[Cell]:
    """What is to be proven by papers on the legal basis that is nearest to complete."""
    candidate = facts.candidate_of(proposal, known)
    around = known.around or Around(known.today, candidate.sex, candidate.birth_date, ())
    cells = evidence_matrix.matrix(candidate.relative, around, candidate.personnel_type)
    return [cell for cell in cells if cell.is_nearest]


def proposed_names(session: Session, national_ids: set[str]) -> dict[str, str]:
    """The names of principals in scope whose own right is still a request, by national ID."""
    if not national_ids:
        return {}
    query = (
        sa.select(Proposal)
        .join(Proposal.request)
        .where(
            Proposal.national_id.in_(national_ids),
            Proposal.relation == Relation.SELF,
            ChangeRequest.status.in_([*OPEN_STATUSES, *CORRECTABLE_STATUSES]),
        )
        .order_by(Proposal.request_id)
    )
    return {proposal.national_id: proposal.full_name for proposal in session.scalars(query)}


def _count(session: Session, filters: QueueFilters) -> tuple[int, datetime | None]:
    some = (
        sa.select(ChangeRequest.submitted_at)
        .join(ChangeRequest.proposal)
        .where(*conditions(filters))
        .order_by(ChangeRequest.submitted_at)
        .limit(COUNT_LIMIT)
        .subquery()
    )
    count, oldest_at = session.execute(sa.select(sa.func.count(), sa.func.min(some.c.submitted_at))).one()
    return count, oldest_at


def _rows(session: Session, query: sa.Select[Any], law_at: datetime | None) -> list[QueueRow]:
    found = session.execute(query).all()
    requests = [row[0] for row in found]
    known = _known(session, requests, law_at) if law_at is not None else []
    loaded = {proposal.request_id: around for proposal, around in known}
    judged = judge_all(session, requests, law_at, loaded) if law_at is not None else {}
    slots = {proposal.request_id: _slots(proposal, around) for proposal, around in known}
    principals = _principal_names(session, requests, [row[-1] for row in found])
    recorders = officer_names(session, (i for r in requests for i in (r.recorded_by_id, r.assigned_to_id)))
    objected = transfer_notices.objected(session, requests) if law_at is not None else frozenset()
    return [
        QueueRow(
            request=request,
            principal_name=principals.get(request.proposal.principal_national_id, ""),
            recorder_name=recorders.get(request.recorded_by_id, ""),
            evidence_count=count,
            edited_by_reader=edits > 0,
            refusals=judged[request.id].refusals if request.id in judged else [],
            doubts=judged[request.id].doubts if request.id in judged else [],
            slots=len(slots.get(request.id, [])),
            filled_slots=sum(cell.is_filled for cell in slots.get(request.id, [])),
            assignee_name=recorders.get(request.assigned_to_id, ""),
            has_objection=request.id in objected,
        )
        for request, count, edits, _person in found
    ]


def _rows_query(filters: QueueFilters, actor: Actor) -> sa.Select[Any]:
    evidence = (
        sa.select(sa.func.count(EvidenceLink.evidence_id))
        .where(EvidenceLink.request_id == ChangeRequest.id)
        .correlate(ChangeRequest)
        .scalar_subquery()
    )
    edited_by_reader = (
        sa.select(sa.func.count(RequestEditor.revision))
        .where(RequestEditor.request_id == ChangeRequest.id, RequestEditor.revision <= ChangeRequest.revision)
        .where(RequestEditor.user_id == actor.user_id)
        .correlate(ChangeRequest)
        .scalar_subquery()
    )
    return (
        sa.select(ChangeRequest, evidence, edited_by_reader, Person)
        .join(ChangeRequest.proposal)
        .options(contains_eager(ChangeRequest.proposal))
        .outerjoin(Person, Person.national_id == Proposal.principal_national_id)
        .where(*conditions(filters))
    )


def _principal_names(
    session: Session, requests: Sequence[ChangeRequest], registered: Sequence[Person | None]
) -> dict[str, str]:
    """By national ID: as the page itself proposes them, else as registered, else as another request proposes them."""
    found = {person.national_id: person.full_name for person in registered if person is not None}
    proposals = [request.proposal for request in requests]
    found |= {p.national_id: p.full_name for p in proposals if p.relation is Relation.SELF}
    return found | proposed_names(session, {p.principal_national_id for p in proposals} - set(found))


def _recorders(session: Session, filters: QueueFilters) -> dict[int, str]:
    """Those of whom any request stands so, by name."""
    status = filters.status or RequestStatus.PENDING_APPROVAL
    recorded = sa.select(ChangeRequest.recorded_by_id).where(ChangeRequest.status == status)
    found = officer_names(session, session.scalars(recorded.distinct()))
    return {
        user_id: name
        for user_id, name in sorted(found.items(), key=lambda item: names.sort_key(item[1]))
        if user_id is not None
    }
