"""Carries the rights of an agency over to its successor: writes the transfers, chunk by chunk; the next round applies them.

A pass takes what is still there and is not on its way. Killed anywhere and begun again it goes on behind what it wrote; after
each round another pass follows until nothing is left.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from app.domain.actor import NATION, Actor, robot
from app.domain.clock import bangkok_day
from app.domain.people import (
    OPEN_STATUSES,
    JobStatus,
    PersonnelType,
    Relation,
    RequestStatus,
    RequestType,
    SuccessionState,
)
from app.models.account import PortalUser
from app.models.agency import Agency
from app.models.change_request import ChangeRequest, Proposal, RequestRevision
from app.models.entitlement import Entitlement
from app.models.job import Job
from app.models.succession import Succession
from app.rules.certification import RULES_VERSION
from app.rules.principals import type_fits_agency
from app.services import agency_upgrades, change_drafts, frozen_copies, jobs
from app.services.agency_ends import going_over
from app.services.audit import record as audit
from app.services.audit import record_many
from app.services.change_drafts import Ask
from app.services.clock import business_now
from app.services.leases import Lease
from app.services.numbering import take_numbers
from app.services.round_inputs import inputs_version
from app.services.round_plan import seat
from app.services.transaction import reading, transaction

FAMILIES_AT_ONCE, RETURNED_AT_ONCE = 50, 500
TRIES = 2  # so often may a round refuse a right before it is left for the successor's officers
ROBOT = robot("succession")


def start_due() -> None:
    """Start a pass for every approved succession whose day has come and of which nothing is on its way; looks first.

    One that is done has another pass where an official's right came back to the agency that is no more (an end taken back).
    """
    with reading(NATION) as session:
        due = [row.id for row in session.scalars(_due(bangkok_day(business_now(session))))]
    for succession_id in due:
        with transaction(ROBOT) as session:
            row = session.get_one(Succession, succession_id)
            key = f"succession-{row.id}-{row.passes}"
            jobs.add(session, "succession", key, {"succession_id": row.id, "pass": row.passes}, actor=ROBOT)


def _due(today: Any) -> sa.Select[tuple[Succession]]:
    waiting = sa.select(ChangeRequest.id).where(
        ChangeRequest.succession_id == Succession.id, ChangeRequest.status == RequestStatus.APPROVED
    )
    key = sa.literal("succession-") + Succession.id.cast(sa.String) + "-" + Succession.passes.cast(sa.String)
    started = sa.select(Job.id).where(Job.key == key, Job.status != JobStatus.FAILED)
    return sa.select(Succession).where(
        sa.or_(Succession.state == SuccessionState.APPROVED, _came_back()), Succession.starts_on <= today,
        sa.not_(waiting.exists()), sa.not_(started.exists()),
    )  # fmt: skip


def _came_back() -> sa.ColumnElement[bool]:
    target = ChangeRequest.target_entitlement_id == Entitlement.id
    on_its_way = sa.select(ChangeRequest.id).where(target, ChangeRequest.status.in_(OPEN_STATUSES))
    tries = sa.select(sa.func.count(ChangeRequest.id)).where(
        target, ChangeRequest.succession_id == Succession.id, ChangeRequest.status == RequestStatus.ROUND_ERROR
    )
    back = sa.select(Entitlement.id).where(
        Entitlement.agency_id == Succession.agency_id, Entitlement.relation == Relation.SELF, sa.not_(Entitlement.voided),
        sa.or_(Entitlement.entitled_until.is_(None), Entitlement.entitled_until > Succession.starts_on),
        sa.not_(on_its_way.correlate(Entitlement).exists()),
        tries.correlate(Entitlement, Succession).scalar_subquery() < TRIES,
    )  # fmt: skip
    done = Succession.state == SuccessionState.DONE, Succession.new_code.is_(None)
    return sa.and_(*done, back.correlate(Succession).exists())


def carry(payload: dict[str, Any], lease: Lease) -> None:
    """One pass (the handler of "succession"): ask for every right that is still there, return what waits, end what is done."""
    succession_id, pass_no = int(payload["succession_id"]), int(payload["pass"])
    low, done = 0, 0
    while True:
        with transaction(ROBOT) as session:
            lease.guard(session)
            row = session.get_one(Succession, succession_id)
            if row.state not in (SuccessionState.APPROVED, SuccessionState.DONE) or row.passes != pass_no:
                return
            if row.new_code is not None and (was := agency_upgrades.take_effect(session, row)):
                changed = {"changed": ["agency_type", "dla_code", "name_th"], "was": was}
                audit(session, ROBOT, "change_agency", "agency", row.agency_id, agency_id=row.agency_id, detail=changed)
            families = _families(session, row, low)
            if not families and not _return_waiting(session, row, now=business_now(session)):
                _end_pass(session, row, lease)
                return
            if families:
                done += _ask(session, row, families)
                low = families[-1]
        lease.progress(done, None)


def _left(row: Succession) -> list[sa.ColumnElement[bool]]:
    """What still has to go over and is not on its way; what rounds refused too often stays for the officers."""
    refused = (
        sa.select(sa.func.count(ChangeRequest.id))
        .where(
            ChangeRequest.target_entitlement_id == Entitlement.id,
            ChangeRequest.succession_id == row.id,
            ChangeRequest.status == RequestStatus.ROUND_ERROR,
        )
        .correlate(Entitlement)
        .scalar_subquery()
    )
    return [*_standing(row), refused < TRIES]


def _standing(row: Succession) -> list[sa.ColumnElement[bool]]:
    """What has not gone over and is not on its way; the family of whose office ends goes with him, whenever that end comes."""
    on_its_way = sa.select(ChangeRequest.target_entitlement_id).where(
        ChangeRequest.succession_id == row.id, ChangeRequest.status == RequestStatus.APPROVED
    )
    head = aliased(Entitlement)
    heads = sa.select(head.person_id).where(
        head.agency_id == row.agency_id, head.relation == Relation.SELF, sa.not_(head.voided),
        head.personnel_type == PersonnelType.POLITICAL_EXECUTIVE,
        sa.or_(head.entitled_until.is_(None), head.entitled_until > row.starts_on),
    )  # fmt: skip
    leans = sa.and_(Entitlement.relation != Relation.SELF, Entitlement.principal_id.in_(heads))
    return [*_touched(row), Entitlement.id.not_in(on_its_way), sa.not_(leans)]


def _touched(row: Succession) -> list[sa.ColumnElement[bool]]:
    """Whose rights it is about at all."""
    if row.new_code is not None:
        return agency_upgrades.leaving(row)
    return going_over(row.agency_id, row.starts_on)


def _families(session: Session, row: Succession, low: int) -> list[int]:
    query = sa.select(Entitlement.principal_id).where(*_left(row), Entitlement.principal_id > low).distinct()
    return list(session.scalars(query.order_by(Entitlement.principal_id).limit(FAMILIES_AT_ONCE)))


def _ask(session: Session, row: Succession, families: Sequence[int]) -> int:
    """Write the approved requests of some whole families; returns how many."""
    query = sa.select(Entitlement).where(*_left(row), Entitlement.principal_id.in_(families))
    query = query.options(joinedload(Entitlement.person), joinedload(Entitlement.principal))
    first = Entitlement.relation != Relation.SELF
    rights = list(session.scalars(query.order_by(Entitlement.principal_id, first, Entitlement.id)))
    if row.new_code is not None:
        return _write(session, row, agency_upgrades.asks(row, rights), row.agency_id)
    in_office = [one for one in rights if one.personnel_type is PersonnelType.POLITICAL_EXECUTIVE]
    successor = session.get_one(Agency, row.successor_id)
    moving = [_transfer(row, one, successor) for one in rights if one not in in_office]
    ending = [agency_upgrades.term_end(row, one) for one in in_office]
    return sum(
        _write(session, row, asks, agency_id)
        for asks, agency_id in ((moving, row.successor_id), (ending, row.agency_id))
        if asks
    )


def _transfer(row: Succession, right: Entitlement, successor: Agency) -> Ask:
    start = max(row.starts_on, right.entitled_from)
    values: dict[str, Any] = {"requested_from": start, "entitled_from": start, "entitled_until": right.entitled_until}
    if right.relation is Relation.SELF and right.personnel_type is not None:
        kind = right.personnel_type
        fits = type_fits_agency(kind, successor.agency_type)
        values |= {"service_start_date": start, "event_date": start,
                   "personnel_type": kind if fits else agency_upgrades.OFFICERS[successor.agency_type]}  # fmt: skip
    return Ask(RequestType.TRANSFER_IN, right, values, row.text)


def _write(session: Session, row: Succession, asks: Sequence[Ask], agency_id: int) -> int:
    """Requests as the two officers' own: recorded by who proposed the succession, approved by who decided it."""
    now = business_now(session)
    proposer = replace(_officer(session, row.proposed_by_id), agency_id=agency_id)
    requests = change_drafts.write(session, asks, submission_no=None, actor=proposer, now=now)
    _number_families(session, requests, asks, agency_id, now)
    for request in requests:
        # Beside what another agency may ask for: who comes first in the round has the right.
        request.succession_id, request.asked_right = row.id, f"SUCCEED {request.target_entitlement_id}"
    session.flush()
    frozen_copies.freeze(session, requests, actor=proposer, now=now)
    inputs = inputs_version(session, [request.id for request in requests])
    round_, decided_at = seat(session)
    ids = [request.id for request in requests]
    revisions = sa.select(RequestRevision).where(RequestRevision.request_id.in_(ids))
    for request in requests:
        request.status, request.round_id = RequestStatus.APPROVED, round_.id
        request.decided_by_id, request.decided_at = row.decided_by_id, decided_at
        request.rules_version, request.inputs_version = RULES_VERSION, inputs[request.id]
    for revision in session.scalars(revisions):
        revision.outcome, revision.decided_by_id, revision.decided_at = (
            RequestStatus.APPROVED,
            row.decided_by_id,
            decided_at,
        )
    audit(session, ROBOT, "carry_succession", "succession", row.id, agency_id=agency_id, detail={"requests": len(ids)})
    return len(ids)


def _number_families(
    session: Session, requests: Sequence[ChangeRequest], asks: Sequence[Ask], agency_id: int, now: datetime
) -> None:
    """A form is one family's, so that its clerk corrects one without another."""
    families = dict.fromkeys(ask.target.principal_id for ask in asks)
    numbers = take_numbers(session, "SB", agency_id, bangkok_day(now), len(families) - 1)
    form_of = dict(zip(families, (requests[0].submission_no, *numbers), strict=True))
    for request, ask in zip(requests, asks, strict=True):
        request.submission_no = form_of[ask.target.principal_id]


def _officer(session: Session, user_id: int | None) -> Actor:
    user = session.get_one(PortalUser, user_id)
    return Actor(user.username, NATION, user_id=user.id)


def _return_waiting(session: Session, row: Succession, *, now: datetime) -> int:
    """Return some of what waits for the registrar of the old agency; how many, 0 once nothing waits any more."""
    kind = agency_upgrades.type_of(row.new_code or "")
    mine = [ChangeRequest.agency_id == row.agency_id] if kind is None else agency_upgrades.waiting(row.agency_id, kind)
    pending = sa.select(ChangeRequest).join(Proposal, Proposal.request_id == ChangeRequest.id)
    pending = pending.where(*mine, ChangeRequest.status == RequestStatus.PENDING_APPROVAL).order_by(ChangeRequest.id)
    requests = session.scalars(pending.limit(RETURNED_AT_ONCE)).all()
    decided = {"decided_by_id": row.decided_by_id, "decided_at": now}
    revisions = sa.update(RequestRevision).where(
        sa.tuple_(RequestRevision.request_id, RequestRevision.revision).in_((one.id, one.revision) for one in requests)
    )
    if not requests:
        return 0
    session.execute(revisions.values(outcome=RequestStatus.RETURNED, reason=row.text, **decided))
    for request in requests:
        request.status, request.decision_reason = RequestStatus.RETURNED, row.text
        request.decided_by_id, request.decided_at = row.decided_by_id, now
    told: list[tuple[int, int, dict[str, Any]]] = [(one.id, one.agency_id, {}) for one in requests]
    record_many(session, ROBOT, "return_for_succession", "change_request", told)
    row.counts = {**row.counts, "returned": int(row.counts.get("returned", 0)) + len(requests)}
    return len(requests)


def _officials(session: Session, row: Succession) -> int:
    """Of how many officials something was carried; the rest of what was is their families'."""
    query = sa.select(sa.func.count(sa.distinct(Proposal.national_id)))
    query = query.join(ChangeRequest, ChangeRequest.id == Proposal.request_id).where(Proposal.relation == Relation.SELF)
    carried = ChangeRequest.succession_id == row.id, ChangeRequest.status == RequestStatus.EFFECTIVE
    return session.scalar(query.where(*carried)) or 0


def _end_pass(session: Session, row: Succession, lease: Lease) -> None:
    """End the succession once nothing of it is on its way."""
    now = business_now(session)
    by_status = dict(
        session.execute(
            sa.select(ChangeRequest.status, sa.func.count(ChangeRequest.id))
            .where(ChangeRequest.succession_id == row.id)
            .group_by(ChangeRequest.status)
        ).all()
    )
    left = session.scalar(sa.select(sa.func.count(Entitlement.id)).where(*_standing(row))) or 0
    away = sa.select(sa.func.count(Entitlement.id)).where(
        Entitlement.agency_id == row.agency_id, Entitlement.relation == Relation.SELF, sa.not_(Entitlement.voided),
        Entitlement.suspended, Entitlement.suspended_until.is_(None),
    )  # fmt: skip
    row.counts = {
        "suspended": 0 if row.new_code is not None else session.scalar(away) or 0,
        "carried": by_status.get(RequestStatus.EFFECTIVE, 0), "officials": _officials(session, row), "left": left,
        "on_its_way": by_status.get(RequestStatus.APPROVED, 0),
        "returned": int(row.counts.get("returned", 0)),
    }  # fmt: skip
    row.passes += 1
    if not by_status.get(RequestStatus.APPROVED):
        row.state, row.done_at = SuccessionState.DONE, now
        audit(
            session, ROBOT, "finish_succession", "succession", row.id, agency_id=row.agency_id, detail=dict(row.counts)
        )
    lease.guard(session)
