"""สิ่งที่น่าสงสัย: what a family hardly ever is, but may be; the registrar looks at the papers and ticks it off with a note.

What cannot be at all is refused before (`impossible.py`). The figures and their sources stand in `parameters.py`.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from app.domain.people import Relation
from app.domain.thai_calendar import age_on
from app.rules import citations, parameters
from app.rules.decision import Clause, Doubt, Flag
from app.rules.kin import ONE_BIRTH, Kin, Someone


def _age_at_birth(kin: Kin) -> int | None:
    """How old the parent was when the child was born."""
    parent, child = kin.parent, kin.child
    if parent is None or child is None or parent.birth_date is None or child.birth_date is None:
        return None
    return age_on(parent.birth_date, child.birth_date)


def _is_young_parent(kin: Kin) -> bool:
    age = _age_at_birth(kin)
    return age is not None and age < parameters.YOUNG_PARENT_BELOW.value


def _is_old_mother(kin: Kin) -> bool:
    age = _age_at_birth(kin)
    is_mother = kin.relation is Relation.MOTHER or kin.is_of_mother
    return is_mother and age is not None and age >= parameters.OLD_MOTHER_FROM.value


def _married_under_age(kin: Kin) -> bool:
    """The child's own marriage is weighed by the rule of majority, which asks for the court's leave itself."""
    day = kin.told.marriage_date
    return day is not None and any(_is_under_age(one, day) for one in kin.couple)


def _is_under_age(one: Someone, day: date) -> bool:
    if one.birth_date is None or one.sex is None:
        return False
    return age_on(one.birth_date, day) < parameters.in_force(parameters.MINIMUM_MARRIAGE_AGE_BY_SEX[one.sex], day)


def _is_near_a_sibling(kin: Kin) -> bool:
    """Of one mother only: a father may have children of two women in one month."""
    born = kin.person.birth_date
    if not kin.is_of_mother or born is None:
        return False
    apart = (abs(one.birth_date - born) for one in kin.siblings if one.birth_date is not None)
    return any(ONE_BIRTH < days < timedelta(days=parameters.DAYS_BETWEEN_BIRTHS.value) for days in apart)


def _may_be_a_twin(kin: Kin) -> bool:
    """Born with a sibling, and one of the two has no number in the birth: without it they count as two births."""
    return any(one.seq_in_delivery is None or kin.seq_in_delivery is None for one in kin.born_with)


def _has_no_carer(kin: Kin) -> bool:
    return kin.relation is Relation.CHILD and bool(kin.told.incompetent) and not kin.told.in_care


def _has_dead_elders(kin: Kin) -> bool:
    """The clerk's word alone says so: children of whom the register knows nothing leave their place."""
    return kin.relation is Relation.CHILD and bool(kin.told.elder_minor_deaths)


MAY_BE_TWINS = Clause(
    "CHILD_MAY_BE_TWIN",
    "Born within a day of another child who is not numbered with it: twins have a number each in their birth.",
    citations.NHSO_CHILD_ORDER,
    Flag.REVIEW,
)
TABLE: tuple[Doubt[Kin], ...] = (
    Doubt(Clause("PARENT_VERY_YOUNG", "The parent was not fifteen yet when the child was born.",
                 citations.REGISTER_PLAUSIBILITY, Flag.REVIEW),
          _is_young_parent),
    Doubt(Clause("MOTHER_VERY_OLD", "The mother was fifty or older when the child was born.",
                 citations.REGISTER_PLAUSIBILITY, Flag.REVIEW),
          _is_old_mother),
    Doubt(Clause("MARRIED_UNDER_AGE",
                 "One of the two was below the age of marriage on that day; to register it needs a court's leave.",
                 citations.MARRIAGE_UNDER_AGE, Flag.REVIEW),
          _married_under_age),
    Doubt(Clause("CHILD_NEAR_SIBLING", "One mother's two births lie less than seven months apart.",
                 citations.REGISTER_PLAUSIBILITY, Flag.REVIEW),
          _is_near_a_sibling),
    Doubt(MAY_BE_TWINS, _may_be_a_twin),
    Doubt(Clause("CHILD_WITHOUT_CARER", "The principal has not declared to care for this incompetent child.",
                 citations.REGISTER_INCOMPETENT, Flag.REVIEW),
          _has_no_carer),
    Doubt(Clause("ELDER_DEATHS_TOLD",
                 "Elder children are told to have died before coming of age, which leaves a place: see their death certificates.",
                 citations.NHSO_CHILD_ORDER, Flag.REVIEW),
          _has_dead_elders),
)  # fmt: skip


def doubts_of(kin: Kin, stood: Iterable[Kin] = ()) -> tuple[Clause, ...]:
    """The clauses that the registrar has to look at, in the order of the table; raises nothing.

    What `stood` shows of the same facts needs no second look.
    """
    same = [one for one in stood if one.facts == kin.facts]
    return tuple(row.clause for row in TABLE if row.shows(kin) and not any(row.shows(one) for one in same))
