"""What the NHSO does to printed refunds: the money is there, or the form is taken back on the agency's wish (spec 5.7, 7)."""

from datetime import date

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, NotAllowed
from app.domain.ledger import EntryKind
from app.domain.names import tidy
from app.domain.powers import Power
from app.domain.refunds import RefundVerb
from app.rules.citations import REGISTER_REFUNDS
from app.services.audit import record as audit
from app.services.clock import business_now
from app.services.money import ledger
from app.services.money.claim_rows import own as own_claim
from app.services.money.given_back import free_receipts
from app.services.money.refund_rows import line, own
from app.services.money.refunds import NUMBER_LENGTH, WORDS_LENGTH
from app.services.transaction import transaction


def receive(refund_id: int, seen_version: int, received_on: date | None, number: str, *, actor: Actor) -> None:
    """Note that the money of a printed refund came in, on which day and under which number; of what runs kept back only the rest.

    Raises NotAllowed('OWN_REFUND'), BadInput REQUIRED, DATE_IN_FUTURE, RECEIVED_BEFORE_PAID, TOO_LONG; NotFound,
    WrongState('REFUND_STATE'), Conflict('STALE').
    """
    actor.require(Power.RECEIVE_REFUND)
    known_as = tidy(number)
    if received_on is None or not known_as:
        raise BadInput("REQUIRED", field="received_on" if received_on is None else "received_no")
    if len(known_as) > NUMBER_LENGTH:
        raise BadInput("TOO_LONG", field="received_no", longest=NUMBER_LENGTH)
    with transaction(actor) as session:
        now = business_now(session)
        refund = own(session, refund_id, seen_version)
        step = line(refund, RefundVerb.RECEIVE, actor)
        if actor.user_id is None or actor.user_id == refund.recorded_by_id:
            raise NotAllowed("OWN_REFUND", citation=REGISTER_REFUNDS.text, refund_no=refund.refund_no)
        if received_on > bangkok_day(now):
            raise BadInput("DATE_IN_FUTURE", field="received_on", date=received_on)
        claim = own_claim(session, refund.claim_id)
        if claim.paid_on is not None and received_on < claim.paid_on:
            raise BadInput("RECEIVED_BEFORE_PAID", field="received_on", paid_on=claim.paid_on)
        ledger.post(session, claim, EntryKind.REFUND_RECEIVED, refund.rest, actor=actor, now=now)
        refund.status, refund.received_by_id = step.to, actor.user_id
        refund.received_on, refund.received_no = received_on, known_as
        session.flush()
        free_receipts(session, [claim.id], actor=actor)
        audit(session, actor, "receive_refund", "refund_request", refund.id, agency_id=refund.agency_id)


def annul(refund_id: int, seen_version: int, note: str, *, actor: Actor) -> None:
    """Take a printed refund back for the agency, with a reason; the ledger gets the counter-entry.

    Raises BadInput('REQUIRED', 'TOO_LONG'), NotFound, WrongState('REFUND_STATE'), Conflict('STALE').
    """
    actor.require(Power.ANNUL_REFUND)
    text = note.replace("\0", "").strip()
    if not text:
        raise BadInput("REQUIRED", field="note")
    if len(text) > WORDS_LENGTH:
        raise BadInput("TOO_LONG", field="note", longest=WORDS_LENGTH)
    with transaction(actor) as session:
        now = business_now(session)
        refund = own(session, refund_id, seen_version)
        step = line(refund, RefundVerb.ANNUL, actor)
        assert refund.entry_id is not None
        ledger.undo_entry(session, own_claim(session, refund.claim_id), refund.entry_id, actor=actor, now=now)
        refund.status, refund.note = step.to, text
        refund.cancelled_by_id, refund.cancelled_at = actor.user_id, now
        session.flush()
        audit(session, actor, "annul_refund", "refund_request", refund.id, agency_id=refund.agency_id)
