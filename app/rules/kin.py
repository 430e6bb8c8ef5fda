"""Two people and what is told of them, as the question "can that be?" looks at it: births, sexes and events, no judgement."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.domain.people import Relation, Sex
from app.rules.around import Around
from app.rules.parents import Kinship
from app.rules.relatives import Relative
from app.rules.told import Told

PARENTS = (Relation.FATHER, Relation.MOTHER)
ONE_BIRTH = timedelta(days=1)
"""Children of one birth are born within a day of each other: it may go past midnight (spec 2.5)."""


@dataclass(frozen=True)
class Someone:
    """A person as far as ages and marriages ask for him; `relation` tells whom of the form he is."""

    relation: Relation
    birth_date: date | None
    sex: Sex | None
    death_date: date | None = None


@dataclass(frozen=True)
class Kin:
    """A relation of a principal; `siblings` are his other children, `told_on` is the day on which the facts are told."""

    person: Someone
    principal: Someone
    told: Told
    told_on: date | None = None
    other_parent: Someone | None = None
    siblings: tuple[Relative, ...] = ()
    seq_in_delivery: int | None = None

    @property
    def relation(self) -> Relation:
        """What the person is to the principal."""
        return self.person.relation

    @property
    def facts(self) -> tuple[object, ...]:
        """What is told of the relation itself, but for the papers that are still to follow."""
        return self.person, self.principal, replace(self.told, to_follow=None), self.seq_in_delivery

    @property
    def is_by_birth(self) -> bool:
        """Whether one is said to be born of the other; step, adoptive and in-law parents and adopted children are not."""
        if self.relation in PARENTS:
            return self.told.kinship in (None, Kinship.BIOLOGICAL)
        return self.relation is Relation.CHILD and not self.told.is_adopted

    @property
    def parent(self) -> Someone | None:
        """Who is said to have the other as a child by birth."""
        if not self.is_by_birth:
            return None
        return self.person if self.relation in PARENTS else self.principal

    @property
    def child(self) -> Someone | None:
        """Who is said to be the child by birth."""
        if not self.is_by_birth:
            return None
        return self.principal if self.relation in PARENTS else self.person

    @property
    def couple(self) -> tuple[Someone, ...]:
        """The two whose marriage is told, as far as they are known."""
        if self.relation is Relation.SPOUSE:
            return self.person, self.principal
        if self.relation is Relation.CHILD:
            return (self.principal,)
        return (self.person,) if self.other_parent is None else (self.person, self.other_parent)

    @property
    def marriages(self) -> tuple[tuple[str, date, tuple[Someone, ...]], ...]:
        """Every marriage that is told: the field, the day, and who married."""
        told, own = self.told, (self.person,)
        found = (
            ("marriage_date", told.marriage_date, self.couple),
            ("own_marriage_date", told.own_marriage_date, own),
            ("nikah_date", told.nikah_date, own),
        )
        return tuple((field, day, who) for field, day, who in found if day is not None)

    @property
    def born_with(self) -> tuple[Relative, ...]:
        """The other children who were born within a day of this one."""
        born = self.person.birth_date
        return tuple(
            one for one in self.siblings if born and one.birth_date and abs(one.birth_date - born) <= ONE_BIRTH
        )

    @property
    def is_of_mother(self) -> bool:
        """Whether the principal is the mother of the child."""
        return self.relation is Relation.CHILD and self.is_by_birth and self.principal.sex is Sex.F


def kin_of(relative: Relative, around: Around) -> Kin:
    """The relation with what the asking agency knows around it."""
    return Kin(
        Someone(relative.relation, relative.birth_date, relative.sex, relative.told.death_date),
        Someone(Relation.SELF, around.principal_birth_date, around.principal_sex),
        relative.told,
        around.told_on,
        _other_parent(relative, around.near) if relative.relation in PARENTS else None,
        _siblings(relative, around.near) if relative.relation is Relation.CHILD else (),
        relative.seq_in_delivery,
    )


def _other_parent(relative: Relative, others: Iterable[Relative]) -> Someone | None:
    """The mother by birth beside the father and the other way round, where exactly one is known."""
    found = [
        one
        for one in others
        if one.relation in PARENTS
        and one.relation is not relative.relation
        and one.told.kinship in (None, Kinship.BIOLOGICAL)
    ]
    births = {(one.relation, one.birth_date, one.sex) for one in found}
    died = [one.told.death_date for one in found if one.told.death_date is not None]
    return Someone(*births.pop(), min(died, default=None)) if len(births) == 1 else None


def _siblings(relative: Relative, others: Iterable[Relative]) -> tuple[Relative, ...]:
    """The principal's other children by birth, each once."""
    found = {
        one.national_id: one
        for one in others
        if one.relation is Relation.CHILD and one.national_id != relative.national_id and not one.told.is_adopted
    }
    return tuple(found.values())
