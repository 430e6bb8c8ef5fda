"""what was sent stays."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = 'd4f1a7c06b92'
down_revision = "9d4f20c7ab36"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ('claim_paper', 'appeal_paper'):
        op.add_column(table, sa.Column('withdrawn_at', app.models.base.UtcInstant(timezone=True), nullable=True))
    op.add_column('claim_step', sa.Column('frozen', sa.JSON(), nullable=True))
    op.add_column('claim_step', sa.Column('sha256', sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column('claim_step', 'sha256')
    op.drop_column('claim_step', 'frozen')
    for table in ('appeal_paper', 'claim_paper'):
        op.drop_column(table, 'withdrawn_at')
