"""What a hospital's token opens, and which one it takes the place of."""

from alembic import op

revision = "5b8e2d90c3f4"
down_revision = "c5e07a91d3b8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE api_token ADD COLUMN scope VARCHAR(40) DEFAULT 'RIGHTS' NOT NULL"
        " CONSTRAINT ck_api_token_token_scope CHECK (scope IN ('RIGHTS', 'LAW'))"
    )
    op.execute(
        "ALTER TABLE api_token ADD COLUMN replaces_id INTEGER CONSTRAINT fk_api_token_replaces_id REFERENCES api_token (id)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE api_token DROP COLUMN replaces_id")
    op.execute("ALTER TABLE api_token DROP COLUMN scope")
