"""Many approvals at once, and what a round did."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = '8aab2bee0f6f'
down_revision = "a83c5e1f70d2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('round_manifest',
    sa.Column('round_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('row_count', sa.Integer(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('begun_at', app.models.base.UtcInstant(timezone=True), nullable=False),
    sa.Column('ended_at', app.models.base.UtcInstant(timezone=True), nullable=False),
    sa.Column('row_digests', sa.LargeBinary(), nullable=False),
    sa.Column('previous_sha256', sa.String(length=64), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['processing_round.id'], name=op.f('fk_round_manifest_round_id')),
    sa.PrimaryKeyConstraint('round_id', name=op.f('pk_round_manifest'))
    )
    op.create_table('round_outcome',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('type', sa.String(length=40), nullable=False),
    sa.Column('outcome', sa.String(length=40), nullable=False),
    sa.Column('round_error', sa.String(length=40), nullable=True),
    sa.Column('law_code', sa.String(length=40), nullable=True),
    sa.Column('conflict_request_id', sa.BigInteger(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('request_version', sa.Integer(), nullable=False),
    sa.Column('rules_version', sa.String(length=20), nullable=True),
    sa.Column('inputs_version', sa.BigInteger(), nullable=True),
    sa.Column('frozen_sha256', sa.String(length=64), nullable=True),
    sa.CheckConstraint("outcome IN ('EFFECTIVE', 'ROUND_ERROR')", name=op.f('ck_round_outcome_outcome_of_round')),
    sa.PrimaryKeyConstraint('round_id', 'request_id', name=op.f('pk_round_outcome'))
    )
    with op.batch_alter_table('round_outcome', schema=None) as batch_op:
        batch_op.create_index('ix_round_outcome_agency_round', ['agency_id', 'round_id'], unique=False)

    op.create_table('mass_approval',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('officer_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', app.models.base.UtcInstant(timezone=True), nullable=False),
    sa.Column('confirmed_at', app.models.base.UtcInstant(timezone=True), nullable=True),
    sa.Column('job_id', sa.BigInteger(), nullable=True),
    sa.Column('row_count', sa.Integer(), nullable=False),
    sa.Column('left_count', sa.Integer(), nullable=False),
    sa.Column('kinds', sa.JSON(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('(confirmed_at IS NULL) = (job_id IS NULL)', name=op.f('ck_mass_approval_confirmed_has_job')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_mass_approval_agency_id')),
    sa.ForeignKeyConstraint(['officer_id'], ['ab_user.id'], name=op.f('fk_mass_approval_officer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mass_approval')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('mass_approval', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mass_approval_agency_id'), ['agency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mass_approval_officer_id'), ['officer_id'], unique=False)

    op.create_table('mass_approval_row',
    sa.Column('approval_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('family', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('outcome', sa.Enum('WAITS', 'APPROVED', 'CHANGED', 'CONFLICT', 'NEEDS_LOOK', 'REFUSED', name='outcome', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason_code', sa.String(length=40), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=True),
    sa.Column('round_at', app.models.base.UtcInstant(timezone=True), nullable=True),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("outcome <> 'APPROVED' OR round_at IS NOT NULL", name=op.f('ck_mass_approval_row_approved_has_round')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_mass_approval_row_agency_id')),
    sa.ForeignKeyConstraint(['approval_id'], ['mass_approval.id'], name=op.f('fk_mass_approval_row_approval_id')),
    sa.ForeignKeyConstraint(['request_id'], ['change_request.id'], name=op.f('fk_mass_approval_row_request_id')),
    sa.PrimaryKeyConstraint('approval_id', 'position', name=op.f('pk_mass_approval_row')),
    sa.UniqueConstraint('approval_id', 'request_id', name=op.f('uq_mass_approval_row_approval_id_request_id'))
    )
    with op.batch_alter_table('mass_approval_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mass_approval_row_agency_id'), ['agency_id'], unique=False)
        batch_op.create_index('ix_mass_approval_row_outcome', ['approval_id', 'outcome', 'position'], unique=False)

    # Outside batch mode, which would copy the table.
    op.add_column('processing_round', sa.Column('begun_at', app.models.base.UtcInstant(timezone=True), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('processing_round', schema=None) as batch_op:
        batch_op.drop_column('begun_at')

    with op.batch_alter_table('mass_approval_row', schema=None) as batch_op:
        batch_op.drop_index('ix_mass_approval_row_outcome')
        batch_op.drop_index(batch_op.f('ix_mass_approval_row_agency_id'))

    op.drop_table('mass_approval_row')
    with op.batch_alter_table('mass_approval', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mass_approval_officer_id'))
        batch_op.drop_index(batch_op.f('ix_mass_approval_agency_id'))

    op.drop_table('mass_approval')
    with op.batch_alter_table('round_outcome', schema=None) as batch_op:
        batch_op.drop_index('ix_round_outcome_agency_round')
        batch_op.drop_index(batch_op.f('ix_round_outcome_agency_id'))

    op.drop_table('round_outcome')
    op.drop_table('round_manifest')
