"""Looks through the whole register for what must never be (`flask demo verify`); reads only."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.models.change_request import RequestRevision
from app.services.invariant_money import MONEY
from app.services.invariant_moves import MOVES
from app.services.invariant_sql import ALL, Invariant

EXAMPLES, MOST = 5, 10_000  # more are not counted
FROZEN = Invariant("FROZEN_COPY", "a frozen copy is what its hash was made of (decisions 1)", "")


@dataclass(frozen=True)
class Finding:
    """How often an invariant is broken, and some of the places."""

    invariant: Invariant
    count: int
    examples: tuple[str, ...]


def findings(connection: Connection, *, only: str | None = None) -> Iterator[Finding]:
    """Every invariant in turn, or the one of that code, with what breaks it; a count of 0 means that it holds."""
    for invariant in (*ALL, *MOVES, *MONEY):
        if only not in (None, invariant.code):
            continue
        rows = connection.execute(
            sa.text(f"WITH broken AS ({invariant.finds}) SELECT * FROM broken LIMIT {MOST}")
        ).all()
        yield Finding(invariant, len(rows), tuple(str(row[0]) for row in rows[:EXAMPLES]))
    if only in (None, FROZEN.code):
        yield _frozen_copies(connection)


def _frozen_copies(connection: Connection) -> Finding:
    table = RequestRevision.__table__
    count, examples = 0, []
    copies = sa.select(table.c.request_id, table.c.frozen, table.c.sha256).execution_options(yield_per=5_000)
    rows = connection.execute(copies)
    for request_id, frozen, sha256 in rows:
        if hashlib.sha256(json.dumps(frozen, ensure_ascii=False, sort_keys=True).encode()).hexdigest() != sha256:
            count += 1
            examples += [str(request_id)] if count <= EXAMPLES else []
    return Finding(FROZEN, count, tuple(examples))
