"""ตารางหลักฐาน: which papers prove which event of which relation, by legal basis (spec 2.7, 3.2-3.8; seed 001, since 2018).

Who a person is and that the relation is lawful are separate slots: one paper may fill both, another only one of them.
Each slot names papers of which any one suffices. An event with several legal bases is proven by any one basis.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.domain.people import PersonnelType, Relation, Sex, TerminationReason
from app.rules import citations, legitimacy, parents, spouses
from app.rules.citations import Citation
from app.rules.decision import Clause, Need, Slot
from app.rules.fatherhood import Proof
from app.rules.lifecycle import Service
from app.rules.papers import Paper


class Begin(StrEnum):
    """Events of a dependent that start or prolong a right."""

    STARTED = "STARTED"  # เพิ่มบุคคลในครอบครัว
    DECLARED_INCOMPETENT = "DECLARED_INCOMPETENT"  # ศาลสั่งให้เป็นคนไร้/เสมือนไร้ความสามารถ


Event = Service | Begin | TerminationReason


@dataclass(frozen=True)
class Requirement:
    """One row of the matrix: this slot of this basis of this event is filled by any one of the papers."""

    relations: frozenset[Relation]
    event: Event
    basis: str
    slot: Slot
    any_of: frozenset[Paper]
    clause: Clause


@dataclass(frozen=True)
class Standing:
    """How far the papers at hand prove an event by one basis: complete when nothing is missing."""

    basis: str
    missing: tuple[Need, ...]
    clauses: tuple[Clause, ...]

    @property
    def is_complete(self) -> bool:
        """Whether the papers suffice."""
        return not self.missing


OFFICIAL, EXECUTIVE, PENSIONER, ANY = "OFFICIAL", "EXECUTIVE", "PENSIONER", "ANY"
CIVIL, NIKAH, BIRTH = "CIVIL", "NIKAH", "BIRTH"
_CHILD_PAPERS = legitimacy.IDENTITY_PAPERS
_TERM_PAPERS = frozenset({Paper.TERM_END_NOTICE, Paper.ELECTION_RESULT})
_DIVORCE_PAPERS = frozenset({Paper.DIVORCE_CERT, Paper.COURT_ORDER_FAMILY})


def _proven_by(
    relation: Relation | Iterable[Relation], event: Event, basis: str, slot: Slot, papers: Iterable[Paper],
    says: str, source: Citation,
) -> Requirement:  # fmt: skip
    relations = frozenset({relation} if isinstance(relation, Relation) else relation)
    whose = relation.value if isinstance(relation, Relation) else "ANYONE"
    return Requirement(
        relations, event, basis, slot, frozenset(papers),
        Clause(f"PAPERS_{whose}_{event.value}_{basis}_{slot.value}", says, source),
    )  # fmt: skip


MATRIX = (
    _proven_by(Relation.SELF, Service.APPOINTED, OFFICIAL, Slot.LEGALITY, {Paper.APPOINTMENT_ORDER},
         "An official is proven by the order of appointment.", citations.NHSO_START_AND_END),
    _proven_by(Relation.SELF, Service.APPOINTED, EXECUTIVE, Slot.LEGALITY, {Paper.ELECTION_RESULT},
         "A chief executive is proven by the result of the election.", citations.NHSO_START_AND_END),
    _proven_by(Relation.SELF, Service.APPOINTED, PENSIONER, Slot.LEGALITY, {Paper.PENSION_ORDER},
         "A pensioner is proven by the order to pay the pension.", citations.NHSO_START_AND_END),
    _proven_by(Relation.SELF, Service.TRANSFERRED, ANY, Slot.EVENT, {Paper.TRANSFER_ORDER},
         "A transfer is proven by its order.", citations.REGISTER_LIFECYCLE),
    _proven_by(Relation.SELF, Service.PENSIONED, ANY, Slot.EVENT, {Paper.PENSION_ORDER},
         "The change to a pension is proven by the order to pay it.", citations.NHSO_START_AND_END),
    _proven_by(Relation.SELF, Service.SUSPENDED, ANY, Slot.EVENT, {Paper.SUSPENSION_ORDER},
         "A suspension is proven by its order.", citations.NHSO_START_AND_END),
    _proven_by(Relation.SELF, Service.REINSTATED, ANY, Slot.EVENT, {Paper.REINSTATEMENT_ORDER},
         "A reinstatement is proven by its order.", citations.REGISTER_LIFECYCLE),
    _proven_by(Relation.SELF, TerminationReason.RESIGNED_NO_PENSION, ANY, Slot.EVENT, {Paper.RESIGNATION_ORDER},
         "A resignation is proven by its order.", citations.NHSO_START_AND_END),
    _proven_by(Relation.SELF, TerminationReason.RETIRED_LUMP_SUM, ANY, Slot.EVENT, {Paper.RETIREMENT_ORDER},
         "A retirement with a lump sum is proven by its order.", citations.NHSO_START_AND_END),
    _proven_by(Relation.SELF, TerminationReason.MOVED_OUT_OF_SCHEME, ANY, Slot.EVENT, {Paper.TRANSFER_ORDER},
         "A move out of the scheme is proven by its order.", citations.NHSO_START_AND_END),
    _proven_by(Relation.SELF, TerminationReason.DISMISSED, ANY, Slot.EVENT, {Paper.DISMISSAL_ORDER},
         "A dismissal is proven by its order.", citations.NHSO_START_AND_END),
    _proven_by(Relation.SELF, TerminationReason.TERM_ENDED, ANY, Slot.EVENT, _TERM_PAPERS,
         "The end of a term is proven by its announcement.", citations.NHSO_START_AND_END),
    _proven_by(Relation.MOTHER, Begin.STARTED, BIRTH, Slot.LEGALITY, parents.MOTHER_PAPERS,
         "A mother is proven by the principal's birth certificate or house registration.", citations.NHSO_PARENTS),
    _proven_by(Relation.FATHER, Begin.STARTED, Proof.MARRIAGE, Slot.LEGALITY, parents.FATHER_PAPERS[Proof.MARRIAGE],
         "A father is proven by the parents' marriage certificate.", citations.NHSO_PARENTS),
    _proven_by(Relation.FATHER, Begin.STARTED, Proof.REGISTRATION, Slot.LEGALITY, parents.FATHER_PAPERS[Proof.REGISTRATION],
         "A father is proven by the registration of the principal as his child.", citations.NHSO_PARENTS),
    _proven_by(Relation.FATHER, Begin.STARTED, Proof.JUDGMENT, Slot.LEGALITY, parents.FATHER_PAPERS[Proof.JUDGMENT],
         "A father is proven by a final judgment of the family court.", citations.NHSO_PARENTS),
    _proven_by(Relation.SPOUSE, Begin.STARTED, CIVIL, Slot.LEGALITY, spouses.CIVIL_PAPERS,
         "A spouse is proven by a marriage certificate, Thai or foreign.", citations.NHSO_SPOUSE),
    _proven_by(Relation.SPOUSE, Begin.STARTED, NIKAH, Slot.LEGALITY, {Paper.NIKAH_CERT_TH},
         "In four provinces a Muslim man's wife is proven by a nikah certificate in Thai.", citations.NHSO_SPOUSE),
    _proven_by(Relation.CHILD, Begin.STARTED, BIRTH, Slot.LEGALITY, _CHILD_PAPERS,
         "A mother's child is proven by its birth certificate or house registration.", citations.NHSO_CHILD_PAPERS),
    _proven_by(Relation.CHILD, Begin.STARTED, Proof.MARRIAGE, Slot.IDENTITY, _CHILD_PAPERS,
         "A marriage certificate does not tell which child it is.", citations.REGISTER_LEGITIMACY),
    _proven_by(Relation.CHILD, Begin.STARTED, Proof.MARRIAGE, Slot.LEGALITY, legitimacy.FATHER_PAPERS[Proof.MARRIAGE],
         "A father's child is proven by his marriage with the mother.", citations.NHSO_CHILD_PAPERS),
    _proven_by(Relation.CHILD, Begin.STARTED, Proof.REGISTRATION, Slot.LEGALITY, legitimacy.FATHER_PAPERS[Proof.REGISTRATION],
         "A father's child is proven by its registration.", citations.NHSO_CHILD_PAPERS),
    _proven_by(Relation.CHILD, Begin.STARTED, Proof.JUDGMENT, Slot.LEGALITY, legitimacy.FATHER_PAPERS[Proof.JUDGMENT],
         "A father's child is proven by a final judgment of the family court.", citations.NHSO_CHILD_PAPERS),
    _proven_by(Relation.CHILD, Begin.DECLARED_INCOMPETENT, ANY, Slot.EVENT, {Paper.COURT_ORDER_INCOMPETENT},
         "Incompetence is proven by the order of a court, not by a disability card.", citations.INCOMPETENT),
    _proven_by(Relation.CHILD, TerminationReason.INCOMPETENCE_LIFTED, ANY, Slot.EVENT, {Paper.COURT_ORDER_INCOMPETENT},
         "That the order was lifted is proven by the order of the court.", citations.INCOMPETENT),
    _proven_by(Relation.CHILD, TerminationReason.CHILD_MARRIED, ANY, Slot.EVENT, spouses.CIVIL_PAPERS,
         "A child's marriage is proven by its certificate.", citations.MAJORITY_BY_MARRIAGE),
    _proven_by(Relation.CHILD, TerminationReason.ADOPTED_OUT, ANY, Slot.EVENT, {Paper.ADOPTION_REG},
         "An adoption is proven by its registration.", citations.ADOPTED_CHILD),
    _proven_by(Relation.SPOUSE, TerminationReason.DIVORCED, ANY, Slot.EVENT, _DIVORCE_PAPERS,
         "A divorce is proven by its certificate or by a final judgment.", citations.NHSO_START_AND_END),
    _proven_by(tuple(Relation), TerminationReason.DECEASED, ANY, Slot.EVENT, {Paper.DEATH_CERT},
         "A death is proven by the death certificate.", citations.NHSO_START_AND_END),
)  # fmt: skip


def requirements_for(relation: Relation, event: Event) -> tuple[Requirement, ...]:
    """The rows of the matrix for an event of a relation, in order; none where no paper is asked for."""
    return tuple(row for row in MATRIX if relation in row.relations and row.event is event)


def bases_of_child(principal_sex: Sex) -> frozenset[str]:
    """The legal bases that are open to a mother's or a father's child."""
    return frozenset({BIRTH}) if principal_sex is Sex.F else frozenset(Proof)


def bases_of_spouse(*, by_nikah: bool) -> frozenset[str]:
    """The legal bases that are open to a spouse; by nikah only for those of `spouses.may_marry_by_nikah`."""
    return frozenset({CIVIL, NIKAH}) if by_nikah else frozenset({CIVIL})


def basis_of_service(personnel_type: PersonnelType) -> frozenset[str]:
    """The legal basis of a principal's own right."""
    special = {PersonnelType.POLITICAL_EXECUTIVE: EXECUTIVE, PersonnelType.PENSIONER: PENSIONER}
    return frozenset({special.get(personnel_type, OFFICIAL)})


def standings(
    relation: Relation,
    event: Event,
    papers: frozenset[Paper],
    *,
    bases: frozenset[str] | None = None,
    matches_registry: bool = False,
) -> tuple[Standing, ...]:
    """How the papers at hand stand against each legal basis of the event, the nearest to complete first.

    `bases` names those that are open to the person, None for all; `matches_registry` tells that the civil registry itself
    names the two as parent and child, which settles identity. Empty where no paper is asked for.
    """
    rows = [row for row in requirements_for(relation, event) if bases is None or row.basis in bases]
    found = []
    for basis in dict.fromkeys(row.basis for row in rows):
        asked = [row for row in rows if row.basis == basis]
        filled = [bool(row.any_of & papers) or (matches_registry and row.slot is Slot.IDENTITY) for row in asked]
        missing = tuple(
            Need(row.slot, tuple(sorted(row.any_of)))
            for row, is_filled in zip(asked, filled, strict=True)
            if not is_filled
        )
        found.append((len(missing), not any(filled), Standing(basis, missing, tuple(row.clause for row in asked))))
    return tuple(standing for _, _, standing in sorted(found, key=lambda ranked: ranked[:2]))


def is_proven(
    relation: Relation,
    event: Event,
    papers: frozenset[Paper],
    *,
    bases: frozenset[str] | None = None,
    matches_registry: bool = False,
) -> bool:
    """Whether the papers at hand suffice, by whichever open basis; true where no paper is asked for."""
    found = standings(relation, event, papers, bases=bases, matches_registry=matches_registry)
    return not found or found[0].is_complete
