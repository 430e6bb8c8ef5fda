"""Since when papers are owed stays with a right that goes on: a move or a pension renews no promise."""

from alembic import op

revision = "e7b10c5d8a42"
down_revision = "c2e9a4071f5b"
branch_labels = None
depends_on = None

_DAY = {
    "sqlite": "date(r.submitted_at, '+7 hours')",
    "postgresql": "CAST(timezone('Asia/Bangkok', r.submitted_at) AS DATE)",
}
_MOVES = 8


def upgrade() -> None:
    op.execute("ALTER TABLE entitlement ADD COLUMN promised_on DATE")
    # From the first right to the last one, a step each: nobody has moved more often while papers were owed.
    for _ in range(_MOVES):
        op.execute(f"""
            UPDATE entitlement SET promised_on = (
                SELECT COALESCE(t.promised_on, {_DAY[op.get_bind().dialect.name]}) FROM change_request m
                    JOIN entitlement t ON t.id = m.target_entitlement_id JOIN change_request r ON r.id = t.request_id
                WHERE m.id = entitlement.request_id)
            WHERE to_follow IS NOT NULL AND request_id IN (
                SELECT id FROM change_request WHERE type IN ('TRANSFER_IN', 'PENSION', 'REINSTATE'))""")


def downgrade() -> None:
    raise NotImplementedError("there is no way back: a downgrade would lose since when papers are owed; restore a backup")
