"""What other files of the law say of a candidate is part of the whole judgement: the family, the service, the days before."""

from dataclasses import replace
from datetime import date

from app.domain.people import Relation, Sex
from app.domain.period import Period
from app.rules.around import Around
from app.rules.relatives import Relative
from tests.rules.test_certification import AGENCY, CHILD, FAMILY, START, TODAY, WEDDING, judge, refused, spell


def test_what_a_changed_principal_is_to_the_family_and_what_is_odd_of_a_service_are_part_of_the_judgement():
    daughter = Relative("c", Relation.CHILD, date(2000, 5, 1), Sex.F, WEDDING, period=Period(START))
    family = Around(TODAY, Sex.M, date(1985, 1, 1), (Period(START),), (daughter,))
    same = replace(AGENCY, family=family, is_new=False)
    assert refused(known=same) == []
    younger = judge(known=same, birth_date=date(1999, 1, 1))
    assert [error.field for error in younger.refusals] == ["birth_date"]
    assert [clause.code for clause in judge(birth_date=date(2000, 1, 1)).doubts] == ["SERVICE_UNDER_18"]
    assert judge(known=replace(AGENCY, is_new=False), birth_date=date(2000, 1, 1)).doubts == []


def test_days_before_a_pension_that_nobody_asked_for_are_part_of_the_judgement():
    pension = date(2027, 10, 1)
    around = replace(
        FAMILY.around, principal_active=(Period(START, pension), Period(pension)), leans_on=pension, runs_since=START
    )  # fmt: skip
    known = replace(FAMILY, principal_from=pension, around=around)
    assert [clause.code for clause in judge(CHILD, known).doubts] == ["EARLIER_DAYS"]
    assert judge(CHILD, known, entitled_from=pension).doubts == []


def test_of_who_has_other_particulars_it_is_told_that_they_differ_and_nothing_else():
    stands = spell(birth_date=date(1970, 1, 1))
    (error,) = judge(known=replace(AGENCY, spells=(stands,))).refusals
    assert (error.code, error.facts) == ("OWN_RIGHT_OVERLAP", {"differs": True})
