"""Which receipts are claimed: one row for each, of claims and of what appeals add to them, by who issued it."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import AgencyOwned, Model

_HELD = sa.text("held")


class ClaimedReceipt(AgencyOwned, Model):
    """A receipt by issuer, number and amount (satang); while it is held nobody else in the country can claim it.

    `appeal_id` is None for the receipt of the claim itself. Facts never change and a held row never goes (triggers).
    """

    __tablename__ = "claimed_receipt"
    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("receipt_claim.id"), index=True)
    appeal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("appeal.id"), index=True)
    issuer: Mapped[str] = mapped_column(sa.String(300))
    issuer_key: Mapped[str] = mapped_column(sa.String(300))
    receipt_no: Mapped[str] = mapped_column(sa.String(100))
    receipt_key: Mapped[str] = mapped_column(sa.String(200))
    total: Mapped[int] = mapped_column(sa.BigInteger)
    is_further: Mapped[bool] = mapped_column(default=False)  # of an appeal, adding to what the treatment cost
    held: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (
        sa.CheckConstraint("total > 0", name="total"),
        sa.CheckConstraint("NOT is_further OR appeal_id IS NOT NULL", name="further_by_appeal"),
        sa.Index(
            "uq_claimed_receipt_held", "issuer_key", "receipt_key", "total",
            unique=True, sqlite_where=_HELD, postgresql_where=_HELD,
        ),
        sa.Index("ix_claimed_receipt_receipt_key", "receipt_key"),
    )  # fmt: skip
