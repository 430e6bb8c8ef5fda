"""What each report of an end leaves of a right, one over the other, and what is left when one is taken away."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.people import TerminationReason
from app.rules.end_layers import EndLayer, lay

R = TerminationReason
DAY = date(2018, 9, 1)


def on(day: int) -> date:
    return DAY + timedelta(days=day)


def end(day: int, reason: R | None = R.DISMISSED, request: int = 1, principals: bool = False) -> EndLayer:
    return EndLayer(request, on(day), False, reason, None, principals)


def away(day: int, request: int = 9, principals: bool = False) -> EndLayer:
    return EndLayer(request, on(day), True, None, None, principals)


def top(by_law, layers, back_on=None):
    """Until when, until when before, why, suspended, and until when that."""
    laid = lay(by_law, layers, back_on)
    if not laid:
        return by_law
    last = laid[-1]
    return last.entitled_until, last.until_before_end, last.termination_reason, last.suspended, last.suspended_until


@pytest.mark.parametrize(
    ("by_law", "layers", "back_on", "expected"),
    [
        (None, [], None, None),
        (on(90), [], None, on(90)),
        (None, [end(10)], None, (on(10), None, R.DISMISSED, False, None)),
        (None, [end(10), end(5, R.DECEASED, 2)], None, (on(5), on(10), R.DECEASED, False, None)),
        (on(90), [away(10)], None, (on(10), on(90), None, True, None)),
        (on(90), [away(10)], on(20), (on(10), on(90), None, True, on(20))),
        (on(15), [away(10)], on(20), (on(10), on(15), None, True, on(15))),  # no longer than the right would have lasted
        (None, [end(30), away(10)], None, (on(10), on(30), R.DISMISSED, True, None)),  # the end that it came before stays
        (None, [end(30), away(10)], on(20), (on(10), on(30), R.DISMISSED, True, on(20))),
        (None, [end(30), away(10)], on(40), (on(10), on(30), R.DISMISSED, True, on(30))),
        (None, [away(10), end(30)], None, (on(10), on(10), R.DISMISSED, True, on(30))),  # gone for good while away
        (None, [away(10), end(30)], on(20), (on(10), on(10), R.DISMISSED, True, on(20))),
        (on(25), [away(10), end(30)], None, (on(10), on(10), R.DISMISSED, True, on(25))),
        (None, [away(10), end(5)], None, (on(5), on(10), R.DISMISSED, False, None)),  # from before the suspension
        (None, [away(10), end(10)], None, (on(10), on(10), R.DISMISSED, False, None)),
        (None, [away(10), end(30), end(20, R.DECEASED, 3)], None, (on(10), on(10), R.DECEASED, True, on(20))),
        (None, [end(10, principals=True)], None, (on(10), None, R.DISMISSED, False, None)),
        (on(10), [end(10, principals=True)], None, on(10)),  # over already by what is his own
        (on(11), [end(10, principals=True)], None, (on(10), on(11), R.DISMISSED, False, None)),
        (on(5), [away(10, principals=True)], None, on(5)),
        (None, [away(10), end(30, principals=True)], None, (on(10), on(10), R.DISMISSED, True, on(30))),
        (None, [end(5, R.DECEASED, 2), away(10, principals=True), end(30, principals=True)], None,
         (on(5), None, R.DECEASED, False, None)),
        (on(20), [end(25, principals=True), end(10, R.OTHER, 3)], None, (on(10), on(20), R.OTHER, False, None)),
        (None, [away(10), end(15, R.DIVORCED, 2), end(30, principals=True)], None, (on(10), on(10), R.DIVORCED, True, on(15))),
        (None, [away(10), end(40, R.OTHER, 2), end(30, principals=True)], None, (on(10), on(10), R.DISMISSED, True, on(30))),
        (None, [away(10), end(20), end(30, R.OTHER, 3)], None, (on(10), on(10), R.OTHER, True, on(20))),
        (None, [away(10), end(20, principals=True)], on(20), (on(10), None, None, True, on(20))),  # back on that very day
        (None, [away(10), end(30), end(25, R.OTHER, 3)], None, (on(10), on(10), R.OTHER, True, on(25))),
    ],
)  # fmt: skip
def test_what_the_register_says_with_these_reports(by_law, layers, back_on, expected):
    assert top(by_law, layers, back_on) == expected


LAYERS = st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.sampled_from(R)), max_size=4)


@given(st.none() | st.integers(1, 60), LAYERS, st.none() | st.integers(0, 60))
def test_the_earliest_day_ends_it_and_a_suspension_only_as_long_as_nothing_else_does(by_law, told, back):
    layers, seen = [], False
    for number, (day, is_away, reason) in enumerate(told):
        is_away = is_away and not seen  # nobody is suspended twice
        seen = seen or is_away
        layers.append(EndLayer(number, on(day), is_away, None if is_away else reason, None))
    until = None if by_law is None else on(by_law)
    laid = lay(until, layers, None if back is None else on(back))
    assert [one.layer for one in laid] == layers
    for number, one in enumerate(laid):
        assert one.until_before_end == (laid[number - 1].entitled_until if number else until)
        assert one.entitled_until == min([layer.day for layer in layers[: number + 1]] + ([until] if until else []))
        stops = [layer.day for layer in layers[: number + 1] if layer.is_away]
        assert not one.suspended or stops == [one.entitled_until]
        assert one.suspended_until is None or (one.suspended and one.suspended_until > one.entitled_until)
