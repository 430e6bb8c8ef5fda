"""บิดามารดา: which parent of a principal has a right, on which papers, from which day (spec 3.2; seed 001, since 2018).

A mother always is a lawful parent; a father only by marriage, registration or judgment. The first test that fails
decides (spec 3.9).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.people import EntitlementState, Relation
from app.domain.period import Period
from app.rules import citations
from app.rules.decision import OK, Clause, Decision, Need, Rule, Slot, first_that_applies
from app.rules.fatherhood import Legitimated, Parentage, Proof, grounds_that_apply
from app.rules.own_right import OWN_RIGHT_FIRST, has_own_right
from app.rules.papers import Paper
from app.rules.schemes import Scheme


class Kinship(StrEnum):
    """What the person really is to the principal."""

    BIOLOGICAL = "BIOLOGICAL"  # บิดามารดาผู้ให้กำเนิด
    STEP = "STEP"  # บิดามารดาเลี้ยง
    ADOPTIVE = "ADOPTIVE"  # ผู้รับบุตรบุญธรรม
    IN_LAW = "IN_LAW"  # บิดามารดาของคู่สมรส


MOTHER_PAPERS = frozenset({Paper.BIRTH_CERT_PRINCIPAL, Paper.HOUSE_REG_PRINCIPAL})
FATHER_PAPERS = {
    Proof.MARRIAGE: frozenset({Paper.MARRIAGE_CERT_PARENTS}),
    Proof.REGISTRATION: frozenset({Paper.PATERNITY_REG_KR11}),
    Proof.JUDGMENT: frozenset({Paper.COURT_ORDER_FAMILY}),
}
ALL_FATHER_PAPERS = frozenset().union(*FATHER_PAPERS.values())


@dataclass(frozen=True)
class ParentFacts:
    """A person claimed as MOTHER or FATHER; `parentage` is the principal's own birth and his parents' events."""

    relation: Relation
    kinship: Kinship
    principal_from: date
    parentage: Parentage
    papers: frozenset[Paper] = frozenset()
    death_date: date | None = None
    own_scheme: Scheme | None = None


@dataclass(frozen=True, kw_only=True)
class ParentDecision(Decision):
    """Whether the parent has a right, in which legal days, and in which state it is recorded; both None when refused."""

    period: Period | None = None
    state: EntitlementState | None = None


def proven_grounds(facts: ParentFacts) -> list[Legitimated]:
    """The grounds of fatherhood for which a paper is there, the earliest first."""
    applying = grounds_that_apply(facts.parentage)
    return [found for found in applying if FATHER_PAPERS[found.ground.proof] & facts.papers]


def _starts_on(facts: ParentFacts) -> date:
    proven = proven_grounds(facts) if facts.relation is Relation.FATHER else []
    return max([facts.principal_from, *(found.from_on for found in proven[:1])])


def _father_by(proof: Proof, facts: ParentFacts) -> bool:
    return facts.relation is Relation.FATHER and proven_grounds(facts)[0].ground.proof is proof


def _is_mother(facts: ParentFacts) -> bool:
    return facts.relation is Relation.MOTHER


def _shows_no_paper_of_a_father(facts: ParentFacts) -> bool:
    return not facts.papers & (ALL_FATHER_PAPERS | MOTHER_PAPERS)


TABLE: tuple[Rule[ParentFacts], ...] = (
    Rule("NOT_LEGAL_PARENT",
         Clause("PARENT_STEP", "A step-parent is not a lawful parent.", citations.NHSO_FAMILY),
         lambda facts: facts.kinship is Kinship.STEP),
    Rule("NOT_LEGAL_PARENT",
         Clause("PARENT_ADOPTIVE", "An adoptive parent has no right through the adopted principal.",
                citations.REGISTER_PARENTS),
         lambda facts: facts.kinship is Kinship.ADOPTIVE),
    Rule("NOT_LEGAL_PARENT",
         Clause("PARENT_IN_LAW", "A parent of the spouse is not a parent of the principal.", citations.NHSO_FAMILY),
         lambda facts: facts.kinship is Kinship.IN_LAW),
    Rule("EVIDENCE_NOT_ACCEPTED",
         Clause("MOTHER_PAPERS", "A mother is proven by the principal's birth certificate or house registration.",
                citations.NHSO_PARENTS),
         lambda facts: _is_mother(facts) and not facts.papers & MOTHER_PAPERS),
    Rule("EVIDENCE_NOT_ACCEPTED",
         Clause("FATHER_PAPERS", "A father's marriage, registration or judgment is proven by its own paper.",
                citations.NHSO_PARENTS),
         lambda facts: not _is_mother(facts) and not proven_grounds(facts)
         and (bool(grounds_that_apply(facts.parentage)) or _shows_no_paper_of_a_father(facts))),
    Rule("FATHER_NOT_LEGITIMATE",
         Clause("FATHER_UNPROVEN", "Without marriage, registration or judgment a father is not a lawful parent.",
                citations.LEGITIMATED_CHILD),
         lambda facts: not _is_mother(facts) and not proven_grounds(facts)),
    Rule("DEAD",
         Clause("PARENT_DIED_BEFORE", "Who died before the right could start has none.", citations.NHSO_START_AND_END),
         lambda facts: facts.death_date is not None and facts.death_date < _starts_on(facts)),
    Rule(OK,
         Clause("MOTHER", "A child is always its mother's lawful child.", citations.CHILD_OF_MOTHER),
         _is_mother),
    Rule(OK,
         Clause("FATHER_BY_MARRIAGE", "The parents' marriage makes the father a lawful parent; divorce changes nothing.",
                citations.NHSO_PARENTS),
         lambda facts: _father_by(Proof.MARRIAGE, facts)),
    Rule(OK,
         Clause("FATHER_BY_KR11", "Registration of the child makes the father a lawful parent.", citations.NHSO_PARENTS),
         lambda facts: _father_by(Proof.REGISTRATION, facts)),
    Rule(OK,
         Clause("FATHER_BY_JUDGMENT", "A final judgment makes the father a lawful parent.", citations.NHSO_PARENTS),
         lambda facts: _father_by(Proof.JUDGMENT, facts)),
)  # fmt: skip

COVERED_ON_DAY_OF_DEATH = Clause(
    "PARENT_DIED", "The right lasts through the day of death.", citations.REGISTER_LIFECYCLE
)


def decide(facts: ParentFacts) -> ParentDecision:
    """Whether the person has a right as a parent, else the refusal code of spec 3.9; no answer depends on the day."""
    rule = first_that_applies(TABLE, facts)
    if not rule.accepts:
        return ParentDecision(
            code=rule.code, accepted=False, clauses=(rule.clause,), facts=facts, missing=_missing(rule.code, facts)
        )
    state = EntitlementState.ACTIVE
    clauses = [rule.clause]
    if facts.relation is Relation.FATHER:
        clauses.append(proven_grounds(facts)[0].ground.clause)
    if has_own_right(facts.own_scheme):
        state = EntitlementState.STANDBY
        clauses.append(OWN_RIGHT_FIRST)
    if facts.death_date is not None:
        state = EntitlementState.ENDED
        clauses.append(COVERED_ON_DAY_OF_DEATH)
    until = None if facts.death_date is None else facts.death_date + timedelta(days=1)
    period = Period(_starts_on(facts), until)
    return ParentDecision(code=OK, accepted=True, clauses=tuple(clauses), facts=facts, period=period, state=state)


def _missing(code: str, facts: ParentFacts) -> tuple[Need, ...]:
    if code not in ("EVIDENCE_NOT_ACCEPTED", "FATHER_NOT_LEGITIMATE"):
        return ()
    if _is_mother(facts):
        return (Need(Slot.LEGALITY, tuple(sorted(MOTHER_PAPERS))),)
    happened = [FATHER_PAPERS[found.ground.proof] for found in grounds_that_apply(facts.parentage)]
    return (Need(Slot.LEGALITY, tuple(sorted(frozenset().union(*happened) or ALL_FATHER_PAPERS))),)
