"""Rights in other schemes, elections, and the files that schemes send."""

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcInstant

revision = "c9d41e7b2a06"
down_revision = "b3e5c8a90f17"
branch_labels = None
depends_on = None

_SCHEMES = (
    "CSMBS", "CSMBS_PENSION", "LGO", "LGO_PENSION", "BKK", "BKK_PENSION", "PATTAYA", "PATTAYA_PENSION",
    "STATE_AGENCY", "SSO", "PRIVATE_TEACHER", "UCS",
)  # fmt: skip


def _code(table: str, column: str, values: tuple[str, ...]) -> list[sa.schema.SchemaItem]:
    allowed = ", ".join(repr(value) for value in values)
    return [
        sa.Column(column, sa.String(40), nullable=False),
        sa.CheckConstraint(f"{column} IN ({allowed})", name=f"ck_{table}_{column}"),
    ]


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UtcInstant(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "scheme_file",
        sa.Column("id", sa.Integer(), nullable=False),
        *_code("scheme_file", "scheme", _SCHEMES),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("original_name", sa.String(255), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("row_count", sa.Integer()),
        sa.Column("refused_count", sa.Integer()),
        sa.Column("matched_count", sa.Integer()),
        sa.Column("loaded_by_id", sa.Integer()),
        _instant("asked_at"),
        _instant("loaded_at", nullable=True),
        _key("scheme_file", "loaded_by_id", "ab_user"),
        sa.PrimaryKeyConstraint("id", name="pk_scheme_file"),
    )
    op.create_index("ix_scheme_file_scheme", "scheme_file", ["scheme"])
    table = "other_scheme_right"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        *_code(table, "scheme", _SCHEMES),
        *_code(table, "rank", ("PRIMARY", "SECONDARY")),
        sa.Column("via_principal", sa.String(200), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        *_code(table, "source", ("DECLARED", "FILE")),
        _instant("verified_at", nullable=True),
        sa.Column("file_id", sa.Integer()),
        sa.Column("recorded_by_id", sa.Integer()),
        _instant("recorded_at"),
        sa.CheckConstraint("until IS NULL OR until > since", name=f"ck_{table}_period"),
        _key(table, "person_id", "person"),
        _key(table, "file_id", "scheme_file"),
        _key(table, "recorded_by_id", "ab_user"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint(
            "person_id", "scheme", "rank", "since", "source", name=f"uq_{table}_person_id_scheme_rank_since_source"
        ),
    )
    for column in ("file_id", "until", "since"):
        op.create_index(f"ix_{table}_{column}", table, [column])
    table = "scheme_election"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("fiscal_year_be", sa.Integer(), nullable=False),
        *_code(table, "scheme", _SCHEMES),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer()),
        _instant("recorded_at"),
        _key(table, "person_id", "person"),
        _key(table, "recorded_by_id", "ab_user"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    for column in ("person_id", "fiscal_year_be"):
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table in ("scheme_election", "other_scheme_right", "scheme_file"):
        op.drop_table(table)
