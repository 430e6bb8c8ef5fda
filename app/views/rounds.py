"""รอบการประมวลผล: the rounds that were and the coming one, and what each carried of the officer's own requests."""

from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.domain import national_id
from app.domain.actor import ScopeKind
from app.domain.people import RequestStatus, RoundError, RoundStatus
from app.domain.powers import Power
from app.services import round_history
from app.services.coming_round import coming_round
from app.services.round_history import RoundLine, RoundPage, RoundRow
from app.views.base import PowerView, actor
from app.views.dates import clock_time, format_be, format_be_instant, weekday
from app.views.labels import label
from app.views.round_words import coming_words, failure_words, round_name, what_to_do

_KINDS = {RoundStatus.DONE: "good", RoundStatus.RUNNING: "waiting"}
_SIGNS = {RoundStatus.DONE: "check-circle", RoundStatus.RUNNING: "hourglass-split"}


class RoundsView(PowerView):
    """Lists rounds, shows one, and tells every page how long the coming one still takes approvals."""

    route_base = "/rounds"
    default_view = "show"
    power = Power.VIEW_ROUNDS

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """One page of rounds, newest first."""
        found = round_history.rounds(page=_page_number(), actor=actor())
        return self.render_template(
            "rounds/list.html",
            found=found,
            coming_words=coming_words,
            **_words(),
        )

    @expose("/<int:round_id>")
    def one(self, round_id: int) -> ResponseReturnValue:
        """One round with its counts and, for those who see the register, each request: in effect, or failed and why."""
        page = round_history.round_(round_id, page=_page_number(), actor=actor())
        return self.render_template(
            "rounds/round.html",
            page=page,
            line=page.line,
            why=lambda failed: _why(failed, page),
            shows_agencies=actor().scope.kind is not ScopeKind.AGENCY,
            outcome_words=_outcome_words,
            lasted=_lasted,
            may_open=Power.APPROVE_CERTIFICATION in actor().powers,
            **_words(),
        )

    @expose("/next")
    def next_round(self) -> ResponseReturnValue:
        """The coming round for the countdown's poll: seconds left by the business clock, and its words."""
        coming = coming_round()
        return jsonify(seconds=coming.seconds_left, round=round_name(coming), words=coming_words(coming))


def _page_number() -> int:
    return request.args.get("page", 1, type=lambda typed: int(typed) if len(typed) < 6 else 1)


def _words() -> dict[str, Any]:
    return {
        "be": lambda day: format_be(day, "medium"),
        "at": format_be_instant,
        "weekday": weekday,
        "clock_time": clock_time,
        "late": _late,
        "kind": lambda round_: _KINDS.get(round_.status, "info"),
        "sign": lambda round_: _SIGNS.get(round_.status, "clock"),
        "label": label,
        "mask": national_id.mask,
        "Status": RequestStatus,
    }


def _late(line: RoundLine) -> str:
    minutes = int(line.late_by.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(num)s minute late", "%(num)s minutes late", minutes)
    return ngettext("%(num)s hour late", "%(num)s hours late", minutes // 60)


def _why(failed: RoundRow, page: RoundPage) -> str:
    """Why the round could not apply a request, with the number of the one that came first where it may be known."""
    if failed.round_error is None:
        return ""
    rival = page.rivals.get(failed.conflict_request_id or 0)
    words = failure_words(failed.round_error, failed.law_code)
    told = f"{words} ({rival})" if rival else words
    if failed.status is RequestStatus.APPROVED:  # foreseen: nobody has to do anything afterwards yet
        return told
    return f"{told} · {what_to_do(failed.round_error)}"


def _outcome_words(outcome: str) -> Any:
    """An outcome of the ledger: in effect, or the rule that refused it."""
    return label(RequestStatus(outcome)) if outcome in RequestStatus.__members__ else label(RoundError(outcome))


def _lasted(seconds: float) -> str:
    if seconds < 60:
        return _("%(seconds)s seconds", seconds=f"{seconds:.1f}")
    return _("%(minutes)s min %(seconds)s s", minutes=int(seconds // 60), seconds=int(seconds % 60))
