"""Refunds of claims that brought too much, their reasons, and the accounts to which they go (spec 2.8, 5.7)."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.refunds import AccountDecision, RefundMethod, RefundStatus
from app.models.agency import Agency
from app.models.base import AgencyOwned, Model, UtcInstant, Versioned, code
from app.models.claim import ReceiptClaim
from app.models.ledger import LedgerEntry


class RefundReason(Model):
    """สาเหตุการคืนเงิน: what the form offers; the administrator keeps the list."""

    __tablename__ = "refund_reason"
    id: Mapped[int] = mapped_column(primary_key=True)
    name_th: Mapped[str] = mapped_column(sa.String(120), unique=True)
    position: Mapped[int] = mapped_column(default=100)

    def __repr__(self) -> str:
        return self.name_th


class FundAccount(Model):
    """An account of the fund, or its end, as one officer proposed it and another decided; never changed afterwards (trigger).

    In force from its day until a confirmed row that `replaces_id` it begins; a row that only ends another one `is_end`.
    """

    __tablename__ = "fund_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    bank: Mapped[str] = mapped_column(sa.String(120))
    account_name: Mapped[str] = mapped_column(sa.String(200))
    account_no: Mapped[str] = mapped_column(sa.String(40))
    valid_from: Mapped[date]
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fund_account.id"), index=True)
    is_end: Mapped[bool] = mapped_column(default=False)
    decision: Mapped[AccountDecision] = mapped_column(
        code(AccountDecision, "decision"), default=AccountDecision.PROPOSED
    )
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    proposed_by: Mapped[str] = mapped_column(sa.String(120))
    proposed_at: Mapped[datetime] = mapped_column(UtcInstant)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    decided_by: Mapped[str | None] = mapped_column(sa.String(120))
    decided_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    __table_args__ = (
        sa.CheckConstraint("(decision = 'PROPOSED') = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint("decision <> 'CONFIRMED' OR decided_by_id <> proposed_by_id", name="decider_is_another"),
        sa.CheckConstraint("decision <> 'CONFIRMED' OR decided_by_id IS NOT NULL", name="confirmed_by_somebody"),
        sa.CheckConstraint("NOT is_end OR replaces_id IS NOT NULL", name="end_of_what"),
        {"sqlite_autoincrement": True},
    )

    def __repr__(self) -> str:
        return f"{self.bank} {self.account_no}"


class RefundRequest(AgencyOwned, Versioned, Model):
    """What an agency gives back of a paid claim (satang). Fixed by trigger once its form was printed."""

    __tablename__ = "refund_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    refund_no: Mapped[str] = mapped_column(sa.String(40), unique=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("receipt_claim.id"), index=True)
    status: Mapped[RefundStatus] = mapped_column(
        code(RefundStatus, "status"), default=RefundStatus.AWAITING_CONFIRMATION
    )
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    reason: Mapped[str] = mapped_column(sa.String(120))  # as the list said it then
    words: Mapped[str | None] = mapped_column(sa.String(1000))
    method: Mapped[RefundMethod] = mapped_column(code(RefundMethod, "method"))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fund_account.id"))
    sent_on: Mapped[date | None]  # the day of the transfer or cheque, where it is known already
    sent_no: Mapped[str | None] = mapped_column(sa.String(60))
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))  # who wrote it last
    recorded_at: Mapped[datetime] = mapped_column(UtcInstant)
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    entry_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("ledger_entry.id")
    )  # the debt that the confirmation posted
    printed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    printed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    prints: Mapped[int] = mapped_column(default=0)
    cancelled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    note: Mapped[str | None] = mapped_column(sa.String(1000))  # why the NHSO took it back
    received_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    received_on: Mapped[date | None]
    received_no: Mapped[str | None] = mapped_column(sa.String(60))
    kept_back: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")  # by payment runs, so far
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("(method = 'TRANSFER') = (account_id IS NOT NULL)", name="transfer_has_account"),
        sa.CheckConstraint(
            "status NOT IN ('CONFIRMED', 'PRINTED', 'MONEY_RECEIVED')"
            " OR (confirmed_at IS NOT NULL AND entry_id IS NOT NULL)", name="confirmed",
        ),
        sa.CheckConstraint(
            "status NOT IN ('PRINTED', 'MONEY_RECEIVED') OR (printed_at IS NOT NULL AND prints > 0)"
            " OR (status = 'MONEY_RECEIVED' AND kept_back = amount)", name="printed",
        ),
        sa.CheckConstraint("kept_back >= 0 AND kept_back <= amount", name="kept_back"),
        sa.CheckConstraint("(status = 'MONEY_RECEIVED') = (received_on IS NOT NULL)", name="received_on_a_day"),
        sa.CheckConstraint("status NOT LIKE 'CANCELLED%' OR cancelled_at IS NOT NULL", name="cancelled"),
        sa.CheckConstraint("status <> 'CANCELLED_BY_NHSO' OR note IS NOT NULL", name="annulled_with_words"),
        sa.CheckConstraint("confirmed_by_id <> recorded_by_id", name="confirmer_is_another"),
        sa.CheckConstraint("received_by_id <> recorded_by_id", name="receiver_is_another"),
        sa.Index("ix_refund_request_agency_status", "agency_id", "status", "id"),
        sa.Index("ix_refund_request_status", "status", "id"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip
    claim: Mapped[ReceiptClaim] = relationship(viewonly=True)
    agency: Mapped[Agency] = relationship(viewonly=True)
    account: Mapped[FundAccount | None] = relationship(viewonly=True)
    entry: Mapped[LedgerEntry | None] = relationship(viewonly=True)

    @property
    def rest(self) -> int:
        """What runs have not kept back of it."""
        return self.amount - self.kept_back

    @property
    def received(self) -> int:
        """What is there: all of it once the money came, before that what runs kept back."""
        return self.amount if self.status is RefundStatus.MONEY_RECEIVED else self.kept_back

    @property
    def claim_no(self) -> str:
        """The claim that it is about."""
        return self.claim.claim_no if self.claim else ""

    @property
    def patient_name(self) -> str:
        """Whose claim."""
        return self.claim.patient_name if self.claim else ""

    @property
    def masked_id(self) -> str:
        """The patient's national ID as lists show it."""
        return self.claim.masked_id if self.claim else ""

    def __repr__(self) -> str:
        return self.refund_no
