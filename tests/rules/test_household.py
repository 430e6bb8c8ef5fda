"""Why somebody has a right or not, and what would happen if: the families that clerks ask about."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.people import EntitlementState, PersonnelType, Relation, Sex
from app.domain.period import Period
from app.rules.decision import Flag
from app.rules.elections import Election
from app.rules.household import Household, Member, Principal, as_approved, explain
from app.rules.papers import MarriagePaper
from app.rules.priority import HeldRight, Use
from app.rules.relatives import Relative
from app.rules.schemes import EntitlementRank, Scheme
from app.rules.told import Told
from app.rules.trial import Change, Event, try_out

MARRIED = date(2005, 1, 1)
FATHER = Principal("own", Sex.M, date(1980, 1, 1), PersonnelType.MUNICIPAL_OFFICER, (Period(date(2010, 10, 1)),))


def child(key, born, **told):
    return Member(as_approved(Relative(key, Relation.CHILD, born, Sex.F, Told(marriage_date=MARRIED, **told))))


def spouse(**told):
    facts = Told(marriage_date=MARRIED, marriage_paper=MarriagePaper.MARRIAGE_CERT_TH, **told)
    return Member(as_approved(Relative("wife", Relation.SPOUSE, date(1982, 1, 1), Sex.F, facts)))


FOUR = tuple(child(key, date(year, 5, 1)) for key, year in zip("abcd", (2007, 2009, 2011, 2013), strict=True))
HOME = Household(FATHER, (spouse(), *FOUR))


def answers(household, on):
    return {one.key: one for one in explain(household, on)}


def differences(household, changes, on):
    return {one.before.key: one for one in try_out(household, tuple(changes), on)}


def test_a_family_of_six_is_explained_with_the_clause_that_decides_each():
    found = answers(HOME, date(2026, 11, 22))
    assert {key: one.entitled for key, one in found.items()} == {
        "own": True, "wife": True, "a": True, "b": True, "c": True, "d": False,
    }  # fmt: skip
    assert found["d"].code == "BEYOND_ORDER_3" and found["d"].clauses[0].citation
    assert found["own"].clauses[0].code == "PRINCIPAL_MUNICIPAL_OFFICER"
    assert found["a"].holds_until == date(2027, 5, 1)


def test_the_twentieth_birthday_is_the_first_day_without():
    assert answers(HOME, date(2027, 4, 30))["a"].entitled
    of_age = answers(HOME, date(2027, 5, 1))["a"]
    assert (of_age.entitled, of_age.code) == (False, "AGE_20")


def test_an_elder_child_who_dies_a_minor_lets_the_fourth_in_and_one_who_marries_does_not():
    on = date(2026, 12, 1)
    died = differences(HOME, [Change("a", Event.DIES, date(2026, 11, 30))], on)
    assert not died["a"].after.entitled and died["d"].after.entitled and died["d"].is_changed
    assert not died["b"].is_changed and not died["d"].before.entitled
    on_the_day = differences(HOME, [Change("a", Event.DIES, on)], on)
    assert on_the_day["a"].after.entitled and not on_the_day["d"].after.entitled
    married = differences(HOME, [Change("a", Event.MARRIES, date(2026, 11, 30))], on)
    assert married["a"].after.code == "MARRIAGE" and not married["d"].after.entitled


def test_a_spouse_who_becomes_an_official_stands_by_and_one_who_is_insured_does_not():
    on = date(2026, 12, 1)
    official = differences(HOME, [Change("wife", Event.BECOMES_OFFICIAL, on)], on)["wife"].after
    assert official.state is EntitlementState.STANDBY and official.entitled
    assert [(one.right.scheme, one.use) for one in official.schemes.order] == [(Scheme.CSMBS, Use.FULL)]
    assert [one.right.scheme for one in official.schemes.not_used] == [Scheme.LGO]
    insured = differences(HOME, [Change("wife", Event.BECOMES_INSURED, on)], on)["wife"].after
    assert insured.state is EntitlementState.ACTIVE
    assert [one.use for one in insured.schemes.order] == [Use.FULL, Use.TOP_UP_LIST]
    later = differences(HOME, [Change("wife", Event.BECOMES_OFFICIAL, date(2027, 1, 1))], on)["wife"]
    assert later.after.state is EntitlementState.ACTIVE


def test_the_family_follows_the_principal_whatever_takes_him():
    on = date(2026, 12, 1)
    for event in (Event.LEAVES_SERVICE, Event.SUSPENDED):
        found = differences(HOME, [Change("own", event, on)], on)
        assert not any(one.after.entitled for one in found.values()), event
        assert found["wife"].after.clauses[0].code == "EXPLAIN_PRINCIPAL_HAS_NONE"
    died = differences(HOME, [Change("own", Event.DIES, on)], on)
    assert died["own"].after.entitled and died["wife"].after.entitled  # through the day of death
    orphaned = replace(HOME, principal=replace(FATHER, death_date=on))
    assert not any(one.entitled for one in explain(orphaned, date(2026, 12, 2)))


def test_what_does_not_fit_the_relation_changes_nothing():
    on = date(2026, 12, 1)
    changes = [Change("wife", Event.ADOPTED_OUT, on), Change("nobody", Event.DIES, on)]
    assert not any(one.is_changed for one in differences(HOME, changes, on).values())


def test_an_election_for_social_security_puts_the_own_right_aside_until_october():
    insured = HeldRight(Scheme.SSO, EntitlementRank.PRIMARY, Period(date(2020, 1, 1)))
    chosen = replace(FATHER, others=(insured,), elections=(Election(Scheme.SSO, date(2026, 10, 5)),))
    found = answers(Household(chosen), date(2026, 12, 1))["own"]
    assert found.state is EntitlementState.STANDBY and found.holds_until == date(2027, 10, 1)
    assert answers(Household(chosen), date(2027, 10, 1))["own"].state is EntitlementState.ACTIVE


def test_a_wife_who_chose_social_security_uses_the_right_through_the_family_behind_it_until_october():
    own = [
        HeldRight(scheme, EntitlementRank.PRIMARY, Period(date(2005, 1, 1))) for scheme in (Scheme.CSMBS, Scheme.SSO)
    ]
    wife = replace(spouse(), others=tuple(own), elections=(Election(Scheme.SSO, date(2026, 10, 5)),))
    household = Household(FATHER, (wife,))
    chosen, later = (answers(household, on)[wife.key] for on in (date(2026, 11, 24), date(2027, 10, 1)))
    assert [(used.right.scheme, used.use) for used in chosen.schemes.order][1:] == [(Scheme.LGO, Use.TOP_UP_LIST)]
    assert (chosen.state, later.state) == (EntitlementState.ACTIVE, EntitlementState.STANDBY)
    assert "OWN_RIGHT_FIRST" not in {clause.code for clause in chosen.clauses}


def test_of_two_mothers_the_first_has_the_right_and_the_second_is_told_why():
    def parent(key, relation):
        sex = Sex.M if relation is Relation.FATHER else Sex.F
        return Member(as_approved(Relative(key, relation, date(1955, 1, 1), sex, Told(marriage_date=date(1975, 1, 1)))))

    pairs = (("f", Relation.FATHER), ("m", Relation.MOTHER), ("n", Relation.MOTHER))
    found = answers(Household(FATHER, tuple(parent(*pair) for pair in pairs)), date(2026, 11, 22))
    assert [found[key].entitled for key in "fmn"] == [True, True, False]
    assert found["n"].code == "ONE_PARENT_EACH" and found["n"].clauses[0].citation == "ข้อกำหนดของทะเบียน ข้อ 3.2"


def test_of_two_fathers_who_stand_one_after_the_other_both_are_as_they_stand():
    def father(key, days):
        told = Told(marriage_date=date(1975, 1, 1))
        return Member(as_approved(Relative(key, Relation.FATHER, date(1955, 1, 1), Sex.M, told, period=days)))

    first = father("f", Period(date(2010, 10, 1), date(2020, 1, 1)))
    second = father("g", Period(date(2020, 1, 1)))
    found = answers(Household(FATHER, (first, second, father("h", None))), date(2026, 11, 22))
    assert found["g"].entitled and found["g"].code == "OK" and found["f"].code != "ONE_PARENT_EACH"
    assert found["h"].code == "ONE_PARENT_EACH"


def lawful(key, year, **told):
    return Member(as_approved(Relative(key, Relation.CHILD, date(year, 1, 1), Sex.F, Told(**told))))


def test_a_child_who_is_not_the_mans_lawful_child_takes_no_place_of_the_three():
    """Families F34 and F35: not counted as long as nobody recognised him, and later nobody who stands loses the place."""
    younger = [
        lawful(k, year, paternity_registered_date=date(year, 1, 1))
        for k, year in zip("abc", (2006, 2008, 2012), strict=True)
    ]
    principal = replace(FATHER, birth_date=date(1965, 1, 1), active=(Period(date(2005, 1, 1)),))
    never = answers(Household(principal, (lawful("z", 2004), *younger)), date(2018, 6, 1))
    assert (never["z"].code, never["c"].code, never["c"].entitled) == ("FATHER_NOT_LEGITIMATE", "OK", True)
    later = Household(principal, (lawful("z", 2004, paternity_registered_date=date(2017, 1, 1)), *younger))
    before, after = answers(later, date(2016, 6, 1)), answers(later, date(2018, 6, 1))
    assert before["c"].entitled and after["c"].entitled
    assert Flag.REVIEW_ORDER_DISPLACED in after["c"].flags and Flag.REVIEW_ORDER_DISPLACED not in before["c"].flags


@pytest.mark.parametrize("keys", [("z", "b"), ("b", "z")])
@pytest.mark.parametrize("turned", [False, True])
def test_of_two_wives_the_later_marriage_is_the_void_one_whatever_they_are_called(keys, turned):
    paper = MarriagePaper.MARRIAGE_CERT_TH
    wives = [
        Member(
            as_approved(
                Relative(key, Relation.SPOUSE, date(1982, 1, 1), Sex.F, Told(marriage_date=day, marriage_paper=paper))
            )
        )
        for key, day in zip(keys, (date(2010, 1, 1), date(2016, 5, 1)), strict=True)
    ]
    found = answers(Household(FATHER, tuple(reversed(wives) if turned else wives)), date(2026, 11, 1))
    assert [found[key].code for key in keys] == ["OK", "ONE_SPOUSE_ONLY"]


def test_a_wife_who_stands_goes_before_one_who_is_only_tried_also_with_an_earlier_marriage():
    def wife(key, day, period=None):
        told = Told(marriage_date=day, marriage_paper=MarriagePaper.MARRIAGE_CERT_TH)
        return Member(as_approved(Relative(key, Relation.SPOUSE, date(1982, 1, 1), Sex.F, told, period=period)))

    stands = wife("stands", date(2016, 5, 1), Period(date(2016, 5, 1)))
    found = answers(
        Household(FATHER, (wife("z", date(2014, 1, 1)), stands, wife("b", date(2012, 1, 1)))), date(2026, 11, 1)
    )
    assert [found[key].code for key in ("stands", "b", "z")] == ["OK", "ONE_SPOUSE_ONLY", "ONE_SPOUSE_ONLY"]
    years = zip("azm", (2014, 2012, 2013), strict=True)
    wives = tuple(wife(key, date(year, 1, 1)) for key, year in years)
    tried = answers(Household(FATHER, wives), date(2026, 11, 1))
    assert [tried[key].code for key in "zma"] == ["OK", "ONE_SPOUSE_ONLY", "ONE_SPOUSE_ONLY"]


def test_a_right_that_was_ended_stays_ended_whatever_the_facts_say():
    stands = Period(date(2010, 10, 1), date(2020, 3, 1))
    told = replace(spouse().relative, period=stands)
    wife = Member(told, ended_on=date(2020, 3, 1))
    home = Household(FATHER, (wife, *FOUR))
    day_before, on = answers(home, date(2020, 2, 29))["wife"], answers(home, date(2020, 3, 1))["wife"]
    assert (day_before.entitled, day_before.period.until_on) == (True, date(2020, 3, 1))
    assert (on.entitled, on.code) == (False, "ENDED")
    began_later = replace(wife, ended_on=date(2010, 10, 1))  # before the first day there is nothing to cut
    assert answers(Household(FATHER, (began_later,)), date(2026, 1, 1))["wife"].entitled
    divorced = replace(wife, relative=replace(told, told=replace(told.told, marriage_end_date=date(2015, 1, 1))))
    assert answers(Household(FATHER, (divorced,)), date(2016, 1, 1))["wife"].period.until_on == date(2015, 1, 1)
