"""Receipt claims, their papers, and what happened to each (spec 2.8, 5.5)."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.claims import ClaimReason, ClaimStatus, ClaimVerb, PaperKind, PatientType
from app.domain.national_id import mask
from app.models.agency import Agency
from app.models.base import AgencyOwned, Model, UtcInstant, Versioned, code
from app.models.hospital import Hospital
from app.models.paper import Paper
from app.models.person import Person

_WAITS = sa.text("status IN ('SUBMITTED', 'APPROVED')")


class ReceiptClaim(AgencyOwned, Versioned, Model):
    """One receipt that a person paid in advance; amounts in satang. What it says is fixed by trigger once sent."""

    __tablename__ = "receipt_claim"
    id: Mapped[int] = mapped_column(primary_key=True)
    claim_no: Mapped[str] = mapped_column(sa.String(40), unique=True)
    status: Mapped[ClaimStatus] = mapped_column(code(ClaimStatus, "status"), default=ClaimStatus.DRAFT)
    patient_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    entitlement_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("entitlement.id"), index=True
    )  # that pays, once sent
    name_on_receipt: Mapped[str] = mapped_column(sa.String(300))
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    patient_type: Mapped[PatientType] = mapped_column(code(PatientType, "patient_type"))
    served_on: Mapped[date]
    discharged_on: Mapped[date | None]
    receipt_no: Mapped[str] = mapped_column(sa.String(100))
    receipt_key: Mapped[str] = mapped_column(sa.String(200))
    receipt_on: Mapped[date]
    total: Mapped[int] = mapped_column(sa.BigInteger)
    claimable: Mapped[int] = mapped_column(sa.BigInteger)
    is_referred: Mapped[bool] = mapped_column(default=False)
    private_unit: Mapped[str | None] = mapped_column(
        sa.String(200)
    )  # on the receipt, where the hospital sent the patient
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcInstant)
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    late_allowed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    approved: Mapped[int | None] = mapped_column(
        sa.BigInteger
    )  # proposed by the first signature, fixed by the decision
    signed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    reason: Mapped[ClaimReason | None] = mapped_column(code(ClaimReason, "reason"))
    note: Mapped[str | None] = mapped_column(sa.String(1000))
    paid_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    paid_on: Mapped[date | None]
    transfer_no: Mapped[str | None] = mapped_column(sa.String(60))
    __table_args__ = (
        sa.CheckConstraint("total > 0 AND claimable > 0 AND claimable <= total", name="amounts"),
        sa.CheckConstraint("approved IS NULL OR (approved > 0 AND approved <= claimable)", name="approved"),
        sa.CheckConstraint("discharged_on IS NULL OR discharged_on >= served_on", name="discharge"),
        sa.CheckConstraint("is_referred = (private_unit IS NOT NULL)", name="referred_where"),
        sa.CheckConstraint(
            "status IN ('DRAFT', 'CANCELLED') OR (submitted_at IS NOT NULL AND entitlement_id IS NOT NULL)", name="sent"
        ),
        sa.CheckConstraint("status NOT IN ('RETURNED', 'DENIED') OR reason IS NOT NULL", name="refusal_has_reason"),
        sa.CheckConstraint(
            "status NOT IN ('APPROVED', 'PAID') OR (approved IS NOT NULL AND decided_at IS NOT NULL)", name="decided"
        ),
        sa.CheckConstraint(
            "status NOT IN ('APPROVED', 'PAID') OR approved = claimable OR reason IS NOT NULL", name="part_has_reason"
        ),
        sa.CheckConstraint("(status = 'PAID') = (paid_on IS NOT NULL)", name="paid_on_a_day"),
        # Whoever decided or signed pays nothing out, whoever recorded or sent decides nothing (spec 7, Q19).
        sa.CheckConstraint("paid_by_id <> decided_by_id AND paid_by_id <> signed_by_id", name="payer_is_another"),
        sa.CheckConstraint("decided_by_id <> signed_by_id", name="two_signatures"),
        sa.CheckConstraint(
            "decided_by_id <> recorded_by_id AND decided_by_id <> submitted_by_id", name="decider_is_another"
        ),
        sa.Index("ix_receipt_claim_receipt_key", "receipt_key"),
        sa.Index("ix_receipt_claim_agency_status", "agency_id", "status", "id"),
        sa.Index("ix_receipt_claim_waits", "status", "submitted_at", sqlite_where=_WAITS, postgresql_where=_WAITS),
        sa.Index("ix_receipt_claim_served_on", "served_on"),
        sa.Index("ix_receipt_claim_receipt_on", "receipt_on"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip
    patient: Mapped[Person] = relationship(viewonly=True)
    hospital: Mapped[Hospital] = relationship(viewonly=True)
    agency: Mapped[Agency] = relationship(viewonly=True)

    @property
    def patient_name(self) -> str:
        """The patient as the register writes him."""
        return self.patient.full_name if self.patient else self.name_on_receipt

    @property
    def masked_id(self) -> str:
        """The patient's national ID as lists show it."""
        return mask(self.patient.national_id) if self.patient else ""

    @property
    def granted(self) -> int | None:
        """What was decided; a first signature alone is no decision yet."""
        return self.approved if self.status in (ClaimStatus.APPROVED, ClaimStatus.PAID) else None

    @property
    def is_signed_once(self) -> bool:
        """Whether one of two signatures stands below it."""
        return self.status is ClaimStatus.SUBMITTED and self.signed_by_id is not None

    def __repr__(self) -> str:
        return self.claim_no


class ClaimPaper(Paper, Model):
    """A file that was attached to a claim, kept by the hash of its content beside the evidence."""

    __tablename__ = "claim_paper"
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("receipt_claim.id"), index=True)
    kind: Mapped[PaperKind] = mapped_column(code(PaperKind, "kind"))
    __table_args__ = (
        sa.UniqueConstraint("claim_id", "sha256"),
        {"sqlite_autoincrement": True},  # the id of a paper that is gone must never open another one
    )


class ClaimStep(AgencyOwned, Model):
    """One act on a claim as its page tells it; append-only by trigger."""

    __tablename__ = "claim_step"
    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("receipt_claim.id"), index=True)
    verb: Mapped[ClaimVerb] = mapped_column(code(ClaimVerb, "verb"))
    status: Mapped[ClaimStatus] = mapped_column(code(ClaimStatus, "status"))
    by_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[datetime] = mapped_column(UtcInstant)
    amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    reason: Mapped[ClaimReason | None] = mapped_column(code(ClaimReason, "reason"))
    note: Mapped[str | None] = mapped_column(sa.String(1000))
    frozen: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)  # of SUBMIT: what was sent, with its papers' hashes
    sha256: Mapped[str | None] = mapped_column(sa.String(64))  # of the frozen copy
