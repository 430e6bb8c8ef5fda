"""The second factor beside a password: a secret that the officer's phone shares with the portal (RFC 6238)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, UtcInstant


class SecondFactor(Model):
    """An account's phone: the secret sealed with a key outside the database, and the last time step that let it in."""

    __tablename__ = "second_factor"
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(sa.String(200))
    last_step: Mapped[int] = mapped_column(sa.BigInteger)
    enrolled_at: Mapped[datetime] = mapped_column(UtcInstant)
    reset_asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    reset_asked_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    __table_args__ = (
        sa.CheckConstraint("(reset_asked_by_id IS NULL) = (reset_asked_at IS NULL)", name="asked"),
        sa.CheckConstraint("reset_asked_by_id IS NULL OR reset_asked_by_id <> user_id", name="asked_for_another"),
    )
