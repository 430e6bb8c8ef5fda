"""All reports of the report page, in the order in which people see them."""

from app.reports import agency_summary, changes, dependents, entitled, names_and_states, pending_work
from app.reports.report import Report

REPORTS: dict[str, Report] = {
    module.REPORT.code: module.REPORT
    for module in (entitled, names_and_states, pending_work, changes, dependents, agency_summary)
}
