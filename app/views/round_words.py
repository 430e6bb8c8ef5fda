"""The words of rounds: their names, their times, and what an approval made now will do."""

from flask_babel import gettext as _

from app.services.coming_round import ComingRound
from app.views.dates import clock_time, format_be


def coming_words(coming: ComingRound) -> str:
    """Which round an approval made now joins, as an encouragement."""
    time = clock_time(coming.slot.scheduled_at)
    if coming.is_today:
        return _("Approved before %(time)s, in effect today", time=time)
    return _("Approved now, in effect on %(day)s, %(time)s", day=format_be(coming.slot.day, "medium"), time=time)


def round_name(coming: ComingRound) -> str:
    """The name of the coming round: next round 15.00 น."""
    return _("Next round %(time)s", time=clock_time(coming.slot.scheduled_at))
