"""A spell of one person's right through one principal at one agency, with its legal and its visible clock."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.people import EntitlementState, Relation, TerminationReason
from app.domain.thai_calendar import BANGKOK
from app.models.agency import Agency
from app.models.base import AgencyOwned, Model, UtcInstant, Versioned, code
from app.models.columns import EntitlementColumns, ToldColumns
from app.models.person import Person


class Entitlement(EntitlementColumns, ToldColumns, AgencyOwned, Versioned, Model):
    """Facts only; what the right is on a day is `state_on` (decisions 2)."""

    __tablename__ = "entitlement"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    principal_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("change_request.id"), unique=True)
    termination_reason: Mapped[TerminationReason | None] = mapped_column(code(TerminationReason, "termination_reason"))
    registered_at: Mapped[datetime] = mapped_column(UtcInstant)
    effective_at: Mapped[datetime] = mapped_column(UtcInstant)
    ended_effective_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    voided: Mapped[bool] = mapped_column(default=False)
    voided_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    voided_by_request_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    ended_by_request_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    until_before_end: Mapped[
        date | None
    ]  # its end before that request, for who asks what was known and to take it back
    suspended: Mapped[bool] = mapped_column(default=False)  # it stopped by a suspension, from `entitled_until` on
    # Since when the papers that follow are owed, of a right that goes on from another; else since its request was sent.
    promised_on: Mapped[date | None]
    suspended_until: Mapped[date | None]  # the first day on which it is suspended no more: back, or gone for good
    __table_args__ = (
        sa.CheckConstraint("(relation = 'SELF') = (person_id = principal_id)", name="self_is_own_principal"),
        sa.CheckConstraint("relation <> 'SELF' OR personnel_type IS NOT NULL", name="self_has_personnel_type"),
        sa.CheckConstraint("entitled_until IS NULL OR entitled_until > entitled_from", name="period"),
        sa.CheckConstraint("NOT voided OR voided_at IS NOT NULL", name="voided_has_instant"),
        sa.CheckConstraint("NOT suspended OR entitled_until IS NOT NULL", name="suspended_from_a_day"),
        sa.Index(
            "ix_entitlement_ended_by", "ended_by_request_id",
            sqlite_where=sa.text("ended_by_request_id IS NOT NULL"),
            postgresql_where=sa.text("ended_by_request_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_entitlement_voided_by", "voided_by_request_id",
            sqlite_where=sa.text("voided_by_request_id IS NOT NULL"),
            postgresql_where=sa.text("voided_by_request_id IS NOT NULL"),
        ),
        # What is coming (app/reports/look_ahead.py) is asked for by day, across agencies too.
        sa.Index(
            "ix_entitlement_ends", "entitled_until",
            sqlite_where=sa.text("entitled_until IS NOT NULL"), postgresql_where=sa.text("entitled_until IS NOT NULL"),
        ),
        sa.Index(
            "ix_entitlement_owed", "request_id",
            sqlite_where=sa.text("to_follow IS NOT NULL"), postgresql_where=sa.text("to_follow IS NOT NULL"),
        ),
    )  # fmt: skip
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    principal: Mapped[Person] = relationship(foreign_keys=[principal_id])
    agency: Mapped[Agency] = relationship(viewonly=True)

    def state_on(self, day: date, known_at: datetime) -> EntitlementState:
        """What this right is on `day`, as known at the instant `known_at` (decisions 2, 3)."""
        if self.effective_at > known_at:
            return EntitlementState.UNKNOWN
        if self.voided and self.voided_at is not None and self.voided_at <= known_at:
            return EntitlementState.VOIDED
        if day < self.entitled_from:
            return EntitlementState.SCHEDULED
        # Also asked of plain rows (look-up), so it calls no method of its own.
        unknown = self.ended_effective_at is not None and self.ended_effective_at > known_at
        until = self.until_before_end if unknown else self.entitled_until
        if until is not None and day >= until:
            back_on = self.suspended_until or self.until_before_end  # at the latest when it would have ended by itself
            stays_away = back_on is None or day < back_on
            is_suspended = self.suspended and not unknown and stays_away
            return EntitlementState.SUSPENDED if is_suspended else EntitlementState.ENDED
        if self.standby_since is not None and self.standby_since <= day:
            return EntitlementState.STANDBY
        return EntitlementState.ACTIVE

    @property
    def end_seen_at(self) -> datetime | None:
        """From when a look-up says that the right has ended: not before its day, nor before the round that told the end; None
        where nothing was told but what was known from the start."""
        told = self.voided_at or self.ended_effective_at
        if told is None or self.voided_at is not None or self.entitled_until is None:
            return told
        return max(told, datetime.combine(self.entitled_until, time.min, BANGKOK))

    @property
    def is_own(self) -> bool:
        return self.relation is Relation.SELF
