"""วันก่อนสิทธิที่จะเริ่ม: who joins while a pension is announced has days through the service that still runs (spec 3.8; our decision).

One request asks for one right, so nothing is refused: the registrar sees that the days until then are not asked for.
"""

from dataclasses import replace
from datetime import date

from app.rules import citations
from app.rules.around import Around
from app.rules.decision import Clause, Flag
from app.rules.family_law import decide
from app.rules.relatives import Relative

EARLIER_DAYS = Clause(
    "EARLIER_DAYS",
    "The principal's right that still runs would give days before this one, which begins with the next: is it to be asked for"
    " from its first day, and from the next right's once more?",
    citations.REGISTER_LIFECYCLE,
    Flag.REVIEW,
)


def doubts_of(relative: Relative, around: Around | None, typed: date | None) -> tuple[Clause, ...]:
    """The clause where the right leans on one to come though one that runs would give earlier days, and no day was `typed`."""
    if around is None or around.runs_since is None or around.leans_on is None or typed is not None:
        return ()
    found = decide(relative, replace(around, leans_on=around.runs_since))
    is_earlier = found.accepted and found.period is not None and found.period.from_on < around.leans_on
    return (EARLIER_DAYS,) if is_earlier else ()
