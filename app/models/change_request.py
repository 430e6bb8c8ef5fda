"""Change requests with their typed proposal, their editors and the frozen copy of each submitted revision."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.people import RequestStatus, RequestType, RoundError, Sex, TerminationReason
from app.models.agency import Agency
from app.models.base import AgencyOwned, Model, UtcInstant, Versioned, code
from app.models.columns import SORT_KEY, EntitlementColumns, PersonColumns, ToldColumns
from app.models.processing_round import ProcessingRound
from app.rules.decision import Flag

# SENT_STATUSES as the index has it; SQLite uses the index only where a question says the very same.
SENT = sa.text("status IN ('PENDING_APPROVAL', 'RETURNED', 'APPROVED')")
# What the register shows of requests: all but what took effect or was given up, so that nobody walks through years of them.
UNFINISHED = sa.text("status IN ('DRAFT', 'PENDING_APPROVAL', 'RETURNED', 'APPROVED', 'REJECTED', 'ROUND_ERROR')")


class ChangeRequest(AgencyOwned, Versioned, Model):
    """One request per person and event; several share the submission number of one form (decisions 1)."""

    __tablename__ = "change_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    request_no: Mapped[str] = mapped_column(sa.String(40), unique=True)
    submission_no: Mapped[str] = mapped_column(sa.String(40), index=True)
    type: Mapped[RequestType] = mapped_column(code(RequestType, "type"))
    status: Mapped[RequestStatus] = mapped_column(code(RequestStatus, "status"), default=RequestStatus.DRAFT)
    revision: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(sa.String(1000))
    target_entitlement_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    target_version: Mapped[int | None]  # of the target as it was when this was submitted
    assigned_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))  # who said that he decides it
    succession_id: Mapped[int | None]  # of the agency's succession that asked for this right to be carried over
    asked_right: Mapped[str | None] = mapped_column(sa.String(40))
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(UtcInstant)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    decision_reason: Mapped[str | None] = mapped_column(sa.String(1000))
    self_approved: Mapped[bool] = mapped_column(default=False)
    round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("processing_round.id"))
    effective_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    round_error: Mapped[RoundError | None] = mapped_column(code(RoundError, "round_error"))
    conflict_request_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    rules_version: Mapped[str | None] = mapped_column(sa.String(20))
    inputs_version: Mapped[int | None] = mapped_column(sa.BigInteger)
    holds_until: Mapped[date | None]
    law_code: Mapped[str | None] = mapped_column(sa.String(40))  # what the rules said last: OK, or why not (spec 3.9)
    # The proposal's, so that lists of a nation walk an index; a trigger keeps it where a verb does not.
    sort_key: Mapped[str] = mapped_column(SORT_KEY, default="", server_default="")
    __table_args__ = (
        sa.Index("ix_change_request_agency_status", "agency_id", "status", "submitted_at"),
        sa.Index("ix_change_request_round", "round_id", "status"),
        # Of two submissions at the same instant, too, only one asks for a right.
        sa.Index("uq_change_request_asked_right", "asked_right", unique=True, sqlite_where=SENT, postgresql_where=SENT),
        sa.Index(
            "ix_change_request_unfinished", "agency_id", "status", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED
        ),
        sa.Index(
            "ix_change_request_unfinished_names", "sort_key", "id",
            sqlite_where=UNFINISHED, postgresql_where=UNFINISHED,
        ),
        sa.CheckConstraint("status <> 'APPROVED' OR round_id IS NOT NULL", name="approved_has_round"),
        sa.CheckConstraint("status <> 'EFFECTIVE' OR effective_at IS NOT NULL", name="effective_has_instant"),
        sa.CheckConstraint("status <> 'ROUND_ERROR' OR round_error IS NOT NULL", name="round_error_has_code"),
        sa.CheckConstraint(
            "status NOT IN ('REJECTED', 'RETURNED') OR decision_reason IS NOT NULL", name="refusal_has_reason"
        ),
        sa.CheckConstraint("type = 'CERTIFY_NEW' OR target_entitlement_id IS NOT NULL", name="correction_has_target"),
        sa.Index(
            "ix_change_request_target",
            "target_entitlement_id",
            sqlite_where=sa.text("target_entitlement_id IS NOT NULL"),
            postgresql_where=sa.text("target_entitlement_id IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},  # the id of a dropped draft must never name another request in the audit
    )  # fmt: skip
    proposal: Mapped["Proposal"] = relationship(back_populates="request", uselist=False, cascade="all, delete-orphan")
    agency: Mapped[Agency] = relationship(viewonly=True)
    round: Mapped[ProcessingRound | None] = relationship(viewonly=True)


class Proposal(PersonColumns, EntitlementColumns, ToldColumns, AgencyOwned, Model):
    """What the request proposes, in the columns of what it will become; fixed by trigger once submitted."""

    __tablename__ = "proposal"
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("change_request.id"), primary_key=True)
    national_id: Mapped[str] = mapped_column(sa.String(13), index=True)
    principal_national_id: Mapped[str] = mapped_column(sa.String(13), index=True)
    # A draft may still lack these; submission demands them.
    sex: Mapped[Sex | None] = mapped_column(code(Sex, "sex"), nullable=True)
    entitled_from: Mapped[date | None] = mapped_column(nullable=True)
    termination_reason: Mapped[TerminationReason | None] = mapped_column(code(TerminationReason, "termination_reason"))
    event_date: Mapped[date | None]  # when it happened, as its paper says; the day of death, not the day after
    requested_from: Mapped[date | None]  # the start that the clerk typed; entitled_from is what the law makes of it
    __table_args__ = (
        sa.CheckConstraint("length(national_id) = 13", name="national_id_length"),
        sa.CheckConstraint("(relation = 'SELF') = (national_id = principal_national_id)", name="self_is_own_principal"),
        sa.CheckConstraint("entitled_until IS NULL OR entitled_until > entitled_from", name="period"),
    )
    request: Mapped[ChangeRequest] = relationship(back_populates="proposal")


class RequestEditor(AgencyOwned, Model):
    """Who changed any field of a revision; nobody in here may decide it or a later one (decisions 6)."""

    __tablename__ = "request_editor"
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("change_request.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"), primary_key=True)


class RequestRevision(AgencyOwned, Model):
    """The frozen, hashed copy of what was submitted, and what became of it; append-only but for the outcome."""

    __tablename__ = "request_revision"
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("change_request.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    frozen: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    submitted_at: Mapped[datetime] = mapped_column(UtcInstant)
    outcome: Mapped[RequestStatus | None] = mapped_column(code(RequestStatus, "outcome"))
    reason: Mapped[str | None] = mapped_column(sa.String(1000))
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class TransferNotice(AgencyOwned, Model):
    """Tells the agency that an official leaves who takes him over; it may object with a reason, which blocks nothing."""

    __tablename__ = "transfer_notice"
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("change_request.id"), primary_key=True)
    entitlement_id: Mapped[int] = mapped_column(sa.BigInteger)
    told_at: Mapped[datetime] = mapped_column(UtcInstant)
    objection: Mapped[str | None] = mapped_column(sa.String(1000))
    objected_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    objected_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    __table_args__ = (sa.CheckConstraint("(objection IS NULL) = (objected_at IS NULL)", name="objected_with_words"),)


class TransferExclusion(AgencyOwned, Model):
    """A family member who does not come along when an official moves, and why."""

    __tablename__ = "transfer_exclusion"
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("change_request.id"), primary_key=True)
    entitlement_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    reason: Mapped[str] = mapped_column(sa.String(1000))


class RequestFlag(AgencyOwned, Model):
    """A doubt that the law leaves in a submitted revision; the registrar ticks it off with a note before he approves."""

    __tablename__ = "request_flag"
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("change_request.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    clause: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    flag: Mapped[Flag] = mapped_column(code(Flag, "flag"))
    note: Mapped[str | None] = mapped_column(sa.String(1000))
    noted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    noted_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    __table_args__ = (sa.CheckConstraint("(note IS NULL) = (noted_at IS NULL)", name="noted_with_words"),)
