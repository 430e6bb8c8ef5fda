"""One agency that takes another's place: asked for by one NHSO officer, decided by another, carried in rounds (spec 2.3)."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.people import SuccessionState
from app.models.agency import Agency
from app.models.base import Model, UtcInstant, Versioned, code


class Succession(Versioned, Model):
    """From `starts_on` on the successor keeps all rights of the agency; `text` names the order, for all who are told.

    With `new_code` the agency is its own successor: it changes its type, code and name and keeps its row.
    """

    __tablename__ = "succession"
    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    successor_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    old_code: Mapped[str | None] = mapped_column(sa.String(8))
    new_code: Mapped[str | None] = mapped_column(sa.String(8))
    new_name: Mapped[str | None] = mapped_column(sa.String(200))
    starts_on: Mapped[date]
    text: Mapped[str] = mapped_column(sa.String(500))
    state: Mapped[SuccessionState] = mapped_column(code(SuccessionState, "state"))
    counts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    passes: Mapped[int] = mapped_column(default=0)
    proposed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("ab_user.id")
    )  # None: the Department's list names it
    proposed_at: Mapped[datetime] = mapped_column(UtcInstant)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    done_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    __table_args__ = (
        sa.CheckConstraint("(agency_id = successor_id) = (new_code IS NOT NULL)", name="successor_is_another"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_people"),
        sa.CheckConstraint("state NOT IN ('APPROVED', 'DONE') OR (decided_by_id IS NOT NULL AND proposed_by_id IS NOT NULL)",
                           name="approved_by_two"),
        sa.Index(
            "uq_succession_open", "agency_id", unique=True,
            sqlite_where=sa.text("state IN ('PROPOSED', 'APPROVED')"),
            postgresql_where=sa.text("state IN ('PROPOSED', 'APPROVED')"),
        ),
    )  # fmt: skip
    agency: Mapped[Agency] = relationship(foreign_keys=[agency_id], viewonly=True)
    successor: Mapped[Agency] = relationship(foreign_keys=[successor_id], viewonly=True)
