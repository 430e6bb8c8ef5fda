"""What a decision on many requests would do, told before it is made: whose, and what stands against it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.domain.actor import Actor
from app.domain.errors import Conflict, NotAllowed, NotFound, PortalError, WrongState
from app.domain.people import CONTINUING_TYPES, Relation, RequestStatus, RequestType
from app.domain.powers import Power
from app.models.change_request import ChangeRequest, Proposal, RequestEditor
from app.rules.decision import Clause
from app.services import approval_queue, approvals, assignments, end_effects, evidence_filed, queue_filters
from app.services.approval_queue import COUNT_LIMIT
from app.services.coming_round import ComingRound, coming_round
from app.services.crossings.transfer_notices import SourceSide, source_sides
from app.services.evidence import DocumentNote
from app.services.facts import batches
from app.services.queue_filters import QueueFilters, QueueOrder
from app.services.transaction import reading

LIMIT = 200  # requests in one decision: some seconds; whoever has more decides again


@dataclass(frozen=True)
class Planned:
    """One request of the plan: the version to decide on, what stands against it and which doubts the law leaves.

    `request` is None out of scope; `papers_missing` counts the papers of an approval that are asked for and not there.
    """

    request_id: int
    request: ChangeRequest | None
    version: int
    refusal: PortalError | None
    doubts: Sequence[Clause] = ()
    papers_missing: int = 0


@dataclass(frozen=True)
class DecisionPlan:
    """The requests of a decision in the queue's order.

    `left_out` counts those that fit the filters beyond LIMIT, `came_later` those that came after the list was shown, and
    `without_principal` those that would be approved although their principal's own request stays waiting.
    `papers` are the documents of a single request that is not approved.
    """

    planned: list[Planned]
    coming: ComingRound
    left_out: int = 0
    came_later: int = 0
    without_principal: int = 0
    taken_along: int = 0  # rights of families that stop with those of the principals, unseen in the list
    brought_back: int = 0  # rights that come back with those that are named, unseen in the list
    papers: Sequence[DocumentNote] = ()
    others: Mapping[str, int] = field(default_factory=dict)  # colleagues who have some of them, with how many
    moves: Sequence[tuple[ChangeRequest, SourceSide]] = ()  # transfers that are objected to, or leave somebody behind

    @property
    def possible(self) -> list[Planned]:
        """What would be decided."""
        return [one for one in self.planned if one.refusal is None]

    @property
    def doubtful(self) -> list[Planned]:
        """What would be decided, but only with the registrar's note on the doubts that the law leaves."""
        return [one for one in self.possible if one.doubts]

    @property
    def without_papers(self) -> list[Planned]:
        """What would be approved although papers are missing and the law leaves no doubt: they are owed."""
        return [one for one in self.possible if one.papers_missing and not one.doubts]

    @property
    def impossible(self) -> list[Planned]:
        """What could not be decided so, each with its refusal."""
        return [one for one in self.planned if one.refusal is not None]


def of_ticked(seen_versions: Mapping[int, int], *, approving: bool, actor: Actor) -> DecisionPlan:
    """The plan for these requests at the versions that the registrar saw; with `approving` the law is asked as well.

    Raises NotAllowed('POWER_MISSING').
    """
    actor.require(Power.APPROVE_CERTIFICATION)
    with reading(actor.scope) as session:
        coming = coming_round(session)
        found: dict[int, ChangeRequest] = {}
        left_out = max(0, len(seen_versions) - LIMIT)
        seen_versions = ticked = dict(sorted(seen_versions.items())[:LIMIT])
        for some in batches(list(seen_versions)):
            query = _requests().where(ChangeRequest.id.in_(some), ChangeRequest.status != RequestStatus.DRAFT)
            found |= {request.id: request for request in session.scalars(query)}
        if approving:
            together, beyond = _with_companions(session, [found[one] for one in seen_versions if one in found])
            left_out += beyond
            seen_versions = {number: version for number, version in seen_versions.items() if number not in found}
            versions = {request.id: request.version for request in together}
            seen_versions |= {request.id: ticked.get(request.id, versions[request.id]) for request in together}
            found = {request.id: request for request in together}
        judged = _judged(session, list(found.values()), actor, coming.now if approving else None)
        planned = [
            _planned(request_id, found.get(request_id), version, judged)
            for request_id, version in seen_versions.items()
        ]
        papers = evidence_filed.of_requests(session, list(found)) if len(found) == 1 and not approving else {}
        leaning, notes = _without_principal(session, planned), next(iter(papers.values()), [])
        others, along = _others(session, planned, actor), _taken_along(session, planned) if approving else 0
        back = _brought_back(session, planned) if approving else 0
        return DecisionPlan(planned, coming, left_out, 0, leaning, along, back, papers=notes, others=others,
            moves=_moves(session, planned) if approving else ())  # fmt: skip


def of_all(
    filters: QueueFilters, *, shown_at: datetime, besides: Collection[int], approving: bool, actor: Actor
) -> DecisionPlan:
    """The plan for all that fits the filters and was submitted by `shown_at`, without the requests `besides`.

    Takes the oldest LIMIT of them at their versions of now. Raises NotAllowed('POWER_MISSING').
    """
    actor.require(Power.APPROVE_CERTIFICATION)
    wanted, later = fitting(filters, shown_at, besides), later_than(filters, shown_at)
    with reading(actor.scope) as session:
        coming = coming_round(session)
        query = _requests().where(*wanted).order_by(*queue_filters.order_by(QueueOrder.OLDEST))
        requests = list(session.scalars(query.limit(LIMIT)))
        shown, beyond = len(requests), 0
        if approving:
            requests, beyond = _with_companions(session, requests)
        judged = _judged(session, requests, actor, coming.now if approving else None)
        planned = [_planned(request.id, request, request.version, judged) for request in requests]
        left_out = max(0, count_of(session, wanted) - shown) + beyond
        leaning, others = _without_principal(session, planned), _others(session, planned, actor)
        along = _taken_along(session, planned) if approving else 0
        back = _brought_back(session, planned) if approving else 0
        return DecisionPlan(planned, coming, left_out, count_of(session, later), leaning, along, back,
            others=others, moves=_moves(session, planned) if approving else ())  # fmt: skip


Conditions = Sequence[sa.ColumnElement[bool]]


def fitting(filters: QueueFilters, shown_at: datetime, besides: Collection[int]) -> Conditions:
    """What the filters found when the list was shown, without the requests `besides`."""
    known = [*queue_filters.conditions(filters), ChangeRequest.submitted_at <= shown_at]
    return [*known, ChangeRequest.id.not_in(list(besides))]


def later_than(filters: QueueFilters, shown_at: datetime) -> Conditions:
    """What fits the filters and came after the list was shown."""
    return [*queue_filters.conditions(filters), ChangeRequest.submitted_at > shown_at]


def is_for_many(filters: QueueFilters, *, shown_at: datetime, besides: Collection[int], actor: Actor) -> bool:
    """Whether more fit than one decision takes at once. Raises NotAllowed('POWER_MISSING')."""
    actor.require(Power.APPROVE_CERTIFICATION)
    with reading(actor.scope) as session:
        return count_of(session, fitting(filters, shown_at, besides)) > LIMIT


def _with_companions(session: Session, requests: Sequence[ChangeRequest]) -> tuple[list[ChangeRequest], int]:
    """These and who is approved along with principals who move or draw a pension, so that nobody is approved unseen.

    At most LIMIT in all, whole families; how many of `requests` do not fit any more.
    """
    known = {request.id for request in requests}
    leading = {r.submission_no for r in requests if r.type in CONTINUING_TYPES and r.proposal.relation is Relation.SELF}
    families: dict[str, list[ChangeRequest]] = {}
    for some in batches(sorted(leading)):
        query = _requests().where(
            ChangeRequest.submission_no.in_(some), ChangeRequest.type.in_(CONTINUING_TYPES),
            ChangeRequest.status == RequestStatus.PENDING_APPROVAL,
        )  # fmt: skip
        for request in session.scalars(query.order_by(ChangeRequest.submission_no, ChangeRequest.position)):
            if request.id not in known:
                families.setdefault(request.submission_no, []).append(request)
    kept: list[ChangeRequest] = []
    for place, request in enumerate(requests):
        group = [request, *families.pop(request.submission_no, ())]
        if len(kept) + len(group) > LIMIT:
            return kept, len(requests) - place
        kept += group
    return kept, 0


def _requests() -> sa.Select[tuple[ChangeRequest]]:
    return sa.select(ChangeRequest).join(ChangeRequest.proposal).options(contains_eager(ChangeRequest.proposal))


def count_of(session: Session, conditions: Conditions) -> int:
    """How many requests fulfil these conditions, counted up to COUNT_LIMIT."""
    some = sa.select(ChangeRequest.id).join(ChangeRequest.proposal).where(*conditions).limit(COUNT_LIMIT).subquery()
    return session.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()


def _others(session: Session, planned: Sequence[Planned], actor: Actor) -> Mapping[str, int]:
    going = [one.request.assigned_to_id for one in planned if one.request is not None and one.refusal is None]
    return assignments.others_among(session, going, actor)


def _taken_along(session: Session, planned: Sequence[Planned]) -> int:
    going = [one.request for one in planned if one.request is not None and one.refusal is None]
    return sum(len(rights) for rights in end_effects.taken_along(session, going).values())


def _brought_back(session: Session, planned: Sequence[Planned]) -> int:
    going = [one.request for one in planned if one.request is not None and one.refusal is None]
    targets = {one.target_entitlement_id for one in going if one.type is RequestType.RESTORE} - {None}
    back = end_effects.brought_back(session, [one for one in targets if one is not None])
    return len({right.id for rights in back.values() for right in rights} - targets)


def _moves(session: Session, planned: Sequence[Planned]) -> list[tuple[ChangeRequest, SourceSide]]:
    return source_sides(session, (one.request for one in planned if one.request is not None and one.refusal is None))


def _without_principal(session: Session, planned: Sequence[Planned]) -> int:
    """How many dependants of the plan lean on a request that waits and would stay waiting."""
    possible = [one.request for one in planned if one.request is not None and one.refusal is None]
    with_them = {request.id for request in possible}
    leaning = Counter(r.proposal.principal_national_id for r in possible if r.proposal.relation is not Relation.SELF)
    count = 0
    for some in batches(list(leaning)):
        query = (
            sa.select(Proposal)
            .join(Proposal.request)
            .where(
                Proposal.national_id.in_(some),
                Proposal.relation == Relation.SELF,
                ChangeRequest.status == RequestStatus.PENDING_APPROVAL,
                ChangeRequest.type == RequestType.CERTIFY_NEW,
                ChangeRequest.id.not_in(with_them),
            )
        )
        count += sum(leaning[proposal.national_id] for proposal in session.scalars(query))
    return count


_Judged = tuple[Mapping[int, PortalError], Mapping[int, Sequence[Clause]], Mapping[int, int]]


def _planned(request_id: int, request: ChangeRequest | None, version: int, judged: _Judged) -> Planned:
    refusal: PortalError | None = judged[0].get(request_id)
    if request is None:
        refusal = NotFound("REQUEST_NOT_FOUND")
    elif request.status is not RequestStatus.PENDING_APPROVAL:
        by = request.decided_by_id
        refusal = WrongState("NOT_PENDING", request_no=request.request_no, status=request.status, by=by)
    elif request.version != version:
        refusal = Conflict("STALE", request_no=request.request_no)
    return Planned(request_id, request, version, refusal, judged[1].get(request_id, ()), judged[2].get(request_id, 0))


def _judged(session: Session, requests: Sequence[ChangeRequest], actor: Actor, law_at: datetime | None) -> _Judged:
    """By request id what four eyes, or at `law_at` the law, have against it, its doubts, and how many papers are missing."""
    found: dict[int, PortalError] = {}
    doubts: dict[int, Sequence[Clause]] = {}
    lacking: dict[int, int] = {}
    if law_at is not None:
        judgements, lacking = approval_queue.judged_with_papers(session, requests, law_at)
        for request_id, judgement in judgements.items():
            doubts[request_id] = judgement.doubts
            if judgement.refusals:
                found[request_id] = judgement.refusals[0]
    return found | _barred(session, requests, actor), doubts, lacking


def _barred(session: Session, requests: Sequence[ChangeRequest], actor: Actor) -> dict[int, PortalError]:
    """By request id why four eyes bar the actor from those that he wrote in himself."""
    mine: set[int] = set()
    for some in batches([request.id for request in requests]):
        query = sa.select(RequestEditor.request_id).where(RequestEditor.request_id.in_(some))
        mine |= set(session.scalars(query.where(RequestEditor.user_id == actor.user_id)))
    found: dict[int, PortalError] = {}
    for request in requests:
        try:
            if request.id in mine:
                approvals.check_four_eyes(session, request, actor)
        except NotAllowed as refusal:
            found[request.id] = refusal
    return found
