"""บรรลุนิติภาวะ: the first day on which a child is of age (ป.พ.พ. มาตรา 16, 19, 20, 1448; spec 3.6; since 8 มิ.ย. 2535).

Age counts from the birth day itself, so the 20th birthday is the first day without the right. A registered marriage
confers majority when the law allowed it at that age; divorce does not undo it.
"""

from dataclasses import dataclass
from datetime import date

from app.domain.people import Relation
from app.domain.thai_calendar import add_years, age_on
from app.rules import citations, parameters
from app.rules.decision import Clause, Decision, Flag, Rule, first_that_applies, next_day_after

CITATION = "ป.พ.พ. มาตรา 19"
AGE_20, MARRIAGE = "AGE_20", "MARRIAGE"


@dataclass(frozen=True)
class MajorityFacts:
    """A child, his registered marriage if there is one, and the day that is asked about."""

    birth_date: date
    on: date
    registered_marriage_date: date | None = None
    court_permitted: bool = False


@dataclass(frozen=True, kw_only=True)
class MajorityDecision(Decision):
    """`code` is the cause, AGE_20 or MARRIAGE; `accepted` means: still a minor on the day asked about."""

    majority_date: date

    def is_minor_on(self, day: date) -> bool:
        """True while the child is under age."""
        return day < self.majority_date


def majority_date(birth_date: date) -> date:
    """The 20th birthday; born on 29 February it is 1 March where that year has none."""
    return add_years(birth_date, parameters.YEARS_OF_MINORITY.value)


def birth_cut(
    relation: Relation,
    birth_date: date,
    entitled_from: date,
    entitled_until: date | None,
    incompetent_from: date | None,
) -> tuple[date, date | None] | None:
    """What a right keeps of its days when the birth date turns out to be this one; None where nothing is left.

    It is only cut: what a later birth would add, the agency that keeps the right has to ask for.
    """
    until = entitled_until
    if relation is Relation.CHILD and incompetent_from is None:
        of_age = majority_date(birth_date)
        until = of_age if until is None else min(until, of_age)
    start = max(entitled_from, birth_date)
    return (start, until) if until is None or start < until else None


def _married_as_minor(facts: MajorityFacts) -> bool:
    marriage = facts.registered_marriage_date
    return marriage is not None and marriage < majority_date(facts.birth_date)


def _old_enough_at(age: int, facts: MajorityFacts) -> bool:
    marriage = facts.registered_marriage_date
    if marriage is None or not _married_as_minor(facts):
        return False
    minimum = parameters.in_force(parameters.MINIMUM_MARRIAGE_AGE, marriage)
    return minimum == age <= age_on(facts.birth_date, marriage)


TABLE: tuple[Rule[MajorityFacts], ...] = (
    Rule(MARRIAGE,
         Clause("MAJORITY_MARRIAGE_COURT", "A marriage with leave of the court brings majority at any age.",
                citations.COURT_LEAVE),
         lambda facts: facts.court_permitted and _married_as_minor(facts)),
    Rule(MARRIAGE,
         Clause("MAJORITY_MARRIAGE_17", "A marriage registered at 17 or later brings majority.",
                citations.MARRIAGE_AGE_17),
         lambda facts: _old_enough_at(17, facts)),
    Rule(MARRIAGE,
         Clause("MAJORITY_MARRIAGE_18", "A marriage registered at 18 or later brings majority.",
                citations.MARRIAGE_AGE_18),
         lambda facts: _old_enough_at(18, facts)),
    Rule(AGE_20,
         Clause("MAJORITY_MARRIED_TOO_YOUNG", "A marriage below the age of the law, without leave, brings no majority.",
                citations.REGISTER_MAJORITY, Flag.REVIEW),
         _married_as_minor),
    Rule(AGE_20,
         Clause("MAJORITY_AGE_20", "A child is of age from the 20th birthday on.", citations.AGE_OF_MAJORITY),
         lambda facts: not _married_as_minor(facts)),
)  # fmt: skip


def decide(facts: MajorityFacts) -> MajorityDecision:
    """When and why the child comes of age, and whether he is a minor on the day asked about."""
    rule = first_that_applies(TABLE, facts)
    marriage = facts.registered_marriage_date
    of_age = marriage if rule.code == MARRIAGE and marriage is not None else majority_date(facts.birth_date)
    return MajorityDecision(
        code=rule.code,
        accepted=facts.on < of_age,
        clauses=(rule.clause,),
        facts=facts,
        holds_until=next_day_after(facts.on, [of_age]),
        majority_date=of_age,
    )
