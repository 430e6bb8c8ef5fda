"""What the law makes of one relative, out of what a clerk told and filed: the way from the form to the rules."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.people import EntitlementState, Relation, Sex, ToFollow
from app.domain.period import Period
from app.rules.around import Around
from app.rules.family_law import decide, missing_papers
from app.rules.papers import MarriagePaper, Paper
from app.rules.parents import Kinship
from app.rules.relatives import Relative
from app.rules.schemes import Scheme
from app.rules.told import Told

TODAY, START = date(2026, 11, 21), date(2015, 10, 1)
FATHER = Around(TODAY, Sex.M, date(1980, 3, 4), (Period(START),))
MOTHER = replace(FATHER, principal_sex=Sex.F)
WEDDING = date(2010, 2, 14)
MARRIED = Told(marriage_date=WEDDING)
BIRTH_AND_MARRIAGE = frozenset({Paper.BIRTH_CERT_CHILD, Paper.MARRIAGE_CERT_TH})


def child(number: str = "c", born: date = date(2016, 5, 1), **values) -> Relative:
    return Relative(number, Relation.CHILD, born, Sex.F, **({"told": MARRIED, "papers": BIRTH_AND_MARRIAGE} | values))


def spouse(number: str = "s", **values) -> Relative:
    given = {"told": replace(MARRIED, marriage_paper=MarriagePaper.MARRIAGE_CERT_TH), "place": 5}
    given |= {"papers": frozenset({Paper.MARRIAGE_CERT_TH})}
    return Relative(number, Relation.SPOUSE, date(1982, 1, 1), Sex.F, **(given | values))


def nikah(number: str = "n", province: str = "94", **values) -> Relative:
    told = Told(
        marriage_paper=MarriagePaper.NIKAH_CERT_TH, marriage_date=date(2020, 1, 1), is_muslim=True,
        home_province_code=province,
    )  # fmt: skip
    return spouse(number, told=told, papers=frozenset({Paper.NIKAH_CERT_TH}), **values)


def codes(found) -> set[str]:
    return {clause.code for clause in found.clauses}


def test_a_child_born_in_marriage_has_a_right_until_the_eve_of_its_20th_birthday():
    found = decide(child(), FATHER)
    assert (found.code, found.period) == ("OK", Period(date(2016, 5, 1), date(2036, 5, 1)))
    assert (found.legitimate_from, found.legitimacy_basis, found.birth_order) == (
        date(2016, 5, 1),
        "BORN_IN_WEDLOCK",
        1,
    )
    assert found.holds_until == date(2036, 5, 1)


def test_a_marriage_from_before_a_divorce_is_the_void_one_also_at_the_agency_that_the_official_moved_to():
    """What the first wife had at the agency before lasted until the divorce; the new service began only after it."""
    before = Period(START, date(2026, 11, 1))
    first = spouse("first", place=0, period=before)
    moved = replace(
        FATHER, principal_active=(Period(START, date(2026, 11, 25)), Period(date(2026, 11, 25))), others=(first,)
    )
    moved = replace(moved, leans_on=date(2026, 11, 25))
    told = Told(marriage_paper=MarriagePaper.MARRIAGE_CERT_TH, marriage_date=date(2026, 10, 15))
    assert decide(spouse("second", told=told), moved).code == "ONE_SPOUSE_ONLY"
    left_out = replace(
        first, period=Period(START, date(2026, 11, 25))
    )  # ended with the move, which tells of no marriage
    found = decide(spouse("second", told=told), replace(moved, others=(left_out,)))
    assert found.code == "OK" and "SPOUSE_BEFORE" in codes(found)
    after = replace(told, marriage_date=date(2026, 11, 1))
    found = decide(spouse("second", told=after), moved)
    assert found.code == "OK" and "SPOUSE_BEFORE" not in codes(found)


def test_the_right_of_a_child_who_comes_of_age_tomorrow_lasts_until_tonight():
    found = decide(child(born=date(2006, 11, 22), told=Told(marriage_date=date(2000, 1, 1))), FATHER)
    assert found.period == Period(START, date(2026, 11, 22))


def test_a_child_of_age_since_today_has_none():
    found = decide(child(born=date(2006, 11, 21), told=Told(marriage_date=date(2000, 1, 1))), FATHER)
    assert (found.code, found.period) == ("AGE_20", None)


def test_a_child_of_an_unmarried_father_needs_a_paper_that_the_law_names():
    found = decide(child(told=Told(), papers=frozenset({Paper.BIRTH_CERT_CHILD})), FATHER)
    assert (found.code, found.is_curable) == ("FATHER_NOT_LEGITIMATE", True)
    papers = {paper for need in found.missing for paper in need.any_of}
    assert papers >= {Paper.PATERNITY_REG_KR11, Paper.COURT_ORDER_FAMILY, Paper.MARRIAGE_CERT_TH}


def test_the_same_child_of_a_mother_needs_its_birth_certificate_only():
    found = decide(child(told=Told(), papers=frozenset({Paper.BIRTH_CERT_CHILD})), MOTHER)
    assert (found.code, found.legitimacy_basis) == ("OK", "MOTHER_BY_BIRTH")


def test_a_marriage_certificate_alone_leaves_the_identity_to_be_proven():
    found = decide(child(papers=frozenset({Paper.MARRIAGE_CERT_TH})), FATHER)
    assert found.accepted and {paper for need in found.missing for paper in need.any_of} == {
        Paper.BIRTH_CERT_CHILD,
        Paper.HOUSE_REG_CHILD,
    }


@pytest.mark.parametrize(
    "told", [Told(paternity_registered_date=date(2018, 6, 1)), Told(court_final_date=date(2018, 6, 1))]
)
def test_registration_and_judgment_begin_the_right_on_their_day(told):
    papers = frozenset({Paper.PATERNITY_REG_KR11, Paper.COURT_ORDER_FAMILY})
    assert decide(child(told=told, papers=papers), FATHER).period.from_on == date(2018, 6, 1)


def test_the_fourth_child_has_no_place_and_the_third_has():
    elders = tuple(child(f"e{n}", date(2016 + n, 1, 1), place=n) for n in range(3))
    fourth = child("d", date(2020, 1, 1), place=9)
    assert decide(fourth, replace(FATHER, others=elders)).code == "BEYOND_ORDER_3"
    assert decide(elders[2], replace(FATHER, others=(*elders[:2], fourth))).birth_order == 3


def test_elders_who_stand_nowhere_are_counted_by_the_number_that_was_typed():
    assert decide(child(birth_order=4), FATHER).code == "BEYOND_ORDER_3"
    assert decide(child(birth_order=3), FATHER).code == "OK"


def test_a_place_left_by_a_death_before_majority_is_taken():
    found = decide(child(birth_order=4, told=replace(MARRIED, elder_minor_deaths=1)), FATHER)
    assert found.code == "OK" and "CHILD_REPLACEMENT" in codes(found)


def test_twins_in_third_place_both_come_in_also_across_midnight():
    elders = tuple(child(f"e{n}", date(2016 + n, 1, 1), place=n) for n in range(2))
    first = child("t1", date(2020, 1, 1), seq_in_delivery=1, place=7)
    second = child("t2", date(2020, 1, 2), seq_in_delivery=2, place=8)
    found = decide(second, replace(FATHER, others=(*elders, first)))
    assert (found.code, found.birth_order) == ("OK", 4) and "CHILD_MULTIPLE_BIRTH" in codes(found)
    assert found.delivery_id == decide(first, replace(FATHER, others=(*elders, second))).delivery_id is not None
    alone = replace(second, seq_in_delivery=None)
    assert (
        decide(alone, replace(FATHER, others=(*elders, replace(first, seq_in_delivery=None)))).code == "BEYOND_ORDER_3"
    )


def test_a_typed_number_that_differs_from_the_order_by_birth_is_a_doubt():
    younger = child("y", date(2018, 1, 1), place=2)
    elder = child("x", date(2016, 1, 1), place=1)
    found = decide(replace(younger, birth_order=1), replace(FATHER, others=(elder,)))
    assert found.accepted and "CHILD_ORDER_DIFFERS" in codes(found) and found.flags


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (replace(MARRIED, is_adopted=True), "ADOPTED_CHILD"),
        (replace(MARRIED, adopted_out_date=date(2020, 1, 1)), "ADOPTED_OUT"),
        (replace(MARRIED, death_date=date(2015, 9, 30)), "DEAD"),
    ],
)
def test_what_ends_a_child_before_today_gives_no_right(told, code):
    found = decide(child(born=date(2014, 5, 1), told=told), FATHER)
    assert (found.code, found.accepted, found.is_curable) == (code, False, False)


@pytest.mark.parametrize("died", [TODAY - timedelta(days=1), date(2020, 1, 1), START])
def test_a_child_who_died_after_its_right_began_had_it_until_then_as_a_parent_or_spouse(died):
    found = decide(child(born=date(2014, 5, 1), told=replace(MARRIED, death_date=died)), FATHER)
    assert (found.code, found.period) == ("OK", Period(START, died + timedelta(days=1)))


def test_a_child_who_died_grown_up_has_none():
    told = Told(marriage_date=date(1990, 1, 1), death_date=date(2024, 1, 1))
    assert decide(child(born=date(2000, 1, 1), told=told), FATHER).code != "OK"


def test_an_incompetent_child_of_age_comes_in_from_the_order_and_owes_the_declaration_of_care():
    told = Told(marriage_date=date(1990, 1, 1), incompetent_from=date(2025, 1, 1))
    grown = child(born=date(2000, 1, 1), told=told, papers=BIRTH_AND_MARRIAGE | {Paper.COURT_ORDER_INCOMPETENT})
    found = decide(grown, FATHER)
    assert found.period == Period(date(2025, 1, 1)) and found.missing
    assert not decide(replace(grown, told=replace(told, in_care=True)), FATHER).missing


def test_a_second_wife_in_pattani_and_in_phrae():
    first = spouse("first", period=Period(START), place=0)
    around = replace(FATHER, others=(first,))
    assert decide(nikah(province="94"), around).code == "OK"
    assert decide(nikah(province="54"), around).code == "NIKAH_NOT_ALLOWED"
    assert decide(spouse("second"), around).code == "ONE_SPOUSE_ONLY"
    wives = tuple(nikah(f"w{n}", period=Period(START), place=0) for n in range(4))
    assert decide(nikah(), replace(FATHER, others=wives)).code == "MAX_FOUR"


def test_a_former_wife_is_not_counted():
    former = spouse("first", period=Period(START, date(2018, 1, 1)), place=0)
    told = Told(marriage_paper=MarriagePaper.MARRIAGE_CERT_TH, marriage_date=date(2018, 1, 1))
    assert decide(spouse("second", told=told), replace(FATHER, others=(former,))).code == "OK"


def test_of_two_who_wait_the_first_asked_for_is_the_first():
    one, other = spouse("a", place=3), spouse("b", place=4)
    assert decide(one, replace(FATHER, others=(other,))).code == "OK"
    assert decide(other, replace(FATHER, others=(one,))).code == "ONE_SPOUSE_ONLY"


def test_without_the_day_of_the_marriage_the_law_waits():
    found = decide(spouse(told=Told(), papers=frozenset()), FATHER)
    assert (found.code, found.missing[0].any_of) == ("UNDECIDED", ("marriage_date",))


def told_of(scheme: Scheme):
    return decide(spouse(told=replace(spouse().told, declared_scheme=scheme)), FATHER)


def test_a_spouse_who_is_an_official_elsewhere_stands_by_and_an_insured_one_is_topped_up():
    assert decide(spouse(), replace(FATHER, own_scheme=Scheme.LGO)).state is EntitlementState.STANDBY
    assert told_of(Scheme.CSMBS).state is EntitlementState.STANDBY and "OWN_RIGHT_FIRST" in codes(told_of(Scheme.CSMBS))
    for scheme in (Scheme.SSO, Scheme.PRIVATE_TEACHER):
        assert told_of(scheme).state is EntitlementState.ACTIVE
        assert {"OWN_RIGHT_TOPPED_UP", "OWN_RIGHT_FIRST"} & codes(told_of(scheme)) == {"OWN_RIGHT_TOPPED_UP"}
    assert told_of(Scheme.UCS).state is EntitlementState.ACTIVE and "OWN_RIGHT_TOPPED_UP" not in codes(
        told_of(Scheme.UCS)
    )
    died = replace(spouse().told, declared_scheme=Scheme.SSO, death_date=date(2026, 11, 1))
    assert decide(spouse(told=died), FATHER).state is EntitlementState.ENDED


def test_parents_by_their_papers():
    mother = Relative("m", Relation.MOTHER, date(1955, 1, 1), Sex.F, papers=frozenset({Paper.HOUSE_REG_PRINCIPAL}))
    father = Relative("f", Relation.FATHER, date(1950, 1, 1), Sex.M, papers=frozenset({Paper.BIRTH_CERT_PRINCIPAL}))
    assert decide(mother, FATHER).period == Period(START)
    assert decide(father, FATHER).code == "FATHER_NOT_LEGITIMATE"
    married = replace(
        father, told=Told(marriage_date=date(1975, 1, 1)), papers=frozenset({Paper.MARRIAGE_CERT_PARENTS})
    )
    assert decide(married, FATHER).code == "OK"
    assert decide(replace(mother, told=Told(kinship=Kinship.STEP)), FATHER).code == "NOT_LEGAL_PARENT"


def test_papers_to_follow_stand_for_facts_that_were_told():
    told = replace(MARRIED, to_follow=ToFollow.PAPERS)
    assert decide(child(told=told, papers=frozenset()), FATHER).code == "OK"
    untold = child(told=Told(to_follow=ToFollow.PAPERS), papers=frozenset())
    assert decide(untold, FATHER).code == "FATHER_NOT_LEGITIMATE"


def test_a_child_with_two_rights_takes_one_place():
    told = replace(MARRIED, marriage_date=date(1999, 1, 1))
    twice = [
        child("e1", date(2000, 1, 1), told=told, place=0, period=period, legitimate_from=date(2000, 1, 1))
        for period in (Period(START, date(2020, 1, 1)), Period(date(2021, 1, 1)))
    ]
    others = (*twice, child("e2", date(2012, 1, 1), place=1))
    assert decide(child("c", place=2), replace(FATHER, others=others)).birth_order == 3


def test_an_elder_child_told_late_is_a_doubt_where_a_standing_one_loses_its_place():
    stand = [
        child(f"s{n}", day, place=0, period=Period(day), legitimate_from=day)
        for n, day in enumerate((date(2016, 1, 1), date(2017, 1, 1), date(2018, 1, 1)))
    ]
    elder = child("elder", date(2015, 11, 1), place=1)
    found = decide(elder, replace(FATHER, others=tuple(stand)))
    assert found.accepted and "CHILD_PUSHES_OUT" in codes(found)
    assert "CHILD_PUSHES_OUT" not in codes(decide(elder, replace(FATHER, others=tuple(stand[:2]))))


def test_whom_a_child_pushes_out_is_asked_once_and_again_where_it_is_told_of_otherwise():
    days = [date(2016 + n, 1, 1) for n in range(3)]
    beside = replace(
        FATHER, others=tuple(child(f"s{n}", day, place=0, period=Period(day)) for n, day in enumerate(days))
    )
    stands = child("elder", date(2015, 11, 1), period=Period(date(2015, 11, 1)))
    goes_on = replace(stands, period=None, told=replace(stands.told, to_follow=ToFollow.PAPERS))
    assert "CHILD_PUSHES_OUT" not in codes(decide(goes_on, beside, [stands]))
    assert "CHILD_PUSHES_OUT" not in codes(decide(stands, beside))
    for told, before in ((1, None), (None, 1)):  # the number is what was decided without it
        as_decided = replace(goes_on, birth_order=told)
        assert "CHILD_PUSHES_OUT" not in codes(decide(as_decided, beside, [replace(stands, birth_order=before)]))
    dead = replace(stands, told=replace(stands.told, death_date=date(2016, 1, 1)))
    born, second, third = {"birth_date": date(2019, 1, 1)}, {"seq_in_delivery": 1}, {"birth_order": 3}
    for before in (dead, *(replace(stands, **told) for told in (born, second, third))):
        assert "CHILD_PUSHES_OUT" in codes(decide(goes_on, beside, [before]))


def test_a_spouse_who_died_before_he_was_certified_is_in_nobodys_way():
    told = replace(spouse().told, death_date=date(2016, 1, 1))
    later = spouse("b", told=replace(spouse().told, marriage_date=date(2018, 1, 1)), place=6)
    assert decide(later, replace(FATHER, others=(spouse("a", told=told, place=5),))).code == "OK"


def test_what_is_filed_is_laid_beside_each_legal_basis():
    best, *others = missing_papers(child(papers=frozenset({Paper.BIRTH_CERT_CHILD})), FATHER)
    assert len(others) == 2 and len(best.missing) == 1
    assert missing_papers(child(), FATHER)[0].is_complete
