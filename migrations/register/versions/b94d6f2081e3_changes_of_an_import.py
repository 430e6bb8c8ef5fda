"""A clerk may take over what a line of a roster says otherwise."""

from alembic import op

from app.models.dialects import replace_check

revision = "b94d6f2081e3"
down_revision = "8aab2bee0f6f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    replace_check(op.get_bind(), "roster_line", "ck_roster_line_decision", "decision IN ('DIFFERENT', 'TAKE', 'SAME')")


def downgrade() -> None:
    raise NotImplementedError("there is no way back: a downgrade would lose what clerks decided; restore a backup")
