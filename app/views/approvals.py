"""อนุมัติรับรองสิทธิ: the registrar's queue, one request in full, and approve, return and reject with an outcome per row."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from flask import abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain import national_id
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, NotFound
from app.domain.people import BirthPrecision
from app.domain.powers import Power
from app.domain.thai_calendar import BE_OFFSET, MONTHS_MEDIUM, age_on, format_be, format_be_instant
from app.services import approval_queue, approvals, request_reviews
from app.services.approval_queue import LARGEST_ID, PAGE_SIZE, QueuePage
from app.services.approvals import Outcome
from app.services.coming_round import ComingRound
from app.services.request_reviews import Change, FourEyes, Review
from app.views import approval_search, approval_words, round_words
from app.views.approval_search import KeptFilters, QueueForm
from app.views.approval_words import APPROVE, DECISIONS, REJECT, RETURN
from app.views.base import PowerView, actor
from app.views.errors import words_of
from app.views.shell import show_count
from app.views.labels import label

MENU_NAME = "approvals"
_OUTCOMES = "approval_outcomes"
_LONGEST_NUMBER = 10
_WORDS = {
    "mask": national_id.mask,
    "display": national_id.display,
    "be": lambda day: format_be(day, "medium"),
    "at": format_be_instant,
    "label": label,
    "period": approval_words.period_words,
    "law": approval_words.law_words,
    "waited": approval_words.waited,
    "decisions": DECISIONS,
}


class ApprovalsView(PowerView):
    """The queue and its requests; a search is posted and kept, so that no address holds a name or a number."""

    route_base = "/approvals"
    default_view = "show"
    power = Power.APPROVE_CERTIFICATION

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """One page of the queue, with the outcomes of the decisions just made."""
        kept = _kept()
        page = approval_queue.waiting(kept.filters, page=_whole(request.args.get("page", "1")), actor=actor())
        form = QueueForm(formdata=None)
        form.offer(page.recorders)
        form.show(kept.filters)
        return self._queue(form, kept, page)

    @expose("/", methods=["POST"])
    def search(self) -> ResponseReturnValue:
        """Keep the filters and show what fits; a number goes straight to its request."""
        page = approval_queue.waiting(_kept().filters, page=1, actor=actor())
        form = QueueForm()
        form.offer(page.recorders)
        if not form.validate():
            return self._queue(form, _kept(), page), 400
        number = form.number_typed()
        if number is None:
            filters = form.filters()
            key = approval_search.keep(filters) if filters != approval_queue.QueueFilters() else None
            return redirect(url_for("ApprovalsView.show", q=key), 303)
        try:
            found = approval_queue.find(number, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
        except BadInput as refusal:
            form.name.errors = [words_of(refusal)]
            return self._queue(form, _kept(), page), 400
        if found is None:
            flash(_("No waiting request has this number."), "warning")
            return redirect(url_for("ApprovalsView.show"), 303)
        return redirect(url_for("ApprovalsView.review", request_id=found), 303)

    @expose("/<int:request_id>")
    def review(self, request_id: int) -> ResponseReturnValue:
        """One request in full, beside its evidence and its family."""
        kept = _kept()
        review = request_reviews.open_(
            request_id, actor=actor(), hash_key=current_app.config["SECRET_KEY"], filters=kept.filters
        )
        return self.render_template(
            "approvals/review.html",
            review=review,
            kept=kept,
            outcomes=_outcomes(),
            born=_born(review),
            changes=_changes(review.earlier.changes) if review.earlier else [],
            barred=review.four_eyes is FourEyes.BARRED,
            only_officer=review.four_eyes is FourEyes.ONLY_OFFICER,
            refusal_words=approval_words.refusal_words,
            **_coming_words(review.coming),
            **_WORDS,
        )

    @expose("/decide", methods=["POST"])
    def decide(self) -> ResponseReturnValue:
        """Decide the ticked requests; what needs a reason and has none is asked for it on a page of its own."""
        kept, ids, decision = _kept(), _ticked(), request.form.get("decision", "")
        if decision not in DECISIONS:
            abort(400)
        if not ids:
            flash(_("No request is ticked."), "warning")
            return redirect(url_for("ApprovalsView.show", q=kept.key or None), 303)
        seen = {request_id: _whole(request.form.get(f"version-{request_id}", "")) for request_id in ids}
        reason, asked = request.form.get("reason", ""), "asked" in request.form
        if decision != APPROVE and not reason.strip() and not asked:
            return self._ask_reason(kept, decision, ids, seen)
        try:
            outcomes = _verb(decision, reason)(ids, actor=actor(), seen_versions=seen)
        except BadInput as refusal:
            return self._ask_reason(kept, decision, ids, seen, reason, words_of(refusal)), 400
        _keep_outcomes(decision, outcomes)
        if "from_review" in request.form and not isinstance(outcomes[0].error, NotFound):
            return redirect(url_for("ApprovalsView.review", request_id=ids[0], q=kept.key or None), 303)
        return redirect(url_for("ApprovalsView.show", q=kept.key or None), 303)

    def _queue(self, form: QueueForm, kept: KeptFilters, page: QueuePage) -> str:
        groups = [
            (number, list(rows)) for number, rows in groupby(page.rows, key=lambda row: row.request.submission_no)
        ]
        return self.render_template(
            "approvals/queue.html",
            form=form,
            kept=kept,
            page=page,
            groups=groups,
            described=approval_search.described(kept.filters, page.recorders),
            outcomes=_outcomes(),
            more_than_counted=page.count >= approval_queue.COUNT_LIMIT,
            **_coming_words(page.coming),
            **_WORDS,
        )

    def _ask_reason(
        self,
        kept: KeptFilters,
        decision: str,
        ids: Sequence[int],
        seen: dict[int, int],
        reason: str = "",
        error: str = "",
    ) -> str:
        return self.render_template(
            "approvals/reason.html",
            kept=kept,
            decision=decision,
            decisions=DECISIONS,
            ids=ids,
            seen=seen,
            names=approval_queue.names_of(ids, actor=actor()),
            reason=reason,
            error=error,
            from_review="from_review" in request.form,
        )


def _kept() -> KeptFilters:
    """The filters that the address names; all requests where they are not kept any more."""
    return approval_search.find(request.args.get("q", "")) or KeptFilters("", approval_queue.QueueFilters())


def _whole(typed: str) -> int:
    """A whole number that a page wrote itself; 0, which is no page, id or version, for anything else."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= _LONGEST_NUMBER else 0


def _ticked() -> list[int]:
    """The ids of the ticked rows; what no page of ours can have sent is 400."""
    typed = list(dict.fromkeys(request.form.getlist("request_id")))
    ids = [_whole(one) for one in typed]
    if len(ids) > PAGE_SIZE or not all(0 < request_id <= LARGEST_ID for request_id in ids):
        abort(400)
    return ids


def _verb(decision: str, reason: str) -> Callable[..., list[Outcome]]:
    verbs: dict[str, Callable[..., list[Outcome]]] = {
        APPROVE: approvals.approve,
        RETURN: partial(approvals.return_, reason=reason),
        REJECT: partial(approvals.reject, reason=reason),
    }
    return verbs[decision]


def _keep_outcomes(decision: str, outcomes: Sequence[Outcome]) -> None:
    session[_OUTCOMES] = [
        {
            "id": outcome.request_id,
            "no": outcome.request_no,
            "done": outcome.error is None,
            "words": approval_words.outcome_words(decision, outcome),
        }
        for outcome in outcomes
    ]


def _outcomes() -> list[dict[str, Any]]:
    """The outcomes of the last decisions with the people's names, once."""
    kept = session.pop(_OUTCOMES, [])
    if not kept:
        return []
    names = approval_queue.names_of([outcome["id"] for outcome in kept], actor=actor())
    return [outcome | {"name": names.get(outcome["id"], "")} for outcome in kept]


def _coming_words(coming: ComingRound) -> dict[str, Any]:
    return {
        "coming": coming,
        "coming_round": round_words.round_name(coming),
        "coming_words": round_words.coming_words(coming),
    }


def _born(review: Review) -> str:
    """The birth date as far as it is known, with the age today."""
    proposal = review.request.proposal
    born, precision = proposal.birth_date, proposal.birth_date_precision
    if born is None:
        return "–"
    if precision is BirthPrecision.YEAR:
        return str(born.year + BE_OFFSET)
    if precision is BirthPrecision.MONTH:
        return f"{MONTHS_MEDIUM[born.month - 1]} {born.year + BE_OFFSET}"
    age = age_on(born, bangkok_day(review.coming.now))
    return _("%(day)s (%(age)s years old)", day=format_be(born, "medium"), age=age)


def _changes(changes: Sequence[Change]) -> list[tuple[str, str, str]]:
    """Label, before and after of each changed field."""
    found = []
    for change in changes:
        before = approval_words.frozen_words(change.field, change.before)
        after = approval_words.frozen_words(change.field, change.after)
        if before == after:
            after = _("%(document)s (another file)", document=after)
        found.append((str(approval_words.FIELDS.get(change.field, change.field)), before, after))
    return found


show_count(MENU_NAME, lambda: approval_queue.count_waiting(actor=actor()))
