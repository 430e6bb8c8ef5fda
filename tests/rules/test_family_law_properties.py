"""What holds for every family that a clerk lays before the law, and for a principal with several services."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.people import Relation, Sex, ToFollow
from app.domain.period import Period
from app.rules.around import Around
from app.rules.family_law import decide
from app.rules.household import Household, Member, Principal, explain
from app.rules.papers import Paper
from app.rules.relatives import Relative
from app.rules.told import Told
from tests.rules.test_family_law import BIRTH_AND_MARRIAGE, FATHER, MOTHER, START, TODAY, child, nikah, spouse

days = st.dates(date(1998, 1, 1), date(2026, 1, 1))


@given(st.lists(days, min_size=1, max_size=7), st.permutations(range(7)))
def test_the_order_of_asking_does_not_matter_for_children(born, order):
    """Whoever is asked for first, the same children come in, and never more than the rule of three lets in."""
    brood = [child(f"k{n}", day, place=order[n] + 1) for n, day in enumerate(born)]
    renumbered = [replace(one, place=8 - one.place) for one in brood]

    def entitled(children: list[Relative]) -> set[str]:
        others = {one.national_id: tuple(o for o in children if o is not one) for one in children}
        found = {one.national_id: decide(one, replace(MOTHER, others=others[one.national_id])) for one in children}
        return {number for number, decision in found.items() if decision.accepted}

    assert entitled(brood) == entitled(renumbered)
    assert len(entitled(brood)) <= 3


@given(days, st.one_of(st.none(), days), st.one_of(st.none(), days), st.one_of(st.none(), days))
def test_an_accepted_child_has_days_ahead_or_until_its_death_within_the_law(born, wedding, registered, death):
    told = Told(marriage_date=wedding, paternity_registered_date=registered, death_date=death)
    papers = BIRTH_AND_MARRIAGE | {Paper.PATERNITY_REG_KR11}
    found = decide(child(born=born, told=told, papers=papers), FATHER)
    if not found.accepted:
        assert found.period is None and found.code != "OK"
        return
    assert found.period.from_on >= max(START, born, found.legitimate_from)
    assert found.period.until_on is not None
    assert found.period.until_on > TODAY or (death and found.period.until_on == death + timedelta(days=1))
    assert found.period.until_on <= born.replace(year=born.year + 20, day=min(born.day, 28)) + timedelta(days=4)


MOVED = date(2024, 4, 1)
TWICE = Around(TODAY, Sex.M, date(1980, 3, 4), (Period(START, MOVED), Period(MOVED)))
OF_THE_LATER, OF_THE_EARLIER = replace(TWICE, leans_on=MOVED), replace(TWICE, leans_on=START)


def test_a_child_has_days_in_each_service_of_its_father_and_not_across_them():
    until = date(2036, 5, 1)
    assert decide(child(), OF_THE_EARLIER).code == "PRINCIPAL_NOT_ACTIVE"  # those days are over
    assert decide(child(), replace(OF_THE_EARLIER, today=date(2023, 1, 1))).period == Period(date(2016, 5, 1), MOVED)
    assert decide(child(), OF_THE_LATER).period == decide(child(), TWICE).period == Period(MOVED, until)
    ahead = replace(OF_THE_LATER, today=date(2024, 3, 31))
    assert decide(child(), ahead).period == Period(MOVED, until)
    assert decide(child(), replace(ahead, principal_active=(Period(START),))).period == Period(MOVED, until)
    assert decide(child(born=date(2025, 6, 1)), OF_THE_LATER).period.from_on == date(2025, 6, 1)
    fourth = child("d", date(2019, 1, 1), place=9)
    elders = tuple(child(f"e{n}", date(2016 + n, 1, 1), place=n + 1) for n in range(3))
    assert decide(fourth, replace(OF_THE_LATER, others=elders)).code == "BEYOND_ORDER_3"
    listed = child(told=Told(to_follow=ToFollow.FACTS), born=date(2000, 1, 1), papers=frozenset())
    assert decide(listed, OF_THE_EARLIER).period == Period(START, date(2020, 1, 1))


def test_a_wife_and_a_mother_lean_on_the_service_that_they_are_asked_for():
    mother = Relative("m", Relation.MOTHER, date(1955, 1, 1), Sex.F, papers=frozenset({Paper.HOUSE_REG_PRINCIPAL}))
    for around, start in ((OF_THE_LATER, MOVED), (TWICE, MOVED), (OF_THE_EARLIER, START)):
        assert decide(spouse(), around).period.from_on == decide(mother, around).period.from_on == start


def test_a_wife_who_stands_at_two_agencies_counts_once():
    here_and_there = [spouse("w1", place=0, period=period) for period in (Period(START), Period(MOVED))]
    others = (*here_and_there, *(nikah(f"n{n}", place=0, period=Period(START)) for n in range(2)))
    assert decide(nikah(), replace(FATHER, others=others)).code == "OK"
    fourth = nikah("n3", place=0, period=Period(START))
    assert decide(nikah(), replace(FATHER, others=(*others, fourth))).code == "MAX_FOUR"


@pytest.mark.parametrize(("day", "period"), [(date(2020, 1, 1), Period(START, MOVED)), (TODAY, Period(MOVED))])
def test_what_stood_at_the_former_agency_is_explained_by_the_service_there(day, period):
    kid = replace(child(born=date(2014, 1, 1)), period=period)
    principal = Principal("p", Sex.M, date(1980, 3, 4), "MUNICIPAL_OFFICER", TWICE.principal_active)
    _own, found = explain(Household(principal, (Member(kid),)), day)
    assert found.entitled and found.period.from_on == period.from_on


def test_what_the_law_waits_for_is_named():
    mother = Relative("m", Relation.MOTHER, date(1955, 1, 1), Sex.F, papers=frozenset({Paper.HOUSE_REG_PRINCIPAL}))
    for around in (replace(FATHER, principal_birth_date=None), replace(FATHER, principal_active=())):
        assert (decide(mother, around).code, decide(mother, around).missing[0].any_of) == ("UNDECIDED", ("birth_date",))
    undated = spouse("undated", told=Told())
    first = spouse("first", period=Period(START), place=0)
    assert decide(undated, replace(FATHER, others=(first,))).code == "ONE_SPOUSE_ONLY"  # no date could change that
    nobody = replace(FATHER, others=(first,), principal_sex=None)
    assert decide(undated, nobody).missing[0].any_of == ("marriage_date",)
    assert decide(spouse(), nobody).missing[0].any_of == ("principal_sex",)
    unsaid = replace(nikah(province="54").told, is_muslim=None)
    assert decide(spouse("n", told=unsaid, papers=frozenset({Paper.NIKAH_CERT_TH})), FATHER).code == "NIKAH_NOT_ALLOWED"


def test_a_sibling_who_waits_counts_from_the_day_on_which_it_is_lawful():
    owing = {"told": Told(to_follow=ToFollow.FACTS), "papers": frozenset()}
    listed = tuple(child(f"e{n}", date(2012 + n, 1, 1), place=n + 1, **owing) for n in range(3))
    assert decide(child(place=9), replace(FATHER, others=listed)).code == "BEYOND_ORDER_3"
    ahead = {"told": Told(paternity_registered_date=date(2027, 1, 1)), "papers": frozenset({Paper.PATERNITY_REG_KR11})}
    one_later = (*listed[:2], child("e2", date(2014, 1, 1), place=3, **ahead))
    assert decide(child(place=9), replace(FATHER, others=one_later)).code == "OK"
    twin = child("twin", place=1, seq_in_delivery=2)
    assert decide(child(birth_order=1), replace(FATHER, others=(twin,))).birth_order == 1


def test_siblings_who_stand_keep_their_places_whatever_is_filed_of_them():
    """What stands was proven once: its own day of lawfulness counts, not the papers of today."""
    stand = tuple(
        Relative(f"s{n}", Relation.CHILD, day, Sex.F, period=Period(day), legitimate_from=day)
        for n, day in enumerate((date(2016, 1, 1), date(2017, 1, 1), date(2018, 1, 1)))
    )
    papers = frozenset({Paper.BIRTH_CERT_CHILD, Paper.MARRIAGE_CERT_TH})
    told = Told(marriage_date=date(2010, 1, 1))
    asked = Relative("d", Relation.CHILD, date(2020, 1, 1), Sex.M, told, papers, place=9)
    around = Around(date(2026, 11, 22), Sex.M, date(1980, 3, 4), (Period(date(2015, 10, 1)),), stand)
    assert decide(asked, around).code == "BEYOND_ORDER_3"
