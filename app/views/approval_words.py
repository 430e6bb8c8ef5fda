"""The words of the registrar's desk: outcomes of decisions, what the law says, rounds, and fields before and after."""

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.domain import national_id
from app.domain.errors import PortalError
from app.domain.people import (
    BirthPrecision,
    DocType,
    PersonnelType,
    Relation,
    RequestStatus,
    RequestType,
    RoundError,
    Sex,
    TerminationReason,
)
from app.domain.period import Period
from app.models.change_request import ChangeRequest
from app.rules import legitimacy
from app.rules.told import TOLD_FIELDS
from app.services.approvals import Outcome
from app.views.base import actor
from app.views.dates import format_be, format_be_instant
from app.views.errors import words_of
from app.views.labels import label
from app.views.law_words import clause_words, fact_words, told_value, with_law
from app.views.told_words import FACT_LABELS

APPROVE, RETURN, REJECT = "approve", "return", "reject"
DECISIONS: dict[str, Any] = {
    APPROVE: _l("Approve"),
    RETURN: _l("Return for correction"),
    REJECT: _l("Do not approve"),
}
_DONE: dict[str, Any] = {
    RETURN: _l("Returned; the recorder reads the reason and corrects it."),
    REJECT: _l("Not approved; the recorder reads the reason."),
}
DECIDED = (RequestStatus.APPROVED, RequestStatus.RETURNED, RequestStatus.REJECTED)
_YOURS = _l("You decided it yourself before. Nothing was done twice.")
_NEXT_STEP: dict[str, Any] = {
    "NOT_PENDING": _l("Nothing was changed. Somebody decided or took it back before you."),
    "STALE": _l("Open the request, read what is new, and decide again."),
    "PROPOSAL_CHANGED": _l("The recorder must cancel it and record it anew."),
    "FOUR_EYES": _l("Ask another registrar of your agency."),
    "REQUEST_NOT_FOUND": _l("It may have been taken back; reload the list."),
}
FIELDS: dict[str, Any] = {
    "national_id": _l("National ID"),
    "principal_national_id": _l("National ID of the principal"),
    "title_th": _l("Title"),
    "first_name_th": _l("First name"),
    "middle_name_th": _l("Middle name"),
    "last_name_th": _l("Surname"),
    "birth_date": _l("Born on"),
    "birth_date_precision": _l("Known of the birth date"),
    "sex": _l("Sex"),
    "nationality_code": _l("Nationality"),
    "relation": _l("Relation to the principal"),
    "personnel_type": _l("Personnel type"),
    "service_start_date": _l("Start of service"),
    "entitled_from": _l("Entitled from"),
    "entitled_until": _l("First day without the right"),
    "birth_order": _l("Order of birth"),
    "standby_since": _l("Standby since"),
    "legitimate_from": _l("Lawful child from"),
    "legitimacy_basis": _l("Lawful child by"),
    "delivery_id": _l("Born together"),
    "evidence": _l("Evidence"),
    "termination_reason": _l("Reason"),
    "event_date": _l("Date of the event"),
    "seq_in_delivery": _l("Twin: number in the birth"),
    "type": _l("Request"),
    "text": _l("Remarks"),
    "target": _l("Entry"),
}
_CODES: dict[str, Any] = {
    "birth_date_precision": BirthPrecision,
    "sex": Sex,
    "relation": Relation,
    "personnel_type": PersonnelType,
    "termination_reason": TerminationReason,
    "type": RequestType,
}
_NOTHING = "–"


def decision_words(decision: str, count: int) -> str:
    """The decision on so many requests, as its button says it."""
    decided = DECISIONS[decision]
    return ngettext(
        "%(decision)s %(count)s request", "%(decision)s %(count)s requests", count, decision=decided, count=f"{count:,}"
    )


def outcome_words(decision: str, outcome: Outcome) -> str:
    """What became of one request: done and when it counts, or why not and what to do."""
    if outcome.error is not None:
        return refusal_words(outcome.error)
    if outcome.round_at is not None:
        return _("Approved; in effect with the round of %(at)s.", at=format_be_instant(outcome.round_at))
    return str(_DONE[decision])


def refusal_words(error: PortalError) -> str:
    """Why a request cannot be decided so, and the way out."""
    step = _YOURS if _is_mine(error) else _NEXT_STEP.get(error.code)
    if step is None:
        step = _("Return it with this reason, or reject it.")
    return f"{with_law(words_of(error), error)} {step}"


def _is_mine(error: PortalError) -> bool:
    """Whether it was decided before by the reader himself, as by a second press of the same button."""
    decided = error.code == "NOT_PENDING" and error.facts.get("status") in DECIDED
    return decided and error.facts.get("by") == actor().user_id


def law_words(error: PortalError) -> str:
    """What the law has against a request, in few words."""
    if error.code == "REQUIRED":  # the rules could give it no dates: what it leans on is gone
        return str(label(RoundError.PRINCIPAL_NOT_EFFECTIVE))
    return str(label(RoundError(error.code))) if error.code in RoundError.__members__ else words_of(error)


def waited(since: datetime | None, now: datetime) -> str:
    """How long something has waited: minutes, hours or days."""
    if since is None:
        return _NOTHING
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    if minutes < 24 * 60:
        return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)
    return ngettext("%(num)s day", "%(num)s days", minutes // (24 * 60))


def period_words(begin: date | None, until: date | None) -> str:
    """A half-open period with its last day, as people say it: 12 มี.ค. 2569 – 11 มี.ค. 2589."""
    if begin is None:
        return _NOTHING
    if until is None:
        return _("from %(day)s", day=format_be(begin, "medium"))
    last = Period(begin, until).last_day
    return f"{format_be(begin, 'medium')} – {format_be(last, 'medium') if last else _NOTHING}"


def request_words(request: ChangeRequest) -> str:
    """What a request asks for, in few words: whom it adds, or its kind."""
    return asked_words(request.type, request.proposal.relation)


def asked_words(kind: RequestType, relation: Relation) -> str:
    """As `request_words`, from what the request is and about whom."""
    if kind is not RequestType.CERTIFY_NEW:
        return str(label(kind))
    if relation is Relation.SELF:
        return _("New principal")
    return _("Add %(relation)s", relation=label(relation))


def right_words(begin: date | None, until: date | None) -> str:
    """A right in few words: until its last day where it has one, else from its first."""
    if until is None:
        return _("entitled from %(day)s", day=format_be(begin, "medium")) if begin else _NOTHING
    return _("entitled until %(day)s", day=format_be(until - timedelta(days=1), "medium"))


def frozen_words(field: str, value: Any) -> str:
    """A value of a frozen copy as people read it."""
    if value in (None, "", []):
        return _NOTHING
    if field in TOLD_FIELDS:
        return fact_words(field, told_value(field, value), {})
    if field == "legitimacy_basis":
        return clause_words(next(rule.clause for rule in legitimacy.TABLE if rule.code == value))
    if field in _CODES:
        return str(label(_CODES[field](value)))
    if field in ("national_id", "principal_national_id"):
        return national_id.display(value)
    if field in (
        "birth_date",
        "service_start_date",
        "entitled_from",
        "entitled_until",
        "standby_since",
        "legitimate_from",
        "event_date",
    ):
        return format_be(date.fromisoformat(value), "medium")
    if field == "evidence":
        return ", ".join(_document(document) for document in value)
    return str(value)


def field_words(field: str) -> str:
    """What a field of a frozen copy is called."""
    return str(FIELDS.get(field) or FACT_LABELS.get(field, field))


def _document(frozen: str) -> str:
    doc_type, _sep, rest = frozen.partition(":")
    number = rest.rpartition(":")[0]
    name = str(label(DocType(doc_type)))
    return f"{name} {number}" if number not in ("", "None") else name
