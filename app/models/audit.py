"""The append-only audit trail and its sealed blocks (decisions 11)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import AgencyTouched, Model, UtcInstant


class AuditEvent(AgencyTouched, Model):
    """Who did what to which thing and when; never changed, never deleted."""

    __tablename__ = "audit_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcInstant, index=True)
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    verb: Mapped[str] = mapped_column(sa.String(60))
    object_type: Mapped[str] = mapped_column(sa.String(40))
    object_id: Mapped[str | None] = mapped_column(sa.String(40))
    detail: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    address: Mapped[str | None] = mapped_column(sa.String(60))
    __table_args__ = (sa.Index("ix_audit_event_object", "object_type", "object_id"),)


class AuditBlock(Model):
    """A sealed run of audit events: sha256 over them and the previous block's hash."""

    __tablename__ = "audit_block"
    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int]
    last_id: Mapped[int] = mapped_column(unique=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    previous_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    sealed_at: Mapped[datetime] = mapped_column(UtcInstant)
