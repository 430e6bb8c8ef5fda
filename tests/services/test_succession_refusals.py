"""What forbids that one agency takes another's place: said when it is foreseen, and asked again when it is approved."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import Conflict, InvalidForm, WrongState
from app.models import Agency
from app.models.database import db
from app.services import successions
from tests.services.lifecycle_desk import database, on_both  # noqa: F401 - a fixture
from tests.services.test_successions import NEW, OLD, D, desk, nhso, row  # noqa: F401 - fixtures

pytest_generate_tests = on_both(frozenset())


def test_whatever_forbids_a_succession_is_said_and_asked_again_at_the_approval(desk, nhso):  # noqa: F811 - the fixtures
    def forbidden(successor: str, day: date) -> list[str]:
        return [error.code for error in successions.foresee(OLD, successor, day, actor=nhso[0]).refusals]

    assert forbidden(OLD, D) == ["SUCCESSOR_ITSELF"]
    assert forbidden(NEW, date(1999, 1, 1)) == ["SUCCESSOR_CLOSED", "PERIOD_EMPTY", "DATE_TOO_LONG_AGO"]
    assert forbidden(NEW, date(2020, 1, 1)) == ["DATE_TOO_FAR"]
    number = successions.propose(OLD, NEW, D, "ประกาศ", actor=nhso[0])
    with pytest.raises(Conflict, match="STALE"):
        successions.approve(number, seen_version=row().version - 1, actor=nhso[1])
    with Session(db.writer) as session:
        session.execute(sa.update(Agency).where(Agency.dla_code == NEW).values(valid_until=date(2018, 12, 1)))
        session.commit()
    with pytest.raises(InvalidForm) as refused:
        successions.approve(number, seen_version=row().version, actor=nhso[1])
    assert [error.code for error in refused.value.errors] == ["SUCCESSOR_CLOSED"]
    with Session(db.writer) as session:
        session.execute(sa.update(Agency).where(Agency.dla_code == NEW).values(valid_until=None))
        session.commit()
    successions.approve(number, seen_version=row().version, actor=nhso[1])
    assert "AGENCY_CLOSED" in forbidden(NEW, D)
    with pytest.raises(WrongState, match="SUCCESSION_DECIDED"):
        successions.approve(number, seen_version=row().version, actor=nhso[1])
