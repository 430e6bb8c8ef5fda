"""Saved reports: which report with which columns, filters and order somebody wants again, and with whom he shares it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import AgencyTouched, Model, UtcInstant


class SavedReport(AgencyTouched, Model):
    """One officer's report under a name; `reach` is whose register it was made for, and who shares it sees the same."""

    __tablename__ = "saved_report"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"))
    owner_name: Mapped[str] = mapped_column(sa.String(120))
    reach: Mapped[str] = mapped_column(sa.String(40), index=True)
    report: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(80))
    asked: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    is_shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    __table_args__ = (sa.UniqueConstraint("owner_id", "name"),)
