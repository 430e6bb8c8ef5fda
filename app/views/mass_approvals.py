"""อนุมัติ ส่งกลับ หรือไม่อนุมัติ ทั้งหมดที่ตรงเงื่อนไข: the summary before, how far it is, and the outcome of each row."""

import io
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.domain.errors import BadInput, NotFound, PortalError
from app.domain.people import JobStatus, MassDecision, Relation, RequestType, RowOutcome
from app.domain.powers import Power
from app.reports.cells import Column, Kind
from app.reports.workbook import write_workbook
from app.services import mass_approvals, mass_pages, mass_plans
from app.services.mass_pages import MassPage, MassRow
from app.services.mass_plans import MOST, MassSummary
from app.views import approval_search, approval_words
from app.views.approval_decisions import Posted, shown_at
from app.views.approval_search import Place
from app.views.base import PowerView, actor
from app.views.dates import format_be_instant
from app.views.errors import words_of
from app.views.labels import label
from app.views.law_words import with_law

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# In the order in which a registrar cares: what he must do something about comes first.
LOOKS: dict[RowOutcome, tuple[str, str]] = {
    RowOutcome.NEEDS_LOOK: ("waiting", "exclamation-triangle"),
    RowOutcome.CHANGED: ("waiting", "arrow-clockwise"),
    RowOutcome.CONFLICT: ("bad", "x-circle"),
    RowOutcome.REFUSED: ("bad", "ban"),
    RowOutcome.APPROVED: ("good", "check-circle"),
    RowOutcome.RETURNED: ("good", "reply"),
    RowOutcome.REJECTED: ("good", "x-lg"),
    RowOutcome.WAITS: ("", "hourglass-split"),
}
_DONE = {
    MassDecision.APPROVE: RowOutcome.APPROVED, MassDecision.RETURN: RowOutcome.RETURNED,
    MassDecision.REJECT: RowOutcome.REJECTED,
}  # fmt: skip
_WAY_BACK = _l("Return it with this reason, or reject it.")
_STEPS: dict[RowOutcome, Any] = {
    RowOutcome.NEEDS_LOOK: _l("Open it and decide it by itself."),
    RowOutcome.CHANGED: _l("Look at it again."),
    RowOutcome.CONFLICT: _WAY_BACK,
    RowOutcome.REFUSED: _WAY_BACK,
}
_ID = "/<int:approval_id>"


class MassApprovalsView(PowerView):
    """One decision on many as a page, while it runs and afterwards; the latest ones of the agency as a list."""

    route_base = "/approvals/many"
    default_view = "show"
    power = Power.APPROVE_CERTIFICATION

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """The latest decisions on many in the agency."""
        return self.render_template("approvals/many_list.html", found=mass_pages.newest(actor=actor()), **_words())

    @expose(_ID)
    def one(self, approval_id: int) -> ResponseReturnValue:
        """How far it is, and its rows by outcome."""
        page, shown = _found(approval_id), _chosen()
        count = page.counts.get(shown, 0) if shown else sum(page.counts.values())
        pages = max(1, -(-count // mass_pages.PAGE_SIZE))
        number = min(max(request.args.get("page", 1, type=int), 1), pages)
        return self.render_template(
            "approvals/many.html", page=page, shown=shown, number=number, pages=pages,
            rows=mass_pages.rows(approval_id, shown, page=number, actor=actor()), **_words(),
        )  # fmt: skip

    @expose(f"{_ID}/progress")
    def progress(self, approval_id: int) -> ResponseReturnValue:
        """How far it is, as a piece of page that asks for itself again."""
        return self.render_template("approvals/many_progress.html", page=_found(approval_id), **_words())

    @expose(f"{_ID}/confirm", methods=["POST"])
    def confirm(self, approval_id: int) -> ResponseReturnValue:
        """Let it begin."""
        try:
            mass_approvals.confirm(approval_id, actor=actor(), reason=request.form.get("reason", "").replace("\0", ""))
        except NotFound:
            abort(404)
        except BadInput as refusal:
            again = _with_its_notes(mass_plans.asked(approval_id, actor=actor()))
            words = {"error": words_of(refusal), "reason": request.form.get("reason", "")}
            return self.render_template(
                "approvals/many_summary.html", **_asking(again, approval_search.place()) | words
            ), 422
        except PortalError as refusal:
            flash(words_of(refusal), "warning")
            return redirect(url_for("ApprovalsView.show"), 303)
        return redirect(url_for("MassApprovalsView.one", approval_id=approval_id), 303)

    @expose(f"{_ID}/stop", methods=["POST"])
    def stop(self, approval_id: int) -> ResponseReturnValue:
        """End it; what is decided stays decided."""
        try:
            mass_approvals.stop(approval_id, actor=actor())
        except NotFound:
            abort(404)
        except PortalError as refusal:
            flash(words_of(refusal), "warning")
        return redirect(url_for("MassApprovalsView.one", approval_id=approval_id), 303)

    @expose(f"{_ID}/file")
    def file(self, approval_id: int) -> ResponseReturnValue:
        """The outcome of every row as Excel; no whole national ID is in it."""
        page = _found(approval_id)
        rows = mass_pages.rows(approval_id, None, page=1, size=MOST, actor=actor())
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "outcomes.xlsx"
            _write(path, page, rows)
            book = io.BytesIO(path.read_bytes())
        name = _("Outcomes of decision %(number)s.xlsx", number=approval_id)
        return send_file(book, mimetype=XLSX, as_attachment=True, download_name=name, conditional=False)


def summary(posted: Posted, place: Place) -> tuple[str, dict[str, Any]]:
    """The template that asks for the confirmation, and what it says."""
    decision = MassDecision(posted.decision.upper())
    found = mass_plans.prepare(
        place.filters, shown_at=shown_at(), besides=posted.besides, actor=actor(), decision=decision
    )
    template = "approvals/many_decision.html" if "fragment" in request.form else "approvals/many_summary.html"
    return template, _asking(found, place)


def _with_its_notes(found: MassSummary) -> MassSummary:
    """The summary with what its page said of the requests that are not in it: the page sends that along."""
    later = request.form.get("came_later", 0, type=int)
    return replace(found, is_cut="is_cut" in request.form, came_later=max(0, later))


def _asking(found: MassSummary, place: Place) -> dict[str, Any]:
    return {
        "place": place, "summary": found, "most": MOST, "kind_words": kind_words, "reason_words": _reason, "error": "",
        "reason": "", "title": title_of(found.decision, found.count), "label": label,
    }  # fmt: skip


def title_of(decision: MassDecision, count: int) -> str:
    """The decision on so many requests, as its button says it."""
    return approval_words.decision_words(decision.lower(), count)


def _reason(code: str) -> str:
    return words_of(PortalError(code))


def kind_words(kind: str) -> str:
    """What requests of a kind ask for, from "TYPE:RELATION"."""
    type_, relation = kind.split(":")
    return approval_words.asked_words(RequestType(type_), Relation(relation))


def why(row: MassRow, approving: bool) -> str:
    """What became of a row, in words, and what to do now."""
    if row.round_at is not None:
        return _("Approved; in effect with the round of %(at)s.", at=format_be_instant(row.round_at))
    if row.error is None:
        return ""
    step = _STEPS[row.outcome]
    if not approving and step is _WAY_BACK:  # that is what was tried
        step = ""
    return f"{with_law(words_of(row.error), row.error)} {step}".rstrip()


def time_left(page: MassPage) -> str:
    """How long it will still take, where there is anything to guess from."""
    if page.status is JobStatus.QUEUED:
        return _("Waiting for its turn")
    if page.seconds_left is None:
        return ""
    if page.seconds_left < 60:
        return _("less than a minute left")
    minutes = -(-page.seconds_left // 60)
    return ngettext("about %(num)s minute left", "about %(num)s minutes left", minutes)


def _found(approval_id: int) -> MassPage:
    try:
        return mass_pages.find(approval_id, actor=actor())
    except NotFound:
        abort(404)


def _chosen() -> RowOutcome | None:
    wanted = request.args.get("show", "")
    return RowOutcome(wanted) if wanted in RowOutcome.__members__ else None


def _words() -> dict[str, Any]:
    return {
        "at": format_be_instant, "label": label, "looks": LOOKS, "why": why, "time_left": time_left, "kind_words": kind_words,
        "asks": approval_words.asked_words, "title_of": title_of, "looks_of": _looks_of, "done_as": _DONE,
    }  # fmt: skip


def _looks_of(page: MassPage) -> dict[RowOutcome, tuple[str, str]]:
    """What can become of its rows: of the three decisions only its own."""
    others = set(_DONE.values()) - {_DONE[page.decision]}
    return {outcome: look for outcome, look in LOOKS.items() if outcome not in others}


def _write(path: Path, page: MassPage, rows: list[MassRow]) -> None:
    titles = (_("Request"), _("Asks for"), _("Name"), _("National ID"), _("Outcome"), _("Why"))
    widths = (24, 24, 30, 20, 20, 70)
    columns = [Column(title, Kind.TEXT, width) for title, width in zip(titles, widths, strict=True)]
    heading = [title_of(page.decision, page.total), f"{page.officer_name} · {format_be_instant(page.confirmed_at)}"]
    if page.reason:
        heading.append(_("Reason: %(reason)s", reason=page.reason))
    values = (
        (row.request_no, approval_words.asked_words(row.type, row.relation), row.full_name, row.masked_id,
         str(label(row.outcome)), why(row, page.decision is MassDecision.APPROVE))
        for row in rows
    )  # fmt: skip
    write_workbook(path, sheet_title=_("Outcomes"), heading_lines=heading, columns=columns, rows=values)
