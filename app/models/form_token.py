"""Tokens of the forms that were shown, so that each writes once."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, UtcInstant


class FormToken(Model):
    """A form that an officer sent; `request_id` is what it led to, NULL while its verb runs."""

    __tablename__ = "form_token"
    token: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"), primary_key=True)
    request_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    claimed_at: Mapped[datetime] = mapped_column(UtcInstant, index=True)
