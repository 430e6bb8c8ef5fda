"""การเลือกสิทธิ: who may choose among main rights, when, how often, and until when a choice can be taken back (spec 2.8, 4.1).

CGD s.10 para 1: one chooses each October; silence is the state scheme; whoever chose ประกันสังคม is bound for the fiscal year.
Whether there is anything to choose, the priority table says: a choice is one where another word gives another order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.errors import BadInput, PortalError, Refused
from app.domain.thai_calendar import FISCAL_YEAR_FIRST_MONTH
from app.rules.elections import CITATION, Election, is_election_month, next_election_on
from app.rules.priority import HeldRight, resolve
from app.rules.schemes import EntitlementRank, Scheme


@dataclass(frozen=True)
class Chooser:
    """A person who chooses: his rights as far as they are known, his choices that stand, and the day of today."""

    held: tuple[HeldRight, ...]
    chosen: tuple[Election, ...]
    today: date


def choices_on(held: Iterable[HeldRight], on: date) -> frozenset[Scheme]:
    """The own schemes among which the person can choose on the day; empty where no choice changes the order of his rights."""
    rights = tuple(held)
    own = {right.scheme for right in rights if right.rank is EntitlementRank.PRIMARY and right.period.contains(on)}
    silence = _used(rights, None, on)
    if all(_used(rights, scheme, on) == silence for scheme in own):
        return frozenset()
    return frozenset(own - {Scheme.UCS})


def _used(rights: tuple[HeldRight, ...], elected: Scheme | None, on: date) -> tuple[object, ...]:
    """What is used and what not, were this scheme elected."""
    found = resolve(rights, elected, on)
    return tuple((one.right, one.use) for one in found.order), tuple(one.right for one in found.not_used)


def refusal_of(scheme: Scheme, declared_on: date, chooser: Chooser) -> PortalError | None:
    """Why this choice cannot be recorded, else None: DATE_IN_FUTURE, ELECTION_YEAR_OVER, NOTHING_TO_ELECT,
    ELECTION_NOT_IN_OCTOBER, ELECTION_MADE."""
    window = _october_of(declared_on)
    if declared_on > chooser.today:
        return BadInput("DATE_IN_FUTURE", field="declared_on", date=declared_on)
    if next_election_on(declared_on) <= chooser.today:
        return BadInput("ELECTION_YEAR_OVER", field="declared_on", until=next_election_on(declared_on))
    if scheme not in choices_on(chooser.held, declared_on):
        return Refused("NOTHING_TO_ELECT", citation=CITATION, field="scheme", date=declared_on)
    could_have = choices_on(chooser.held, window + timedelta(days=30))
    if not is_election_month(declared_on) and scheme in could_have:
        return Refused(
            "ELECTION_NOT_IN_OCTOBER", citation=CITATION, field="declared_on", next=next_election_on(declared_on)
        )
    made = next((one for one in chooser.chosen if _october_of(one.declared_on) == window), None)
    if made is not None:
        return Refused(
            "ELECTION_MADE", citation=CITATION, field="declared_on", scheme=made.scheme, date=made.declared_on
        )
    return None


def binds_from(declared_on: date, recorded_on: date) -> date:
    """The first day on which a choice that counts can no longer be taken back.

    While its month lasts it may be mended; where it was recorded later, through the day of recording.
    """
    month_over = date(declared_on.year + declared_on.month // 12, declared_on.month % 12 + 1, 1)
    return max(month_over, recorded_on + timedelta(days=1))


def _october_of(day: date) -> date:
    """1 October of the fiscal year that the day lies in."""
    return date(day.year - (day.month < FISCAL_YEAR_FIRST_MONTH), FISCAL_YEAR_FIRST_MONTH, 1)
