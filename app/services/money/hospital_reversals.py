"""Lines of hospital-side statements that take money back, each beside the payment that it reverses where one is known."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.hospital_statements import StatementState
from app.models.hospital_statement import HospitalStatement, HospitalStatementLine
from app.services.money.hospital_listings import Walk, keys

AT_ONCE = 500
_line, _statement = HospitalStatementLine.__table__, HospitalStatement.__table__
_LINES = (
    sa.select(
        _line.c.id, _line.c.statement_id, _statement.c.original_name, _line.c.excel_row, _line.c.tran_id, _line.c.hospital_code,
        _line.c.person_id, _line.c.served_on, _line.c.satang,
    )
    .join(_statement, _statement.c.id == _line.c.statement_id)
    .where(_statement.c.state == StatementState.READ, _line.c.satang != 0)
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a payment stands."""

    statement_id: int
    original_name: str
    excel_row: int


@dataclass(frozen=True)
class Reversed:
    """The lines that were paid, how much of them (satang) this one takes back, and what was paid there together.

    `is_beyond` where so much is not left of it: an earlier line has taken it back, or it never was so much.
    """

    places: Sequence[Place]
    satang: int
    paid: int
    is_beyond: bool = False

    @property
    def is_part(self) -> bool:
        """Whether it is less than what was paid."""
        return self.satang < self.paid


def payments_of(session: Session, lines: Iterable[HospitalStatementLine]) -> Mapping[int, Reversed]:
    """For each of these lines below zero the payments that it takes back, by the line's id; without it where none is known.

    The same transaction at the same hospital, or a part of it; else all that is left of the same patient's payment at the
    same hospital for the same day. No payment is taken back beyond what it was, the earlier lines first: a later one names it as
    what it would take more of than is left.
    """
    below = [line for line in lines if line.satang is not None and line.satang < 0]
    found: dict[int, Reversed] = {}
    for at in range(0, len(below), AT_ONCE):
        found |= _matched(session, below[at : at + AT_ONCE])
    return found


def taken_back(session: Session, statement_id: int) -> tuple[int, int]:
    """How many lines of a statement take money back, and how much, in satang above zero."""
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(-_line.c.satang), 0))
    count, satang = session.execute(query.where(_line.c.statement_id == statement_id, _line.c.satang < 0)).one()
    return int(count), int(satang)


def left_of(
    session: Session, persons: Collection[int], *, lines: Collection[int] = (), in_doubt_paid: bool = False
) -> Mapping[int, int]:
    """What is left of each payment for these patients and of these lines, in satang, by its line's id.

    Where a statement can be read in two ways nothing is asked for twice; `in_doubt_paid` where a warning wants the other
    reading: then a line that was listed before says what is left of what it was first, for it may have put patient or day right.
    """
    rows = _beside(session, _line.c.person_id, persons) | _beside(session, _line.c.id, lines)
    rows |= _beside(session, _line.c.tran_id, {row.tran_id for row in rows.values() if row.tran_id})
    if not in_doubt_paid:
        return left_among(rows.values(), in_doubt_paid=False)
    walk = Walk(in_doubt_paid=True).over(rows.values())
    again = {one: walk.left[first] for one, first in walk.first.items() if first in walk.left}
    return {**walk.left, **again}


def left_among(rows: Collection[Any], *, in_doubt_paid: bool) -> Mapping[int, int]:
    """`left_of` these lines, which are all of their transactions."""
    warned = Walk(in_doubt_paid=True).over(rows).left
    if in_doubt_paid:
        return warned
    asked = Walk(in_doubt_paid=False).over(rows).left
    return {one: left for some in _together(rows) for one, left in _smaller(asked, warned, some)}


def _together(rows: Collection[Any]) -> Iterable[Sequence[Any]]:
    """Lines that may take of each other: of one transaction, and of all transactions that meet on one patient's day."""
    of: dict[Any, Any] = {}

    def root(key: Any) -> Any:
        while of.setdefault(key, key) != key:
            of[key] = key = of[of[key]]
        return key

    for row in rows:
        for key in keys(row)[1:]:
            of[root(key)] = root(keys(row)[0])
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[root(next(iter(keys(row)), row.id))].append(row)
    return found.values()


def _smaller(asked: Mapping[int, int], warned: Mapping[int, int], rows: Iterable[Any]) -> Iterable[tuple[int, int]]:
    """Of two readings of what hangs together the one in which less is left: nobody is asked for more than may be there."""
    ids = [row.id for row in rows]
    by_asking, by_warning = ([(one, left[one]) for one in ids if one in left] for left in (asked, warned))
    return min(by_warning, by_asking, key=lambda some: sum(left for _one, left in some))


def _matched(session: Session, below: Sequence[HospitalStatementLine]) -> dict[int, Reversed]:
    rows = _beside(session, _line.c.tran_id, {line.tran_id for line in below if line.tran_id})
    rows |= _beside(session, _line.c.person_id, {line.person_id for line in below if line.person_id})
    walk = Walk(in_doubt_paid=True).over(rows.values())
    found: dict[int, Reversed] = {}
    for line in below:
        told = rows.get(walk.first.get(line.id, line.id))
        if told is None:
            continue
        taken = walk.taken[told.id]
        if paid := [rows[one] for one in taken or walk.like(told)[:1]]:
            places = [Place(one.statement_id, one.original_name, one.excel_row) for one in paid]
            found[line.id] = Reversed(places, -told.satang, sum(one.satang for one in paid), is_beyond=not taken)
    return found


def _beside(session: Session, column: sa.Column[Any], values: Collection[Any]) -> dict[int, Any]:
    wanted, found = sorted(values), {}
    for at in range(0, len(wanted), AT_ONCE):
        found |= {row.id: row for row in session.execute(_LINES.where(column.in_(wanted[at : at + AT_ONCE])))}
    return found
