"""คนเดียวกันในความสัมพันธ์เดียว: what else the register has a person as, beside the relation that is asked for now (spec 2.5).

One person stands in one relation to one principal, whatever the days; kin cannot marry (ป.พ.พ. มาตรา 1450); a death, or a
child's marriage, that was told once holds for whatever is asked later. Only what is new is asked about: a family that stands
goes on. Of an entry that another agency keeps neither relation nor day is told, and its word of such a day is looked at
instead of believed: only that agency can mend it.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Protocol

from app.domain.errors import PortalError, Refused
from app.domain.people import Relation, Sex
from app.domain.period import Period
from app.rules import citations
from app.rules.decision import Clause, Flag
from app.rules.told import Told

NO_COUPLE = Clause(
    "KIN_NO_COUPLE", "Parents and children, brothers and sisters cannot marry each other.", citations.MARRIAGE_OF_KIN
)
ONE_RELATION = Clause(
    "ONE_RELATION",
    "A person stands in one relation to a principal, and a later one is no other.",
    citations.REGISTER_PARENTS,
)
TOLD_DEATH = Clause(
    "DEATH_TOLD_BEFORE",
    "A death that was told once holds for every later entry of the person.",
    citations.BIRTH_AND_DEATH,
)
TOLD_MARRIAGE = Clause(
    "MARRIAGE_TOLD_BEFORE",
    "Whom a marriage made of age stays so for good, also after a divorce.",
    citations.MAJORITY_BY_MARRIAGE,
)
SECOND_PARENT = Clause(
    "CHILD_OF_TWO",
    "The child has been recorded through another man, or another woman: compare whose child it is by law.",
    citations.PRESUMED_CHILD,
    Flag.REVIEW,
)
TOLD_DEATH_ELSEWHERE = Clause(
    "DEATH_TOLD_ELSEWHERE",
    "An entry of another agency says that this person has died: compare with the civil register,"
    " and ask that agency through the NHSO.",
    citations.BIRTH_AND_DEATH,
    Flag.REVIEW,
)
TOLD_MARRIAGE_ELSEWHERE = Clause(
    "MARRIAGE_TOLD_ELSEWHERE",
    "An entry of another agency says that this child has married, which makes it of age for good: compare with the civil"
    " register, and ask that agency through the NHSO.",
    citations.MAJORITY_BY_MARRIAGE,
    Flag.REVIEW,
)
TABLE = (
    NO_COUPLE, ONE_RELATION, TOLD_DEATH, TOLD_MARRIAGE, SECOND_PARENT, TOLD_DEATH_ELSEWHERE, TOLD_MARRIAGE_ELSEWHERE,
)  # fmt: skip


class Recorded(Protocol):
    """A right of the person that stands."""

    @property
    def period(self) -> Period: ...
    @property
    def principal_national_id(self) -> str: ...
    @property
    def relation(self) -> Relation: ...
    @property
    def agency_id(self) -> int: ...
    @property
    def principal_sex(self) -> Sex | None: ...
    @property
    def death_date(self) -> date | None: ...
    @property
    def told_death(self) -> date | None: ...
    @property
    def told_marriage(self) -> date | None: ...


def another(
    principal: str,
    relation: Relation,
    recorded: Iterable[Recorded],
    asked: Iterable[tuple[Relation, int | None]],
    agency_id: int | None,
) -> list[PortalError]:
    """The other relation of the person to the same principal: one that stands is named with its day, else one that waits.

    Of `asked` each comes with the agency that asks; what another than `agency_id` keeps or asks for is not named.
    """
    if relation is Relation.SELF:
        return []
    through = (one for one in recorded if one.principal_national_id == principal)
    for one in through:
        if one.relation not in (relation, Relation.SELF):
            is_own = one.agency_id == agency_id
            facts = {"since": one.period.from_on}
            return [_refused("OTHER_RELATION", relation, one.relation, **facts) if is_own else _elsewhere()]
    for other, whose in asked:
        if other is not relation:
            return [_refused("OTHER_RELATION_ASKED", relation, other) if whose == agency_id else _elsewhere()]
    return []


def _refused(code: str, wanted: Relation, other: Relation, **facts: date) -> PortalError:
    clause = NO_COUPLE if Relation.SPOUSE in (wanted, other) else ONE_RELATION
    return Refused(code, citation=clause.citation, field="relation", clause=clause.code, relation=other, **facts)


def _elsewhere() -> PortalError:
    code, clause = "OTHER_RELATION_ELSEWHERE", ONE_RELATION
    return Refused(code, citation=clause.citation, field="relation", clause=clause.code)


def of_kin(
    relation: Relation, national_id: str, recorded: Iterable[Recorded], kin: Collection[str]
) -> list[PortalError]:
    """That a spouse is kin by other entries; `kin` are the principal's parents and children in the register."""
    if relation is not Relation.SPOUSE or not kin:
        return []
    parents = {one.principal_national_id for one in recorded if one.relation is Relation.CHILD}
    if national_id not in kin and not parents.intersection(kin):
        return []
    return [Refused("SPOUSE_IS_KIN", citation=NO_COUPLE.citation, field="relation", clause=NO_COUPLE.code)]


def dead(recorded: Iterable[Recorded]) -> list[PortalError]:
    """Whose death an agency has reported gets no right any more, wherever it is asked for."""
    days = [one.death_date for one in recorded if one.death_date is not None]
    cited = citations.NHSO_START_AND_END.text
    return [Refused("PERSON_DECEASED", citation=cited, field="national_id", since=days[0])] if days else []


def told_otherwise(
    relation: Relation, told: Told, recorded: Iterable[Recorded], agency_id: int | None
) -> list[PortalError]:
    """A death or a child's marriage that an entry of the asking agency tells and the new one does not, or on another day."""
    for one in recorded:
        if one.agency_id == agency_id and one.told_death not in (None, told.death_date):
            facts = {"clause": TOLD_DEATH.code, "since": one.told_death, "relation": one.relation}
            return [Refused("DEATH_TOLD", citation=TOLD_DEATH.citation, field="national_id", **facts)]
        if one.agency_id == agency_id and _other_marriage(relation, told, one):
            marriage = {"clause": TOLD_MARRIAGE.code, "since": one.told_marriage}
            return [Refused("MARRIAGE_TOLD", citation=TOLD_MARRIAGE.citation, field="own_marriage_date", **marriage)]
    return []


def doubts_of_told(
    relation: Relation, told: Told, recorded: Iterable[Recorded], agency_id: int | None
) -> tuple[Clause, ...]:
    """The same of what only another agency's entry tells."""
    elsewhere = [one for one in recorded if one.agency_id != agency_id]
    died = any(one.told_death not in (None, told.death_date) for one in elsewhere)
    married = any(_other_marriage(relation, told, one) for one in elsewhere)
    return (*((TOLD_DEATH_ELSEWHERE,) if died else ()), *((TOLD_MARRIAGE_ELSEWHERE,) if married else ()))


def _other_marriage(relation: Relation, told: Told, one: Recorded) -> bool:
    return relation is Relation.CHILD and one.told_marriage not in (None, told.own_marriage_date)


def doubts(principal: str, relation: Relation, sex: Sex | None, recorded: Iterable[Recorded]) -> tuple[Clause, ...]:
    """A child who is another man's as well, or another woman's."""
    if relation is not Relation.CHILD or sex is None:
        return ()
    through = (one for one in recorded if one.relation is Relation.CHILD and one.principal_national_id != principal)
    return (SECOND_PARENT,) if any(one.principal_sex is sex for one in through) else ()
