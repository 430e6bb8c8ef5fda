"""lines of hospital statements by person."""

from alembic import op

revision = '05268a0bacc1'
down_revision = 'a91c4e07b5d3'
branch_labels = None
depends_on = None

_NAME = 'ix_hospital_statement_line_person_id'


def upgrade() -> None:
    op.create_index(_NAME, 'hospital_statement_line', ['person_id'])


def downgrade() -> None:
    op.drop_index(_NAME, 'hospital_statement_line')
