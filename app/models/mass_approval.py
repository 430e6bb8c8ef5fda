"""Decisions on all that fits, approvals mostly: what a registrar confirmed, frozen row by row, and what became of each."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.people import MassDecision, RowOutcome
from app.models.base import AgencyOwned, Model, UtcInstant, code


class MassApproval(AgencyOwned, Model):
    """One decision on many: asked for with its summary, and once confirmed carried out by its job."""

    __tablename__ = "mass_approval"
    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcInstant)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    job_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    row_count: Mapped[int]  # of all rows
    left_count: Mapped[int]  # of those that were left out from the start
    kinds: Mapped[dict[str, int]] = mapped_column(sa.JSON)  # of the others, by "TYPE:RELATION"
    decision: Mapped[MassDecision] = mapped_column(
        code(MassDecision, "decision"), default=MassDecision.APPROVE, server_default=MassDecision.APPROVE.value
    )
    reason: Mapped[str | None] = mapped_column(sa.String(1000))  # which the recorders read, where it is no approval
    __table_args__ = (
        sa.CheckConstraint("decision = 'APPROVE' OR confirmed_at IS NULL OR reason IS NOT NULL", name="reason_told"),
        sa.CheckConstraint("(confirmed_at IS NULL) = (job_id IS NULL)", name="confirmed_has_job"),
        {"sqlite_autoincrement": True},  # a page that is still open must never confirm another one
    )


class MassApprovalRow(AgencyOwned, Model):
    """One request of it: the version and the frozen copy that were confirmed, and its outcome with the reason."""

    __tablename__ = "mass_approval_row"
    approval_id: Mapped[int] = mapped_column(sa.ForeignKey("mass_approval.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)  # in the order of the decisions
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("change_request.id"))
    family: Mapped[str] = mapped_column(
        sa.String(40)
    )  # of a family that moves, its form: decided in one piece; else empty
    version: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    outcome: Mapped[RowOutcome] = mapped_column(code(RowOutcome, "outcome"))
    reason_code: Mapped[str | None] = mapped_column(sa.String(40))
    facts: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    round_at: Mapped[datetime | None] = mapped_column(UtcInstant)  # of the round that carries an approval
    __table_args__ = (
        sa.UniqueConstraint("approval_id", "request_id"),
        sa.Index("ix_mass_approval_row_outcome", "approval_id", "outcome", "position"),
        sa.CheckConstraint("outcome <> 'APPROVED' OR round_at IS NOT NULL", name="approved_has_round"),
    )
