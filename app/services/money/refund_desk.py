"""What the pages of refunds show: one refund with its claim, and what waits for the NHSO."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.powers import Power
from app.domain.refunds import RefundStatus, RefundVerb
from app.models.account import PortalUser
from app.models.audit import AuditEvent
from app.models.payment_run import RefundSetOff
from app.models.refund import FundAccount, RefundRequest
from app.rules.refund_statuses import CLOSED_BY_SET_OFF, TABLE
from app.services.audit import person_hash, record_reads
from app.services.evidence import LARGEST_ID
from app.services.money import fund_accounts, set_offs
from app.services.money.refund_rows import Transferred, paid, room, transfers, with_names
from app.services.transaction import reading

PURPOSE = "REFUND"
MOST = 100


@dataclass(frozen=True)
class RefundDesk:
    """A refund with everything on it: what was `paid` for its claim by which `transfers`, what else may come back, what the
    reader may do now."""

    refund: RefundRequest
    paid: int
    room: int
    verbs: frozenset[RefundVerb]
    names: dict[int, str]
    accounts: Sequence[FundAccount]
    set_offs: Sequence[RefundSetOff] = ()
    transfers: Sequence[Transferred] = ()
    undone: Sequence[AuditEvent] = ()  # its confirmations that count no more, as the audit has them


def open_refund(refund_id: int, *, actor: Actor, hash_key: str) -> RefundDesk:
    """One refund in scope, its opening written down first. Raises NotAllowed, NotFound('REFUND_NOT_FOUND')."""
    actor.require(Power.VIEW_CLAIMS)
    with reading(actor.scope) as session:
        query = sa.select(RefundRequest).options(*with_names()).where(RefundRequest.id == refund_id)
        refund = session.scalars(query).one_or_none() if 0 < refund_id <= LARGEST_ID else None
        if refund is None:
            raise NotFound("REFUND_NOT_FOUND")
        verbs = set(TABLE.verbs(refund.status, actor.powers))
        if actor.user_id == refund.recorded_by_id:
            verbs -= {RefundVerb.CONFIRM, RefundVerb.RECEIVE}
        if refund.kept_back:
            verbs -= set(CLOSED_BY_SET_OFF)
        undone = _undone(session, refund)
        hands = (
            *(one.actor_id for one in undone),
            refund.recorded_by_id, refund.confirmed_by_id, refund.printed_by_id, refund.cancelled_by_id,
            refund.received_by_id, actor.user_id,
        )  # fmt: skip
        people = session.scalars(sa.select(PortalUser).where(PortalUser.id.in_([one for one in hands if one])))
        found = RefundDesk(
            refund, paid(session, refund.claim_id), room(session, refund.claim_id), frozenset(verbs),
            {one.id: f"{one.first_name} {one.last_name}".strip() or one.username for one in people}, (),
            transfers=transfers(session, refund.claim), undone=undone,
        )  # fmt: skip
        hashed = person_hash(refund.claim.patient.national_id, hash_key)
        session.expunge_all()
    read = {"person_hash": hashed, "object_type": "refund_request", "object_id": str(refund_id)}
    record_reads([read], actor=actor, purpose=PURPOSE)
    kept = set_offs.of_refund(refund_id, actor=actor)
    return replace(found, accounts=fund_accounts.offered(actor=actor), set_offs=kept)


def _undone(session: Session, refund: RefundRequest) -> Sequence[AuditEvent]:
    """The confirmations that a change or a cancelling took back, the oldest first: the refund itself keeps the last one only."""
    query = sa.select(AuditEvent).where(
        AuditEvent.object_type == "refund_request", AuditEvent.object_id == str(refund.id),
        AuditEvent.verb == "confirm_refund",
    )  # fmt: skip
    found = session.scalars(query.order_by(AuditEvent.id)).all()
    return found[:-1] if refund.confirmed_at is not None else found


def of_claim(claim_id: int, *, actor: Actor) -> tuple[Sequence[RefundRequest], int]:
    """The refunds of a claim in scope, the oldest first, and what else may come back."""
    with reading(actor.scope) as session:
        rows = session.scalars(
            sa.select(RefundRequest).where(RefundRequest.claim_id == claim_id).order_by(RefundRequest.id)
        ).all()
        left = room(session, claim_id)
        session.expunge_all()
    return rows, left


def waiting(status: RefundStatus, *, actor: Actor) -> Sequence[RefundRequest]:
    """The oldest refunds in scope in this state, for the NHSO's queue: to be confirmed, or printed and not yet received."""
    actor.require(Power.CONFIRM_REFUND)
    query = sa.select(RefundRequest).options(*with_names()).where(RefundRequest.status == status)
    with reading(actor.scope) as session:
        rows = session.scalars(query.order_by(RefundRequest.id).limit(MOST)).all()
        session.expunge_all()
    return rows


def count_waiting(*, actor: Actor) -> int:
    """How many refunds wait to be confirmed, for the menu; counted no further than MOST."""
    actor.require(Power.CONFIRM_REFUND)
    with reading(actor.scope) as session:
        waits = RefundRequest.status == RefundStatus.AWAITING_CONFIRMATION
        first = sa.select(RefundRequest.id).where(waits).limit(MOST).subquery()
        return session.scalar(sa.select(sa.func.count()).select_from(first)) or 0
