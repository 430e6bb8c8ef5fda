"""The business clock of a used instance: forward only, and not so far that nobody could undo the slip."""

from datetime import timedelta

import pytest

from app.domain.actor import robot
from app.domain.errors import Refused
from app.services import change_requests
from app.services.clock import FARTHEST_JUMP, business_now, set_clock
from tests.services.conftest import family, nid, official


@pytest.mark.parametrize(
    ("jump", "code"), [(-timedelta(minutes=5), "CLOCK_BACKWARD"), (FARTHEST_JUMP + timedelta(days=1), "CLOCK_TOO_FAR")]
)
def test_a_used_clock_goes_neither_back_nor_far_ahead(people, jump, code):
    change_requests.record(family(official(nid(1))), actor=people.clerk)
    before = business_now()
    with pytest.raises(Refused, match=code):
        set_clock(before + jump, actor=robot("test"), production=False)
    assert abs(business_now() - before) < timedelta(minutes=2)
