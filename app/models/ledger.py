"""The ledger of claims: one amount from one account to another in each row, so that the sums balance by construction."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.ledger import Account, EntryKind
from app.models.agency import Agency
from app.models.base import AgencyOwned, Model, UtcInstant, code
from app.models.claim import ReceiptClaim


class LedgerEntry(AgencyOwned, Model):
    """Posted once and never changed (trigger); a counter-entry names what it undoes, and each can be undone once.

    Triggers refuse a counter-entry that is not the mirror of what it names, and an entry that pays out more than is owed.
    """

    __tablename__ = "ledger_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("receipt_claim.id"), index=True)
    kind: Mapped[EntryKind] = mapped_column(code(EntryKind, "kind"))
    debit: Mapped[Account] = mapped_column(code(Account, "debit"))
    credit: Mapped[Account] = mapped_column(code(Account, "credit"))
    satang: Mapped[int] = mapped_column(sa.BigInteger)
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger_entry.id"), unique=True)
    posted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    posted_at: Mapped[datetime] = mapped_column(UtcInstant, index=True)
    __table_args__ = (
        sa.CheckConstraint("satang > 0", name="satang"),
        sa.CheckConstraint("debit <> credit", name="two_accounts"),
        sa.Index("ix_ledger_entry_agency_posted", "agency_id", "posted_at"),
    )
    claim: Mapped[ReceiptClaim] = relationship(viewonly=True)
    agency: Mapped[Agency] = relationship(viewonly=True)

    @property
    def claim_no(self) -> str:
        """The claim that it belongs to."""
        return self.claim.claim_no if self.claim else ""

    def __repr__(self) -> str:
        return str(self.id)
