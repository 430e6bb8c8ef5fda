"""บุตรชอบด้วยกฎหมาย: is the child lawful towards this principal, on which papers, from which day (spec 3.4; seed 001, since 2018)?

Identity and legality are separate: a marriage certificate proves that a child is lawful, but not which child it is
(spec 11 Q25). The first test that fails decides (spec 3.9).
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from app.domain.people import Sex
from app.rules import citations
from app.rules.decision import Clause, Decision, Flag, Need, Rule, Slot, first_that_applies
from app.rules.fatherhood import GROUNDS, Ground, Legitimated, Parentage, Proof, grounds_that_apply, is_outside_310_days
from app.rules.papers import Paper

MOTHER_BY_BIRTH = "MOTHER_BY_BIRTH"
IDENTITY_PAPERS = frozenset({Paper.BIRTH_CERT_CHILD, Paper.HOUSE_REG_CHILD})
FATHER_PAPERS = {
    Proof.MARRIAGE: frozenset({Paper.MARRIAGE_CERT_TH, Paper.MARRIAGE_CERT_FOREIGN}),
    Proof.REGISTRATION: frozenset({Paper.PATERNITY_REG_KR11}),
    Proof.JUDGMENT: frozenset({Paper.COURT_ORDER_FAMILY}),
}
ALL_FATHER_PAPERS = frozenset().union(*FATHER_PAPERS.values())


@dataclass(frozen=True)
class LegitimacyFacts:
    """A child claimed by a principal.

    `parentage` is the child's birth and what the principal, as father, did about it. `matches_registry` tells that the
    civil registry names the principal as the child's parent, which fills the place of an identity paper.
    """

    principal_sex: Sex
    parentage: Parentage
    papers: frozenset[Paper] = frozenset()
    is_adopted_by_principal: bool = False
    matches_registry: bool = False


@dataclass(frozen=True, kw_only=True)
class LegitimacyDecision(Decision):
    """`code` is the ground, or why not; `legitimate_from` the first day as lawful child, None when refused."""

    legitimate_from: date | None = None


def proven_grounds(facts: LegitimacyFacts) -> list[Legitimated]:
    """The grounds of fatherhood for which a paper is there, the earliest first; a mother needs none."""
    if _is_mother(facts):
        return []
    applying = grounds_that_apply(facts.parentage)
    return [found for found in applying if FATHER_PAPERS[found.ground.proof] & facts.papers]


def _is_mother(facts: LegitimacyFacts) -> bool:
    return facts.principal_sex is Sex.F


def _is_proven(facts: LegitimacyFacts) -> bool:
    return bool(facts.papers & IDENTITY_PAPERS if _is_mother(facts) else proven_grounds(facts))


def _shows_no_accepted_paper(facts: LegitimacyFacts) -> bool:
    if _is_mother(facts):
        return True
    return bool(grounds_that_apply(facts.parentage)) or not facts.papers & (ALL_FATHER_PAPERS | IDENTITY_PAPERS)


REFUSALS: tuple[Rule[LegitimacyFacts], ...] = (
    Rule("ADOPTED_CHILD",
         Clause("CHILD_ADOPTED", "An adopted child has no right and takes no place.", citations.NHSO_CHILD_TERMS),
         lambda facts: facts.is_adopted_by_principal),
    Rule("EVIDENCE_NOT_ACCEPTED",
         Clause("CHILD_NIKAH", "A nikah certificate proves a spouse, not a child.",
                citations.NHSO_CHILD_PAPERS, Flag.REVIEW),
         lambda facts: not _is_proven(facts) and Paper.NIKAH_CERT_TH in facts.papers
         and not facts.papers & ALL_FATHER_PAPERS),
    Rule("EVIDENCE_NOT_ACCEPTED",
         Clause("CHILD_PAPERS", "The child is proven by none of the papers that the rule names for this parent.",
                citations.NHSO_CHILD_PAPERS),
         lambda facts: not _is_proven(facts) and _shows_no_accepted_paper(facts)),
    Rule("OUTSIDE_310_DAYS",
         Clause("CHILD_OUTSIDE_310_DAYS", "A child born more than 310 days after the marriage ended is not presumed.",
                citations.PRESUMED_CHILD),
         lambda facts: not _is_proven(facts) and is_outside_310_days(facts.parentage)),
    Rule("FATHER_NOT_LEGITIMATE",
         Clause("CHILD_OF_UNMARRIED_FATHER", "Being named as father is not enough without marriage, registration or judgment.",
                citations.LEGITIMATED_CHILD),
         lambda facts: not _is_proven(facts)),
)  # fmt: skip


def _is_proven_first_by(ground: Ground, facts: LegitimacyFacts) -> bool:
    return proven_grounds(facts)[0].ground is ground


def _accepts(ground: Ground) -> Rule[LegitimacyFacts]:
    return Rule(ground.code, ground.clause, lambda facts: _is_proven_first_by(ground, facts))


TABLE: tuple[Rule[LegitimacyFacts], ...] = (
    *REFUSALS,
    Rule(MOTHER_BY_BIRTH,
         Clause("CHILD_OF_MOTHER", "A child is its mother's lawful child from birth.", citations.CHILD_OF_MOTHER),
         _is_mother),
    *map(_accepts, GROUNDS),
)  # fmt: skip
_REFUSED = frozenset(rule.code for rule in REFUSALS)


@lru_cache(maxsize=64)  # a child is looked at once for itself and once for each of its siblings
def decide(facts: LegitimacyFacts) -> LegitimacyDecision:
    """Whether the child is lawful and by what, else the refusal code of spec 3.9; no answer depends on the day."""
    rule = first_that_applies(TABLE, facts)
    accepted = rule.code not in _REFUSED
    proven = proven_grounds(facts)
    from_on = proven[0].from_on if proven else facts.parentage.birth_date
    return LegitimacyDecision(
        code=rule.code,
        accepted=accepted,
        clauses=(rule.clause,),
        facts=facts,
        missing=_missing_identity(facts) if accepted else _missing_legality(rule.code, facts),
        legitimate_from=from_on if accepted else None,
    )


def _missing_identity(facts: LegitimacyFacts) -> tuple[Need, ...]:
    if (
        facts.matches_registry
        or facts.papers & IDENTITY_PAPERS
        or proven_grounds(facts)[0].ground.proof is not Proof.MARRIAGE
    ):
        return ()
    return (Need(Slot.IDENTITY, tuple(sorted(IDENTITY_PAPERS))),)


def _missing_legality(code: str, facts: LegitimacyFacts) -> tuple[Need, ...]:
    if code == "ADOPTED_CHILD":
        return ()
    if _is_mother(facts):
        return (Need(Slot.LEGALITY, tuple(sorted(IDENTITY_PAPERS))),)
    happened = [FATHER_PAPERS[found.ground.proof] for found in grounds_that_apply(facts.parentage)]
    return (Need(Slot.LEGALITY, tuple(sorted(frozenset().union(*happened) or ALL_FATHER_PAPERS))),)
