"""รับรองสิทธิ: what can be refused about a proposed right before the full law looks at it (spec 2.2-2.5, 3.1, 3.6).

Pure: the caller brings the proposal and what else is known. The same judgement runs at submit, at decision and at the round.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.errors import BadInput, PortalError, Refused
from app.domain.names import same_name
from app.domain.people import AgencyType, PersonnelType, Relation, Sex
from app.domain.period import Period
from app.rules import (
    earlier_days,
    executives,
    family_law,
    family_refusals,
    majority,
    numbers,
    plain_dates,
    principals,
    relations,
    service_doubts,
    twins,
)
from app.rules.around import Around
from app.rules.decision import OK, Clause
from app.rules.family_law import RelativeDecision
from app.rules.papers import Paper
from app.rules.relatives import Relative
from app.rules.told import NOTHING, Told

RULES_VERSION = "2026-26"
PARENTS = (Relation.FATHER, Relation.MOTHER)


@dataclass(frozen=True)
class Candidate:
    """The proposed right of one person through one principal."""

    national_id: str
    principal_national_id: str
    relation: Relation
    birth_date: date | None
    personnel_type: PersonnelType | None
    service_start_date: date | None
    entitled_from: date | None
    entitled_until: date | None
    full_name: str = ""  # first, middle and last name
    sex: Sex | None = None
    told: Told = NOTHING
    papers: frozenset[Paper] = frozenset()
    birth_order: int | None = None
    seq_in_delivery: int | None = None
    place: int = 0  # in the order of asking, see Relative

    @property
    def relative(self) -> Relative:
        """The candidate as a member of the principal's family."""
        return Relative(
            self.national_id, self.relation, self.birth_date, self.sex, self.told, self.papers, self.birth_order,
            self.seq_in_delivery, self.place,
        )  # fmt: skip


def asked_right(national_id: str, principal_national_id: str, relation: Relation) -> str:
    """What only one open request at a time may ask for, as one word: the right (decisions 1).

    A father's or mother's is without the person, for a principal has one of each (spec 3.2).
    """
    return f"{principal_national_id} {relation} {'' if relation in PARENTS else national_id}".rstrip()


@dataclass(frozen=True)
class KnownSpell:
    """A right that already stands, voided ones left out; `here` tells whether it belongs to the asking agency."""

    period: Period
    principal_national_id: str
    relation: Relation
    agency_id: int
    agency_name: str
    entitlement_id: int
    full_name: str = ""  # of the person, as registered
    birth_date: date | None = None
    sex: Sex | None = None
    personnel_type: PersonnelType | None = None
    death_date: date | None = None  # of the person
    told_death: date | None = None  # by the entry itself
    told_marriage: date | None = None  # of a child, by the entry itself or by its end
    principal_sex: Sex | None = None
    end_known_on: date | None = None  # since when the report is carried that ended it, or is to end it


@dataclass(frozen=True)
class KnownParent:
    """A father or mother who has a right through the candidate's principal, voided rights left out."""

    national_id: str
    relation: Relation
    period: Period


@dataclass(frozen=True)
class Known:
    """What the register knows around a candidate; `principal_from` is None while no own right of his stands or is sent.

    `around` is None for a principal, and where only the plain checks are wanted. `stood` are the rights of the person through
    this principal in whose place the proposed one comes; `is_new` is false where it takes the place of any right. `family` is
    the standing one of who is changed and is a principal. `asked_as` is as what else the person was asked for first, each with
    the agency that asks, `kin` are the principal's parents and children; `heads` hold the office of a new chief executive.
    """

    today: date
    agency_type: AgencyType
    agency_period: Period
    spells: tuple[KnownSpell, ...] = ()
    principal_from: date | None = None
    parents: tuple[KnownParent, ...] = ()
    around: Around | None = None
    papers: frozenset[Paper] = frozenset()
    place: int = 0
    stood: tuple[Relative, ...] = ()
    family: Around | None = None
    is_new: bool = True
    asked_as: tuple[tuple[Relation, int | None], ...] = ()
    kin: frozenset[str] = frozenset()
    heads: tuple[executives.Executive, ...] = ()
    agency_id: int | None = None  # that asks


@dataclass(frozen=True)
class Dates:
    """The legal period that the rules give a candidate."""

    entitled_from: date
    entitled_until: date | None


@dataclass(frozen=True)
class Judgement:
    """`refusals` is empty when the right may be certified; `holds_until` is the first day on which that could change.

    `dates` are those of the right, None while what they hang on is missing; `law` is what the rules of the family decided.
    """

    refusals: list[PortalError] = field(default_factory=list)
    holds_until: date | None = None
    dates: Dates | None = None
    law: RelativeDecision | None = None
    more_doubts: tuple[Clause, ...] = ()  # beside those of the family's law: what a move or an end leaves open

    def has_dates_of(self, entitled_from: date | None, entitled_until: date | None) -> bool:
        """Whether the law gives just these days now."""
        return self.dates == Dates(entitled_from, entitled_until) if entitled_from is not None else False

    @property
    def code(self) -> str:
        """OK, or why not: the law's own code first."""
        if self.law is not None and not self.law.accepted:
            return self.law.code
        return self.refusals[0].code if self.refusals else OK

    @property
    def doubts(self) -> list[Clause]:
        """The clauses that the registrar has to look at before he approves."""
        of_law = [clause for clause in self.law.clauses if clause.flag] if self.law is not None else []
        return [*of_law, *self.more_doubts]


def judge(candidate: Candidate, known: Known) -> Judgement:
    """Everything that forbids the right, in the order of the form's fields; each with code, field, citation and facts."""
    is_own = candidate.relation is Relation.SELF
    unfit, of_number = numbers.looked_at(candidate.national_id, is_principal=is_own, is_new=known.is_new)
    refusals = [*unfit, *plain_dates.refusals(candidate, is_own, known.today), *relations.dead(known.spells)]
    refusals += _not_a_principal(candidate, known) if is_own else []
    if known.family is not None:
        refusals += family_refusals.refusals_of_principal(candidate.sex, candidate.birth_date, known.family)
    law = None
    if known.around is not None and candidate.relation is not Relation.SELF and known.principal_from is not None:
        law = family_law.decide(candidate.relative, known.around, known.stood)
        refusals += family_refusals.refusals_of(law, candidate.relative)
    dates = _dates_of(candidate, known.principal_from, law)
    if dates is None:
        return Judgement(refusals or [_cannot_begin(candidate)], law=law)
    if dates.entitled_until is not None and dates.entitled_until <= dates.entitled_from:
        return Judgement([*refusals, _ends_before_it_starts(candidate, dates)], law=law)
    period = Period(dates.entitled_from, dates.entitled_until)
    another = _another_person(candidate, known.spells)
    refusals += _overlaps(candidate, period, known.spells, told=not another) or another
    asked_back, doubts = twins.asked_back(candidate.relative, known.around, known.stood)
    refusals += asked_back
    doubts += of_number
    if known.is_new and not another:  # of whom the number may belong to nothing else is said
        refusals += _as_another(candidate, known)
        sex = known.around.principal_sex if known.around else None
        doubts += relations.doubts(candidate.principal_national_id, candidate.relation, sex, known.spells)
        doubts += relations.doubts_of_told(candidate.relation, candidate.told, known.spells, known.agency_id)
        doubts += service_doubts.doubts_of(candidate, known.today)
        doubts += earlier_days.doubts_of(candidate.relative, known.around, candidate.entitled_from)
    refusals += executives.refusals(candidate.national_id, period, known.heads)
    refusals += _second_parent(candidate, period, known.parents)
    if not (known.agency_period.overlaps(period) and known.agency_period.contains(known.today)):
        refusals.append(Refused("AGENCY_CLOSED", citation="spec 2.3", field="entitled_from"))
    holds = [day for day in (known.agency_period.until_on, law.holds_until if law else None) if day is not None]
    return Judgement(refusals, min(holds, default=None), dates, law, doubts)


def _dates_of(candidate: Candidate, principal_from: date | None, law: RelativeDecision | None) -> Dates | None:
    """The period of the right, or None while what it depends on is missing.

    A principal's right starts with the service; a dependent's as the law of the family says. A typed start is kept where
    it is later. Without that law a dependent's right starts with the principal's, never before birth.
    """
    if candidate.relation is Relation.SELF:
        start = candidate.service_start_date
        return None if start is None else Dates(start, candidate.entitled_until)
    if principal_from is None or (law is not None and law.period is None):
        return None
    until = candidate.entitled_until
    if law is not None and law.period is not None:
        start, until = law.period.from_on, law.period.until_on or until
    else:
        start = max(day for day in (principal_from, candidate.birth_date) if day is not None)
        if candidate.relation is Relation.CHILD and candidate.birth_date is not None:
            until = majority.majority_date(candidate.birth_date)
    return Dates(max(start, candidate.entitled_from or start), until)


def _as_another(candidate: Candidate, known: Known) -> list[PortalError]:
    whose, relation = candidate.principal_national_id, candidate.relation
    found = relations.another(whose, relation, known.spells, known.asked_as, known.agency_id)
    found = found or relations.of_kin(relation, candidate.national_id, known.spells, known.kin)
    return found or relations.told_otherwise(relation, candidate.told, known.spells, known.agency_id)


def _another_person(candidate: Candidate, spells: tuple[KnownSpell, ...]) -> list[PortalError]:
    """The number holds rights under other particulars: a slip, or somebody else's number; what stands is not told."""
    for spell in spells:
        if spell.birth_date is not None and candidate.birth_date not in (None, spell.birth_date):
            field = "birth_date"
        elif spell.sex is not None and candidate.sex not in (None, spell.sex):
            field = "sex"
        elif spell.full_name and candidate.full_name and not same_name(spell.full_name, candidate.full_name):
            field = "first_name_th"
        else:
            continue
        return [Refused("PERSON_DIFFERS", citation="spec 2.1", field=field)]
    return []


def is_refused_as_principal(own: Candidate, spells: Iterable[KnownSpell]) -> bool:
    """Whether a new own right cannot begin because of what stands under the number anywhere."""
    known, start = tuple(spells), own.service_start_date
    overlaps = start is not None and _overlaps(own, Period(start, own.entitled_until), known, told=False)
    return bool(overlaps or _another_person(own, known))


def _not_a_principal(candidate: Candidate, known: Known) -> list[PortalError]:
    if candidate.personnel_type is None:
        return [BadInput("REQUIRED", field="personnel_type")]
    if principals.type_fits_agency(candidate.personnel_type, known.agency_type):
        return []
    facts = {"personnel_type": candidate.personnel_type, "agency_type": known.agency_type}
    return [Refused("TYPE_AGENCY_MISMATCH", citation=principals.CITATION, field="personnel_type", **facts)]


def _cannot_begin(candidate: Candidate) -> PortalError:
    if candidate.relation is Relation.SELF:
        return BadInput("REQUIRED", field="service_start_date")
    return Refused("PRINCIPAL_NOT_SUBMITTED", citation="decisions 1")


def _ends_before_it_starts(candidate: Candidate, dates: Dates) -> PortalError:
    if candidate.relation is Relation.CHILD:
        return Refused("AGE_20", citation=majority.CITATION, field="birth_date", majority_date=dates.entitled_until)
    return BadInput("PERIOD_EMPTY", field="entitled_until")


def _overlaps(candidate: Candidate, period: Period, spells: tuple[KnownSpell, ...], *, told: bool) -> list[PortalError]:
    """What stands in the way; where and since when is `told` only of a person whose particulars fit."""
    found: list[PortalError] = []
    for spell in spells:
        if not spell.period.overlaps(period):
            continue
        facts: dict[str, Any] = {"agency": spell.agency_name, "since": spell.period.from_on}
        facts = facts if told else {"differs": True}
        if candidate.relation is Relation.SELF and spell.relation is Relation.SELF:
            found.append(Refused("OWN_RIGHT_OVERLAP", citation="spec 2.5", field="national_id", **facts))
        elif spell.relation is candidate.relation and spell.principal_national_id == candidate.principal_national_id:
            found.append(Refused("SAME_RIGHT_OVERLAP", citation="spec 2.5", field="national_id", **facts))
    return found


def _second_parent(candidate: Candidate, period: Period, parents: tuple[KnownParent, ...]) -> list[PortalError]:
    others = (p for p in parents if p.relation is candidate.relation and p.national_id != candidate.national_id)
    clash = Refused("ONE_PARENT_EACH", citation="spec 3.2", field="relation", relation=candidate.relation)
    return [clash] if any(other.period.overlaps(period) for other in others) else []
