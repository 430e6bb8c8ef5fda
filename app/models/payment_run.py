"""Payment runs, what each brings to each agency, and their lines: one claim or one passed appeal each (spec 1.4, 2.8, 8.3)."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.payment_runs import LineOutcome, RunStatus
from app.models.agency import Agency
from app.models.appeal import Appeal
from app.models.base import AgencyOwned, Model, UtcInstant, Versioned, code
from app.models.claim import ReceiptClaim
from app.models.refund import RefundRequest

_CLAIM_LIVES = sa.text("appeal_id IS NULL AND outcome IN ('WAITS', 'PAID')")
_APPEAL_LIVES = sa.text("appeal_id IS NOT NULL AND outcome IN ('WAITS', 'PAID')")


class PaymentRun(Versioned, Model):
    """งวดโอนเงิน: what the NHSO pays out on one day; satang. Its content is fixed by trigger once it is released."""

    __tablename__ = "payment_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_no: Mapped[str] = mapped_column(sa.String(40), unique=True)
    status: Mapped[RunStatus] = mapped_column(code(RunStatus, "run_status"), default=RunStatus.PREPARED)
    transfer_on: Mapped[date]
    line_count: Mapped[int]  # of what was not left out before the release
    satang: Mapped[int] = mapped_column(sa.BigInteger)
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"))
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
    released_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    released_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    job_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    finished_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))  # who cancelled it
    file_sha256: Mapped[str | None] = mapped_column(sa.String(64))  # of its bank file, once it is paid out
    __table_args__ = (
        sa.CheckConstraint("line_count >= 0 AND satang >= 0", name="sums"),
        sa.CheckConstraint("released_by_id <> made_by_id", name="releaser_is_another"),
        sa.CheckConstraint(
            "(status IN ('RELEASING', 'RELEASED')) = (released_by_id IS NOT NULL AND released_at IS NOT NULL"
            " AND job_id IS NOT NULL)",
            name="released_by_somebody",
        ),
        sa.CheckConstraint("(status = 'RELEASED') = (finished_at IS NOT NULL)", name="finished"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    def __repr__(self) -> str:
        return self.run_no


class TransferStatement(AgencyOwned, Model):
    """What one run brings to one agency: its individual statement (STM) and, once issued, its transfer notice; satang."""

    __tablename__ = "transfer_statement"
    id: Mapped[int] = mapped_column(primary_key=True)
    statement_no: Mapped[str] = mapped_column(sa.String(60), unique=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_run.id"))
    run_no: Mapped[str] = mapped_column(sa.String(40))
    transfer_on: Mapped[date]
    line_count: Mapped[int]
    satang: Mapped[int] = mapped_column(sa.BigInteger)
    set_off: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # kept back against what is to be returned
    issued_at: Mapped[datetime | None] = mapped_column(UtcInstant)  # when the agency got it, with its notice
    # Where it goes, as the account stood at the release.
    bank_code: Mapped[str | None] = mapped_column(sa.String(3))
    account_no: Mapped[str | None] = mapped_column(sa.String(15))
    account_name: Mapped[str | None] = mapped_column(sa.String(200))
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))  # of the agency, the notice
    opened_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    __table_args__ = (
        sa.UniqueConstraint("run_id", "agency_id"),
        sa.CheckConstraint("line_count >= 0 AND satang >= 0", name="sums"),
        sa.CheckConstraint("set_off >= 0 AND set_off <= satang", name="set_off"),
        sa.CheckConstraint("(opened_by_id IS NULL) = (opened_at IS NULL)", name="opened_by_somebody"),
        sa.CheckConstraint("opened_at IS NULL OR issued_at IS NOT NULL", name="opened_once_issued"),
        sa.Index("ix_transfer_statement_agency_day", "agency_id", "transfer_on"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip
    agency: Mapped[Agency] = relationship(viewonly=True)

    @property
    def net(self) -> int:
        """What is transferred."""
        return self.satang - self.set_off

    def __repr__(self) -> str:
        return self.statement_no


class TransferLine(AgencyOwned, Model):
    """One claim, or the money of one passed appeal, in a run. A claim stands in at most one living line (unique index)."""

    __tablename__ = "transfer_line"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_run.id"))
    statement_id: Mapped[int] = mapped_column(sa.ForeignKey("transfer_statement.id"), index=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("receipt_claim.id"), index=True)
    appeal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("appeal.id"), index=True)
    satang: Mapped[int] = mapped_column(sa.BigInteger)
    outcome: Mapped[LineOutcome] = mapped_column(code(LineOutcome, "line_outcome"))
    reason_code: Mapped[str | None] = mapped_column(sa.String(40))
    facts: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger_entry.id"), unique=True)
    __table_args__ = (
        sa.CheckConstraint("satang > 0", name="satang"),
        sa.CheckConstraint("(outcome = 'PAID') = (entry_id IS NOT NULL)", name="paid_is_posted"),
        sa.CheckConstraint("outcome <> 'REFUSED' OR reason_code IS NOT NULL", name="refusal_has_reason"),
        sa.Index(
            "uq_transfer_line_claim", "claim_id", unique=True, sqlite_where=_CLAIM_LIVES, postgresql_where=_CLAIM_LIVES
        ),
        sa.Index(
            "uq_transfer_line_appeal", "appeal_id", unique=True, sqlite_where=_APPEAL_LIVES, postgresql_where=_APPEAL_LIVES
        ),
        sa.Index("ix_transfer_line_run_outcome", "run_id", "outcome", "id"),
    )  # fmt: skip
    claim: Mapped[ReceiptClaim] = relationship(viewonly=True)
    appeal: Mapped[Appeal | None] = relationship(viewonly=True)
    agency: Mapped[Agency] = relationship(viewonly=True)


class RefundSetOff(AgencyOwned, Model):
    """What one run kept back of one refund (satang), with its ledger entry; append-only by trigger."""

    __tablename__ = "refund_set_off"
    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(sa.ForeignKey("transfer_statement.id"))
    refund_id: Mapped[int] = mapped_column(sa.ForeignKey("refund_request.id"), index=True)
    satang: Mapped[int] = mapped_column(sa.BigInteger)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_entry.id"), unique=True)
    __table_args__ = (
        sa.CheckConstraint("satang > 0", name="satang"),
        sa.UniqueConstraint("statement_id", "refund_id"),
    )
    refund: Mapped[RefundRequest] = relationship(viewonly=True)
    statement: Mapped[TransferStatement] = relationship(viewonly=True)


class BankFileTaking(Model):
    """Who took the bank file of a run, and when: whoever takes it again is told; append-only by trigger."""

    __tablename__ = "bank_file_taking"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_run.id"), index=True)
    taken_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    taken_by: Mapped[str] = mapped_column(sa.String(120))
    taken_at: Mapped[datetime] = mapped_column(UtcInstant)
