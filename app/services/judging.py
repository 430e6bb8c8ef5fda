"""What the law says of requests of every kind: new rights, changes, moves and ends; the same at submit and at decision."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.clock import bangkok_day
from app.domain.errors import PortalError, Refused
from app.domain.people import (
    CONTINUING_TYPES,
    ENDING_TYPES,
    JUDGED_TYPES,
    SENT_STATUSES,
    Relation,
    RequestType,
    TerminationReason,
)
from app.models.change_request import ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.rules import citations, endings, moves
from app.rules.certification import Dates, Judgement, Known
from app.rules.decision import Clause
from app.rules.endings import ReportedEnd
from app.rules.majority import birth_cut
from app.rules.moves import Move
from app.rules.papers import Paper
from app.services import facts
from app.services.crossings import taken_ends
from app.services.crossings.change_targets import ends_told_there, looked_up, own_ends, standing_right, starts_on
from app.services.crossings.given_places import doubts_of_return
from app.services.crossings.returning_rights import refusals_of_return
from app.services.crossings.taken_ends import TakenEnd
from app.services.next_rights import moved_on
from app.services.officers import officer_names
from app.services.service_starts import ended_before

# What must not wait beside each other on one right: the first sent has to be decided or taken back.
_EXCLUDING = (*ENDING_TYPES, RequestType.CORRECTION, RequestType.RESTORE)
_CITED = citations.REGISTER_LIFECYCLE.text


def judge_all(
    session: Session, requests: Sequence[ChangeRequest], now: datetime, known: Mapping[int, Known] | None = None
) -> dict[int, Judgement]:
    """What the law says of each request at the business instant `now`, by request id; a few queries per 500.

    `known` is what `facts.load` found around them, where the caller has asked already.
    """
    judged = [request for request in requests if request.type in JUDGED_TYPES]
    found: dict[int, Judgement] = {}
    if judged:
        known = known if known is not None else facts.load(session, [request.proposal for request in judged], now)
        found = {r.id: facts.judge(r.proposal, known[r.id]) for r in judged}
    targeted = [request for request in requests if request.type is not RequestType.CERTIFY_NEW]
    if targeted:
        found |= _targeted(session, targeted, found, bangkok_day(now))
    return found


def _targeted(
    session: Session, requests: Sequence[ChangeRequest], so_far: dict[int, Judgement], today: date
) -> dict[int, Judgement]:
    targets, papers = looked_up(session, requests)
    ends, told_there = own_ends(session, targets.values()), ends_told_there(session, requests)
    rivals = _rivals(session, requests)
    restored = [r.target_entitlement_id or 0 for r in requests if r.type is RequestType.RESTORE]
    taken = taken_ends.of_rights(session, restored) if restored else {}
    places = doubts_of_return(session, [targets[right] for right in restored if right in targets], today)
    given = refusals_of_return(session, restored)
    moved = moved_on(session, _stops(requests))
    before = ended_before(session, [r.id for r in requests if _is_own_edit(r)])
    found = {}
    for request in requests:
        target = targets.get(request.target_entitlement_id or 0)
        if target is None or target.voided:
            found[request.id] = Judgement([Refused("TARGET_CHANGED", citation=_CITED, request_no=request.request_no)])
            continue
        filed, law = papers.get(request.id, frozenset()), so_far.get(request.id)
        judgement = _of_one(request, target, filed, law, today, ends, taken.get(target.id))
        there = told_there.get(target.id, []) if request.type is RequestType.TRANSFER_IN else []
        refused = [
            *moves.refused_there(there, target.relation),
            *rivals.get(request.id, []),
            *before.get(request.id, []),
        ]
        if request.type is RequestType.TERMINATE and target.id in moved and not judgement.refusals:
            refused.append(Refused("ENDED_BY_MOVE", citation=_CITED, field="event_date", until=moved[target.id]))
        returns: list[Clause] = []
        if request.type is RequestType.RESTORE:
            refused += given.get(target.id, [])
            returns = places.get(target.id, [])
        doubts = (*judgement.more_doubts, *moves.doubts_there(there), *returns)
        found[request.id] = replace(judgement, refusals=[*judgement.refusals, *refused], more_doubts=doubts)
    return found


def _is_own_edit(request: ChangeRequest) -> bool:
    return request.type is RequestType.CERTIFY_EDIT and request.proposal.relation is Relation.SELF


def _stops(requests: Sequence[ChangeRequest]) -> dict[int, date]:
    """The first day without it of each right that is reported to end, but for a death, which reaches whatever goes on."""
    return {
        r.target_entitlement_id or 0: r.proposal.entitled_until
        for r in requests
        if r.type is RequestType.TERMINATE
        and r.proposal.termination_reason is not TerminationReason.DECEASED
        and r.proposal.entitled_until is not None
    }


def _of_one(
    request: ChangeRequest,
    target: Entitlement,
    papers: frozenset[Paper],
    so_far: Judgement | None,
    today: date,
    ends: Mapping[int, date | None],
    taken: TakenEnd | None,
) -> Judgement:
    proposal = request.proposal
    if request.type in ENDING_TYPES:
        return _of_end(proposal, target, papers, request.reason or "", today)
    if so_far is None:  # voiding an entry, or taking an end back: what stands is all there is to look at
        dates = Dates(proposal.entitled_from or target.entitled_from, proposal.entitled_until)
        return Judgement(_of_restoring(request, target, taken), dates=dates)
    if request.type in CONTINUING_TYPES:
        move = Move(request.type, starts_on(proposal), proposal.personnel_type, _is_elsewhere(request, target), papers)
        right = standing_right(target)
        refused = [*moves.refusals(move, right), *so_far.refusals]
        within = within_known_end(so_far.dates, request, target, ends)
        return replace(so_far, refusals=refused, dates=within, more_doubts=tuple(moves.doubts(move, right.relation)))
    refused = _ends_before_it_goes_on(proposal, target, so_far.dates)
    if request.target_version is not None and request.target_version != target.version + target.person.version:
        refused = [Refused("TARGET_CHANGED", citation=_CITED, request_no=request.request_no)]
    return replace(so_far, refusals=[*refused, *so_far.refusals]) if refused else so_far


def _ends_before_it_goes_on(proposal: Proposal, target: Entitlement, dates: Dates | None) -> list[PortalError]:
    """A change of what ends by a move or a pension to come gives it no earlier end: what goes on from it would stand alone.

    What another birth date alone makes of its end is told to both by the round.
    """
    goes_on = target.termination_reason in (None, TerminationReason.TRANSFERRED_LGO) and not target.suspended
    until, ends = target.entitled_until, None if dates is None else dates.entitled_until
    if target.ended_by_request_id is None or not goes_on or until is None or ends is None or until <= ends:
        return []
    born = proposal.birth_date
    if born is not None and born != target.person.birth_date:
        kept = birth_cut(target.relation, born, target.entitled_from, until, target.incompetent_from)
        if kept is None or kept[1] == ends:
            return []
    return [Refused("ENDS_BEFORE_MOVE", citation=_CITED, until=until)]


def within_known_end(
    dates: Dates | None, request: ChangeRequest, target: Entitlement, ends: Mapping[int, date | None]
) -> Dates | None:
    """A right that goes on ends where the one before it was to end for a reason that is known: divorce, death, an order.

    A pension takes the place of the official's own end; a return to duty does not, what was approved to end him still does.
    """
    if dates is None:
        return dates
    known = _known_end(request, target, ends)
    if known is None or known <= dates.entitled_from or (dates.entitled_until or date.max) <= known:
        return dates
    return Dates(dates.entitled_from, known)


def _known_end(request: ChangeRequest, target: Entitlement, ends: Mapping[int, date | None]) -> date | None:
    """The end that the right had of its own, beside what the principal's suspension or end made of it."""
    if request.type is RequestType.REINSTATE:
        told = target.termination_reason is not None or target.relation is not Relation.SELF
        return target.until_before_end if told else None
    if target.relation is Relation.SELF:
        return None
    by_itself = target.entitled_until if target.termination_reason is not None else None
    return ends.get(target.id, by_itself)


def _of_end(proposal: Proposal, target: Entitlement, papers: frozenset[Paper], text: str, today: date) -> Judgement:
    reported = ReportedEnd(proposal.termination_reason, proposal.event_date, text, papers)
    right = standing_right(target)
    refused = endings.refusals(reported, right, today)
    dates = Dates(target.entitled_from, reported.stops_on)
    return Judgement(refused, dates=dates, more_doubts=tuple(endings.doubts(reported, right)))


def _of_restoring(request: ChangeRequest, target: Entitlement, taken: TakenEnd | None) -> list[PortalError]:
    if request.type is not RequestType.RESTORE:
        return []
    if taken is None:
        return [Refused("NOT_ENDED", citation=_CITED, request_no=request.request_no)]
    if taken.of_another:
        return [Refused("ENDED_WITH_PRINCIPAL", citation="spec 3.8", request_no=request.request_no)]
    if taken_ends.is_back(target, taken):
        return [Refused("RETURN_STANDS", citation=_CITED, since=target.suspended_until)]
    return []


def _is_elsewhere(request: ChangeRequest, target: Entitlement) -> bool:
    return target.agency_id != request.agency_id


def _rivals(session: Session, requests: Sequence[ChangeRequest]) -> dict[int, list[PortalError]]:
    """By request id, the request of the same agency that must be out of the way before this one (decisions 1)."""
    about: dict[int, list[ChangeRequest]] = {}
    for request in requests:
        # A transfer outdoes what the agency that is left has open; the round takes that back.
        if request.type is not RequestType.TRANSFER_IN and request.target_entitlement_id is not None:
            about.setdefault(request.target_entitlement_id, []).append(request)
    pairs: list[tuple[int, ChangeRequest]] = []
    for some in facts.batches(sorted(about)):
        query = sa.select(ChangeRequest).where(
            ChangeRequest.target_entitlement_id.in_(some),
            ChangeRequest.type.in_(_EXCLUDING),
            ChangeRequest.status.in_(SENT_STATUSES),
        )
        for other in session.scalars(query.order_by(ChangeRequest.submitted_at, ChangeRequest.id)):
            pairs += [(one.id, other) for one in about[other.target_entitlement_id or 0] if _stands_against(other, one)]
    names = officer_names(session, {other.recorded_by_id for _, other in pairs}) if pairs else {}
    found: dict[int, list[PortalError]] = {}
    for request_id, other in pairs:
        found.setdefault(request_id, []).append(_conflicting(other, names.get(other.recorded_by_id, "–")))
    return found


def _conflicting(other: ChangeRequest, by: str) -> Refused:
    """That `other` comes first: who sent it and when."""
    return Refused(
        "CONFLICTING_REQUEST", citation="decisions 1", other_no=other.request_no, officer=by, at=other.submitted_at
    )


def _stands_against(other: ChangeRequest, request: ChangeRequest) -> bool:
    """Whether `other` came first; an end goes before a mere change even when it came later."""
    if request.id == other.id:
        return False
    return request.type not in _EXCLUDING or request.submitted_at is None or other.id < request.id
