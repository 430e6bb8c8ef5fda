"""Bills at risk that somebody looked at and closed; whether a bill is at risk is always computed, never kept (spec 5.7)."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.bills import BillRisk
from app.models.base import AgencyOwned, Model, UtcInstant, code


class BillClosure(AgencyOwned, Model):
    """Holds as long as the right stands as it stood then; another change of it lists the bill anew. Append-only by trigger."""

    __tablename__ = "bill_closure"
    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("receipt_claim.id"), index=True)
    risk: Mapped[BillRisk] = mapped_column(code(BillRisk, "risk"))
    entitlement_id: Mapped[int] = mapped_column(sa.ForeignKey("entitlement.id"))
    right_from: Mapped[date]
    right_until: Mapped[date | None]
    right_voided: Mapped[bool]
    right_standby: Mapped[date | None]
    died_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.String(1000))
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    closed_by: Mapped[str] = mapped_column(sa.String(120))
    closed_at: Mapped[datetime] = mapped_column(UtcInstant)
