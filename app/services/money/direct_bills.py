"""Direct bills at risk: what hospitals were paid for days whose right changed after the statement was read (spec 5.7, 8.3).

Computed from the register and the statements at each look, never kept. A line leaves the list once a statement takes it back,
or once the register says again what it said then.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain.actor import Actor
from app.domain.bills import BillRisk
from app.domain.hospital_statements import Finding, StatementState
from app.domain.powers import Power
from app.models.entitlement import Entitlement
from app.models.hospital_statement import HospitalStatement, HospitalStatementLine
from app.models.person import Person
from app.services.audit import record
from app.services.money.hospital_reversals import left_of
from app.services.money.rights_now import covers
from app.services.transaction import reading, transaction

PAGE, MOST_IN_FILE, AT_ONCE = 50, 10_000, 500
KIND = "hospital_statement"
_L = HospitalStatementLine


@dataclass(frozen=True)
class DirectBill:
    """A line that was paid to a hospital, the file in which it stands, and what of it was not taken back yet (satang)."""

    line: HospitalStatementLine
    original_name: str
    left: int


@dataclass(frozen=True)
class DirectBills:
    """One page of them, counted from 1, the newest line first."""

    rows: Sequence[DirectBill]
    page: int
    has_more: bool


def listed(risk: BillRisk, page: int, *, actor: Actor) -> DirectBills:
    """A page of what was paid and has no right any more (LOST), or had none and has one now (GAINED).

    Raises NotAllowed('POWER_MISSING').
    """
    actor.require(Power.IMPORT_STATEMENTS)
    return _read(risk, page, PAGE, actor)


def for_file(risk: BillRisk, *, actor: Actor) -> DirectBills:
    """The whole list, at most MOST_IN_FILE; its taking is written down before anything of it leaves."""
    actor.require(Power.IMPORT_STATEMENTS)
    bills = _read(risk, 1, MOST_IN_FILE, actor)
    with transaction(actor) as session:
        told = {"lines": len(bills.rows), "risk": risk.value}
        record(session, actor, "take_direct_bills", KIND, None, detail=told)
    return bills


def _read(risk: BillRisk, page: int, size: int, actor: Actor) -> DirectBills:
    """A page of those of which something is left: each page but the last is full."""
    with reading(actor.scope) as session:
        left = dict(islice(_left(session, risk), (page - 1) * size, page * size + 1))
        shown = list(left)[:size]
        lines: dict[int, Any] = {}
        for at in range(0, len(shown), AT_ONCE):
            query = (
                sa.select(_L, HospitalStatement.original_name)
                .join(HospitalStatement, HospitalStatement.id == _L.statement_id)
                .options(joinedload(_L.person))
                .where(_L.id.in_(shown[at : at + AT_ONCE]))
            )
            lines |= {line.id: (line, name) for line, name in session.execute(query)}
        rows = [DirectBill(*lines[one], left[one]) for one in shown]
        session.expunge_all()
    return DirectBills(rows, page, len(left) > size)


def _left(session: Session, risk: BillRisk) -> Iterator[tuple[int, int]]:
    """The lines whose right changed and of which something is left, with how much, the newest first."""
    last: int | None = None
    while True:
        query = _query(risk) if last is None else _query(risk).where(_L.id < last)
        found = session.execute(query.limit(AT_ONCE)).all()
        left = left_of(session, {row.person_id for row in found})
        yield from ((row.id, left[row.id]) for row in found if left.get(row.id))
        if len(found) < AT_ONCE:
            return
        last = found[-1].id


def _query(risk: BillRisk) -> sa.Select[tuple[int, int | None]]:
    """Payments of statements that were read whose right is not as it was then."""
    stands = sa.select(Entitlement.id).where(Entitlement.person_id == _L.person_id, covers(Entitlement, _L.served_on))
    died = sa.select(Person.id).where(Person.id == _L.person_id, Person.death_date < _L.served_on)
    has_one, had_none = sa.and_(stands.exists(), sa.not_(died.exists())), _told(_L, Finding.NOT_ENTITLED)
    changed = sa.and_(had_none, has_one)
    if risk is BillRisk.LOST:
        changed = sa.and_(sa.not_(had_none), sa.not_(has_one))
    return (
        sa.select(_L.id, _L.person_id)
        .join(HospitalStatement, HospitalStatement.id == _L.statement_id)
        .where(
            HospitalStatement.state == StatementState.READ, _L.person_id.is_not(None), _L.served_on.is_not(None),
            _L.satang > 0, changed,
        )
        .order_by(_L.id.desc())
    )  # fmt: skip


def _told(line: Any, finding: Finding) -> sa.ColumnElement[bool]:
    """Whether the line differed in this when it was read: its codes stand as a list of JSON."""
    return sa.cast(line.findings, sa.Text).contains(f'"{finding.value}"', autoescape=True)
