"""The bank accounts of agencies, where a run's money went, and the hash of its file."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "9d4f20c7ab36"
down_revision = "56eb2d7b2da7"
branch_labels = None
depends_on = None

_OPEN = sa.text("state = 'PROPOSED'")
_STATES = sa.Enum(
    "PROPOSED", "CONFIRMED", "REFUSED", name="account_state", native_enum=False, create_constraint=True, length=40
)
_COLUMNS = ("bank_code VARCHAR(3)", "account_no VARCHAR(15)", "account_name VARCHAR(200)")


def upgrade() -> None:
    op.create_table(
        "agency_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank_code", sa.String(3), nullable=False),
        sa.Column("account_no", sa.String(15), nullable=False),
        sa.Column("account_name", sa.String(200), nullable=False),
        sa.Column("state", _STATES, nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", app.models.base.UtcInstant(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", app.models.base.UtcInstant(timezone=True), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'PROPOSED') = (decided_at IS NULL)", name=op.f("ck_agency_account_decided")),
        sa.CheckConstraint(
            "(decided_by_id IS NULL) = (decided_at IS NULL)", name=op.f("ck_agency_account_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "state <> 'CONFIRMED' OR decided_by_id <> proposed_by_id", name=op.f("ck_agency_account_decider_is_another")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_agency_account_agency_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["ab_user.id"], name=op.f("fk_agency_account_proposed_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["ab_user.id"], name=op.f("fk_agency_account_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_account")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_agency_account_agency_id", "agency_account", ["agency_id"])
    op.create_index("ix_agency_account_newest", "agency_account", ["agency_id", "state", "id"])
    op.create_index(
        "uq_agency_account_open", "agency_account", ["agency_id"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    for column in _COLUMNS:
        op.execute(f"ALTER TABLE transfer_statement ADD COLUMN {column}")
    op.execute("ALTER TABLE payment_run ADD COLUMN file_sha256 VARCHAR(64)")


def downgrade() -> None:
    op.execute("ALTER TABLE payment_run DROP COLUMN file_sha256")
    for column in reversed(_COLUMNS):
        op.execute(f"ALTER TABLE transfer_statement DROP COLUMN {column.split()[0]}")
    op.drop_table("agency_account")
