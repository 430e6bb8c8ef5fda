"""Who is beside whom in a family, and when a doubt about it is asked again."""

from dataclasses import replace
from datetime import date

from app.domain.people import Relation
from app.rules import unlikely
from app.rules.kin import kin_of
from tests.rules.test_family_law import FATHER, MOTHER, child
from tests.rules.test_impossible import parent


def test_what_is_odd_is_asked_again_only_where_the_facts_are_others():
    old = replace(MOTHER, principal_birth_date=date(1950, 1, 1))
    stands, mended = kin_of(child(), old), kin_of(child(born=date(2017, 5, 1)), old)
    asked = unlikely.doubts_of(stands)
    assert asked and unlikely.doubts_of(mended) == asked
    assert unlikely.doubts_of(stands, [stands]) == ()
    assert unlikely.doubts_of(mended, [stands]) == asked
    promised = kin_of(child(told=replace(child().told, to_follow="PAPERS")), old)
    assert unlikely.doubts_of(promised, [stands]) == ()


def test_the_other_parent_died_on_the_earlier_of_two_days_that_are_told():
    """One mother with a right of a former service and one of this: a marriage after either death is a slip."""
    rights = [
        parent(Relation.MOTHER, told=replace(parent(Relation.MOTHER).told, death_date=date(year, 1, 1)))
        for year in (1985, 1980)
    ]
    for others in (rights, rights[::-1]):
        found = kin_of(parent(Relation.FATHER), replace(FATHER, others=tuple(others)))
        assert found.other_parent is not None and found.other_parent.death_date == date(1980, 1, 1)
    living = kin_of(parent(Relation.FATHER), replace(FATHER, others=(parent(Relation.MOTHER),)))
    assert living.other_parent is not None and living.other_parent.death_date is None
