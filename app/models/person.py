"""A person, known by the national ID, in whichever role."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, UtcInstant, Versioned
from app.models.columns import PersonColumns

_DIED = sa.text("death_date IS NOT NULL")


class Person(PersonColumns, Versioned, Model):
    """Reached through an entitlement or request in scope, never listed by itself (decisions 8)."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    national_id: Mapped[str] = mapped_column(sa.String(13), unique=True)
    death_date: Mapped[date | None]
    registry_checked_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    registry_status: Mapped[str] = mapped_column(sa.String(20), default="NEVER")
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    __table_args__ = (
        sa.CheckConstraint("length(national_id) = 13", name="national_id_length"),
        sa.Index("ix_person_sort_key", "sort_key"),
        sa.Index("ix_person_birth_date", "birth_date"),
        sa.Index("ix_person_death_date", "death_date", sqlite_where=_DIED, postgresql_where=_DIED),
    )

    def __repr__(self) -> str:
        return self.full_name
