"""Gives out running numbers: request numbers per agency and fiscal year, submission numbers beside them."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.thai_calendar import fiscal_year_be
from app.models.agency import Agency
from app.models.dialects import lock_rows
from app.models.processing_round import RunningNumber


def take_numbers(session: Session, prefix: str, agency_id: int, day: date, count: int) -> Iterator[str]:
    """`count` fresh numbers such as CR2570-04110101-000318 (spec 2.8), unique even between concurrent verbs."""
    code = session.execute(sa.select(Agency.dla_code).where(Agency.id == agency_id)).scalar_one()
    first = _take(session, series := f"{prefix}{fiscal_year_be(day)}-{code}", count)
    return (f"{series}-{number:06d}" for number in range(first, first + count))


def take_national(session: Session, prefix: str, day: date) -> str:
    """A fresh number of the whole country such as PR2570-000012."""
    series = f"{prefix}{fiscal_year_be(day)}"
    return f"{series}-{_take(session, series, 1):06d}"


def _take(session: Session, series: str, count: int) -> int:
    query = lock_rows(sa.select(RunningNumber).where(RunningNumber.series == series), session)
    row = session.execute(query).scalar_one_or_none()
    if row is None:
        row = _first(session, series, query)
    first = row.last + 1
    row.last += count
    session.flush()
    return first


def _first(session: Session, series: str, query: sa.Select[tuple[RunningNumber]]) -> RunningNumber:
    insert = sa.text("INSERT INTO running_number (series, last) VALUES (:series, 0) ON CONFLICT DO NOTHING")
    session.execute(insert, {"series": series})
    return session.execute(query).scalar_one()
