"""คู่สมรสของผู้มีสิทธิ: which other spouses count against a marriage, and on which paper it is asked for (spec 3.3)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from app.domain.people import Relation
from app.domain.period import Period
from app.rules import spouses
from app.rules.around import Around
from app.rules.decision import Need, Slot
from app.rules.papers import MarriagePaper, Paper
from app.rules.relatives import Relative
from app.rules.spouses import SpouseDecision, SpouseFacts


def marriage_paper(relative: Relative, open_before: int) -> Paper | None:
    """The paper that the right is asked for on: the kind that was told, else the one that is filed."""
    filed = relative.papers & spouses.SPOUSE_PAPERS
    kind = relative.told.marriage_paper
    if kind is not None and kind.paper in filed:
        return kind.paper
    return max(filed, key=lambda paper: (paper is Paper.NIKAH_CERT_TH) == (open_before > 0), default=None)


def decided(facts: SpouseFacts, told: MarriagePaper | None) -> SpouseDecision:
    """The law on the marriage; while nothing is filed, a nikah that was told is asked for its own paper, or refused as one."""
    found = spouses.decide(facts)
    if facts.paper is not None or told is not MarriagePaper.NIKAH_CERT_TH:
        return found
    as_told = spouses.decide(replace(facts, paper=told.paper))
    if not as_told.accepted:
        return as_told
    return replace(found, clauses=as_told.clauses[:1], missing=(Need(Slot.LEGALITY, (told.paper,)),))


def open_spouses(relative: Relative, around: Around) -> int:
    """The spouses who stand, or were asked for before this one, and whose days would meet its own; each counts once."""
    married = Period(relative.told.marriage_date or around.principal_from or date.min)
    served = Period(max(married.from_on, around.principal_from or date.min))
    return len(
        {
            other.national_id
            for other in _before(relative, around)
            if other.days.overlaps(served if _ended_with_service(other, around) else married)
        }
    )


def silent_spouses(relative: Relative, around: Around) -> int:
    """The spouses whose newest right ended with a service of the principal's while nothing told of the end of the marriage."""
    newest = {one.national_id: one for one in sorted(_before(relative, around), key=lambda one: one.days.from_on)}
    married = relative.told.marriage_date or around.today
    return sum(
        _ended_with_service(other, around) and (other.told_end is None or other.told_end > married)
        for other in newest.values()
    )


def home_of(relative: Relative, around: Around) -> tuple[bool, str]:
    """Whether the principal is told to be a Muslim, and of which province: with this spouse, else with another one.

    The form asks for both with a nikah certificate only; what is told of him with one wife is true beside another one too.
    """
    for one in (relative, *_before(relative, around)):
        if one.told.is_muslim and one.told.home_province_code:
            return True, one.told.home_province_code
    return bool(relative.told.is_muslim), relative.told.home_province_code or ""


def _before(relative: Relative, around: Around) -> Iterator[Relative]:
    """The rights of other spouses who stand or were asked for before this one."""
    return (
        other
        for other in around.others
        if other.relation is Relation.SPOUSE
        and other.national_id != relative.national_id
        and (other.place, other.national_id) < (relative.place, relative.national_id)
    )


def _ended_with_service(other: Relative, around: Around) -> bool:
    """Whether the right ended with a service of the principal's, or its move to another agency: that tells of no marriage."""
    ends = {period.until_on for period in around.principal_active} | {around.principal_from}
    return other.days.until_on is not None and other.days.until_on in ends
