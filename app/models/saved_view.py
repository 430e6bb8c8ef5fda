"""Saved views: how an officer likes to see a list, and the filters that he uses again and again."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import AgencyTouched, Model, UtcInstant


class SavedView(AgencyTouched, Model):
    """One officer's filters and columns on one screen; the one without a name holds the columns that he uses there."""

    __tablename__ = "saved_view"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"))
    screen: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(80))
    query: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    columns: Mapped[list[str] | None] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    __table_args__ = (sa.UniqueConstraint("owner_id", "screen", "name"),)
