"""Ends with their reason and day, suspensions from a day, moves between agencies, and who decides what."""

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcInstant
from app.models.dialects import replace_check

revision = "d2f7b61c48a3"
down_revision = "d2a6f4c81b35"
branch_labels = None
depends_on = None

_TYPES = (
    "CERTIFY_NEW", "CERTIFY_EDIT", "TERMINATE", "TRANSFER_IN", "REINSTATE", "CORRECTION", "SUSPEND", "PENSION", "RESTORE",
)  # fmt: skip
_ERRORS = (
    "CONFLICT", "PRINCIPAL_NOT_EFFECTIVE", "OWN_RIGHT_OVERLAP", "SAME_RIGHT_OVERLAP", "TYPE_AGENCY_MISMATCH",
    "TARGET_CHANGED", "DEPENDENTS_REMAIN", "REFUSED_BY_RULES", "AGENCY_CLOSED", "FAMILY_CHANGED",
)  # fmt: skip
_REASONS = (
    "RETIRED_LUMP_SUM", "RESIGNED_NO_PENSION", "DISMISSED", "DECEASED", "DIVORCED", "AGE_OF_MAJORITY", "CHILD_MARRIED",
    "TERM_ENDED", "MOVED_OUT_OF_SCHEME", "TRANSFERRED_LGO", "PRINCIPAL_ENDED", "ADOPTED_OUT", "INCOMPETENCE_LIFTED",
    "RECORDED_IN_ERROR", "OTHER",
)  # fmt: skip


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _add(table: str, column: str, kind: str) -> None:
    # Said plainly: the same on both databases, and without copying the table, which on SQLite loses its constraints.
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")


def upgrade() -> None:
    bind = op.get_bind()
    replace_check(bind, "change_request", "ck_change_request_type", _one_of("type", _TYPES))
    replace_check(bind, "change_request", "ck_change_request_round_error", _one_of("round_error", _ERRORS))
    has_target = "type = 'CERTIFY_NEW' OR target_entitlement_id IS NOT NULL"
    replace_check(bind, "change_request", "ck_change_request_correction_has_target", has_target)
    _add("change_request", "target_version", "INTEGER")
    _add("change_request", "assigned_to_id",
         "INTEGER CONSTRAINT fk_change_request_assigned_to_id REFERENCES ab_user (id)")  # fmt: skip
    reasons = _one_of("termination_reason", _REASONS)
    _add("proposal", "termination_reason",
         f"VARCHAR(40) CONSTRAINT ck_proposal_termination_reason CHECK ({reasons})")  # fmt: skip
    _add("proposal", "event_date", "DATE")
    _add("entitlement", "ended_by_request_id", "BIGINT")
    _add("entitlement", "until_before_end", "DATE")
    # A suspension had no day so far: it is taken to have begun today, or with a right that is still to come.
    op.execute(
        "UPDATE entitlement SET until_before_end = entitled_until, entitled_until = CASE WHEN entitled_from < CURRENT_DATE THEN CURRENT_DATE ELSE "
        + ("entitled_from + 1" if bind.dialect.name == "postgresql" else "date(entitled_from, '+1 day')")
        + " END WHERE suspended AND (entitled_until IS NULL OR entitled_until > CURRENT_DATE)"
    )
    _add("entitlement", "suspended_until",
         "DATE CONSTRAINT ck_entitlement_suspended_from_a_day CHECK (NOT suspended OR entitled_until IS NOT NULL)")  # fmt: skip
    for index, table, column in (
        ("ix_change_request_target", "change_request", "target_entitlement_id"),
        ("ix_entitlement_ended_by", "entitlement", "ended_by_request_id"),
    ):
        op.execute(f"CREATE INDEX {index} ON {table} ({column}) WHERE {column} IS NOT NULL")
    _create_notices()


def _create_notices() -> None:
    for table, *columns in (
        (
            "transfer_notice",
            sa.Column("entitlement_id", sa.BigInteger(), nullable=False),
            sa.Column("told_at", UtcInstant(timezone=True), nullable=False),
            sa.Column("objection", sa.String(1000)),
            sa.Column("objected_by_id", sa.Integer()),
            sa.Column("objected_at", UtcInstant(timezone=True)),
            sa.CheckConstraint(
                "(objection IS NULL) = (objected_at IS NULL)", name=op.f("ck_transfer_notice_objected_with_words")
            ),
            sa.ForeignKeyConstraint(["objected_by_id"], ["ab_user.id"], name=op.f("fk_transfer_notice_objected_by_id")),
            sa.PrimaryKeyConstraint("request_id", name=op.f("pk_transfer_notice")),
        ),
        (
            "transfer_exclusion",
            sa.Column("entitlement_id", sa.BigInteger(), nullable=False),
            sa.Column("reason", sa.String(1000), nullable=False),
            sa.PrimaryKeyConstraint("request_id", "entitlement_id", name=op.f("pk_transfer_exclusion")),
        ),
    ):
        op.create_table(
            table,
            sa.Column("request_id", sa.Integer(), nullable=False),
            *columns,
            sa.Column("agency_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(["request_id"], ["change_request.id"], name=op.f(f"fk_{table}_request_id")),
            sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f(f"fk_{table}_agency_id")),
        )
        op.create_index(op.f(f"ix_{table}_agency_id"), table, ["agency_id"])


def downgrade() -> None:
    raise NotImplementedError("there is no way back: a downgrade would lose ends and moves; restore a backup")
