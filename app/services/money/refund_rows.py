"""What all verbs on refunds share: the row in scope and unchanged, the line of the table, and what may still come back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain.actor import Actor
from app.domain.errors import Refused, WrongState
from app.domain.ledger import Account, EntryKind
from app.domain.refunds import RefundStatus, RefundVerb
from app.models.appeal import Appeal
from app.models.claim import ReceiptClaim
from app.models.hospital import Hospital
from app.models.ledger import LedgerEntry
from app.models.refund import RefundRequest
from app.rules.citations import NHSO_REFUND_LOCK, NHSO_REFUNDS, REGISTER_REFUNDS
from app.rules.refund_statuses import CLOSED_BY_SET_OFF, STANDING, TABLE
from app.rules.status_tables import Line
from app.services.money.own_rows import own_row


def own(session: Session, refund_id: int, seen_version: int | None = None) -> RefundRequest:
    """The refund in scope, locked. Raises NotFound('REFUND_NOT_FOUND'), Conflict('STALE')."""
    return own_row(session, RefundRequest, refund_id, seen_version, "REFUND_NOT_FOUND")


def line(refund: RefundRequest, verb: RefundVerb, actor: Actor) -> Line[RefundStatus, RefundVerb]:
    """The line of the table for this act.

    Raises NotAllowed('POWER_MISSING'), WrongState('REFUND_STATE', 'REFUND_PRINTED', 'REFUND_SET_OFF_BEGUN').
    """
    found = TABLE.line(refund.status, verb)
    if found is None:
        locked = refund.status is RefundStatus.PRINTED and verb in (RefundVerb.RECORD, RefundVerb.CANCEL)
        raise WrongState(
            "REFUND_PRINTED" if locked else "REFUND_STATE", refund_no=refund.refund_no, status=refund.status,
            citation=NHSO_REFUND_LOCK.text,
        )  # fmt: skip
    actor.require(found.power)
    if refund.kept_back and verb in CLOSED_BY_SET_OFF:
        cite = REGISTER_REFUNDS.text
        raise WrongState("REFUND_SET_OFF_BEGUN", refund_no=refund.refund_no, kept_back=refund.kept_back, citation=cite)
    return found


def paid(session: Session, claim_id: int) -> int:
    """Satang that were transferred for a claim and its appeals."""
    signed = sa.case((LedgerEntry.credit == Account.BANK, LedgerEntry.satang), else_=-LedgerEntry.satang)
    query = sa.select(sa.func.sum(signed))
    return int(
        session.scalar(query.where(LedgerEntry.claim_id == claim_id, LedgerEntry.kind == EntryKind.PAYMENT)) or 0
    )


@dataclass(frozen=True)
class Transferred:
    """One transfer for a claim or for an appeal of it: day, number of the transfer, satang."""

    on: date
    number: str
    satang: int


def transfers(session: Session, claim: ReceiptClaim) -> Sequence[Transferred]:
    """Each transfer that was made for the claim and its appeals, the oldest first."""
    of_appeals = sa.select(Appeal).where(Appeal.claim_id == claim.id, Appeal.paid_on.is_not(None)).order_by(Appeal.id)
    rows = ((one.paid_on, one.transfer_no, one.granted) for one in (claim, *session.scalars(of_appeals)))
    made = (Transferred(on, number or "", satang or 0) for on, number, satang in rows if on is not None)
    return sorted(made, key=lambda one: one.on)


def room(session: Session, claim_id: int, *, but: int = 0) -> int:
    """Satang of a claim that may still be given back: what was transferred less its standing refunds but this one."""
    given = sa.select(sa.func.sum(RefundRequest.amount)).where(
        RefundRequest.claim_id == claim_id, RefundRequest.status.in_(STANDING), RefundRequest.id != but
    )
    return paid(session, claim_id) - int(session.scalar(given) or 0)


def require_room(session: Session, claim: ReceiptClaim, amount: int, *, but: int = 0) -> None:
    """Raise Refused('REFUND_OVER_PAID') where more would come back than was paid."""
    left = room(session, claim.id, but=but)
    if amount > left:
        raise Refused("REFUND_OVER_PAID", citation=NHSO_REFUNDS.text, field="amount", room=max(left, 0))


def with_names() -> tuple[object, ...]:
    """Loader options for what pages and the form show of a refund."""
    claim = joinedload(RefundRequest.claim)
    return (
        claim.joinedload(ReceiptClaim.patient), claim.joinedload(ReceiptClaim.hospital).joinedload(Hospital.province),
        joinedload(RefundRequest.agency), joinedload(RefundRequest.account),
    )  # fmt: skip
