"""Jobs as rows: the outbox from which the queue is fed (decisions 7)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.people import JobStatus
from app.models.base import AgencyTouched, Model, UtcInstant, code


class Job(AgencyTouched, Model):
    """One piece of background work; its lease, not the queue, says who may work on it."""

    __tablename__ = "job"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    status: Mapped[JobStatus] = mapped_column(code(JobStatus, "status"), default=JobStatus.QUEUED, index=True)
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcInstant)
    enqueued_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int | None]
    result_file: Mapped[str | None] = mapped_column(sa.String(255))
    result_name: Mapped[str | None] = mapped_column(sa.String(255))
    error: Mapped[str | None] = mapped_column(sa.String(500))
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    started_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    finished_at: Mapped[datetime | None] = mapped_column(UtcInstant)
