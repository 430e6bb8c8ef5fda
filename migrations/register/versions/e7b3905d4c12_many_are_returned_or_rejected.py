"""Many requests are returned or rejected at once, with a reason, as they are approved."""

from alembic import op

from app.models import dialects

revision = "e7b3905d4c12"
down_revision = "e7a9c3d5f014"
branch_labels = None
depends_on = None

_BEFORE = ("WAITS", "APPROVED", "CHANGED", "CONFLICT", "NEEDS_LOOK", "REFUSED")
_NOW = ("WAITS", "APPROVED", "RETURNED", "REJECTED", "CHANGED", "CONFLICT", "NEEDS_LOOK", "REFUSED")
_COLUMNS = (
    "decision VARCHAR(40) DEFAULT 'APPROVE' NOT NULL CONSTRAINT ck_mass_approval_decision"
    " CHECK (decision IN ('APPROVE', 'RETURN', 'REJECT'))",
    "reason VARCHAR(1000) CONSTRAINT ck_mass_approval_reason_told"
    " CHECK (decision = 'APPROVE' OR confirmed_at IS NULL OR reason IS NOT NULL)",
)


def _one_of(names: tuple[str, ...]) -> str:
    return f"outcome IN ({', '.join(repr(name) for name in names)})"


def upgrade() -> None:
    for column in _COLUMNS:
        op.execute(f"ALTER TABLE mass_approval ADD COLUMN {column}")
    dialects.replace_check(op.get_bind(), "mass_approval_row", "ck_mass_approval_row_outcome", _one_of(_NOW))


def downgrade() -> None:
    dialects.replace_check(op.get_bind(), "mass_approval_row", "ck_mass_approval_row_outcome", _one_of(_BEFORE))
    op.execute("ALTER TABLE mass_approval DROP COLUMN reason")
    op.execute("ALTER TABLE mass_approval DROP COLUMN decision")
