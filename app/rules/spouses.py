"""คู่สมรส: which spouse of a principal has a right, and the rule of the four provinces (spec 3.3; seed 001, since 2018).

"กรณีผู้มีสิทธิ(ชาย) ที่อยู่ในจังหวัดสตูล, ปัตตานี, ยะลา, นราธิวาส และ นับถือศาสนาอิสลาม สามารถบันทึกคู่สมรสได้ 4 คน
โดยใช้ใบนิกะห์(ภาษาไทย) เป็นหลักฐาน". The province is that of the house registration on the day of recording; a later
move ends nothing. The first test that fails decides (spec 3.9).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.people import EntitlementState, Sex
from app.domain.period import Period
from app.rules import citations, parameters
from app.rules.decision import OK, Clause, Decision, Flag, Need, Rule, Slot, first_that_applies
from app.rules.own_right import OWN_RIGHT_FIRST, has_own_right
from app.rules.papers import Paper
from app.rules.schemes import Scheme

CIVIL_PAPERS = frozenset({Paper.MARRIAGE_CERT_TH, Paper.MARRIAGE_CERT_FOREIGN})
SPOUSE_PAPERS = CIVIL_PAPERS | {Paper.NIKAH_CERT_TH}


@dataclass(frozen=True)
class SpouseFacts:
    """A marriage to be recorded.

    `home_province_code` is the principal's; `open_spouses_before` counts the spouses recorded and not ended, by civil
    marriage and nikah together; `divorce_date` is the first day without the marriage; without `principal_from` the right is
    reckoned from the marriage.
    """

    principal_sex: Sex
    spouse_sex: Sex
    principal_is_muslim: bool
    home_province_code: str
    open_spouses_before: int
    marriage_date: date
    paper: Paper | None
    own_scheme: Scheme | None = None
    principal_from: date = date.min
    divorce_date: date | None = None
    death_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class SpouseDecision(Decision):
    """Whether the spouse has a right, in which state it is recorded, and its legal days; both None when refused."""

    state: EntitlementState | None = None
    period: Period | None = None


def may_marry_by_nikah(facts: SpouseFacts) -> bool:
    """Whether the principal is one of those for whom the nikah certificate counts."""
    lives_there = facts.home_province_code in parameters.NIKAH_PROVINCES.value
    return facts.principal_sex is Sex.M and facts.principal_is_muslim and lives_there


def _same_sex_before_the_law(facts: SpouseFacts) -> bool:
    same_sex = facts.principal_sex is facts.spouse_sex
    return same_sex and facts.marriage_date < parameters.SAME_SEX_MARRIAGE_FROM


def _starts_on(facts: SpouseFacts) -> date:
    """The marriage or the principal's start; a marriage of two of one sex not before Thai law knows it."""
    known_from = parameters.SAME_SEX_MARRIAGE_FROM if _same_sex_before_the_law(facts) else date.min
    return max(facts.principal_from, facts.marriage_date, known_from)


def _ends_on(facts: SpouseFacts) -> date | None:
    """The first day without right: the day of divorce, the day after a death; None while neither is known."""
    after_death = None if facts.death_date is None else facts.death_date + timedelta(days=1)
    return min((day for day in (facts.divorce_date, after_death) if day is not None), default=None)


def _ended_before_it_started(facts: SpouseFacts) -> bool:
    until = _ends_on(facts)
    return until is not None and until <= _starts_on(facts)


TABLE: tuple[Rule[SpouseFacts], ...] = (
    Rule("EVIDENCE_NOT_ACCEPTED",
         Clause("SPOUSE_PAPERS", "A spouse is proven by a marriage certificate, Thai or foreign.", citations.NHSO_SPOUSE),
         lambda facts: facts.paper not in SPOUSE_PAPERS),
    Rule("NIKAH_NOT_ALLOWED",
         Clause("SPOUSE_NIKAH_NOT_ALLOWED", "The nikah certificate counts for Muslim men of four provinces only.",
                citations.NHSO_SPOUSE),
         lambda facts: facts.paper is Paper.NIKAH_CERT_TH and not may_marry_by_nikah(facts)),
    Rule("ONE_SPOUSE_ONLY",
         Clause("SPOUSE_ONE_ONLY", "A principal has one spouse at a time.", citations.BIGAMY),
         lambda facts: facts.open_spouses_before >= 1 and not may_marry_by_nikah(facts)),
    Rule("MAX_FOUR",
         Clause("SPOUSE_MAX_FOUR", "No more than four spouses, civil marriage and nikah counted together.",
                citations.NHSO_SPOUSE),
         lambda facts: facts.open_spouses_before >= parameters.SPOUSES_BY_NIKAH.value),
    Rule("NIKAH_REQUIRED",
         Clause("SPOUSE_NIKAH_REQUIRED", "A further spouse needs a nikah certificate; a second civil marriage is void.",
                citations.BIGAMY),
         lambda facts: facts.open_spouses_before >= 1 and facts.paper in CIVIL_PAPERS),
    Rule("MARRIAGE_NOT_VALID_ON_DATE",
         Clause("SPOUSE_SAME_SEX_BEFORE_LAW", "Before 23 January 2025 Thai law knew no marriage of two of one sex.",
                citations.EQUAL_MARRIAGE),
         lambda facts: facts.paper is not Paper.MARRIAGE_CERT_FOREIGN and _same_sex_before_the_law(facts)),
    Rule("MARRIAGE_NOT_VALID_ON_DATE",
         Clause("SPOUSE_ENDED_BEFORE", "A marriage that ended before the right could start gives none.",
                citations.NHSO_START_AND_END),
         _ended_before_it_started),
    Rule(OK,
         Clause("SPOUSE_NIKAH", "A Muslim man of the four provinces may record up to four spouses by nikah certificate.",
                citations.NHSO_SPOUSE),
         lambda facts: facts.paper is Paper.NIKAH_CERT_TH),
    Rule(OK,
         Clause("SPOUSE_FOREIGN_SAME_SEX_BEFORE_LAW",
                "A foreign marriage of two of one sex counts from the day on which Thai law knows it.",
                citations.REGISTER_SPOUSE, Flag.REVIEW),
         _same_sex_before_the_law),
    Rule(OK,
         Clause("SPOUSE_MARRIAGE", "A registered marriage makes the spouse a lawful member of the family.",
                citations.NHSO_SPOUSE),
         lambda facts: facts.paper in CIVIL_PAPERS),
)  # fmt: skip


def decide(facts: SpouseFacts) -> SpouseDecision:
    """Whether the spouse has a right, else the refusal code of spec 3.9; no answer depends on the day."""
    rule = first_that_applies(TABLE, facts)
    if not rule.accepts:
        return SpouseDecision(
            code=rule.code, accepted=False, clauses=(rule.clause,), facts=facts, missing=_missing(rule.code)
        )
    state, clauses = EntitlementState.ACTIVE, [rule.clause]
    if has_own_right(facts.own_scheme):
        state = EntitlementState.STANDBY
        clauses.append(OWN_RIGHT_FIRST)
    if _ends_on(facts) is not None:
        state = EntitlementState.ENDED
    period = Period(_starts_on(facts), _ends_on(facts))
    return SpouseDecision(code=OK, accepted=True, clauses=tuple(clauses), facts=facts, state=state, period=period)


def _missing(code: str) -> tuple[Need, ...]:
    if code == "NIKAH_REQUIRED":
        return (Need(Slot.LEGALITY, (Paper.NIKAH_CERT_TH,)),)
    if code in ("EVIDENCE_NOT_ACCEPTED", "NIKAH_NOT_ALLOWED"):
        return (Need(Slot.LEGALITY, tuple(sorted(CIVIL_PAPERS))),)
    return ()
