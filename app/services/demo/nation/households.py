"""One household as the law sees it: the official's right, and those of wife, husband, children and parents (spec 3)."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from app.domain.people import AgencyType, DocType, PersonnelType, Relation, Sex
from app.domain.thai_calendar import add_years
from app.rules.legitimacy import MOTHER_BY_BIRTH
from app.rules.majority import majority_date
from app.rules.principals import AGENCY_TYPES_OF, sub_scheme_code
from app.rules.retirement import retirement_date
from app.services.demo.nation.records import Office, Paper, Resident, Right
from app.services.demo.nation.residents import Residents

_OFFICIAL_OF = {
    kind: next(p for p in AGENCY_TYPES_OF if kind in AGENCY_TYPES_OF[p] and len(AGENCY_TYPES_OF[p]) < len(AgencyType))
    for kind in AgencyType
}
_EQUAL_MARRIAGE = date(2025, 1, 23)  # spec 3.3
_ORDERS = {
    PersonnelType.POLITICAL_EXECUTIVE: DocType.ELECTION_RESULT,
    PersonnelType.PENSIONER: DocType.PENSION_ORDER,
}
_NUMBER_OF_CHILDREN = (0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4)
_QUOTA = 3
_BORN_IN_WEDLOCK = "BORN_IN_WEDLOCK"  # the ground of app.rules.fatherhood
YEAR = 365


@dataclass(frozen=True)
class Birth:
    """A birth of the household: `order` counts all children, also those of age; `delivery` and `seq` are of twins."""

    child: Resident
    order: int
    delivery: str | None
    seq: int | None


@dataclass(eq=False)
class Household:
    """A principal and everybody who may have a right through him; `rights` are those that were ever in force."""

    office: Office
    own: Right
    spouse: Right | None = None
    births: list[Birth] = field(default_factory=list)
    parents: list[Right] = field(default_factory=list)
    more_wives: list[Right] = field(default_factory=list)
    rights: list[Right] = field(default_factory=list)


class Households:
    """Makes up households around a principal; nothing of them has been recorded yet."""

    def __init__(self, chance: Random, residents: Residents, today: date) -> None:
        self.chance, self.people, self.today = chance, residents, today

    def usual_kind(self, office: Office) -> PersonnelType:
        """What most of an office's principals are."""
        roll = self.chance.random()
        if roll < 0.09:
            return PersonnelType.PENSIONER
        if roll < 0.17:
            return PersonnelType.TRANSFERRED_TEACHER
        if roll < 0.27:
            return PersonnelType.PERMANENT_EMPLOYEE
        return _OFFICIAL_OF[office.kind]

    def made(self, office: Office, kind: PersonnelType) -> Household:
        """A new household of that office."""
        self.people.new_household(office.province)
        chance = self.chance
        born = self.people.born(*self._ages(kind))
        head = self.people.one(born, Sex.M if chance.random() < 0.5 else Sex.F)
        home = Household(office, self.own_right(office, head, kind, self._service_start(head, kind)))
        self._marry(home)
        self._have_children(home)
        self._have_parents(home)
        return home

    def own_right(self, office: Office, head: Resident, kind: PersonnelType, start: date) -> Right:
        """The right of a principal from the first day of his service."""
        return Right(
            head, head, Relation.SELF, office, sub_scheme_code(kind, Relation.SELF), start, personnel_type=kind,
            service_start=start, papers=(self.paper(_ORDERS.get(kind, DocType.APPOINTMENT_ORDER), start),),
        )  # fmt: skip

    def working_life(self, head: Resident) -> date:
        """A first day of service that fits somebody of working age."""
        earliest = add_years(head.birth, 21)
        latest = min(self.today - timedelta(days=60), add_years(head.birth, 45))
        span = max(0, (latest - earliest).days)
        day = earliest + timedelta(days=self.chance.randrange(span + 1))
        return day.replace(day=1) if self.chance.random() < 0.6 and day.month != 2 else day

    def child_right(self, own: Right, birth: Birth, marriage: date | None) -> Right:
        """A child's right through a mother, or through a father who was married when it was born."""
        child, is_mother = birth.child, own.person.sex is Sex.F
        papers = [self.paper(DocType.BIRTH_CERT, child.birth)]
        if not is_mother and marriage is not None:
            papers.append(self.paper(DocType.MARRIAGE_CERT_TH, marriage))
        return self.dependent(
            own, child, Relation.CHILD, max(own.start, child.birth), majority_date(child.birth), tuple(papers),
            birth_order=birth.order, delivery=birth.delivery, seq_in_delivery=birth.seq,
            legitimate_from=child.birth, basis=MOTHER_BY_BIRTH if is_mother else _BORN_IN_WEDLOCK,
            married_on=None if is_mother else marriage,
        )  # fmt: skip

    def spouse_right(self, own: Right, spouse: Resident, marriage: date, doc_type: DocType) -> Right:
        """A spouse's right from the marriage, or from the first day of service where that is later."""
        typed = marriage if marriage > own.start else None
        start = max(own.start, marriage)
        return self.dependent(
            own, spouse, Relation.SPOUSE, start, None, (self.paper(doc_type, marriage),), typed=typed,
            married_on=marriage, by_nikah=doc_type is DocType.NIKAH_CERT_TH,
        )  # fmt: skip

    def dependent(
        self, own: Right, person: Resident, relation: Relation, start: date, until: date | None,
        papers: tuple[Paper, ...], **values: object,
    ) -> Right:  # fmt: skip
        """A right through the principal `own` belongs to."""
        kind = own.personnel_type
        assert kind is not None
        return Right(
            person, own.person, relation, own.office, sub_scheme_code(kind, relation), start, until, papers=papers,
            **values,  # type: ignore[arg-type]
        )  # fmt: skip

    def paper(self, doc_type: DocType, issued: date) -> Paper:
        """A document declared by number and date."""
        return Paper(doc_type, f"{self.chance.randrange(1, 2_000)}/{issued.year + 543}", issued)

    def _ages(self, kind: PersonnelType) -> tuple[int, int]:
        if kind is PersonnelType.PENSIONER:
            return 62, 86
        return (35, 68) if kind is PersonnelType.POLITICAL_EXECUTIVE else (23, 59)

    def _service_start(self, head: Resident, kind: PersonnelType) -> date:
        if kind is PersonnelType.PENSIONER:
            return retirement_date(head.birth)
        if kind is PersonnelType.POLITICAL_EXECUTIVE:
            return self.today - timedelta(days=self.chance.randint(60, 1_400))
        return self.working_life(head)

    def _marry(self, home: Household) -> None:
        head, chance = home.own.person, self.chance
        married = add_years(head.birth, 22) + timedelta(days=chance.randrange(14 * YEAR))
        if chance.random() > 0.72 or married > self.today - timedelta(days=40):
            return
        same = married >= _EQUAL_MARRIAGE and chance.random() < 0.03
        sex = head.sex if same else Sex.F if head.sex is Sex.M else Sex.M
        born = min(head.birth + timedelta(days=chance.randint(-2_000, 2_000)), add_years(married, -18))
        spouse = self.people.one(born, sex, own_surname=chance.random() < 0.3)
        home.spouse = self.spouse_right(home.own, spouse, married, DocType.MARRIAGE_CERT_TH)
        if self.people.is_muslim and head.sex is Sex.M and not same and chance.random() < 0.1:
            again = married + timedelta(days=chance.randint(800, 3_000))
            if again < self.today - timedelta(days=40):
                wife = self.people.one(again - timedelta(days=chance.randint(7_000, 11_000)), Sex.F, own_surname=True)
                home.more_wives.append(self.spouse_right(home.own, wife, again, DocType.NIKAH_CERT_TH))

    def _have_children(self, home: Household) -> None:
        if home.spouse is None or home.spouse.person.sex is home.own.person.sex:
            return
        chance, first = self.chance, home.spouse.papers[0].issued
        mother = min((home.own.person, home.spouse.person), key=lambda parent: parent.sex)  # F before M
        born, used, order = first + timedelta(days=chance.randint(280, 1_600)), 0, 0
        for delivery in range(1, chance.choice(_NUMBER_OF_CHILDREN) + 1):
            if born > min(self.today - timedelta(days=20), add_years(mother.birth, 45)) or used >= _QUOTA:
                return
            at_once = 2 if chance.random() < (0.04 if delivery == _QUOTA else 0.01) else 1
            for seq in range(1, at_once + 1):
                order += 1
                together = f"D{delivery}" if at_once > 1 else None
                self._bear(home, Birth(self._child(born), order, together, seq if together else None))
            used += at_once
            born += timedelta(days=chance.randint(400, 1_900))

    def _child(self, born: date) -> Resident:
        sex = Sex.M if self.chance.random() < 0.51 else Sex.F
        return self.people.one(born, sex)

    def _bear(self, home: Household, birth: Birth) -> None:
        """Who is of age or was before the service began has no right, but keeps the place among the children."""
        if majority_date(birth.child.birth) > max(home.own.start, self.today - timedelta(days=3 * YEAR)):
            home.births.append(birth)

    def _have_parents(self, home: Household) -> None:
        head, chance = home.own.person, self.chance
        for relation, sex, likely, doc_type in (
            (Relation.MOTHER, Sex.F, 0.46, DocType.BIRTH_CERT),
            (Relation.FATHER, Sex.M, 0.3, DocType.MARRIAGE_CERT_TH),
        ):
            born = head.birth - timedelta(days=chance.randint(19 * YEAR, 36 * YEAR))
            if chance.random() < likely and (self.today - born).days < 95 * YEAR:
                issued = head.birth
                if relation is Relation.FATHER:  # married before the birth, but not before he was of age to marry
                    issued = max(head.birth - timedelta(chance.randrange(900)), add_years(born, 18))
                home.parents.append(self._parent(home, relation, born, sex, self.paper(doc_type, issued)))

    def add_mother(self, home: Household) -> Right:
        """A mother who was not told of before."""
        head = home.own.person
        born = head.birth - timedelta(days=self.chance.randint(19 * YEAR, 36 * YEAR))
        self.people.surname = head.last_name
        return self._parent(home, Relation.MOTHER, born, Sex.F, self.paper(DocType.BIRTH_CERT, head.birth))

    def _parent(self, home: Household, relation: Relation, born: date, sex: Sex, paper: Paper) -> Right:
        """Of a father the parents' marriage is told."""
        married = paper.issued if relation is Relation.FATHER else None
        person = self.people.one(born, sex)
        return self.dependent(home.own, person, relation, home.own.start, None, (paper,), married_on=married)
