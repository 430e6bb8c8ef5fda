"""The bank accounts of agencies: one officer proposes a change, another confirms it; the newest confirmed one counts."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.bank_accounts import AgencyAccountState
from app.models.agency import Agency
from app.models.base import AgencyOwned, Model, UtcInstant, code

_OPEN = sa.text("state = 'PROPOSED'")


class AgencyAccount(AgencyOwned, Model):
    """One account of an agency as it was proposed; never changed once it was decided (trigger)."""

    __tablename__ = "agency_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    bank_code: Mapped[str] = mapped_column(sa.String(3))
    account_no: Mapped[str] = mapped_column(sa.String(15))
    account_name: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[AgencyAccountState] = mapped_column(
        code(AgencyAccountState, "account_state"), default=AgencyAccountState.PROPOSED
    )
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcInstant)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    __table_args__ = (
        sa.CheckConstraint("(state = 'PROPOSED') = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint("(decided_by_id IS NULL) = (decided_at IS NULL)", name="decided_by_somebody"),
        sa.CheckConstraint("state <> 'CONFIRMED' OR decided_by_id <> proposed_by_id", name="decider_is_another"),
        sa.Index("uq_agency_account_open", "agency_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("ix_agency_account_newest", "agency_id", "state", "id"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip
    agency: Mapped[Agency] = relationship(viewonly=True)
