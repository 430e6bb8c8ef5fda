"""Writes drafts and submits them inside a verb's transaction; shared by the family form, the roster and demo data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager
from sqlalchemy.orm.attributes import flag_modified

from app.domain import names
from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import Conflict, InvalidForm, NotFound, PortalError, Refused, WrongState
from app.domain.people import EntitlementState, Relation, RequestStatus, RequestType
from app.models.change_request import SENT, ChangeRequest, Proposal, RequestEditor, TransferExclusion
from app.models.entitlement import Entitlement
from app.models.evidence import EvidenceLink
from app.rules import certification
from app.rules.certification import Judgement
from app.rules.decision import Clause
from app.rules.principals import sub_scheme_code
from app.rules.told import TOLD_FIELDS
from app.services import evidence_links, facts, frozen_copies, request_flags
from app.services.crossings import own_services
from app.services.family_forms import PERSON_FIELDS, RIGHT_FIELDS, Member, as_member, field_of, missing
from app.services.frozen_copies import DATES
from app.services.numbering import take_numbers
from app.services.transaction import widened

LAID_DOWN = (
    "entitled_from", "entitled_until", "standby_since", "legitimate_from", "legitimacy_basis", "delivery_id",
)  # fmt: skip


def write_drafts(
    session: Session,
    members: Sequence[Member],
    *,
    principal: str | Sequence[str],
    submission_no: str,
    actor: Actor,
    now: datetime,
) -> list[ChangeRequest]:
    """Create or change one DRAFT per member, in the members' order; marks the actor as editor of each revision.

    `principal` is everybody's, or one for each member where a submission holds several families.
    """
    agency_id = actor.agency_id
    if agency_id is None:
        raise NotFound("AGENCY_NEEDED")
    fresh = take_numbers(session, "CR", agency_id, bangkok_day(now), sum(m.request_id is None for m in members))
    principals = [principal] * len(members) if isinstance(principal, str) else principal
    requests = []
    for position, (member, whose) in enumerate(zip(members, principals, strict=True)):
        request = (
            _existing_draft(session, member, position, submission_no)
            if member.request_id is not None
            else ChangeRequest(
                request_no=next(fresh), submission_no=submission_no, type=RequestType.CERTIFY_NEW,
                status=RequestStatus.DRAFT, agency_id=agency_id, recorded_by_id=actor.user_id, recorded_at=now,
                revision=1, proposal=Proposal(agency_id=agency_id),
            )
        )  # fmt: skip
        request.position = position
        _fill(request.proposal, member, whose)
        request.sort_key = request.proposal.sort_key
        request.asked_right = certification.asked_right(member.national_id, whose, member.relation)
        requests.append(request)
    session.add_all(requests)
    session.flush()
    evidence_links.lay_on(session, requests, members)
    mark_editors(session, requests, actor)
    return requests


def _existing_draft(session: Session, member: Member, position: int, submission_no: str) -> ChangeRequest:
    request = session.get(ChangeRequest, member.request_id)
    if request is None or request.submission_no != submission_no:
        raise NotFound("REQUEST_NOT_FOUND")
    if request.status is not RequestStatus.DRAFT:
        raise WrongState("NOT_A_DRAFT", request_no=request.request_no, status=request.status)
    if member.seen_version is not None and request.version != member.seen_version:
        raise Conflict("STALE", field=field_of(position, "national_id"), request_no=request.request_no)
    flag_modified(request, "position")  # a changed proposal alone must raise the version too
    return request


def _fill(proposal: Proposal, member: Member, principal: str) -> None:
    for name, value in proposed(member, principal).items():
        setattr(proposal, name, value)


def proposed(member: Member, principal: str) -> dict[str, Any]:
    """What a member's proposal holds before it is submitted, by column."""
    values = {name: getattr(member, name) for name in (*PERSON_FIELDS, *RIGHT_FIELDS)}
    values |= {name: getattr(member.told, name) for name in TOLD_FIELDS}
    # What was typed is kept apart: the dates of the law are reckoned anew at each submission.
    values |= {"requested_from": member.entitled_from, "entitled_from": None, "entitled_until": None}
    sort_key = names.sort_key(f"{member.first_name_th} {member.last_name_th}".strip())
    return values | {"national_id": member.national_id, "principal_national_id": principal, "sort_key": sort_key}


def mark_editors(session: Session, requests: Sequence[ChangeRequest], actor: Actor) -> None:
    """Write down that the actor changed these revisions, so that he cannot decide them (decisions 6)."""
    if actor.user_id is None:
        return
    marked: set[tuple[int, int]] = set()
    for some in facts.batches([request.id for request in requests]):
        query = sa.select(RequestEditor.request_id, RequestEditor.revision)
        query = query.where(RequestEditor.request_id.in_(some), RequestEditor.user_id == actor.user_id)
        marked |= {(request_id, revision) for request_id, revision in session.execute(query)}
    session.add_all(
        RequestEditor(request_id=r.id, revision=r.revision, user_id=actor.user_id, agency_id=r.agency_id)
        for r in requests
        if (r.id, r.revision) not in marked
    )
    session.flush()


def submit_drafts(session: Session, requests: Sequence[ChangeRequest], *, actor: Actor, now: datetime) -> None:
    """Judge, freeze and submit these drafts, all or none.

    Raises InvalidForm with every refusal at its field; nothing is written then.
    """
    doubts = lay_down(session, requests, now)
    session.flush()
    frozen_copies.freeze(session, requests, actor=actor, now=now)
    request_flags.write(session, doubts, requests)
    mark_editors(session, requests, actor)


def lay_down(session: Session, requests: Sequence[ChangeRequest], now: datetime) -> dict[int, list[Clause]]:
    """Judge drafts and put what the law makes of them into their proposals, unflushed; returns the doubts by request id.

    Raises InvalidForm with every refusal at its field.
    """
    proposals = [request.proposal for request in requests]
    errors = [e for r in requests for e in missing(as_member(r.proposal), r.position)]
    doubts: dict[int, list[Clause]] = {}
    if not errors:
        errors, doubts = _judged(session, requests, now)
        errors += already_pending(session, requests)
    if errors:
        raise InvalidForm(errors)
    _lay_down_schemes(session, proposals)
    return doubts


def _lay_down_schemes(session: Session, proposals: Sequence[Proposal]) -> None:
    """The NHSO code by the service that each right leans on: one may have begun before a pension, another after it."""
    together = {p.national_id: p.personnel_type for p in proposals if p.relation is Relation.SELF}
    wanted = sorted({p.principal_national_id for p in proposals} - set(together))
    known = own_services.principal_services(session, wanted, proposals[0].agency_id) if wanted else {}
    for proposal in proposals:
        whose = proposal.principal_national_id
        kind = together.get(whose) or own_services.service_on(known.get(whose, ()), proposal.entitled_from)
        if kind is not None:
            proposal.sub_inscl = sub_scheme_code(kind, proposal.relation)


def copy_of(entitlement: Entitlement) -> Proposal:
    """A proposal that repeats a standing right, for a request that is about it."""
    return Proposal(agency_id=entitlement.agency_id, **values_of(entitlement))


def values_of(entitlement: Entitlement) -> dict[str, Any]:
    """The columns of a proposal that repeats a standing right, but for its agency."""
    copied = {name: getattr(entitlement, name) for name in (*RIGHT_FIELDS, *DATES, *TOLD_FIELDS, "sub_inscl")}
    copied |= {name: getattr(entitlement.person, name) for name in (*PERSON_FIELDS, "national_id", "sort_key")}
    return copied | {"principal_national_id": entitlement.principal.national_id}


def take_back(session: Session, request: ChangeRequest) -> None:
    """Cancel a request; a draft that was never submitted leaves nothing behind."""
    if request.submitted_at is None:
        delete_draft(session, request)
        return
    request.status = RequestStatus.CANCELLED
    session.flush()


def delete_draft(session: Session, request: ChangeRequest) -> None:
    """Remove a draft that was never submitted, with its links and editors; the database refuses any other."""
    for kind in (EvidenceLink, RequestEditor, TransferExclusion):
        session.execute(sa.delete(kind).where(kind.request_id == request.id))
    session.delete(request)
    session.flush()


def _judged(
    session: Session, requests: Sequence[ChangeRequest], now: datetime
) -> tuple[list[PortalError], dict[int, list[Clause]]]:
    """What is refused, each at its field, and the doubts that the law leaves in the others, by request id."""
    known = facts.load(session, [request.proposal for request in requests], now)
    errors: list[PortalError] = []
    doubts: dict[int, list[Clause]] = {}
    judged = {request.id: facts.judge(request.proposal, known[request.id]) for request in requests}
    out = {r.proposal.national_id for r in requests if r.proposal.relation is Relation.SELF and judged[r.id].refusals}
    for request in requests:
        judgement = judged[request.id]
        for refusal in judgement.refusals:
            if refusal.code == "PRINCIPAL_NOT_SUBMITTED" and request.proposal.principal_national_id in out:
                continue  # said at the principal himself
            refusal.field = field_of(request.position, refusal.field or "national_id")
            errors.append(refusal)
        if not judgement.refusals:
            lay_down_one(request, judgement)
            doubts[request.id] = judgement.doubts
    return errors, doubts


def lay_down_one(request: ChangeRequest, judgement: Judgement) -> None:
    """Write what the law decided into the proposal; every row changes the same columns, so they go out together."""
    proposal, dates, law = request.proposal, judgement.dates, judgement.law
    if dates is not None:
        proposal.entitled_from, proposal.entitled_until = dates.entitled_from, dates.entitled_until
    stands_by = law is not None and law.state is EntitlementState.STANDBY
    proposal.standby_since = proposal.entitled_from if stands_by else None
    proposal.legitimate_from = law.legitimate_from if law is not None else None
    proposal.legitimacy_basis = law.legitimacy_basis if law is not None else None
    proposal.delivery_id = law.delivery_id if law is not None else None
    for name in LAID_DOWN:
        flag_modified(proposal, name)


def already_pending(session: Session, requests: Sequence[ChangeRequest]) -> list[PortalError]:
    """The same right asked for twice: once is enough, whichever agency asked first."""
    return [error for _, error in asked_already(session, requests)]


def asked_already(session: Session, requests: Sequence[ChangeRequest]) -> list[tuple[ChangeRequest, PortalError]]:
    """The requests among these for what another one asks for already, here or at another agency, each with its refusal."""
    wanted = {request.asked_right: request for request in requests}
    found = [(r, _asked_twice(r, wanted[r.asked_right])) for r in requests if wanted[r.asked_right] is not r]
    with widened(session) as wide:
        for batch in facts.batches(sorted(filter(None, wanted))):
            sent = (
                sa.select(ChangeRequest)
                .join(ChangeRequest.proposal)
                .where(ChangeRequest.asked_right.in_(batch), SENT)
                .options(contains_eager(ChangeRequest.proposal))
            )
            for other in wide.scalars(sent):
                mine = wanted[other.asked_right]
                found.append((mine, _asked_twice(mine, other)))
    return found


def _asked_twice(request: ChangeRequest, other: ChangeRequest) -> PortalError:
    if request.proposal.national_id != other.proposal.national_id:  # the same place in the family for somebody else
        field = field_of(request.position, "relation")
        return Refused("ONE_PARENT_EACH", citation="spec 3.2", field=field, relation=request.proposal.relation)
    here, field = other.agency_id == request.agency_id, field_of(request.position, "national_id")
    return Refused("ALREADY_PENDING", citation="decisions 1", here=here, field=field)
