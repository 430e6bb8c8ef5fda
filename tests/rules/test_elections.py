"""The choice of each October: from when to when it counts, and who is bound by it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.elections import Election, elected_on, is_election_month, next_election_on
from app.rules.schemes import Scheme

LGO, SSO, PENSION = Scheme.LGO, Scheme.SSO, Scheme.CSMBS_PENSION


@pytest.mark.parametrize(
    ("declared", "lapses"),
    [
        (date(2018, 10, 1), date(2019, 10, 1)),
        (date(2018, 10, 31), date(2019, 10, 1)),
        (date(2018, 12, 31), date(2019, 10, 1)),
        (date(2019, 1, 1), date(2019, 10, 1)),
        (date(2019, 9, 30), date(2019, 10, 1)),
    ],
)
def test_an_election_counts_from_its_day_to_30_september_next(declared, lapses):
    election = Election(LGO, declared)
    assert (election.period.from_on, election.period.until_on) == (declared, lapses)
    assert elected_on([election], date(lapses.year, 9, 30)) is LGO
    assert elected_on([election], lapses) is None


def test_silence_before_the_first_declaration():
    assert elected_on([], date(2019, 1, 1)) is None
    assert elected_on([Election(SSO, date(2019, 1, 2))], date(2019, 1, 1)) is None


def test_the_latest_declaration_counts_and_of_one_day_the_later_record():
    first, second = Election(LGO, date(2018, 10, 2), 1), Election(PENSION, date(2018, 10, 20), 2)
    assert elected_on([second, first], date(2018, 10, 19)) is LGO
    assert elected_on([second, first], date(2018, 10, 20)) is PENSION
    same_day = [Election(LGO, date(2018, 10, 2), 7), Election(PENSION, date(2018, 10, 2), 6)]
    assert elected_on(same_day, date(2018, 10, 2)) is elected_on(same_day[::-1], date(2018, 10, 2)) is LGO


def test_nobody_leaves_social_security_within_the_fiscal_year():
    chosen, regretted = Election(SSO, date(2018, 10, 2)), Election(LGO, date(2018, 11, 1))
    assert elected_on([chosen, regretted], date(2019, 9, 30)) is SSO
    assert elected_on([chosen, regretted, Election(LGO, date(2019, 10, 1))], date(2019, 10, 1)) is LGO


def test_declarations_belong_into_october():
    assert [month for month in range(1, 13) if is_election_month(date(2019, month, 15))] == [10]


@given(st.dates(date(2013, 1, 1), date(2100, 1, 1)))
def test_the_next_election_lies_ahead_and_within_a_year(day):
    following = next_election_on(day)
    assert (following.month, following.day) == (10, 1)
    assert 0 < (following - day).days <= 366
    assert next_election_on(following) != following
