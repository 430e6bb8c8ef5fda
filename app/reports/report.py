"""What a report is: one query, its fields, what may be asked of it, and whom it is for (spec 7)."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Self

import sqlalchemy as sa

from app.domain.actor import Scope
from app.domain.clock import bangkok_day
from app.domain.people import PersonnelType, Relation, RequestStatus
from app.domain.powers import Power
from app.domain.thai_calendar import BE_OFFSET, EARLIEST_BE_YEAR
from app.models import Agency, Province
from app.reports.cells import Column, Kind, known_of
from app.reports.register_columns import RegisterStatus, word_key

NUMBER = "number"  # the column that counts the rows; it is always there
NATIONAL_IDS = frozenset({"national_id", "principal_national_id"})


class Change(StrEnum):
    """What happened to a right in a period."""

    BEGAN = "BEGAN"  # a round made it effective
    ENDED = "ENDED"  # its last day has passed
    VOIDED = "VOIDED"  # it had been recorded in error


@dataclass(frozen=True)
class Moment:
    """The state of the register that a report shows: the Bangkok day and the aware instant of its business clock."""

    today: date
    known_at: datetime

    @classmethod
    def at(cls, now: datetime) -> Self:
        """The moment of a business instant."""
        return cls(bangkok_day(now), now)


@dataclass(frozen=True)
class Filters:
    """What was asked for; None means everything. Days are half-open, ages are full years, both ends included."""

    agency_id: int | None = None
    status: RegisterStatus | None = None
    request_status: RequestStatus | None = None
    relation: Relation | None = None
    personnel_type: PersonnelType | None = None
    change: Change | None = None
    from_day: date | None = None
    until_day: date | None = None
    round_id: int | None = None
    age_from: int | None = None
    age_to: int | None = None
    of_age_within: int | None = None  # days from today in which a child comes of age

    def as_json(self) -> dict[str, Any]:
        """What was asked for as plain JSON values, without what was not."""
        asked = {name: value for name, value in asdict(self).items() if value is not None}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in asked.items()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The filters that `as_json` wrote. Raises ValueError for what it never writes."""
        unknown = set(stored) - set(_READERS)
        if unknown:
            raise ValueError(f"no filters: {sorted(unknown)}")
        return cls(**{name: _READERS[name](value) for name, value in stored.items()})


LARGEST_ID = 2**31 - 1
MOST_YEARS, MOST_DAYS = 130, 3660  # of an age, and of a look ahead
FIRST_DAY, LAST_DAY = date(EARLIEST_BE_YEAR - BE_OFFSET, 1, 1), date(3000, 1, 1)


def _up_to(most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if not 0 <= (number := int(value)) <= most:
            raise ValueError(f"more than {most}, or less than nothing")
        return number

    return read


def _day(value: Any) -> date:
    if not FIRST_DAY <= (day := date.fromisoformat(value)) <= LAST_DAY:
        raise ValueError("no day of a register")
    return day


_READERS: dict[str, Callable[[Any], Any]] = {
    "agency_id": _up_to(LARGEST_ID), "status": RegisterStatus, "request_status": RequestStatus, "relation": Relation,
    "personnel_type": PersonnelType, "change": Change, "from_day": _day, "until_day": _day,
    "round_id": _up_to(LARGEST_ID), "age_from": _up_to(MOST_YEARS), "age_to": _up_to(MOST_YEARS),
    "of_age_within": _up_to(MOST_DAYS),
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One column of a report: what it holds, its width in characters, whether its sum means something.

    `shown` makes the value of the row's from what the query found, as of a day; `known_by` names the query's column that
    tells how much of a birth date is known, `source` the query's column where it is not that of the field's name.
    """

    name: str
    kind: Kind
    width: int
    has_total: bool = False
    shown: Callable[[Any, date], Any] | None = None
    known_by: str = ""
    source: str = ""


Query = Callable[[Filters, Scope, Moment], sa.Select[Any]]


@dataclass(frozen=True)
class Report:
    """A report by its code. `query` gives every field, and what `orders` sort by, under their names.

    Whoever holds `seen_by` sees it (national IDs masked), whoever holds `taken_by` takes it home as a file. `orders` are
    the columns by which its rows may be sorted, the first one where nobody chose; `at_first` are the fields that stand
    there where nobody chose (None: all). `begins` fills in the filters that it needs in order to mean something.
    """

    code: str
    fields: tuple[Field, ...]
    filters: tuple[str, ...]
    orders: tuple[str, ...]
    query: Query
    seen_by: Power = Power.VIEW_REGISTER
    taken_by: Power = Power.EXPORT_REGISTER
    at_first: frozenset[str] | None = None
    begins: Callable[[Filters, date], Filters] = field(default=lambda filters, _today: filters)

    @property
    def holds_persons(self) -> bool:
        """Whether it tells about single people."""
        return self.seen_by is not Power.VIEW_REPORTS

    def chosen(self, columns: Collection[str] | None) -> list[Field]:
        """The chosen fields in the report's order; without a choice, or a sensible one, those it has at first."""
        wanted = self.at_first if columns is None else columns
        found = [each for each in self.fields if wanted is None or each.name in wanted]
        return found or self.chosen(None)


@dataclass(frozen=True)
class Asked:
    """A report as somebody wants it: which, its columns (None: as at first), filters and order ("-" before it: last first)."""

    report: str
    columns: tuple[str, ...] | None = None
    filters: Filters = field(default_factory=Filters)
    order: str = ""

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        columns = None if self.columns is None else list(self.columns)
        return {"report": self.report, "columns": columns, "filters": self.filters.as_json(), "order": self.order}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """What `as_json` wrote."""
        columns = stored["columns"]
        filters = Filters.from_json(stored["filters"])
        return cls(stored["report"], None if columns is None else tuple(columns), filters, stored["order"])


def select_rows(
    report: Report, asked: Asked, scope: Scope, moment: Moment, *, limit: int | None = None, is_sorted: bool = True
) -> sa.Select[Any]:
    """The rows that were asked for, with the chosen fields alone; at most `limit`, unsorted where sorting costs too much."""
    found = report.query(asked.filters, scope, moment).subquery(report.code)
    fields = report.chosen(asked.columns)
    beside = [each.known_by for each in fields if each.known_by]
    query = sa.select(*(found.c[name] for name in (*(each.source or each.name for each in fields), *beside)))
    if is_sorted:
        query = query.order_by(*_sorted(report, asked.order, found.c))
    return query if limit is None else query.limit(limit)


def count_rows(report: Report, asked: Asked, scope: Scope, moment: Moment) -> sa.Select[Any]:
    """How many rows `select_rows` has."""
    found = report.query(asked.filters, scope, moment).subquery(report.code)
    return sa.select(sa.func.count()).select_from(found)


def _sorted(report: Report, order: str, columns: Any) -> list[Any]:
    name = order.removeprefix("-")
    if name not in report.orders:
        name, order = report.orders[0], report.orders[0]
    first = columns[name].desc() if order.startswith("-") else columns[name].asc()
    others = [columns[each] for each in (*report.orders[:1], "id") if each != name and each in columns]
    return [first.nulls_last(), *others]


def file_columns(report: Report, asked: Asked, words: Mapping[str, str]) -> list[Column]:
    """The columns of the file: the row's number, then the chosen fields; `words` holds each title by its name."""
    fields = [Field(NUMBER, Kind.NUMBER, 7), *report.chosen(asked.columns)]
    return [Column(words[each.name], each.kind, each.width, each.has_total) for each in fields]


def file_rows(
    report: Report, asked: Asked, rows: Iterator[Sequence[Any]], words: Mapping[str, str], today: date
) -> Iterator[list[Any]]:
    """The numbered cells of each row; `words` holds the word of each code under `word_key`."""
    for number, cells in enumerate(shown_rows(report, asked, rows, words, today), start=1):
        yield [number, *cells]


def shown_rows(
    report: Report, asked: Asked, rows: Iterator[Sequence[Any]], words: Mapping[str, str], today: date
) -> Iterator[list[Any]]:
    """The cells of each row without its number."""
    fields = report.chosen(asked.columns)
    made = [(place, each.shown) for place, each in enumerate(fields) if each.shown is not None]
    born = [place for place, each in enumerate(fields) if each.known_by]
    word_of = cache(lambda _kind, code: words[word_key(code)])
    for row in rows:
        cells = list(row[: len(fields)])
        for place, precision in zip(born, row[len(fields) :], strict=True):
            cells[place] = known_of(cells[place], precision)
        for place, shown in made:
            cells[place] = shown(cells[place], today)
        yield [word_of(type(value), value) if isinstance(value, StrEnum) else value for value in cells]


def with_agency(source: Any, agency_id: Any) -> tuple[Any, dict[str, Any]]:
    """`source` with the agency of its rows, and the columns that a report tells of one."""
    agency, province = Agency.__table__.alias("agency"), Province.__table__.alias("province")
    joined = source.outerjoin(agency, agency.c.id == agency_id).outerjoin(
        province, province.c.code == agency.c.province_code
    )
    columns = {"agency_code": agency.c.dla_code, "agency_name": agency.c.name_th, "province_name": province.c.name_th}
    return joined, columns


def labelled(columns: Mapping[str, Any]) -> list[Any]:
    """Columns under their names, as a query wants them."""
    return [column.label(name) for name, column in columns.items()]
