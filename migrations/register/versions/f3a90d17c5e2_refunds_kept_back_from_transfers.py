"""Refunds kept back from transfers, who took a bank file, on what a closed bill stood, and receipts held by the verb's rule."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.domain.claims import issuer_key
from app.models.base import UtcInstant
from app.models.dialects import replace_check

revision = "f3a90d17c5e2"
down_revision = "e7b3905d4c12"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('APPROVAL', 'PAYMENT', 'REFUND_CLAIMED', 'REFUND_RECEIVED', 'REFUND_SET_OFF')"
_PRINTED = (
    "status NOT IN ('PRINTED', 'MONEY_RECEIVED') OR (printed_at IS NOT NULL AND prints > 0)"
    " OR (status = 'MONEY_RECEIVED' AND kept_back = amount)"
)
AT_ONCE = 1_000


def upgrade() -> None:
    bind = op.get_bind()
    op.execute(
        "ALTER TABLE refund_request ADD COLUMN kept_back BIGINT DEFAULT 0 NOT NULL"
        " CONSTRAINT ck_refund_request_kept_back CHECK (kept_back >= 0 AND kept_back <= amount)"
    )
    replace_check(bind, "refund_request", "ck_refund_request_method", "method IN ('TRANSFER', 'CHEQUE', 'SET_OFF')")
    replace_check(bind, "refund_request", "ck_refund_request_printed", _PRINTED)
    replace_check(bind, "ledger_entry", "ck_ledger_entry_kind", _KINDS)
    for column in ("right_standby", "died_on"):
        op.execute(f"ALTER TABLE bill_closure ADD COLUMN {column} DATE")
    died = sa.text("death_date IS NOT NULL")
    op.create_index("ix_person_death_date", "person", ["death_date"], sqlite_where=died, postgresql_where=died)
    _make_tables()
    _hold_as_the_verb_does(bind)


def _make_tables() -> None:
    op.create_table(
        "refund_set_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("refund_id", sa.Integer(), nullable=False),
        sa.Column("satang", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("satang > 0", name="ck_refund_set_off_satang"),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_refund_set_off_agency_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name="fk_refund_set_off_entry_id"),
        sa.ForeignKeyConstraint(["refund_id"], ["refund_request.id"], name="fk_refund_set_off_refund_id"),
        sa.ForeignKeyConstraint(["statement_id"], ["transfer_statement.id"], name="fk_refund_set_off_statement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_refund_set_off"),
        sa.UniqueConstraint("entry_id", name="uq_refund_set_off_entry_id"),
        sa.UniqueConstraint("statement_id", "refund_id", name="uq_refund_set_off_statement_id_refund_id"),
    )
    op.create_index("ix_refund_set_off_agency_id", "refund_set_off", ["agency_id"])
    op.create_index("ix_refund_set_off_refund_id", "refund_set_off", ["refund_id"])
    op.create_table(
        "bank_file_taking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_by", sa.String(120), nullable=False),
        sa.Column("taken_at", UtcInstant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["payment_run.id"], name="fk_bank_file_taking_run_id"),
        sa.ForeignKeyConstraint(["taken_by_id"], ["ab_user.id"], name="fk_bank_file_taking_taken_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bank_file_taking"),
    )
    op.create_index("ix_bank_file_taking_run_id", "bank_file_taking", ["run_id"])


def _hold_as_the_verb_does(bind: Any) -> None:
    """The revision that made these rows held for closed claims too, and knew issuers by their exact name alone."""
    on = "" if bind.dialect.name == "sqlite" else " ON claimed_receipt"
    let_go = (
        "UPDATE claimed_receipt SET held = FALSE WHERE held AND appeal_id IS NULL AND claim_id IN"
        " (SELECT id FROM receipt_claim WHERE status = 'DENIED' AND reason <> 'DUPLICATE')"
    )
    # The trigger comes back with all others after the upgrade.
    for statement in (f"DROP TRIGGER IF EXISTS claimed_receipt_frozen{on}", let_go):
        bind.execute(sa.text(statement))
    _know_issuers(bind)
    _hold_what_stands(bind)


def _know_issuers(bind: Any) -> None:
    by_name: dict[str, tuple[str, str]] = {}
    by_code: dict[str, tuple[str, str]] = {}
    for code, name in bind.execute(sa.text("SELECT code, name_th FROM hospital ORDER BY id")):
        by_name.setdefault(name, (code, name))
        by_code.setdefault(code, (code, name))
    change = sa.text(
        "UPDATE claimed_receipt SET issuer = :issuer, issuer_key = :key, held = :held WHERE id = :id"
    ).bindparams(sa.bindparam("held", type_=sa.Boolean))
    named = "issuer_key LIKE 'N:%'"
    for row in _paged(bind, f"SELECT id, issuer, receipt_key, total, held FROM claimed_receipt c WHERE {named}"):
        found = _listed(row.issuer, by_name, by_code)
        if found is not None:
            key = issuer_key(found[0])
            held = bool(row.held) and _is_free(bind, key, row.receipt_key, row.total)
            bind.execute(change, {"id": row.id, "issuer": found[1], "key": key, "held": held})


def _listed(issuer: str, by_name: dict[str, Any], by_code: dict[str, Any]) -> tuple[str, str] | None:
    """As app/services/money/held_receipts.py finds it on the day of this revision."""
    text = " ".join(issuer.split())
    known = text.replace("รพ.", "โรงพยาบาล", 1) if text.startswith("รพ.") else text
    names = (text, known, known.replace(" ", ""), f"โรงพยาบาล{text}")
    by_its_code = by_code.get(text.split(" ")[0].upper()) if text else None
    return by_its_code or next((by_name[name] for name in names if name in by_name), None)


def _hold_what_stands(bind: Any) -> None:
    """What waits, is approved or paid and holds nothing gets its receipt where that is free now; what is paid comes first."""
    stands = (
        "SELECT r.id, r.issuer_key, r.receipt_key, r.total FROM claimed_receipt r JOIN receipt_claim c ON c.id = r.claim_id"
        " WHERE NOT r.held AND r.appeal_id IS NULL AND c.status = '{}'"
    )
    appealed = (
        "SELECT r.id, r.issuer_key, r.receipt_key, r.total FROM claimed_receipt r JOIN appeal c ON c.id = r.appeal_id"
        " WHERE NOT r.held AND c.status = '{}'"
    )
    hold = sa.text("UPDATE claimed_receipt SET held = TRUE WHERE id = :id")
    queries = [stands.format(status) for status in ("PAID", "APPROVED", "SUBMITTED", "RETURNED")]
    queries += [appealed.format(status) for status in ("PASSED", "SUBMITTED")]
    for query in queries:
        for row in _paged(bind, query, "r.id"):
            if _is_free(bind, row.issuer_key, row.receipt_key, row.total):
                bind.execute(hold, {"id": row.id})


def _is_free(bind: Any, key: str, receipt_key: str, total: int) -> bool:
    query = "SELECT 1 FROM claimed_receipt WHERE issuer_key = :key AND receipt_key = :receipt AND total = :total AND held"
    return bind.execute(sa.text(query), {"key": key, "receipt": receipt_key, "total": total}).first() is None


def _paged(bind: Any, query: str, number: str = "c.id") -> Any:
    last = 0
    while rows := bind.execute(
        sa.text(f"{query} AND {number} > :last ORDER BY {number} LIMIT {AT_ONCE}"), {"last": last}
    ).all():
        yield from rows
        last = rows[-1].id


def downgrade() -> None:
    raise NotImplementedError("what was kept back from transfers cannot be forgotten; restore a backup")
