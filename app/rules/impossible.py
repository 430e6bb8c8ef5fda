"""สิ่งที่เป็นไปไม่ได้: what no family can be, whatever its papers say (ป.พ.พ. มาตรา 15, 1536, 1546; since SCHEME_START).

A parent is born before the child, nothing happens to somebody before birth or after death, and what has happened does not lie
in the future. One of the dates is a slip, so it is asked back before the rules of relations look at them. What is only
unlikely is a doubt of the registrar's (`unlikely.py`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from app.domain.people import Relation, Sex
from app.domain.thai_calendar import age_on
from app.rules import citations, parameters
from app.rules.decision import Clause
from app.rules.kin import PARENTS, Kin, Someone

EVENTS = (
    "marriage_date", "marriage_end_date", "paternity_registered_date", "court_final_date", "adopted_out_date",
    "own_marriage_date", "nikah_date", "incompetent_from", "incompetent_until", "death_date",
)  # fmt: skip
"""What is told of a relation because it has happened."""


@dataclass(frozen=True)
class Found:
    """Where it shows: the field of the form, its day, and the other day that it cannot be brought together with, and whose."""

    field: str
    day: date | None = None
    other_day: date | None = None
    whose: Relation | None = None


@dataclass(frozen=True)
class Impossibility:
    """One thing that cannot be: its outcome code, its clause, and all places where it shows in the facts."""

    code: str
    clause: Clause
    shows: Callable[[Kin], Iterable[Found]]


@dataclass(frozen=True)
class Fault:
    """What cannot be in one relation, and where it shows."""

    code: str
    clause: Clause
    found: Found


def _wrong_sex(relation: Relation, sex: Sex) -> Callable[[Kin], Iterable[Found]]:
    return lambda kin: [Found("sex")] if kin.is_by_birth and (kin.relation, kin.person.sex) == (relation, sex) else []


def _in_future(kin: Kin) -> Iterator[Found]:
    days = ((field, getattr(kin.told, field)) for field in EVENTS)
    return (Found(field, day) for field, day in days if day and kin.told_on and day > kin.told_on)


def _parent_not_older(kin: Kin) -> Iterable[Found]:
    parent, child = _born(kin.parent), _born(kin.child)
    if parent is None or child is None or parent < child:
        return []
    return [Found("birth_date", _born(kin.person), _born(kin.principal), Relation.SELF)]


def _parent_too_young(kin: Kin) -> Iterable[Found]:
    parent, child = _born(kin.parent), _born(kin.child)
    if parent is None or child is None or age_on(parent, child) >= parameters.YOUNGEST_PARENT_OR_SPOUSE.value:
        return []
    return [Found("birth_date", _born(kin.person), _born(kin.principal), Relation.SELF)]


def _mother_dead_at_birth(kin: Kin) -> Iterable[Found]:
    died, born = kin.told.death_date, _born(kin.child)
    if kin.relation is not Relation.MOTHER or died is None or born is None or died >= born:
        return []
    return [Found("death_date", died, born, Relation.SELF)]


def _married_before_birth(kin: Kin) -> Iterable[Found]:
    return _married(kin, lambda one, day: one.birth_date is not None and day <= one.birth_date)


def _married_too_young(kin: Kin) -> Iterable[Found]:
    least = parameters.YOUNGEST_PARENT_OR_SPOUSE.value
    return _married(kin, lambda one, day: one.birth_date is not None and age_on(one.birth_date, day) < least)


def _married(kin: Kin, is_wrong: Callable[[Someone, date], bool]) -> Iterator[Found]:
    wed = ((field, day, one) for field, day, couple in kin.marriages for one in couple)
    return (Found(field, day, one.birth_date, one.relation) for field, day, one in wed if is_wrong(one, day))


def _fatherhood_before_birth(kin: Kin) -> Iterable[Found]:
    child = kin.child
    return [] if child is None else _before_birth(kin, ("paternity_registered_date", "court_final_date"), child)


def _event_before_birth(kin: Kin) -> Iterable[Found]:
    return _before_birth(kin, ("adopted_out_date", "incompetent_from", "death_date"), kin.person)


def _before_birth(kin: Kin, fields: Iterable[str], whose: Someone) -> Iterator[Found]:
    born = whose.birth_date
    days = ((field, getattr(kin.told, field)) for field in fields)
    return (Found(field, day, born, whose.relation) for field, day in days if day and born and day < born)


def _after_death(kin: Kin) -> Iterable[Found]:
    """What only a living person does: marrying, registering a child, being adopted."""
    died = kin.told.death_date
    fields = ["own_marriage_date", "nikah_date", "adopted_out_date"]
    if kin.relation in (*PARENTS, Relation.SPOUSE):
        fields.append("marriage_date")
    if kin.relation is Relation.FATHER and kin.is_by_birth:  # for a dead mother the court gives leave (ป.พ.พ. 1548)
        fields.append("paternity_registered_date")
    days = ((field, getattr(kin.told, field)) for field in fields)
    found = (Found(field, day, died, kin.relation) for field, day in days if day and died and day > died)
    return (*found, *_married_the_dead(kin))


def _married_the_dead(kin: Kin) -> Iterable[Found]:
    """The parents of the principal marry while both live: the other parent is known from the same family."""
    day, other = kin.told.marriage_date, kin.other_parent if kin.is_by_birth else None
    if day is None or other is None or other.death_date is None or day <= other.death_date:
        return []
    return [Found("marriage_date", day, other.death_date, other.relation)]


def _ends_before_it_begins(kin: Kin) -> Iterable[Found]:
    told = kin.told
    pairs = (
        ("marriage_end_date", told.marriage_end_date, told.marriage_date),
        ("incompetent_until", told.incompetent_until, told.incompetent_from),
    )
    return (Found(field, end, start) for field, end, start in pairs if end and start and end < start)


def _born(one: Someone | None) -> date | None:
    return None if one is None else one.birth_date


TABLE: tuple[Impossibility, ...] = (
    Impossibility("SEX_NOT_OF_RELATION",
                  Clause("MOTHER_IS_A_WOMAN", "A mother is the woman who gave birth.", citations.CHILD_OF_MOTHER),
                  _wrong_sex(Relation.MOTHER, Sex.M)),
    Impossibility("SEX_NOT_OF_RELATION",
                  Clause("FATHER_IS_A_MAN", "A father is a man: the mother's husband, or who has recognised the child.",
                         citations.PRESUMED_CHILD),
                  _wrong_sex(Relation.FATHER, Sex.F)),
    Impossibility("PARENT_NOT_OLDER",
                  Clause("PARENT_BORN_FIRST", "A parent is born before the child.", citations.BIRTH_AND_DEATH),
                  _parent_not_older),
    Impossibility("PARENT_TOO_YOUNG",
                  Clause("PARENT_OF_AGE_TO_BEAR", "Below the age of nine nobody has a child.",
                         citations.REGISTER_PLAUSIBILITY),
                  _parent_too_young),
    Impossibility("MARRIED_BEFORE_BIRTH",
                  Clause("MARRIED_ALIVE", "Nobody marries before being born.", citations.BIRTH_AND_DEATH),
                  _married_before_birth),
    Impossibility("MARRIED_TOO_YOUNG",
                  Clause("MARRIED_NO_CHILD", "Below the age of nine nobody marries under any law.",
                         citations.REGISTER_PLAUSIBILITY),
                  _married_too_young),
    Impossibility("EVENT_BEFORE_BIRTH",
                  Clause("FATHERHOOD_AFTER_BIRTH", "A child is registered or adjudged to its father after its birth.",
                         citations.LEGITIMATED_CHILD),
                  _fatherhood_before_birth),
    Impossibility("EVENT_BEFORE_BIRTH",
                  Clause("EVENT_AFTER_BIRTH", "Legal life begins with birth: nothing happens to anybody before it.",
                         citations.BIRTH_AND_DEATH),
                  _event_before_birth),
    Impossibility("EVENT_AFTER_DEATH",
                  Clause("EVENT_WHILE_ALIVE", "Legal life ends with death: nobody marries, registers or is adopted after it.",
                         citations.BIRTH_AND_DEATH),
                  _after_death),
    Impossibility("DIED_BEFORE_BIRTH",
                  Clause("MOTHER_ALIVE_AT_BIRTH", "A mother lives when her child is born.", citations.BIRTH_AND_DEATH),
                  _mother_dead_at_birth),
    Impossibility("END_BEFORE_BEGINNING",
                  Clause("END_AFTER_BEGINNING", "Nothing ends before it has begun.", citations.REGISTER_PLAUSIBILITY),
                  _ends_before_it_begins),
    Impossibility("EVENT_IN_FUTURE",
                  Clause("EVENT_HAS_HAPPENED", "Only what has happened can be recorded as a fact.",
                         citations.REGISTER_PLAUSIBILITY),
                  _in_future),
)  # fmt: skip


def faults_of(kin: Kin) -> Iterator[Fault]:
    """All that cannot be, wherever it shows, in the order of the table; raises nothing."""
    return (Fault(row.code, row.clause, found) for row in TABLE for found in row.shows(kin))


def fault_of(kin: Kin, stood: Iterable[Kin] = ()) -> Fault | None:
    """The first thing that cannot be, or None; raises nothing.

    What `stood` shows with the same days is none: a family that stands with a slip must be able to move, to go on and to be
    mended.
    """
    known = {fault for one in stood for fault in faults_of(one)}
    return next((fault for fault in faults_of(kin) if fault not in known), None)
