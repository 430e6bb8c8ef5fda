"""A phone's codes beside the password, how each role logs in, and who read the report on an emergency access."""

import sqlalchemy as sa
from alembic import op

revision = "e7a9c3d5f014"
down_revision = "d4f1a7c06b92"
branch_labels = None
depends_on = None

_READ_BY_ANOTHER = (
    "read_by_id IS NULL OR (reported_at IS NOT NULL AND read_by_id <> user_id AND read_by_id <> asked_by_id"
    " AND read_by_id <> allowed_by_id)"
)


def upgrade() -> None:
    instant = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(200), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reset_asked_by_id", sa.Integer(), nullable=True),
        sa.Column("reset_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(reset_asked_by_id IS NULL) = (reset_asked_at IS NULL)", name=op.f("ck_second_factor_asked")
        ),
        sa.CheckConstraint(
            "reset_asked_by_id IS NULL OR reset_asked_by_id <> user_id",
            name=op.f("ck_second_factor_asked_for_another"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_second_factor_user_id")),
        sa.ForeignKeyConstraint(["reset_asked_by_id"], ["ab_user.id"], name=op.f("fk_second_factor_reset_asked_by_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.execute(
        "ALTER TABLE login_policy ADD COLUMN way VARCHAR(40) DEFAULT 'CARD_ONLY' NOT NULL"
        " CONSTRAINT ck_login_policy_way CHECK (way IN ('WITH_CODE', 'NO_CODE', 'CARD_ONLY'))"
    )
    op.execute("ALTER TABLE card_session ADD COLUMN number VARCHAR(120)")
    op.execute(f"ALTER TABLE break_glass ADD COLUMN reported_at {instant}")
    op.execute(f"ALTER TABLE break_glass ADD COLUMN read_at {instant}")
    op.execute(
        "ALTER TABLE break_glass ADD COLUMN read_by_id INTEGER CONSTRAINT fk_break_glass_read_by_id REFERENCES ab_user (id)"
        f" CONSTRAINT ck_break_glass_read_by_another CHECK ({_READ_BY_ANOTHER})"
    )


def downgrade() -> None:
    op.drop_table("second_factor")
    op.execute("ALTER TABLE login_policy DROP COLUMN way")
    op.execute("ALTER TABLE card_session DROP COLUMN number")
    op.execute("ALTER TABLE break_glass DROP COLUMN read_by_id")
    op.execute("ALTER TABLE break_glass DROP COLUMN read_at")
    op.execute("ALTER TABLE break_glass DROP COLUMN reported_at")
