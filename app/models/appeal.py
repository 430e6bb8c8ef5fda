"""Appeals against what was decided of a claim, their reasons and further papers (spec 2.8, 5.6)."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.appeals import AppealKind, AppealStatus, Compensation
from app.domain.claims import PatientType
from app.models.agency import Agency
from app.models.base import AgencyOwned, Model, UtcInstant, Versioned, code
from app.models.claim import ReceiptClaim
from app.models.hospital import Hospital
from app.models.paper import Paper

_OPEN = sa.text("status IN ('DRAFT', 'SUBMITTED')")


class AppealReason(Model):
    """สาเหตุการอุทธรณ์: what the forms offer; the administrator keeps the list."""

    __tablename__ = "appeal_reason"
    id: Mapped[int] = mapped_column(primary_key=True)
    name_th: Mapped[str] = mapped_column(sa.String(120), unique=True)
    position: Mapped[int] = mapped_column(default=100)

    def __repr__(self) -> str:
        return self.name_th


class Appeal(AgencyOwned, Versioned, Model):
    """What the agency wants otherwise: details of the claim, or more money (satang). Fixed by trigger once sent."""

    __tablename__ = "appeal"
    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_no: Mapped[str] = mapped_column(sa.String(40), unique=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("receipt_claim.id"), index=True)
    kind: Mapped[AppealKind] = mapped_column(code(AppealKind, "kind"))
    status: Mapped[AppealStatus] = mapped_column(code(AppealStatus, "status"), default=AppealStatus.DRAFT)
    reason: Mapped[str] = mapped_column(sa.String(120))  # as the list said it then
    words: Mapped[str | None] = mapped_column(sa.String(1000))
    hospital_id: Mapped[int | None] = mapped_column(sa.ForeignKey("hospital.id"))
    patient_type: Mapped[PatientType | None] = mapped_column(code(PatientType, "patient_type"))
    compensation: Mapped[Compensation | None] = mapped_column(code(Compensation, "compensation"))
    additional: Mapped[int | None] = mapped_column(sa.BigInteger)
    total: Mapped[int | None] = mapped_column(sa.BigInteger)  # of all receipts, the further ones too
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcInstant)
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    signed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    note: Mapped[str | None] = mapped_column(sa.String(1000))
    paid_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    paid_on: Mapped[date | None]
    transfer_no: Mapped[str | None] = mapped_column(sa.String(60))
    __table_args__ = (
        sa.CheckConstraint(
            "(kind = 'AMOUNT') = (additional IS NOT NULL AND total IS NOT NULL AND compensation IS NOT NULL)", name="amounts"
        ),
        sa.CheckConstraint("additional IS NULL OR (additional > 0 AND additional <= total)", name="additional"),
        sa.CheckConstraint(
            "kind = 'AMOUNT' OR hospital_id IS NOT NULL OR patient_type IS NOT NULL", name="details_change_something"
        ),
        sa.CheckConstraint("status IN ('DRAFT', 'CANCELLED') OR submitted_at IS NOT NULL", name="sent"),
        sa.CheckConstraint("status NOT IN ('PASSED', 'NOT_PASSED') OR decided_at IS NOT NULL", name="decided"),
        sa.CheckConstraint("status <> 'NOT_PASSED' OR note IS NOT NULL", name="refusal_has_words"),
        sa.CheckConstraint("paid_on IS NULL OR (status = 'PASSED' AND kind = 'AMOUNT')", name="paid"),
        sa.CheckConstraint("paid_by_id <> decided_by_id AND paid_by_id <> signed_by_id", name="payer_is_another"),
        sa.CheckConstraint("decided_by_id <> signed_by_id", name="two_signatures"),
        sa.CheckConstraint(
            "decided_by_id <> recorded_by_id AND decided_by_id <> submitted_by_id", name="decider_is_another"
        ),
        sa.Index("uq_appeal_open", "claim_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("ix_appeal_agency_status", "agency_id", "status", "id"),
        sa.Index("ix_appeal_status", "status", "submitted_at"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip
    claim: Mapped[ReceiptClaim] = relationship(viewonly=True)
    hospital: Mapped[Hospital | None] = relationship(viewonly=True)
    agency: Mapped[Agency] = relationship(viewonly=True)

    @property
    def claim_no(self) -> str:
        """The claim that it is about."""
        return self.claim.claim_no if self.claim else ""

    @property
    def patient_name(self) -> str:
        """Whose claim."""
        return self.claim.patient_name if self.claim else ""

    @property
    def granted(self) -> int | None:
        """What it brought."""
        return self.additional if self.status is AppealStatus.PASSED else None

    @property
    def waits_for_money(self) -> bool:
        """Whether it brought money that was not transferred yet."""
        return self.granted is not None and self.paid_on is None

    @property
    def is_signed_once(self) -> bool:
        """Whether one of two signatures stands below it."""
        return self.status is AppealStatus.SUBMITTED and self.signed_by_id is not None

    def __repr__(self) -> str:
        return self.appeal_no


class AppealPaper(Paper, Model):
    """A further receipt or other file of an appeal, kept by the hash of its content beside the evidence."""

    __tablename__ = "appeal_paper"
    appeal_id: Mapped[int] = mapped_column(sa.ForeignKey("appeal.id"), index=True)
    __table_args__ = (sa.UniqueConstraint("appeal_id", "sha256"), {"sqlite_autoincrement": True})
