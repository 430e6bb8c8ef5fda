"""Local government agencies, provinces and NHSO regions."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.people import AgencyType
from app.models.base import Model, Versioned, code


class Province(Model):
    """A province by its two-digit code (spec 2.8)."""

    __tablename__ = "province"
    code: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    name_th: Mapped[str] = mapped_column(sa.String(60), unique=True)

    def __repr__(self) -> str:
        return self.name_th


class NhsoRegion(Model):
    """An NHSO region (สปสช. เขต)."""

    __tablename__ = "nhso_region"
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name_th: Mapped[str] = mapped_column(sa.String(60))

    def __repr__(self) -> str:
        return f"{self.no} {self.name_th}"


class ProvinceRegion(Model):
    """Which region a province belongs to, dated (decisions 17)."""

    __tablename__ = "province_region"
    id: Mapped[int] = mapped_column(primary_key=True)
    province_code: Mapped[str] = mapped_column(sa.ForeignKey("province.code"), index=True)
    region_no: Mapped[int] = mapped_column(sa.ForeignKey("nhso_region.no"))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    __table_args__ = (
        sa.UniqueConstraint("province_code", "valid_from"),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="period"),
    )
    province: Mapped[Province] = relationship()
    region: Mapped[NhsoRegion] = relationship()


class Agency(Versioned, Model):
    """A local government agency; an upgrade keeps the row, a merger names the successor (spec 2.3)."""

    __tablename__ = "agency"
    id: Mapped[int] = mapped_column(primary_key=True)
    dla_code: Mapped[str] = mapped_column(sa.String(8), unique=True)
    name_th: Mapped[str] = mapped_column(sa.String(200))
    agency_type: Mapped[AgencyType] = mapped_column(code(AgencyType, "agency_type"))
    province_code: Mapped[str] = mapped_column(sa.ForeignKey("province.code"), index=True)
    has_entitlement_rights: Mapped[bool] = mapped_column(default=True)
    address: Mapped[str | None] = mapped_column(sa.String(300))
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    email: Mapped[str | None] = mapped_column(sa.String(120))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    successor_agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"))
    __table_args__ = (
        sa.CheckConstraint("length(dla_code) = 8", name="dla_code_length"),
        # กรุงเทพมหานคร and เมืองพัทยา are outside the scheme (seed 001).
        sa.CheckConstraint("province_code <> '10'", name="not_bangkok"),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="period"),
        sa.CheckConstraint("successor_agency_id IS NULL OR successor_agency_id <> id", name="successor_is_another"),
    )
    province: Mapped[Province] = relationship()
    successor: Mapped["Agency | None"] = relationship(remote_side="Agency.id")

    def exists_on(self, day: date) -> bool:
        """Whether the agency exists on `day` (half-open period)."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)

    def __repr__(self) -> str:
        return self.name_th


class Title(Model):
    """A title that stands before a name (คำนำหน้า); free text is allowed too, so this list only helps typing (spec 10.5)."""

    __tablename__ = "title"
    id: Mapped[int] = mapped_column(primary_key=True)
    name_th: Mapped[str] = mapped_column(sa.String(60), unique=True)
    position: Mapped[int] = mapped_column(default=100)

    def __repr__(self) -> str:
        return self.name_th
