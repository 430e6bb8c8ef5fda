"""The words of rounds: their names, their times, and what an approval made now will do."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.people import RoundError
from app.services.coming_round import ComingRound
from app.services.round_judging import DATES_CHANGED, FLAGS_OPEN
from app.views.dates import clock_time, format_be
from app.views.labels import label

_BY_LAW: dict[str | None, Any] = {
    DATES_CHANGED: _l("the law gives other dates than those that were approved"),
    FLAGS_OPEN: _l("the law leaves a doubt that came up after the approval"),
}


def failure_words(error: RoundError, law_code: str | None) -> str:
    """Why a round could not apply a request, with what the law changed since the approval where that was it."""
    words = str(label(error))
    return f"{words}: {_BY_LAW[law_code]}" if error is RoundError.REFUSED_BY_RULES and law_code in _BY_LAW else words


def coming_words(coming: ComingRound) -> str:
    """Which round an approval made now joins, as an encouragement."""
    time = clock_time(coming.slot.scheduled_at)
    if coming.is_today:
        return _("Approved before %(time)s, in effect today", time=time)
    return _("Approved now, in effect on %(day)s, %(time)s", day=format_be(coming.slot.day, "medium"), time=time)


def round_name(coming: ComingRound) -> str:
    """The name of the coming round: next round 15.00 น."""
    return _("Next round %(time)s", time=clock_time(coming.slot.scheduled_at))
