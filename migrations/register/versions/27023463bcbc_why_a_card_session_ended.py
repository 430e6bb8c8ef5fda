"""Why a card session ended, so that the log-in page can say so; sessions of before say nothing."""

from alembic import op

revision = "27023463bcbc"
down_revision = "0d20c30b5a60"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain: a table that is made anew loses what hangs on it (SQLite).
    op.execute(
        "ALTER TABLE card_session ADD COLUMN ended_because VARCHAR(40)"
        " CONSTRAINT ck_card_session_ended_because CHECK (ended_because IN ('PULLED', 'PUT_IN_ANEW', 'SHUT'))"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE card_session DROP COLUMN ended_because")
