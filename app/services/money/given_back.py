"""The receipts of a claim whose money came back whole because its right has gone: the agency that has to pay can claim them."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.claims import ClaimStatus
from app.domain.ledger import Account, EntryKind
from app.domain.refunds import RefundStatus
from app.models.claim import ReceiptClaim
from app.models.claimed_receipt import ClaimedReceipt
from app.models.ledger import LedgerEntry
from app.models.refund import RefundRequest
from app.services.audit import record_many
from app.services.money import rights_now

AT_ONCE = 500
# Money for the receipt that came from elsewhere: nobody claims it anew, whoever has to pay.
PAID_ELSEWHERE = ("เบิกซ้ำ", "ได้รับเงินจากสิทธิอื่น")
_BACK = (EntryKind.REFUND_RECEIVED, EntryKind.REFUND_SET_OFF)


def free_receipts(session: Session, claim_ids: Collection[int], *, actor: Actor) -> None:
    """Let anybody claim the receipts of those of these claims of which all that was paid came back, with its appeals.

    Only where their right has gone (else their own agency goes on answering for the day), nothing of them waits to be paid,
    and no refund of them says that the receipt was paid elsewhere. In the transaction that brings the money back.
    """
    ids = sorted(set(claim_ids))
    for start in range(0, len(ids), AT_ONCE):
        whole = session.scalars(_given_back(ids[start : start + AT_ONCE])).all()
        gone = sorted(rights_now.gone(session, whole)) if whole else []
        held = sa.select(ClaimedReceipt.claim_id, ClaimedReceipt.agency_id).where(
            ClaimedReceipt.claim_id.in_(gone), ClaimedReceipt.held
        )
        freed = [(row.claim_id, row.agency_id, {}) for row in session.execute(held.distinct())]
        if freed:
            mine = sa.update(ClaimedReceipt).where(ClaimedReceipt.claim_id.in_([one[0] for one in freed]))
            session.execute(mine.values(held=False))
            record_many(session, actor, "free_receipts", "receipt_claim", freed)


def _given_back(claim_ids: Collection[int]) -> sa.Select[tuple[int]]:
    """Those of which the ledger has all that was transferred back, and owes nothing."""
    entry = LedgerEntry
    into = sa.case((entry.debit == Account.BANK, entry.satang), (entry.credit == Account.BANK, -entry.satang), else_=0)
    owed = sa.case((entry.credit == Account.OWED, entry.satang), (entry.debit == Account.OWED, -entry.satang), else_=0)
    elsewhere = sa.select(RefundRequest.id).where(
        RefundRequest.claim_id == ReceiptClaim.id, RefundRequest.status == RefundStatus.MONEY_RECEIVED,
        RefundRequest.reason.in_(PAID_ELSEWHERE),
    )  # fmt: skip
    return (
        sa.select(ReceiptClaim.id)
        .join(entry, entry.claim_id == ReceiptClaim.id)
        .where(ReceiptClaim.id.in_(claim_ids), ReceiptClaim.status == ClaimStatus.PAID, ~elsewhere.exists())
        .group_by(ReceiptClaim.id)
        .having(
            sa.func.sum(into) == 0,
            sa.func.sum(owed) == 0,
            sa.func.max(sa.case((entry.kind.in_(_BACK), 1), else_=0)) == 1,
        )
    )
