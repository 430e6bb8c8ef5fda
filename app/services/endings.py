"""แจ้งข้อมูลผู้หมดสิทธิ: the clerk reports an end or a suspension, or takes an end back that was reported in error (spec 2.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.errors import Refused, WrongState
from app.domain.people import Relation, RequestType, TerminationReason
from app.domain.powers import Power
from app.models.change_request import ChangeRequest
from app.models.dialects import lock_rows
from app.models.entitlement import Entitlement
from app.rules.endings import ReportedEnd
from app.services import change_drafts, facts
from app.services.audit import record as audit
from app.services.change_drafts import Ask
from app.services.change_requests import Submission, checked_reason
from app.services.clock import business_now
from app.services.crossings import taken_ends
from app.services.crossings.taken_ends import TakenEnd
from app.services.end_effects import brought_back
from app.services.transaction import reading, transaction

_TAKING_ALONG = (RequestType.TRANSFER_IN, RequestType.PENSION)


@dataclass(frozen=True)
class EndForm:
    """What the clerk reports of one right: `reason` is None for a suspension; of a death `event_date` is the day of death.

    `request_id` and `seen_version` point at the draft that is written anew.
    """

    entitlement_id: int
    reason: TerminationReason | None
    event_date: date | None
    text: str = ""
    evidence_ids: tuple[int, ...] = ()
    request_id: int | None = None
    seen_version: int | None = None

    @property
    def type(self) -> RequestType:
        """The kind of request."""
        return RequestType.SUSPEND if self.reason is None else RequestType.TERMINATE


def report_end(form: EndForm, *, actor: Actor, submit: bool = True) -> Submission:
    """Keep the report as a draft, and with `submit` send it to the registrar; a principal's takes the family along.

    Raises InvalidForm with every refusal at its field, NotFound, WrongState('ALREADY_VOIDED', 'NOT_A_DRAFT'),
    Conflict('STALE'), NotAllowed.
    """
    actor.require(Power.RECORD_REQUEST)
    with transaction(actor) as session:
        now = business_now(session)
        target = change_drafts.own_target(session, form.entitlement_id, actor)
        reported = ReportedEnd(form.reason, form.event_date)
        values = {
            "termination_reason": form.reason, "event_date": form.event_date, "requested_from": None,
            "entitled_until": _end_within(target.entitled_from, reported.stops_on),
        }  # fmt: skip
        ask = Ask(form.type, target, values, form.text, form.evidence_ids, form.request_id, form.seen_version)
        requests = change_drafts.write(session, [ask], submission_no=None, actor=actor, now=now)
        if submit:
            change_drafts.send(session, requests, actor=actor, now=now)
        verb = "report_end" if submit else "record_end"
        audit(session, actor, verb, "change_request", requests[0].id, agency_id=actor.agency_id,
              detail={"entitlement": target.id, "reason": form.reason or "SUSPENDED"})  # fmt: skip
        return Submission(requests[0].submission_no, (requests[0].id,))


def take_back_end(entitlement_id: int, reason: str, *, actor: Actor) -> Submission:
    """Ask for an end to be undone that was reported in error, for everybody whom it ended; four eyes and the round follow.

    Of an official who was taken over or pensioned in error the family that went with him comes back too, one request each.
    Raises NotFound, BadInput('REQUIRED') without reason, WrongState('NOT_ENDED'), Refused('MOVE_STANDS', 'PENSION_STANDS') as
    long as the right that came after has not been voided, InvalidForm where a rival waits or somebody is back from the
    suspension.
    """
    actor.require(Power.RECORD_REQUEST)
    text = checked_reason(reason)
    with transaction(actor) as session:
        now = business_now(session)
        target = change_drafts.own_target(session, entitlement_id, actor)
        if target.ended_by_request_id is None:
            raise WrongState("NOT_ENDED")
        taken = taken_ends.of_rights(session, [target.id])
        rights = [target]
        if taken[target.id].type in _TAKING_ALONG:
            _refuse_gone_on(session, target, taken[target.id])
            rights += _gone_along(session, target, taken[target.id]) if target.relation is Relation.SELF else ()
        taken = taken_ends.of_rights(session, [one.id for one in rights])
        asks = [
            Ask(RequestType.RESTORE, one, {"entitled_until": _until_without(one, taken[one.id])}, text)
            for one in rights
        ]
        requests = change_drafts.write(session, asks, submission_no=None, actor=actor, now=now)
        change_drafts.send(session, requests, actor=actor, now=now)
        audit(session, actor, "take_back_end", "change_request", requests[0].id, agency_id=actor.agency_id,
              detail={"entitlement": target.id, "requests": len(requests)})  # fmt: skip
        return Submission(requests[0].submission_no, tuple(request.id for request in requests))


def comes_back(entitlement_id: int, *, actor: Actor) -> list[Entitlement]:
    """The rights of the agency that would come back with this one, were its end taken back. Raises NotAllowed."""
    actor.require(Power.RECORD_REQUEST)
    with reading(actor.scope) as session:
        taken = taken_ends.of_rights(session, [entitlement_id]).get(entitlement_id)
        if taken is None or taken.of_another:  # what ended with the official comes back with him
            return []
        return brought_back(session, [entitlement_id]).get(entitlement_id, [])


def _until_without(right: Entitlement, taken: TakenEnd) -> date | None:
    """The end of the right once that report is gone; what lies beneath a suspension moves nothing until that ends."""
    return right.entitled_until if taken.lies_beneath else right.until_before_end


def _refuse_gone_on(session: Session, target: Entitlement, taken: TakenEnd) -> None:
    """A right comes back from a move or pension only when nothing stands any more of what came after (spec 3.8, 5.2).

    Of a relative's alone that is his own entry: his right ends with the official's then, and what ended it before can be told.
    """
    if taken.type is RequestType.PENSION:
        stands = sa.select(Entitlement.id).where(
            Entitlement.request_id == taken.request_id, sa.not_(Entitlement.voided)
        )
        if session.scalar(stands) is not None:
            raise Refused("PENSION_STANDS", citation="spec 3.8")
    elif agency := facts.goes_on_elsewhere(session, target):
        raise Refused("MOVE_STANDS", citation="spec 5.2", agency=agency)


def _gone_along(session: Session, target: Entitlement, taken: TakenEnd) -> Sequence[Entitlement]:
    """The family's rights that went on with the official's; their ends came of their own requests (spec 3.8, 5.2)."""
    if taken.type is RequestType.PENSION:
        form = sa.select(ChangeRequest.submission_no).where(ChangeRequest.id == taken.request_id).scalar_subquery()
        part = sa.select(ChangeRequest.id).where(ChangeRequest.submission_no == form)
        went: sa.ColumnElement[bool] = Entitlement.ended_by_request_id.in_(part)
    else:
        went = sa.and_(
            Entitlement.termination_reason == TerminationReason.TRANSFERRED_LGO,
            Entitlement.entitled_from >= target.entitled_from, Entitlement.entitled_until >= target.entitled_until,
        )  # fmt: skip
    query = sa.select(Entitlement).where(
        Entitlement.principal_id == target.person_id, Entitlement.relation != Relation.SELF,
        Entitlement.agency_id == target.agency_id, sa.not_(Entitlement.voided), went,
        Entitlement.ended_by_request_id != taken.request_id,
    )  # fmt: skip
    return session.scalars(lock_rows(query.order_by(Entitlement.id), session)).all()


def _end_within(start: date, stops_on: date | None) -> date | None:
    """The end as a draft may hold it: one before the start is refused when it is sent, not by the database."""
    return stops_on if stops_on is not None and stops_on > start else None
