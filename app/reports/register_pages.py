"""Pages of the register: each begins beside a row of the page before, so that the last costs as little as the first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Scope, ScopeKind
from app.models import Person
from app.reports.register import (
    SORTED_BY,
    Persons,
    as_register_row,
    in_order,
    register_count,
    register_legs,
    register_rows,
)
from app.reports.register_columns import RegisterFilters, RegisterRow, RegisterStatus
from app.reports.register_conditions import names_fit

PAGE_SIZE_LIMIT = 100
COUNT_LIMIT = 10_000
# A search of all names counts less far, unless it is to be sorted: nobody waits for a number that only says "many".
WIDE_COUNT_LIMIT = 1_000
# So many persons are fetched before the register is asked for them; more are sooner found by walking through all names.
MATCH_LIMIT = 2_000
_SMALL = (ScopeKind.AGENCY, ScopeKind.NOTHING)
_person = Person.__table__.alias("person")


@dataclass(frozen=True)
class Beside:
    """The row that a page stands beside, by its key: right after it, or right before it."""

    is_spell: bool
    id: int
    before: bool = False


@dataclass(frozen=True)
class RegisterPage:
    """Some rows and how many there are in all; beyond COUNT_LIMIT, or WIDE_COUNT_LIMIT, only that there are more.

    `order` is how the rows are sorted: as asked for, or by name ("") where there are too many to sort. `is_first` and
    `is_last` say whether rows lie before and behind; `is_lost` that the row to stand beside is not there any more, so that
    this is the first page; `may_sort` that they are not known to be too many to be sorted by another column.
    """

    rows: list[RegisterRow]
    count: int
    has_more_than_counted: bool
    order: str = ""
    is_first: bool = True
    is_last: bool = True
    is_lost: bool = False
    may_sort: bool = True


@dataclass(frozen=True)
class _Wanted:
    """What all statements of a page are about."""

    filters: RegisterFilters
    scope: Scope
    today: date
    known_at: datetime
    persons: Persons = None
    are_few: bool = False  # so few rows fit that all of them are sooner sorted than met on the way through all names

    @property
    def is_wide(self) -> bool:
        """Whether so much is in reach that walking the names beats sorting what an index of agencies finds."""
        return self.scope.kind not in _SMALL and self.filters.agency_id is None and self.persons is None

    def legs(self, order: str) -> dict[int, sa.Select[Any]]:
        """The register's legs for the keys of a page in this order."""
        moment = (self.today, self.known_at)
        return register_legs(
            self.filters,
            self.scope,
            *moment,
            by_name=self.is_wide and not self.are_few,
            persons=self.persons,
            names=_keys(order),
        )


def register_page(
    session: Session,
    filters: RegisterFilters,
    scope: Scope,
    *,
    today: date,
    known_at: datetime,
    beside: Beside | None = None,
    size: int = 50,
    order: str = "",
) -> RegisterPage:
    """The first page, or the one `beside` a row; two statements, one more beside a row, one more for a name in a wide scope.

    More rows than are counted are not sorted by `order`: no index would help.
    """
    size = min(max(size, 1), PAGE_SIZE_LIMIT)
    wanted = _Wanted(filters, scope, today, known_at)
    if filters.name is not None and wanted.is_wide:
        wanted = replace(wanted, persons=_fitting(session, filters))
    moment = {"today": today, "known_at": known_at}
    is_search = wanted.is_wide and filters != RegisterFilters()
    limit = WIDE_COUNT_LIMIT if is_search and not order else COUNT_LIMIT
    counted = register_count(filters, scope, **moment, limit=limit + 1, persons=wanted.persons)
    count = session.execute(counted).scalar_one()
    wanted = replace(wanted, are_few=count <= limit)
    may_sort = count <= COUNT_LIMIT
    order = order if may_sort and order.removeprefix("-") in SORTED_BY else ""
    anchor = None if beside is None else _anchor(session, wanted, beside, order)
    rows, is_first, is_last = _rows(session, wanted, beside, anchor, order, size)
    if beside is not None and beside.before and is_first and anchor is not None:  # nothing is left before: from the top
        rows, is_first, is_last = _rows(session, wanted, None, None, order, size)
    is_lost = beside is not None and anchor is None
    return RegisterPage(rows, min(count, limit), count > limit, order, is_first, is_last, is_lost, may_sort)


def _fitting(session: Session, filters: RegisterFilters) -> list[int] | None:
    """The persons whose name fits; None where they are many. Their rows are still looked for in scope alone."""
    query = sa.select(_person.c.id).where(*names_fit(filters, _person.c)).limit(MATCH_LIMIT + 1)
    found = list(session.execute(query).scalars())
    return found if len(found) <= MATCH_LIMIT else None


def _anchor(session: Session, wanted: _Wanted, beside: Beside, order: str) -> Any:
    """Where the row stands in the order, whether or not it still fits the search; None when it is out of reach or gone."""
    voided = wanted.filters.status is RegisterStatus.VOIDED
    everything = RegisterFilters(status=RegisterStatus.VOIDED if voided else None)
    moment = (wanted.today, wanted.known_at)
    leg = register_legs(everything, wanted.scope, *moment, names=_keys(order)).get(int(beside.is_spell))
    if leg is None:
        return None
    columns = leg.selected_columns
    keys = leg.with_only_columns(columns.sort_key, columns[order.removeprefix("-") or "sort_key"].label("value"))
    return session.execute(keys.where(columns.id == beside.id)).first()


def _keys(order: str) -> tuple[str, ...]:
    """What a page must know of a row to find its place."""
    return tuple(dict.fromkeys(("is_spell", "id", "sort_key", order.removeprefix("-") or "sort_key")))


def _rows(
    session: Session, wanted: _Wanted, beside: Beside | None, anchor: Any, order: str, size: int
) -> tuple[list[RegisterRow], bool, bool]:
    """The rows of a page, and whether it is the first and the last."""
    backwards = anchor is not None and beside is not None and beside.before
    cut = []
    for is_spell, keys in wanted.legs(order).items():
        if anchor is not None and beside is not None:
            keys = keys.where(_lies_beyond(keys.selected_columns, is_spell, beside, anchor, order))
        # Within a leg all rows are of one kind: each is cut before they meet.
        sorted_ = keys.order_by(*_turned(keys.selected_columns, order, backwards, kind=False)).limit(size + 1)
        cut.append(sa.select(sorted_.subquery()))
    keys = sa.union_all(*cut).subquery("keys")
    page = sa.select(keys).order_by(*_turned(keys.c, order, backwards)).limit(size + 1).cte("page")
    rows = register_rows(
        wanted.filters, wanted.scope, today=wanted.today, known_at=wanted.known_at, page=page, order=order
    )
    found = [as_register_row(row) for row in session.execute(rows)]
    more = len(found) > size
    if backwards:
        return found[-size:], not more, False
    return found[:size], anchor is None, not more


def _turned(columns: Any, order: str, backwards: bool, *, kind: bool = True) -> Sequence[Any]:
    """The order of rows, or the very opposite of it."""
    if not backwards:
        found = in_order(columns, order)
        return found if kind else [each for each in found if each is not columns.is_spell]
    by_name = [columns.sort_key.desc(), *([columns.is_spell.desc()] if kind else []), columns.id.desc()]
    if not order:
        return by_name
    column = columns[order.removeprefix("-")]
    return [(column.asc() if order.startswith("-") else column.desc()).nulls_first(), *by_name]


def _lies_beyond(columns: Any, is_spell: int, beside: Beside, anchor: Any, order: str) -> Any:
    """The condition that a row of a leg lies behind the anchor, or before it."""
    tail = _beyond_by_name(columns, is_spell, beside, anchor.sort_key)
    if not order:
        return tail
    column, value = columns[order.removeprefix("-")], anchor.value
    if value is None:
        return sa.or_(column.is_not(None), tail) if beside.before else sa.and_(column.is_(None), tail)
    rising = order.startswith("-") == beside.before
    further = column > value if rising else column < value
    found = [further, sa.and_(column == value, tail)]
    return sa.or_(*found) if beside.before else sa.or_(*found, column.is_(None))


def _beyond_by_name(columns: Any, is_spell: int, beside: Beside, key: str) -> Any:
    name = columns.sort_key
    same_kind, later_kind = is_spell == beside.is_spell, is_spell > beside.is_spell
    if beside.before:
        if same_kind:
            return sa.and_(name <= key, sa.or_(name < key, columns.id < beside.id))
        return name < key if later_kind else name <= key
    if same_kind:
        return sa.and_(name >= key, sa.or_(name > key, columns.id > beside.id))
    return name >= key if later_kind else name > key
