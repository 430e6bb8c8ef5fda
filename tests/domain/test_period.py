"""Half-open periods of days."""

from dataclasses import FrozenInstanceError
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import BadInput
from app.domain.period import Period

START = date(2026, 3, 1)
day_numbers = st.integers(0, 40)


def day(number: int) -> date:
    return START + timedelta(days=number)


periods = st.builds(
    lambda first, length: Period(day(first), None if length is None else day(first + length)),
    day_numbers,
    st.none() | st.integers(1, 20),
)


@pytest.mark.parametrize("length", [0, -1, -400])
def test_a_period_has_at_least_one_day(length: int) -> None:
    with pytest.raises(BadInput) as caught:
        Period(START, day(length))
    assert caught.value.code == "PERIOD_EMPTY"
    assert caught.value.facts == {"from_on": START, "until_on": day(length)}


def test_the_last_day_counts_and_the_end_does_not() -> None:
    period = Period(START, day(3))
    assert [period.contains(day(n)) for n in (-1, 0, 2, 3)] == [False, True, True, False]
    assert period.last_day == day(2)


def test_an_open_period_has_no_last_day() -> None:
    period = Period(START)
    assert period.last_day is None
    assert period.contains(date.max)
    assert not period.contains(day(-1))


def test_first_and_last_day_as_people_write_them() -> None:
    assert Period.from_last_day(START, START) == Period(START, day(1))
    assert Period.from_last_day(START, None) == Period(START)
    with pytest.raises(BadInput, match="PERIOD_EMPTY"):
        Period.from_last_day(START, day(-1))


@given(periods)
def test_last_day_and_back(period: Period) -> None:
    assert Period.from_last_day(period.from_on, period.last_day) == period


@given(periods, periods)
def test_periods_overlap_when_they_share_a_day(one: Period, other: Period) -> None:
    shared = any(one.contains(day(n)) and other.contains(day(n)) for n in range(70))
    assert one.overlaps(other) is shared
    assert other.overlaps(one) is shared


def test_periods_that_touch_do_not_overlap() -> None:
    assert not Period(START, day(5)).overlaps(Period(day(5)))
    assert Period(START, day(6)).overlaps(Period(day(5)))


def test_a_period_is_a_value() -> None:
    period = Period(START, day(5))
    assert len({period, Period(START, day(5))}) == 1
    with pytest.raises(FrozenInstanceError):
        period.until_on = None  # type: ignore[misc]
