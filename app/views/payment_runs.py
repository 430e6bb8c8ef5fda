"""งวดโอนเงิน: what is approved is gathered into a run, looked at, released by another officer and followed to the end."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, NotFound, PortalError
from app.domain.payment_runs import LineOutcome, RunStatus, RunVerb
from app.domain.powers import Power
from app.domain.thai_calendar import format_be, parse_be_date
from app.services.clock import business_now
from app.services.money import bank_files, run_pages, run_plans, runs
from app.services.money.run_pages import RunDesk
from app.views.base import PowerView, actor
from app.views.claim_deeds import seen_version
from app.views.claim_words import shared_words, words_of_claim
from app.views.dates import format_be_instant
from app.views.errors import status_of
from app.views.money_deeds import do_and_tell
from app.views.row_actions import confirmed
from app.views.run_words import LINE_LOOKS, RUN_LOOKS

_ID = "/<int:run_id>"
DEEPEST = 2_000  # pages


class PaymentRunsView(PowerView):
    """One officer makes a run, another releases it; its job pays line by line and its page tells what became of each."""

    route_base = "/payment-runs"
    default_view = "show"
    power = Power.PAY_CLAIM

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """The runs, the newest first."""
        return self.render_template("runs/list.html", found=run_pages.newest(_page(), actor=actor()), **_words())

    @expose("/new", methods=["GET"])
    def new(self) -> ResponseReturnValue:
        """What would be gathered for a day; nothing is written."""
        typed = {"transfer_on": request.args.get("transfer_on", "").strip()[:40], "agency": _code(request.args)}
        typed["transfer_on"] = typed["transfer_on"] or format_be(bangkok_day(business_now()))
        try:
            day = parse_be_date(typed["transfer_on"], field="transfer_on")
            found, refusal = run_plans.preview(day, typed["agency"], actor=actor()), None
        except PortalError as error:
            found, refusal = None, error
        page = self.render_template("runs/new.html", found=found, refusal=refusal, typed=typed, **_words())
        return page, status_of(refusal) if refusal else 200

    @expose("/new", methods=["POST"])
    def make(self) -> ResponseReturnValue:
        """Make the run that the preview showed."""
        typed, agency = request.form.get("transfer_on", "").strip()[:40], _code(request.form)
        try:
            day = parse_be_date(typed, field="transfer_on")
            run_id = run_plans.make(day, agency, (_whole("count"), _whole("satang")), actor=actor())
        except PortalError as refusal:
            flash(words_of_claim(refusal), "danger")
            return redirect(url_for("PaymentRunsView.new", transfer_on=typed or None, agency=agency or None), 303)
        flash(_("The run is made. Another officer has to release it."), "success")
        return redirect(url_for("PaymentRunsView.one", run_id=run_id), 303)

    @expose(_ID)
    def one(self, run_id: int) -> ResponseReturnValue:
        """One run: agency by agency, or with `?show=` its lines of one outcome."""
        desk, wanted = _found(run_id), request.args.get("show", "")
        shown = LineOutcome(wanted) if wanted in LineOutcome.__members__ else None
        rows = (
            run_pages.agencies(run_id, _page(), actor=actor())
            if shown is None
            else run_pages.lines(run_id, shown, _page(), actor=actor())
        )
        is_open = shown is None and desk.run.status in (RunStatus.PREPARED, RunStatus.RELEASING)
        kept = run_pages.to_keep_back(rows.rows, actor=actor()) if is_open else {}
        return self.render_template(
            "runs/run.html", desk=desk, run=desk.run, shown=shown, found=rows, is_open=is_open, kept=kept, **_words()
        )

    @expose(f"{_ID}/progress")
    def progress(self, run_id: int) -> ResponseReturnValue:
        """How far the job is, as a piece of page that asks for itself again."""
        desk = _found(run_id)
        return self.render_template("runs/progress.html", desk=desk, run=desk.run, **_words())

    @expose(f"{_ID}/bank-file", methods=["POST"])
    def bank_file(self, run_id: int) -> ResponseReturnValue:
        """The text file for the bank, of a run that is paid out."""
        taken = _found(run_id).takings
        if taken:
            told = _(
                "Taken last by %(who)s on %(at)s. A bank that gets this file a second time pays every agency a second time.",
                who=taken[-1].taken_by, at=format_be_instant(taken[-1].taken_at),
            )  # fmt: skip
            if asked := confirmed(_("Take the bank file again?"), told, _("Take it again")):
                return asked
        try:
            content, name = bank_files.take(run_id, _whole("seen"), actor=actor())
        except NotFound:
            abort(404)
        except PortalError as refusal:
            flash(words_of_claim(refusal), "danger")
            return redirect(url_for("PaymentRunsView.one", run_id=run_id), 303)
        return send_file(
            BytesIO(content), mimetype="text/plain", as_attachment=True, download_name=name, conditional=False
        )

    @expose(f"{_ID}/release", methods=["POST"])
    def release(self, run_id: int) -> ResponseReturnValue:
        """Let it be paid out, once that is confirmed."""
        told = _("Every claim in it is booked as paid, one by one. This cannot be stopped or undone.")
        if asked := confirmed(_("Release this run?"), told, _("Release the run")):
            return asked
        runs_words = _("The run is released.")
        return _done(run_id, lambda: runs.release(run_id, seen_version(), actor=actor()) or runs_words)

    @expose(f"{_ID}/cancel", methods=["POST"])
    def cancel(self, run_id: int) -> ResponseReturnValue:
        """Give it up, once that is confirmed."""
        told = _("Nothing is paid; its claims wait for another run.")
        if asked := confirmed(_("Cancel this run?"), told, _("Cancel the run")):
            return asked
        words = _("The run is cancelled.")
        return _done(run_id, lambda: runs.cancel(run_id, seen_version(), actor=actor()) or words)

    @expose(f"{_ID}/leave-mine", methods=["POST"])
    def leave_mine(self, run_id: int) -> ResponseReturnValue:
        """Take out what the officer decided himself."""

        def act() -> str:
            count = runs.leave_mine(run_id, seen_version(), actor=actor())
            return ngettext("%(num)s claim was taken out.", "%(num)s claims were taken out.", count)

        return _done(run_id, act)


def _done(run_id: int, act: Callable[[], str]) -> ResponseReturnValue:
    return do_and_tell(act, url_for("PaymentRunsView.one", run_id=run_id))


def _found(run_id: int) -> RunDesk:
    try:
        return run_pages.open_run(run_id, actor=actor())
    except NotFound:
        abort(404)


def _page() -> int:
    number = request.args.get("page", 1, type=int)
    return number if 1 <= number <= DEEPEST else abort(400)


def _code(values: Any) -> str:
    return str(values.get("agency", "")).strip()[:8]


def _whole(name: str) -> int:
    typed = request.form.get(name, "")
    if not typed.isdecimal() or len(typed) > 18:
        raise BadInput("VERSION_MISSING")
    return int(typed)


def _words() -> dict[str, Any]:
    return shared_words() | {
        "run_looks": RUN_LOOKS, "line_looks": LINE_LOOKS, "Verb": RunVerb, "words_of_code": _words_of_code,
        "most": run_plans.MOST_LINES,
    }  # fmt: skip


def _words_of_code(code: str) -> str:
    return words_of_claim(PortalError(code))
