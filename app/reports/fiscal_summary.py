"""สรุปการเงินรายปีงบประมาณ: what the ledger booked in a fiscal year, by month, province, agency or hospital; counts and sums alone.

Plain Core, which the session's scope listener does not cover: the query names its scope here. What is summed up is every entry
of the year, a counter-entry taken off, so that the sums are the ledger's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.actor import Scope
from app.domain.fiscal_years import MONTHS, SummaryBy, bounds, month_starts
from app.domain.ledger import EntryKind
from app.domain.thai_calendar import BE_OFFSET, MONTHS_MEDIUM
from app.models.agency import Agency, Province
from app.models.claim import ReceiptClaim
from app.models.hospital import Hospital
from app.models.ledger import LedgerEntry
from app.models.scoping import in_scope

_entry, _claim, _hospital = LedgerEntry.__table__, ReceiptClaim.__table__, Hospital.__table__
_agency, _province = Agency.__table__, Province.__table__


@dataclass(frozen=True)
class Line:
    """What was booked under one name: payments as a count, the rest in satang."""

    code: str
    name: str
    approved: int
    payments: int
    paid: int
    refund_claimed: int
    refunded: int


def summary(connection: Connection, by: SummaryBy, year_be: int, scope: Scope) -> list[Line]:
    """The lines of a fiscal year; months in their order, all else by what was paid, the largest first."""
    instants = bounds(year_be)
    of_year = (
        _entry.c.posted_at >= instants[0],
        _entry.c.posted_at < instants[-1],
        in_scope(_entry.c.agency_id, scope),
    )
    if by is SummaryBy.MONTH:
        return _months(connection, year_be, instants, of_year)
    # First by its key alone, so that names are looked up for the sums only.
    key = _claim.c.hospital_id if by is SummaryBy.HOSPITAL else _entry.c.agency_id
    sums = sa.select(key.label("key"), *_measures()).where(*of_year).group_by(key)
    if by is SummaryBy.HOSPITAL:
        sums = sums.join(_claim, _claim.c.id == _entry.c.claim_id)
    found = sums.subquery("sums")
    return [_line(*row) for row in connection.execute(_named(by, found))]


def total(lines: Sequence[Line]) -> Line:
    """What they come to together."""
    return Line("", "", *(sum(getattr(line, name) for line in lines) for name in FIGURES))


FIGURES = ("approved", "payments", "paid", "refund_claimed", "refunded")


def _measures() -> list[Any]:
    """A counter-entry takes off what it undoes."""
    sign = sa.case((_entry.c.reverses_id.is_(None), 1), else_=-1)

    def of(kinds: Sequence[EntryKind], what: Any, name: str) -> Any:
        return sa.cast(sa.func.sum(sa.case((_entry.c.kind.in_(kinds), sign * what), else_=0)), sa.BigInteger).label(
            name
        )

    satang = _entry.c.satang
    return [
        of([EntryKind.APPROVAL], satang, "approved"), of([EntryKind.PAYMENT], 1, "payments"),
        of([EntryKind.PAYMENT], satang, "paid"), of([EntryKind.REFUND_CLAIMED], satang, "refund_claimed"),
        of([EntryKind.REFUND_RECEIVED, EntryKind.REFUND_SET_OFF], satang, "refunded"),
    ]  # fmt: skip


def _named(by: SummaryBy, found: Any) -> sa.Select[Any]:
    figures = [found.c[name] for name in FIGURES]
    if by is SummaryBy.HOSPITAL:
        query = sa.select(_hospital.c.code, _hospital.c.name_th, *figures).join(
            _hospital, _hospital.c.id == found.c.key
        )
        return query.order_by(found.c.paid.desc(), _hospital.c.code)
    in_agencies = found.join(_agency, _agency.c.id == found.c.key)
    if by is SummaryBy.AGENCY:
        query = sa.select(_agency.c.dla_code, _agency.c.name_th, *figures).select_from(in_agencies)
        return query.order_by(found.c.paid.desc(), _agency.c.dla_code)
    sums = [
        sa.cast(sa.func.sum(figure), sa.BigInteger).label(name) for name, figure in zip(FIGURES, figures, strict=True)
    ]
    query = sa.select(_province.c.code, _province.c.name_th, *sums).select_from(
        in_agencies.join(_province, _province.c.code == _agency.c.province_code)
    )
    return query.group_by(_province.c.code, _province.c.name_th).order_by(sums[2].desc(), _province.c.code)


def _months(connection: Connection, year_be: int, instants: Sequence[Any], of_year: Sequence[Any]) -> list[Line]:
    place = sa.case(*((_entry.c.posted_at < until, at) for at, until in enumerate(instants[1:])), else_=MONTHS)
    query = sa.select(place.label("place"), *_measures()).where(*of_year).group_by(place)
    found = {row.place: row[1:] for row in connection.execute(query)}
    return [
        _line(
            f"{day.year + BE_OFFSET}-{day:%m}",
            f"{MONTHS_MEDIUM[day.month - 1]} {day.year + BE_OFFSET}",
            *found.get(at, (0,) * len(FIGURES)),
        )
        for at, day in enumerate(month_starts(year_be)[:-1])
    ]


def _line(code: str, name: str, *figures: Any) -> Line:
    return Line(code, name, *(int(figure) for figure in figures))
