"""What no family can be is refused at its field whatever its papers say; what it hardly ever is becomes a registrar's doubt."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.people import EntitlementState, Relation, Sex, ToFollow
from app.domain.period import Period
from app.domain.thai_calendar import age_on
from app.rules import certification, family_law, impossible, unlikely
from app.rules.around import Around
from app.rules.certification import Candidate
from app.rules.family_law import decide
from app.rules.family_refusals import refusals_of, refusals_of_principal
from app.rules.impossible import EVENTS
from app.rules.kin import kin_of
from app.rules.papers import MarriagePaper, Paper
from app.rules.parents import Kinship
from app.rules.relatives import Relative
from app.rules.told import TOLD_FIELDS, Told
from tests.rules.test_certification import FAMILY as KNOWN
from tests.rules.test_family_law import BIRTH_AND_MARRIAGE, FATHER, MOTHER, START, TODAY, WEDDING, child, codes, spouse

DAY = timedelta(days=1)
HIS, HERS = replace(FATHER, told_on=TODAY), replace(MOTHER, told_on=TODAY)
BORN = FATHER.principal_birth_date
KR11 = frozenset({Paper.PATERNITY_REG_KR11, Paper.BIRTH_CERT_CHILD})


def parent(relation: Relation, **values) -> Relative:
    sex = Sex.F if relation is Relation.MOTHER else Sex.M
    papers = frozenset({Paper.BIRTH_CERT_PRINCIPAL, Paper.MARRIAGE_CERT_PARENTS})
    given = {"birth_date": date(1955, 1, 1), "sex": sex, "papers": papers, "told": Told(marriage_date=date(1979, 1, 1))}
    return Relative("e", relation, **(given | values))


def married(**told) -> Told:
    return replace(Told(marriage_date=WEDDING, marriage_paper=MarriagePaper.MARRIAGE_CERT_TH), **told)


CANNOT_BE = [
    (parent(Relation.MOTHER, sex=Sex.M), HIS, "SEX_NOT_OF_RELATION", "sex", (None, None, None)),
    (parent(Relation.FATHER, sex=Sex.F), HIS, "SEX_NOT_OF_RELATION", "sex", (None, None, None)),
    (parent(Relation.MOTHER, birth_date=BORN + DAY), HIS, "PARENT_NOT_OLDER", "birth_date",
     (BORN + DAY, BORN, Relation.SELF)),
    (parent(Relation.MOTHER, birth_date=date(1975, 1, 1)), HIS, "PARENT_TOO_YOUNG", "birth_date",
     (date(1975, 1, 1), BORN, Relation.SELF)),
    (child(born=date(1979, 1, 1)), HERS, "PARENT_NOT_OLDER", "birth_date", (date(1979, 1, 1), BORN, Relation.SELF)),
    (child(born=date(1985, 1, 1)), HERS, "PARENT_TOO_YOUNG", "birth_date", (date(1985, 1, 1), BORN, Relation.SELF)),
    (parent(Relation.FATHER, told=Told(marriage_date=date(1954, 1, 1))), HIS, "MARRIED_BEFORE_BIRTH", "marriage_date",
     (date(1954, 1, 1), date(1955, 1, 1), Relation.FATHER)),
    (spouse(told=married(marriage_date=BORN)), HIS, "MARRIED_BEFORE_BIRTH", "marriage_date",
     (BORN, date(1982, 1, 1), Relation.SPOUSE)),
    (spouse(told=married(marriage_date=date(1987, 1, 1))), HIS, "MARRIED_TOO_YOUNG", "marriage_date",
     (date(1987, 1, 1), date(1982, 1, 1), Relation.SPOUSE)),
    (child(told=Told(paternity_registered_date=date(2016, 4, 30)), papers=KR11), HIS, "EVENT_BEFORE_BIRTH",
     "paternity_registered_date", (date(2016, 4, 30), date(2016, 5, 1), Relation.CHILD)),
    (child(told=married(adopted_out_date=date(2016, 4, 30))), HIS, "EVENT_BEFORE_BIRTH", "adopted_out_date",
     (date(2016, 4, 30), date(2016, 5, 1), Relation.CHILD)),
    (spouse(told=married(death_date=WEDDING - DAY)), HIS, "EVENT_AFTER_DEATH", "marriage_date",
     (WEDDING, WEDDING - DAY, Relation.SPOUSE)),
    (parent(Relation.FATHER, told=Told(marriage_date=date(2017, 1, 1))),
     replace(HIS, others=(parent(Relation.MOTHER, told=Told(death_date=date(2016, 1, 1))),)), "EVENT_AFTER_DEATH",
     "marriage_date", (date(2017, 1, 1), date(2016, 1, 1), Relation.MOTHER)),
    (parent(Relation.MOTHER, told=Told(death_date=BORN - DAY)), HIS, "DIED_BEFORE_BIRTH", "death_date",
     (BORN - DAY, BORN, Relation.SELF)),
    (spouse(told=married(marriage_end_date=WEDDING - DAY)), HIS, "END_BEFORE_BEGINNING", "marriage_end_date",
     (WEDDING - DAY, WEDDING, None)),
    (spouse(told=married(marriage_date=TODAY + DAY)), HIS, "EVENT_IN_FUTURE", "marriage_date", (TODAY + DAY, None, None)),
]  # fmt: skip


@pytest.mark.parametrize(("relative", "around", "code", "field", "shown"), CANNOT_BE)
@pytest.mark.parametrize("to_follow", [None, *ToFollow])
def test_what_cannot_be_is_refused_at_its_field_whatever_is_owed(relative, around, code, field, shown, to_follow):
    relative = replace(relative, told=replace(relative.told, to_follow=to_follow))
    found = decide(relative, around)
    assert (found.code, found.accepted, found.period, found.is_curable) == (code, False, None, False)
    assert found.clauses == (found.fault.clause,) and found.facts == relative
    (refusal,) = refusals_of(found, relative)
    assert (refusal.code, refusal.field, refusal.citation) == (code, field, found.clauses[0].citation)
    assert (refusal.facts["date"], refusal.facts["other_date"], refusal.facts["whose"]) == shown
    assert refusal.facts["clause"] == found.clauses[0].code


@pytest.mark.parametrize(("relative", "around", "code", "field", "shown"), CANNOT_BE)
def test_the_same_is_refused_before_anything_is_sent(relative, around, code, field, shown):
    candidate = Candidate(
        relative.national_id, "p", relative.relation, relative.birth_date, None, None, None, None, sex=relative.sex,
        told=relative.told, papers=relative.papers,
    )  # fmt: skip
    found = certification.judge(candidate, replace(KNOWN, around=around))
    assert (code, field) in [(error.code, error.field) for error in found.refusals]
    assert (found.code, found.dates, found.doubts) == (code, None, [])


def test_every_row_of_the_table_is_seen():
    assert {row.code for row in impossible.TABLE} == {code for _, _, code, _, _ in CANNOT_BE}
    assert set(EVENTS) <= set(TOLD_FIELDS)


@pytest.mark.parametrize("kinship", [Kinship.STEP, Kinship.ADOPTIVE, Kinship.IN_LAW])
def test_who_is_no_parent_by_birth_is_refused_for_that(kinship):
    younger = parent(Relation.MOTHER, birth_date=date(1990, 1, 1), sex=Sex.M, told=Told(kinship=kinship))
    assert decide(younger, HIS).code == "NOT_LEGAL_PARENT"


def test_an_adopted_child_is_refused_for_that():
    assert decide(child(born=date(1979, 1, 1), told=Told(is_adopted=True)), HIS).code == "ADOPTED_CHILD"


def test_what_was_weighed_before_is_not_asked_for_its_day_again():
    future = spouse(told=married(marriage_date=TODAY + DAY))
    assert decide(future, FATHER).code == "OK"


def test_the_marriage_of_the_parents_is_compared_with_the_mother_who_is_known():
    mother = parent(Relation.MOTHER, birth_date=date(1979, 6, 1))
    found = decide(parent(Relation.FATHER), replace(HIS, others=(mother,)))
    assert (found.code, found.fault.found.whose) == ("MARRIED_BEFORE_BIRTH", Relation.MOTHER)
    step = replace(mother, told=Told(kinship=Kinship.STEP))
    assert decide(parent(Relation.FATHER), replace(HIS, others=(step,))).code == "OK", "she is not the one he married"
    two = replace(HIS, others=(mother, parent(Relation.MOTHER, birth_date=date(1956, 6, 1))))
    assert decide(parent(Relation.FATHER), two).code == "OK"


OPEN, MINOR = (Period(START), None), (Period(date(2016, 5, 1), date(2036, 5, 1)), date(2036, 5, 1))
KEPT = (Period(date(2016, 5, 1)), date(2036, 5, 1))
UNLIKELY = [
    (parent(Relation.MOTHER, birth_date=date(1970, 1, 1)), HIS, "PARENT_VERY_YOUNG", OPEN),
    (parent(Relation.MOTHER, birth_date=date(1930, 1, 1)), HIS, "MOTHER_VERY_OLD", OPEN),
    (spouse(told=married(marriage_date=date(1998, 12, 31))), HIS, "MARRIED_UNDER_AGE", OPEN),
    (child(), replace(HERS, others=(child("d", date(2016, 2, 1)),)), "CHILD_NEAR_SIBLING", MINOR),
    (child(), replace(HIS, others=(child("d", date(2016, 5, 2)),)), "CHILD_MAY_BE_TWIN", MINOR),
    (child(told=married(incompetent_from=date(2020, 1, 1)), papers=BIRTH_AND_MARRIAGE | {Paper.COURT_ORDER_INCOMPETENT}),
     HIS, "CHILD_WITHOUT_CARER", KEPT),
    (child(birth_order=4, told=married(elder_minor_deaths=1)), HIS, "ELDER_DEATHS_TOLD", MINOR),
]  # fmt: skip


@pytest.mark.parametrize(("relative", "around", "clause", "given"), UNLIKELY)
def test_what_is_unlikely_is_accepted_for_the_registrar_to_look_at(relative, around, clause, given):
    found = decide(relative, around)
    assert found.accepted and clause in codes(found) and "REVIEW" in found.flags
    assert (found.period, found.holds_until) == given and found.state is EntitlementState.ACTIVE


def test_every_doubt_of_the_table_is_seen():
    assert {row.clause.code for row in unlikely.TABLE} == {clause for _, _, clause, _ in UNLIKELY}


def test_a_doubt_is_no_reason_for_a_refusal_and_not_told_with_one():
    unproven = child(papers=frozenset(), told=Told(incompetent_from=date(2020, 1, 1)))
    assert decide(unproven, HIS).code == "EVIDENCE_NOT_ACCEPTED"
    assert "CHILD_WITHOUT_CARER" not in codes(decide(unproven, HIS))


ELDERS = tuple(child(str(n), date(2005 + n, 5, 1), place=n) for n in range(1, 4))


def test_a_fourth_child_born_with_the_third_is_asked_whether_they_are_twins():
    fourth, third = child(born=date(2008, 5, 2), place=9), ELDERS[2]
    around = replace(HIS, others=ELDERS)
    (refusal,) = refusals_of(decide(fourth, around), fourth)
    assert (refusal.code, refusal.field) == ("BEYOND_OR_TWIN", "seq_in_delivery")
    assert refusal.citation == unlikely.MAY_BE_TWINS.citation and refusal.facts["clause"] == "CHILD_MAY_BE_TWIN"
    twins = (*ELDERS[:2], replace(third, seq_in_delivery=1))
    assert decide(replace(fourth, seq_in_delivery=2), replace(HIS, others=twins)).accepted
    alone = replace(fourth, birth_date=date(2008, 5, 3))
    assert [error.code for error in refusals_of(decide(alone, around), alone)] == ["BEYOND_ORDER_3"]


FAULT_BESIDE_ANOTHER = [
    (child(told=Told(paternity_registered_date=date(2015, 1, 1)), papers=KR11), {"court_final_date": date(2014, 1, 1)}),
    (child(told=married(adopted_out_date=date(2015, 1, 1))), {"incompetent_from": date(2014, 1, 1)}),
    (spouse(told=married(marriage_date=date(1970, 1, 1))), {"nikah_date": date(1960, 1, 1)}),
    (spouse(told=married(marriage_date=date(1988, 1, 1))), {"nikah_date": date(1987, 1, 1)}),
    (spouse(told=married(marriage_date=date(2030, 1, 1))), {"marriage_end_date": date(2040, 1, 1)}),
    (spouse(told=married(marriage_end_date=WEDDING - DAY)),
     {"incompetent_from": date(2015, 1, 1), "incompetent_until": date(2014, 1, 1)}),
    (child(told=married(death_date=date(2016, 6, 1), adopted_out_date=date(2016, 7, 1))),
     {"own_marriage_date": date(2026, 1, 1)}),
]  # fmt: skip


@pytest.mark.parametrize(("stood", "added"), FAULT_BESIDE_ANOTHER)
def test_a_slip_that_stands_hides_no_new_one_of_its_kind(stood, added):
    assert decide(stood, HIS).fault is not None and decide(stood, HIS, (stood,)).fault is None
    found = decide(replace(stood, told=replace(stood.told, **added)), HIS, (stood,))
    assert found.fault is not None and found.fault.found.field in added
    assert getattr(replace(stood.told, **added), found.fault.found.field) == found.fault.found.day


def test_a_dead_mother_is_no_bride_beside_a_day_after_his_own_death_that_stands():
    told = Told(marriage_date=date(2017, 1, 1), own_marriage_date=date(2018, 1, 1), death_date=date(2017, 6, 1))
    dead = replace(HIS, others=(parent(Relation.MOTHER, told=Told(death_date=date(2016, 1, 1))),))
    stood = replace(parent(Relation.FATHER), told=replace(told, marriage_date=date(2015, 1, 1)))
    found = decide(replace(stood, told=told), dead, (stood,))
    assert (found.code, found.fault.found.field, found.fault.found.whose) == (
        "EVENT_AFTER_DEATH", "marriage_date", Relation.MOTHER
    )  # fmt: skip


def test_a_principals_own_birth_after_a_marriage_is_refused_beside_a_spouse_who_stands_so():
    stands = spouse(told=married(marriage_date=date(1981, 12, 31)))
    family = replace(HIS, others=(stands,))
    assert refusals_of_principal(Sex.M, BORN, family) == []
    (found,) = refusals_of_principal(Sex.M, date(1985, 1, 1), family)
    assert (found.code, found.facts["whose"]) == ("FAMILY_CANNOT_BE", Relation.SPOUSE)


births = st.dates(date(1900, 1, 1), date(2030, 1, 1))
happened = st.none() | st.dates(date(1930, 1, 1), date(2030, 1, 1))
stories = st.builds(
    Told, kinship=st.none() | st.sampled_from(Kinship), is_adopted=st.none() | st.booleans(),
    marriage_paper=st.just(MarriagePaper.MARRIAGE_CERT_TH), in_care=st.none() | st.booleans(),
    to_follow=st.none() | st.sampled_from(ToFollow), **dict.fromkeys(EVENTS, happened),
)  # fmt: skip
relatives = st.builds(
    Relative, st.just("x"), st.sampled_from([one for one in Relation if one is not Relation.SELF]), births,
    st.sampled_from(Sex), stories, st.frozensets(st.sampled_from(Paper), min_size=3),
)  # fmt: skip
principals = st.builds(
    Around, st.just(TODAY), st.sampled_from(Sex), births, st.just((Period(START),)), told_on=st.just(TODAY)
)


@given(relatives, principals)
def test_whoever_is_accepted_could_be_so(relative, around):
    if not decide(relative, around).accepted:
        return
    told, person, principal = relative.told, relative.birth_date, around.principal_birth_date
    kin = kin_of(relative, around)
    if kin.is_by_birth:
        assert age_on(kin.parent.birth_date, kin.child.birth_date) >= 9
        assert relative.relation is not Relation.MOTHER or relative.sex is Sex.F
        assert relative.relation is not Relation.FATHER or relative.sex is Sex.M
    if relative.relation is Relation.SPOUSE and told.marriage_date:
        assert min(age_on(one, told.marriage_date) for one in (person, principal)) >= 9
    assert all(day <= TODAY for event in EVENTS if (day := getattr(told, event)))
    assert told.death_date is None or person <= told.death_date
    assert not (told.marriage_date and told.marriage_end_date) or told.marriage_date <= told.marriage_end_date


@given(relatives, principals)
def test_no_facts_make_the_question_itself_fail(relative, around):
    kin = kin_of(relative, around)
    fault = impossible.fault_of(kin)
    assert fault is None or (fault.found.field in {*TOLD_FIELDS, "birth_date", "sex"} and fault.clause.code)
    assert all(clause.flag for clause in unlikely.doubts_of(kin))
    goes_on = decide(relative, around, (relative,))
    assert goes_on.fault is None, "what stood so holds nobody up, whatever the other rules make of it"
    bare = replace(relative, birth_date=None, sex=None)
    around = replace(around, principal_birth_date=None, principal_sex=None, told_on=None)
    assert impossible.fault_of(kin_of(bare, around)) is None or any(getattr(relative.told, event) for event in EVENTS)
    assert family_law.decide(bare, around) is not None


@pytest.mark.parametrize(
    ("other", "is_near"),
    [
        ({}, True),
        ({"told": Told(is_adopted=True)}, False),
        ({"national_id": "c"}, False),
        ({"relation": Relation.SPOUSE}, False),
        ({"birth_date": None}, False),
    ],
)
def test_siblings_are_the_principals_other_children_by_birth(other, is_near):
    near = child("d", date(2016, 2, 1))
    found = decide(child(), replace(HERS, others=(replace(near, **other),)))
    assert ("CHILD_NEAR_SIBLING" in codes(found)) == is_near


@given(relatives, relatives, principals)
def test_nothing_that_cannot_be_is_hidden_by_what_stood(relative, stood, around):
    now, before = kin_of(relative, around), kin_of(stood, around)
    alone = {*impossible.faults_of(now)} - {*impossible.faults_of(before)}
    fault = impossible.fault_of(now, (before,))
    assert fault in alone if alone else fault is None
    late = {event for event in EVENTS if (day := getattr(relative.told, event)) and day > TODAY}
    shown = {one.found.field for one in impossible.faults_of(now) if one.code == "EVENT_IN_FUTURE"}
    assert shown == late, "each day that lies ahead, not only the first"
