"""What two requests of one officer make of his session at the same time."""

import pytest

from app.security.session_cookie import merged


@pytest.mark.parametrize(
    ("before", "mine", "now", "left"),
    [
        ({"said": ["a"]}, {}, {"said": ["a", "b"]}, {"said": ["b"]}),  # told here, while another word came
        ({"said": ["a"]}, {"said": ["a", "b"]}, {}, {"said": ["b"]}),  # and the other way round
        ({"said": ["a"]}, {}, {"said": ["a"]}, {}),
        ({}, {"said": ["a"]}, {"said": ["b"]}, {"said": ["b", "a"]}),
        ({"desk": {"x": 1}}, {"desk": {}}, {"desk": {"x": 1, "y": 2}}, {"desk": {"y": 2}}),
        ({"x": 1}, {"y": 1}, {"x": 1, "z": 2}, {"z": 2, "y": 1}),
    ],
)
def test_of_two_requests_at_once_each_word_is_told_once(before, mine, now, left):
    assert merged(before, mine, now) == left
