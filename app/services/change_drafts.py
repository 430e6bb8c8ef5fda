"""Writes and sends requests about rights that stand: changes, ends, moves; shared by their verbs, inside a transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.domain import names
from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import Conflict, InvalidForm, NotAllowed, NotFound, PortalError, WrongState
from app.domain.people import CONTINUING_TYPES, JUDGED_TYPES, Relation, RequestStatus, RequestType
from app.models.change_request import ChangeRequest, Proposal
from app.models.dialects import lock_rows
from app.models.entitlement import Entitlement
from app.rules import certification
from app.rules.certification import Judgement
from app.rules.decision import Clause
from app.rules.principals import sub_scheme_code
from app.services import evidence_links, frozen_copies, request_flags, submissions
from app.services.judging import judge_all
from app.services.numbering import take_numbers


@dataclass(frozen=True)
class Ask:
    """What is asked about one right: `values` are the columns of the proposal that differ from what stands.

    `request_id` and `seen_version` point at the draft that is written anew.
    """

    type: RequestType
    target: Entitlement
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    text: str = ""
    evidence_ids: tuple[int, ...] = ()
    request_id: int | None = None
    seen_version: int | None = None


def own_target(session: Session, entitlement_id: int, actor: Actor) -> Entitlement:
    """The right in the actor's own agency, held against other verbs.

    Raises NotFound('ENTITLEMENT_NOT_FOUND'), WrongState('ALREADY_VOIDED').
    """
    found: Entitlement | None = session.scalars(
        lock_rows(sa.select(Entitlement).where(Entitlement.id == entitlement_id), session)
    ).one_or_none()
    if found is None or found.agency_id != actor.agency_id:
        raise NotFound("ENTITLEMENT_NOT_FOUND")
    if found.voided:
        raise WrongState("ALREADY_VOIDED")
    return found


def write(
    session: Session, asks: Sequence[Ask], *, submission_no: str | None, actor: Actor, now: datetime
) -> list[ChangeRequest]:
    """Create or write anew one DRAFT per ask, in order; marks the actor as their editor.

    Raises NotFound, WrongState('NOT_A_DRAFT'), Conflict('STALE').
    """
    if actor.agency_id is None:
        raise NotAllowed("AGENCY_NEEDED")
    day = bangkok_day(now)
    fresh = take_numbers(session, "CR", actor.agency_id, day, sum(ask.request_id is None for ask in asks))
    number = submission_no or next(take_numbers(session, "SB", actor.agency_id, day, 1))
    requests = []
    for position, ask in enumerate(asks):
        request = _draft(session, ask)
        if request is None:
            request = ChangeRequest(
                request_no=next(fresh), submission_no=number, type=ask.type, status=RequestStatus.DRAFT, revision=1,
                agency_id=actor.agency_id, recorded_by_id=actor.user_id, recorded_at=now,
                target_entitlement_id=ask.target.id, proposal=Proposal(),
            )  # fmt: skip
        request.position, request.reason = position, ask.text.strip() or None
        # A change rests on the person as well: who it is may be changed through another right.
        with_person = ask.type is RequestType.CERTIFY_EDIT
        request.target_version = ask.target.version + (ask.target.person.version if with_person else 0)
        request.asked_right = _asked_right(ask)
        _fill(request.proposal, ask, actor.agency_id)
        requests.append(request)
    session.add_all(requests)
    session.flush()
    evidence_links.lay_on(session, requests, asks)
    submissions.mark_editors(session, requests, actor)
    return requests


def send(session: Session, requests: Sequence[ChangeRequest], *, actor: Actor, now: datetime) -> None:
    """Judge, freeze and submit these drafts, all or none; InvalidForm with every refusal at its field, and whose it is."""
    doubts = lay_down(session, requests, now)
    session.flush()
    frozen_copies.freeze(session, requests, actor=actor, now=now)
    request_flags.write(session, doubts, requests)
    submissions.mark_editors(session, requests, actor)


def lay_down(session: Session, requests: Sequence[ChangeRequest], now: datetime) -> dict[int, list[Clause]]:
    """Put what the law makes of these drafts into their proposals, unflushed; the doubts by request id, InvalidForm as `send`."""
    found = refusals(session, requests, now)
    judged = {key: judgement for key, (judgement, _) in found.items()}
    errors: list[PortalError] = []
    for request in requests:
        for refusal in found[request.id][1]:
            refusal.facts.setdefault("who", request.proposal.full_name)
            refusal.field = refusal.field if len(requests) == 1 or request.position == 0 else f"members-{request.id}"
            errors.append(refusal)
        if request.type in JUDGED_TYPES and judged[request.id].dates is not None:
            submissions.lay_down_one(request, judged[request.id])
    if errors:
        raise InvalidForm(errors)
    _lay_down_schemes(requests)
    return {key: one.doubts for key, one in judged.items()}


def refusals(
    session: Session, requests: Sequence[ChangeRequest], now: datetime
) -> dict[int, tuple[Judgement, list[PortalError]]]:
    """By request id what the law says of each draft, and all that stands against sending it."""
    judged = judge_all(session, requests, now)
    waiting: dict[int, list[PortalError]] = {}
    for request, error in submissions.asked_already(session, requests):
        told = {refusal.code for refusal in judged[request.id].refusals}
        if not (
            error.code == "ALREADY_PENDING" and "CONFLICTING_REQUEST" in told
        ):  # which names it, its sender and when
            waiting.setdefault(request.id, []).append(error)
    return {r.id: (judged[r.id], [*judged[r.id].refusals, *waiting.get(r.id, ())]) for r in requests}


def drafts_of(session: Session, submission_no: str | None, about: Entitlement) -> dict[int | None, int]:
    """The drafts of a form by the right that each is about; none without a form.

    Raises NotFound('REQUEST_NOT_FOUND') for the number of a form that is not `about` this right: its drafts would be taken
    back, or what is asked now would stand among a stranger's.
    """
    if submission_no is None:
        return {}
    query = sa.select(ChangeRequest.target_entitlement_id, ChangeRequest.id, ChangeRequest.status)
    rows = session.execute(query.where(ChangeRequest.submission_no == submission_no)).all()
    if about.id not in {target for target, *_ in rows}:
        raise NotFound("REQUEST_NOT_FOUND")
    return {target: request_id for target, request_id, status in rows if status is RequestStatus.DRAFT}


def drop_others(session: Session, requests: Sequence[ChangeRequest]) -> None:
    """Take back the drafts of this form that it no longer holds."""
    kept = {request.id for request in requests}
    query = sa.select(ChangeRequest).where(
        ChangeRequest.submission_no == requests[0].submission_no, ChangeRequest.status == RequestStatus.DRAFT
    )
    for request in session.scalars(query):
        if request.id not in kept:
            submissions.take_back(session, request)


def _draft(session: Session, ask: Ask) -> ChangeRequest | None:
    if ask.request_id is None:
        return None
    request = session.get(ChangeRequest, ask.request_id)
    if request is None or request.target_entitlement_id != ask.target.id or request.type is not ask.type:
        raise NotFound("REQUEST_NOT_FOUND")
    if request.status is not RequestStatus.DRAFT:
        raise WrongState("NOT_A_DRAFT", request_no=request.request_no, status=request.status)
    if ask.seen_version is not None and request.version != ask.seen_version:
        raise Conflict("STALE", request_no=request.request_no)
    flag_modified(request, "position")  # a changed proposal alone must raise the version too
    return request


def _asked_right(ask: Ask) -> str:
    """What only one open request at a time may ask for (decisions 1)."""
    target = ask.target
    if ask.type in CONTINUING_TYPES:
        whose = target.principal.national_id
        asked = certification.asked_right(target.person.national_id, whose, target.relation)
        # A transfer outdoes what the agency that is left has open.
        return f"MOVE {asked}" if ask.type is RequestType.TRANSFER_IN else asked
    return f"{'EDIT' if ask.type is RequestType.CERTIFY_EDIT else 'END'} {target.id}"


def _fill(proposal: Proposal, ask: Ask, agency_id: int) -> None:
    values = submissions.values_of(ask.target) | {"agency_id": agency_id} | dict(ask.values)
    full_name = " ".join(filter(None, (values["first_name_th"], values["last_name_th"])))
    values["sort_key"] = names.sort_key(full_name)
    for name, value in values.items():
        setattr(proposal, name, value)


def _lay_down_schemes(requests: Sequence[ChangeRequest]) -> None:
    """The NHSO code of everybody whose principal goes on in another service of the same form."""
    kinds = {
        r.proposal.principal_national_id: r.proposal.personnel_type
        for r in requests
        if r.proposal.relation is Relation.SELF and r.type in JUDGED_TYPES
    }
    for request in requests:
        kind = kinds.get(request.proposal.principal_national_id)
        if kind is not None:
            request.proposal.sub_inscl = sub_scheme_code(kind, request.proposal.relation)
