"""Looks through the whole register for what must never be (`flask demo verify`); reads only."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.domain.actor import NATION
from app.models.change_request import RequestRevision
from app.models.entitlement import Entitlement
from app.models.notice import ReplacedEnd
from app.models.scoping import SCOPE
from app.services.invariant_money import MONEY
from app.services.invariant_moves import MOVES
from app.services.invariant_sql import ALL, Invariant
from app.services.round_layers import laid_otherwise

EXAMPLES, MOST = 5, 10_000  # more are not counted
LAYERS = Invariant(
    "END_LAYERS", "ends that lie on each other stand as their reports make them, each laid over the last", ""
)
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
    if only in (None, LAYERS.code):
        yield _end_layers(connection)
    if only in (None, FROZEN.code):
        yield _frozen_copies(connection)


def _end_layers(connection: Connection) -> Finding:
    """Taking one of them back lays the others anew: what that would change although none is taken back is broken."""
    piled = (
        sa.select(ReplacedEnd.entitlement_id)
        .join(Entitlement, Entitlement.id == ReplacedEnd.entitlement_id)
        .where(sa.not_(Entitlement.voided))
    )
    with Session(connection, info={SCOPE: NATION}) as session:
        broken = laid_otherwise(session, connection.execute(piled).scalars())
    return Finding(LAYERS, len(broken), tuple(map(str, broken[:EXAMPLES])))


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
