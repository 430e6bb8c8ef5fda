"""An end that a later one took the place of also says until when it had suspended the right."""

import sqlalchemy as sa
from alembic import op

revision = "c2e9a4071f5b"
down_revision = "a4c7e2f19b60"
branch_labels = None
depends_on = None

# As it was computed until now: an end for good of who was suspended, or the return to duty.
_LASTED = """
    UPDATE replaced_end SET suspended_until = (
        SELECT MIN(CASE WHEN r.type = 'TERMINATE' THEN p.entitled_until ELSE p.entitled_from END)
        FROM change_request r JOIN proposal p ON p.request_id = r.id
        WHERE (r.id = replaced_end.ended_by_request_id AND r.type = 'TERMINATE')
            OR (r.target_entitlement_id = replaced_end.entitlement_id AND r.type = 'REINSTATE' AND r.status = 'EFFECTIVE'))
    WHERE suspended"""


def upgrade() -> None:
    op.execute("ALTER TABLE replaced_end ADD COLUMN suspended_until DATE")
    op.execute(_LASTED)


def downgrade() -> None:
    raise NotImplementedError("there is no way back: a downgrade would lose until when somebody was suspended; restore a backup")
