"""คู่สมรสของผู้มีสิทธิ: which other spouses count against a marriage, and on which paper it is asked for (spec 3.3)."""

from datetime import date

from app.domain.people import Relation
from app.domain.period import Period
from app.rules import spouses
from app.rules.around import Around
from app.rules.papers import Paper
from app.rules.relatives import Relative


def marriage_paper(relative: Relative, open_before: int) -> Paper | None:
    """The paper that the right is asked for on: the kind that was told, else the one that is filed."""
    filed = relative.papers & spouses.SPOUSE_PAPERS
    kind = relative.told.marriage_paper
    if kind is not None and kind.paper in filed:
        return kind.paper
    return max(filed, key=lambda paper: (paper is Paper.NIKAH_CERT_TH) == (open_before > 0), default=None)


def open_spouses(relative: Relative, around: Around) -> int:
    """The spouses who stand, or were asked for before this one, and whose days would meet its own; each counts once."""
    married = Period(relative.told.marriage_date or around.principal_from or date.min)
    served = Period(max(married.from_on, around.principal_from or date.min))
    found = {
        other.national_id
        for other in around.others
        if other.relation is Relation.SPOUSE
        and (other.place, other.national_id) < (relative.place, relative.national_id)
        and other.days.overlaps(served if _ended_with_service(other, around) else married)
    }
    return len(found - {relative.national_id})


def _ended_with_service(other: Relative, around: Around) -> bool:
    """Whether the right ended with a service of the principal's, or its move to another agency: that tells of no marriage."""
    ends = {period.until_on for period in around.principal_active} | {around.principal_from}
    return other.days.until_on is not None and other.days.until_on in ends
