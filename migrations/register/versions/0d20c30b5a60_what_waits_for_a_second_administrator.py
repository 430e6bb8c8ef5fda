"""What waits for a second administrator, and the links that two of them hand over."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "0d20c30b5a60"
down_revision = "05268a0bacc1"
branch_labels = None
depends_on = None

_WAITS = sa.text("agreed_at IS NULL AND dropped_at IS NULL")
_CHECKS = {
    "two_administrators": (
        "agreed_by_id IS NULL OR (agreed_by_id <> asked_by_id AND (user_id IS NULL OR agreed_by_id <> user_id))"
    ),
    "agreed": "(agreed_at IS NOT NULL) = (agreed_by_id IS NOT NULL OR agreed_on_server)",
    "done": "done_at IS NULL OR agreed_at IS NOT NULL",
    "dropped": "dropped_at IS NULL OR agreed_at IS NULL",
    "asked_for": "(kind = 'WAY') = (user_id IS NULL) AND (kind = 'WAY') = (way IS NOT NULL)",
    "kind": "kind IN ('OPEN', 'REACH', 'RESET', 'WAY')",
}
_POINTS_AT = {
    "user_id": "ab_user.id",
    "agency_id": "agency.id",
    "province_code": "province.code",
    "region_no": "nhso_region.no",
    "asked_by_id": "ab_user.id",
    "agreed_by_id": "ab_user.id",
}


def upgrade() -> None:
    instant = app.models.base.UtcInstant(timezone=True)
    op.create_table(
        "account_ask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("province_code", sa.String(2), nullable=True),
        sa.Column("region_no", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(40), nullable=True),
        sa.Column("code_hash", sa.String(64), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("agreed_by_id", sa.Integer(), nullable=True),
        sa.Column("agreed_on_server", sa.Boolean(), nullable=False),
        sa.Column("agreed_at", instant, nullable=True),
        sa.Column("done_at", instant, nullable=True),
        sa.Column("dropped_at", instant, nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_account_ask_{name}")) for name, rule in _CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_account_ask_{column}"))
            for column, target in _POINTS_AT.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_ask")),
    )
    op.create_index("ix_account_ask_asked_at", "account_ask", ["asked_at"])
    op.create_index(
        "uq_account_ask_account", "account_ask", ["user_id"], unique=True, sqlite_where=_WAITS, postgresql_where=_WAITS
    )
    op.execute(
        "ALTER TABLE one_time_link ADD COLUMN ask_id INTEGER"
        " CONSTRAINT fk_one_time_link_ask_id REFERENCES account_ask (id)"
    )
    op.execute("ALTER TABLE one_time_link ADD COLUMN code_hash VARCHAR(64)")
    op.create_index("uq_one_time_link_ask", "one_time_link", ["ask_id"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_one_time_link_ask", "one_time_link")
    op.execute("ALTER TABLE one_time_link DROP COLUMN code_hash")
    op.execute("ALTER TABLE one_time_link DROP COLUMN ask_id")
    op.drop_table("account_ask")
