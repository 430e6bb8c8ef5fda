"""Requests know the name that they are sorted by; drafts of imports are made ready before they are submitted."""

import sqlalchemy as sa
from alembic import op

revision = "d2a6f4c81b35"
down_revision = "0ce5dd3e5583"
branch_labels = None
depends_on = None

_UNFINISHED = sa.text("status IN ('DRAFT', 'PENDING_APPROVAL', 'RETURNED', 'APPROVED', 'REJECTED', 'ROUND_ERROR')")


def upgrade() -> None:
    # Said plainly: the same on both databases, and without copying the table, which on SQLite loses its constraints.
    collation = ' COLLATE "C"' if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"ALTER TABLE change_request ADD COLUMN sort_key VARCHAR(500){collation} DEFAULT '' NOT NULL")
    op.execute(
        "UPDATE change_request SET sort_key = proposal.sort_key FROM proposal"
        " WHERE proposal.request_id = change_request.id AND proposal.sort_key <> ''"
    )
    op.create_index(
        "ix_change_request_unfinished_names", "change_request", ["sort_key", "id"], sqlite_where=_UNFINISHED,
        postgresql_where=_UNFINISHED,
    )  # fmt: skip
    op.create_table(
        "prepared_request",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("prepared_on", sa.Date(), nullable=False),
        sa.Column("frozen", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_prepared_request_agency_id"),
        sa.ForeignKeyConstraint(["import_id"], ["roster_import.id"], name="fk_prepared_request_import_id"),
        sa.ForeignKeyConstraint(["request_id"], ["change_request.id"], name="fk_prepared_request_request_id"),
        sa.PrimaryKeyConstraint("request_id", name="pk_prepared_request"),
    )
    for column in ("agency_id", "import_id"):
        op.create_index(f"ix_prepared_request_{column}", "prepared_request", [column])


def downgrade() -> None:
    on_table = " ON proposal" if op.get_bind().dialect.name == "postgresql" else ""
    for name in ("proposal_name_insert", "proposal_name_update"):
        op.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")
    op.drop_table("prepared_request")
    op.drop_index("ix_change_request_unfinished_names", "change_request")
    op.execute("ALTER TABLE change_request DROP COLUMN sort_key")
