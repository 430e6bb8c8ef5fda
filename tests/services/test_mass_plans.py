"""What an approval of many leaves to the registrar's own eyes, and that an older question of his is forgotten."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION
from app.domain.approval_menus import ApprovalMenu
from app.domain.errors import WrongState
from app.domain.people import RequestType, TerminationReason
from app.domain.powers import Power
from app.models.database import db
from app.services import approvals, change_requests, mass_approvals, mass_plans
from app.services.clock import business_now
from app.services.queue_filters import QueueFilters
from app.services.transaction import reading
from tests.services.conftest import family, nid, official
from tests.services.lifecycle_desk import FATHER, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture

pytest_generate_tests = on_both(frozenset())


def test_what_is_decided_alone_stays_out(people):
    desk = Desk(people).family()
    other = change_requests.record(family(official(nid(9))), actor=people.clerk, submit=True).request_ids
    desk.approve(other).at("2018-09-02 11:00")

    def left(filters: QueueFilters, actor, besides=()) -> tuple[int, dict[str, int]]:
        with reading(NATION) as session:
            now = business_now(session)
        found = mass_plans.prepare(filters, shown_at=now, besides=besides, actor=actor)
        return found.id, found.left

    ends = [
        desk.end(who, TerminationReason.OTHER, date(2018, 9, 2), text="ย้ายไปต่างประเทศ")[0] for who in (SPOUSE, FATHER)
    ]
    weak = replace(people.registrar, powers=people.registrar.powers - {Power.APPROVE_TERMINATION})
    told = approvals.approve(ends, actor=weak, seen_versions={one: desk.request(one).version for one in ends})
    assert [outcome.error.code for outcome in told if outcome.error] == ["POWER_MISSING"] * 2
    menu = QueueFilters(menu=ApprovalMenu.TERMINATION)
    assert left(menu, people.registrar)[1] == {}
    asked, why = left(menu, weak)
    assert why == {"POWER_MISSING": 2}
    with pytest.raises(WrongState, match="NOTHING_TO_DECIDE"):
        mass_approvals.confirm(asked, actor=weak)

    change_requests.cancel([r.id for r in _waiting()], actor=people.clerk)
    change_requests.report_error(desk.right(nid(9)).id, "บันทึกผิดคน", actor=people.clerk)
    moving = desk.go_on(RequestType.PENSION, date(2018, 9, 2))
    _, why = left(QueueFilters(), people.registrar, besides=[moving[-1]])
    # His own pension has no paper; of a family that hangs together nobody else goes either.
    assert why == {"CORRECTION_ALONE": 1, "FLAGS_OPEN": 1, "FAMILY_TOGETHER": len(moving) - 2}
    with db.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM mass_approval")).scalar_one() == 1


def _waiting() -> list:
    from app.models import ChangeRequest

    with reading(NATION) as session:
        return list(session.scalars(sa.select(ChangeRequest).where(ChangeRequest.status == "PENDING_APPROVAL")))
