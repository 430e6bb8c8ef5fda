"""เรื่องที่จะมาถึง: who comes of age, retires, reaches a known end or owes papers soon, as a worklist and as Excel."""

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.domain import national_id
from app.domain.actor import ScopeKind
from app.domain.clock import real_now
from app.domain.errors import BadInput
from app.domain.powers import Power
from app.reports.look_ahead import COLUMNS, COUNT_LIMIT, ComingFilters, Place, workbook_columns, workbook_rows
from app.reports.workbook import file_name, write_workbook
from app.rules.coming import LOOKS_AHEAD, Coming
from app.services import look_ahead
from app.services.look_ahead import ComingLine
from app.services.register_reports import find_agency
from app.views.base import PowerView, actor, own_name
from app.views.dates import format_be, format_be_instant
from app.views.labels import label
from app.views.register_words import TITLES, words_of_register

LOOKS: dict[Coming, tuple[str, str]] = {
    Coming.COMES_OF_AGE: ("info", "person-check"),
    Coming.RETIRES: ("info", "calendar-event"),
    Coming.ENDS: ("", "stop-circle"),
    Coming.PAPERS_DUE: ("waiting", "paperclip"),
}
FILE_TITLES: dict[str, Any] = {
    "day": _l("Day"), "kind": _l("What comes"), "full_name": _l("Full name"), "reason": _l("Reason of the end"),
} | {name: TITLES[name] for name in ("number", "national_id", "relation", "principal_name", "agency_name")}  # fmt: skip
_PLACE = re.compile(r"(\d{4}-\d{2}-\d{2})\.([A-Z_]+)\.(\d{1,18})")


class LookAheadView(PowerView):
    """The list, by day; what is overdue comes first."""

    route_base = "/coming"
    default_view = "show"
    power = Power.VIEW_REGISTER
    method_powers = {"export": Power.EXPORT_REGISTER}

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """One page of what comes within the days that the address asks for."""
        filters = _filters()
        page = look_ahead.coming(filters, after=_place(request.args.get("after", "")), actor=actor())
        following = (
            ".".join((page.next_place.day.isoformat(), *map(str, page.next_place[1:]))) if page.next_place else ""
        )
        return self.render_template(
            "look_ahead/list.html",
            page=page, filters=filters, following=following, kinds=list(Coming), days=LOOKS_AHEAD, looks=LOOKS,
            agency=request.args.get("agency", ""), one_agency=actor().scope.kind is ScopeKind.AGENCY,
            may_export=Power.EXPORT_REGISTER in actor().powers, may_report=Power.RECORD_REQUEST in actor().powers,
            most=COUNT_LIMIT,
            asked=lambda **changed: _asked(filters, **changed), be=lambda day: format_be(day, "medium"), label=label,
            mask=national_id.mask, days_left=lambda day: _days_left(day, page.today),
        )  # fmt: skip

    @expose("/export", methods=["POST"])
    def export(self) -> ResponseReturnValue:
        """The same list, whole, as Excel."""
        filters = _filters()
        try:
            today, lines = look_ahead.for_file(filters, actor=actor())
        except BadInput as refusal:
            flash(words_of_register(refusal), "warning")
            return redirect(url_for("LookAheadView.show", **_asked(filters)), 303)
        title = _("What is coming")
        words = {name: str(FILE_TITLES[name]) for name, _kind, _width in COLUMNS}
        heading = [title, _("As of %(day)s, %(count)s days ahead", day=format_be(today, "long"), count=filters.within)]
        heading.append(_("Exported by %(who)s, asked for on %(at)s", who=own_name(), at=format_be_instant(real_now())))
        with TemporaryDirectory() as folder:
            made = Path(folder) / "coming.xlsx"
            write_workbook(
                made, sheet_title=title, heading_lines=heading, columns=workbook_columns(words),
                rows=workbook_rows(_worded(lines)),
            )  # fmt: skip
            agencies = {line.row.agency_name for line in lines}
            name = file_name(title, agencies.pop() if len(agencies) == 1 else "", today)
            return send_file(BytesIO(made.read_bytes()), as_attachment=True, download_name=name)


def _filters() -> ComingFilters:
    """What the address asks for; what it cannot mean counts as not asked."""
    within = request.values.get("within", type=int)
    kind, words = request.values.get("kind", ""), request.values.get("agency", "").strip().replace("\0", "")
    agency_id = None
    if words:
        try:
            agency_id, _name = find_agency(words, actor=actor())
        except BadInput as refusal:
            flash(words_of_register(refusal), "warning")
    return ComingFilters(
        within if within in LOOKS_AHEAD else LOOKS_AHEAD[0], Coming(kind) if kind in Coming.__members__ else None, agency_id
    )  # fmt: skip


def _asked(filters: ComingFilters, **changed: Any) -> dict[str, Any]:
    """The address's arguments for these filters, with some changed; None leaves one out."""
    agency = request.values.get("agency") or None
    return {"within": filters.within, "kind": filters.kind, "agency": agency} | changed


def _place(text: str) -> Place | None:
    found = _PLACE.fullmatch(text)
    if found is None or found[2] not in Coming.__members__:
        return None
    try:
        return Place(date.fromisoformat(found[1]), Coming(found[2]), int(found[3]))
    except ValueError:
        return None


def _days_left(day: date, today: date) -> str:
    left = (day - today).days
    if left == 0:
        return _("today")
    if left > 0:
        return ngettext("in %(num)s day", "in %(num)s days", left)
    return ngettext("%(num)s day ago", "%(num)s days ago", -left)


def _worded(lines: list[ComingLine]) -> Iterator[dict[str, Any]]:
    for line in lines:
        row = line.row
        reason = label(line.reason) if line.reason else None
        yield row._asdict() | {"kind": label(row.kind), "relation": label(row.relation), "reason": reason}
