"""เรื่องที่จะมาถึง: one query of rights to which something comes by a day, the overdue first, paged by key.

Its tables are plain Core, which the session's scope listener does not cover: every leg names its scope here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.domain.actor import Scope
from app.domain.clock import BANGKOK
from app.domain.people import PersonnelType, Relation, TerminationReason
from app.domain.thai_calendar import FISCAL_YEAR_FIRST_MONTH
from app.models import Agency, ChangeRequest, Entitlement, Person
from app.models.dialects import day_after, days_after, first_october, years_after
from app.models.scoping import in_scope
from app.reports.register_conditions import full_name
from app.reports.workbook import Column, Kind
from app.rules import parameters
from app.rules.coming import Coming, of_age_before, retired_before
from app.rules.retirement import NEVER_BY_AGE

COUNT_LIMIT = 1_000


@dataclass(frozen=True)
class ComingFilters:
    """What was asked for: how many days ahead, of which kind and agency (None: all in reach)."""

    within: int = 30
    kind: Coming | None = None
    agency_id: int | None = None


class ComingRow(NamedTuple):
    """One right and what comes to it on `day`, the first day without right, or on which papers are due."""

    day: date
    kind: Coming
    id: int  # of the entitlement
    person_id: int
    national_id: str
    full_name: str
    relation: Relation
    principal_name: str
    personnel_type: PersonnelType | None
    agency_name: str
    entitled_until: date | None
    termination_reason: TerminationReason | None
    own_marriage_date: date | None
    adopted_out_date: date | None


class Place(NamedTuple):
    """Where a page begins: after this row."""

    day: date
    kind: Coming
    id: int


_right = Entitlement.__table__.alias("spell")
_person = Person.__table__.alias("person")
_principal = Person.__table__.alias("principal")
_request = ChangeRequest.__table__.alias("request")
_agency = Agency.__table__.alias("agency")


def coming_rows(
    filters: ComingFilters,
    scope: Scope,
    *,
    today: date,
    dialect: str,
    limit: int | None = None,
    after: Place | None = None,
) -> sa.Select[Any]:
    """The rows by day, kind and right, from `after` on; its columns are the fields of ComingRow."""
    keys = sa.union_all(*_legs(filters, scope, today, dialect)).subquery("keys")
    wanted = sa.select(keys)
    if after is not None:
        key = sa.tuple_(keys.c.day, keys.c.kind, keys.c.id)
        wanted = wanted.where(key > sa.tuple_(*(sa.literal(value, column.type) for value, column in zip(
            (after.day, after.kind.value, after.id), (keys.c.day, keys.c.kind, keys.c.id), strict=True))))  # fmt: skip
    wanted = wanted.order_by(keys.c.day, keys.c.kind, keys.c.id)
    page = (wanted if limit is None else wanted.limit(limit)).subquery("page")
    source = (
        page.join(_right, _right.c.id == page.c.id)
        .join(_person, _person.c.id == _right.c.person_id)
        .join(_principal, _principal.c.id == _right.c.principal_id)
        .join(_agency, _agency.c.id == _right.c.agency_id)
    )
    own = {
        "day": page.c.day, "kind": page.c.kind, "id": _right.c.id, "national_id": _person.c.national_id,
        "full_name": full_name(_person.c), "principal_name": full_name(_principal.c), "agency_name": _agency.c.name_th,
    }  # fmt: skip
    columns = [own.get(name, _right.c.get(name)).label(name) for name in ComingRow._fields]
    return sa.select(*columns).select_from(source).order_by(page.c.day, page.c.kind, page.c.id)


def coming_counts(filters: ComingFilters, scope: Scope, *, today: date, dialect: str) -> sa.Select[Any]:
    """How many rows there are of each kind, counted up to COUNT_LIMIT."""
    legs = [
        sa.select(sa.select(leg.limit(COUNT_LIMIT).subquery()).subquery().c.kind)
        for leg in _legs(filters, scope, today, dialect)
    ]
    kinds = sa.union_all(*legs).subquery("counted")
    return sa.select(kinds.c.kind, sa.func.count()).group_by(kinds.c.kind)


def as_coming_row(row: Any) -> ComingRow:
    """A row of `coming_rows` with its fields named."""
    named = ComingRow._make(row)
    return named._replace(kind=Coming(named.kind))


def _legs(filters: ComingFilters, scope: Scope, today: date, dialect: str) -> list[sa.Select[Any]]:
    until = today + timedelta(days=filters.within + 1)
    made = {
        Coming.COMES_OF_AGE: _of_age,
        Coming.RETIRES: _retires,
        Coming.ENDS: _ends,
        Coming.PAPERS_DUE: _papers_due,
    }
    wanted = made if filters.kind is None else (filters.kind,)
    legs = []
    for kind in wanted:
        source, day, conditions = made[kind](today, until, dialect)
        leg = sa.select(day.label("day"), sa.literal(kind.value).label("kind"), _right.c.id).select_from(source)
        leg = leg.where(in_scope(_right.c.agency_id, scope), sa.not_(_right.c.voided), *conditions)
        legs.append(leg if filters.agency_id is None else leg.where(_right.c.agency_id == filters.agency_id))
    return legs


_Leg = tuple[Any, Any, tuple[Any, ...]]


def _with_person() -> Any:
    return _right.join(_person, _person.c.id == _right.c.person_id)


def _runs(today: date) -> Any:
    return sa.or_(_right.c.entitled_until.is_(None), _right.c.entitled_until > today)


def _birthday(dialect: str) -> Any:
    return years_after(_person.c.birth_date, parameters.YEARS_OF_MINORITY.value, dialect)


def _of_age(today: date, until: date, dialect: str) -> _Leg:
    """Children who come of age; without a recorded end also those who did; not those whom a court order keeps."""
    conditions = (
        _right.c.relation == Relation.CHILD, _person.c.birth_date < of_age_before(until), _runs(today),
        _right.c.incompetent_from.is_(None),
        sa.or_(_right.c.entitled_until.is_(None), _right.c.entitled_until >= _birthday(dialect)),
    )  # fmt: skip
    return _with_person(), _birthday(dialect), conditions


def _retires(_today: date, until: date, dialect: str) -> _Leg:
    """Officials who retire by age, or should have, and of whom no end is recorded."""
    born = _person.c.birth_date
    turned = sa.extract("month", born) * 100 + sa.extract("day", born)
    # Born on 1 October, the 60th year is complete on the eve: still within the fiscal year that ends then.
    later = sa.case((turned > FISCAL_YEAR_FIRST_MONTH * 100 + 1, 1), else_=0)
    day = first_october(sa.extract("year", born) + parameters.RETIREMENT_AGE.value + later, dialect)
    conditions = (
        _right.c.relation == Relation.SELF, _right.c.personnel_type.not_in(NEVER_BY_AGE),
        born < retired_before(until), _right.c.entitled_until.is_(None),
    )  # fmt: skip
    return _with_person(), day, conditions


def _ends(today: date, until: date, dialect: str) -> _Leg:
    """Rights whose end is known and comes, a child's coming of age excepted: that is told as such."""
    ends = _right.c.entitled_until
    by_age = sa.and_(
        _right.c.relation == Relation.CHILD, _right.c.incompetent_from.is_(None), _person.c.birth_date.is_not(None),
        ends >= _birthday(dialect),
    )  # fmt: skip
    return _with_person(), ends, (ends > today, ends < until, sa.not_(sa.func.coalesce(by_age, sa.false())))


def _papers_due(today: date, until: date, dialect: str) -> _Leg:
    """Rights that were granted on papers to follow."""
    days = parameters.PAPERS_DUE_DAYS.value
    sent_before = datetime.combine(until - timedelta(days=days), datetime.min.time(), BANGKOK)
    source = _right.join(_request, _request.c.id == _right.c.request_id)
    promised = _right.c.promised_on
    due = sa.or_(promised < sent_before.date(), sa.and_(promised.is_(None), _request.c.submitted_at < sent_before))
    conditions = (_right.c.to_follow.is_not(None), due, _runs(today))
    since_it_was_sent = days_after(_request.c.submitted_at, days, dialect)
    return source, sa.func.coalesce(day_after(promised, days, dialect), since_it_was_sent, type_=sa.Date), conditions


COLUMNS: tuple[tuple[str, Kind, int], ...] = (
    ("number", Kind.NUMBER, 7),
    ("day", Kind.DATE, 13),
    ("kind", Kind.TEXT, 22),
    ("national_id", Kind.ID, 19),
    ("full_name", Kind.TEXT, 28),
    ("relation", Kind.TEXT, 12),
    ("principal_name", Kind.TEXT, 28),
    ("reason", Kind.TEXT, 26),
    ("agency_name", Kind.TEXT, 30),
)


def workbook_columns(words: Mapping[str, str]) -> list[Column]:
    """The columns of the Excel file; `words` holds the title of each by its name."""
    return [Column(words[name], kind, width) for name, kind, width in COLUMNS]


def workbook_rows(rows: Iterable[Mapping[str, Any]]) -> Iterable[list[Any]]:
    """The numbered cells of each row, whose values come worded by the names of COLUMNS."""
    for number, row in enumerate(rows, start=1):
        yield [number, *(row[name] for name, _kind, _width in COLUMNS[1:])]
