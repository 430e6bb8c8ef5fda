"""The words of one opened request: what it changes against today, why by law, and what was changed since last time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from app.domain.clock import bangkok_day
from app.domain.people import JUDGED_TYPES, BirthPrecision, Relation, RequestType
from app.domain.thai_calendar import BE_OFFSET, age_on
from app.rules import citations
from app.rules.majority import majority_date
from app.rules.told import TOLD_FIELDS
from app.services.family_facts import told_of
from app.services.family_forms import PERSON_FIELDS, RIGHT_FIELDS
from app.services.frozen_copies import DATES
from app.services.request_reviews import Change, FourEyes, Review
from app.views import approval_words
from app.views.dates import format_be, month_name
from app.views.evidence_words import LOOKS, groups
from app.views.labels import label
from app.views.law_words import clause_of, clause_words, facts_told
from app.views.round_words import cancelled_words, failure_words

_NOTHING = "–"


@dataclass(frozen=True)
class Reason:
    """One sentence of why, and the legal basis as people cite it, empty where the register's own order is enough."""

    words: str
    citation: str = ""


def words_about(review: Review) -> dict[str, Any]:
    """What the templates of a request say beside its data."""
    proposal, law = review.request.proposal, review.law.decision
    return {
        "born": _born(review),
        "today": _today(review),
        "reasons": _reasons(review),
        "failure_words": failure_words,
        "cancelled": cancelled_words(review.request.status, review.request.decision_reason),
        "doubts": [(clause_of(doubt.clause), doubt.note) for doubt in review.law.doubts],
        "facts": facts_told(told_of(proposal), proposal.relation, review.law.provinces),
        "holds_until": law.holds_until if law is not None and law.accepted else None,
        "groups": groups(review.law.matrix, review.evidence, proposal.relation, review.law.due_on),
        "looks": LOOKS,
        "changes": _changes(review.earlier.changes) if review.earlier else [],
        "barred": review.four_eyes is FourEyes.BARRED,
        "only_officer": review.four_eyes is FourEyes.ONLY_OFFICER,
        "is_correction": review.request.type is RequestType.CORRECTION,
        "ending": _ending(review),
        "edits": _edits(review),
        "source": review.source,
    }


def _ending(review: Review) -> str:
    """What an end, a suspension or one taken back will make of the right; empty for any other request."""
    request, proposal = review.request, review.request.proposal
    day = format_be(proposal.entitled_until, "medium") if proposal.entitled_until else _NOTHING
    if request.type is RequestType.SUSPEND:
        return _("Suspended from %(day)s on", day=day)
    if request.type is RequestType.RESTORE:
        period = approval_words.period_words(proposal.entitled_from, proposal.entitled_until)
        return _("The end is taken back: entitled %(period)s", period=period)
    if request.type is not RequestType.TERMINATE:
        return ""
    reason = label(proposal.termination_reason) if proposal.termination_reason else _NOTHING
    return _("%(reason)s: no entitlement from %(day)s on", reason=reason, day=day)


def _edits(review: Review) -> list[tuple[str, str, str]]:
    """What an edit changes against today: field, today, proposed; empty for any other request."""
    target, proposal = review.target, review.request.proposal
    if review.request.type is not RequestType.CERTIFY_EDIT or target is None:
        return []
    found = []
    for name in (*PERSON_FIELDS, *RIGHT_FIELDS, *DATES, *TOLD_FIELDS):
        before = getattr(target.person if name in PERSON_FIELDS else target, name)
        after = getattr(proposal, name)
        if before != after:
            words = [approval_words.frozen_words(name, _plain(value)) for value in (before, after)]
            found.append((approval_words.field_words(name), words[0], words[1]))
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _born(review: Review) -> str:
    """The birth date as far as it is known, with the age today."""
    proposal = review.request.proposal
    born, precision = proposal.birth_date, proposal.birth_date_precision
    if born is None:
        return _NOTHING
    if precision is BirthPrecision.YEAR:
        return str(born.year + BE_OFFSET)
    if precision is BirthPrecision.MONTH:
        return f"{month_name(born)} {born.year + BE_OFFSET}"
    age = age_on(born, bangkok_day(review.coming.now))
    return _("%(day)s (%(age)s years old)", day=format_be(born, "medium"), age=age)


def _today(review: Review) -> list[str]:
    """The person's rights in this family as they are today, one line each."""
    number = review.request.proposal.national_id
    if review.request.type is not RequestType.CERTIFY_NEW:
        standing = [review.target] if review.target else []
    else:
        standing = [one.right for one in review.rights if one.right.person.national_id == number]
    lines = []
    for right in standing:
        period = approval_words.period_words(right.entitled_from, right.entitled_until)
        parts = [f"{label(right.relation)} {period}", *([_("voided")] if right.voided else [])]
        lines.append(" · ".join(parts))
    if lines:
        return lines
    if review.request.proposal.relation is Relation.SELF:
        return [_("no own right at this agency")]
    return [_("no right through this principal at this agency")]


def _reasons(review: Review) -> list[Reason]:
    """Why a new right may stand: what the rules looked at, each with its legal basis; empty where they refuse."""
    request, proposal = review.request, review.request.proposal
    if request.type not in JUDGED_TYPES or review.refusals:
        return []
    begin = format_be(proposal.entitled_from, "medium") if proposal.entitled_from else _NOTHING
    if proposal.relation is Relation.SELF:
        may = _("%(type)s may be a principal at this kind of agency", type=label(proposal.personnel_type))
        return [
            Reason(may, citations.NHSO_PRINCIPALS.text),
            Reason(_("The right begins with the service, on %(day)s", day=begin), citations.NHSO_START_AND_END.text),
            Reason(_("No other own right stands in the same time")),
        ]
    law = review.law.decision
    found = [Reason(clause_words(c), c.citation) for c in law.clauses if not c.flag] if law is not None else []
    found.append(Reason(_("The right begins on %(day)s", day=begin), citations.NHSO_START_AND_END.text))
    if proposal.relation is Relation.CHILD and proposal.entitled_until:
        of_age = _("The child is of age on %(day)s", day=format_be(proposal.entitled_until, "medium"))
        if proposal.birth_date and proposal.entitled_until == majority_date(proposal.birth_date):
            found.append(Reason(of_age, citations.AGE_OF_MAJORITY.text))
    return [*found, Reason(_("The same right does not stand already"))]


def _changes(changes: Sequence[Change]) -> list[tuple[str, str, str]]:
    """Label, before and after of each changed field."""
    found = []
    for change in changes:
        before = approval_words.frozen_words(change.field, change.before)
        after = approval_words.frozen_words(change.field, change.after)
        if before == after:
            after = _("%(document)s (another file)", document=after)
        found.append((approval_words.field_words(change.field), before, after))
    return found
