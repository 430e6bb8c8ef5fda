"""Pension and return to duty: a principal's right goes on in a new one, and the family's with it (spec 3.8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.people import PersonnelType, Relation, RequestType
from app.domain.powers import Power
from app.models.entitlement import Entitlement
from app.services import change_drafts
from app.services.audit import record as audit
from app.services.change_drafts import Ask
from app.services.change_requests import Submission
from app.services.clock import business_now
from app.services.crossings.change_targets import own_ends
from app.services.transaction import transaction


@dataclass(frozen=True)
class ContinuationForm:
    """From which day on the principal draws a pension or is back on duty; the family goes with him.

    `submission_no` points at the drafts that are written anew.
    """

    entitlement_id: int
    type: RequestType
    starts_on: date | None
    text: str = ""
    evidence_ids: tuple[int, ...] = ()
    submission_no: str | None = None
    seen_version: int | None = None


def go_on(form: ContinuationForm, *, actor: Actor, submit: bool = True) -> Submission:
    """Ask that a principal's right goes on as a pension (PENSION) or after a suspension (REINSTATE), with the family's.

    One request each; the family's rights that the law no longer gives are left out. Errors as `endings.report_end`.
    """
    actor.require(Power.RECORD_REQUEST)
    with transaction(actor) as session:
        now = business_now(session)
        own = change_drafts.own_target(session, form.entitlement_id, actor)
        if own.relation is not Relation.SELF:
            raise NotFound("ENTITLEMENT_NOT_FOUND")
        is_pension = form.type is RequestType.PENSION
        kind = PersonnelType.PENSIONER if is_pension else own.personnel_type
        drafts = change_drafts.drafts_of(session, form.submission_no, own)
        mine = {"service_start_date": form.starts_on, "personnel_type": kind, "event_date": form.starts_on}
        asks = [Ask(form.type, own, mine | _afresh(form.starts_on), form.text, form.evidence_ids, drafts.get(own.id),
                    form.seen_version)]  # fmt: skip
        asks += [
            Ask(form.type, right, _afresh(_from(form.starts_on, right)), request_id=drafts.get(right.id))
            for right in _going_along(session, own, form)
        ]
        requests = change_drafts.write(session, asks, submission_no=form.submission_no, actor=actor, now=now)
        change_drafts.drop_others(session, requests)
        if submit:
            change_drafts.send(session, requests, actor=actor, now=now)
        ids = [request.id for request in requests]
        verb = "take_up_pension" if is_pension else "return_to_duty"
        audit(session, actor, verb, "submission", requests[0].submission_no, agency_id=actor.agency_id,
              detail={"requests": ids, "sent": submit})  # fmt: skip
        return Submission(requests[0].submission_no, tuple(ids))


def _afresh(starts_on: date | None) -> dict[str, date | None]:
    """The days of a right that begins anew: what the law makes of them is laid down when it is sent."""
    return {"requested_from": starts_on, "entitled_from": None, "entitled_until": None}


def _going_along(session: Session, own: Entitlement, form: ContinuationForm) -> Sequence[Entitlement]:
    """The family's rights that stopped or would stop with the principal's, and that last by law beyond the day."""
    query = sa.select(Entitlement).where(
        Entitlement.principal_id == own.person_id,
        Entitlement.relation != Relation.SELF,
        Entitlement.agency_id == own.agency_id,
        sa.not_(Entitlement.voided),
    )
    day = form.starts_on or own.entitled_from
    if form.type is RequestType.REINSTATE:
        stopped = sa.and_(Entitlement.suspended, Entitlement.suspended_until.is_(None))
        query = query.where(stopped, Entitlement.ended_by_request_id == own.ended_by_request_id)
    else:
        lasting = sa.or_(Entitlement.entitled_until.is_(None), Entitlement.entitled_until > day)
        ended = sa.true() if own.ended_by_request_id is not None else sa.false()
        with_him = sa.and_(Entitlement.ended_by_request_id == own.ended_by_request_id, ended)
        query = query.where(sa.or_(lasting, with_him))
    query = query.options(joinedload(Entitlement.person), joinedload(Entitlement.principal))
    found = session.scalars(query.order_by(Entitlement.relation, Entitlement.entitled_from, Entitlement.id)).all()
    ends = own_ends(session, found) if form.type is RequestType.PENSION else {}
    return [right for right in found if _lasts(right, ends, day)]


def _from(starts_on: date | None, right: Entitlement) -> date | None:
    """The day on which a right of the family goes on: its own first day where that comes later."""
    return None if starts_on is None else max(starts_on, right.entitled_from)


def _lasts(right: Entitlement, ends: Mapping[int, date | None], day: date) -> bool:
    """Whether the right would have lasted beyond the day, had the principal's not stopped."""
    by_law = right.until_before_end if right.ended_by_request_id is not None else right.entitled_until
    end = ends.get(right.id, by_law)
    return end is None or end > day
