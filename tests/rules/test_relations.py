"""Who the person is already, beside what is asked: another relation, kin, a death told before, another number, another agency."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.errors import PortalError
from app.domain.people import Relation, Sex
from app.domain.period import Period
from app.rules import certification
from app.rules.around import Around
from app.rules.certification import Known
from app.rules.executives import Executive
from app.rules.kin import kin_of
from app.rules.papers import MarriagePaper, Paper
from app.rules.relatives import Relative
from app.rules.told import Told
from tests.rules.test_certification import AGENCY, CHILD, DAY, FAMILY, OFFICIAL, START, judge, spell

HERE, THERE = 1, 2
BEFORE = Period(date(2010, 1, 1), date(2011, 1, 1))
DIED, MARRIED = date(2026, 1, 5), date(2026, 1, 6)
ASKED_HERE = replace(FAMILY, agency_id=HERE)


def told(candidate, known: Known, **changes) -> dict[str, dict[str, object]]:
    found: list[PortalError] = judge(candidate, known, **changes).refusals
    return {error.code: dict(error.facts) for error in found}


def recorded(relation, agency=HERE, principal="p", **values):
    return replace(spell(relation, principal, BEFORE, **values), agency_id=agency)


def test_one_person_stands_in_one_relation_to_a_principal():
    brother = recorded(Relation.FATHER)
    known = replace(ASKED_HERE, spells=(brother,))
    facts = told(CHILD, known)["OTHER_RELATION"]
    assert facts == {"clause": "ONE_RELATION", "relation": Relation.FATHER, "since": BEFORE.from_on}
    wife = replace(known, spells=(recorded(Relation.SPOUSE),))
    assert told(CHILD, wife)["OTHER_RELATION"]["clause"] == "KIN_NO_COUPLE"
    assert told(CHILD, replace(known, spells=(recorded(Relation.FATHER, THERE),))) == {
        "OTHER_RELATION_ELSEWHERE": {"clause": "ONE_RELATION"}
    }
    for another in (recorded(Relation.CHILD), recorded(Relation.SELF), recorded(Relation.FATHER, principal="q")):
        assert told(CHILD, replace(known, spells=(another,))) == {}
    assert told(CHILD, replace(known, is_new=False)) == {}, "what stands goes on"
    assert told(OFFICIAL, replace(AGENCY, spells=(brother,))) == {}


def test_what_was_asked_for_first_is_the_relation_until_it_is_taken_back():
    def beside(*asked):
        return told(CHILD, replace(ASKED_HERE, asked_as=asked))

    assert beside((Relation.MOTHER, HERE)) == {
        "OTHER_RELATION_ASKED": {"clause": "ONE_RELATION", "relation": Relation.MOTHER}
    }
    assert set(beside((Relation.CHILD, HERE), (Relation.MOTHER, THERE))) == {"OTHER_RELATION_ELSEWHERE"}
    assert beside((Relation.CHILD, THERE)) == beside() == {}


def test_kin_do_not_marry():
    wife = replace(
        CHILD, relation=Relation.SPOUSE, birth_date=date(1986, 1, 1), papers=frozenset({Paper.MARRIAGE_CERT_TH})
    )
    known = replace(ASKED_HERE, kin=frozenset({"m", "d"}))
    assert told(wife, known) == {}
    assert told(wife, known, national_id="d") == {"SPOUSE_IS_KIN": {"clause": "KIN_NO_COUPLE"}}
    sister = replace(known, spells=(recorded(Relation.CHILD, principal="m"),))
    assert set(told(wife, sister)) == {"SPOUSE_IS_KIN"}
    assert told(wife, replace(known, spells=(recorded(Relation.MOTHER, principal="m"),))) == {}
    assert told(wife, replace(known, spells=(recorded(Relation.CHILD, principal="x"),))) == {}
    assert told(wife, replace(sister, kin=frozenset())) == {} and told(CHILD, known, national_id="d") == {}


def test_a_death_that_an_entry_tells_holds_for_the_next_one_and_another_agencys_word_is_a_doubt():
    here, there = (recorded(Relation.CHILD, agency, "q", told_death=DIED) for agency in (HERE, THERE))
    known = replace(ASKED_HERE, spells=(here,))
    facts = {"clause": "DEATH_TOLD_BEFORE", "since": DIED, "relation": Relation.CHILD}
    assert (
        told(CHILD, known)
        == told(CHILD, known, told=replace(CHILD.told, death_date=DIED - DAY))
        == {"DEATH_TOLD": facts}
    )
    assert told(CHILD, known, told=replace(CHILD.told, death_date=DIED)) == {}
    elsewhere = judge(CHILD, replace(ASKED_HERE, spells=(there,)))
    assert elsewhere.refusals == [] and [one.code for one in elsewhere.doubts] == ["DEATH_TOLD_ELSEWHERE"]
    assert judge(CHILD, known).more_doubts == ()
    told_so = judge(CHILD, replace(ASKED_HERE, spells=(there,)), told=replace(CHILD.told, death_date=DIED))
    assert told_so.refusals == [] and told_so.more_doubts == ()


def test_a_childs_marriage_that_an_entry_tells_holds_for_the_next_one_and_another_agencys_word_is_a_doubt():
    here, there = (recorded(Relation.CHILD, agency, "q", told_marriage=MARRIED) for agency in (HERE, THERE))
    known = replace(ASKED_HERE, spells=(here,))
    refused = {"MARRIAGE_TOLD": {"clause": "MARRIAGE_TOLD_BEFORE", "since": MARRIED}}
    same, later = (replace(CHILD.told, own_marriage_date=day) for day in (MARRIED, MARRIED + DAY))
    assert told(CHILD, known) == told(CHILD, known, told=later) == refused
    assert "MARRIAGE_TOLD" not in told(CHILD, known, told=same)
    wife = replace(CHILD, relation=Relation.SPOUSE)  # whose own right it does not touch
    assert "MARRIAGE_TOLD" not in told(wife, known)
    elsewhere = judge(CHILD, replace(ASKED_HERE, spells=(there,)))
    assert elsewhere.refusals == [] and [one.code for one in elsewhere.doubts] == ["MARRIAGE_TOLD_ELSEWHERE"]
    assert judge(CHILD, known).more_doubts == ()


@pytest.mark.parametrize(
    ("relation", "principal", "sex", "is_doubted"),
    [
        (Relation.CHILD, "q", Sex.M, True), (Relation.CHILD, "q", Sex.F, False), (Relation.CHILD, "q", None, False),
        (Relation.CHILD, "p", Sex.M, False), (Relation.FATHER, "q", Sex.M, False),
    ],
)  # fmt: skip
def test_a_child_of_two_men_is_a_doubt(relation, principal, sex, is_doubted):
    known = replace(ASKED_HERE, spells=(recorded(relation, principal=principal, principal_sex=sex),))
    found = judge(CHILD, known)
    assert [one.code for one in found.doubts] == ["CHILD_OF_TWO"] * is_doubted
    father = replace(CHILD, relation=Relation.FATHER, birth_date=date(1950, 1, 1), papers=frozenset())
    assert "CHILD_OF_TWO" not in {one.code for one in judge(father, known).more_doubts}
    assert "CHILD_OF_TWO" not in {one.code for one in judge(CHILD, replace(known, around=None)).more_doubts}


def test_a_number_of_somebody_else_is_told_alone():
    known = replace(ASKED_HERE, spells=(recorded(Relation.FATHER, sex=Sex.M, full_name="ง จ", told_death=DIED),))
    assert set(told(CHILD, known)) == {"PERSON_DIFFERS"} and judge(CHILD, known).doubts == []


def test_a_number_without_status_begins_no_own_right_and_is_a_doubt_of_a_relative():
    (refused,) = judge(OFFICIAL, AGENCY, national_id="0123456789012").refusals
    assert (refused.code, refused.facts) == ("PRINCIPAL_CATEGORY", {"clause": "PRINCIPAL_NUMBER", "category": 0})
    assert judge(OFFICIAL, replace(AGENCY, is_new=False), national_id="0123456789012").refusals == []
    found = judge(CHILD, FAMILY, national_id="6123456789012")
    assert found.refusals == [] and [one.code for one in found.doubts] == ["NUMBER_WITHOUT_STATUS"]
    assert judge(CHILD, FAMILY, national_id="8123456789012").doubts == []


def test_an_agency_has_one_chief_executive_at_a_time():
    other = Executive("x", "ง จ", Period(date(2010, 1, 1), START + DAY))
    facts = {"clause": "ONE_EXECUTIVE", "holder": "ง จ", "since": date(2010, 1, 1)}
    assert told(OFFICIAL, replace(AGENCY, heads=(other,))) == {"SECOND_EXECUTIVE": facts}
    for one in (replace(other, national_id="p"), replace(other, period=Period(date(2010, 1, 1), START))):
        assert told(OFFICIAL, replace(AGENCY, heads=(one,))) == {}


def test_an_own_right_that_stands_or_other_particulars_forbid_a_new_principal():
    refused = certification.is_refused_as_principal
    assert not refused(OFFICIAL, ()) and not refused(OFFICIAL, (spell(period=BEFORE),))
    assert refused(OFFICIAL, iter([spell()])) and refused(OFFICIAL, (spell(period=BEFORE, sex=Sex.F),))
    assert not refused(replace(OFFICIAL, service_start_date=None), (spell(),))
    assert not refused(replace(OFFICIAL, entitled_until=date(2016, 1, 1)), (spell(period=Period(date(2016, 1, 1))),))


@pytest.mark.parametrize(
    ("is_muslim", "province", "sex", "lacks"),
    [(None, "94", Sex.M, "is_muslim"), (True, "54", Sex.M, "home_province_code"), (True, "94", Sex.F, "sex")],
)
def test_a_nikah_that_counts_for_nothing_says_which_fact_is_amiss(is_muslim, province, sex, lacks):
    nikah = Told(marriage_date=date(2012, 2, 14), marriage_paper=MarriagePaper.NIKAH_CERT_TH)
    given = replace(nikah, is_muslim=is_muslim, home_province_code=province)
    whose = replace(FAMILY, around=replace(FAMILY.around, principal_sex=sex))
    wife = replace(
        CHILD, relation=Relation.SPOUSE, birth_date=date(1986, 1, 1), papers=frozenset({Paper.NIKAH_CERT_TH})
    )
    assert told(wife, whose, told=given)["NIKAH_NOT_ALLOWED"]["lacks"] == lacks


def test_what_is_odd_about_a_right_that_stands_is_not_asked_again():
    ordered = replace(CHILD.told, incompetent_from=date(2025, 1, 1))
    kid = replace(CHILD, told=ordered, papers=CHILD.papers | {Paper.COURT_ORDER_INCOMPETENT})
    before = replace(kid.relative, period=Period(date(2016, 5, 1)))
    for stood, asked in (((), True), ((before,), False), ((replace(before, told=CHILD.told),), True)):
        doubts = {one.code for one in judge(kid, replace(FAMILY, stood=stood)).doubts}
        assert ("CHILD_WITHOUT_CARER" in doubts) is asked


def test_births_that_another_agency_keeps_are_compared_with_nothing():
    mother = Relative("m", Relation.MOTHER, date(1955, 1, 1), Sex.F, agency_id=THERE)
    father = Relative("f", Relation.FATHER, date(1950, 1, 1), Sex.M, Told(marriage_date=date(1970, 1, 1)))
    around = Around(date(2026, 1, 1), Sex.M, date(1980, 1, 1), (), (mother,))
    seen = {
        (asking, keeps): kin_of(father, replace(around, agency_id=asking, others=(replace(mother, agency_id=keeps),)))
        for asking in (None, HERE, THERE)
        for keeps in (None, THERE)
    }
    assert {pair for pair, kin in seen.items() if kin.other_parent is None} == {(HERE, THERE)}


def test_whose_right_stands_on_a_day_and_whose_began_after_it():
    others = (
        Relative("a", Relation.CHILD, period=Period(START)), Relative("b", Relation.CHILD, period=Period(START + DAY)),
        Relative("c", Relation.CHILD, period=Period(START + DAY, START + 2 * DAY)), Relative("d", Relation.CHILD),
    )  # fmt: skip
    around = Around(START, Sex.M, None, (), others)
    assert (around.standing_on(START), around.begun_after(START)) == ({"a"}, {"b", "c"})
    assert around.begun_after(START + DAY) == set() and around.standing_on(START + 2 * DAY) == {"a", "b"}
