"""What was declared of other schemes counts once it is confirmed; which file last changed a right in another scheme."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "d2c7f41a8e35"
down_revision = "ae899feae8a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scheme_election", sa.Column("verified_at", app.models.base.UtcInstant(timezone=True), nullable=True))
    # What stands has been in effect since it was recorded.
    op.execute("UPDATE scheme_election SET verified_at = recorded_at")
    op.execute("UPDATE other_scheme_right SET verified_at = recorded_at WHERE verified_at IS NULL")
    op.add_column("other_scheme_right", sa.Column("changed_file_id", sa.Integer(), nullable=True))
    op.execute("UPDATE other_scheme_right SET changed_file_id = file_id")
    op.create_index("ix_other_scheme_right_changed", "other_scheme_right", ["changed_file_id", "person_id"])


def downgrade() -> None:
    op.drop_index("ix_other_scheme_right_changed", "other_scheme_right")
    with op.batch_alter_table("other_scheme_right") as batch_op:
        batch_op.drop_column("changed_file_id")
    with op.batch_alter_table("scheme_election") as batch_op:
        batch_op.drop_column("verified_at")
