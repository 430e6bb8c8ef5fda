"""What is still asked of who is refused, and which days are given to who waited for them."""

from dataclasses import replace
from datetime import date

from app.domain.period import Period
from app.rules.family_law import decide
from tests.rules.test_family_law import FATHER, MARRIED, MOTHER, START, child


def test_of_who_is_refused_only_twins_who_were_not_told_as_such_are_asked_about():
    elders = tuple(child(f"e{year}", date(year, 1, 2)) for year in (2011, 2013, 2015))
    old = replace(MOTHER, principal_birth_date=date(1950, 1, 1), others=elders)
    fourth = child(born=date(2017, 1, 2))
    assert decide(fourth, old).code == "BEYOND_ORDER_3"
    assert not [clause.code for clause in decide(fourth, old).clauses if clause.flag]
    accepted = decide(fourth, replace(old, others=elders[:2]))
    assert [clause.code for clause in accepted.clauses if clause.flag]  # a mother of 67
    near = (*elders[:2], child("e2016", date(2017, 1, 2)))
    adopted = child(born=date(2017, 1, 2), told=replace(MARRIED, is_adopted=True))
    assert not [clause.code for clause in decide(adopted, replace(MOTHER, others=near)).clauses if clause.flag]


def test_the_days_that_run_today_go_before_those_that_ran_when_they_were_asked_for():
    """He left and came back while the request waited: the days of the service that runs are given."""
    services = Period(START, date(2026, 11, 1)), Period(date(2026, 11, 10))
    around = replace(FATHER, principal_active=services, asked_on=date(2026, 10, 20))
    assert decide(child(), around).period == Period(services[1].from_on, date(2036, 5, 1))
    gone = replace(around, principal_active=services[:1])
    assert decide(child(), gone).period == Period(date(2016, 5, 1), services[0].until_on)
