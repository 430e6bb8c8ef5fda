"""Who recorded an officer's card: somebody else confirms it."""

import sqlalchemy as sa
from alembic import op

revision = "e4b80d6c1f27"
down_revision = "d2f7b61c48a3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("officer_card") as batch_op:
        batch_op.add_column(sa.Column("registered_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_officer_card_registered_by_id"), "ab_user", ["registered_by_id"], ["id"])
        batch_op.create_check_constraint(
            op.f("ck_officer_card_two_persons"),
            "pinned_by_id IS NULL OR registered_by_id IS NULL OR pinned_by_id <> registered_by_id",
        )


def downgrade() -> None:
    with op.batch_alter_table("officer_card") as batch_op:
        batch_op.drop_constraint(op.f("ck_officer_card_two_persons"), type_="check")
        batch_op.drop_constraint(op.f("fk_officer_card_registered_by_id"), type_="foreignkey")
        batch_op.drop_column("registered_by_id")
