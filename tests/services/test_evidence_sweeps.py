"""Evidence that nobody used goes after its time, row and file; what was ever submitted, or is on a draft, stays."""

import io
import os
import threading
import time
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION, robot
from app.domain.errors import NotFound
from app.domain.people import DocType, Relation
from app.models import AuditEvent, EvidenceDocument
from app.services import approvals, change_requests, evidence, evidence_sweeps
from app.services.clock import business_now, set_clock
from app.services.transaction import reading, transaction
from jobs.schedule import TIMETABLE
from tests.services.conftest import family, nid, official, relative
from tests.services.side_by_side import on_postgresql, outcomes_of, wait_for_waiting
from tests.services.test_approvals import by_sql, versions
from tests.services.test_evidence import JPEG, PDF

KEPT = evidence_sweeps.KEPT


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    return evidence.Shelf(tmp_path / "uploads")


def sweep() -> None:
    (line,) = [line for line in TIMETABLE if line.call == "app.services.sweeps:sweep"]
    line.load()()


def upload(people, shelf, content: bytes = PDF) -> int:
    about = {"doc_no": None, "issue_date": None, "actor": people.clerk, "shelf": shelf}
    return evidence.store(io.BytesIO(content), "a.pdf", DocType.BIRTH_CERT, **about)


def pass_by(time_: timedelta, shelf) -> None:
    """So much business time goes by, and the files grow old with it."""
    set_clock(business_now() + time_, actor=robot("test"), production=False)
    for path in shelf.folder.rglob("*"):
        os.utime(path, (time.time() - time_.total_seconds(),) * 2)


def documents() -> set[int]:
    with reading(NATION) as session:
        return set(session.scalars(sa.select(EvidenceDocument.id)))


def files(shelf) -> int:
    return sum(path.is_file() for path in shelf.folder.rglob("*"))


def child(serial: int, *evidence_ids: int, **values):
    return relative(Relation.CHILD, nid(serial), birth_date=date(2018, 2, 28), evidence_ids=evidence_ids, **values)


def test_unused_evidence_goes_after_a_month_and_not_before(people, shelf):
    old = upload(people, shelf)
    pass_by(KEPT - timedelta(minutes=1), shelf)
    sweep()
    assert documents() == {old} and files(shelf) == 1
    fresh = upload(people, shelf, JPEG)
    pass_by(timedelta(minutes=2), shelf)
    for path in shelf.folder.rglob("*"):
        os.utime(path, (time.time() - 3600,) * 2)
    for _ in range(2):
        sweep()
        assert documents() == {fresh} and files(shelf) == 1
    with reading(NATION) as session:
        swept = session.scalars(sa.select(AuditEvent).where(AuditEvent.verb == "sweep_evidence")).all()
    assert [(row.object_id, row.agency_id) for row in swept] == [(str(old), people.clerk.agency_id)]
    with pytest.raises(NotFound):
        evidence.open_(old, actor=people.clerk, shelf=shelf)


def test_what_is_on_a_draft_stays_until_the_draft_is_dropped(people, shelf):
    paper = upload(people, shelf)
    drafts = change_requests.record(family(official(nid(1)), child(2, paper)), actor=people.clerk).request_ids
    pass_by(2 * KEPT, shelf)
    sweep()
    assert documents() == {paper}
    change_requests.cancel(drafts, actor=people.clerk)
    sweep()
    assert documents() == set() and files(shelf) == 0


def test_what_was_submitted_once_stays_although_the_next_revision_leaves_it_out(people, shelf):
    paper, better, cancelled = (upload(people, shelf, content) for content in (PDF, JPEG, PDF + b"%"))
    form = family(official(nid(1)), child(2, paper), child(3, cancelled))
    own, kid, other = change_requests.record(form, actor=people.clerk, submit=True).request_ids
    approvals.return_([kid], "ไม่ชัด", actor=people.registrar, seen_versions=versions(kid))
    number = change_requests.correct(kid, actor=people.clerk).submission_no
    again = child(2, better, request_id=kid)
    change_requests.record(family(again, principal_national_id=nid(1), submission_no=number), actor=people.clerk)
    change_requests.cancel([other], actor=people.clerk)
    by_sql("DELETE FROM evidence_link WHERE evidence_id = :id", id=cancelled)
    pass_by(2 * KEPT, shelf)
    sweep()
    assert documents() == {paper, better, cancelled} and files(shelf) == 3
    assert evidence.open_(paper, actor=people.clerk, shelf=shelf).content == PDF


def test_a_file_goes_with_the_last_document_of_its_content(people, shelf):
    first = upload(people, shelf)
    pass_by(KEPT, shelf)
    second = upload(people, shelf)
    pass_by(timedelta(minutes=1), shelf)
    sweep()
    assert documents() == {second} and first != second
    assert evidence.open_(second, actor=people.clerk, shelf=shelf).content == PDF
    pass_by(KEPT, shelf)
    sweep()
    assert documents() == set() and files(shelf) == 0
    assert upload(people, shelf) > second  # an old number never opens a new document


def test_content_that_is_uploaded_again_this_moment_keeps_its_file(people, shelf):
    upload(people, shelf)
    pass_by(2 * KEPT, shelf)
    again = upload(people, shelf)
    by_sql(
        "DELETE FROM evidence_document WHERE id = :id", id=again
    )  # its file is found already, its row not yet written
    sweep()
    assert documents() == set() and files(shelf) == 1
    assert evidence.open_(upload(people, shelf), actor=people.clerk, shelf=shelf).content == PDF


@on_postgresql
def test_a_draft_that_takes_a_document_up_at_the_same_instant_keeps_it(people, shelf):
    paper = upload(people, shelf)
    (request_id,) = change_requests.record(family(official(nid(1))), actor=people.clerk).request_ids
    pass_by(2 * KEPT, shelf)
    found: list[str] = []
    sweeper = threading.Thread(target=lambda: found.extend(outcomes_of(sweep)))
    with transaction(people.clerk) as session:
        link = "INSERT INTO evidence_link (request_id, evidence_id, agency_id) VALUES (:r, :e, :a)"
        session.execute(sa.text(link), {"r": request_id, "e": paper, "a": people.clerk.agency_id})
        sweeper.start()
        wait_for_waiting(1)
    sweeper.join()
    assert found == [""] and documents() == {paper} and files(shelf) == 1
