"""An agency that changes its type and keeps its row."""

from alembic import op

from app.models import dialects

revision = "7c1e5d30ab94"
down_revision = "b5c6864634b8"
branch_labels = None
depends_on = None

_CHECK = "ck_succession_successor_is_another"


def upgrade() -> None:
    for column in ("old_code VARCHAR(8)", "new_code VARCHAR(8)", "new_name VARCHAR(200)"):
        op.execute(f"ALTER TABLE succession ADD COLUMN {column}")
    dialects.replace_check(op.get_bind(), "succession", _CHECK, "(agency_id = successor_id) = (new_code IS NOT NULL)")


def downgrade() -> None:
    dialects.replace_check(op.get_bind(), "succession", _CHECK, "agency_id <> successor_id")
    for column in ("new_name", "new_code", "old_code"):
        op.execute(f"ALTER TABLE succession DROP COLUMN {column}")
