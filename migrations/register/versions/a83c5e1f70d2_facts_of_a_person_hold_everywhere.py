"""What agencies are told of each other, and the ends that later ends took the place of."""

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcInstant

revision = "a83c5e1f70d2"
down_revision = "e4b80d6c1f27"
branch_labels = None
depends_on = None

_KINDS = "'DEATH', 'DEATH_TAKEN_BACK', 'PERSON_CHANGED'"
_REASONS = (
    "'RETIRED_LUMP_SUM', 'RESIGNED_NO_PENSION', 'DISMISSED', 'DECEASED', 'DIVORCED', 'AGE_OF_MAJORITY', 'CHILD_MARRIED',"
    " 'TERM_ENDED', 'MOVED_OUT_OF_SCHEME', 'TRANSFERRED_LGO', 'PRINCIPAL_ENDED', 'ADOPTED_OUT', 'INCOMPETENCE_LIFTED',"
    " 'RECORDED_IN_ERROR', 'OTHER'"
)


def upgrade() -> None:
    op.create_table(
        "agency_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("from_agency_id", sa.Integer(), nullable=False),
        sa.Column("told_at", UtcInstant(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer()),
        sa.Column("noted_at", UtcInstant(timezone=True)),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_agency_notice_kind")),
        sa.CheckConstraint("(noted_by_id IS NULL) = (noted_at IS NULL)", name=op.f("ck_agency_notice_noted_by_somebody")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agency_notice_person_id")),
        sa.ForeignKeyConstraint(["request_id"], ["change_request.id"], name=op.f("fk_agency_notice_request_id")),
        sa.ForeignKeyConstraint(["from_agency_id"], ["agency.id"], name=op.f("fk_agency_notice_from_agency_id")),
        sa.ForeignKeyConstraint(["noted_by_id"], ["ab_user.id"], name=op.f("fk_agency_notice_noted_by_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_agency_notice_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_notice")),
        sa.UniqueConstraint(
            "agency_id", "kind", "person_id", "request_id", name=op.f("uq_agency_notice_agency_id_kind_person_id_request_id")
        ),
    )
    op.create_index(op.f("ix_agency_notice_agency_id"), "agency_notice", ["agency_id"])
    op.execute("CREATE INDEX ix_agency_notice_open ON agency_notice (agency_id) WHERE noted_at IS NULL")
    op.create_table(
        "replaced_end",
        sa.Column("entitlement_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("termination_reason", sa.String(40)),
        sa.Column("ended_by_request_id", sa.BigInteger(), nullable=False),
        sa.Column("ended_effective_at", UtcInstant(timezone=True)),
        sa.Column("until_before_end", sa.Date()),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.CheckConstraint(f"termination_reason IN ({_REASONS})", name=op.f("ck_replaced_end_termination_reason")),
        sa.ForeignKeyConstraint(["entitlement_id"], ["entitlement.id"], name=op.f("fk_replaced_end_entitlement_id")),
        sa.PrimaryKeyConstraint("entitlement_id", "request_id", name=op.f("pk_replaced_end")),
    )
    op.create_index("ix_replaced_end_ended_by", "replaced_end", ["ended_by_request_id"])
    op.execute(
        "CREATE INDEX ix_entitlement_voided_by ON entitlement (voided_by_request_id) WHERE voided_by_request_id IS NOT NULL"
    )


def downgrade() -> None:
    raise NotImplementedError("there is no way back: a downgrade would lose what agencies were told; restore a backup")
