"""บุคคลในครอบครัว: what the law makes of one relation, out of what was told and filed (spec 3.2-3.7; seed 001, since 2018).

The rules of parents, spouses and children decide; here the register's facts are laid before them. Who is taken over from
a list owes facts and papers: what only they could prove is taken as told until they come, what the law forbids is not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.domain.people import EntitlementState, PersonnelType, Relation, Sex, ToFollow
from app.domain.period import Period
from app.rules import children, evidence, legitimacy, parameters, parents, spouses
from app.rules.around import Around
from app.rules.decision import OK, Decision, Need, Slot
from app.rules.family_children import Brood, brood_of, days_within, facts_of_place, pushes_out, stands_from
from app.rules.family_clauses import MARRIED_BEFORE, ORDER_DIFFERS, PUSHES_OUT, TAKEN_OVER, WAITS_FOR_FACTS
from app.rules.family_spouses import decided, home_of, marriage_paper, open_spouses, silent_spouses
from app.rules.impossible import Fault, fault_of
from app.rules.kin import Kin, kin_of
from app.rules.lifecycle import Service
from app.rules.own_right import OWN_RIGHT_FIRST, OWN_RIGHT_TOPPED_UP, TOPPED_UP, has_own_right
from app.rules.papers import MarriagePaper, Paper
from app.rules.promised_papers import with_papers_to_follow
from app.rules.relatives import Relative
from app.rules.schemes import Scheme
from app.rules.told import Told
from app.rules.unlikely import MAY_BE_TWINS, doubts_of

MARRIAGE_DATE, KINSHIP, PRINCIPAL_SEX, BIRTH_DATE = "marriage_date", "kinship", "principal_sex", "birth_date"
UNDECIDED = "UNDECIDED"
CURABLE = frozenset({UNDECIDED, "EVIDENCE_NOT_ACCEPTED", "FATHER_NOT_LEGITIMATE"})
"""What facts or papers that are still to come can turn into a yes; all else the law forbids as it stands."""


@dataclass(frozen=True, kw_only=True)
class RelativeDecision(Decision):
    """What the law makes of the relation; without right `period` is None and `code` says why not.

    `is_owed` tells that it was accepted only for now: facts or papers are still to come. `fault` is what cannot be in the
    facts, so that no rule of the relation looked at them.
    """

    period: Period | None = None
    state: EntitlementState | None = None
    is_owed: bool = False
    legitimate_from: date | None = None
    legitimacy_basis: str | None = None
    birth_order: int | None = None
    delivery_id: str | None = None
    fault: Fault | None = None

    @property
    def is_curable(self) -> bool:
        """Whether a missing fact or paper alone stands against it."""
        return self.code in CURABLE and bool(self.missing)


def decide(relative: Relative, around: Around, stood: Sequence[Relative] = ()) -> RelativeDecision:
    """Whether and for which days the relative has a right through the principal; raises nothing.

    `stood` are the rights in whose place this one comes: what is wrong or odd about them already is not asked again.
    """
    kin, before = kin_of(relative, around), [kin_of(one, around) for one in stood]
    fault = fault_of(kin, before)
    if fault is not None:
        return RelativeDecision(code=fault.code, accepted=False, clauses=(fault.clause,), facts=relative, fault=fault)
    if relative.relation is Relation.CHILD:
        relative = replace(relative, stands_from=stands_from(relative, (relative, *stood), around.others))
    relative = with_papers_to_follow(relative, is_new=not before)
    around = replace(around, others=tuple(with_papers_to_follow(other) for other in around.others))
    match relative.relation:
        case Relation.FATHER | Relation.MOTHER:
            found = _parent(relative, around)
        case Relation.SPOUSE:
            found = _spouse(relative, around, is_new=not before)
        case _:
            found = _with_order_proven(relative, around, _child(relative, around), before)
            found = _asked_once(found, relative, stood, around)
    found = _doubted(_taken_over(relative, around, found), kin, before)
    return _topped_up(found) if _own_scheme(relative, around) in TOPPED_UP else found


def _asked_once(found: RelativeDecision, one: Relative, stood: Sequence[Relative], around: Around) -> RelativeDecision:
    """Whom a child pushes out was asked when it was approved: not again while it is told of as it stands."""
    known = [facts_of_place(before, around.others) for before in (one, *stood) if before.period is not None]
    if facts_of_place(one, around.others) in known:
        return replace(found, clauses=tuple(clause for clause in found.clauses if clause != PUSHES_OUT))
    return found


def _doubted(found: RelativeDecision, kin: Kin, stood: Iterable[Kin]) -> RelativeDecision:
    """With what the registrar has to look at; of who is refused only what may undo it: twins who were not told as such."""
    doubts = doubts_of(kin, stood if found.accepted else ())
    if not found.accepted:
        doubts = tuple(clause for clause in doubts if clause == MAY_BE_TWINS and found.code == "BEYOND_ORDER_3")
    return replace(found, clauses=(*found.clauses, *doubts)) if doubts else found


def missing_papers(
    relative: Relative, around: Around, personnel_type: PersonnelType | None = None
) -> tuple[evidence.Standing, ...]:
    """How the papers that are filed prove the right, by each open legal basis, the nearest to complete first."""
    bases: frozenset[str] | None = None
    match relative.relation:
        case Relation.SELF:
            if personnel_type is None:
                return ()
            bases = evidence.basis_of_service(personnel_type)
            return evidence.standings(relative.relation, Service.APPOINTED, relative.papers, bases=bases)
        case Relation.CHILD if around.principal_sex is not None:
            bases = evidence.bases_of_child(around.principal_sex)
        case Relation.SPOUSE:
            bases = evidence.bases_of_spouse(by_nikah=relative.told.marriage_paper is MarriagePaper.NIKAH_CERT_TH)
    return evidence.standings(relative.relation, evidence.Begin.STARTED, relative.papers, bases=bases)


def _parent(relative: Relative, around: Around) -> RelativeDecision:
    told, start, born = relative.told, around.principal_from, around.principal_birth_date
    if start is None or born is None:
        return _waits(relative, BIRTH_DATE)
    found = parents.decide(
        parents.ParentFacts(
            relative.relation, told.kinship or parents.Kinship.BIOLOGICAL, start, told.parentage_of(born),
            relative.papers, told.death_date, _own_scheme(relative, around),
        )
    )  # fmt: skip
    return _as_relative(found, relative, found.period, found.state)


def _spouse(relative: Relative, around: Around, *, is_new: bool) -> RelativeDecision:
    told = relative.told
    waiting = [MARRIAGE_DATE] if told.marriage_date is None else []
    if around.principal_sex is None or relative.sex is None or around.principal_from is None:
        waiting.append(PRINCIPAL_SEX)
    open_before = open_spouses(relative, around)
    if waiting and not (waiting == [MARRIAGE_DATE] and open_before):
        return _waits(relative, waiting[0])
    paper = marriage_paper(relative, open_before)
    # A list names the nikah certificate, but neither faith nor province: they are owed, and only the number can refuse.
    is_assumed = told.to_follow is ToFollow.FACTS and paper is Paper.NIKAH_CERT_TH and told.is_muslim is None
    is_muslim, province = bool(told.is_muslim), told.home_province_code or ""
    if is_assumed:
        is_muslim, province = True, min(parameters.NIKAH_PROVINCES.value)
    elif paper in spouses.CIVIL_PAPERS:
        is_muslim, province = home_of(relative, around)
    facts = spouses.SpouseFacts(
        around.principal_sex or Sex.M, relative.sex or Sex.F, is_muslim, province, open_before,
        told.marriage_date or around.today, paper, _own_scheme(relative, around),
        around.principal_from or around.today, told.marriage_end_date, told.death_date,
    )  # fmt: skip
    found = decided(facts, told.marriage_paper)
    if found.accepted and (told.marriage_date is None or is_assumed):
        return _waits(relative, MARRIAGE_DATE)
    if is_new and found.accepted and (silent := silent_spouses(relative, around)):
        with_them = replace(facts, open_spouses_before=open_before + silent)
        if not spouses.decide(with_them).accepted:
            found = replace(found, clauses=(*found.clauses, MARRIED_BEFORE))
    return _as_relative(found, relative, found.period, found.state)


def _child(relative: Relative, around: Around) -> RelativeDecision:
    if around.principal_sex is None:
        return _waits(relative, PRINCIPAL_SEX)
    if relative.birth_date is None:
        return _waits(relative, BIRTH_DATE)
    lawful = legitimacy.decide(_legitimacy_facts(relative, around.principal_sex, relative.birth_date))
    owed = lawful.code in CURABLE and bool(lawful.missing) and relative.told.to_follow is ToFollow.FACTS
    if not lawful.accepted and not owed:
        return _as_relative(lawful, relative, None, None)
    from_on = lawful.legitimate_from or relative.birth_date
    brood = brood_of(replace(relative, legitimate_from=from_on), around.others, around.principal_sex)
    return _child_with_place(relative, around, brood, lawful, owed)


def _with_order_proven(
    relative: Relative, around: Around, found: RelativeDecision, stood: Sequence[Kin]
) -> RelativeDecision:
    """Days that only the order of a court gives need that order; what a list does not hold is taken as told until it comes.

    An order with which the child stands already was seen when that was approved; a new one of who stands is filed.
    """
    told, event = relative.told, evidence.Begin.DECLARED_INCOMPETENT
    proof = evidence.standings(relative.relation, event, relative.papers)[0]
    is_seen = proof.is_complete or any(one.told.incompetent == told.incompetent for one in stood)
    if not found.accepted or told.incompetent_from is None or is_seen:
        return found
    alone = _child(replace(relative, told=replace(told, incompetent_from=None, incompetent_until=None)), around)
    if alone.period == found.period:
        return found
    if told.to_follow is ToFollow.FACTS and not stood:
        clauses = tuple(dict.fromkeys((*found.clauses, TAKEN_OVER)))
        return replace(found, clauses=clauses, missing=(*found.missing, *proof.missing), is_owed=True)
    return RelativeDecision(
        code="EVIDENCE_NOT_ACCEPTED", accepted=False, clauses=proof.clauses, facts=relative, missing=proof.missing,
        birth_order=found.birth_order, delivery_id=found.delivery_id,
    )  # fmt: skip


def _child_with_place(
    relative: Relative, around: Around, brood: Brood, lawful: legitimacy.LegitimacyDecision, owed: bool
) -> RelativeDecision:
    family = brood.family(around.principal_active)
    days = days_within(children.spells(family)[brood.own_id], around.leaning)
    period = _spell_of(days, around, relative.told)
    day = around.today if period is None or period.contains(around.today) else period.from_on
    decided = children.decide(family if period is not None else brood.family(around.leaning), day)[brood.own_id]
    clauses = (TAKEN_OVER,) if owed else lawful.clauses
    if relative.birth_order not in (None, decided.birth_order):
        clauses += (ORDER_DIFFERS,)
    if period is not None and pushes_out(brood, day, around.standing_on(day)):
        clauses += (PUSHES_OUT,)
    state = EntitlementState.ACTIVE if period is not None else None
    if period is not None and has_own_right(_own_scheme(relative, around)):
        state, clauses = EntitlementState.STANDBY, (*clauses, OWN_RIGHT_FIRST)
    return RelativeDecision(
        code=OK if period is not None else decided.code,
        accepted=period is not None,
        clauses=(*decided.clauses, *clauses),
        facts=relative,
        missing=(*decided.missing, *(lawful.missing if lawful.accepted else ())) if period is not None else (),
        holds_until=decided.holds_until,
        period=period,
        state=state,
        is_owed=owed,
        legitimate_from=lawful.legitimate_from or relative.birth_date,
        legitimacy_basis=None if owed else lawful.code,
        birth_order=decided.birth_order,
        delivery_id=brood.delivery_id,
    )


def _spell_of(spells: list[Period], around: Around, told: Told) -> Period | None:
    """The days that are asked for: those that run today, else those that ran when they were asked for, else the next ones.

    What was past gives no right any more, but until a death, as of a parent or spouse; from a list grown children are taken over.
    """
    coming = [period for period in spells if period.until_on is None or period.until_on > around.asked_since]
    running = [period for period in coming if period.contains(around.today)]
    past = [one for one in spells if told.to_follow is ToFollow.FACTS or one.until_on == _day_after(told.death_date)]
    return next(iter(running or coming or past[-1:]), None)


def _legitimacy_facts(relative: Relative, principal_sex: Sex, birth_date: date) -> legitimacy.LegitimacyFacts:
    told = relative.told
    return legitimacy.LegitimacyFacts(
        principal_sex, told.parentage_of(birth_date), relative.papers, bool(told.is_adopted)
    )


def _own_scheme(relative: Relative, around: Around) -> Scheme | None:
    return around.own_scheme or relative.told.declared_scheme


def _waits(relative: Relative, fact: str) -> RelativeDecision:
    need = Need(Slot.FACT, (fact,))
    return RelativeDecision(
        code=UNDECIDED, accepted=False, clauses=(WAITS_FOR_FACTS,), facts=relative, missing=(need,)
    )  # fmt: skip


def _as_relative(
    found: Decision, relative: Relative, period: Period | None, state: EntitlementState | None
) -> RelativeDecision:
    return RelativeDecision(
        code=found.code, accepted=found.accepted, clauses=found.clauses, facts=relative, missing=found.missing,
        holds_until=found.holds_until, period=period, state=state,
    )  # fmt: skip


def _taken_over(relative: Relative, around: Around, found: RelativeDecision) -> RelativeDecision:
    """Accepted for now, where only facts or papers are missing that a list does not hold."""
    start, told = around.principal_from, relative.told
    is_child = relative.relation is Relation.CHILD  # of whom `_child` has taken over what may be
    if told.to_follow is not ToFollow.FACTS or not found.is_curable or start is None or is_child:
        return found
    from_on = max(start, relative.birth_date or start)
    ends = [day for day in (_day_after(told.death_date), told.marriage_end_date) if day is not None]
    until = min(ends if relative.relation is Relation.SPOUSE else ends[: told.death_date is not None], default=None)
    if until is not None and until <= from_on:
        return found
    state = EntitlementState.STANDBY if has_own_right(_own_scheme(relative, around)) else EntitlementState.ACTIVE
    return replace(
        found, code=OK, accepted=True, clauses=(TAKEN_OVER,), period=Period(from_on, until), state=state, is_owed=True
    )  # fmt: skip


def _topped_up(found: RelativeDecision) -> RelativeDecision:
    """Social security and a private school's fund come first, but the right through the family is used behind them."""
    clauses = tuple(OWN_RIGHT_TOPPED_UP if clause == OWN_RIGHT_FIRST else clause for clause in found.clauses)
    state = EntitlementState.ACTIVE if found.state is EntitlementState.STANDBY else found.state
    return replace(found, clauses=clauses, state=state)


def _day_after(day: date | None) -> date | None:
    return None if day is None else day + timedelta(days=1)
