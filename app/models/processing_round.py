"""Processing rounds, their dated timetable and the business clock."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.people import RoundStatus
from app.models.base import Model, UtcInstant, code


class RoundTimetable(Model):
    """When rounds run, Bangkok time, dated (spec 6; configuration, never code)."""

    __tablename__ = "round_timetable"
    id: Mapped[int] = mapped_column(primary_key=True)
    round_no: Mapped[int]
    at: Mapped[time]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    __table_args__ = (sa.UniqueConstraint("round_no", "valid_from"),)


class ProcessingRound(Model):
    """One round of one day: a unique row, claimed by exactly one run (decisions 4, 7)."""

    __tablename__ = "processing_round"
    id: Mapped[int] = mapped_column(primary_key=True)
    round_date: Mapped[date]
    round_no: Mapped[int]
    scheduled_at: Mapped[datetime] = mapped_column(UtcInstant, unique=True)
    status: Mapped[RoundStatus] = mapped_column(code(RoundStatus, "status"), default=RoundStatus.PLANNED)
    run_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    begun_at: Mapped[datetime | None] = mapped_column(UtcInstant)  # as run_at, but by the real clock
    finished_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    effective_count: Mapped[int] = mapped_column(default=0)
    error_count: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        sa.UniqueConstraint("round_date", "round_no"),
        sa.CheckConstraint("status = 'PLANNED' OR run_at IS NOT NULL", name="started_has_instant"),
    )


class BusinessClock(Model):
    """One row: how far the business clock stands from the real one (decisions 16)."""

    __tablename__ = "business_clock"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    offset_seconds: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)


class RunningNumber(Model):
    """The last number given out in a series, such as the request numbers of an agency and fiscal year."""

    __tablename__ = "running_number"
    series: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)
