"""An agency takes another's place, with all its rights, on two officers' word."""

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcInstant

revision = "c5e07a91d3b8"
down_revision = "168783b65a70"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "succession",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer()),
        sa.Column("proposed_at", UtcInstant(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer()),
        sa.Column("decided_at", UtcInstant(timezone=True)),
        sa.Column("done_at", UtcInstant(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('PROPOSED', 'APPROVED', 'DONE', 'WITHDRAWN')", name=op.f("ck_succession_state")),
        sa.CheckConstraint("agency_id <> successor_id", name=op.f("ck_succession_successor_is_another")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name=op.f("ck_succession_two_people")
        ),
        sa.CheckConstraint(
            "state NOT IN ('APPROVED', 'DONE') OR (decided_by_id IS NOT NULL AND proposed_by_id IS NOT NULL)",
            name=op.f("ck_succession_approved_by_two"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_succession_agency_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["agency.id"], name=op.f("fk_succession_successor_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["ab_user.id"], name=op.f("fk_succession_proposed_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["ab_user.id"], name=op.f("fk_succession_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession")),
    )
    op.create_index(op.f("ix_succession_agency_id"), "succession", ["agency_id"])
    op.execute("CREATE UNIQUE INDEX uq_succession_open ON succession (agency_id) WHERE state IN ('PROPOSED', 'APPROVED')")
    op.execute("ALTER TABLE change_request ADD COLUMN succession_id INTEGER")


def downgrade() -> None:
    raise NotImplementedError("there is no way back: a downgrade would lose who took whose place; restore a backup")
