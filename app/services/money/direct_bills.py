"""Direct bills at risk: what hospitals were paid for days whose right changed after the statement was read (spec 5.7, 8.3).

Computed from the register and the statements at each look, never kept. A line leaves the list once a statement takes it back,
or once the register says again what it said then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

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

PAGE, MOST_IN_FILE = 50, 10_000
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
    return _read(_query(risk).offset((page - 1) * PAGE), page, PAGE, actor)


def for_file(risk: BillRisk, *, actor: Actor) -> DirectBills:
    """The whole list, at most MOST_IN_FILE; its taking is written down before anything of it leaves."""
    actor.require(Power.IMPORT_STATEMENTS)
    bills = _read(_query(risk), 1, MOST_IN_FILE, actor)
    with transaction(actor) as session:
        told = {"lines": len(bills.rows), "risk": risk.value}
        record(session, actor, "take_direct_bills", KIND, None, detail=told)
    return bills


def _read(query: sa.Select[tuple[HospitalStatementLine, str]], page: int, size: int, actor: Actor) -> DirectBills:
    """Of the next `size` lines those of which something is left; a page may so be shorter than the others."""
    with reading(actor.scope) as session:
        found = session.execute(query.limit(size + 1)).all()
        left = left_of(session, {line.person_id for line, _name in found})
        rows = [DirectBill(line, name, left[line.id]) for line, name in found[:size] if left.get(line.id)]
        session.expunge_all()
    return DirectBills(rows, page, len(found) > size)


def _query(risk: BillRisk) -> sa.Select[tuple[HospitalStatementLine, str]]:
    """Payments of statements that were read whose right is not as it was then."""
    stands = sa.select(Entitlement.id).where(Entitlement.person_id == _L.person_id, covers(Entitlement, _L.served_on))
    died = sa.select(Person.id).where(Person.id == _L.person_id, Person.death_date < _L.served_on)
    has_one, had_none = sa.and_(stands.exists(), sa.not_(died.exists())), _told(_L, Finding.NOT_ENTITLED)
    changed = sa.and_(had_none, has_one)
    if risk is BillRisk.LOST:
        changed = sa.and_(sa.not_(had_none), sa.not_(has_one))
    return (
        sa.select(_L, HospitalStatement.original_name)
        .join(HospitalStatement, HospitalStatement.id == _L.statement_id)
        .options(joinedload(_L.person))
        .where(
            HospitalStatement.state == StatementState.READ, _L.person_id.is_not(None), _L.served_on.is_not(None),
            _L.satang > 0, changed,
        )
        .order_by(_L.id.desc())
    )  # fmt: skip


def _told(line: Any, finding: Finding) -> sa.ColumnElement[bool]:
    """Whether the line differed in this when it was read: its codes stand as a list of JSON."""
    return sa.cast(line.findings, sa.Text).contains(f'"{finding.value}"', autoescape=True)
