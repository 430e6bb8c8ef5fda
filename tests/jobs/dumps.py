"""Dumps of all tables without surrogate ids, run instants and durations: what "the same result" means (decisions 4)."""

from typing import Any

import sqlalchemy as sa

from app.models import Model
from app.models.database import db

# Numbers that only say in which order rows came, or when and how often something ran.
_LEFT_OUT = {
    "audit_event": {"id", "at"},
    "audit_block": {"id"},
    "entitlement": {"id"},
    "person": {"id"},
    "job": {"id", "attempt", "lease_until", "enqueued_at", "created_at", "started_at", "finished_at", "error"},
    "business_clock": {"offset_seconds"},
    "processing_round": {"begun_at", "finished_at"},
    "round_manifest": {"begun_at", "ended_at"},
}
# What a round leaves; the test's own setting of the clock and the nightly sealing are not of it.
_OF_ROUNDS = {
    "audit_event": "object_type IN ('change_request', 'processing_round')",
    "audit_block": "1 = 0",
    "job": "kind = 'round'",
}
# Columns that point at rows whose ids are left out: replaced by what the row is known by.
_PERSONS = {"entitlement": ("person_id", "principal_id")}
_RUN_INSTANTS = ("run_at", "effective_at", "registered_at", "created_at", "voided_at")


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Every table of the bound register as sorted rows."""
    with db.engine.connect() as connection:
        persons = dict(connection.execute(sa.text("SELECT id, national_id FROM person")).all())
        tables = Model.metadata.sorted_tables
        return {table.name: sorted(_rows(connection, table, persons), key=repr) for table in tables}


def _rows(connection: Any, table: sa.Table, persons: dict[int, str]) -> list[tuple[Any, ...]]:
    names = [c.name for c in table.columns if c.name not in _LEFT_OUT.get(table.name, ())]
    query = sa.select(*(table.c[name] for name in names)).where(sa.text(_OF_ROUNDS.get(table.name, "1 = 1")))
    rows = connection.execute(query).mappings()
    return [tuple(_value(table.name, name, row[name], persons) for name in names) for row in rows]


def _value(table: str, name: str, value: Any, persons: dict[int, str]) -> Any:
    if name in _PERSONS.get(table, ()):
        return persons[value]
    if name in _RUN_INSTANTS and value is not None and table != "user_session":
        return "RUN"
    if table == "audit_event" and name == "detail" and value and "run_at" in value:
        return "RUN"
    return str(value)
