"""Statements of what the NHSO paid to hospitals, as brought in from its workbooks, and their lines (spec 8.3)."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.hospital_statements import Finding, StatementState
from app.models.base import Model, UtcInstant, code
from app.models.claim import ReceiptClaim
from app.models.person import Person


class HospitalStatement(Model):
    """One workbook, known by its content: the same bytes are the same statement."""

    __tablename__ = "hospital_statement"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    original_name: Mapped[str] = mapped_column(sa.String(255))
    state: Mapped[StatementState] = mapped_column(code(StatementState, "state"), default=StatementState.READING)
    problem: Mapped[str | None] = mapped_column(sa.String(40))  # why it is refused
    line_count: Mapped[int] = mapped_column(default=0)
    satang: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # what all readable lines come to
    counts: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)  # lines by finding
    brought_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    brought_by: Mapped[str] = mapped_column(sa.String(120))
    brought_at: Mapped[datetime] = mapped_column(UtcInstant)
    read_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    __table_args__ = (
        sa.CheckConstraint("(state = 'READ') = (read_at IS NOT NULL)", name="read"),
        sa.CheckConstraint("(state = 'REFUSED') = (problem IS NOT NULL)", name="refused"),
        {"sqlite_autoincrement": True},
    )


class HospitalStatementLine(Model):
    """One line. The national ID stands masked only; a name is kept where it differs from that of a person of the register."""

    __tablename__ = "hospital_statement_line"
    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital_statement.id"))
    excel_row: Mapped[int]
    rep_no: Mapped[str] = mapped_column(sa.String(40))
    tran_id: Mapped[str] = mapped_column(sa.String(40), index=True)
    masked_id: Mapped[str] = mapped_column(sa.String(20))
    name_there: Mapped[str | None] = mapped_column(sa.String(200))
    patient_type: Mapped[str] = mapped_column(sa.String(10))
    served_on: Mapped[date | None]
    discharged_on: Mapped[date | None]
    satang: Mapped[int | None] = mapped_column(sa.BigInteger)  # K: paid for treatment
    hospital_code: Mapped[str] = mapped_column(sa.String(20))
    agency_code: Mapped[str] = mapped_column(sa.String(20))
    rest: Mapped[dict[str, str]] = mapped_column(sa.JSON)  # the other columns by their letters, as read
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    claim_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("receipt_claim.id")
    )  # of the same patient, place and days
    finding: Mapped[Finding] = mapped_column(code(Finding, "finding"))
    findings: Mapped[list[Any]] = mapped_column(sa.JSON)  # all of them, the gravest first
    __table_args__ = (
        sa.UniqueConstraint("statement_id", "excel_row"),
        sa.Index("ix_hospital_statement_line_shown", "statement_id", "finding", "excel_row"),
    )
    person: Mapped[Person | None] = relationship(viewonly=True)
    claim: Mapped[ReceiptClaim | None] = relationship(viewonly=True)

    @property
    def is_reversal(self) -> bool:
        """Whether it takes money back and nothing in it differs."""
        return self.finding is Finding.MATCHES and self.satang is not None and self.satang < 0
