"""Statements of what was paid to hospitals, and their lines."""

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcInstant

revision = "a91c4e07b5d3"
down_revision = "f3a90d17c5e2"
branch_labels = None
depends_on = None

_STATES = ("READING", "READ", "REFUSED")
_FINDINGS = (
    "CLAIMED_TOO", "LISTED_BEFORE", "PERSON_UNKNOWN", "NOT_ENTITLED", "OTHER_AGENCY", "NAME_DIFFERS", "UNREADABLE", "MATCHES",
)  # fmt: skip


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    op.create_table(
        "hospital_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("original_name", sa.String(255), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("problem", sa.String(40), nullable=True),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("satang", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("brought_by_id", sa.Integer(), nullable=True),
        sa.Column("brought_by", sa.String(120), nullable=False),
        sa.Column("brought_at", UtcInstant(timezone=True), nullable=False),
        sa.Column("read_at", UtcInstant(timezone=True), nullable=True),
        sa.CheckConstraint(_one_of("state", _STATES), name="ck_hospital_statement_state"),
        sa.CheckConstraint("(state = 'READ') = (read_at IS NOT NULL)", name="ck_hospital_statement_read"),
        sa.CheckConstraint("(state = 'REFUSED') = (problem IS NOT NULL)", name="ck_hospital_statement_refused"),
        sa.ForeignKeyConstraint(["brought_by_id"], ["ab_user.id"], name="fk_hospital_statement_brought_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hospital_statement"),
        sa.UniqueConstraint("sha256", name="uq_hospital_statement_sha256"),
        sqlite_autoincrement=True,
    )
    _make_lines()


def _make_lines() -> None:
    op.create_table(
        "hospital_statement_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("excel_row", sa.Integer(), nullable=False),
        sa.Column("rep_no", sa.String(40), nullable=False),
        sa.Column("tran_id", sa.String(40), nullable=False),
        sa.Column("masked_id", sa.String(20), nullable=False),
        sa.Column("name_there", sa.String(200), nullable=True),
        sa.Column("patient_type", sa.String(10), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("discharged_on", sa.Date(), nullable=True),
        sa.Column("satang", sa.BigInteger(), nullable=True),
        sa.Column("hospital_code", sa.String(20), nullable=False),
        sa.Column("agency_code", sa.String(20), nullable=False),
        sa.Column("rest", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("claim_id", sa.Integer(), nullable=True),
        sa.Column("finding", sa.String(40), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.CheckConstraint(_one_of("finding", _FINDINGS), name="ck_hospital_statement_line_finding"),
        sa.ForeignKeyConstraint(["claim_id"], ["receipt_claim.id"], name="fk_hospital_statement_line_claim_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_hospital_statement_line_person_id"),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["hospital_statement.id"], name="fk_hospital_statement_line_statement_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_hospital_statement_line"),
        sa.UniqueConstraint("statement_id", "excel_row", name="uq_hospital_statement_line_statement_id_excel_row"),
    )
    op.create_index("ix_hospital_statement_line_tran_id", "hospital_statement_line", ["tran_id"])
    op.create_index(
        "ix_hospital_statement_line_shown", "hospital_statement_line", ["statement_id", "finding", "excel_row"]
    )


def downgrade() -> None:
    op.drop_table("hospital_statement_line")
    op.drop_table("hospital_statement")
