"""An import happens once and whole: two at the same instant, broken off anywhere, with few statements."""

import threading
from collections import Counter
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION, robot
from app.domain.errors import WrongState
from app.domain.people import RequestStatus
from app.models import ChangeRequest, EvidenceDocument, EvidenceLink, Proposal, RequestEditor, RequestRevision
from app.models.database import db
from app.models.roster_import import RosterImport
from app.services import clerk_desk, jobs, roster_imports
from app.services.clock import set_clock
from app.services.transaction import reading
from tests.services.roster_desk import bring_in, check, note_of, tray, work
from tests.services.roster_workbooks import dependent, official, workbook

WRITTEN = (ChangeRequest, Proposal, RequestRevision, RequestEditor, EvidenceDocument, EvidenceLink, RosterImport)


@pytest.fixture(autouse=True)
def first_of_december(database, tmp_path, monkeypatch):
    """The sample's evidence reaches into November 2569; grown children are grown whenever it is judged."""
    monkeypatch.setenv("INSTANCE", str(tmp_path / "instance"))
    set_clock(datetime(2026, 12, 1, 2, tzinfo=UTC), actor=robot("test"), production=False)


def rows(kind):
    with reading(NATION) as session:
        return list(session.scalars(sa.select(kind)))


def counts():
    return [len(rows(kind)) for kind in WRITTEN]


def test_two_imports_at_the_same_instant_create_once(people):
    content = workbook([official(n) for n in range(1, 60)], [dependent(500 + n, n) for n in range(1, 60)])
    start, done, failed = threading.Barrier(2), [], []

    def run(actor):
        start.wait()
        try:
            done.append(roster_imports.receive(content, "a.xlsx", actor=actor, tray=tray()))
            work()
        except Exception as error:
            failed.append(error)

    at_once([lambda actor=actor: run(actor) for actor in (people.clerk, people.registrar)])
    assert failed == [] and len(set(done)) == 1
    pressed, start = [], threading.Barrier(2)

    def press(actor):
        start.wait()
        try:
            pressed.append(roster_imports.submit(done[0], actor=actor))
            work()
        except WrongState as refusal:
            failed.append(refusal.code)

    at_once([lambda actor=actor: press(actor) for actor in (people.clerk, people.registrar)])
    work()
    assert len(pressed) == 1 and failed in (["IMPORT_BUSY"], ["IMPORT_OVER"])
    assert counts() == [118, 118, 118, 118, 59, 59, 1]


def at_once(calls):
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("table", ["evidence_document", "proposal", "request_editor", "request_revision"])
def test_broken_off_anywhere_nothing_is_sent_and_the_next_attempt_goes_on(people, table):
    found = check(workbook([official(1)], [dependent()]), people.clerk)
    roster_imports.submit(found.note.id, actor=people.clerk)

    def break_off(_connection, _cursor, statement, *_rest):
        if statement.startswith(f"INSERT INTO {table} "):
            raise RuntimeError(table)

    sa.event.listen(db.engine, "before_cursor_execute", break_off)
    try:
        jobs.run(found_job(found), 1)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", break_off)
    assert {r.status for r in rows(ChangeRequest)} <= {RequestStatus.DRAFT} and rows(RequestRevision) == []
    desk = clerk_desk.my_work(actor=people.clerk, whole_agency=True)
    assert (desk.to_do_count, desk.waiting_count) == (0, 0), "what is being made is nobody's work yet"
    jobs.run(found_job(found), 2)
    assert note_of(found.note.id).row_count == 2 and counts() == [2, 2, 2, 2, 1, 1, 1]


def found_job(found):
    return note_of(found.note.id).job_id


def test_the_number_of_statements_does_not_grow_with_the_rows(people):
    assert statements(people.clerk, range(1, 5)) == statements(people.clerk, range(100, 300))


def statements(actor, serials):
    """The statements of an import of so many officials with a child each, by their first words."""
    found = Counter()

    def count(_connection, _cursor, statement, *_rest):
        words = " ".join(statement.split()[:3])
        # SQLite hands new ids back one row at a time; these two tables are the ones that need them.
        if not words.startswith(("INSERT INTO change_request", "INSERT INTO evidence_document")):
            found[words] += 1

    content = workbook([official(n) for n in serials], [dependent(1000 + n, n) for n in serials])
    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        bring_in(content, actor, "a.xlsx")
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)

    return {words: many for words, many in found.items() if "running_number" not in words}  # made once a year
