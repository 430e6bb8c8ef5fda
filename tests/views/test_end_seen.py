"""A right whose end lies ahead is not called over: hospitals see the end from its day on."""

from datetime import UTC, date, datetime
from html import unescape

import pytest
import sqlalchemy as sa

from app.models import Entitlement
from app.models.database import db
from tests.services.conftest import nid
from tests.views.test_changes import Desk, right_of

WORDS = "โรงพยาบาลเห็นว่าหมดสิทธิตั้งแต่"


@pytest.mark.parametrize(
    ("until", "seen"),
    [
        (date(2026, 12, 30), "30 ธ.ค. 2569 00.00 น."),  # told ahead
        (date(2026, 11, 20), "24 พ.ย. 2569 11.00 น."),  # told afterwards
    ],
)
def test_the_end_is_seen_from_its_day_and_not_before_it_was_told(portal, until, seen):
    desk, own = Desk(portal), right_of(nid(1))
    ended = {"entitled_until": until, "ended_effective_at": datetime(2026, 11, 24, 4, tzinfo=UTC)}
    table = Entitlement.__table__
    with db.writer.begin() as connection:
        connection.execute(
            sa.update(table).where(table.c.id == own).values(termination_reason="RESIGNED_NO_PENSION", **ended)
        )
        person = connection.execute(sa.select(table.c.person_id).where(table.c.id == own)).scalar_one()
    page = unescape(desk.browser("clerk_a").get(f"/families/{person}").text)
    assert seen in page.partition(WORDS)[2][:80], page.partition(WORDS)[2][:80]
