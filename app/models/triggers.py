"""The last line in the database: append-only tables, no overlapping rights, four-eyes, frozen proposals (decisions 14).

Alembic's batch mode drops triggers silently, so `create_triggers` runs after every upgrade and a guard compares them.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_APPEND_ONLY = ("audit_event", "audit_block", "round_outcome", "round_manifest", "claim_step", "ledger_entry")

# name -> (table, timing, SQLite condition and body)
_OVERLAP = """
    EXISTS (SELECT 1 FROM entitlement other WHERE other.id <> NEW.id AND NOT other.voided AND NOT NEW.voided
        AND other.person_id = NEW.person_id AND {same}
        AND (other.entitled_until IS NULL OR NEW.entitled_from < other.entitled_until)
        AND (NEW.entitled_until IS NULL OR other.entitled_from < NEW.entitled_until))"""
_OWN = _OVERLAP.format(same="other.relation = 'SELF' AND NEW.relation = 'SELF'")
_SAME = _OVERLAP.format(same="other.principal_id = NEW.principal_id AND other.relation = NEW.relation")
_DECIDED_BY_EDITOR = """
    NEW.decided_by_id IS NOT NULL AND NEW.status IN ('APPROVED', 'RETURNED', 'REJECTED')
    AND OLD.status = 'PENDING_APPROVAL' AND NOT NEW.self_approved
    AND EXISTS (SELECT 1 FROM request_editor e
        WHERE e.request_id = NEW.id AND e.revision <= NEW.revision AND e.user_id = NEW.decided_by_id)"""
_SUBMITTED = """
    EXISTS (SELECT 1 FROM change_request r WHERE r.id = OLD.request_id AND r.status <> 'DRAFT')"""
_SENT_BEFORE = """
    EXISTS (SELECT 1 FROM change_request r
        WHERE r.id = OLD.request_id AND (r.submitted_at IS NOT NULL OR r.status <> 'DRAFT'))"""
_LEFT_ROUND = """
    NEW.status = 'APPROVED' AND (OLD.status <> 'APPROVED' OR OLD.round_id <> NEW.round_id)
    AND EXISTS (SELECT 1 FROM processing_round r WHERE r.id = NEW.round_id AND r.status <> 'PLANNED')"""

_WITHDRAWN_TOO_LATE = """
    OLD.status = 'APPROVED' AND NEW.status = 'PENDING_APPROVAL'
    AND EXISTS (SELECT 1 FROM processing_round r WHERE r.id = OLD.round_id AND r.status <> 'PLANNED')"""

_FACTS_OF_CLAIM = (
    "agency_id", "claim_no", "patient_id", "hospital_id", "patient_type", "served_on", "discharged_on", "receipt_no",
    "receipt_key", "receipt_on", "total", "claimable", "name_on_receipt", "private_unit",
)  # fmt: skip
_SENT_CLAIM = "OLD.status NOT IN ('DRAFT', 'RETURNED') AND ({})".format(
    " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FACTS_OF_CLAIM)
)
_FACTS_OF_APPEAL = (
    "agency_id", "appeal_no", "claim_id", "kind", "reason", "words", "hospital_id", "patient_type", "compensation", "additional",
    "total",
)  # fmt: skip
_SENT_APPEAL = "OLD.status <> 'DRAFT' AND ({})".format(
    " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FACTS_OF_APPEAL)
)
_PAPER_OF_SENT_APPEAL = """
    EXISTS (SELECT 1 FROM appeal c WHERE c.id = {row}.appeal_id AND c.status <> 'DRAFT')"""
_PAPER_OF_SENT_CLAIM = """
    EXISTS (SELECT 1 FROM receipt_claim c WHERE c.id = {row}.claim_id AND c.status NOT IN ('DRAFT', 'RETURNED'))"""
_FACTS_OF_RECEIPT = (
    "agency_id",
    "claim_id",
    "appeal_id",
    "issuer_key",
    "receipt_no",
    "receipt_key",
    "total",
    "is_further",
)
_OTHER_RECEIPT = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FACTS_OF_RECEIPT)
_NOT_THE_MIRROR = """
    NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger_entry o WHERE o.id = NEW.reverses_id
        AND o.reverses_id IS NULL AND o.claim_id = NEW.claim_id AND o.agency_id = NEW.agency_id AND o.kind = NEW.kind
        AND o.satang = NEW.satang AND o.debit = NEW.credit AND o.credit = NEW.debit)"""
# What is owed is paid, and what is to come back comes back, at most once.
_MORE_THAN_STANDS = """
    (NEW.debit = 'OWED' AND NEW.satang > (SELECT COALESCE(SUM(CASE WHEN e.credit = 'OWED' THEN e.satang ELSE -e.satang END), 0)
        FROM ledger_entry e WHERE e.claim_id = NEW.claim_id AND 'OWED' IN (e.debit, e.credit)))
    OR (NEW.credit = 'REFUND_DUE' AND NEW.satang > (SELECT
        COALESCE(SUM(CASE WHEN e.debit = 'REFUND_DUE' THEN e.satang ELSE -e.satang END), 0)
        FROM ledger_entry e WHERE e.claim_id = NEW.claim_id AND 'REFUND_DUE' IN (e.debit, e.credit)))"""

# What stands in a run is paid by that run alone, and its approval is not taken back meanwhile.
_NOT_BY_ITS_RUN = """EXISTS (SELECT 1 FROM transfer_line t JOIN payment_run r ON r.id = t.run_id
    WHERE {which} AND t.outcome = 'WAITS'
    AND NOT (r.status = 'RELEASING' AND {paid} AND NEW.paid_by_id = r.released_by_id AND NEW.transfer_no = r.run_no))"""
_CLAIM_IN_RUN = "OLD.status = 'APPROVED' AND NEW.status <> 'APPROVED' AND " + _NOT_BY_ITS_RUN.format(
    which="t.claim_id = NEW.id AND t.appeal_id IS NULL", paid="NEW.status = 'PAID'"
)
_APPEAL_IN_RUN = "OLD.paid_on IS NULL AND NEW.paid_on IS NOT NULL AND " + _NOT_BY_ITS_RUN.format(
    which="t.appeal_id = NEW.id", paid="NEW.paid_on IS NOT NULL"
)
_OTHER_THAN_BEFORE = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in (
    "run_id", "statement_id", "claim_id", "appeal_id", "satang", "agency_id",
))  # fmt: skip
_LINE_OVER = f"""OLD.outcome <> 'WAITS' OR {_OTHER_THAN_BEFORE}
    OR EXISTS (SELECT 1 FROM payment_run r WHERE r.id = OLD.run_id AND NOT (
        (r.status = 'RELEASING' AND NEW.outcome IN ('WAITS', 'PAID', 'REFUSED'))
        OR (r.status = 'PREPARED' AND NEW.outcome IN ('WAITS', 'LEFT'))
        OR (r.status = 'CANCELLED' AND NEW.outcome = 'CANCELLED')))"""
_RUN_MADE = "EXISTS (SELECT 1 FROM payment_run r WHERE r.id = NEW.run_id AND r.status <> 'PREPARED')"
_RUN_OVER = """OLD.status IN ('RELEASED', 'CANCELLED') OR NEW.run_no <> OLD.run_no OR NEW.transfer_on <> OLD.transfer_on
    OR NEW.made_by_id <> OLD.made_by_id
    OR (OLD.status = 'RELEASING' AND (NEW.status NOT IN ('RELEASING', 'RELEASED') OR NEW.released_by_id <> OLD.released_by_id))
    OR (NEW.status = 'RELEASED' AND (OLD.status <> 'RELEASING'
        OR EXISTS (SELECT 1 FROM transfer_line t WHERE t.run_id = NEW.id AND t.outcome = 'WAITS')))"""
_STATEMENT_OUT = """OLD.issued_at IS NOT NULL AND (NEW.issued_at <> OLD.issued_at OR NEW.satang <> OLD.satang
    OR NEW.line_count <> OLD.line_count OR NEW.set_off <> OLD.set_off OR NEW.transfer_on <> OLD.transfer_on
    OR NEW.agency_id <> OLD.agency_id)"""

# (name, timing, table, condition, message)
RULES: tuple[tuple[str, str, str, str, str], ...] = (
    *((f"{t}_no_update", "BEFORE UPDATE", t, "1 = 1", "APPEND_ONLY") for t in _APPEND_ONLY),
    *((f"{t}_no_delete", "BEFORE DELETE", t, "1 = 1", "APPEND_ONLY") for t in _APPEND_ONLY),
    ("entitlement_no_delete", "BEFORE DELETE", "entitlement", "1 = 1", "NO_DELETE"),
    ("person_no_delete", "BEFORE DELETE", "person", "1 = 1", "NO_DELETE"),
    ("request_revision_no_delete", "BEFORE DELETE", "request_revision", "1 = 1", "NO_DELETE"),
    (
        "request_revision_frozen", "BEFORE UPDATE", "request_revision",
        "NEW.sha256 <> OLD.sha256 OR NEW.submitted_at <> OLD.submitted_at"
        " OR (OLD.outcome IS NOT NULL AND NOT (OLD.outcome = 'APPROVED' AND NEW.outcome IS NULL))"
        " OR CAST(NEW.frozen AS TEXT) <> CAST(OLD.frozen AS TEXT)"
        " OR COALESCE(NEW.submitted_by_id, 0) <> COALESCE(OLD.submitted_by_id, 0)",
        "FROZEN",
    ),
    ("request_editor_no_update", "BEFORE UPDATE", "request_editor", "1 = 1", "APPEND_ONLY"),
    ("request_editor_no_delete", "BEFORE DELETE", "request_editor", _SENT_BEFORE, "APPEND_ONLY"),
    (
        "change_request_no_delete", "BEFORE DELETE", "change_request",
        "OLD.submitted_at IS NOT NULL OR OLD.status <> 'DRAFT'", "NO_DELETE",
    ),
    ("change_request_four_eyes", "BEFORE UPDATE", "change_request", _DECIDED_BY_EDITOR, "FOUR_EYES"),
    ("change_request_withdrawn", "BEFORE UPDATE", "change_request", _WITHDRAWN_TOO_LATE, "ROUND_STARTED"),
    ("change_request_round_open", "BEFORE UPDATE", "change_request", _LEFT_ROUND, "ROUND_STARTED"),
    ("proposal_frozen", "BEFORE UPDATE", "proposal", _SUBMITTED, "FROZEN"),
    ("proposal_no_delete", "BEFORE DELETE", "proposal", _SUBMITTED, "NO_DELETE"),
    ("receipt_claim_no_delete", "BEFORE DELETE", "receipt_claim", "1 = 1", "NO_DELETE"),
    ("receipt_claim_frozen", "BEFORE UPDATE", "receipt_claim", _SENT_CLAIM, "FROZEN"),
    ("claim_paper_frozen", "BEFORE INSERT", "claim_paper", _PAPER_OF_SENT_CLAIM.format(row="NEW"), "FROZEN"),
    ("claim_paper_no_update", "BEFORE UPDATE", "claim_paper", "1 = 1", "APPEND_ONLY"),
    ("claim_paper_no_delete", "BEFORE DELETE", "claim_paper", _PAPER_OF_SENT_CLAIM.format(row="OLD"), "FROZEN"),
    ("appeal_no_delete", "BEFORE DELETE", "appeal", "1 = 1", "NO_DELETE"),
    ("appeal_frozen", "BEFORE UPDATE", "appeal", _SENT_APPEAL, "FROZEN"),
    ("appeal_paper_frozen", "BEFORE INSERT", "appeal_paper", _PAPER_OF_SENT_APPEAL.format(row="NEW"), "FROZEN"),
    ("appeal_paper_no_update", "BEFORE UPDATE", "appeal_paper", "1 = 1", "APPEND_ONLY"),
    ("appeal_paper_no_delete", "BEFORE DELETE", "appeal_paper", _PAPER_OF_SENT_APPEAL.format(row="OLD"), "FROZEN"),
    ("receipt_claim_in_run", "BEFORE UPDATE", "receipt_claim", _CLAIM_IN_RUN, "IN_PAYMENT_RUN"),
    ("appeal_in_run", "BEFORE UPDATE", "appeal", _APPEAL_IN_RUN, "IN_PAYMENT_RUN"),
    ("payment_run_no_delete", "BEFORE DELETE", "payment_run", "1 = 1", "NO_DELETE"),
    ("payment_run_over", "BEFORE UPDATE", "payment_run", _RUN_OVER, "FROZEN"),
    ("transfer_statement_no_delete", "BEFORE DELETE", "transfer_statement", "1 = 1", "NO_DELETE"),
    ("transfer_statement_frozen", "BEFORE UPDATE", "transfer_statement", _STATEMENT_OUT, "FROZEN"),
    ("transfer_line_no_delete", "BEFORE DELETE", "transfer_line", "1 = 1", "NO_DELETE"),
    ("transfer_line_made", "BEFORE INSERT", "transfer_line", _RUN_MADE, "FROZEN"),
    ("transfer_line_over", "BEFORE UPDATE", "transfer_line", _LINE_OVER, "FROZEN"),
    ("claimed_receipt_frozen", "BEFORE UPDATE", "claimed_receipt", _OTHER_RECEIPT, "FROZEN"),
    ("claimed_receipt_no_delete", "BEFORE DELETE", "claimed_receipt", "OLD.held", "NO_DELETE"),
    ("claimed_receipt_of_sent", "BEFORE INSERT", "claimed_receipt", _PAPER_OF_SENT_APPEAL.format(row="NEW"), "FROZEN"),
    ("ledger_entry_mirrors", "BEFORE INSERT", "ledger_entry", _NOT_THE_MIRROR, "LEDGER_COUNTER"),
    ("ledger_entry_within", "BEFORE INSERT", "ledger_entry", _MORE_THAN_STANDS, "LEDGER_OVERDRAWN"),
)  # fmt: skip
# PostgreSQL holds overlaps off by exclusion constraints, which also stand between two concurrent transactions.
SQLITE_RULES = (
    ("entitlement_own_insert", "BEFORE INSERT", "entitlement", _OWN, "OWN_RIGHT_OVERLAP"),
    ("entitlement_own_update", "BEFORE UPDATE", "entitlement", _OWN, "OWN_RIGHT_OVERLAP"),
    ("entitlement_same_insert", "BEFORE INSERT", "entitlement", _SAME, "SAME_RIGHT_OVERLAP"),
    ("entitlement_same_update", "BEFORE UPDATE", "entitlement", _SAME, "SAME_RIGHT_OVERLAP"),
)
# A request is sorted by the name that it proposes; verbs write it with the request, this mends what they leave out.
_OTHER_NAME = "EXISTS (SELECT 1 FROM change_request r WHERE r.id = NEW.request_id AND r.sort_key <> NEW.sort_key)"
_TAKE_NAME = "UPDATE change_request SET sort_key = NEW.sort_key WHERE id = NEW.request_id"
# An end that another end takes the place of can be had back (spec 2.6): written here, whichever statement it was.
_ENDS_ANEW = (
    "OLD.ended_by_request_id IS NOT NULL AND NEW.ended_by_request_id IS NOT NULL"
    " AND NEW.ended_by_request_id <> OLD.ended_by_request_id"
)
_KEEP_END = """
    INSERT INTO replaced_end (entitlement_id, request_id, termination_reason, ended_by_request_id, ended_effective_at,
        until_before_end, suspended)
    VALUES (OLD.id, NEW.ended_by_request_id, OLD.termination_reason, OLD.ended_by_request_id, OLD.ended_effective_at,
        OLD.until_before_end, OLD.suspended)"""
# (name, timing, table, condition, statement)
KEEPERS = (
    ("entitlement_ends_anew", "AFTER UPDATE OF ended_by_request_id", "entitlement", _ENDS_ANEW, _KEEP_END),
    ("proposal_name_insert", "AFTER INSERT", "proposal", _OTHER_NAME, _TAKE_NAME),
    ("proposal_name_update", "AFTER UPDATE OF sort_key", "proposal", _OTHER_NAME, _TAKE_NAME),
)
EXCLUSIONS = {
    "ex_entitlement_own": "EXCLUDE USING gist (person_id WITH =, daterange(entitled_from, entitled_until) WITH &&) "
    "WHERE (relation = 'SELF' AND NOT voided)",
    "ex_entitlement_same": "EXCLUDE USING gist (person_id WITH =, principal_id WITH =, relation WITH =, "
    "daterange(entitled_from, entitled_until) WITH &&) WHERE (NOT voided)",
}


def create_triggers(connection: Connection) -> None:
    """Drop and create every trigger and exclusion constraint; safe to run again after each upgrade.

    A table that comes with a later revision has none yet.
    """
    standing = set(sa.inspect(connection).get_table_names())
    if connection.dialect.name == "sqlite":
        for name, timing, table, condition, message in (r for r in (*RULES, *SQLITE_RULES) if r[2] in standing):
            connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {name}"))
            body = f"SELECT RAISE(ABORT, '{message}')"
            connection.execute(sa.text(f"CREATE TRIGGER {name} {timing} ON {table} WHEN {condition} BEGIN {body}; END"))
        for name, timing, table, condition, body in KEEPERS:
            connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {name}"))
            connection.execute(sa.text(f"CREATE TRIGGER {name} {timing} ON {table} WHEN {condition} BEGIN {body}; END"))
        return
    connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS btree_gist"))
    for name, timing, table, condition, message in (rule for rule in RULES if rule[2] in standing):
        refusal = f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'"
        _create(connection, name, timing, table, f"IF {condition} THEN {refusal}; END IF")
    for name, timing, table, condition, body in KEEPERS:
        _create(connection, name, timing, table, f"IF {condition} THEN {body}; END IF")
    for name, definition in EXCLUSIONS.items():
        found = connection.execute(sa.text("SELECT 1 FROM pg_constraint WHERE conname = :name"), {"name": name}).first()
        if found is None:
            connection.execute(sa.text(f"ALTER TABLE entitlement ADD CONSTRAINT {name} {definition}"))


def _create(connection: Connection, name: str, timing: str, table: str, body: str) -> None:
    """A trigger of PostgreSQL with the function that it calls."""
    result = "OLD" if "DELETE" in timing else "NEW"
    connection.execute(
        sa.text(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; "
            f"RETURN {result}; END $$"
        )
    )
    connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {name} ON {table}"))
    connection.execute(sa.text(f"CREATE TRIGGER {name} {timing} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"))


def trigger_names(connection: Connection) -> set[str]:
    """The triggers that stand in the database now."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    return set(connection.execute(sa.text(query)).scalars())


def expected_names(dialect: str) -> set[str]:
    """The triggers that ought to stand."""
    rules = (*RULES, *SQLITE_RULES) if dialect == "sqlite" else RULES
    return {rule[0] for rule in (*rules, *KEEPERS)}


def append_only_reads(connection: Connection) -> None:
    """Make the audit of reads append-only, in its own database."""
    for verb in ("UPDATE", "DELETE"):
        name = f"read_access_no_{verb.lower()}"
        if connection.dialect.name == "sqlite":
            connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {name}"))
            body = "SELECT RAISE(ABORT, 'APPEND_ONLY')"
            connection.execute(sa.text(f"CREATE TRIGGER {name} BEFORE {verb} ON read_access BEGIN {body}; END"))
            continue
        connection.execute(
            sa.text(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'APPEND_ONLY' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        )
        connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {name} ON read_access"))
        connection.execute(
            sa.text(f"CREATE TRIGGER {name} BEFORE {verb} ON read_access FOR EACH ROW EXECUTE FUNCTION {name}()")
        )
