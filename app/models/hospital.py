"""Hospitals by their NHSO code: a code table that the administrator keeps."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.people import HospitalType
from app.models.agency import Province
from app.models.base import Model
from app.models.base import code as one_of


class Hospital(Model):
    """A hospital that may stand on a receipt; one that closed keeps its row and its last day."""

    __tablename__ = "hospital"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(9), unique=True)
    name_th: Mapped[str] = mapped_column(sa.String(200), index=True)
    province_code: Mapped[str] = mapped_column(sa.ForeignKey("province.code"), index=True)
    hospital_type: Mapped[HospitalType] = mapped_column(one_of(HospitalType, "hospital_type"))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    __table_args__ = (sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="period"),)
    province: Mapped[Province] = relationship()

    def exists_on(self, day: date) -> bool:
        """Whether the hospital exists on `day` (half-open period)."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)

    def __repr__(self) -> str:
        return self.name_th
