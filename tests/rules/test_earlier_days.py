"""Who joins while a pension is announced: the days until then are asked about, where there are any and nobody said otherwise."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.period import Period
from app.rules.earlier_days import EARLIER_DAYS, doubts_of
from tests.rules.test_family_law import FATHER, TODAY, child, spouse

PENSION = date(2027, 10, 1)
SERVICE = FATHER.principal_active[0].from_on
ANNOUNCED = replace(
    FATHER, principal_active=(Period(SERVICE, PENSION), Period(PENSION)), leans_on=PENSION, runs_since=SERVICE
)  # fmt: skip


def test_days_through_the_service_that_still_runs_are_asked_about():
    assert doubts_of(child(), ANNOUNCED, None) == (EARLIER_DAYS,) == doubts_of(spouse(), ANNOUNCED, None)


@pytest.mark.parametrize(
    ("relative", "around", "typed"),
    [
        (child(), ANNOUNCED, TODAY),  # the clerk said from when
        (child(), None, None),
        (child(), replace(ANNOUNCED, runs_since=None), None),
        (child(), replace(ANNOUNCED, leans_on=None), None),
        (child(papers=frozenset()), ANNOUNCED, None),  # no right at all
        (child(told=replace(child().told, adopted_out_date=date(2020, 1, 1))), ANNOUNCED, None),
        (spouse(told=replace(spouse().told, marriage_date=PENSION)), ANNOUNCED, None),  # none before the pension
    ],
)
def test_nothing_is_asked_where_no_days_would_be_lost(relative, around, typed):
    assert doubts_of(relative, around, typed) == ()
