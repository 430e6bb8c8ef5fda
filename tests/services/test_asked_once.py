"""One right is asked for once at a time, one father and one mother for each principal: on the form and in the database."""

import threading
from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.errors import InvalidForm
from app.domain.people import SENT_STATUSES, PersonnelType, Relation, RequestStatus, Sex
from app.models import ChangeRequest
from app.models.change_request import SENT
from app.models.database import db
from app.services import approvals, change_requests
from app.services.transaction import transaction
from tests.services.carried_families import approve, in_effect, run_next_round
from tests.services.conftest import family, nid, official, relative
from tests.services.side_by_side import gate, on_postgresql, outcomes_of
from tests.services.test_approvals import by_sql, request, versions
from tests.services.test_change_requests import codes, rows

BORN = date(1955, 1, 1)


def father(serial: int):
    return relative(Relation.FATHER, nid(serial), sex=Sex.M, birth_date=BORN)


def mother(serial: int):
    return relative(Relation.MOTHER, nid(serial), birth_date=BORN)


def added(member, actor, **values):
    """A form with one more member for the first principal."""
    return change_requests.record(family(member, principal_national_id=nid(1)), actor=actor, **values)


def refused(member, people) -> set[tuple[str, str]]:
    with pytest.raises(InvalidForm) as refusal:
        added(member, people.clerk, submit=True)
    return codes(refusal.value)


def test_a_second_form_brings_no_second_father_while_one_is_asked_for(people):
    change_requests.record(family(official(nid(1)), father(2)), actor=people.clerk, submit=True)
    assert refused(father(3), people) == {("members-0-relation", "ONE_PARENT_EACH")}
    assert refused(father(2), people) == {("members-0-national_id", "ALREADY_PENDING")}
    added(mother(4), people.clerk, submit=True)
    own, dad, _mum = (row.id for row in rows(ChangeRequest))
    approvals.return_([dad], "ชื่อไม่ตรง", actor=people.registrar, seen_versions=versions(dad))
    assert refused(father(3), people) == {("members-0-relation", "ONE_PARENT_EACH")}
    change_requests.cancel([dad], actor=people.clerk)
    added(father(3), people.clerk, submit=True)
    assert {r.status for r in rows(ChangeRequest)} == {RequestStatus.PENDING_APPROVAL, RequestStatus.CANCELLED}


def test_a_second_mother_is_refused_while_one_stands_until_she_is_voided(people):
    _own, stands = in_effect(official(nid(1)), mother(2), clerk=people.clerk, registrar=people.registrar)
    assert refused(mother(3), people) == {("members-0-relation", "ONE_PARENT_EACH")}
    assert refused(mother(2), people) == {("members-0-national_id", "SAME_RIGHT_OVERLAP")}
    approve(change_requests.report_error(stands, "ผิดคน", actor=people.clerk).request_ids, people.registrar)
    run_next_round()
    added(mother(3), people.clerk, submit=True)


def test_a_mother_who_came_in_meanwhile_is_seen_at_the_approval(people):
    own, waits = change_requests.record(
        family(official(nid(1)), mother(2)), actor=people.clerk, submit=True
    ).request_ids
    approve([own], people.registrar)
    run_next_round()
    by_sql(
        "UPDATE change_request SET asked_right = NULL WHERE id = :id", id=waits
    )  # as if the index had not been there
    (other,) = added(mother(3), people.clerk, submit=True).request_ids
    approve([other], people.registrar)
    run_next_round()
    (outcome,) = approvals.approve([waits], actor=people.registrar, seen_versions=versions(waits))
    assert outcome.error.code == "ONE_PARENT_EACH"


def test_both_drafts_of_one_form_are_refused_where_they_ask_for_one_place(people):
    own, first = change_requests.record(
        family(official(nid(1)), mother(2)), actor=people.clerk, submit=True
    ).request_ids
    number = request(first).submission_no
    approvals.reject([first], "ผิดคน", actor=people.registrar, seen_versions=versions(first))
    (second,) = added(mother(3), people.clerk, submit=True).request_ids
    approvals.reject([second], "ผิดคน", actor=people.registrar, seen_versions=versions(second))
    by_sql("UPDATE change_request SET submission_no = :number WHERE id = :id", number=number, id=second)
    for id_ in (first, second):
        change_requests.correct(id_, actor=people.clerk)
    with pytest.raises(InvalidForm) as refusal:
        change_requests.submit(number, actor=people.clerk)
    assert [error.code for error in refusal.value.errors] == ["ONE_PARENT_EACH"]


def test_the_database_itself_lets_nobody_ask_twice(people):
    other = official(nid(1), personnel_type=PersonnelType.PERMANENT_EMPLOYEE)
    (second,) = change_requests.record(family(other), actor=people.other_clerk).request_ids
    change_requests.record(family(official(nid(1))), actor=people.clerk, submit=True)
    with pytest.raises(sa.exc.IntegrityError, match="asked_right"):
        by_sql("UPDATE change_request SET status = 'PENDING_APPROVAL' WHERE id = :id", id=second)


def test_the_question_goes_through_the_index_and_not_through_all_requests(people):
    asked = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        if "asked_right IN" in statement:
            asked.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        change_requests.record(family(official(nid(1))), actor=people.clerk, submit=True)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    ((statement, parameters),) = asked
    explain = "EXPLAIN QUERY PLAN" if db.dialect == "sqlite" else "EXPLAIN"
    with db.engine.connect() as connection:
        if db.dialect == "postgresql":
            connection.exec_driver_sql("SET enable_seqscan = off")  # a table of one row is not worth an index
        plan = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
    assert "uq_change_request_asked_right" in str(plan)


def test_the_index_and_the_statuses_say_the_same():
    assert str(SENT) == f"status IN ({', '.join(repr(status.value) for status in SENT_STATUSES)})"


# --- at the same instant -----------------------------------------------------------------------------------------------


@on_postgresql
def test_of_two_submissions_of_one_right_at_the_same_instant_one_is_refused(people):
    other = official(nid(1), personnel_type=PersonnelType.PERMANENT_EMPLOYEE)
    here = change_requests.record(family(official(nid(1))), actor=people.clerk).submission_no
    there = change_requests.record(family(other), actor=people.other_clerk).submission_no
    with gate("request_revision", waiting=2):
        found = outcomes_of(
            lambda: change_requests.submit(here, actor=people.clerk),
            lambda: change_requests.submit(there, actor=people.other_clerk),
        )
    assert found == ["", "ALREADY_PENDING"]
    assert sorted(row.status for row in rows(ChangeRequest)) == [RequestStatus.DRAFT, RequestStatus.PENDING_APPROVAL]


@on_postgresql
def test_of_two_mothers_submitted_at_the_same_instant_one_is_refused(people):
    in_effect(official(nid(1)), clerk=people.clerk, registrar=people.registrar)
    numbers = [added(mother(serial), people.clerk).submission_no for serial in (2, 3)]
    with gate("request_revision", waiting=2):
        found = outcomes_of(*(lambda n=n: change_requests.submit(n, actor=people.clerk) for n in numbers))
    assert found == ["", "ALREADY_PENDING"]


@on_postgresql
def test_who_loses_a_deadlock_is_told_to_look_again(people):
    ids = change_requests.record(family(official(nid(1)), mother(2)), actor=people.clerk).request_ids
    both_hold_one = threading.Barrier(2)

    def take(first: int, second: int) -> None:
        with transaction(people.clerk) as session:
            for place, id_ in enumerate((first, second)):
                session.execute(sa.update(ChangeRequest).where(ChangeRequest.id == id_).values(position=place))
                if place == 0:
                    both_hold_one.wait()

    assert outcomes_of(lambda: take(*ids), lambda: take(*reversed(ids))) == ["", "STALE"]


@on_postgresql
def test_of_two_reports_on_one_entry_at_the_same_instant_one_is_refused(people):
    own, mum = in_effect(official(nid(1)), mother(2), clerk=people.clerk, registrar=people.registrar)
    with gate("request_revision", waiting=2):
        found = outcomes_of(
            *(lambda i=i: change_requests.report_error(i, "ผิดคน", actor=people.clerk) for i in (own, mum))
        )
    assert found == ["", "ALREADY_PENDING"]
