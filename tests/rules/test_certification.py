"""What may be certified at all: every plain refusal with its code and field, the dates, and until when a judgement holds."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.errors import BadInput
from app.domain.people import AgencyType, PersonnelType, Relation, Sex, ToFollow
from app.domain.period import Period
from app.rules import certification, family_law
from app.rules.around import Around
from app.rules.certification import Candidate, Dates, Known, KnownParent, KnownSpell
from app.rules.family_refusals import FIELDS, refusals_of
from app.rules.papers import Paper
from app.rules.relatives import Relative
from app.rules.told import Told

TODAY, START, DAY = date(2026, 11, 20), date(2015, 10, 1), timedelta(days=1)
SINCE_START = Period(START)
AGENCY = Known(TODAY, AgencyType.TOWN_MUNICIPALITY, Period(date(2000, 1, 1)))
OFFICIAL = Candidate(
    "p", "p", Relation.SELF, date(1985, 1, 1), PersonnelType.MUNICIPAL_OFFICER, START, None, None, "ก ข", Sex.M
)
WEDDING = Told(marriage_date=date(2012, 2, 14))
CHILD = Candidate(
    "c", "p", Relation.CHILD, date(2016, 5, 1), None, None, None, None, "ค ข", Sex.F, WEDDING,
    frozenset({Paper.BIRTH_CERT_CHILD, Paper.MARRIAGE_CERT_TH}), place=2,
)  # fmt: skip
FAMILY = replace(AGENCY, principal_from=START, around=Around(TODAY, Sex.M, date(1985, 1, 1), (Period(START),)))


def judge(candidate=OFFICIAL, known=AGENCY, **changes):
    return certification.judge(replace(candidate, **changes), known)


def refused(candidate=OFFICIAL, known=AGENCY, **changes):
    return [(error.code, error.field) for error in judge(candidate, known, **changes).refusals]


def spell(relation=Relation.SELF, principal="p", period=SINCE_START, **values):
    return KnownSpell(period, principal, relation, 1, "เทศบาล", 7, **values)


def test_an_official_s_right_begins_with_the_service():
    found = judge()
    assert (found.refusals, found.dates, found.code, found.doubts) == ([], Dates(START, None), "OK", [])
    assert found.holds_until is None and found.law is None
    assert found.has_dates_of(START, None)
    assert not found.has_dates_of(START, TODAY) and not found.has_dates_of(START + DAY, None)
    assert not found.has_dates_of(None, None)
    assert judge(entitled_until=date(2030, 1, 1)).dates == Dates(START, date(2030, 1, 1))
    assert not certification.Judgement().has_dates_of(None, None)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"birth_date": TODAY + DAY}, [("DATE_IN_FUTURE", "birth_date"), ("DATE_BEFORE_BIRTH", "service_start_date")]),
        ({"birth_date": TODAY - timedelta(days=366 * 130 + 1)}, [("DATE_TOO_OLD", "birth_date")]),
        ({"birth_date": TODAY - timedelta(days=366 * 130)}, []),
        ({"birth_date": START}, [("DATE_BEFORE_BIRTH", "service_start_date")]),
        ({"birth_date": START - DAY}, []),
        ({"birth_date": None}, []),
        ({"service_start_date": TODAY + timedelta(days=367)}, [("DATE_TOO_FAR", "service_start_date")]),
        ({"service_start_date": TODAY + timedelta(days=366)}, []),
        ({"service_start_date": None}, [("REQUIRED", "service_start_date")]),
        ({"personnel_type": None}, [("REQUIRED", "personnel_type")]),
        ({"personnel_type": PersonnelType.TAO_OFFICER}, [("TYPE_AGENCY_MISMATCH", "personnel_type")]),
        ({"entitled_until": START}, [("PERIOD_EMPTY", "entitled_until")]),
        ({"entitled_from": date(1980, 1, 1)}, []),
    ],
)
def test_dates_and_types_that_cannot_be(changes, expected):
    assert refused(**changes) == expected


def test_a_refusal_names_what_it_is_about():
    (mismatch,) = judge(personnel_type=PersonnelType.TAO_OFFICER).refusals
    assert mismatch.facts == {
        "personnel_type": PersonnelType.TAO_OFFICER, "agency_type": AgencyType.TOWN_MUNICIPALITY
    }  # fmt: skip
    assert mismatch.citation
    (grown,) = judge(CHILD, replace(FAMILY, around=None), birth_date=date(1995, 10, 1)).refusals
    assert (grown.code, grown.field, grown.facts["majority_date"]) == ("AGE_20", "birth_date", START)


def test_the_laws_own_code_comes_before_what_else_is_refused():
    refusals = [BadInput("FIRST"), BadInput("SECOND")]
    assert certification.Judgement(refusals).code == "FIRST"
    yes, no = judge(CHILD, FAMILY).law, judge(CHILD, FAMILY, told=Told()).law
    assert certification.Judgement(refusals, law=no).code == "FATHER_NOT_LEGITIMATE"
    assert certification.Judgement(refusals, law=yes).code == "FIRST"


def test_a_childs_days_are_those_of_the_law_and_a_birth_may_be_of_today():
    told = Told(paternity_registered_date=date(2018, 6, 1))
    dates = judge(CHILD, FAMILY, told=told, papers=frozenset({Paper.BIRTH_CERT_CHILD, Paper.PATERNITY_REG_KR11})).dates
    assert dates == Dates(date(2018, 6, 1), date(2036, 5, 1))
    assert refused(CHILD, FAMILY, birth_date=TODAY) == []
    assert refused(service_start_date=TODAY, birth_date=TODAY) == [("DATE_BEFORE_BIRTH", "service_start_date")]


def test_each_right_that_stands_is_looked_at_and_the_first_death_is_told():
    past = spell(period=Period(date(2010, 1, 1), START))
    assert refused(OFFICIAL, replace(AGENCY, spells=(past, spell()))) == [("OWN_RIGHT_OVERLAP", "national_id")]
    dead = tuple(replace(past, death_date=date(2014, 1, day)) for day in (1, 2))
    (refusal, *_) = judge(OFFICIAL, replace(AGENCY, spells=dead)).refusals
    assert (refusal.code, refusal.facts["since"]) == ("PERSON_DECEASED", date(2014, 1, 1))


def test_a_right_of_the_same_kind_in_the_same_days_is_in_the_way():
    def beside(one, candidate=OFFICIAL, known=AGENCY):
        return refused(candidate, replace(known, spells=(one,)))

    own = [("OWN_RIGHT_OVERLAP", "national_id")]
    assert beside(spell()) == own
    assert beside(spell(period=Period(date(2010, 1, 1), START))) == []
    assert beside(spell(period=Period(date(2010, 1, 1), START + DAY))) == own
    assert beside(spell(Relation.SPOUSE, "q")) == []
    same = [("SAME_RIGHT_OVERLAP", "national_id")]
    assert beside(spell(Relation.CHILD), CHILD, FAMILY) == same
    assert beside(spell(Relation.CHILD, "q"), CHILD, FAMILY) == []
    assert beside(spell(), CHILD, FAMILY) == []
    (refusal,) = judge(OFFICIAL, replace(AGENCY, spells=(spell(),))).refusals
    assert refusal.facts == {"agency": "เทศบาล", "since": START}


@pytest.mark.parametrize(
    ("known", "field"),
    [
        ({"birth_date": date(1985, 1, 2)}, "birth_date"), ({"birth_date": date(1985, 1, 1)}, None),
        ({"sex": Sex.F}, "sex"), ({"sex": Sex.M}, None), ({"full_name": "ก ง"}, "first_name_th"), ({"full_name": "ก  ข"}, None),
        ({"birth_date": date(1985, 1, 2), "sex": Sex.F}, "birth_date"),
    ],
)  # fmt: skip
def test_a_number_that_holds_rights_under_other_particulars_is_another_person(known, field):
    spells = (spell(period=Period(date(2010, 1, 1), date(2011, 1, 1)), **known),)
    assert refused(known=replace(AGENCY, spells=spells)) == ([("PERSON_DIFFERS", field)] if field else [])
    untold = refused(known=replace(AGENCY, spells=spells), birth_date=None, sex=None, full_name="")
    assert untold == []


def test_of_several_rights_each_is_compared_and_an_overlap_is_said_first():
    before = {"period": Period(date(2010, 1, 1), date(2011, 1, 1))}
    spells = (spell(**before), spell(**before, sex=Sex.F))
    assert refused(known=replace(AGENCY, spells=spells)) == [("PERSON_DIFFERS", "sex")]
    assert refused(known=replace(AGENCY, spells=(spell(sex=Sex.F),))) == [("OWN_RIGHT_OVERLAP", "national_id")]


def test_where_somebody_works_is_told_only_of_a_person_whose_particulars_fit():
    def facts(**known):
        (refusal,) = judge(OFFICIAL, replace(AGENCY, spells=(spell(**known),))).refusals
        return set(refusal.facts)

    assert facts() == facts(full_name="") == {"agency", "since"}
    assert facts(full_name="คน อื่น") == facts(sex=Sex.F) == facts(birth_date=date(1985, 1, 2)) == {"differs"}


@pytest.mark.parametrize(
    ("period", "is_closed"),
    [
        (Period(date(2000, 1, 1), TODAY + DAY), False), (Period(date(2000, 1, 1), TODAY), True),
        (Period(TODAY + DAY), True), (Period(TODAY), False), (Period(date(2000, 1, 1), START), True),
    ],
)  # fmt: skip
def test_the_agency_must_exist_today_and_in_the_days_of_the_right(period, is_closed):
    known = replace(AGENCY, agency_period=period)
    assert refused(known=known) == ([("AGENCY_CLOSED", "entitled_from")] if is_closed else [])
    assert judge(known=known).holds_until == period.until_on
    ahead = replace(AGENCY, agency_period=Period(date(2000, 1, 1), TODAY + DAY))
    assert refused(known=ahead, service_start_date=TODAY + DAY) == [("AGENCY_CLOSED", "entitled_from")]


def test_there_is_one_father_and_one_mother_at_a_time():
    mother = replace(
        CHILD, national_id="m", relation=Relation.MOTHER, birth_date=date(1955, 1, 1), told=Told(),
        papers=frozenset({Paper.BIRTH_CERT_PRINCIPAL}),
    )  # fmt: skip

    def beside(parent):
        return refused(mother, replace(FAMILY, parents=(parent,)))

    other = KnownParent("x", Relation.MOTHER, Period(START))
    assert beside(other) == [("ONE_PARENT_EACH", "relation")]
    assert beside(replace(other, relation=Relation.FATHER)) == beside(replace(other, national_id="m")) == []
    assert beside(replace(other, period=Period(date(2010, 1, 1), START))) == []


def test_a_dependent_has_the_days_of_the_law_and_a_later_start_where_one_was_typed():
    found = judge(CHILD, FAMILY)
    assert (found.refusals, found.dates) == ([], Dates(date(2016, 5, 1), date(2036, 5, 1)))
    assert (found.law.code, found.holds_until) == ("OK", date(2036, 5, 1))
    typed = {"entitled_from": date(2020, 1, 1)}
    assert judge(CHILD, FAMILY, **typed).dates == Dates(date(2020, 1, 1), date(2036, 5, 1))
    assert judge(CHILD, FAMILY, entitled_from=date(2016, 5, 2)).dates.entitled_from == date(2016, 5, 2)
    early = judge(CHILD, FAMILY, entitled_from=date(2016, 4, 30))
    assert [(e.code, e.field) for e in early.refusals] == [("DATE_BEFORE_BIRTH", "entitled_from")]
    assert refused(CHILD, FAMILY, entitled_from=date(2016, 5, 1)) == []
    closes = replace(FAMILY, agency_period=Period(date(2000, 1, 1), date(2030, 1, 1)))
    assert judge(CHILD, closes).holds_until == date(2030, 1, 1)


def test_without_the_law_of_the_family_a_dependent_follows_the_principal_and_its_own_birth():
    plain = replace(FAMILY, around=None)
    assert judge(CHILD, plain).dates == Dates(date(2016, 5, 1), date(2036, 5, 1))
    assert judge(CHILD, plain, birth_date=date(2010, 1, 1)).dates == Dates(START, date(2030, 1, 1))
    assert judge(CHILD, plain, birth_date=None).dates == Dates(START, None)
    spouse = replace(CHILD, relation=Relation.SPOUSE, entitled_until=date(2030, 1, 1))
    assert judge(spouse, plain).dates == Dates(date(2016, 5, 1), date(2030, 1, 1))
    assert judge(spouse, plain, entitled_until=date(2016, 5, 1)).refusals[0].code == "PERIOD_EMPTY"
    assert judge(CHILD, plain, birth_date=date(1995, 10, 1)).refusals[0].code == "AGE_20"
    assert judge(CHILD, plain, birth_date=date(1995, 10, 2)).refusals == []


def test_nobody_leans_on_a_principal_who_was_not_submitted():
    assert refused(CHILD, replace(FAMILY, principal_from=None)) == [("PRINCIPAL_NOT_SUBMITTED", None)]
    assert judge(CHILD, replace(FAMILY, principal_from=None)).law is None


def test_what_the_law_refuses_is_said_at_its_field_with_the_papers_that_help():
    found = judge(CHILD, FAMILY, told=Told())
    (refusal,) = found.refusals
    assert (found.code, refusal.code, refusal.field) == (("FATHER_NOT_LEGITIMATE",) * 2 + ("marriage_date",))
    assert set(refusal.facts) == {"clause", "needs", "is_promised"} and refusal.facts["needs"] and refusal.citation
    promised = judge(CHILD, FAMILY, told=Told(to_follow=ToFollow.PAPERS)).refusals
    assert [one.facts["is_promised"] for one in (refusal, *promised)] == [False, True]
    assert "MARRIAGE_CERT_TH" in refusal.facts["needs"] and found.dates is None
    (adult,) = judge(CHILD, FAMILY, birth_date=date(2000, 1, 1), told=Told(marriage_date=date(1999, 1, 1))).refusals
    assert (adult.code, adult.field, adult.facts["majority_date"]) == ("AGE_20", "birth_date", date(2020, 1, 1))
    spouse = replace(CHILD, relation=Relation.SPOUSE, told=Told(), papers=frozenset())
    assert [(e.code, e.field) for e in judge(spouse, FAMILY).refusals] == [("REQUIRED", "marriage_date")]
    unknown = replace(FAMILY, around=replace(FAMILY.around, principal_sex=None))
    assert [e.code for e in judge(CHILD, unknown).refusals] == ["PRINCIPAL_NOT_SUBMITTED"]
    assert refusals_of(judge(CHILD, FAMILY).law, CHILD.relative) == []
    assert FIELDS["ONE_SPOUSE_ONLY"] == FIELDS["MAX_FOUR"] == "relation"


def test_a_doubt_of_the_law_is_one_for_the_registrar():
    doubtful = judge(CHILD, FAMILY, birth_order=2, told=replace(WEDDING, elder_minor_deaths=0))
    assert doubtful.refusals == [] and doubtful.doubts == []  # an elder who stands nowhere may be told by the number
    nikah = judge(CHILD, FAMILY, told=replace(WEDDING, nikah_date=date(2026, 1, 1)))
    assert [clause.code for clause in nikah.doubts] == ["CHILD_NIKAH_NOT_REGISTERED"]


def test_what_one_open_request_at_a_time_may_ask_for_is_the_right():
    asked = certification.asked_right
    assert asked("c", "p", Relation.CHILD) == "p CHILD c" and asked("p", "p", Relation.SELF) == "p SELF p"
    assert asked("m", "p", Relation.MOTHER) == asked("x", "p", Relation.MOTHER) == "p MOTHER"
    assert asked("f", "p", Relation.FATHER) == "p FATHER"


def test_the_candidate_is_a_relative_as_it_was_told():
    listed = replace(CHILD, birth_order=2, seq_in_delivery=1, told=Told(to_follow=ToFollow.FACTS))
    one = listed.relative
    assert (one.national_id, one.relation, one.birth_date, one.sex) == ("c", Relation.CHILD, date(2016, 5, 1), Sex.F)
    assert (one.birth_order, one.seq_in_delivery, one.place, one.told.to_follow) == (2, 1, 2, ToFollow.FACTS)
    assert one.papers == CHILD.papers


@pytest.mark.parametrize(
    ("other", "is_asked_back"),
    [
        ({}, True), ({"birth_date": date(2016, 5, 2)}, True), ({"birth_date": date(2016, 4, 30)}, True),
        ({"birth_date": date(2016, 5, 3)}, False), ({"birth_date": date(2016, 4, 29)}, False), ({"birth_date": None}, False),
        ({"seq_in_delivery": 2}, False), ({"seq_in_delivery": None}, False), ({"national_id": "c"}, False),
        ({"relation": Relation.SPOUSE}, False),
    ],
)  # fmt: skip
def test_twins_with_the_same_number_in_the_birth_are_asked_back(other, is_asked_back):
    given = {"national_id": "d", "relation": Relation.CHILD, "birth_date": date(2016, 5, 1), "seq_in_delivery": 1}
    twin = Relative(**(given | other))
    known = replace(FAMILY, around=replace(FAMILY.around, others=(twin,)))
    asked = [
        error for error in judge(CHILD, known, seq_in_delivery=1).refusals if error.code == "SAME_PLACE_IN_DELIVERY"
    ]
    assert [(error.field, error.facts) for error in asked] == [("seq_in_delivery", {"place": 1})] * is_asked_back
    assert "SAME_PLACE_IN_DELIVERY" not in str(refused(CHILD, known)), "who gives no number is no twin"
    for changes in ({"relation": Relation.MOTHER}, {"relation": Relation.SPOUSE}):  # a number there means nothing
        assert "SAME_PLACE_IN_DELIVERY" not in str(refused(CHILD, known, seq_in_delivery=1, **changes))
    assert "SAME_PLACE_IN_DELIVERY" not in str(refused(CHILD, replace(known, around=None), seq_in_delivery=1))


def test_an_officials_own_entry_without_its_order_is_no_doubt_but_names_what_is_missing():
    """Seed 001 asks official proof of the family alone; the agency that records has issued the order (docs/law.md)."""
    around = Around(TODAY, Sex.M, date(1985, 1, 1), ())
    assert judge().doubts == [] and judge().refusals == []
    for kind, paper in (
        (PersonnelType.MUNICIPAL_OFFICER, "APPOINTMENT_ORDER"),
        (PersonnelType.POLITICAL_EXECUTIVE, "ELECTION_RESULT"),
        (PersonnelType.PENSIONER, "PENSION_ORDER"),
    ):
        (standing,) = family_law.missing_papers(OFFICIAL.relative, around, kind)
        assert [need.any_of for need in standing.missing] == [(paper,)]
