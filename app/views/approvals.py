"""อนุมัติรับรองสิทธิ: the registrar's queue, one request in full or in the panel, and decisions with an outcome per row."""

from collections import Counter
from functools import partial
from itertools import groupby
from typing import Any

from flask import abort, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain import national_id
from app.domain.approval_menus import TYPES_OF, ApprovalMenu
from app.domain.errors import BadInput, NotFound, Refused
from app.domain.people import EvidenceFault
from app.domain.powers import Power
from app.services import (
    approval_queue,
    assignments,
    decision_plans,
    mass_pages,
    request_flags,
    request_reviews,
    withdrawals,
)
from app.services.approval_queue import QueuePage
from app.services.queue_filters import QueueFilters, QueueOrder
from app.views import (
    approval_decisions,
    approval_search,
    approval_words,
    mass_approvals,
    queue_desk,
    review_words,
    round_words,
)
from app.views.approval_decisions import Posted
from app.views.approval_search import Place, QueueForm
from app.views.approval_words import DECISIONS
from app.views.base import PowerView, actor
from app.views.dates import format_be, format_be_instant
from app.views.errors import words_of
from app.views.evidence_words import document_words
from app.views.labels import label
from app.views.law_words import clause_words
from app.views.shell import show_count, show_here

MENU_NAME = "approvals"
_WORDS = {
    "mask": national_id.mask,
    "display": national_id.display,
    "be": lambda day: format_be(day, "medium"),
    "at": format_be_instant,
    "label": label,
    "period": approval_words.period_words,
    "waited": approval_words.waited,
    "coming_words": round_words.coming_words,
    "coming_round": round_words.round_name,
    "refusal_words": approval_words.refusal_words,
    "decisions": DECISIONS,
    "asks": approval_words.request_words,
    "clause_words": clause_words,
}


class ApprovalsView(PowerView):
    """The queue and its requests; a search is posted and kept, so that no address holds a name or a number."""

    route_base = "/approvals"
    default_view = "show"
    power = Power.APPROVE_CERTIFICATION

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """One page of the queue, with the outcomes of the decisions just made."""
        place = approval_search.place()
        page = approval_queue.waiting(place.filters, page=place.page, actor=actor(), order=place.order)
        form = QueueForm(formdata=None)
        form.offer(page.recorders, place.menu)
        form.show(place.filters)
        return self._queue(form, place, page)

    @expose("/", methods=["POST"])
    def search(self) -> ResponseReturnValue:
        """Keep the filters and show what fits; a number goes straight to its request."""
        place = approval_search.place()
        page = approval_queue.waiting(place.filters, page=1, actor=actor(), order=place.order)
        form = QueueForm()
        form.offer(page.recorders, place.menu)
        if not form.validate():
            return self._queue(form, place, page), 400
        number = form.number_typed()
        if number is None:
            filters = form.filters()
            key = approval_search.keep(filters) if filters != QueueFilters() else None
            return redirect(url_for("ApprovalsView.show", **place.arguments(q=key, page=None, all=None)), 303)
        try:
            found = approval_queue.find(number, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
        except BadInput as refusal:
            form.name.errors = [words_of(refusal)]
            return self._queue(form, place, page), 400
        if found is None:
            flash(_("No waiting request has this number."), "warning")
            return redirect(url_for("ApprovalsView.show", **approval_search.place().arguments(q=None, page=None)), 303)
        return redirect(url_for("ApprovalsView.review", request_id=found), 303)

    @expose("/<int:request_id>")
    def review(self, request_id: int) -> ResponseReturnValue:
        """One request in full, beside its evidence and its family."""
        return self._opened(request_id, "approvals/review.html", outcomes=approval_decisions.outcomes(actor()))

    @expose("/<int:request_id>/panel")
    def panel(self, request_id: int) -> ResponseReturnValue:
        """The same request without the page's frame, for the panel beside the queue."""
        return self._opened(request_id, "approvals/panel.html")

    @expose("/summary", methods=["POST"])
    def summary(self) -> ResponseReturnValue:
        """What the decision on the ticked requests, or on all that fit, would do; it changes nothing."""
        posted = approval_decisions.posted()
        if posted.is_empty:
            return self._nothing_ticked()
        place = approval_search.place()
        if posted.is_for_many(place, actor()):
            template, words = mass_approvals.summary(posted, place)
            return self.render_template(template, **(_WORDS | words))
        return self._summary(posted)

    @expose("/decide", methods=["POST"])
    def decide(self) -> ResponseReturnValue:
        """Decide the named requests at the versions seen; what needs a reason and has none is asked for it."""
        posted, place = approval_decisions.posted(), approval_search.place()
        if not posted.seen:
            return self._nothing_ticked()
        if posted.lacks_reason:
            return self._summary(posted)
        if posted.lacks_note:
            return self._summary(posted, words_of(Refused("NOTE_MISSING", citation=request_flags.CITATION))), 422
        try:
            outcomes = posted.carry_out(actor())
        except BadInput as refusal:
            return self._summary(posted, words_of(refusal)), 400
        approval_decisions.keep_outcomes(posted.decision, outcomes)
        if "from_review" in request.form and not isinstance(outcomes[0].error, NotFound):
            id_ = outcomes[0].request_id
            return redirect(url_for("ApprovalsView.review", request_id=id_, **place.arguments(all=None)), 303)
        return redirect(url_for("ApprovalsView.show", **place.arguments(all=None)), 303)

    @expose("/<int:request_id>/withdraw", methods=["POST"])
    def withdraw(self, request_id: int) -> ResponseReturnValue:
        """Take an approval back while its round has not started."""
        seen = {request_id: approval_search.whole(request.form.get("version", ""))}
        (outcome,) = withdrawals.withdraw([request_id], actor=actor(), seen_versions=seen)
        if isinstance(outcome.error, NotFound):
            abort(404)
        if outcome.error is not None:
            flash(words_of(outcome.error), "warning")
        else:
            family = outcome.facts.get("family", 0)
            flash(
                _(
                    "The approval is withdrawn; the request waits again, and with it %(count)s of the family.",
                    count=family,
                )
                if family
                else _("The approval is withdrawn; the request waits again."),
                "success",
            )
        here = approval_search.place().arguments(all=None)
        return redirect(url_for("ApprovalsView.review", request_id=request_id, **here), 303)

    def _queue(self, form: QueueForm, place: Place, page: QueuePage) -> str:
        one_piece = place.order in (QueueOrder.OLDEST, QueueOrder.NEWEST)
        forms = groupby(page.rows, key=lambda row: row.request.submission_no if one_piece else "")
        return self.render_template(
            "approvals/queue.html",
            form=form,
            place=place,
            desk=queue_desk.desk(deciding=place.filters.are_waiting),
            page=page,
            groups=[(number, list(rows)) for number, rows in forms],
            order=place.order,
            ignored=approval_search.ignored(),
            described=approval_search.described(place.filters, page.recorders),
            outcomes=approval_decisions.outcomes(actor()),
            tally=assignments.tally(TYPES_OF[place.menu], actor=actor()),
            colleagues=assignments.colleagues(place.menu, actor=actor()),
            under_way=mass_pages.under_way(actor=actor()),
            coming=page.coming,
            may_export=Power.EXPORT_REGISTER in actor().powers,
            more_than_counted=page.count >= approval_queue.COUNT_LIMIT,
            law=approval_words.law_words,
            right=approval_words.right_words,
            **_WORDS,
        )

    def _opened(self, request_id: int, template: str, **more: Any) -> str:
        place = approval_search.place()
        review = request_reviews.open_(
            request_id,
            actor=actor(),
            hash_key=current_app.config["SECRET_KEY"],
            filters=place.filters,
            order=place.order,
        )
        words = review_words.words_about(review)
        return self.render_template(
            template, review=review, place=place, coming=review.coming, **words, **more, **_WORDS
        )

    def _nothing_ticked(self) -> ResponseReturnValue:
        flash(_("No request is ticked."), "warning")
        return redirect(url_for("ApprovalsView.show", **approval_search.place().arguments()), 303)

    def _summary(self, posted: Posted, error: str = "") -> str:
        place = approval_search.place()
        plan = posted.plan(place, actor())
        return self.render_template(
            "approvals/decision.html" if "fragment" in request.form else "approvals/summary.html",
            place=place,
            plan=plan,
            limit=decision_plans.LIMIT,
            decision=posted.decision,
            kinds=Counter(approval_words.request_words(one.request) for one in plan.possible if one.request),
            title=approval_words.decision_words(posted.decision, len(plan.possible)),
            reason=posted.reason,
            note=posted.note,
            checked=posted.checked,
            faults=posted.faults,
            fault_kinds=list(EvidenceFault),
            document_words=document_words,
            error=error,
            from_review="from_review" in request.form,
            **_WORDS,
        )


class TerminationApprovalsView(PowerView):
    """อนุมัติผู้หมดสิทธิ: the same queue, of what ends rights."""

    route_base = "/approvals/terminations"
    default_view = "show"
    power = Power.APPROVE_TERMINATION

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """The queue of this menu."""
        return redirect(url_for("ApprovalsView.show", menu=ApprovalMenu.TERMINATION.value))


class TransferApprovalsView(PowerView):
    """อนุมัติย้ายหน่วยงาน: the same queue, of who comes over."""

    route_base = "/approvals/transfers"
    default_view = "show"
    power = Power.APPROVE_TRANSFER

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """The queue of this menu."""
        return redirect(url_for("ApprovalsView.show", menu=ApprovalMenu.TRANSFER.value))


MENU_NAMES = {
    ApprovalMenu.CERTIFICATION: MENU_NAME,
    ApprovalMenu.TERMINATION: "termination_approvals",
    ApprovalMenu.TRANSFER: "transfer_approvals",
}


def _count(menu: ApprovalMenu) -> int:
    if "waiting_by_menu" not in g:  # three lines of the menu, one question
        g.waiting_by_menu = approval_queue.counts_waiting(actor=actor())
    return int(g.waiting_by_menu[menu])


def _is_here(menu: ApprovalMenu, view: str) -> bool:
    if view == "MassApprovalsView":
        return menu is ApprovalMenu.CERTIFICATION
    return view == "ApprovalsView" and approval_search.place().menu is menu


for _menu, _name in MENU_NAMES.items():
    show_count(_name, partial(_count, _menu))
    show_here(_name, partial(_is_here, _menu))
