"""The last line in the database: append-only tables, no overlapping rights, four-eyes, frozen proposals (decisions 14).

Alembic's batch mode drops triggers silently, so `create_triggers` runs after every upgrade and a guard compares them.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.models.account_triggers import ACCOUNT_RULES, AGREEMENTS
from app.models.money_triggers import MONEY_RULES

_APPEND_ONLY = (
    "audit_event",
    "audit_block",
    "round_outcome",
    "round_manifest",
    "claim_step",
    "ledger_entry",
    "bill_closure",
    "refund_set_off",
    "bank_file_taking",
)

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
    *MONEY_RULES,
    *ACCOUNT_RULES,
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
        until_before_end, suspended, suspended_until)
    VALUES (OLD.id, NEW.ended_by_request_id, OLD.termination_reason, OLD.ended_by_request_id, OLD.ended_effective_at,
        OLD.until_before_end, OLD.suspended, OLD.suspended_until)"""
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
        for name, timing, table, condition, message in _standing((*RULES, *SQLITE_RULES), standing):
            connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {name}"))
            body = f"SELECT RAISE(ABORT, '{message}')"
            connection.execute(sa.text(f"CREATE TRIGGER {name} {timing} ON {table} WHEN {condition} BEGIN {body}; END"))
        for name, timing, table, condition, body in KEEPERS:
            connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {name}"))
            connection.execute(sa.text(f"CREATE TRIGGER {name} {timing} ON {table} WHEN {condition} BEGIN {body}; END"))
        return
    connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS btree_gist"))
    for name, timing, table, condition, message in _standing(RULES, standing):
        refusal = f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'"
        _create(connection, name, timing, table, f"IF {condition} THEN {refusal}; END IF")
    for name, timing, table, condition, body in KEEPERS:
        _create(connection, name, timing, table, f"IF {condition} THEN {body}; END IF")
    for name, definition in EXCLUSIONS.items():
        found = connection.execute(sa.text("SELECT 1 FROM pg_constraint WHERE conname = :name"), {"name": name}).first()
        if found is None:
            connection.execute(sa.text(f"ALTER TABLE entitlement ADD CONSTRAINT {name} {definition}"))


def _standing(
    rules: tuple[tuple[str, str, str, str, str], ...], tables: set[str]
) -> list[tuple[str, str, str, str, str]]:
    """The rules whose own table and whose ground, where that is another's agreement, stand by now."""
    return [rule for rule in rules if rule[2] in tables and (AGREEMENTS in tables or AGREEMENTS not in rule[3])]


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
