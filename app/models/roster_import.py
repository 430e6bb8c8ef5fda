"""Roster imports: the ledger of workbooks and of their lines, and the columns that a clerk has explained."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.imports import Decision, Fate, ImportState
from app.domain.people import Relation
from app.models.base import AgencyOwned, Model, UtcInstant, Versioned, code

_LIVE = sa.text("state <> 'UNDONE'")


class RosterImport(AgencyOwned, Versioned, Model):
    """One workbook of an agency; the same file is one import however often it is sent, until it is undone."""

    __tablename__ = "roster_import"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    original_name: Mapped[str] = mapped_column(sa.String(255))
    state: Mapped[ImportState] = mapped_column(code(ImportState, "state"))
    check_no: Mapped[int] = mapped_column(default=0)  # of the lines that count; older ones are on their way out
    counts: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)  # lines by fate
    problem: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)  # why it is refused, or must be looked at again
    sheets: Mapped[list[dict[str, Any]] | None] = mapped_column(sa.JSON)  # how each sheet was understood
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id"))  # the work that is under way or was the last
    submission_no: Mapped[str | None] = mapped_column(sa.String(40), index=True)
    row_count: Mapped[int] = mapped_column(default=0)  # requests submitted
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    undone_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    __table_args__ = (
        sa.Index(
            "uq_roster_import_live_file", "agency_id", "sha256", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
        ),
        sa.CheckConstraint("state <> 'SUBMITTED' OR submission_no IS NOT NULL", name="submitted_has_number"),
    )


class RosterLine(AgencyOwned, Model):
    """One line of a workbook, known by sheet and row: what it says, its fate, and the request that came of it."""

    __tablename__ = "roster_line"
    id: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    import_id: Mapped[int] = mapped_column(sa.ForeignKey("roster_import.id"))
    check_no: Mapped[int]
    place: Mapped[int]  # in the order of the file
    sheet: Mapped[str] = mapped_column(sa.String(40))
    excel_row: Mapped[int]
    fate: Mapped[Fate] = mapped_column(code(Fate, "fate"))
    reason: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)  # code, heading, citation and facts, without any ID
    relation: Mapped[Relation | None] = mapped_column(code(Relation, "relation"))
    national_id: Mapped[str | None] = mapped_column(sa.String(13))
    holder_national_id: Mapped[str | None] = mapped_column(sa.String(13))
    family_place: Mapped[int | None]  # place of the holder's line, or of the family's first: keeps families together
    record: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)  # the line as read, in plain values
    beside: Mapped[list[dict[str, Any]] | None] = mapped_column(sa.JSON)  # what stands, or who is alike, to compare
    decision: Mapped[Decision | None] = mapped_column(code(Decision, "decision"))
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    request_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    __table_args__ = (
        sa.UniqueConstraint("import_id", "check_no", "sheet", "excel_row"),
        sa.Index("ix_roster_line_shown", "import_id", "check_no", "fate", "place"),
        sa.Index("ix_roster_line_person", "import_id", "check_no", "national_id"),
    )


class PreparedRequest(AgencyOwned, Model):
    """A draft of an import, judged and frozen ahead, so that one short transaction submits them all.

    `version` is the draft's, `seen` tells of all that the judgement rests on and `prepared_on` its day: where one of them
    has moved on, the draft is judged again. Gone once submitted.
    """

    __tablename__ = "prepared_request"
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("change_request.id"), primary_key=True)
    import_id: Mapped[int] = mapped_column(sa.ForeignKey("roster_import.id"), index=True)
    version: Mapped[int]
    seen: Mapped[int] = mapped_column(sa.BigInteger)
    prepared_on: Mapped[date]
    frozen: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    sha256: Mapped[str] = mapped_column(sa.String(64))


class RosterLayout(AgencyOwned, Model):
    """What the columns under certain headings hold, as a clerk of the agency said; `kind` is empty for no roster."""

    __tablename__ = "roster_layout"
    id: Mapped[int] = mapped_column(primary_key=True)
    signature: Mapped[str] = mapped_column(sa.String(64))
    kind: Mapped[str | None] = mapped_column(sa.String(20))
    columns: Mapped[dict[str, int]] = mapped_column(sa.JSON)
    said_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    said_on: Mapped[date]
    __table_args__ = (sa.UniqueConstraint("agency_id", "signature"),)
