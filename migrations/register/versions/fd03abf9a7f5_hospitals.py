"""Hospitals by their NHSO code, for receipts."""

import sqlalchemy as sa
from alembic import op



revision = 'fd03abf9a7f5'
down_revision = '88869e96b569'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('hospital',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=9), nullable=False),
    sa.Column('name_th', sa.String(length=200), nullable=False),
    sa.Column('province_code', sa.String(length=2), nullable=False),
    sa.Column('hospital_type', sa.Enum('STATE', 'PRIVATE', 'LOCAL', name='hospital_type', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.CheckConstraint('valid_until IS NULL OR valid_until > valid_from', name=op.f('ck_hospital_period')),
    sa.ForeignKeyConstraint(['province_code'], ['province.code'], name=op.f('fk_hospital_province_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hospital')),
    sa.UniqueConstraint('code', name=op.f('uq_hospital_code'))
    )
    with op.batch_alter_table('hospital', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hospital_name_th'), ['name_th'], unique=False)
        batch_op.create_index(batch_op.f('ix_hospital_province_code'), ['province_code'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('hospital', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hospital_province_code'))
        batch_op.drop_index(batch_op.f('ix_hospital_name_th'))

    op.drop_table('hospital')
