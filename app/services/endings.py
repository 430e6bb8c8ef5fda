"""แจ้งข้อมูลผู้หมดสิทธิ: the clerk reports an end or a suspension, or takes an end back that was reported in error (spec 2.6)."""

from dataclasses import dataclass
from datetime import date

from app.domain.actor import Actor
from app.domain.errors import WrongState
from app.domain.people import RequestType, TerminationReason
from app.domain.powers import Power
from app.rules.endings import ReportedEnd
from app.services import change_drafts
from app.services.audit import record as audit
from app.services.change_drafts import Ask
from app.services.change_requests import Submission, checked_reason
from app.services.clock import business_now
from app.services.transaction import transaction


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

    Raises NotFound, BadInput('REQUIRED') without reason, WrongState('NOT_ENDED'), InvalidForm where a rival waits.
    """
    actor.require(Power.RECORD_REQUEST)
    text = checked_reason(reason)
    with transaction(actor) as session:
        now = business_now(session)
        target = change_drafts.own_target(session, entitlement_id, actor)
        if target.ended_by_request_id is None:
            raise WrongState("NOT_ENDED")
        ask = Ask(RequestType.RESTORE, target, {"entitled_until": target.until_before_end}, text)
        requests = change_drafts.write(session, [ask], submission_no=None, actor=actor, now=now)
        change_drafts.send(session, requests, actor=actor, now=now)
        audit(session, actor, "take_back_end", "change_request", requests[0].id, agency_id=actor.agency_id,
              detail={"entitlement": target.id})  # fmt: skip
        return Submission(requests[0].submission_no, (requests[0].id,))


def _end_within(start: date, stops_on: date | None) -> date | None:
    """The end as a draft may hold it: one before the start is refused when it is sent, not by the database."""
    return stops_on if stops_on is not None and stops_on > start else None
