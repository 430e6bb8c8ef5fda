"""Which round carries an approval, and when its result becomes effective: the worked cases and the sentences of spec 6."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.clock import BANGKOK
from app.rules.rounds import SEED_TIMETABLE, RoundTime, round_for, run_instant, slots_between, slots_on
from tests.domain.case_rows import case_rows

COLUMNS = {
    "decided_at", "decided_weekday", "expected_round_no", "expected_round_at", "round_weekday", "round_actually_run_at",
    "expected_effective_at", "source",
}  # fmt: skip
CASES = case_rows("round_cases.csv", COLUMNS)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def check(case: dict[str, str]) -> None:
    slot = round_for(instant(case["decided_at"]))
    assert (str(slot.no), slot.scheduled_at) == (case["expected_round_no"], instant(case["expected_round_at"]))
    started = instant(case["round_actually_run_at"]) if case["round_actually_run_at"] else slot.scheduled_at
    assert run_instant(slot.scheduled_at, started) == instant(case["expected_effective_at"])


@pytest.mark.parametrize("case", CASES, ids=[case["decided_at"] for case in CASES])
def test_worked_cases(case):
    check(case)


def test_the_order_of_cases_and_columns_means_nothing():
    shuffled = CASES[:]
    Random(7).shuffle(shuffled)
    for case in shuffled:
        check(dict(reversed(case.items())))


instants = st.datetimes(datetime(2013, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(instants)
def test_the_round_is_the_first_whose_cut_off_lies_strictly_after_the_decision(at):
    slot = round_for(at)
    assert at < slot.scheduled_at <= at + timedelta(hours=20)
    assert all(s.scheduled_at <= at for s in slots_between(at - timedelta(days=2), at))
    assert slots_between(at, slot.scheduled_at) == [slot]


@given(instants, st.integers(0, 10))
def test_a_catch_up_leaves_no_round_out_and_names_none_twice(after, days):
    slots = slots_between(after, after + timedelta(days=days))
    assert len(slots) == 2 * days
    assert slots == sorted(set(slots), key=lambda slot: slot.scheduled_at)


def test_a_changed_timetable_holds_from_its_first_day():
    lines = (
        RoundTime(1, time(11), date(2013, 1, 1), date(2019, 1, 1)),
        RoundTime(1, time(10), date(2019, 1, 1)),
        RoundTime(2, time(13), date(2019, 1, 1)),
    )
    assert [slot.scheduled_at.hour for slot in slots_on(date(2018, 12, 31), lines)] == [11]
    assert [slot.scheduled_at.hour for slot in slots_on(date(2019, 1, 1), lines)] == [10, 13]
    assert round_for(datetime(2018, 12, 31, 12, tzinfo=BANGKOK), lines).day == date(2019, 1, 1)


def test_no_round_within_a_year_is_said_not_guessed():
    with pytest.raises(ValueError, match="no round"):
        round_for(datetime(2018, 1, 1, tzinfo=UTC), ())


def test_sixty_seconds_late_is_late_and_less_is_on_time():
    at = slots_on(date(2018, 10, 1), SEED_TIMETABLE)[0].scheduled_at
    assert run_instant(at, at + timedelta(seconds=59.999)) == at
    assert run_instant(at, at + timedelta(seconds=60)) == at + timedelta(seconds=60)


def test_a_timetable_is_asked_for_a_year_and_no_longer():
    asked = instant("2026-01-01T00:00:00+07:00")
    last = asked.date() + timedelta(days=365)
    assert round_for(asked, (RoundTime(1, time(11), last),)).day == last
    with pytest.raises(ValueError, match="no round within a year"):
        round_for(asked, (RoundTime(1, time(11), last + timedelta(days=1)),))


def test_what_was_caught_up_last_is_not_caught_up_again():
    first, second = slots_on(date(2026, 1, 5))
    assert slots_between(first.scheduled_at, second.scheduled_at) == [second]


def test_the_rounds_begin_with_the_register():
    assert len(slots_on(date(2013, 1, 1))) == 2 and slots_on(date(2012, 12, 31)) == []
