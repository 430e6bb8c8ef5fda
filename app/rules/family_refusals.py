"""What is said when the law gives a relative no right: the code of spec 3.9, the clause, and the field to look at."""

from dataclasses import replace
from datetime import date

from app.domain.errors import BadInput, PortalError, Refused
from app.domain.people import Relation, Sex
from app.rules import parameters
from app.rules.around import Around
from app.rules.decision import Slot
from app.rules.family_law import BIRTH_DATE, MARRIAGE_DATE, UNDECIDED, RelativeDecision
from app.rules.impossible import Fault, faults_of
from app.rules.kin import kin_of
from app.rules.majority import majority_date
from app.rules.relatives import Relative
from app.rules.unlikely import MAY_BE_TWINS

FIELDS = {
    "NOT_LEGAL_PARENT": "kinship",
    "EVIDENCE_NOT_ACCEPTED": "evidence_ids",
    "FATHER_NOT_LEGITIMATE": "marriage_date",
    "OUTSIDE_310_DAYS": "marriage_end_date",
    "NIKAH_NOT_ALLOWED": "marriage_paper",
    "NIKAH_REQUIRED": "marriage_paper",
    "ONE_SPOUSE_ONLY": "relation",
    "MAX_FOUR": "relation",
    "MARRIAGE_NOT_VALID_ON_DATE": "marriage_date",
    "ADOPTED_CHILD": "is_adopted",
    "ADOPTED_OUT": "adopted_out_date",
    "BEYOND_ORDER_3": "birth_order",
    "DEAD": "death_date",
    "MARRIAGE": "own_marriage_date",
    "AGE_20": "birth_date",
}
"""At which field of the form a refusal is shown."""


def refusals_of(law: RelativeDecision, relative: Relative) -> list[PortalError]:
    """Why the right cannot be asked for, at most one thing at a time: the first test that fails (spec 3.9)."""
    if law.accepted:
        return []
    if law.code == UNDECIDED:
        fact = law.missing[0].any_of[0]
        return [BadInput("REQUIRED", field=fact)] if fact in (MARRIAGE_DATE, BIRTH_DATE) else []
    if law.fault is not None:
        return [_impossible(law.fault)]
    if law.code == "BEYOND_ORDER_3" and MAY_BE_TWINS in law.clauses:
        return [
            Refused("BEYOND_OR_TWIN", citation=MAY_BE_TWINS.citation, field="seq_in_delivery", clause=MAY_BE_TWINS.code)
        ]
    clause, field = law.clauses[0], FIELDS.get(law.code, "national_id")
    is_promised = relative.told.to_follow is not None
    facts: dict[str, object] = {"clause": clause.code, "needs": _papers(law), "is_promised": is_promised}
    if law.code == "NIKAH_NOT_ALLOWED":
        facts["lacks"] = _lacks_for_nikah(relative)
    if law.code == "AGE_20" and relative.birth_date is not None:
        facts["majority_date"] = majority_date(relative.birth_date)
    return [Refused(law.code, citation=clause.citation, field=field, **facts)]


def refusals_of_principal(sex: Sex | None, birth_date: date | None, family: Around) -> list[PortalError]:
    """Whom a change of the principal's own sex or birth makes impossible; `family` is what stands, himself as registered."""
    changed = replace(family, principal_sex=sex, principal_birth_date=birth_date)
    found: list[PortalError] = []
    for one in family.others:
        before = {_place_of(fault) for fault in faults_of(kin_of(one, family))}
        fresh = (fault for fault in faults_of(kin_of(one, changed)) if _place_of(fault) not in before)
        if (fault := next(fresh, None)) is not None:
            facts: dict[str, object] = {"clause": fault.clause.code, "whose": one.relation, "date": one.birth_date}
            found.append(Refused("FAMILY_CANNOT_BE", citation=fault.clause.citation, field="birth_date", **facts))
    return found


def _place_of(fault: Fault) -> tuple[str, str, Relation | None]:
    """What cannot be, at which field and for whom, whichever day it is."""
    return fault.code, fault.found.field, fault.found.whose


def _lacks_for_nikah(relative: Relative) -> str:
    """Which of the three facts fails first: the faith, the province, and else the sex of the principal."""
    if not relative.told.is_muslim:
        return "is_muslim"
    in_provinces = relative.told.home_province_code in parameters.NIKAH_PROVINCES.value
    return "sex" if in_provinces else "home_province_code"


def _impossible(fault: Fault) -> PortalError:
    """What cannot be, at the field that shows it, with the two days that contradict each other and whose the other one is."""
    found = fault.found
    facts = {"clause": fault.clause.code, "date": found.day, "other_date": found.other_day, "whose": found.whose}
    return Refused(fault.code, citation=fault.clause.citation, field=found.field, **facts)


def _papers(law: RelativeDecision) -> tuple[str, ...]:
    """Any one of these papers would help."""
    return tuple(paper for need in law.missing if need.slot is not Slot.FACT for paper in need.any_of)
