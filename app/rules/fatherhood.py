"""บุตรชอบด้วยกฎหมายของบิดา: what makes a child its father's lawful child, and from which day (ป.พ.พ. มาตรา 1536, 1547).

The one law behind both a principal's child (spec 3.4) and a principal's father (spec 3.2). The right starts at the event,
never earlier, although s.1557 lets legitimation reach back between the parties (spec 11 Q26).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from app.rules import citations, parameters
from app.rules.decision import Clause


class Proof(StrEnum):
    """The three ways to be a lawful father, each with papers of its own."""

    MARRIAGE = "MARRIAGE"  # ทะเบียนสมรสของบิดามารดา
    REGISTRATION = "REGISTRATION"  # ทะเบียนรับรองบุตร (คร.11)
    JUDGMENT = "JUDGMENT"  # คำสั่งศาล (แผนกคดีเยาวชนและครอบครัว)


@dataclass(frozen=True)
class Parentage:
    """A child's birth and what its father did about it; None where it did not happen.

    `marriage_end_date` is the first day without the marriage, `court_final_date` the day the judgment became final.
    """

    birth_date: date
    marriage_date: date | None = None
    marriage_end_date: date | None = None
    paternity_registered_date: date | None = None
    court_final_date: date | None = None


@dataclass(frozen=True)
class Ground:
    """One clause that makes the child lawful: `from_on` gives the first day, None where the clause does not apply."""

    code: str
    proof: Proof
    clause: Clause
    from_on: Callable[[Parentage], date | None]


def _born_after_marriage(parentage: Parentage) -> bool:
    return parentage.marriage_date is not None and parentage.marriage_date <= parentage.birth_date


def _in_wedlock(parentage: Parentage) -> date | None:
    ended = parentage.marriage_end_date is not None and parentage.marriage_end_date <= parentage.birth_date
    return parentage.birth_date if _born_after_marriage(parentage) and not ended else None


def _presumed(parentage: Parentage) -> date | None:
    end, longest = parentage.marriage_end_date, timedelta(days=parameters.DAYS_OF_PRESUMED_BIRTH.value)
    if not _born_after_marriage(parentage) or end is None:
        return None
    return parentage.birth_date if end <= parentage.birth_date <= end + longest else None


def _later_marriage(parentage: Parentage) -> date | None:
    return None if _born_after_marriage(parentage) else parentage.marriage_date


def _not_before_birth(day: date | None, parentage: Parentage) -> date | None:
    return None if day is None else max(day, parentage.birth_date)


GROUNDS = (
    Ground("BORN_IN_WEDLOCK", Proof.MARRIAGE,
           Clause("FATHER_WEDLOCK", "A child born in marriage is the husband's lawful child from birth.",
                  citations.PRESUMED_CHILD),
           _in_wedlock),
    Ground("PRESUMED_310_DAYS", Proof.MARRIAGE,
           Clause("FATHER_310_DAYS", "A child born within 310 days after the marriage ended is the husband's from birth.",
                  citations.PRESUMED_CHILD),
           _presumed),
    Ground("LATER_MARRIAGE", Proof.MARRIAGE,
           Clause("FATHER_LATER_MARRIAGE", "A child becomes the father's lawful child when the parents marry.",
                  citations.LEGITIMATED_CHILD),
           _later_marriage),
    Ground("PATERNITY_REGISTERED", Proof.REGISTRATION,
           Clause("FATHER_KR11", "A child becomes the father's lawful child when he registers it.",
                  citations.LEGITIMATED_CHILD),
           lambda parentage: _not_before_birth(parentage.paternity_registered_date, parentage)),
    Ground("COURT_JUDGMENT", Proof.JUDGMENT,
           Clause("FATHER_JUDGMENT", "A child becomes the father's lawful child when the court's judgment is final.",
                  citations.LEGITIMATED_CHILD),
           lambda parentage: _not_before_birth(parentage.court_final_date, parentage)),
)  # fmt: skip


@dataclass(frozen=True)
class Legitimated:
    """A ground that applies, and the first day on which the child is lawful by it."""

    ground: Ground
    from_on: date


@lru_cache(maxsize=64)  # each row of a table asks for it
def grounds_that_apply(parentage: Parentage) -> tuple[Legitimated, ...]:
    """Every ground that the events give, the earliest first; on one day, in the order of the table."""
    days = [(ground, ground.from_on(parentage)) for ground in GROUNDS]
    found = (Legitimated(ground, day) for ground, day in days if day is not None)
    return tuple(sorted(found, key=lambda one: one.from_on))


def is_outside_310_days(parentage: Parentage) -> bool:
    """Whether the child was born in none but after a marriage that had ended too long before (s.1536)."""
    born_in_time = _in_wedlock(parentage) or _presumed(parentage)
    return _born_after_marriage(parentage) and born_in_time is None
