"""A principal's children laid before the rule of three: those in the register, those asked for, and elders only counted.

Children who came of age before the register began stand nowhere, but keep their places (spec 3.5): the number that the
clerk types says how many there are, `elder_minor_deaths` how many of them died before majority and left their place.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.domain.people import Relation, Sex, ToFollow
from app.domain.period import Period
from app.rules import legitimacy, parameters
from app.rules.birth_order import places_on
from app.rules.children import Spell
from app.rules.family import Child, Family
from app.rules.relatives import STANDS, Relative

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Brood:
    """All children of one principal, and which of them is asked about."""

    own_id: str
    children: tuple[Child, ...]
    delivery_id: str | None

    def family(self, principal_active: tuple[Period, ...]) -> Family:
        """The facts that the rule of three looks at; the same for each child who is asked about."""
        children = sorted(self.children, key=lambda child: (child.birth_date, child.child_id))
        return Family(principal_active, tuple(children))


def brood_of(relative: Relative, others: Iterable[Relative], principal_sex: Sex) -> Brood:
    """The children of the principal of whom `relative` is one; its `legitimate_from` has been decided."""
    known = [relative, *_siblings(relative, others).values()]
    deliveries = _deliveries(known)
    found = [_child(one, deliveries[one.national_id], one is relative, principal_sex) for one in known]
    elders = _unknown_elders(relative, known)
    shared = [number for number, delivery in deliveries.items() if delivery == deliveries[relative.national_id]]
    delivery_id = deliveries[relative.national_id] if len(shared) > 1 else None
    if len(found) + len(elders) > parameters.CHILDREN_WITH_A_PLACE.value:  # else nobody is without a place
        found[0] = replace(found[0], stands_from=relative.stands_from)
    return Brood(relative.national_id, (*found, *elders), delivery_id)


def pushes_out(brood: Brood, day: date, standing: Collection[str]) -> bool:
    """Whether one of the children with a standing right has a place on the day without the one asked about, but none with it."""
    alone = [child for child in brood.children if child.child_id != brood.own_id]
    before, after = places_on(alone, day), places_on(brood.children, day)
    lost = (child for child, place in before.items() if place.in_quota and not after[child].in_quota)
    return any(child in standing for child in lost)


def has_the_place_of_another(relative: Relative, others: Iterable[Relative]) -> bool:
    """Whether another child of the same delivery has the same place in it: one of the two numbers is a slip."""
    born = (other for other in others if other.relation is Relation.CHILD and _is_another(other, relative))
    return any(
        other.seq_in_delivery == relative.seq_in_delivery
        and (_born_together(other, relative) and _born_together(relative, other))
        for other in born
    )


def days_within(spells: tuple[Spell, ...], own: tuple[Period, ...]) -> list[Period]:
    """The stretches of the spells that lie in one own right of the principal each, oldest first.

    Where one follows the other without a gap the law sees one stretch; the register has a right at each agency.
    """
    found = []
    for service in sorted(own, key=lambda period: period.from_on):
        for period in (spell.period for spell in spells if spell.period.overlaps(service)):
            ends = [end for end in (period.until_on, service.until_on) if end is not None]
            found.append(Period(max(period.from_on, service.from_on), min(ends, default=None)))
    return found


def stands_from(relative: Relative, stood: Iterable[Relative], others: Iterable[Relative]) -> date | None:
    """Since when the child has a right in whose place this one comes; None where what its place hangs on is told otherwise."""
    known = [relative, *_siblings(relative, others).values()]
    is_numbered = relative.birth_date is not None and bool(_unknown_elders(relative, known))
    days = (
        one.period.from_on
        for one in stood
        if one.period is not None
        and (one.birth_date, one.seq_in_delivery) == (relative.birth_date, relative.seq_in_delivery)
        and one.told.elder_minor_deaths == relative.told.elder_minor_deaths
        and (one.birth_order == relative.birth_order or not is_numbered)
    )
    return min(days, default=None)


def facts_of_place(relative: Relative, others: Iterable[Relative]) -> tuple[object, ...]:
    """What it hangs on whom the child pushes out; of the number by birth the elders of whom it alone tells."""
    elders = _unknown_elders(relative, [relative, *_siblings(relative, others).values()])
    return relative.birth_date, relative.seq_in_delivery, len(elders), replace(relative.told, to_follow=None)


def _siblings(relative: Relative, others: Iterable[Relative]) -> dict[str, Relative]:
    return {
        o.national_id: o
        for o in others
        if o.relation is Relation.CHILD and _is_another(o, relative) and o.birth_date is not None
    }


def _is_another(other: Relative, relative: Relative) -> bool:
    return other.national_id != relative.national_id


def _child(one: Relative, delivery_id: str, is_asked: bool, principal_sex: Sex) -> Child:
    told = one.told
    assert one.birth_date is not None  # noqa: S101 - brood_of() leaves out whoever has no birth date
    return Child(
        child_id=one.national_id,
        birth_date=one.birth_date,
        delivery_id=delivery_id,
        seq_in_delivery=one.seq_in_delivery or 1,
        legitimate_from=one.legitimate_from if is_asked else _lawful_from(one, principal_sex, one.birth_date),
        is_adopted_by_principal=bool(told.is_adopted),
        adopted_out_date=told.adopted_out_date,
        registered_marriage_date=told.own_marriage_date,
        marriage_court_permitted=bool(told.marriage_court_permitted),
        nikah_date=told.nikah_date,
        death_date=told.death_date,
        incompetent=told.incompetent,
        in_care=bool(told.in_care),
    )


def _lawful_from(one: Relative, principal_sex: Sex, birth_date: date) -> date | None:
    """What was decided of a child who stands; of one who waits, what his own facts give."""
    if one.place == STANDS:
        return one.legitimate_from or birth_date
    facts = legitimacy.LegitimacyFacts(principal_sex, one.told.parentage_of(birth_date), one.papers)
    found = legitimacy.decide(facts)
    if not found.accepted and found.missing and one.told.to_follow is ToFollow.FACTS:
        return birth_date
    return found.legitimate_from


def _deliveries(known: list[Relative]) -> dict[str, str]:
    """Of one delivery are children with a place in a multiple birth who were born within a day of each other."""
    found: dict[str, str] = {}
    previous: Relative | None = None
    for one in sorted(known, key=lambda one: (one.birth_date or date.min, one.seq_in_delivery or 1, one.national_id)):
        if previous is not None and _born_together(previous, one):
            found[one.national_id] = found[previous.national_id]
        else:
            found[one.national_id] = f"{one.birth_date:%Y%m%d}-{len(set(found.values())) + 1}"
        if one.seq_in_delivery is not None:  # another mother's child of these days does not part them
            previous = one
    return found


def _born_together(elder: Relative, younger: Relative) -> bool:
    if (
        elder.seq_in_delivery is None
        or younger.seq_in_delivery is None
        or not elder.birth_date
        or not younger.birth_date
    ):
        return False
    return younger.birth_date - elder.birth_date <= _ONE_DAY


def _unknown_elders(relative: Relative, known: list[Relative]) -> list[Child]:
    born = relative.birth_date
    if relative.birth_order is None or born is None:
        return []
    before = sum(
        (one.birth_date or born, one.seq_in_delivery or 1) < (born, relative.seq_in_delivery or 1) for one in known
    )
    dead = relative.told.elder_minor_deaths or 0
    day = born - _ONE_DAY
    return [
        Child(f"elder-{n}", day, f"elder-{n}", legitimate_from=day, death_date=day if n < dead else None)
        for n in range(relative.birth_order - 1 - before)
    ]
