"""What each report of an end makes of a right, one laid over the other, so that any of them can be taken away again (spec 2.6).

Since 23 November 2026: an end that lies beneath another, or over a suspension, is taken back as exactly as the last one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.people import TerminationReason


@dataclass(frozen=True)
class EndLayer:
    """One report: `day` is the first day without the right by it; `is_away` tells of a suspension, which has no reason."""

    request_id: int
    day: date
    is_away: bool
    reason: TerminationReason | None
    effective_at: datetime | None
    is_principals: bool = False


@dataclass(frozen=True)
class Laid:
    """The right as it stands with this layer on top: the columns of the register."""

    layer: EndLayer
    termination_reason: TerminationReason | None
    until_before_end: date | None
    entitled_until: date
    suspended: bool
    suspended_until: date | None


def lay(by_law: date | None, layers: Sequence[EndLayer], back_on: date | None = None) -> list[Laid]:
    """The layers in the order in which they came, over a right that lasts `by_law`; a return to duty began on `back_on`.

    A principal's end that comes after the relative's own is none of his, also where that one ended a suspension for good.
    """
    laid: list[Laid] = []
    for layer in layers:
        below = laid[-1] if laid else None
        until = below.entitled_until if below is not None else by_law
        is_away = below is not None and below.suspended and layer.day < (below.suspended_until or date.max)
        if layer.is_principals and until is not None and until <= layer.day and (layer.is_away or not is_away):
            continue
        laid.append(_over(laid, layer, until, back_on))
    return laid


def _over(below: Sequence[Laid], layer: EndLayer, until: date | None, back_on: date | None) -> Laid:
    stops = [one for one in below if one.layer.is_away]
    reason = layer.reason
    if layer.is_away:
        reason = below[-1].termination_reason if below else None
        away_on, at_the_latest, gone = layer.day, until, [back_on]
    elif stops:
        after = below[below.index(stops[-1]) + 1 :]
        away_on, at_the_latest = stops[-1].layer.day, stops[-1].until_before_end
        gone = [back_on, layer.day, *(one.layer.day for one in after)]
    else:
        away_on, at_the_latest, gone = None, None, []
    known = [day for day in gone if day is not None]
    closed_on = _earliest((*known, at_the_latest)) if known else None
    ends = _earliest((until, layer.day))
    assert ends is not None  # a layer has a day
    suspended = away_on is not None and away_on == ends and (closed_on is None or away_on < closed_on)
    return Laid(layer, reason, until, ends, suspended, closed_on if suspended else None)


def _earliest(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)
