"""The registrar's verbs: approve, return and reject, one outcome per request, never stopping at the first failure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy.orm import Session, aliased

from app.domain.actor import Actor
from app.domain.approval_menus import POWER_OF, power_for
from app.domain.errors import BadInput, Conflict, NotAllowed, PortalError, Refused, WrongState
from app.domain.people import CONTINUING_TYPES, EvidenceFault, Relation, RequestStatus
from app.domain.powers import Power
from app.domain.roles import ROLES
from app.models.account import PortalUser
from app.models.change_request import ChangeRequest, Proposal, RequestEditor, RequestRevision
from app.models.dialects import lock_rows
from app.rules import certification
from app.rules.certification import Judgement
from app.services import evidence_filed, frozen_copies, request_flags
from app.services.audit import record as audit
from app.services.change_requests import REASON_LENGTH, checked_reason, locked
from app.services.clock import business_now
from app.services.facts import batches
from app.services.judging import judge_all
from app.services.plain_approvals import TOGETHER, Witness, approve_plain
from app.services.round_inputs import inputs_version
from app.services.round_plan import seat
from app.services.transaction import reading, transaction

FOUR_EYES = "spec 7, Q19"
ROLES_AT_WORK = [
    name for name, role in ROLES.items() if role.powers & {Power.RECORD_REQUEST, Power.APPROVE_CERTIFICATION}
]


@dataclass(frozen=True)
class Outcome:
    """What became of one request: `error` is None on success; `round_at` is the round that will carry an approval."""

    request_id: int
    request_no: str = ""
    error: PortalError | None = None
    round_at: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def approve(
    request_ids: Sequence[int],
    *,
    actor: Actor,
    seen_versions: Mapping[int, int],
    note: str = "",
    seen_doubts: Mapping[int, Collection[str]] = MappingProxyType({}),
    witness: Witness | None = None,
) -> list[Outcome]:
    """Approve each pending request for the next round that is still open; `note` ticks off the doubts of the law in them.

    `seen_doubts` holds the codes of the clauses that the registrar was told of, by request: his note speaks of no other.
    `seen_versions` holds the version of each request that the registrar saw. An outcome's error is NotFound,
    WrongState('NOT_PENDING'), Conflict('STALE'), NotAllowed('FOUR_EYES'), Refused('FLAGS_OPEN') where a doubt has no note
    or 'OTHER_DOUBTS' where one is not among those seen, or what the law refuses. Raises BadInput('TOO_LONG') for a
    note over 1,000 characters. A `witness` stands beside each transaction.
    """
    note = note.strip()
    if len(note) > REASON_LENGTH:
        raise BadInput("TOO_LONG", field="note", longest=REASON_LENGTH)

    def decide(session: Session, request: ChangeRequest, actor: Actor) -> datetime:
        return _approve(session, request, actor, note, seen_doubts.get(request.id, ()))

    require_any(actor)
    done: dict[int, tuple[str, datetime]] = {}
    wanted = list(dict.fromkeys(request_ids))
    for start in range(0, len(wanted), TOGETHER):
        some = wanted[start : start + TOGETHER]
        done |= approve_plain(some, actor=actor, seen_versions=seen_versions, witness=witness)
    # In order of their numbers: a family's principal was written first, and it is not approved without him.
    alone = {o.request_id: o for o in _each(sorted(set(wanted) - set(done)), actor, seen_versions, decide, witness)}
    found = [alone[i] if i in alone else Outcome(i, done[i][0], round_at=done[i][1]) for i in wanted]
    companions = _companions([outcome.request_id for outcome in found if outcome.error is None], wanted, actor)
    return [*found, *_each(sorted(companions), actor, companions, decide, witness)]


def return_(
    request_ids: Sequence[int],
    reason: str,
    *,
    actor: Actor,
    seen_versions: Mapping[int, int],
    faults: Mapping[int, EvidenceFault] = MappingProxyType({}),
    witness: Witness | None = None,
) -> list[Outcome]:
    """Send requests back for correction with a reason; outcomes as `approve`. Raises BadInput without reason.

    `faults` names documents of the request, by id, that are not accepted: they prove nothing until others come. One that
    is not the request's own is NotFound('EVIDENCE_NOT_FOUND') in its outcome.
    """
    return _refuse(RequestStatus.RETURNED, request_ids, reason, actor, seen_versions, faults, witness)


def reject(
    request_ids: Sequence[int], reason: str, *, actor: Actor, seen_versions: Mapping[int, int],
    witness: Witness | None = None,
) -> list[Outcome]:  # fmt: skip
    """Reject requests with a reason; outcomes as `approve`. Raises BadInput without reason."""
    return _refuse(RequestStatus.REJECTED, request_ids, reason, actor, seen_versions, {}, witness)


Decide = Callable[[Session, ChangeRequest, Actor], datetime | None]


def _each(
    request_ids: Sequence[int], actor: Actor, seen_versions: Mapping[int, int], decide: Decide,
    witness: Witness | None = None,
) -> list[Outcome]:  # fmt: skip
    require_any(actor)
    return [_one(i, actor, seen_versions.get(i), decide, witness) for i in dict.fromkeys(request_ids)]


def _one(request_id: int, actor: Actor, seen: int | None, decide: Decide, witness: Witness | None) -> Outcome:
    number = ""
    try:
        with transaction(actor) as session:
            if witness:
                witness.hold(session)
            (request,) = locked(session, [request_id])
            number = request.request_no
            actor.require(power_for(request.type))
            if request.status is not RequestStatus.PENDING_APPROVAL:
                raise WrongState("NOT_PENDING", request_no=number, status=request.status, by=request.decided_by_id)
            if request.version != seen:
                raise Conflict("STALE", request_no=number)
            request.self_approved = check_four_eyes(session, request, actor)
            round_at = decide(session, request, actor)
            if witness and round_at is not None:
                witness.approved(session, {request_id: round_at})
            return Outcome(request_id, number, round_at=round_at)
    except PortalError as error:
        return Outcome(request_id, number, error)


def require_any(actor: Actor) -> None:
    """Raises NotAllowed('POWER_MISSING') where the actor may decide nothing at all."""
    if not actor.powers & set(POWER_OF.values()):
        actor.require(Power.APPROVE_CERTIFICATION)


def _companions(approved: Sequence[int], known: Collection[int], actor: Actor) -> dict[int, int]:
    """The family of principals who move or draw a pension is approved with them: versions of what waits, by request id.

    `known` were decided by themselves.
    """
    found: dict[int, int] = {}
    leader, other = aliased(ChangeRequest), aliased(ChangeRequest)
    query = (
        sa.select(other.id, other.version)
        .join(leader, sa.and_(leader.submission_no == other.submission_no, leader.agency_id == other.agency_id))
        .join(Proposal, Proposal.request_id == leader.id)
        .where(Proposal.relation == Relation.SELF, leader.type.in_(CONTINUING_TYPES), other.type == leader.type)
        .where(other.status == RequestStatus.PENDING_APPROVAL, other.id != leader.id)
    )
    with reading(actor.scope) as session:
        for some in batches(approved):
            found |= {request_id: version for request_id, version in session.execute(query.where(leader.id.in_(some)))}
    return {request_id: version for request_id, version in found.items() if request_id not in set(known)}


def check_four_eyes(session: Session, request: ChangeRequest, actor: Actor) -> bool:
    """False for a second person, True for the lawful exception; raises NotAllowed('FOUR_EYES') (decisions 6).

    A revision holds what the earlier ones said unless it was changed since, so whoever edited any of them is barred.
    """
    mine = sa.select(RequestEditor.revision).where(
        RequestEditor.request_id == request.id,
        RequestEditor.user_id == actor.user_id,
        RequestEditor.revision <= request.revision,
    )
    if session.execute(mine.limit(1)).first() is None:
        return False
    others = (
        sa.select(PortalUser.id)
        .join(PortalUser.roles)
        .where(
            PortalUser.agency_id == request.agency_id,
            PortalUser.active.is_(True),
            PortalUser.id != actor.user_id,
            Role.name.in_(ROLES_AT_WORK),
        )
        .limit(1)
    )
    if session.execute(others).first() is not None:
        raise NotAllowed("FOUR_EYES", citation=FOUR_EYES, request_no=request.request_no)
    return True


def _approve(session: Session, request: ChangeRequest, actor: Actor, note: str, seen: Collection[str]) -> datetime:
    _refuse_before_principal(session, request)
    now = business_now(session)
    judgement = judge_all(session, [request], now)[request.id]
    if judgement.refusals:
        raise judgement.refusals[0]
    _refuse_other_dates(request, judgement)
    request_flags.tick_off(session, request, judgement.doubts, note, seen, actor=actor, now=now)
    request.holds_until, request.law_code = judgement.holds_until, judgement.code
    request.rules_version = certification.RULES_VERSION
    request.inputs_version = inputs_version(session, [request.id])[request.id]
    round_, decided_at = seat(session)
    request.round_id = round_.id
    _decide(session, request, RequestStatus.APPROVED, actor, decided_at)
    audit(
        session, actor, power_for(request.type).value, "change_request", request.id, agency_id=request.agency_id,
        detail={"revision": request.revision, "round": round_.id, "self_approved": request.self_approved},
    )  # fmt: skip
    return round_.scheduled_at


def _refuse_before_principal(session: Session, request: ChangeRequest) -> None:
    """Of a family that moves nobody is approved before the principal: the round would carry nothing that he leans on."""
    if request.type not in CONTINUING_TYPES or request.proposal.relation is Relation.SELF:
        return
    query = (
        sa.select(ChangeRequest.id)
        .join(Proposal, Proposal.request_id == ChangeRequest.id)
        .where(ChangeRequest.submission_no == request.submission_no, Proposal.relation == Relation.SELF)
        .where(ChangeRequest.status.in_((RequestStatus.APPROVED, RequestStatus.EFFECTIVE)))
    )
    if session.execute(query.limit(1)).first() is None:
        raise Refused("PRINCIPAL_FIRST", citation="decisions 1", request_no=request.request_no)


def _refuse_other_dates(request: ChangeRequest, judgement: Judgement) -> None:
    """The dates of the law as they are now must be those that were submitted and that the registrar sees."""
    if not judgement.has_dates_of(request.proposal.entitled_from, request.proposal.entitled_until):
        raise Refused("DATES_CHANGED", citation="spec 3.8", request_no=request.request_no)


def _refuse(
    outcome: RequestStatus, request_ids: Sequence[int], reason: str, actor: Actor, seen_versions: Mapping[int, int],
    faults: Mapping[int, EvidenceFault], witness: Witness | None,
) -> list[Outcome]:  # fmt: skip
    reason = checked_reason(reason)

    def decide(session: Session, request: ChangeRequest, actor: Actor) -> None:
        now = business_now(session)
        evidence_filed.refuse(session, request, faults, actor=actor, now=now)
        request.decision_reason = reason
        _decide(session, request, outcome, actor, now)
        with_it = _refuse_companions(session, request, outcome, actor, now, seen_versions, whole=witness is not None)
        if witness:
            witness.refused(session, [request.id, *(other.id for other in with_it)], outcome)
        for one in (request, *with_it):
            detail = {"documents_refused": len(faults)} if faults and one is request else {}
            audit(
                session, actor, f"decide_{outcome.lower()}", "change_request", one.id, agency_id=one.agency_id,
                detail={"revision": one.revision} | detail,
            )  # fmt: skip

    return _each(request_ids, actor, seen_versions, decide, witness)


def _refuse_companions(
    session: Session, request: ChangeRequest, outcome: RequestStatus, actor: Actor, now: datetime,
    seen_versions: Mapping[int, int], *, whole: bool,
) -> Sequence[ChangeRequest]:  # fmt: skip
    """A family does not move without its principal: what waits beside him gets the same answer.

    One of the family may be rejected alone, unless the decision is on the `whole` of many. Raises Conflict('STALE').
    """
    alone = request.proposal.relation is not Relation.SELF and outcome is not RequestStatus.RETURNED and not whole
    if request.type not in CONTINUING_TYPES or alone:
        return ()
    query = sa.select(ChangeRequest).where(
        ChangeRequest.submission_no == request.submission_no, ChangeRequest.type == request.type,
        ChangeRequest.status == RequestStatus.PENDING_APPROVAL, ChangeRequest.id != request.id,
    )  # fmt: skip
    others = session.scalars(lock_rows(query.order_by(ChangeRequest.id), session)).all()
    for other in others:
        if other.version != seen_versions.get(other.id, other.version):
            raise Conflict("STALE", request_no=other.request_no)
        other.self_approved = check_four_eyes(session, other, actor)
        other.decision_reason = request.decision_reason
        _decide(session, other, outcome, actor, now)
    return others


def _decide(session: Session, request: ChangeRequest, outcome: RequestStatus, actor: Actor, at: datetime) -> None:
    request.status, request.decided_by_id, request.decided_at = outcome, actor.user_id, at
    revision = session.get(RequestRevision, (request.id, request.revision))
    if revision is None or frozen_copies.digest(frozen_copies.current_copy(session, request)) != revision.sha256:
        raise Conflict("PROPOSAL_CHANGED", request_no=request.request_no)
    revision.outcome, revision.reason = outcome, request.decision_reason
    revision.decided_by_id, revision.decided_at = actor.user_id, at
    session.flush()
