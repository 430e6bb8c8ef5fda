"""What is known of a person's rights in other schemes: declared or from a scheme's file, and the October elections (spec 2.8)."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, UtcInstant, code
from app.rules.schemes import EntitlementRank, Scheme


class SchemeSource(StrEnum):
    """Where the register knows a right in another scheme from."""

    DECLARED = "DECLARED"  # ผู้มีสิทธิแจ้ง
    FILE = "FILE"  # แฟ้มข้อมูลของกองทุน


class SchemeFile(Model):
    """One file of a scheme that was loaded; what it held of others than the register's persons was never stored."""

    __tablename__ = "scheme_file"
    id: Mapped[int] = mapped_column(primary_key=True)
    scheme: Mapped[Scheme] = mapped_column(code(Scheme, "scheme"), index=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    original_name: Mapped[str] = mapped_column(sa.String(255))
    as_of: Mapped[date]
    row_count: Mapped[int | None]
    refused_count: Mapped[int | None]
    matched_count: Mapped[int | None]
    loaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcInstant)
    loaded_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class OtherSchemeRight(Model):
    """A right of a person in a scheme; `until` is the first day without it, `via_principal` through whom, in words.

    It counts from `verified_at` on: what a file says at once, what was declared as docs/schemes.md tells. `file_id` is the
    newest file that named it, `changed_file_id` the one that last said something else than before.
    """

    __tablename__ = "other_scheme_right"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    scheme: Mapped[Scheme] = mapped_column(code(Scheme, "scheme"))
    rank: Mapped[EntitlementRank] = mapped_column(code(EntitlementRank, "rank"))
    via_principal: Mapped[str] = mapped_column(sa.String(200), default="")
    since: Mapped[date]
    until: Mapped[date | None]
    source: Mapped[SchemeSource] = mapped_column(code(SchemeSource, "source"))
    verified_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("scheme_file.id"), index=True)
    changed_file_id: Mapped[int | None]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcInstant)
    __table_args__ = (
        sa.UniqueConstraint("person_id", "scheme", "rank", "since", "source"),
        sa.CheckConstraint("until IS NULL OR until > since", name="period"),
        sa.Index("ix_other_scheme_right_until", "until"),
        sa.Index("ix_other_scheme_right_since", "since"),
        sa.Index("ix_other_scheme_right_changed", "changed_file_id", "person_id"),
    )


class SchemeElection(Model):
    """The scheme that a person declared to use; once verified it counts to 30 September next (app/rules/elections.py).

    What was taken back, by whom, when and why, stands beside it and counts no more.
    """

    __tablename__ = "scheme_election"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    fiscal_year_be: Mapped[int] = mapped_column(index=True)
    scheme: Mapped[Scheme] = mapped_column(code(Scheme, "scheme"))
    declared_on: Mapped[date]
    verified_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcInstant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    withdrawn_by_id: Mapped[int | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(sa.String(500))
