"""รายชื่อและสถานะ: who is in the register and where he stands, and no more; for finance officers (spec 7)."""

from app.domain.powers import Power
from app.reports.entitled import FIELDS, register_query
from app.reports.report import Report

REPORT = Report(
    "names",
    tuple(FIELDS[name] for name in ("title", "first_name", "last_name", "status")),
    filters=("status",),
    orders=("sort_key",),
    query=register_query,
    seen_by=Power.LIST_NAMES,
    taken_by=Power.LIST_NAMES,
)
