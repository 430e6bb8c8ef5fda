"""A choice of October can be taken back before it binds; who did it, when and why stays beside it."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "5e1c0a9d3b72"
down_revision = "27023463bcbc"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table = "scheme_election"
    op.add_column(table, sa.Column("withdrawn_at", app.models.base.UtcInstant(timezone=True), nullable=True))
    op.add_column(table, sa.Column("withdrawn_by_id", sa.Integer(), nullable=True))
    op.add_column(table, sa.Column("withdrawn_reason", sa.String(length=500), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("scheme_election") as batch_op:
        for column in ("withdrawn_reason", "withdrawn_by_id", "withdrawn_at"):
            batch_op.drop_column(column)
