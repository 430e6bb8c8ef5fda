"""Which rounds there are: seats for approvals, missed rounds, the timetable and the empty instance (decisions 4, 16)."""

from datetime import date, time

import pytest
import sqlalchemy as sa

from app.domain.errors import WrongState
from app.domain.people import RoundStatus
from app.models import Job, ProcessingRound, RoundTimetable
from app.models.database import db
from app.services import jobs, rounds
from app.services.clock import business_now
from app.services.coming_round import coming_round
from app.services.round_plan import next_round, plan, seat, start_due
from app.services.transaction import transaction
from tests.builders import ROBOT, agency, approved, bangkok, clock, family, outcome, planned_round, rights

DONE, PLANNED = RoundStatus.DONE, RoundStatus.PLANNED


def seated() -> tuple[str, int]:
    """Where an approval made now is seated: Bangkok time of the round and its id."""
    with transaction(ROBOT) as session:
        found, decided_at = seat(session)
        assert decided_at < found.scheduled_at
    return found.scheduled_at.astimezone(bangkok("2018-01-01").tzinfo).strftime("%m-%d %H:%M"), found.id


def promised() -> str:
    """Bangkok time of the round that pages name as the coming one."""
    return coming_round().slot.scheduled_at.astimezone(bangkok("2018-01-01").tzinfo).strftime("%m-%d %H:%M")


def all_rounds() -> list[ProcessingRound]:
    with db.engine.connect() as connection:
        return list(connection.execute(sa.select(ProcessingRound.__table__).order_by(sa.text("scheduled_at"))))


def states() -> list[tuple[str, RoundStatus]]:
    zone = bangkok("2018-01-01").tzinfo
    return [(row.scheduled_at.astimezone(zone).strftime("%m-%d %H:%M"), row.status) for row in all_rounds()]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2018-10-01 00:00", "10-01 11:00"),
        ("2018-10-01 10:59:50", "10-01 11:00"),
        ("2018-10-01 11:00:01", "10-01 15:00"),
        ("2018-10-01 14:59:50", "10-01 15:00"),
        ("2018-10-01 15:00:01", "10-02 11:00"),
        ("2018-12-31 23:59", "01-01 11:00"),
    ],
)
def test_an_approval_is_seated_in_the_next_round_once(database, now, expected):
    clock(now)
    where, first = seated()
    assert (where, first) == seated()
    assert where == expected
    with transaction(ROBOT) as session:
        assert next_round(session).scheduled_at == all_rounds()[0].scheduled_at
    assert len(all_rounds()) == 1


def test_a_round_that_has_started_takes_no_approval(database):
    clock("2018-10-01 10:00")
    _, first = seated()
    with db.writer.begin() as connection:
        values = {"status": RoundStatus.RUNNING, "run_at": bangkok("2018-10-01 11:00")}
        connection.execute(sa.update(ProcessingRound.__table__).values(**values))
    assert promised() == "10-01 15:00"
    assert seated()[0] == "10-01 15:00"


def test_an_empty_instance_plans_nothing_before_its_first_use(database):
    clock("2018-10-01 12:00")
    plan(business_now())
    assert all_rounds() == []
    seated()
    clock("2018-10-01 12:00:05")
    plan(business_now())
    assert states() == [("10-01 15:00", PLANNED)]


def test_a_jump_makes_every_missed_round_empty_and_done_and_plans_the_next(database):
    clock("2018-10-01 12:00")
    seated()
    clock("2018-10-03 12:00")
    plan(business_now())
    assert states() == [
        ("10-01 15:00", PLANNED), ("10-02 11:00", DONE), ("10-02 15:00", DONE), ("10-03 11:00", DONE),
        ("10-03 15:00", PLANNED),
    ]  # fmt: skip
    missed = all_rounds()[1]
    assert bangkok("2018-10-03 12:00") <= missed.run_at == missed.finished_at < bangkok("2018-10-03 12:01")


def test_a_jump_of_two_years_leaves_no_round_out_and_a_second_plan_adds_none(database):
    clock("2015-10-01 12:00")
    seated()
    clock("2017-10-01 12:00")
    for _ in range(2):
        plan(business_now())
        rows = all_rounds()
        assert len(rows) == 2 * 731 + 1
        assert (rows[0].status, rows[-1].status, {row.status for row in rows[1:-1]}) == (PLANNED, PLANNED, {DONE})
    assert len({(row.round_date, row.round_no) for row in rows}) == len(rows)


def test_a_gap_that_an_early_approval_left_is_filled(database):
    clock("2018-10-01 10:00")
    seated()
    clock("2018-10-01 11:00")
    list(rounds.run_due())
    clock("2018-10-03 09:00")
    seated()
    clock("2018-10-03 12:00")
    plan(business_now())
    assert [at for at, _ in states()] == [
        "10-01 11:00", "10-01 15:00", "10-02 11:00", "10-02 15:00", "10-03 11:00", "10-03 15:00"
    ]  # fmt: skip


def test_missed_rounds_run_oldest_first_and_each_keeps_its_own_approvals(database):
    clock("2018-10-05 10:00")
    first = approved(planned_round("2018-10-05 11:00"), family(1))
    second = approved(planned_round("2018-10-05 15:00"), family(11))
    clock("2018-10-06 09:00")
    done = list(rounds.run_due())
    assert [row.scheduled_at for row in done] == [bangkok("2018-10-05 11:00"), bangkok("2018-10-05 15:00")]
    assert bangkok("2018-10-06 09:00") <= done[0].run_at <= done[1].run_at
    assert {outcome(i) for i in first + second} == {("EFFECTIVE", None, None)}
    assert {row.effective_at for row in rights()} == {done[0].run_at, done[1].run_at}


def test_no_round_overtakes_an_older_one_or_its_own_time(database):
    clock("2018-10-05 10:00")
    agency()
    older, newer = planned_round("2018-10-05 11:00"), planned_round("2018-10-05 15:00")
    for round_id, now, code in ((older, "10:30", "ROUND_NOT_DUE"), (newer, "15:30", "OLDER_ROUND_UNFINISHED")):
        clock(f"2018-10-05 {now}")
        with transaction(ROBOT) as session:
            job = jobs.add(session, "round", f"test-{round_id}", {"round_id": round_id}, actor=ROBOT)
        assert jobs.run(job.id, job.attempt)
        with transaction(ROBOT) as session:
            assert session.get_one(Job, job.id).error.split()[0] == code
    assert [status for _, status in states()] == [PLANNED, PLANNED]


def test_the_oldest_due_round_gets_one_job(database):
    clock("2018-10-05 16:00")
    planned_round("2018-10-05 11:00"), planned_round("2018-10-05 15:00")
    found = []
    for _ in range(2):
        with transaction(ROBOT) as session:
            found.append(start_due(session, business_now()))
    assert [job.key for job in found] == ["round-2018-10-05-1"] * 2
    assert found[0].id == found[1].id


def test_a_failing_round_is_said_by_the_command_and_stays_to_be_tried_again(database, monkeypatch):
    monkeypatch.setitem(jobs.HANDLERS, "round", jobs.Handler("tests.services.test_jobs:fails", attempts=None))
    clock("2018-10-05 16:00")
    planned_round("2018-10-05 11:00")
    for attempt in (1, 2, 3, 4):
        with pytest.raises(WrongState) as refused:
            list(rounds.run_due())
        assert refused.value.facts["error"].startswith("ValueError ")
        with transaction(ROBOT) as session:
            assert session.scalars(sa.select(Job.attempt)).one() == attempt + 1


def configure(*times: tuple[int, time]) -> None:
    """Make these the rounds of every day."""
    with db.writer.begin() as connection:
        connection.execute(sa.delete(RoundTimetable.__table__))
        for no, at in times:
            row = {"round_no": no, "at": at, "valid_from": date(2013, 1, 1), "valid_until": None}
            connection.execute(sa.insert(RoundTimetable.__table__).values(**row))


@pytest.mark.parametrize(
    ("now", "times", "expected"),
    [
        ("09:00", ((1, time(10)), (2, time(15))), "10-01 11:00"),  # earlier than the planned round: that one carries it
        ("09:00", ((1, time(13)), (2, time(15))), "10-01 11:00"),
        ("12:00", ((1, time(13)), (2, time(15))), "10-01 15:00"),  # its own time is past already: the next one
        ("09:00", ((2, time(11)), (3, time(15))), "10-01 11:00"),  # another number now stands at its instant
    ],
)
def test_a_round_that_was_planned_before_the_timetable_moved_carries_approvals_as_it_stands(
    database, now, times, expected
):
    clock("2018-10-01 08:00")
    before = seated()
    assert before[0] == "10-01 11:00"
    configure(*times)
    clock(f"2018-10-01 {now}")
    assert promised() == expected
    assert seated() == seated()
    assert seated()[0] == expected and (seated()[1] == before[1]) is (expected == before[0])


def test_a_moved_round_is_not_missed_and_runs_once(database):
    clock("2018-10-01 08:00")
    agency()
    approved(seated()[1], family(1))
    configure((1, time(13)), (2, time(15)))
    clock("2018-10-01 13:30")
    for _ in range(2):
        list(rounds.run_due())
    assert promised() == "10-01 15:00"
    assert states() == [("10-01 11:00", DONE), ("10-01 15:00", PLANNED)]
    assert all_rounds()[0].effective_count == 3


def test_configured_times_replace_the_seed(database):
    configure((1, time(10)))
    clock("2018-10-01 10:30")
    assert seated()[0] == "10-02 10:00"
