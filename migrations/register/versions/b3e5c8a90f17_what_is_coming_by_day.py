"""What is coming is asked for by day: ends, papers owed, birthdays."""

import sqlalchemy as sa
from alembic import op

revision = "b3e5c8a90f17"
down_revision = "fd03abf9a7f5"
branch_labels = None
depends_on = None


def _some(index: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(index, "entitlement", [column], sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    _some("ix_entitlement_ends", "entitled_until", "entitled_until IS NOT NULL")
    _some("ix_entitlement_owed", "request_id", "to_follow IS NOT NULL")
    op.create_index("ix_person_birth_date", "person", ["birth_date"])


def downgrade() -> None:
    op.drop_index("ix_person_birth_date", "person")
    op.drop_index("ix_entitlement_owed", "entitlement")
    op.drop_index("ix_entitlement_ends", "entitlement")
