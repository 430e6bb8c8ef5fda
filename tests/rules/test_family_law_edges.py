"""The family before the law, at its edges: who counts beside a child, which paper speaks for a wife, what a list leaves open."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.people import EntitlementState, Relation, Sex, ToFollow
from app.domain.period import Period
from app.rules.around import Around
from app.rules.decision import Need, Slot
from app.rules.family_law import decide
from app.rules.family_refusals import refusals_of
from app.rules.legitimacy import IDENTITY_PAPERS
from app.rules.papers import MarriagePaper, Paper
from app.rules.relatives import Relative
from app.rules.schemes import Scheme
from app.rules.told import Told
from tests.rules.test_family_law import FATHER, MARRIED, MOTHER, START, TODAY, WEDDING, child, codes, nikah, spouse

DAY = timedelta(days=1)
BOTH_PAPERS = frozenset({Paper.MARRIAGE_CERT_TH, Paper.NIKAH_CERT_TH})
MUSLIM = Told(marriage_date=date(2020, 1, 1), is_muslim=True, home_province_code="94")
WIFE = spouse("w", place=1)
FROM_A_LIST = Told(to_follow=ToFollow.FACTS)


def beside(*others: Relative, around: Around = FATHER) -> Around:
    return replace(around, others=others)


# Children


def test_a_sibling_without_a_birth_date_is_not_counted():
    found = decide(child(birth_order=1), beside(Relative("x", Relation.CHILD, told=MARRIED, place=1)))
    assert (found.code, found.birth_order) == ("OK", 1)


def test_only_a_multiple_birth_is_a_delivery_of_several():
    elders = child("e1", date(2012, 1, 1)), child("e2", date(2014, 1, 1))
    assert decide(child(), FATHER).delivery_id is None
    twins = [child(f"t{n}", date(2016, 1, 2 * n), seq_in_delivery=n) for n in (1, 2)]
    assert decide(twins[1], beside(twins[0])).delivery_id is None  # two days apart
    assert decide(child(), beside(*elders)).delivery_id is None


def test_a_sibling_who_is_not_proven_takes_no_place_while_it_waits():
    elders = [child(f"e{n}", date(2012 + n, 1, 1), told=Told(), papers=frozenset(), place=n + 1) for n in range(3)]
    found = decide(child(place=9), beside(*elders))
    assert (found.code, found.birth_order) == ("OK", 1)
    from_a_list = [replace(elder, told=FROM_A_LIST) for elder in elders]
    assert decide(child(place=9), beside(*from_a_list)).code == "BEYOND_ORDER_3"
    registered = Told(paternity_registered_date=TODAY + DAY, to_follow=ToFollow.FACTS)
    later = [replace(elder, told=registered, papers=frozenset({Paper.PATERNITY_REG_KR11})) for elder in elders]
    assert decide(child(place=9), beside(*later)).code == "OK"  # they are lawful from tomorrow on


def test_a_half_sibling_born_between_twins_does_not_part_them():
    elders = tuple(child(f"e{n}", date(2016 + n, 1, 1), place=n) for n in range(2))
    first = child("t1", date(2020, 1, 1), seq_in_delivery=1, place=7)
    second = child("t2", date(2020, 1, 1), seq_in_delivery=2, place=8)
    for born in (date(2018, 6, 1), date(2020, 1, 1)):
        other = child("t1-x", born, told=Told(), papers=frozenset(), place=6)  # stands nowhere, as it is not proven
        found = decide(second, beside(*elders, other, first))
        assert (found.code, found.birth_order) == ("OK", 4) and found.delivery_id


def test_who_is_born_beside_twins_or_after_them_is_none_of_them():
    first, second = (child(f"t{n}", seq_in_delivery=n) for n in (1, 2))
    half_sibling, younger = child("x"), child("y", date(2018, 5, 1))
    for other in (half_sibling, younger):
        assert decide(other, beside(first, second)).delivery_id is None


def test_two_multiple_births_are_two_deliveries():
    pairs = [child(f"{of}{n}", born, seq_in_delivery=n) for of, born in
             (("a", date(2016, 5, 1)), ("b", date(2018, 5, 1))) for n in (1, 2)]  # fmt: skip
    found = {one.national_id: decide(one, beside(*(other for other in pairs if other is not one))) for one in pairs}
    assert [found[number].code for number in ("a1", "a2", "b1", "b2")] == ["OK"] * 4
    assert found["a1"].delivery_id == found["a2"].delivery_id != found["b1"].delivery_id == found["b2"].delivery_id


def test_the_second_twin_comes_after_one_whose_place_was_not_told():
    found = decide(child("a", seq_in_delivery=2, birth_order=2), beside(child("z")))
    assert (found.birth_order, "CHILD_ORDER_DIFFERS" in codes(found)) == (2, False)


def test_an_elder_who_is_known_is_not_counted_again_by_the_number_that_was_typed():
    elder = child("e", date(2012, 1, 1))
    found = decide(child(birth_order=2), beside(elder))
    assert (found.birth_order, "CHILD_ORDER_DIFFERS" in codes(found)) == (2, False)


def test_without_a_birth_date_nothing_is_decided_of_a_child():
    found = decide(child(born=None), FATHER)
    assert (found.code, [need.any_of for need in found.missing]) == ("UNDECIDED", [("birth_date",)])


def test_what_is_proven_stands_among_the_reasons_and_what_is_taken_over_says_so():
    proven = decide(child(), FATHER)
    assert "FAMILY_TAKEN_OVER" not in codes(proven) and "FATHER_WEDLOCK" in codes(proven)
    registered = Told(paternity_registered_date=date(2018, 6, 1))
    late = decide(child(told=registered, papers=frozenset({Paper.PATERNITY_REG_KR11})), FATHER)
    assert late.legitimate_from == date(2018, 6, 1)


def test_an_own_right_makes_a_childs_a_standby_and_no_right_has_no_state():
    assert decide(child(), FATHER).state is EntitlementState.ACTIVE
    found = decide(child(told=replace(MARRIED, declared_scheme=Scheme.CSMBS)), FATHER)
    assert found.state is EntitlementState.STANDBY and "OWN_RIGHT_FIRST" in codes(found)
    gone = decide(child(told=replace(MARRIED, adopted_out_date=date(2020, 1, 1), declared_scheme=Scheme.CSMBS)), FATHER)
    assert gone.state is None and "OWN_RIGHT_FIRST" not in codes(gone)
    assert "OWN_RIGHT_FIRST" not in codes(decide(child(), FATHER))


def test_only_a_standing_childs_place_can_be_pushed_out():
    younger = [child(f"y{n}", date(2018 + n, 1, 1)) for n in range(3)]
    now = [replace(one, period=Period(one.birth_date, date(2038, 1, 1))) for one in younger]
    over = [replace(one, period=Period(one.birth_date, TODAY)) for one in younger]
    assert "CHILD_PUSHES_OUT" in codes(decide(child(), beside(*now)))
    assert "CHILD_PUSHES_OUT" not in codes(decide(child(), beside(*over)))


def test_who_stands_without_a_place_goes_on_from_the_day_of_the_right_unless_its_own_facts_are_told_otherwise():
    """Its place went to an elder who was told of, or told to live, later (spec 3.5); who asks anew gives way."""
    days = [date(2018 + n, 1, 1) for n in range(3)]
    others = [child(f"s{n}", day, period=Period(day)) for n, day in enumerate(days)]
    since = Period(date(2021, 3, 1))
    last = child("last", date(2020, 6, 1), period=since, birth_order=3)
    asked = replace(last, period=None)
    for kept in (decide(asked, beside(*others), [last]), decide(last, beside(*others))):
        assert (kept.code, kept.birth_order, kept.period) == ("OK", 4, Period(since.from_on, date(2040, 6, 1)))
        assert "CHILD_DISPLACED" in codes(kept)
    earlier = replace(last, period=Period(date(2020, 7, 1), date(2021, 3, 1)))
    assert decide(asked, beside(*others), [last, earlier]).period.from_on == date(2020, 7, 1)
    numbered = replace(asked, birth_order=4)  # as it is: nobody is unknown
    assert decide(numbered, beside(*others), [last]).accepted
    assert decide(replace(asked, birth_order=5), beside(*others), [replace(last, birth_order=5)]).accepted
    for told in (
        {"birth_date": date(2020, 6, 2)}, {"seq_in_delivery": 1}, {"birth_order": 5},
        {"told": replace(MARRIED, elder_minor_deaths=1), "birth_order": 4},
    ):  # fmt: skip
        assert decide(replace(asked, **told), beside(*others), [last]).code == "BEYOND_ORDER_3", told
    assert decide(asked, beside(*others)).code == "BEYOND_ORDER_3"
    assert "CHILD_DISPLACED" not in codes(decide(asked, beside(*others[1:]), [last]))


def test_the_last_stretch_of_a_grown_child_is_taken_over_from_a_list():
    services = Period(START, date(2017, 1, 1)), Period(date(2018, 1, 1), date(2019, 1, 1)), Period(date(2020, 1, 1))
    grown = child(born=date(2003, 1, 1), told=Told(marriage_date=date(2000, 1, 1), to_follow=ToFollow.FACTS))
    found = decide(grown, replace(FATHER, principal_active=services))
    assert found.period == Period(date(2020, 1, 1), date(2023, 1, 1))


def test_what_is_accepted_is_not_curable_even_where_a_paper_is_missing():
    found = decide(child(papers=frozenset({Paper.MARRIAGE_CERT_TH})), FATHER)
    assert found.missing and not found.is_curable


# Spouses


def test_the_sexes_of_both_count():
    husband = replace(spouse(), sex=Sex.M)
    assert decide(husband, MOTHER).code == "OK" and not decide(husband, MOTHER).is_owed
    assert decide(husband, FATHER).code == "MARRIAGE_NOT_VALID_ON_DATE"
    assert decide(replace(nikah(), sex=Sex.M), MOTHER).code == "NIKAH_NOT_ALLOWED"


@pytest.mark.parametrize(
    ("kind", "standing", "code", "clause"),
    [
        (None, 0, "OK", "SPOUSE_MARRIAGE"),
        (None, 1, "OK", "SPOUSE_NIKAH"),
        (MarriagePaper.MARRIAGE_CERT_TH, 1, "NIKAH_REQUIRED", "SPOUSE_NIKAH_REQUIRED"),
        (MarriagePaper.NIKAH_CERT_TH, 0, "OK", "SPOUSE_NIKAH"),
    ],
)
def test_the_paper_that_was_told_speaks_else_the_one_that_fits(kind, standing, code, clause):
    asked = spouse("n", told=replace(MUSLIM, marriage_paper=kind), papers=BOTH_PAPERS)
    found = decide(asked, beside(*[WIFE] * standing))
    assert found.code == code and clause in codes(found)


def test_the_one_paper_that_is_filed_is_taken_whatever_it_is():
    for paper, clause in ((Paper.MARRIAGE_CERT_TH, "SPOUSE_MARRIAGE"), (Paper.NIKAH_CERT_TH, "SPOUSE_NIKAH")):
        assert clause in codes(decide(spouse("n", told=MUSLIM, papers=frozenset({paper})), FATHER))


def test_a_nikah_that_a_list_names_stays_owed_with_its_day_and_without():
    told = replace(FROM_A_LIST, marriage_paper=MarriagePaper.NIKAH_CERT_TH)
    for known in (told, replace(told, marriage_date=date(2018, 1, 1))):
        found = decide(spouse("n", told=known, papers=frozenset({Paper.NIKAH_CERT_TH})), FATHER)
        assert (found.code, found.is_owed, codes(found)) == ("OK", True, {"FAMILY_TAKEN_OVER"})
    second = replace(told, is_muslim=True, home_province_code="94")
    found = decide(spouse("n", told=second, papers=frozenset({Paper.NIKAH_CERT_TH})), beside(WIFE))
    assert (found.is_owed, found.period) == (True, Period(START))


def test_a_second_wife_without_the_day_of_her_marriage_waits_for_it():
    asked = spouse("n", told=replace(MUSLIM, marriage_date=None), papers=frozenset({Paper.NIKAH_CERT_TH}))
    found = decide(asked, beside(WIFE))
    assert (found.code, [need.any_of for need in found.missing]) == ("UNDECIDED", [("marriage_date",)])


# Taken over from a list


def listed(**told) -> Relative:
    return spouse("l", told=replace(FROM_A_LIST, **told), papers=frozenset())


def test_who_is_taken_over_owes_the_facts_and_has_days_and_a_state():
    found = decide(listed(), FATHER)
    assert (found.code, found.accepted, found.is_owed) == ("OK", True, True)
    assert (found.period, found.state) == (Period(START), EntitlementState.ACTIVE)
    assert decide(listed(declared_scheme=Scheme.CSMBS), FATHER).state is EntitlementState.STANDBY


@pytest.mark.parametrize(
    ("told", "until"),
    [
        ({"death_date": date(2020, 5, 1)}, date(2020, 5, 2)),
        ({"marriage_end_date": date(2019, 1, 1)}, date(2019, 1, 1)),
        ({"death_date": date(2020, 5, 1), "marriage_end_date": date(2019, 1, 1)}, date(2019, 1, 1)),
        ({"death_date": date(2018, 5, 1), "marriage_end_date": date(2019, 1, 1)}, date(2018, 5, 2)),
        ({"marriage_end_date": START + DAY}, START + DAY),
    ],
)
def test_the_first_end_that_was_told_ends_what_is_taken_over(told, until):
    assert decide(listed(**told), FATHER).period == Period(START, until)


def test_what_ended_before_it_could_begin_is_not_taken_over():
    assert not decide(listed(marriage_end_date=START), FATHER).accepted
    assert not decide(listed(death_date=START - DAY), FATHER).accepted


def test_nobody_is_taken_over_before_the_birth():
    long_ago = replace(FATHER, principal_active=(Period(date(1970, 1, 1)),))
    assert decide(listed(), long_ago).period == Period(date(1982, 1, 1))
    father = Relative("f", Relation.FATHER, date(1955, 1, 1), Sex.M, FROM_A_LIST)
    assert decide(father, FATHER).period == Period(START)
    divorced = replace(father, told=replace(FROM_A_LIST, marriage_end_date=date(2018, 1, 1)))
    assert decide(divorced, FATHER).period == Period(START)  # a parent's divorce ends no right


# What is laid around


def test_of_one_person_each_relation_counts_once_as_it_stood_first():
    first, again = child("c"), child("c", date(2017, 1, 1))
    mother = Relative("c", Relation.MOTHER, date(1950, 1, 1))
    assert beside(first).beside([again, mother, child("d")]).others == (first, mother, child("d"))


@pytest.mark.parametrize(
    ("told", "days"),
    [
        ({}, Period(WEDDING)),
        ({"marriage_date": None}, Period(date.min)),
        ({"death_date": date(2020, 5, 1)}, Period(WEDDING, date(2020, 5, 2))),
        ({"death_date": date(2020, 5, 1), "marriage_end_date": date(2019, 1, 1)}, Period(WEDDING, date(2019, 1, 1))),
        ({"marriage_end_date": WEDDING}, Period(WEDDING)),
        ({"marriage_end_date": WEDDING + DAY}, Period(WEDDING, WEDDING + DAY)),
        ({"marriage_date": None, "marriage_end_date": date(2019, 1, 1)}, Period(date.min, date(2019, 1, 1))),
    ],
)
def test_the_days_that_a_marriage_takes_up(told, days):
    assert spouse(told=replace(MARRIED, **told)).days == days


def test_the_days_of_a_right_that_stands_are_those_that_were_decided():
    assert spouse(period=Period(START)).days == Period(START)


def test_a_refusal_names_the_papers_that_would_help_and_no_facts():
    unproven = child(told=Told(), papers=frozenset({Paper.BIRTH_CERT_CHILD}))
    found = decide(unproven, FATHER)
    asked = replace(found, missing=(Need(Slot.FACT, ("kinship",)), *found.missing))
    (refusal,) = refusals_of(asked, unproven)
    assert set(refusal.facts["needs"]) == {paper for need in found.missing for paper in need.any_of}


def test_a_mother_with_a_paper_of_fathers_alone_has_shown_none_that_counts():
    found = decide(child(told=Told(), papers=frozenset({Paper.PATERNITY_REG_KR11})), MOTHER)
    assert found.code == "EVIDENCE_NOT_ACCEPTED"
    assert [need.any_of for need in found.missing] == [tuple(sorted(IDENTITY_PAPERS))]


def test_papers_are_named_in_one_order():
    alone = decide(child(told=Told(), papers=frozenset()), FATHER)
    unproven = decide(child(papers=frozenset({Paper.MARRIAGE_CERT_TH})), FATHER)
    unmarried = decide(spouse(papers=frozenset()), FATHER)
    for needed in (alone.missing, unproven.missing, unmarried.missing):
        assert needed and all(list(need.any_of) == sorted(need.any_of) for need in needed)
