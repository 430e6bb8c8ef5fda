"""Roster imports: which workbook was brought in by whom, so that the same file twice creates nothing twice."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import AgencyOwned, Model, UtcInstant


class RosterImport(AgencyOwned, Model):
    """One workbook that an agency turned into submitted requests."""

    __tablename__ = "roster_import"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    original_name: Mapped[str] = mapped_column(sa.String(255))
    submission_no: Mapped[str] = mapped_column(sa.String(40))
    row_count: Mapped[int]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    __table_args__ = (sa.UniqueConstraint("agency_id", "sha256"),)
