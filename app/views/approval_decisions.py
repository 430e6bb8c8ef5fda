"""What the queue's buttons post: the ticked requests, the plan of the decision, its verbs, and the outcomes to show once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import abort, request, session

from app.domain.actor import Actor
from app.domain.people import EvidenceFault
from app.services import approval_queue, approvals, decision_plans
from app.services.approval_queue import COUNT_LIMIT, LARGEST_ID
from app.services.approvals import Outcome
from app.services.decision_plans import LIMIT, DecisionPlan
from app.views import approval_words
from app.views.approval_search import Place, whole
from app.views.approval_words import APPROVE, DECISIONS, REJECT, RETURN

_OUTCOMES = "approval_outcomes"


@dataclass(frozen=True)
class Posted:
    """A posted decision: the requests with the versions that were seen, or all that fit but those `besides`.

    `note` is what the registrar found about the doubts that the page told him of, `checked` that he ticked them off,
    `doubts` their clauses by request;
    `faults` are the documents that he does not accept.
    """

    decision: str
    seen: dict[int, int]
    reason: str
    asked: bool
    everything: bool
    besides: set[int]
    note: str = ""
    checked: bool = False
    doubts: dict[int, list[str]] = field(default_factory=dict)
    faults: dict[int, EvidenceFault] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ticked."""
        return not (self.seen or self.everything)

    @property
    def lacks_reason(self) -> bool:
        """Whether the decision needs a reason that nobody has been asked for yet."""
        return self.decision != APPROVE and not self.reason.strip() and not self.asked

    @property
    def lacks_note(self) -> bool:
        """Whether the page told of doubts that were not ticked off with a note."""
        return self.decision == APPROVE and bool(self.doubts) and not (self.checked and self.note.strip())

    def plan(self, place: Place, actor: Actor) -> DecisionPlan:
        """What the decision would do."""
        approving = self.decision == APPROVE
        if not self.everything:
            return decision_plans.of_ticked(self.seen, approving=approving, actor=actor)
        return decision_plans.of_all(
            place.filters, shown_at=shown_at(), besides=self.besides, approving=approving, actor=actor
        )

    def is_for_many(self, place: Place, actor: Actor) -> bool:
        """Whether it is about more than one decision takes at once."""
        if not self.everything:
            return False
        return decision_plans.is_for_many(place.filters, shown_at=shown_at(), besides=self.besides, actor=actor)

    def carry_out(self, actor: Actor) -> list[Outcome]:
        """Decide; raises BadInput for a reason that the verb does not take. More than a summary lists is 400."""
        if len(self.seen) > LIMIT:
            abort(400)
        verbs: dict[str, Callable[..., list[Outcome]]] = {
            APPROVE: partial(approvals.approve, note=self.note if self.checked else "", seen_doubts=self.doubts),
            RETURN: partial(approvals.return_, reason=self.reason, faults=self.faults),
            REJECT: partial(approvals.reject, reason=self.reason),
        }
        return verbs[self.decision](list(self.seen), actor=actor, seen_versions=self.seen)


def posted() -> Posted:
    """The decision in this request; what no page of ours can have sent is 400."""
    decision = request.form.get("decision", "")
    if decision not in DECISIONS:
        abort(400)
    ticked, everything = _ids("request_id"), "all" in request.form
    shown = {whole(name.removeprefix("version-")) for name in request.form if name.startswith("version-")}
    return Posted(
        decision=decision,
        seen={request_id: whole(request.form.get(f"version-{request_id}", "")) for request_id in ticked},
        reason=request.form.get("reason", ""),
        asked="asked" in request.form,
        everything=everything,
        besides=(shown - set(ticked)) | set(_ids("besides")) if everything else set(),
        note=request.form.get("note", "").replace("\0", ""),
        checked="checked" in request.form,
        doubts=_doubts(),
        faults=_faults(),
    )


def _doubts() -> dict[int, list[str]]:
    """The clauses that the page told of, by request id, from the fields `doubts-ID`."""
    told = [name for name in request.form if name.startswith("doubts-")]
    if len(told) > LIMIT:
        abort(400)
    return {whole(name.removeprefix("doubts-")): request.form.getlist(name) for name in told}


def _faults() -> dict[int, EvidenceFault]:
    """The documents that are not accepted, by id, from the fields `fault-ID`."""
    chosen = {name.removeprefix("fault-"): value for name, value in request.form.items() if name.startswith("fault-")}
    if len(chosen) > LIMIT or any(value and value not in set(EvidenceFault) for value in chosen.values()):
        abort(400)
    return {whole(number): EvidenceFault(value) for number, value in chosen.items() if value}


def keep_outcomes(decision: str, outcomes: Sequence[Outcome]) -> None:
    """Keep the outcomes for the next page; sentences that many share are kept once."""
    told = [approval_words.outcome_words(decision, outcome) for outcome in outcomes]
    words = list(dict.fromkeys(told))
    rows = [[o.request_id, o.request_no, o.error is None, words.index(t)] for o, t in zip(outcomes, told, strict=True)]
    session[_OUTCOMES] = {"words": words, "rows": rows}


def outcomes(actor: Actor) -> list[dict[str, Any]]:
    """The outcomes of the last decision with the people's names, once; what was refused first."""
    kept: Mapping[str, Any] = session.pop(_OUTCOMES, {})
    if not kept:
        return []
    names = approval_queue.names_of([row[0] for row in kept["rows"]], actor=actor)
    found = [
        {"id": id_, "no": number, "done": done, "words": kept["words"][place], "name": names.get(id_, "")}
        for id_, number, done, place in kept["rows"]
    ]
    return sorted(found, key=lambda outcome: outcome["done"])


def _ids(field: str) -> list[int]:
    typed = list(dict.fromkeys(request.form.getlist(field)))
    ids = [whole(one) for one in typed]
    if len(ids) > COUNT_LIMIT or not all(0 < request_id <= LARGEST_ID for request_id in ids):
        abort(400)
    return ids


def shown_at() -> datetime:
    """When the list was shown from which all were ticked, as the page wrote it."""
    try:
        instant = datetime.fromisoformat(request.form.get("shown_at", ""))
        return instant.astimezone(UTC) if instant.tzinfo else abort(400)
    except (ValueError, OverflowError):
        abort(400)
