"""One request as the registrar opens it: the data beside the evidence, the family, and what changed since last time."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import NotAllowed, NotFound, PortalError
from app.domain.people import JUDGED_TYPES, EntitlementState, RequestStatus, RequestType
from app.domain.powers import Power
from app.models.agency import Province
from app.models.change_request import ChangeRequest, Proposal, RequestRevision
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.rules import evidence_matrix
from app.rules.around import Around
from app.rules.certification import Judgement
from app.rules.evidence_matrix import Cell
from app.rules.family_law import RelativeDecision
from app.services import approval_queue, approvals, evidence_filed, facts, promises, request_flags, withdrawals
from app.services.approval_queue import LARGEST_ID, PURPOSE
from app.services.audit import person_hash, record_reads
from app.services.coming_round import ComingRound, coming_round
from app.services.crossings.change_targets import looked_up
from app.services.crossings.transfer_notices import SourceSide, source_side
from app.services.end_effects import goes_along
from app.services.evidence import DocumentNote
from app.services.judging import judge_all
from app.services.officers import officer_names
from app.services.queue_filters import QueueFilters, QueueOrder
from app.services.service_starts import Following, who_follows
from app.services.transaction import reading

FAMILY_LIMIT = 50
_NEVER_SENT = (RequestStatus.DRAFT, RequestStatus.CANCELLED)


class FourEyes(StrEnum):
    """What decisions 6 says to the officer who opened the request."""

    SECOND_PERSON = "SECOND_PERSON"  # never changed anything in it and may decide
    BARRED = "BARRED"  # changed this revision or an earlier one, so somebody else must decide
    ONLY_OFFICER = "ONLY_OFFICER"  # changed it, but the agency has nobody else: allowed and flagged


@dataclass(frozen=True)
class Change:
    """One field of the frozen copies that differs; the values are as JSON holds them."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Earlier:
    """The decision on the revision before this one, and what has changed since; outcome APPROVED means a round failed."""

    outcome: RequestStatus | None
    reason: str | None
    decided_by: str
    decided_at: datetime | None
    changes: list[Change]


@dataclass(frozen=True)
class FamilyRight:
    """A right that stands in the family, with its state today."""

    right: Entitlement
    state: EntitlementState


@dataclass(frozen=True)
class Doubt:
    """A doubt by the code of its clause, and what the registrar noted who ticked it off."""

    clause: str
    note: str | None = None


@dataclass(frozen=True)
class Reasoning:
    """What the law makes of the request: the decision, None for a principal; the doubts with their notes; the evidence.

    `due_on` is the last day for papers that were promised, `provinces` names the province that was told.
    """

    decision: RelativeDecision | None
    doubts: list[Doubt]
    matrix: tuple[Cell, ...]
    due_on: date | None
    provinces: dict[str, str]


@dataclass(frozen=True)
class Review:
    """Everything that the registrar needs to decide one request."""

    request: ChangeRequest
    principal_name: str
    recorder_name: str
    decider_name: str
    evidence: list[DocumentNote]
    earlier: Earlier | None
    four_eyes: FourEyes
    target: Entitlement | None
    rights: list[FamilyRight]
    requests: list[ChangeRequest]
    refusals: list[PortalError]
    previous_id: int | None
    next_id: int | None
    coming: ComingRound
    law: Reasoning
    source: SourceSide | None = None  # of a transfer, the agency that is left
    taken_along: list[Entitlement] = field(default_factory=list)  # the rights that stop or come back with this one
    following: list[Following] = field(default_factory=list)  # of another first day, the family's that follow
    back_along: list[str] = field(default_factory=list)  # of an approval, who of the family is taken back with it

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be decided."""
        return self.request.status is RequestStatus.PENDING_APPROVAL


def open_(
    request_id: int, *, actor: Actor, hash_key: str, filters: QueueFilters, order: QueueOrder = QueueOrder.OLDEST
) -> Review:
    """A submitted request in the actor's scope; the reading is written down before anything is given (decisions 11).

    `filters` and `order` are those of the queue in which previous and next are looked for.
    Raises NotFound('REQUEST_NOT_FOUND'), NotAllowed.
    """
    actor.require(Power.APPROVE_CERTIFICATION)
    with reading(actor.scope) as session:
        request = _request(session, request_id)
        review = _review(session, request, actor, (filters, order))
    hashed = person_hash(request.proposal.national_id, hash_key)
    row = {"object_type": "change_request", "object_id": str(request_id), "person_hash": hashed}
    record_reads([row], actor=actor, purpose=PURPOSE)
    return review


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The fields in which two frozen copies differ, in the order of the copy."""
    fields = dict.fromkeys([*after, *before])
    return [Change(f, before.get(f), after.get(f)) for f in fields if before.get(f) != after.get(f)]


def _request(session: Session, request_id: int) -> ChangeRequest:
    query = (
        sa.select(ChangeRequest)
        .where(ChangeRequest.id == request_id, ChangeRequest.status.not_in(_NEVER_SENT))
        .options(joinedload(ChangeRequest.proposal), joinedload(ChangeRequest.round), joinedload(ChangeRequest.agency))
    )
    found = session.scalars(query).one_or_none() if 0 < request_id <= LARGEST_ID else None
    if found is None:
        raise NotFound("REQUEST_NOT_FOUND")
    return found


def _review(session: Session, request: ChangeRequest, actor: Actor, queue: tuple[QueueFilters, QueueOrder]) -> Review:
    coming = coming_round(session)
    copies = _last_two(session, request)
    officers = officer_names(
        session, [request.recorded_by_id, request.decided_by_id, *(c.decided_by_id for c in copies)]
    )
    principal = request.proposal.principal_national_id
    previous_id, next_id = approval_queue.neighbours(session, request, *queue)
    refusals, law = _law(session, request, coming.now)
    return Review(
        request=request,
        principal_name=_principal_name(session, principal),
        recorder_name=officers.get(request.recorded_by_id, ""),
        decider_name=officers.get(request.decided_by_id, ""),
        evidence=evidence_filed.of_requests(session, [request.id]).get(request.id, []),
        earlier=_earlier(copies, officers),
        four_eyes=_four_eyes(session, request, actor),
        target=_target(session, request),
        rights=_rights(session, principal, coming.now),
        requests=_other_requests(session, request),
        refusals=refusals,
        previous_id=previous_id,
        next_id=next_id,
        coming=coming,
        law=law,
        source=source_side(session, request) if request.type is RequestType.TRANSFER_IN else None,
        taken_along=goes_along(session, request) if request.effective_at is None else [],
        following=who_follows(session, request),
        back_along=withdrawals.names_along(session, request),
    )


def _law(session: Session, request: ChangeRequest, now: datetime) -> tuple[list[PortalError], Reasoning]:
    """What the law would say if the request were approved at `now`; of one that no longer waits, its doubts and papers."""
    flags = request_flags.of_requests(session, [request.id]).get(request.id, [])
    doubts = {flag.clause: Doubt(flag.clause, flag.note) for flag in flags}
    waits = request.status is RequestStatus.PENDING_APPROVAL
    if request.type not in JUDGED_TYPES:
        judgement = judge_all(session, [request], now)[request.id] if waits else Judgement()
        fresh = {clause.code: Doubt(clause.code) for clause in judgement.doubts}
        return judgement.refusals, Reasoning(None, list((fresh | doubts).values()), (), None, {})
    known = facts.load(session, [request.proposal], now)[request.id]
    candidate = facts.candidate_of(request.proposal, known)
    today = bangkok_day(now)
    around = known.around or Around(today, candidate.sex, candidate.birth_date, ())
    cells = evidence_matrix.matrix(candidate.relative, around, candidate.personnel_type)
    promised_on = promises.promised_on(session, request) if candidate.told.to_follow is not None else None
    due_on = evidence_matrix.papers_due_on(promised_on) if promised_on else None
    code = candidate.told.home_province_code
    query = sa.select(Province).where(Province.code == code)
    provinces = {province.code: province.name_th for province in session.scalars(query)} if code else {}
    judged = judge_all(session, [request], now, {request.id: known})[request.id] if waits else None
    fresh = {clause.code: Doubt(clause.code) for clause in judged.doubts} if judged else {}
    reasoning = Reasoning(judged.law if judged else None, list((fresh | doubts).values()), cells, due_on, provinces)
    return judged.refusals if judged else [], reasoning


def _principal_name(session: Session, national_id: str) -> str:
    person = session.scalars(sa.select(Person).where(Person.national_id == national_id)).one_or_none()
    if person is not None:
        return person.full_name
    return approval_queue.proposed_names(session, {national_id}).get(national_id, "")


def _four_eyes(session: Session, request: ChangeRequest, actor: Actor) -> FourEyes:
    try:
        exception = approvals.check_four_eyes(session, request, actor)
    except NotAllowed:
        return FourEyes.BARRED
    return FourEyes.ONLY_OFFICER if exception else FourEyes.SECOND_PERSON


def _last_two(session: Session, request: ChangeRequest) -> list[RequestRevision]:
    """The newest frozen copy and, where there is one, the copy before it."""
    query = sa.select(RequestRevision).where(RequestRevision.request_id == request.id)
    return list(session.scalars(query.order_by(RequestRevision.revision.desc()).limit(2)))


def _earlier(copies: list[RequestRevision], officers: dict[int | None, str]) -> Earlier | None:
    if len(copies) < 2:
        return None
    now, before = copies
    return Earlier(
        outcome=before.outcome,
        reason=before.reason,
        decided_by=officers.get(before.decided_by_id, ""),
        decided_at=before.decided_at,
        changes=changes_between(before.frozen, now.frozen),
    )


def _target(session: Session, request: ChangeRequest) -> Entitlement | None:
    """The right that the request is about, wherever it stands."""
    if request.target_entitlement_id is None:
        return None
    return looked_up(session, [request])[0].get(request.target_entitlement_id)


def _rights(session: Session, principal: str, now: datetime) -> list[FamilyRight]:
    query = (
        sa.select(Entitlement)
        .join(Person, Person.id == Entitlement.principal_id)
        .where(Person.national_id == principal, sa.not_(Entitlement.voided), Entitlement.effective_at <= now)
        .options(joinedload(Entitlement.person))
        .order_by(Entitlement.entitled_from, Entitlement.id)
        .limit(FAMILY_LIMIT)
    )
    today: date = bangkok_day(now)
    return [FamilyRight(right, right.state_on(today, now)) for right in session.scalars(query)]


def _other_requests(session: Session, request: ChangeRequest) -> list[ChangeRequest]:
    """The family's other requests: of the same form, and whatever else is under way."""
    wanted = sa.or_(
        ChangeRequest.submission_no == request.submission_no,
        ChangeRequest.status.in_([RequestStatus.PENDING_APPROVAL, RequestStatus.APPROVED]),
    )
    query = (
        sa.select(ChangeRequest)
        .join(ChangeRequest.proposal)
        .where(
            Proposal.principal_national_id == request.proposal.principal_national_id,
            ChangeRequest.id != request.id,
            ChangeRequest.status.not_in(_NEVER_SENT),
            wanted,
        )
        .options(joinedload(ChangeRequest.proposal))
        .order_by(ChangeRequest.submission_no, ChangeRequest.position, ChangeRequest.id)
        .limit(FAMILY_LIMIT)
    )
    return list(session.scalars(query))
