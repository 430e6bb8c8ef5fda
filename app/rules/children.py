"""บุตร: which children of a principal have a right on a day, why or why not, and in which spells (spec 3.4-3.7; seed 001).

The first test that fails decides (spec 3.9). A later event never changes what was decided for an earlier day.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeVar

from app.domain.people import TerminationReason
from app.domain.period import Period
from app.rules import citations, majority
from app.rules.birth_order import Place, by_birth, majority_of, places_among, places_on
from app.rules.decision import OK, Clause, Decision, Flag, Need, Rule, Slot, first_that_applies
from app.rules.family import Child, Family
from app.rules.incompetence import IN_CARE_DECLARED, UNLIMITED_AGE, is_incompetent_on
from app.rules.majority import MajorityDecision

INCOMPETENT = "INCOMPETENT"
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ChildOnDay:
    """What the table of clauses looks at: one child on one day, with its place and whether it was displaced from one."""

    child: Child
    day: date
    place: Place | None
    is_displaced: bool
    principal_is_active: bool
    majority: MajorityDecision

    @property
    def is_incompetent(self) -> bool:
        """Whether a court order stands on the day."""
        return is_incompetent_on(self.child.incompetent, self.day)

    @property
    def is_grown_up(self) -> bool:
        """Of age, and no court order extends the right."""
        return not self.majority.is_minor_on(self.day) and not self.is_incompetent


@dataclass(frozen=True, kw_only=True)
class ChildDecision(Decision):
    """One child on one day.

    `birth_order` is its place among the counted children, None when not counted; `in_quota` is about that place, not
    about the right: a dead or grown child keeps it. `period` is the spell that holds the day, None without right.
    """

    birth_order: int | None
    in_quota: bool
    period: Period | None


@dataclass(frozen=True)
class Spell:
    """A stretch of days with right; `end_reason` as spec 2.6 stores it, None while no end is known."""

    period: Period
    end_reason: TerminationReason | None


def _had_happened(event: date | None, facts: ChildOnDay) -> bool:
    return event is not None and event <= facts.day


TABLE: tuple[Rule[ChildOnDay], ...] = (
    Rule("ADOPTED_CHILD",
         Clause("CHILD_ADOPTED", "An adopted child has no right and takes no place.", citations.NHSO_CHILD_TERMS),
         lambda facts: facts.child.is_adopted_by_principal),
    Rule("NOT_BORN",
         Clause("CHILD_NOT_BORN", "A child has a right from birth on.", citations.NHSO_START_AND_END),
         lambda facts: facts.day < facts.child.birth_date),
    Rule("NOT_LEGITIMATE",
         Clause("CHILD_NOT_LEGITIMATE", "A child has a right from the day on which it is lawful.", citations.NHSO_FAMILY),
         lambda facts: facts.place is None),
    Rule("ADOPTED_OUT",
         Clause("CHILD_ADOPTED_OUT", "A child given in adoption has no right here, but keeps its place.",
                citations.REGISTER_CHILDREN, Flag.REVIEW),
         lambda facts: _had_happened(facts.child.adopted_out_date, facts)),
    Rule("BEYOND_ORDER_3",
         Clause("CHILD_BEYOND_ORDER_3", "Only the first three lawful children by birth have a right.",
                citations.NHSO_CHILD_ORDER),
         lambda facts: facts.place is not None and not facts.place.in_quota and not facts.is_displaced),
    Rule("PRINCIPAL_NOT_ACTIVE",
         Clause("CHILD_PRINCIPAL_NOT_ACTIVE", "The family's rights start and end with the principal's.",
                citations.NHSO_START_AND_END),
         lambda facts: not facts.principal_is_active),
    Rule("DEAD",
         Clause("CHILD_DEAD", "The right lasts through the day of death.", citations.NHSO_START_AND_END),
         lambda facts: facts.child.death_date is not None and facts.child.death_date < facts.day),
    Rule(majority.MARRIAGE,
         Clause("CHILD_MARRIED", "A registered marriage that brings majority ends the right.",
                citations.MAJORITY_BY_MARRIAGE),
         lambda facts: facts.is_grown_up and facts.majority.code == majority.MARRIAGE),
    Rule(majority.AGE_20,
         Clause("CHILD_AGE_20", "The right ends on the 20th birthday.", citations.AGE_OF_MAJORITY),
         lambda facts: facts.is_grown_up),
    Rule(INCOMPETENT, UNLIMITED_AGE, lambda facts: not facts.majority.is_minor_on(facts.day)),
    Rule(OK,
         Clause("CHILD", "A lawful minor child with a place has a right.", citations.NHSO_FAMILY),
         lambda facts: facts.majority.is_minor_on(facts.day)),
)  # fmt: skip

DISPLACED = Clause(
    "CHILD_DISPLACED",
    "Elder children have the places by what became lawful or was told later; the right is kept until the registrar ends it.",
    citations.REGISTER_CHILDREN,
    Flag.REVIEW_ORDER_DISPLACED,
)
NIKAH_OF_A_CHILD = Clause(
    "CHILD_NIKAH_NOT_REGISTERED",
    "A nikah without registration does not end the right.",
    citations.REGISTER_MAJORITY,
    Flag.REVIEW,
)
_ENDS = {
    "ADOPTED_OUT": TerminationReason.ADOPTED_OUT,
    "BEYOND_ORDER_3": TerminationReason.OTHER,
    "PRINCIPAL_NOT_ACTIVE": TerminationReason.PRINCIPAL_ENDED,
    "DEAD": TerminationReason.DECEASED,
    majority.MARRIAGE: TerminationReason.CHILD_MARRIED,
    majority.AGE_20: TerminationReason.AGE_OF_MAJORITY,
}


@dataclass(frozen=True)
class _Answer:
    """What is true of one child from one day on until the next day that matters."""

    code: str
    clauses: tuple[Clause, ...]
    place: Place | None

    @property
    def accepted(self) -> bool:
        return self.code in (OK, INCOMPETENT)


def decide(family: Family, on: date) -> Mapping[str, ChildDecision]:
    """Each child's decision for the day, by its id, made when it is asked for."""
    return _PerChild(family, lambda child: _decision(family, child, on))


def spells(family: Family) -> Mapping[str, tuple[Spell, ...]]:
    """Each child's days with right, by its id, oldest first; they never overlap nor touch."""
    return _PerChild(family, lambda child: _spells(_moments(family, child)))


_Told = TypeVar("_Told", covariant=True)


class _PerChild(Mapping[str, _Told]):
    """What the law says of each child: mostly one of a family is asked about."""

    def __init__(self, family: Family, tell: Callable[[Child], _Told]) -> None:
        self._children, self._tell = {child.child_id: child for child in family.children}, tell

    def __getitem__(self, child_id: str) -> _Told:
        return self._tell(self._children[child_id])

    def __iter__(self) -> Iterator[str]:
        return iter(self._children)

    def __len__(self) -> int:
        return len(self._children)


_Moments = list[tuple[date, _Answer]]


@lru_cache(maxsize=64)  # asked for the spells of a child and then for its day
def _moments(family: Family, child: Child) -> _Moments:
    """The answers of one child from each day that matters on, in order of time."""
    of_age = majority_of(child)
    since: date | None = None  # the day on which the child's own right began
    found: _Moments = []
    for day, active, places in _days_that_matter(family):
        place = places.get(child.child_id)
        displaced = place is not None and not place.in_quota and _is_displaced(family, child, since, day)
        answer = _answer(ChildOnDay(child, day, place, displaced, active, of_age))
        if answer.accepted and since is None:
            since = day
        found.append((day, answer))
    return found


@lru_cache(maxsize=16)  # each child of the family is asked about
def _days_that_matter(family: Family) -> list[tuple[date, bool, dict[str, Place]]]:
    """The days from which on something may be otherwise: whether the principal has a right then, and the children's places."""
    in_order = by_birth(family.children)
    return [
        (day, any(period.contains(day) for period in family.principal_active), places_among(in_order, day))
        for day in _days_told(family)
    ]


def _days_told(family: Family) -> list[date]:
    days: set[date | None] = {date.min}
    for period in family.principal_active:
        days |= {period.from_on, period.until_on}
    for child in family.children:
        days |= {child.birth_date, child.legitimate_from, child.adopted_out_date, child.displacement_ended_date}
        days.add(child.stands_from)
        days |= {child.registered_marriage_date, child.nikah_date, majority_of(child).majority_date}
        days |= {bound for order in child.incompetent for bound in (order.from_on, order.until_on)}
        if child.death_date is not None:
            days.add(child.death_date + _ONE_DAY)
    return sorted(day for day in days if day is not None)


def _is_displaced(family: Family, child: Child, began: date | None, day: date) -> bool:
    """Whether a right that stands goes on without a place, or would have one without those that became lawful after it began."""
    ended = child.displacement_ended_date
    if ended is not None and ended <= day:
        return False
    if child.stands_from is not None and child.stands_from <= day:
        return True
    if began is None:
        return False
    earlier = [c for c in family.children if c.legitimate_from is not None and c.legitimate_from <= began]
    return places_on(earlier, day)[child.child_id].in_quota


def _answer(on_day: ChildOnDay) -> _Answer:
    rule = first_that_applies(TABLE, on_day)
    accepted = rule.code in (OK, INCOMPETENT)
    child, place = on_day.child, on_day.place
    clauses = [rule.clause, *(place.clauses if place is not None else ())]
    if on_day.is_displaced and accepted:
        clauses.append(DISPLACED)
    if rule.code == majority.MARRIAGE or (accepted and _had_happened(child.registered_marriage_date, on_day)):
        clauses += on_day.majority.clauses
    if accepted and _had_happened(child.nikah_date, on_day):
        clauses.append(NIKAH_OF_A_CHILD)
    return _Answer(rule.code, tuple(clauses), place)


def _decision(family: Family, child: Child, on: date) -> ChildDecision:
    moments = _moments(family, child)
    answer = next(answer for day, answer in reversed(moments) if day <= on)
    later = ((day, answer) for day, answer in moments if day > on)
    holds = (spell.period for spell in _spells(moments) if spell.period.contains(on))
    return ChildDecision(
        code=answer.code,
        accepted=answer.accepted,
        clauses=answer.clauses,
        facts=family,
        missing=_missing(child, answer),
        holds_until=next((day for day, then in later if then != answer), None),
        birth_order=answer.place.birth_order if answer.place else None,
        in_quota=answer.place is not None and answer.place.in_quota,
        period=next(holds, None),
    )


def _missing(child: Child, answer: _Answer) -> tuple[Need, ...]:
    if answer.code == INCOMPETENT and not child.in_care:
        return (Need(Slot.FACT, (IN_CARE_DECLARED,)),)
    return ()


def _spells(moments: _Moments) -> tuple[Spell, ...]:
    found: list[Spell] = []
    start: date | None = None
    before = ""
    for day, answer in moments:
        if answer.accepted and start is None:
            start = day
        elif not answer.accepted and start is not None:
            found.append(Spell(Period(start, day), _end_reason(before, answer.code)))
            start = None
        before = answer.code
    if start is not None:
        found.append(Spell(Period(start), None))
    return tuple(found)


def _end_reason(before: str, after: str) -> TerminationReason:
    if before == INCOMPETENT and after in (majority.AGE_20, majority.MARRIAGE):
        return TerminationReason.INCOMPETENCE_LIFTED
    return _ENDS[after]
