"""Children of one birth: who is asked for a number, and what happens where two have the same."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.people import Relation, Sex, ToFollow
from app.rules.relatives import Relative
from app.rules.told import Told
from tests.rules.test_certification import CHILD, FAMILY, WEDDING, judge

MOTHER_OF = replace(FAMILY, around=replace(FAMILY.around, principal_sex=Sex.F))
SIBLING = Relative("d", Relation.CHILD, date(2016, 5, 2), Sex.M)


@pytest.mark.parametrize(
    ("principal", "born", "number", "told", "is_asked"),
    [
        (Sex.F, date(2016, 5, 1), None, WEDDING, True),
        (Sex.F, date(2016, 5, 3), None, WEDDING, True),
        (Sex.F, date(2016, 5, 4), None, WEDDING, False),
        (Sex.F, date(2016, 5, 1), 1, WEDDING, False),
        (Sex.M, date(2016, 5, 1), None, WEDDING, False),  # a father may have children of two women
        (Sex.F, date(2016, 5, 1), None, Told(to_follow=ToFollow.FACTS), False),  # a list has no column for it
        (Sex.F, date(2016, 5, 1), None, Told(to_follow=ToFollow.PAPERS, is_adopted=True), False),
    ],
)
def test_children_whom_one_mother_bore_within_a_day_need_a_number_each(principal, born, number, told, is_asked):
    around = replace(MOTHER_OF.around, principal_sex=principal, others=(SIBLING,))
    found = judge(CHILD, replace(FAMILY, around=around), birth_date=born, seq_in_delivery=number, told=told)
    asked = [(error.code, error.field) for error in found.refusals if error.code == "TWIN_NUMBER_MISSING"]
    assert asked == [("TWIN_NUMBER_MISSING", "seq_in_delivery")] * is_asked


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (date(2016, 1, 1), date(2016, 1, 1)),
        (date(2016, 1, 1), date(2015, 12, 31)),  # whose elder is known by the year only
        (date(2016, 1, 2), date(2016, 1, 1)),
    ],
)
def test_of_two_children_of_an_unknown_day_the_registrar_is_asked(first, second):
    sibling = replace(SIBLING, birth_date=first)
    known = replace(FAMILY, around=replace(MOTHER_OF.around, others=(sibling,)))
    found = judge(CHILD, known, birth_date=second)
    assert found.refusals == [] and [clause.code for clause in found.doubts] == ["CHILD_MAY_BE_TWIN"]


STANDS_AS_TWIN = Relative("c", Relation.CHILD, date(2016, 5, 1), Sex.F, seq_in_delivery=2)


@pytest.mark.parametrize(
    ("stood", "codes", "doubts"),
    [
        ((), ["SAME_PLACE_IN_DELIVERY"], []),
        ((replace(STANDS_AS_TWIN, seq_in_delivery=1),), [], []),  # it stood so: it goes on
        ((STANDS_AS_TWIN,), [], ["CHILD_SAME_PLACE"]),  # an edit from 2 to 1
        ((replace(STANDS_AS_TWIN, seq_in_delivery=1, birth_date=date(2015, 5, 1)),), [], ["CHILD_SAME_PLACE"]),
    ],
)
def test_a_number_that_an_edit_gives_twice_is_the_registrars_to_look_at_and_one_that_stood_so_nobodys(
    stood, codes, doubts
):
    twin = replace(SIBLING, birth_date=date(2016, 5, 1), seq_in_delivery=1)
    known = replace(FAMILY, around=replace(FAMILY.around, others=(twin,)), stood=stood)
    found = judge(CHILD, known, seq_in_delivery=1)
    assert [error.code for error in found.refusals] == codes
    assert [clause.code for clause in found.doubts] == doubts
    assert judge(CHILD, known, seq_in_delivery=2).doubts == [], "another number is nobody's"


def test_twins_who_stand_without_numbers_go_on():
    stood = (replace(STANDS_AS_TWIN, seq_in_delivery=None),)
    known = replace(FAMILY, around=replace(MOTHER_OF.around, others=(SIBLING,)), stood=stood)
    assert judge(CHILD, known).refusals == []
