"""Parents, spouses, legitimacy, majority: every worked case, and for each clause one that fails without it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.people import EntitlementState, Relation, Sex
from app.rules import children, fatherhood, impossible, legitimacy, majority, parents, spouses, unlikely
from app.rules.cases import child, kin, parent, principal, spouse, spouse_period
from app.rules.cases import legitimacy as legitimacy_cases
from app.rules.cases import majority as majority_cases
from app.rules.cases.topic import UnknownCell
from app.rules.decision import OK, Flag
from app.rules.fatherhood import Parentage
from app.rules.legitimacy import LegitimacyFacts
from app.rules.majority import MajorityFacts
from app.rules.papers import Paper
from app.rules.parameters import MINIMUM_MARRIAGE_AGE, in_force
from app.rules.parents import Kinship, ParentFacts
from app.rules.schemes import Scheme
from app.rules.spouses import SpouseFacts
from tests.rules.case_files import answers_shuffled, differences, fails, families_of, forget

LAW = [
    (parents, "TABLE", parent.TOPIC),
    (spouses, "TABLE", spouse.TOPIC),
    (legitimacy, "TABLE", legitimacy_cases.TOPIC),
    (majority, "TABLE", majority_cases.TOPIC),
    (children, "TABLE", child.TOPIC),
    (fatherhood, "GROUNDS", legitimacy_cases.TOPIC),
    *((module, "TABLE", kin.TOPIC) for module in (impossible, unlikely)),
]
TOPICS = {topic.name: topic for topic in (principal.TOPIC, spouse_period.TOPIC, *(topic for _, _, topic in LAW))}
# What the layout of spouse_cases has no column for, neither days nor flags, stands in a file of our own.
OWN_FILES = dict.fromkeys(("SPOUSE_ENDED_BEFORE", "SPOUSE_FOREIGN_SAME_SEX_BEFORE_LAW"), spouse_period.TOPIC)
CLAUSES = [
    pytest.param(module, table, OWN_FILES.get(row.clause.code, topic), row, id=f"{topic.name}-{row.clause.code}")
    for module, table, topic in LAW
    for row in getattr(module, table)
]


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS.keys())
def test_every_worked_case(topic):
    assert differences(topic) == []
    assert answers_shuffled(topic, 7)


@pytest.mark.parametrize(("module", "table", "topic", "row"), CLAUSES)
def test_each_clause_has_a_case_that_fails_without_it(module, table, topic, row, monkeypatch):
    monkeypatch.setattr(module, table, tuple(other for other in getattr(module, table) if other is not row))
    forget(module)  # what was answered with the whole table
    assert fails(topic)
    monkeypatch.undo()
    forget(module)


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS.keys())
def test_a_cell_that_no_column_knows_is_an_error_and_no_answer(topic):
    for column in set(topic.inputs) - {"family_id", "delivery_id"}:
        row = dict(families_of(topic)[0][0])
        if column == "legitimate_to_father_from":
            row["legitimacy"] = "FROM_DATE"
        with pytest.raises(UnknownCell) as error:
            topic.decide([{**row, column: "?"}])
        assert (error.value.column, error.value.value) == (column, "?")


days = st.dates(date(1980, 1, 1), date(2030, 1, 1))
parentages = st.builds(
    Parentage,
    birth_date=days,
    marriage_date=st.none() | days,
    marriage_end_date=st.none() | days,
    paternity_registered_date=st.none() | days,
    court_final_date=st.none() | days,
)
paper_sets = st.frozensets(st.sampled_from(Paper), max_size=4)
schemes = st.none() | st.sampled_from(Scheme)


@given(
    st.builds(
        ParentFacts,
        relation=st.sampled_from([Relation.MOTHER, Relation.FATHER]),
        kinship=st.sampled_from(Kinship),
        principal_from=days,
        parentage=parentages,
        papers=paper_sets,
        death_date=st.none() | days,
        own_scheme=schemes,
    )
)
def test_exactly_one_clause_decides_each_parent(facts):
    decision = parents.decide(facts)
    deciding = {rule.clause for rule in parents.TABLE} & set(decision.clauses)
    assert deciding == {decision.clauses[0]}
    assert decision.accepted == (decision.code == OK) == (decision.period is not None) == (decision.state is not None)
    if decision.accepted:
        assert decision.period.from_on >= facts.principal_from
        assert (decision.state is EntitlementState.ENDED) == (decision.period.until_on is not None)


@given(
    st.builds(
        SpouseFacts,
        principal_sex=st.sampled_from(Sex),
        spouse_sex=st.sampled_from(Sex),
        principal_is_muslim=st.booleans(),
        home_province_code=st.sampled_from(["10", "54", "90", "91", "94", "95", "96"]),
        open_spouses_before=st.integers(0, 5),
        marriage_date=days,
        paper=st.none() | st.sampled_from(Paper),
        own_scheme=schemes,
        principal_from=days,
        divorce_date=st.none() | days,
        death_date=st.none() | days,
    )
)
def test_exactly_one_clause_decides_each_spouse(facts):
    decision = spouses.decide(facts)
    deciding = {rule.clause for rule in spouses.TABLE} & set(decision.clauses)
    assert deciding == {decision.clauses[0]}
    assert decision.accepted == (decision.code == OK) == (decision.period is not None) == (decision.state is not None)
    if decision.accepted:
        assert facts.open_spouses_before < (4 if spouses.may_marry_by_nikah(facts) else 1)
        assert decision.period.from_on >= max(facts.principal_from, facts.marriage_date)
        assert (decision.state is EntitlementState.ENDED) == (decision.period.until_on is not None)


legitimacies = st.builds(
    LegitimacyFacts,
    principal_sex=st.sampled_from(Sex),
    parentage=parentages,
    papers=paper_sets,
    is_adopted_by_principal=st.booleans(),
    matches_registry=st.booleans(),
)


@given(legitimacies, st.sampled_from(Paper))
def test_exactly_one_clause_decides_each_child_and_a_further_paper_never_harms(facts, paper):
    decision = legitimacy.decide(facts)
    assert len(decision.clauses) == 1
    assert decision.accepted == (decision.legitimate_from is not None)
    more = legitimacy.decide(replace(facts, papers=facts.papers | {paper}))
    if decision.accepted:
        assert more.legitimate_from <= decision.legitimate_from
        assert decision.legitimate_from >= facts.parentage.birth_date
    elif not more.accepted:
        assert more.missing == decision.missing
    elif decision.missing:
        assert paper in decision.missing[0].any_of


@given(days, st.none() | days, st.booleans(), days)
def test_a_child_comes_of_age_once_and_never_after_the_20th_birthday(birth, marriage, permitted, on):
    decision = majority.decide(MajorityFacts(birth, on, marriage, permitted))
    assert len(decision.clauses) == 1
    assert decision.majority_date <= majority.majority_date(birth)
    assert decision.accepted == (on < decision.majority_date)
    assert decision.holds_until == (decision.majority_date if decision.accepted else None)
    if decision.holds_until:
        later = MajorityFacts(birth, decision.holds_until, marriage, permitted)
        assert not majority.decide(later).accepted
        eve = MajorityFacts(birth, decision.holds_until - timedelta(days=1), marriage, permitted)
        assert majority.decide(eve).accepted


def test_leave_of_the_court_must_be_told():
    young = majority.decide(MajorityFacts(date(2010, 1, 1), date(2025, 6, 1), date(2025, 6, 1)))
    assert (young.code, young.flags) == ("AGE_20", (Flag.REVIEW,))
    assert majority.decide(replace(young.facts, court_permitted=True)).code == "MARRIAGE"


def test_a_dated_figure_is_that_of_the_day_and_before_the_first_text_that_of_the_first():
    ages = {day: in_force(MINIMUM_MARRIAGE_AGE, date(*day)) for day in [(1960, 1, 1), (2025, 1, 22), (2025, 1, 23)]}
    assert list(ages.values()) == [17, 17, 18]


WIFE = SpouseFacts(
    Sex.M, Sex.F, True, "94", 0, date(2016, 5, 1), Paper.MARRIAGE_CERT_TH, principal_from=date(2018, 1, 1)
)


def wife(**changes):
    return spouses.decide(replace(WIFE, **changes))


def test_a_spouses_days_follow_the_principal_the_marriage_and_its_end():
    assert (wife().period.from_on, wife().period.until_on, wife().flags) == (date(2018, 1, 1), None, ())
    assert wife(marriage_date=date(2019, 3, 3)).period.from_on == date(2019, 3, 3)
    divorced = wife(divorce_date=date(2020, 5, 5), death_date=date(2021, 1, 1))
    assert (divorced.period.last_day, divorced.state) == (date(2020, 5, 4), EntitlementState.ENDED)
    assert wife(death_date=date(2021, 1, 1)).period.last_day == date(2021, 1, 1)


def test_a_marriage_that_ended_before_the_service_gives_no_right():
    assert wife(divorce_date=date(2018, 1, 2)).period.last_day == date(2018, 1, 1)
    assert wife(divorce_date=date(2018, 1, 1)).code == "MARRIAGE_NOT_VALID_ON_DATE"
    assert wife(death_date=date(2017, 12, 31)).clauses[0].code == "SPOUSE_ENDED_BEFORE"


def test_two_of_one_sex_married_abroad_have_the_right_from_the_law_on_and_are_reviewed():
    abroad = wife(principal_sex=Sex.F, marriage_date=date(2020, 1, 1), paper=Paper.MARRIAGE_CERT_FOREIGN)
    assert (abroad.period.from_on, abroad.flags) == (date(2025, 1, 23), (Flag.REVIEW,))
    later = wife(principal_sex=Sex.F, marriage_date=date(2025, 1, 23), paper=Paper.MARRIAGE_CERT_FOREIGN)
    assert (later.period.from_on, later.flags) == (date(2025, 1, 23), ())


def test_what_is_missing_is_named_with_its_alternatives():
    def of_wife(**changes):
        return [(need.slot, need.any_of) for need in wife(**changes).missing]

    civil = ("LEGALITY", ("MARRIAGE_CERT_FOREIGN", "MARRIAGE_CERT_TH"))
    assert of_wife(paper=None) == [civil]
    assert of_wife(paper=Paper.NIKAH_CERT_TH, home_province_code="54") == [civil]
    assert of_wife(open_spouses_before=1) == [("LEGALITY", ("NIKAH_CERT_TH",))]
    assert of_wife(open_spouses_before=4) == of_wife() == []

    def of_parent(relation, kinship=Kinship.BIOLOGICAL, papers=(), **events):
        parentage = Parentage(date(1988, 1, 1), **events)
        facts = ParentFacts(relation, kinship, date(2015, 10, 1), parentage, frozenset(papers))
        return [(need.slot, need.any_of) for need in parents.decide(facts).missing]

    assert of_parent(Relation.MOTHER) == [("LEGALITY", ("BIRTH_CERT_PRINCIPAL", "HOUSE_REG_PRINCIPAL"))]
    any_father = ("LEGALITY", ("COURT_ORDER_FAMILY", "MARRIAGE_CERT_PARENTS", "PATERNITY_REG_KR11"))
    assert of_parent(Relation.FATHER, papers=[Paper.HOUSE_REG_PRINCIPAL]) == [any_father]
    assert of_parent(Relation.FATHER, marriage_date=date(1985, 1, 1)) == [("LEGALITY", ("MARRIAGE_CERT_PARENTS",))]
    assert of_parent(Relation.FATHER, Kinship.STEP) == []


def test_a_marriage_certificate_does_not_tell_which_child_it_is():
    def missing(papers, sex=Sex.M, **changes):
        parentage = Parentage(date(2012, 1, 1), date(2010, 1, 1), paternity_registered_date=changes.pop("kr11", None))
        facts = LegitimacyFacts(sex, parentage, frozenset(papers), **changes)
        return [(need.slot, need.any_of) for need in legitimacy.decide(facts).missing]

    identity = [("IDENTITY", ("BIRTH_CERT_CHILD", "HOUSE_REG_CHILD"))]
    assert missing([Paper.MARRIAGE_CERT_TH]) == identity
    assert missing([Paper.MARRIAGE_CERT_TH], matches_registry=True) == []
    assert missing([Paper.MARRIAGE_CERT_TH, Paper.HOUSE_REG_CHILD]) == []
    assert missing([Paper.PATERNITY_REG_KR11], kr11=date(2011, 1, 1)) == []
    assert missing([Paper.BIRTH_CERT_CHILD], sex=Sex.F) == []
    assert missing([], sex=Sex.F) == [("LEGALITY", ("BIRTH_CERT_CHILD", "HOUSE_REG_CHILD"))]
    assert missing([], is_adopted_by_principal=True) == []
    assert missing([]) == [("LEGALITY", ("MARRIAGE_CERT_FOREIGN", "MARRIAGE_CERT_TH"))]


def test_an_accepted_parent_says_by_what_and_what_else_counted():
    def clauses(relation, paper, own_scheme=None, death_date=None, **events):
        parentage = Parentage(date(1988, 1, 1), **events)
        facts = ParentFacts(
            relation, Kinship.BIOLOGICAL, date(2015, 1, 1), parentage, frozenset({paper}), death_date, own_scheme
        )
        return [clause.code for clause in parents.decide(facts).clauses]

    day = date(1990, 1, 1)
    assert clauses(Relation.MOTHER, Paper.BIRTH_CERT_PRINCIPAL) == ["MOTHER"]
    by_marriage = ["FATHER_BY_MARRIAGE", "FATHER_LATER_MARRIAGE"]
    assert clauses(Relation.FATHER, Paper.MARRIAGE_CERT_PARENTS, marriage_date=day) == by_marriage
    by_registration = ["FATHER_BY_KR11", "FATHER_KR11"]
    assert clauses(Relation.FATHER, Paper.PATERNITY_REG_KR11, paternity_registered_date=day) == by_registration
    by_judgment = ["FATHER_BY_JUDGMENT", "FATHER_JUDGMENT"]
    assert clauses(Relation.FATHER, Paper.COURT_ORDER_FAMILY, court_final_date=day) == by_judgment
    late = clauses(Relation.MOTHER, Paper.BIRTH_CERT_PRINCIPAL, Scheme.CSMBS, date(2020, 1, 1))
    assert late == ["MOTHER", "OWN_RIGHT_FIRST", "PARENT_DIED"]
    assert [clause.code for clause in wife(own_scheme=Scheme.SSO).clauses] == ["SPOUSE_MARRIAGE", "OWN_RIGHT_FIRST"]
    by_nikah = wife(paper=Paper.NIKAH_CERT_TH)
    assert [clause.code for clause in by_nikah.clauses] == ["SPOUSE_NIKAH"]
    assert by_nikah.facts == replace(WIFE, paper=Paper.NIKAH_CERT_TH)


def test_outside_310_days_is_only_who_was_born_after_a_marriage_that_had_ended_too_long_before():
    def outside(*marriage):
        return fatherhood.is_outside_310_days(Parentage(date(2012, 3, 7), *marriage))

    assert outside(date(2005, 5, 5), date(2011, 5, 1))
    assert not outside(date(2005, 5, 5), date(2011, 5, 2))
    assert not outside(date(2005, 5, 5))
    assert not outside(date(2013, 5, 5))
    assert not outside()


def test_a_mother_needs_no_ground_of_fatherhood():
    events = Parentage(date(2012, 1, 1), date(2010, 1, 1))
    assert legitimacy.proven_grounds(LegitimacyFacts(Sex.F, events, frozenset({Paper.MARRIAGE_CERT_TH}))) == []


def test_the_order_of_events_on_one_day_is_that_of_the_rule():
    events = [date(2015, 2, 14)] * 3
    found = fatherhood.grounds_that_apply(Parentage(date(2012, 1, 1), events[0], None, events[1], events[2]))
    assert [legitimated.ground.code for legitimated in found] == [
        "LATER_MARRIAGE",
        "PATERNITY_REGISTERED",
        "COURT_JUDGMENT",
    ]
