"""A visitor's card is read at an officer's desk."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = '168783b65a70'
down_revision = '830d9949ba4b'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('card_reading',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('nonce_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('workstation_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.Enum('FORM', 'LOOKUP', name='purpose', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('asked_at', app.models.base.UtcInstant(timezone=True), nullable=False),
    sa.Column('expires_at', app.models.base.UtcInstant(timezone=True), nullable=False),
    sa.Column('read_at', app.models.base.UtcInstant(timezone=True), nullable=True),
    sa.Column('taken_at', app.models.base.UtcInstant(timezone=True), nullable=True),
    sa.Column('person', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('person IS NULL OR (read_at IS NOT NULL AND taken_at IS NULL)', name=op.f('ck_card_reading_kept_until_taken')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_card_reading_agency_id')),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_card_reading_user_id')),
    sa.ForeignKeyConstraint(['workstation_id'], ['workstation.id'], name=op.f('fk_card_reading_workstation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card_reading')),
    sa.UniqueConstraint('nonce_hash', name=op.f('uq_card_reading_nonce_hash'))
    )
    with op.batch_alter_table('card_reading', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_card_reading_agency_id'), ['agency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_card_reading_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_card_reading_user_id'), ['user_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_card_reading_workstation_id'), ['workstation_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('card_reading', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_card_reading_workstation_id'))
        batch_op.drop_index(batch_op.f('ix_card_reading_user_id'))
        batch_op.drop_index(batch_op.f('ix_card_reading_expires_at'))
        batch_op.drop_index(batch_op.f('ix_card_reading_agency_id'))

    op.drop_table('card_reading')
