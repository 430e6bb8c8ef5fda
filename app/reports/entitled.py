"""รายงานข้อมูลผู้มีสิทธิ for the report page: the register with the columns, filters and order that somebody picks (spec 8.2)."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from app.domain.actor import Scope
from app.reports.cells import Kind
from app.reports.register import register_rows
from app.reports.register_columns import COLUMNS, RegisterFilters, RegisterStatus
from app.reports.report import Field, Filters, Moment, Report


def register_query(filters: Filters, scope: Scope, moment: Moment) -> sa.Select[Any]:
    """The rows of the register that `filters` find, unsorted."""
    asked = RegisterFilters(
        status=filters.status,
        agency_id=filters.agency_id,
        relation=filters.relation,
        personnel_type=filters.personnel_type,
        begins_from=filters.from_day,
        begins_until=filters.until_day,
    )
    return register_rows(asked, scope, today=moment.today, known_at=moment.known_at).order_by(None)


def status_of(found: str, _today: date) -> RegisterStatus:
    """The status of a row as its code."""
    return RegisterStatus(found)


FIELDS = {
    name: Field(
        name, kind, width, shown=status_of if name == "status" else None,
        known_by="birth_date_precision" if name == "birth_date" else "",
    )
    for name, kind, width in COLUMNS[1:]
}  # fmt: skip
SCHEMES = "schemes"
"""The order in which all rights are used: the query gives whose, app/services/scheme_columns.py the words."""
REPORT = Report(
    "entitled",
    (*FIELDS.values(), Field(SCHEMES, Kind.TEXT, 48, source="national_id")),
    filters=("agency_id", "status", "relation", "personnel_type", "from_day", "until_day"),
    orders=("sort_key", "agency_name", "birth_date", "entitled_from", "entitled_until", "approved_at"),
    query=register_query,
    at_first=frozenset(FIELDS),
)
