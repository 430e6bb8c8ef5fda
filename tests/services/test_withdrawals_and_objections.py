"""Until when an approval can be taken back, and how often and how long the old agency may object to a transfer."""

import threading
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from app.domain.actor import NATION
from app.domain.errors import NotFound, WrongState
from app.domain.people import Relation, RequestStatus, TerminationReason
from app.models import ChangeRequest
from app.models.database import db
from app.services import change_requests, transfers, withdrawals
from app.services.transaction import reading
from tests import builders
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture

pytest_generate_tests = on_both(frozenset({"test_nobody_leaves_a_round_that_has_begun_whatever_writes_it"}))
REASON = "ยังไม่ได้รับคำสั่งให้โอน"


@pytest.fixture
def desk(people) -> Desk:
    return Desk(people).family().at("2018-10-01 09:00")


@pytest.fixture
def end(desk) -> int:
    (request_id,) = desk.end(SPOUSE, TerminationReason.DIVORCED, date(2018, 9, 28))
    return request_id


def withdrawn(desk: Desk, request_id: int, *, seen: int = 0, by: object = None) -> str:
    """Take the approval back at the version that stands; gives the code of the refusal, empty where there is none."""
    version = desk.request(request_id).version - seen
    (outcome,) = withdrawals.withdraw(
        [request_id], actor=by or desk.people.registrar, seen_versions={request_id: version}
    )
    return outcome.error.code if outcome.error else ""


def test_an_approval_is_taken_back_by_who_sees_it_as_it_is_and_only_while_it_is_one(desk, end):
    assert withdrawn(desk, end) == "NOT_APPROVED"
    desk.approve([end])
    assert withdrawn(desk, end, seen=1) == "STALE"
    assert withdrawn(desk, end, by=desk.people.other_registrar) == "REQUEST_NOT_FOUND"
    assert withdrawn(desk, end) == "" and desk.request(end).status is RequestStatus.PENDING_APPROVAL
    desk.approve([end]).at("2018-10-01 11:00")
    assert withdrawn(desk, end) == "NOT_APPROVED" and desk.state(SPOUSE) == "ENDED"


def test_no_approval_is_taken_back_once_its_round_is_due(desk, end):
    desk.approve([end])
    builders.clock("2018-10-01 11:00")  # nobody has run it yet
    assert withdrawn(desk, end) == "ROUND_STARTED"
    assert desk.request(end).status is RequestStatus.APPROVED


def test_nobody_leaves_a_round_that_has_begun_whatever_writes_it(desk, end):
    desk.approve([end])
    with db.writer.begin() as connection:
        connection.execute(
            sa.text("UPDATE processing_round SET status = 'RUNNING', run_at = scheduled_at WHERE status = 'PLANNED'")
        )
    back = "UPDATE change_request SET status = 'PENDING_APPROVAL', round_id = NULL WHERE id = :id"
    with pytest.raises(DatabaseError, match="ROUND_STARTED"), db.writer.begin() as connection:
        connection.execute(sa.text(back), {"id": end})


def test_who_comes_for_what_a_running_round_has_in_hand_is_told_so_and_does_not_wait(desk, end):
    desk.approve([end])
    with db.writer.begin() as connection:
        connection.execute(
            sa.text("UPDATE processing_round SET status = 'RUNNING', run_at = scheduled_at WHERE status = 'PLANNED'")
        )
    version, told = desk.request(end).version, []

    def take_back() -> None:
        told.extend(withdrawals.withdraw([end], actor=desk.people.registrar, seen_versions={end: version}))

    with db.writer.begin() as chunk:
        chunk.execute(sa.text("UPDATE change_request SET version = version WHERE id = :id"), {"id": end})
        officer = threading.Thread(target=take_back, daemon=True)
        officer.start()
        officer.join(20)  # without the answer he would wait for the chunk, which waits here
        answers = [outcome.error.code for outcome in told]
    officer.join()
    assert answers == ["ROUND_STARTED"]


def test_the_old_agency_objects_once_while_the_transfer_waits_and_stops_nothing(desk):
    moving = desk.move(date(2018, 10, 1))
    own = moving[0]
    with pytest.raises(NotFound):
        transfers.object_to(own, REASON, actor=desk.people.other_clerk)
    transfers.object_to(own, REASON, actor=desk.people.clerk)
    with pytest.raises(WrongState) as twice:
        transfers.object_to(own, REASON, actor=desk.people.clerk)
    assert twice.value.code == "ALREADY_OBJECTED"
    desk.approve(moving, desk.people.other_registrar).at("2018-10-01 11:00")
    assert desk.request(own).status is RequestStatus.EFFECTIVE
    assert desk.right(OWN).agency_id == desk.people.other_clerk.agency_id


def test_an_objection_comes_too_late_once_the_transfer_is_decided(desk):
    moving = desk.move(date(2018, 10, 1))
    own = moving[0]
    desk.approve(moving, desk.people.other_registrar).at("2018-10-01 11:00")
    with pytest.raises(WrongState) as late:
        transfers.object_to(own, REASON, actor=desk.people.clerk)
    assert late.value.code == "TOO_LATE_TO_OBJECT"


def test_nobody_joins_a_round_that_has_begun_whatever_writes_it(desk, end):
    round_id = builders.planned_round("2018-10-01 11:00")
    into = "UPDATE change_request SET status = 'APPROVED', round_id = :round, decided_at = submitted_at WHERE id = :id"
    begun = "UPDATE processing_round SET status = 'RUNNING', run_at = scheduled_at WHERE id = :round"
    with db.writer.begin() as connection:
        connection.execute(sa.text(begun), {"round": round_id})
    with pytest.raises(DatabaseError, match="ROUND_STARTED"), db.writer.begin() as connection:
        connection.execute(sa.text(into), {"round": round_id, "id": end})


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE request_revision SET sha256 = sha256 || 'x'",
        "UPDATE request_revision SET submitted_at = '2018-01-01 00:00:00'",
        "UPDATE proposal SET entitled_until = '2018-09-01'",
    ],
)
def test_what_was_sent_is_frozen_whatever_writes_it(desk, end, change):
    with pytest.raises(DatabaseError, match="FROZEN"), db.writer.begin() as connection:
        connection.execute(sa.text(f"{change} WHERE request_id = :id"), {"id": end})


def test_only_an_approval_names_whom_its_withdrawal_takes_along(desk):
    members = [
        official(nid(11), service_start_date=date(2015, 1, 1), birth_date=date(1980, 1, 1)),
        relative(Relation.SPOUSE, nid(12), birth_date=date(1981, 1, 1)),
    ]
    own, wife = change_requests.record(family(*members), actor=desk.people.clerk, submit=True).request_ids
    desk.approve([wife])  # before the principal, who still waits
    assert named(desk, own) == []
    desk.approve([own])
    assert named(desk, own) == [desk.right(SPOUSE).person.full_name]  # relatives have one name unless told


def named(desk: Desk, request_id: int) -> list[str]:
    with reading(NATION) as session:
        return withdrawals.names_along(session, session.get_one(ChangeRequest, request_id))
