"""The words of rounds: their names, their times, and what an approval made now will do."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.people import RequestStatus, RoundError, TerminationReason
from app.rules.moves import DEATH_TOLD_THERE
from app.services.coming_round import ComingRound
from app.services.late_rounds import LateRound
from app.services.round_judging import DATES_CHANGED, FLAGS_OPEN, PERSON_DECEASED
from app.views.dates import clock_time, format_be, format_be_instant
from app.views.labels import label

_BY_LAW: dict[str | None, Any] = {
    PERSON_DECEASED: _l("the person has been reported as deceased"),
    "SECOND_EXECUTIVE": _l("another chief executive holds the office in that time"),
    "GIVEN_SINCE": _l("somebody else has had the place since"),
    "ENDED_BEFORE_START": _l("somebody of the family had a right that was over before the new first day"),
    "PRINCIPAL_CATEGORY": _l("the number is of somebody who cannot hold an own right"),
    DATES_CHANGED: _l("the law gives other dates than those that were approved"),
    DEATH_TOLD_THERE.code: _l("the agency that is left has reported the person's death"),
    FLAGS_OPEN: _l("the law leaves a doubt that came up after the approval"),
}


def failure_words(error: RoundError, law_code: str | None) -> str:
    """Why a round could not apply a request, with what the law changed since the approval where that was it."""
    words = str(label(error))
    return f"{words}: {_BY_LAW[law_code]}" if error is RoundError.REFUSED_BY_RULES and law_code in _BY_LAW else words


def cancelled_words(status: RequestStatus, reason: str | None) -> str:
    """Why a round cancelled what had lost its ground; empty for every other request."""
    if status is not RequestStatus.CANCELLED or reason not in set(TerminationReason):
        return ""
    return _("A round cancelled it: %(reason)s", reason=label(TerminationReason(reason)))


# What the clerk of a request does about it; a rule without a line here is corrected like any refusal of the law.
_STEPS: dict[RoundError, Any] = {
    RoundError.CONFLICT: _l("See what the other request did; if this is still needed, correct it and send it again."),
    RoundError.PRINCIPAL_NOT_EFFECTIVE: _l("Get the principal's own right through first, then send this again."),
    RoundError.OWN_RIGHT_OVERLAP: _l(
        "Somebody who came from another agency is taken over by a transfer; otherwise check from which day he serves here."
    ),
    RoundError.SAME_RIGHT_OVERLAP: _l("The right stands already: take this back, or change the entry instead."),
    RoundError.TYPE_AGENCY_MISMATCH: _l("Check the personnel type, then send it again."),
    RoundError.TARGET_CHANGED: _l("Open the entry, look at what changed, and ask anew where it is still needed."),
    RoundError.DEPENDENTS_REMAIN: _l("Report the family's entries first, or together with this one."),
    RoundError.AGENCY_CLOSED: _l("The agency that took over records it."),
    RoundError.FAMILY_CHANGED: _l("Take the official over again and decide on everybody of the family."),
}


def what_to_do(error: RoundError) -> str:
    """What the clerk does after a round could not apply his request."""
    return str(_STEPS.get(error) or _("Correct what the law objects to and send it again, or take it back."))


def late_words(late: LateRound) -> str:
    """That a round is not done, since when, and that nobody's right begins meanwhile."""
    minutes = int(late.late_by.total_seconds() // 60)
    at = format_be_instant(late.scheduled_at)
    return _(
        "The round of %(at)s is not done, %(minutes)s minutes after its time; rights wait for it.",
        at=at,
        minutes=minutes,
    )


def coming_words(coming: ComingRound) -> str:
    """Which round an approval made now joins, as an encouragement."""
    time = clock_time(coming.slot.scheduled_at)
    if coming.is_today:
        return _("Approved before %(time)s, in effect today", time=time)
    return _("Approved now, in effect on %(day)s, %(time)s", day=format_be(coming.slot.day, "medium"), time=time)


def round_name(coming: ComingRound) -> str:
    """The name of the coming round: next round 15.00 น."""
    return _("Next round %(time)s", time=clock_time(coming.slot.scheduled_at))
