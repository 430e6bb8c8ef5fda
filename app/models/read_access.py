"""Reads of personal data, kept apart from the register so that a look-up never waits for a round (decisions 11)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.models.base import UtcInstant


class ReadsModel(DeclarativeBase):
    """Base of the tables of the second database (on SQLite: a second file)."""


class ReadAccess(ReadsModel):
    """One look-up or one opened record: who read whom, why, with what answer; no name, no full national ID."""

    __tablename__ = "read_access"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcInstant, index=True)
    actor_id: Mapped[int | None]
    token_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    agency_id: Mapped[int | None] = mapped_column(sa.Integer, index=True)
    purpose: Mapped[str] = mapped_column(sa.String(40))
    person_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    object_type: Mapped[str | None] = mapped_column(sa.String(40))
    object_id: Mapped[str | None] = mapped_column(sa.String(40))
    answer: Mapped[str | None] = mapped_column(sa.String(40))
    address: Mapped[str | None] = mapped_column(sa.String(60))
