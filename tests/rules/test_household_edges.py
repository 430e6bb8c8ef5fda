"""Why somebody has a right, at the edges: before the start, after the end, between two services, and tried on a principal."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.people import EntitlementState, PersonnelType, Relation, Sex, ToFollow
from app.domain.period import Period
from app.rules.around import Around
from app.rules.household import Household, Member, as_approved, explain
from app.rules.papers import Paper
from app.rules.priority import HeldRight, Use
from app.rules.relatives import Relative
from app.rules.schemes import EntitlementRank, Scheme
from app.rules.told import Told
from app.rules.trial import Change, Event, lifting_nothing, try_out
from tests.rules.test_household import FATHER, HOME, answers, differences, spouse

DAY = timedelta(days=1)
START = FATHER.active[0].from_on
TODAY = date(2026, 12, 1)
AWAY = replace(FATHER, active=(Period(START, date(2015, 1, 1)), Period(date(2020, 1, 1))))


@pytest.mark.parametrize(
    ("principal", "on", "code", "state"),
    [
        (FATHER, START - DAY, "NOT_YET", EntitlementState.SCHEDULED),
        (FATHER, START, "OK", EntitlementState.ACTIVE),
        (AWAY, date(2014, 12, 31), "OK", EntitlementState.ACTIVE),
        (AWAY, date(2015, 1, 1), "ENDED", EntitlementState.ENDED),
        (AWAY, date(2020, 1, 1), "OK", EntitlementState.ACTIVE),
        (replace(FATHER, active=()), TODAY, "NOT_YET", None),
        (replace(FATHER, death_date=TODAY), TODAY, "OK", EntitlementState.ACTIVE),
        (replace(FATHER, death_date=TODAY), TODAY + DAY, "DEAD", EntitlementState.ENDED),
        (replace(AWAY, active=AWAY.active[::-1], death_date=date(2018, 1, 1)), START, "OK", EntitlementState.ACTIVE),
        (replace(AWAY, active=AWAY.active[:1], death_date=TODAY), TODAY, "ENDED", EntitlementState.ENDED),
        (replace(AWAY, active=AWAY.active[:1], death_date=TODAY), TODAY + DAY, "DEAD", EntitlementState.ENDED),
        (replace(FATHER, suspended_from=TODAY), TODAY - DAY, "OK", EntitlementState.ACTIVE),
        (replace(FATHER, suspended_from=TODAY), TODAY, "SUSPENDED", EntitlementState.SUSPENDED),
        (replace(FATHER, suspended_from=TODAY, death_date=TODAY - DAY), TODAY - DAY, "OK", EntitlementState.ACTIVE),
        (replace(FATHER, suspended_from=START), TODAY, "SUSPENDED", EntitlementState.SUSPENDED),
        (
            replace(FATHER, death_date=TODAY, suspended_from=TODAY + DAY),
            TODAY + DAY,
            "SUSPENDED",
            EntitlementState.SUSPENDED,
        ),
    ],
)
def test_a_principal_on_the_day(principal, on, code, state):
    (found,) = explain(Household(principal), on)
    assert (found.code, found.state) == (code, state) and found.clauses
    assert found.entitled == (code == "OK")
    assert (found.period is not None) == (code == "OK")


def test_the_days_of_a_principal_end_at_a_death_or_a_suspension_whichever_is_first():
    for death, suspended, end in ((TODAY, None, TODAY + DAY), (None, TODAY, TODAY), (TODAY, TODAY - DAY, TODAY - DAY)):
        (found,) = explain(Household(replace(FATHER, death_date=death, suspended_from=suspended)), date(2020, 1, 1))
        assert (found.period, found.holds_until) == (Period(START, end), end)
    term = replace(FATHER, active=(Period(START, date(2014, 10, 1)),), death_date=TODAY)
    assert explain(Household(term), START)[0].period == Period(START, date(2014, 10, 1))


def test_a_relative_leans_on_the_service_in_which_the_right_began():
    wife = spouse()
    then = replace(wife, relative=replace(wife.relative, period=Period(START, date(2015, 1, 1))))
    found = answers(Household(AWAY, (then,)), date(2014, 6, 1))["wife"]
    assert (found.code, found.period.from_on) == ("OK", START)
    assert answers(Household(AWAY, (then,)), date(2015, 1, 1))["wife"].code != "OK"
    now = answers(Household(AWAY, (wife,)), date(2021, 1, 1))["wife"]
    assert (now.code, now.period.from_on) == ("OK", date(2020, 1, 1))


def test_a_marriage_to_come_gives_a_right_to_come_and_an_ended_one_none():
    def wife(**told):
        return Household(FATHER, (Member(replace(spouse().relative, told=replace(spouse().relative.told, **told))),))

    coming = answers(wife(marriage_date=TODAY + DAY), TODAY)["wife"]
    assert (coming.code, coming.state, coming.entitled) == ("NOT_YET", EntitlementState.SCHEDULED, False)
    assert coming.clauses[0].code == "EXPLAIN_NOT_YET" and coming.holds_until == TODAY + DAY
    over = answers(wife(marriage_end_date=TODAY), TODAY)["wife"]
    assert (over.code, over.state) == ("ENDED", EntitlementState.ENDED) and over.clauses[0].code == "EXPLAIN_ENDED"
    assert answers(wife(marriage_end_date=TODAY), TODAY - DAY)["wife"].entitled


def held(scheme, rank=EntitlementRank.PRIMARY, period=None):
    return HeldRight(scheme, rank, period or Period(date(2020, 1, 1)), label="other")


@pytest.mark.parametrize(
    ("right", "state"),
    [
        (held(Scheme.CSMBS), EntitlementState.STANDBY),
        (held(Scheme.CSMBS, period=Period(date(2020, 1, 1), TODAY)), EntitlementState.ACTIVE),
        (held(Scheme.SSO), EntitlementState.ACTIVE),
        (held(Scheme.PRIVATE_TEACHER), EntitlementState.ACTIVE),
        (held(Scheme.UCS), EntitlementState.ACTIVE),
        (held(Scheme.CSMBS, EntitlementRank.SECONDARY), EntitlementState.STANDBY),  # SS03: the other scheme first
    ],
)
def test_what_another_right_makes_of_a_wifes(right, state):
    found = answers(Household(FATHER, (replace(spouse(), others=(right,)),)), TODAY)["wife"]
    assert (found.state, found.entitled) == (state, True)
    assert ("OWN_RIGHT_FIRST" in {clause.code for clause in found.clauses}) == (
        state is EntitlementState.STANDBY and right.rank is EntitlementRank.PRIMARY
    )


def test_the_right_is_named_by_the_scheme_of_the_principal():
    for kind, scheme in ((PersonnelType.PENSIONER, Scheme.LGO_PENSION), (PersonnelType.MUNICIPAL_OFFICER, Scheme.LGO)):
        found = answers(Household(replace(FATHER, personnel_type=kind), (spouse(),)), TODAY)
        assert [(one.right.scheme, one.right.rank) for one in found["own"].schemes.order] == [(scheme, "PRIMARY")]
        assert [(one.right.scheme, one.right.rank) for one in found["wife"].schemes.order] == [(scheme, "SECONDARY")]


def test_what_stands_was_proven_and_facts_that_were_never_told_are_owed():
    around = Around(TODAY, Sex.M, date(1980, 1, 1), FATHER.active)
    child = Relative("c", Relation.CHILD, date(2015, 1, 1), Sex.F, Told())
    assert as_approved(child, around).told.to_follow is ToFollow.FACTS
    assert as_approved(child).told.to_follow is ToFollow.PAPERS
    married = replace(child, told=Told(marriage_date=date(2010, 1, 1)))
    assert as_approved(married, around).told.to_follow is ToFollow.PAPERS
    adopted = replace(child, told=Told(is_adopted=True))
    assert as_approved(adopted, around).told.to_follow is ToFollow.PAPERS
    owed = replace(child, told=Told(to_follow=ToFollow.FACTS))
    assert as_approved(owed, around) is owed


def test_leaving_cuts_what_runs_and_keeps_what_was():
    home = replace(HOME, principal=AWAY)
    left = differences(home, [Change("own", Event.LEAVES_SERVICE, TODAY)], TODAY)
    assert (left["own"].after.code, left["own"].before.code) == ("ENDED", "OK")
    eve = differences(home, [Change("own", Event.LEAVES_SERVICE, TODAY)], TODAY - DAY)
    assert eve["own"].after.period == Period(date(2020, 1, 1), TODAY)
    early = differences(home, [Change("own", Event.LEAVES_SERVICE, date(2020, 1, 1))], date(2014, 1, 1))
    assert early["own"].after.period == Period(START, date(2015, 1, 1)) and not early["own"].is_changed
    assert (
        differences(home, [Change("own", Event.LEAVES_SERVICE, date(2020, 1, 1))], TODAY)["own"].after.code == "ENDED"
    )


def test_an_insured_principal_keeps_the_own_right_first():
    found = differences(HOME, [Change("own", Event.BECOMES_INSURED, TODAY)], TODAY)["own"]
    assert found.is_changed and [one.use for one in found.after.schemes.order] == [Use.FULL, Use.PRIVATE_PROVIDERS]
    assert not differences(HOME, [Change("own", Event.MARRIES, TODAY)], TODAY)["own"].is_changed


def test_a_divorce_and_an_adoption_end_one_right_alone():
    divorced = differences(HOME, [Change("wife", Event.DIVORCES, TODAY)], TODAY)
    assert [key for key, one in divorced.items() if one.is_changed] == ["wife"]
    assert divorced["wife"].after.state is EntitlementState.ENDED
    adopted = differences(HOME, [Change("b", Event.ADOPTED_OUT, TODAY)], TODAY)
    assert [key for key, one in adopted.items() if one.is_changed] == ["b"] and adopted["b"].after.code == "ADOPTED_OUT"
    two = differences(HOME, [Change("a", Event.DIES, TODAY - DAY), Change("wife", Event.DIES, TODAY - DAY)], TODAY)
    assert {key for key, one in two.items() if one.is_changed} == {"a", "wife", "d"}


def test_an_order_of_a_court_lets_a_childs_right_go_on_until_it_is_lifted():
    """A clerk tries it on a family as it stands: the child is of age on 1 May 2027."""
    order, lifted = (
        Change("a", Event.DECLARED_INCOMPETENT, date(2027, 3, 1)),
        Change("a", Event.INCOMPETENCE_LIFTED, date(2030, 3, 1)),
    )
    for changes, until in (((order,), None), ((order, lifted), date(2030, 3, 1)), ((lifted,), date(2027, 5, 1))):
        found = differences(HOME, changes, date(2027, 4, 1))["a"].after
        assert (found.entitled, found.period.until_on) == (True, until)
    assert not differences(HOME, [replace(order, key="wife")], date(2027, 4, 1))["wife"].is_changed
    of_age = differences(HOME, (order,), date(2027, 6, 1))["a"].after
    assert (of_age.entitled, of_age.missing) == (True, ())  # who tries the order takes the child to be in care


def test_what_is_tried_may_lie_behind_the_day_on_which_the_family_is_told():
    tomorrow = Change("a", Event.DIES, TODAY + DAY)
    assert {one.after.key: one.after.code for one in try_out(HOME, (tomorrow,), TODAY, TODAY)}["a"] == "OK"


def test_an_event_that_is_not_the_relations_changes_none_of_its_facts():
    mother_left = Change("f", Event.DIVORCES, FATHER.birth_date - timedelta(days=400))
    born_in_marriage = Told(marriage_date=date(1970, 1, 1))
    papers = frozenset({Paper.MARRIAGE_CERT_PARENTS})
    father = Relative("f", Relation.FATHER, date(1950, 1, 1), Sex.M, born_in_marriage, papers)
    found = differences(Household(FATHER, (Member(father),)), [mother_left], TODAY)["f"]
    assert found.before.entitled and not found.is_changed


def test_lifting_an_order_that_there_is_not_is_found_before_it_is_tried():
    order, lifted = (
        Change("a", Event.DECLARED_INCOMPETENT, date(2027, 3, 1)),
        Change("a", Event.INCOMPETENCE_LIFTED, date(2030, 3, 1)),
    )
    assert lifting_nothing(HOME, (lifted,)) == (lifted,) == lifting_nothing(HOME, (lifted, order))
    assert lifting_nothing(HOME, (order, lifted)) == () == lifting_nothing(HOME, (Change("b", Event.DIES, TODAY),))
    assert lifting_nothing(HOME, (replace(order, key="b"), lifted)) == (lifted,)
    told = tuple(
        replace(m, relative=replace(m.relative, told=replace(m.relative.told, incompetent_from=TODAY)))
        for m in HOME.members
    )
    assert lifting_nothing(replace(HOME, members=told), (lifted,)) == ()
