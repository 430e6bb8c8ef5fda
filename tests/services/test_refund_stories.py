"""What the story of a refund keeps."""

import pytest

from app.services.money import refund_desk
from tests.services.claim_counter import open_counter
from tests.services.rights_register import KEY
from tests.services.test_refunds import Desk, S, V


@pytest.fixture
def desk(sqlite_database, tmp_path) -> Desk:
    return Desk(open_counter(tmp_path))


def test_a_confirmation_stays_in_the_story_after_the_refund_was_changed_or_cancelled(desk):
    refund_id = desk.brought_to(S.CONFIRMED)
    told = lambda: refund_desk.open_refund(refund_id, actor=desk.clerk, hash_key=KEY)  # noqa: E731
    assert not told().undone
    desk.again(refund_id)
    desk.do(refund_id, V.CONFIRM, desk.finance[1])
    assert [one.actor_id for one in told().undone] == [desk.finance[0].user_id]
    desk.do(refund_id, V.CANCEL)
    assert [one.actor_id for one in told().undone] == [desk.finance[0].user_id, desk.finance[1].user_id]
    assert set(told().names) >= {one.user_id for one in desk.finance[:2]}
