"""The registrar's queue as Excel: exactly what the filters find, with the reason of what was decided."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import flash, redirect, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.clock import bangkok_day, real_now
from app.domain.errors import BadInput
from app.domain.powers import Power
from app.reports.cells import Column, Kind, known_of
from app.reports.workbook import file_name, write_workbook
from app.services import queue_files
from app.services.queue_files import QueueLine
from app.views import approval_search
from app.views.approval_search import Place
from app.views.approval_words import request_words
from app.views.base import PowerView, actor, own_name
from app.views.dates import format_be_instant
from app.views.labels import label
from app.views.register_words import words_of_register

_COLUMNS = (
    (_l("Request number"), Kind.ID, 26),
    (_l("Form"), Kind.ID, 26),
    (_l("Request"), Kind.TEXT, 24),
    (_l("Status"), Kind.TEXT, 18),
    (_l("National ID"), Kind.ID, 19),
    (_l("Title"), Kind.TEXT, 10),
    (_l("First name"), Kind.TEXT, 18),
    (_l("Last name"), Kind.TEXT, 20),
    (_l("Date of birth"), Kind.DATE, 14),
    (_l("Relation to the principal"), Kind.TEXT, 18),
    (_l("National ID of the principal"), Kind.ID, 19),
    (_l("Entitled from (date)"), Kind.DATE, 14),
    (_l("Entitlement ends (date)"), Kind.DATE, 14),
    (_l("Recorded by"), Kind.TEXT, 22),
    (_l("Submitted"), Kind.INSTANT, 18),
    (_l("Reason"), Kind.TEXT, 36),
)


class QueueFileView(PowerView):
    """Takes the queue along as a file."""

    route_base = "/approvals/file"
    default_view = "export"
    power = Power.APPROVE_CERTIFICATION
    method_powers = {"export": Power.EXPORT_REGISTER}

    @expose("/", methods=["POST"])
    def export(self) -> ResponseReturnValue:
        """Every request that the place in the address finds, in its order."""
        place = approval_search.place()
        try:
            lines = queue_files.for_file(place.filters, place.order, actor=actor())
        except BadInput as refusal:
            flash(words_of_register(refusal), "warning")
            return redirect(url_for("ApprovalsView.show", **place.arguments()), 303)
        title = str(place.title)
        with TemporaryDirectory() as folder:
            made = Path(folder) / "queue.xlsx"
            write_workbook(
                made, sheet_title=title, heading_lines=_heading(place, lines),
                columns=[Column(str(words), kind, width) for words, kind, width in _COLUMNS], rows=_rows(lines),
            )  # fmt: skip
            name = file_name(title, place.menu.value.lower(), bangkok_day(real_now()))
            return send_file(BytesIO(made.read_bytes()), as_attachment=True, download_name=name)


def _heading(place: Place, lines: list[QueueLine]) -> list[str]:
    recorders = {line.request.recorded_by_id: line.recorder_name for line in lines}
    conditions = approval_search.described(place.filters, recorders) or [_("All entries")]
    asked = _("Exported by %(who)s, asked for on %(at)s", who=own_name(), at=format_be_instant(real_now()))
    return [str(place.title), " · ".join(conditions), asked]


def _rows(lines: list[QueueLine]) -> Iterator[list[Any]]:
    for line in lines:
        request, proposal = line.request, line.request.proposal
        yield [
            request.request_no, request.submission_no, request_words(request), str(label(request.status)),
            proposal.national_id, proposal.title_th, proposal.first_name_th, proposal.last_name_th,
            known_of(proposal.birth_date, proposal.birth_date_precision), str(label(proposal.relation)),
            proposal.principal_national_id, proposal.entitled_from, proposal.entitled_until,
            line.recorder_name, request.submitted_at, request.decision_reason,
        ]  # fmt: skip
