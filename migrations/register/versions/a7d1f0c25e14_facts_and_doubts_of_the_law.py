"""The facts that the law decides on, the doubts that it leaves, and documents that a registrar does not accept."""

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcInstant
from app.models.dialects import replace_check

revision = "a7d1f0c25e14"
down_revision = "c428878d6837"
branch_labels = None
depends_on = None

_CODES = {
    "to_follow": ("PAPERS", "FACTS"),
    "kinship": ("BIOLOGICAL", "STEP", "ADOPTIVE", "IN_LAW"),
    "marriage_paper": ("MARRIAGE_CERT_TH", "MARRIAGE_CERT_FOREIGN", "NIKAH_CERT_TH"),
    "declared_scheme": (
        "CSMBS", "CSMBS_PENSION", "LGO", "LGO_PENSION", "BKK", "BKK_PENSION", "PATTAYA", "PATTAYA_PENSION",
        "STATE_AGENCY", "SSO", "PRIVATE_TEACHER", "UCS",
    ),
}  # fmt: skip
_DATES = (
    "marriage_date", "marriage_end_date", "paternity_registered_date", "court_final_date", "adopted_out_date",
    "own_marriage_date", "nikah_date", "incompetent_from", "incompetent_until", "death_date",
)  # fmt: skip
_FLAGS = ("is_muslim", "is_adopted", "marriage_court_permitted", "in_care")
_FAULTS = ("UNREADABLE", "WRONG_PERSON", "WRONG_KIND", "INCOMPLETE", "EXPIRED")
_DOC_TYPES = (
    "BIRTH_CERT", "HOUSE_REG", "MARRIAGE_CERT_TH", "MARRIAGE_CERT_FOREIGN", "NIKAH_CERT_TH", "PATERNITY_REG_KR11",
    "COURT_ORDER_FAMILY", "COURT_ORDER_INCOMPETENT", "DEATH_CERT", "DIVORCE_CERT", "APPOINTMENT_ORDER", "TRANSFER_ORDER",
    "RESIGNATION_ORDER", "RETIREMENT_ORDER", "PENSION_ORDER", "SUSPENSION_ORDER", "REINSTATEMENT_ORDER",
    "ELECTION_RESULT", "SCHOOL_CERT_100K",
)  # fmt: skip
_NEW_DOC_TYPES = ("ADOPTION_REG", "DISMISSAL_ORDER", "TERM_END_NOTICE")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _add(table: str, column: str, kind: str) -> None:
    # Said plainly: the same on both databases, and without copying the table, which on SQLite loses its constraints.
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")


def _add_code(table: str, column: str, values: tuple[str, ...]) -> None:
    _add(table, column, f"VARCHAR(40) CONSTRAINT ck_{table}_{column} CHECK ({_one_of(column, values)})")


def upgrade() -> None:
    for table in ("proposal", "entitlement"):
        for column, values in _CODES.items():
            _add_code(table, column, values)
        for column in _DATES:
            _add(table, column, "DATE")
        for column in _FLAGS:
            _add(table, column, "BOOLEAN")
        _add(table, "home_province_code", "VARCHAR(2)")
        _add(table, "elder_minor_deaths", "INTEGER")
    _add("proposal", "standby_since", "DATE")
    _add("change_request", "law_code", "VARCHAR(40)")
    _add_code("evidence_link", "fault", _FAULTS)
    _add("evidence_link", "fault_by_id", "INTEGER CONSTRAINT fk_evidence_link_fault_by_id REFERENCES ab_user (id)")
    _add("evidence_link", "fault_at", "TIMESTAMP WITH TIME ZONE" if _is_postgresql() else "DATETIME")
    replace_check(
        op.get_bind(), "evidence_document", "ck_evidence_document_doc_type", _one_of("doc_type", _DOC_TYPES + _NEW_DOC_TYPES)
    )
    op.create_table(
        "request_flag",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(80), nullable=False),
        sa.Column("flag", sa.String(40), nullable=False),
        sa.Column("note", sa.String(1000)),
        sa.Column("noted_by_id", sa.Integer()),
        sa.Column("noted_at", UtcInstant(timezone=True)),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            _one_of("flag", ("REVIEW", "REVIEW_ORDER_DISPLACED", "NEEDS_REGISTRAR_CONFIRMATION")),
            name="ck_request_flag_flag",
        ),
        sa.CheckConstraint("(note IS NULL) = (noted_at IS NULL)", name="ck_request_flag_noted_with_words"),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_request_flag_agency_id"),
        sa.ForeignKeyConstraint(["noted_by_id"], ["ab_user.id"], name="fk_request_flag_noted_by_id"),
        sa.ForeignKeyConstraint(["request_id"], ["change_request.id"], name="fk_request_flag_request_id"),
        sa.PrimaryKeyConstraint("request_id", "revision", "clause", name="pk_request_flag"),
    )
    op.create_index("ix_request_flag_agency_id", "request_flag", ["agency_id"])


def downgrade() -> None:
    raise NotImplementedError("a register is never taken back to fewer facts; restore a backup")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
