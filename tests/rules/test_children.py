"""A principal's children: who has a place, why, in which spells; sentences and properties beyond the worked cases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.people import TerminationReason
from app.domain.period import Period
from app.rules import birth_order, children
from app.rules.children import decide, spells
from app.rules.decision import Flag
from app.rules.family import Child, Family
from app.rules.incompetence import is_incompetent_on, order_period

DAY = timedelta(days=1)
SERVICE = (Period(date(2005, 1, 1)),)


def child(name, birth, **facts):
    return Child(name, birth, facts.pop("delivery", name), legitimate_from=facts.pop("lawful", birth), **facts)


def brood(*kids, service=SERVICE):
    return Family(service, kids)


A, B, C, D = (child(name, date(2006 + 2 * place, 1, 1)) for place, name in enumerate("ABCD"))


def clauses(family, on, name):
    return [clause.code for clause in decide(family, on)[name].clauses]


def test_the_answer_names_the_clauses_that_give_or_refuse_the_place():
    on = date(2018, 6, 1)
    assert len(decide(brood(A, B, C, D), on)) == len(list(decide(brood(A, B, C, D), on))) == 4
    twin = child("T", date(2010, 1, 1), delivery="C")
    assert clauses(brood(A, B, C, D), on, "C") == ["CHILD", "CHILD_PLACE"]
    assert clauses(brood(A, B, C, D), on, "D") == ["CHILD_BEYOND_ORDER_3"]
    assert clauses(brood(A, B, C, twin), on, "T") == ["CHILD", "CHILD_MULTIPLE_BIRTH"]
    dead = replace(A, death_date=date(2015, 1, 1))
    assert clauses(brood(dead, B, C, D), on, "D") == ["CHILD", "CHILD_REPLACEMENT"]
    twins = (D, child("T", date(2012, 1, 1), delivery="D"))
    replaced = brood(dead, B, C, *twins)
    assert clauses(replaced, on, "T") == ["CHILD", "CHILD_REPLACEMENT", "CHILD_REPLACEMENT_MULTIPLE"]
    assert decide(replaced, on)["T"].flags == (Flag.NEEDS_REGISTRAR_CONFIRMATION,)


def test_an_answer_holds_until_the_next_day_that_changes_it():
    family = brood(replace(A, death_date=date(2015, 1, 1)), B, C, D)
    assert decide(family, date(2012, 6, 1))["D"].holds_until == date(2015, 1, 2)
    assert decide(family, date(2015, 1, 2))["D"].holds_until == date(2032, 1, 1)
    assert decide(family, date(2032, 1, 1))["D"].holds_until is None
    assert decide(family, date(2015, 1, 1))["A"].holds_until == date(2015, 1, 2)
    assert decide(family, date(2012, 6, 1))["B"].holds_until == date(2028, 1, 1)
    assert decide(family, date(2012, 6, 1))["D"].facts == family


def test_before_its_birth_a_child_has_no_right_and_no_place():
    decision = decide(brood(A), date(2005, 12, 31))["A"]
    assert (decision.code, decision.accepted, decision.birth_order, decision.in_quota) == (
        "NOT_BORN",
        False,
        None,
        False,
    )
    assert decision.holds_until == date(2006, 1, 1)
    assert decide(brood(A), date(2006, 1, 1))["A"].code == "OK"


def test_a_displaced_child_keeps_the_right_until_the_registrar_ends_it():
    late = child("Z", date(2004, 1, 1), lawful=date(2017, 1, 1))
    family = brood(late, A, B, C)
    assert decide(family, date(2016, 12, 31))["C"].flags == ()
    kept = decide(family, date(2017, 1, 1))["C"]
    assert (kept.accepted, kept.in_quota, kept.birth_order, kept.flags) == (
        True,
        False,
        4,
        (Flag.REVIEW_ORDER_DISPLACED,),
    )
    ended = brood(late, A, B, replace(C, displacement_ended_date=date(2018, 7, 1)))
    assert decide(ended, date(2018, 6, 30))["C"].accepted
    assert decide(ended, date(2018, 7, 1))["C"].code == "BEYOND_ORDER_3"
    assert spells(ended)["C"] == (children.Spell(Period(date(2010, 1, 1), date(2018, 7, 1)), TerminationReason.OTHER),)
    grown = decide(family, date(2031, 1, 1))["C"]
    assert (grown.code, grown.flags) == ("AGE_20", ())


def test_a_child_that_was_never_in_is_not_displaced_by_a_late_elder():
    late = child("Z", date(2004, 1, 1), lawful=date(2017, 1, 1))
    assert decide(brood(late, A, B, C, D), date(2018, 1, 1))["D"].code == "BEYOND_ORDER_3"


def test_a_nikah_of_a_child_ends_nothing_but_is_reviewed():
    wed = brood(replace(A, nikah_date=date(2022, 1, 1)))
    assert decide(wed, date(2021, 12, 31))["A"].flags == ()
    decision = decide(wed, date(2022, 1, 1))["A"]
    assert (decision.code, decision.flags) == ("OK", (Flag.REVIEW,))
    assert decide(wed, date(2026, 1, 1))["A"].flags == ()


def test_a_marriage_without_majority_is_reviewed_from_its_day_on():
    wed = brood(replace(A, registered_marriage_date=date(2022, 1, 1)))  # at 16
    assert decide(wed, date(2021, 12, 31))["A"].flags == ()
    assert decide(wed, date(2022, 1, 1))["A"].flags == (Flag.REVIEW,)
    with_leave = brood(replace(A, registered_marriage_date=date(2022, 1, 1), marriage_court_permitted=True))
    assert clauses(with_leave, date(2022, 1, 1), "A") == ["CHILD_MARRIED", "CHILD_PLACE", "MAJORITY_MARRIAGE_COURT"]


def test_an_incompetent_childs_right_needs_the_declaration_of_care():
    ordered = replace(A, incompetent=order_period(date(2020, 1, 1), None))
    minor, adult = date(2025, 12, 31), date(2026, 1, 1)
    assert decide(brood(ordered), minor)["A"].missing == ()
    needs = decide(brood(ordered), adult)["A"].missing
    assert [(need.slot, need.any_of) for need in needs] == [("FACT", ("IN_CARE_OF_PRINCIPAL",))]
    assert decide(brood(replace(ordered, in_care=True)), adult)["A"].missing == ()


def test_the_days_of_a_court_order():
    order, lifted = date(2020, 1, 1), date(2021, 1, 1)
    assert order_period(None, lifted) == order_period(order, order) == order_period(None, None) == ()
    days = order_period(order, lifted)
    asked = [order - DAY, order, lifted - DAY, lifted]
    assert [is_incompetent_on(days, day) for day in asked] == [False, True, True, False]
    assert is_incompetent_on(order_period(order, None), date(2999, 1, 1))


@pytest.mark.parametrize(
    ("facts", "last_day", "reason"),
    [
        ({"death_date": date(2015, 1, 1)}, date(2015, 1, 1), TerminationReason.DECEASED),
        ({"adopted_out_date": date(2015, 1, 1)}, date(2014, 12, 31), TerminationReason.ADOPTED_OUT),
        ({"registered_marriage_date": date(2024, 1, 1)}, date(2023, 12, 31), TerminationReason.CHILD_MARRIED),
        ({}, date(2025, 12, 31), TerminationReason.AGE_OF_MAJORITY),
        (
            {"incompetent": order_period(date(2020, 1, 1), date(2030, 5, 5))},
            date(2030, 5, 4),
            TerminationReason.INCOMPETENCE_LIFTED,
        ),
        (
            {"incompetent": order_period(date(2020, 1, 1), None), "death_date": date(2030, 5, 5)},
            date(2030, 5, 5),
            TerminationReason.DECEASED,
        ),
    ],
)
def test_a_spell_says_why_it_ends(facts, last_day, reason):
    (spell,) = spells(brood(replace(A, **facts)))["A"]
    assert (spell.period.from_on, spell.period.last_day, spell.end_reason) == (A.birth_date, last_day, reason)


def test_a_spell_ends_with_the_principals_and_a_new_service_brings_a_new_one():
    service = (Period(date(2005, 1, 1), date(2010, 1, 1)), Period(date(2012, 1, 1)))
    first, second = spells(brood(A, service=service))["A"]
    assert (first.period.until_on, first.end_reason) == (date(2010, 1, 1), TerminationReason.PRINCIPAL_ENDED)
    assert second.period == Period(date(2012, 1, 1), date(2026, 1, 1))
    assert decide(brood(A, service=service), date(2011, 1, 1))["A"].code == "PRINCIPAL_NOT_ACTIVE"


def test_an_open_spell_has_no_end_and_no_reason():
    ordered = replace(A, incompetent=order_period(date(2020, 1, 1), None))
    assert spells(brood(ordered))["A"] == (children.Spell(Period(date(2006, 1, 1)), None),)


def test_the_day_of_death_is_covered_even_if_a_sibling_is_born_on_it():
    family = brood(replace(A, death_date=B.birth_date), B)
    assert decide(family, B.birth_date)["A"].accepted
    assert decide(family, B.birth_date + DAY)["A"].code == "DEAD"


def test_a_place_is_free_from_the_day_after_the_death():
    kids = [replace(A, death_date=date(2015, 1, 1)), B, C, D]
    assert not birth_order.places_on(kids, date(2015, 1, 1))["D"].in_quota
    assert birth_order.places_on(kids, date(2015, 1, 2))["D"].in_quota


def test_children_of_two_mothers_born_on_one_day_stay_two_deliveries_the_earlier_lawful_one_first():
    first, second = child("Y", date(2008, 1, 1)), child("X", date(2008, 1, 1), lawful=date(2010, 1, 1))
    places = birth_order.places_on([second, A, first, child("E", date(2011, 1, 1))], date(2018, 1, 1))
    assert {name: place.birth_order for name, place in places.items()} == {"A": 1, "Y": 2, "X": 3, "E": 4}
    assert not places["E"].in_quota
