"""which receipts are claimed."""

import sqlalchemy as sa
from alembic import op

from app.domain.claims import issuer_key

revision = 'b5c6864634b8'
down_revision = '0688eab443b0'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('claimed_receipt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('claim_id', sa.Integer(), nullable=False),
    sa.Column('appeal_id', sa.Integer(), nullable=True),
    sa.Column('issuer', sa.String(length=300), nullable=False),
    sa.Column('issuer_key', sa.String(length=300), nullable=False),
    sa.Column('receipt_no', sa.String(length=100), nullable=False),
    sa.Column('receipt_key', sa.String(length=200), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('is_further', sa.Boolean(), nullable=False),
    sa.Column('held', sa.Boolean(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('NOT is_further OR appeal_id IS NOT NULL', name=op.f('ck_claimed_receipt_further_by_appeal')),
    sa.CheckConstraint('total > 0', name=op.f('ck_claimed_receipt_total')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_claimed_receipt_agency_id')),
    sa.ForeignKeyConstraint(['appeal_id'], ['appeal.id'], name=op.f('fk_claimed_receipt_appeal_id')),
    sa.ForeignKeyConstraint(['claim_id'], ['receipt_claim.id'], name=op.f('fk_claimed_receipt_claim_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claimed_receipt'))
    )
    with op.batch_alter_table('claimed_receipt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claimed_receipt_agency_id'), ['agency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_claimed_receipt_appeal_id'), ['appeal_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_claimed_receipt_claim_id'), ['claim_id'], unique=False)
        batch_op.create_index('ix_claimed_receipt_receipt_key', ['receipt_key'], unique=False)
        batch_op.create_index('uq_claimed_receipt_held', ['issuer_key', 'receipt_key', 'total'], unique=True, sqlite_where=sa.text('held'), postgresql_where=sa.text('held'))

    op.drop_index('uq_receipt_claim_receipt', table_name='receipt_claim')
    op.create_index('ix_receipt_claim_receipt_key', 'receipt_claim', ['receipt_key'])
    _take_over()


def _take_over() -> None:
    """Hold what stands: of two claims of one receipt the first; `flask demo verify` names the other one."""
    connection = op.get_bind()
    codes = {name: code for code, name in connection.execute(sa.text("SELECT code, name_th FROM hospital ORDER BY id DESC"))}
    claims = connection.execute(sa.text(
        "SELECT c.id, c.agency_id, c.receipt_no, c.receipt_key, c.total, c.private_unit, h.code, h.name_th FROM receipt_claim c"
        " JOIN hospital h ON h.id = c.hospital_id WHERE c.status NOT IN ('DRAFT', 'CANCELLED') ORDER BY c.id"
    )).all()
    appeals = connection.execute(sa.text(
        "SELECT c.id, c.agency_id, c.receipt_no, c.receipt_key, c.total, h.code, h.name_th, a.id AS appeal_id FROM appeal a"
        " JOIN receipt_claim c ON c.id = a.claim_id JOIN hospital h ON h.id = a.hospital_id"
        " WHERE a.status IN ('SUBMITTED', 'PASSED') AND c.private_unit IS NULL ORDER BY a.id"
    )).all()
    taken, rows = set(), []
    for row in (*claims, *appeals):
        unit, appeal_id = getattr(row, "private_unit", None), getattr(row, "appeal_id", None)
        issuer = issuer_key(codes.get(unit, ""), "" if unit in codes else unit) if unit else issuer_key(row.code)
        key = (issuer, row.receipt_key, row.total)
        rows.append({
            "claim_id": row.id, "appeal_id": appeal_id, "agency_id": row.agency_id, "issuer": unit or row.name_th,
            "issuer_key": issuer, "receipt_no": row.receipt_no, "receipt_key": row.receipt_key, "total": row.total,
            "is_further": False, "held": key not in taken,
        })
        taken.add(key)
    names = ("claim_id", "appeal_id", "agency_id", "issuer", "issuer_key", "receipt_no", "receipt_key", "total", "is_further", "held")
    table = sa.table("claimed_receipt", *map(sa.column, names))
    for first in range(0, len(rows), 1_000):
        connection.execute(sa.insert(table), rows[first : first + 1_000])


def downgrade() -> None:
    op.drop_index('ix_receipt_claim_receipt_key', table_name='receipt_claim')
    holds = sa.text("status NOT IN ('DRAFT', 'CANCELLED')")
    op.create_index(
        'uq_receipt_claim_receipt', 'receipt_claim', ['hospital_id', 'receipt_key', 'total'],
        unique=True, sqlite_where=holds, postgresql_where=holds,
    )

    with op.batch_alter_table('claimed_receipt', schema=None) as batch_op:
        batch_op.drop_index('uq_claimed_receipt_held', sqlite_where=sa.text('held'), postgresql_where=sa.text('held'))
        batch_op.drop_index('ix_claimed_receipt_receipt_key')
        batch_op.drop_index(batch_op.f('ix_claimed_receipt_claim_id'))
        batch_op.drop_index(batch_op.f('ix_claimed_receipt_appeal_id'))
        batch_op.drop_index(batch_op.f('ix_claimed_receipt_agency_id'))

    op.drop_table('claimed_receipt')
