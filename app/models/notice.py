"""What agencies are told of each other's deeds, and the ends that later ends took the place of."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.people import NoticeKind, TerminationReason
from app.models.base import AgencyOwned, Model, UtcInstant, code


class AgencyNotice(AgencyOwned, Model):
    """Tells an agency what another one's request did to a person who has rights at both; somebody there has to note it."""

    __tablename__ = "agency_notice"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(code(NoticeKind, "kind"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("change_request.id"))
    from_agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    told_at: Mapped[datetime] = mapped_column(UtcInstant)
    noted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    noted_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    __table_args__ = (
        sa.UniqueConstraint("agency_id", "kind", "person_id", "request_id"),
        sa.CheckConstraint("(noted_by_id IS NULL) = (noted_at IS NULL)", name="noted_by_somebody"),
        sa.Index(
            "ix_agency_notice_open", "agency_id",
            sqlite_where=sa.text("noted_at IS NULL"), postgresql_where=sa.text("noted_at IS NULL"),
        ),
    )  # fmt: skip


class ReplacedEnd(Model):
    """How a right had ended before the request took the place of that end; a trigger writes it, taking back reads it."""

    __tablename__ = "replaced_end"
    entitlement_id: Mapped[int] = mapped_column(sa.ForeignKey("entitlement.id"), primary_key=True)
    request_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    termination_reason: Mapped[TerminationReason | None] = mapped_column(code(TerminationReason, "termination_reason"))
    ended_by_request_id: Mapped[int] = mapped_column(sa.BigInteger)
    ended_effective_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    until_before_end: Mapped[date | None]
    suspended: Mapped[bool]
    suspended_until: Mapped[date | None]
    __table_args__ = (sa.Index("ix_replaced_end_ended_by", "ended_by_request_id"),)
