"""Approvals against the start of their round: none is left behind in a DONE round, none is lost (decisions 4)."""

import threading
import time
from random import Random

import pytest
import sqlalchemy as sa

from app.domain.people import Relation, RequestStatus
from app.models import ChangeRequest, ProcessingRound
from app.models.database import db
from app.services import rounds
from app.services.round_plan import seat
from app.services.transaction import transaction
from tests.builders import ROBOT, SERVICE_START, Ask, bangkok, clock, outcome, planned_round, requests
from tests.databases import DatabaseUrls
from tests.jobs.harness import LivePortal, live_portal, rounds_done, wait_until

APPROVERS, EACH = 12, 40
_request, _round = ChangeRequest.__table__, ProcessingRound.__table__
LEFT_BEHIND = (
    sa.select(sa.func.count())
    .select_from(_request.join(_round, _round.c.id == _request.c.round_id))
    .where(_request.c.status == "APPROVED", _round.c.status == "DONE")
)


def approve(request_id: int, pause: float = 0) -> None:
    """Seat and approve as the registrar's verb does, taking `pause` seconds before the commit."""
    with transaction(ROBOT) as session:
        found, decided_at = seat(session)
        time.sleep(pause)
        values = {"status": RequestStatus.APPROVED, "round_id": found.id, "decided_at": decided_at}
        session.execute(sa.update(_request).where(_request.c.id == request_id).values(**values))


@pytest.fixture
def postgres_portal(new_database, tmp_path):
    """A live portal on PostgreSQL, where approvals and rounds write at the same time."""
    urls: DatabaseUrls = new_database("postgresql")
    db.bind(urls.url, urls.reads_url, pool_size=APPROVERS + 4)
    (tmp_path / "live").mkdir()
    with live_portal(urls, tmp_path / "live") as portal:
        yield portal


def test_many_approvals_around_the_cut_off(postgres_portal: LivePortal):
    clock("2018-10-01 10:59")
    ids = requests(
        [Ask(1 + serial) for serial in range(APPROVERS * EACH)], status=RequestStatus.PENDING_APPROVAL, decided_at=None
    )
    postgres_portal.start_worker()
    postgres_portal.start_ticker()
    postgres_portal.start_ticker("ticker-2")
    wait_until(lambda: "Listening" in postgres_portal.log("worker"), "the worker listens")
    clock("2018-10-01 10:59:57")  # three seconds before the cut-off, and more than three seconds of approvals
    left_behind = approve_all(ids)
    wait_until(lambda: rounds_done(1), "the round is done")
    clock("2018-10-01 14:59:59")
    wait_until(lambda: rounds_done(2), "the next round is done")
    assert left_behind == [0] * len(left_behind)
    assert {outcome(i) for i in ids} == {("EFFECTIVE", None, None)}
    with db.engine.connect() as connection:
        query = sa.select(_round.c.scheduled_at, sa.func.min(_request.c.decided_at), sa.func.max(_request.c.decided_at))
        joined = query.select_from(_request.join(_round, _round.c.id == _request.c.round_id))
        spans = connection.execute(joined.group_by(_round.c.scheduled_at).order_by(_round.c.scheduled_at)).all()
    (first, _, last_of_first), (second, first_of_second, _) = spans
    assert (first, second) == (bangkok("2018-10-01 11:00"), bangkok("2018-10-01 15:00"))
    assert last_of_first < first <= first_of_second


def approve_all(ids: list[int]) -> list[int]:
    """Approve from many threads at once; gives what a watcher saw left behind in DONE rounds meanwhile."""
    seen: list[int] = []
    chance = Random(5)
    pauses = {request_id: chance.uniform(0, 0.25) for request_id in ids}

    def work(some: list[int]) -> None:
        for request_id in some:
            approve(request_id, pauses[request_id])

    threads = [threading.Thread(target=work, args=(ids[n::APPROVERS],)) for n in range(APPROVERS)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        with db.engine.connect() as connection:
            seen.append(connection.execute(LEFT_BEHIND).scalar_one())
        time.sleep(0.02)
    return seen


def test_a_round_waits_for_the_approval_that_is_being_written_into_it(database):
    clock("2018-10-01 10:59:58")
    own, spouse = requests(
        [Ask(1), Ask(2, 1, Relation.SPOUSE, SERVICE_START)], status=RequestStatus.PENDING_APPROVAL, decided_at=None
    )
    round_id = planned_round("2018-10-01 11:00")
    approve(own)
    slow = threading.Thread(target=approve, args=(spouse, 4))
    slow.start()
    time.sleep(3)  # the cut-off passes while the approval is not yet committed
    done = []
    wait_until(lambda: bool(done.extend(rounds.run_due()) or done), "the round is done")
    slow.join()
    assert [row.id for row in done] == [round_id]
    assert [outcome(i) for i in (own, spouse)] == [("EFFECTIVE", None, None)] * 2
