"""The agency that had reported an end is told when another one takes it back after a move."""

import sqlalchemy as sa
from alembic import op

from app.models import dialects

revision = "f60b2d81c94e"
down_revision = "e7b10c5d8a42"
branch_labels = None
depends_on = None

_CHECK, _ADDED = "ck_agency_notice_kind", "END_TAKEN_BACK"
_BEFORE = "kind IN ('DEATH', 'DEATH_TAKEN_BACK', 'PERSON_CHANGED')"
_NOW = f"kind IN ('DEATH', 'DEATH_TAKEN_BACK', 'PERSON_CHANGED', '{_ADDED}')"


def upgrade() -> None:
    stands = {one["name"]: one["sqltext"] for one in sa.inspect(op.get_bind()).get_check_constraints("agency_notice")}
    if _ADDED not in stands.get(_CHECK, ""):
        dialects.replace_check(op.get_bind(), "agency_notice", _CHECK, _NOW)


def downgrade() -> None:
    op.execute(f"DELETE FROM agency_notice WHERE kind = '{_ADDED}'")
    dialects.replace_check(op.get_bind(), "agency_notice", _CHECK, _BEFORE)
