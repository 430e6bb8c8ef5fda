"""A backup of an instance at work: one state, whole or not at all, and everything is there again elsewhere."""

import os
import signal
import stat
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from app.domain.actor import NATION
from app.domain.clock import real_now
from app.domain.people import JobStatus
from app.models import Job
from app.models.account import OneTimeLink, UserSession
from app.models.database import db
from app.services import audit_seals, backups, database_copies, evidence, one_time_links, releases, restores, sessions
from app.services.audit import record, record_reads
from app.services.backup_folders import BackupError, check_files, growing, read_manifest
from app.services.clock import set_clock
from app.services.jobs import add
from app.services.transaction import reading, transaction
from tests.builders import bangkok
from tests.house.live_portal import until
from tests.services.carried_instance import ACTOR, KEY, approve_one, bind, dump, empty_databases, files, place


@pytest.fixture
def here(database, people, tmp_path):
    """An instance with an approved official, his document, a sealed trail, a report and somebody who is logged in."""
    here = place(tmp_path / "here", database)
    set_clock(bangkok("2026-11-20 09:00"), actor=ACTOR, production=False)
    document = approve_one(1, people, here)
    evidence.open_(document, actor=people.clerk, shelf=evidence.Shelf(here.uploads))
    audit_seals.seal(audit_seals.heads_folder(here.instance))
    (here.instance / "reports").mkdir()
    (here.instance / "reports" / "register-1-1.xlsx").write_bytes(b"a report")
    (here.instance / "reports" / ".half").write_bytes(b"a report being written")
    return here


@pytest.fixture
def there(request, database, tmp_path):
    """An empty place for the same kind of database."""
    (tmp_path / "there").mkdir()
    with empty_databases(request, tmp_path / "there", database.kind) as urls:
        yield place(tmp_path / "there", urls, secret_key="another machine's own key " * 2)


def test_everything_is_there_again_elsewhere(here, there, people, tmp_path):
    manifest, missing = backups.take(tmp_path / "backup", here, actor=ACTOR)
    assert missing == 0
    before = dump()
    restores.restore(tmp_path / "backup", there, actor=ACTOR)
    after = dump()
    last = after["audit_event"].pop()
    assert "restore_backup" in last and manifest.created_at in last
    assert after == before
    assert len(before["change_request"]) == len(before["read_access"]) == len(before["audit_block"]) == 1
    assert releases.differences() == []
    assert audit_seals.verify(audit_seals.heads_folder(there.instance)).faults == ()
    mine = files(here.instance)
    mine.pop("reports/.half")
    theirs = {name: body for name, body in files(there.instance).items() if not name.endswith((".db", "-wal", "-shm"))}
    assert theirs == mine and theirs["secret_key"] == KEY.encode()
    opened = evidence.open_(1, actor=people.clerk, shelf=evidence.Shelf(there.uploads))
    assert opened.name == "คำสั่ง.pdf"


def test_a_copied_session_or_link_opens_nothing_elsewhere(here, there, people, tmp_path):
    key = sessions.new_key()
    sessions.start(key, "{}", people.clerk.user_id, lifetime=timedelta(hours=8))
    with transaction(ACTOR) as session:
        secret = one_time_links.issue_link(session, people.clerk.user_id)
    assert sessions.load(key) is not None and one_time_links.holder_of(secret) == "c1"
    backups.take(tmp_path / "backup", here, actor=ACTOR)
    assert sessions.load(key) is not None  # here nobody is thrown out
    db.session.remove()
    restores.restore(tmp_path / "backup", there, actor=ACTOR)
    assert sessions.load(key) is None
    with db.engine.connect() as connection:
        assert [connection.scalar(sa.select(sa.func.count()).select_from(t)) for t in (UserSession, OneTimeLink)] == [
            0,
            0,
        ]


def test_a_job_that_was_running_waits_for_a_worker_again(here, there, tmp_path):
    with transaction(ACTOR) as session:
        add(session, "round", "round-test", {"round_id": 1}, actor=ACTOR)
        far = real_now().replace(year=2099)
        session.execute(sa.update(Job.__table__).values(status=JobStatus.RUNNING, lease_until=far, attempt=2))
    backups.take(tmp_path / "backup", here, actor=ACTOR)
    restores.restore(tmp_path / "backup", there, actor=ACTOR)
    with reading(NATION) as session:
        (job,) = session.scalars(sa.select(Job))
        assert (job.status, job.lease_until, job.attempt) == (JobStatus.QUEUED, None, 2)


def test_triggers_that_were_lost_stand_again_after_a_restore(here, there, tmp_path):
    with db.writer.begin() as connection:
        on = " ON audit_event" if db.dialect == "postgresql" else ""
        connection.execute(sa.text(f"DROP TRIGGER audit_event_no_update{on}"))
    backups.take(tmp_path / "backup", here, actor=ACTOR)
    restores.restore(tmp_path / "backup", there, actor=ACTOR)
    with pytest.raises(DatabaseError, match="APPEND_ONLY"), db.writer.begin() as connection:
        connection.execute(sa.text("UPDATE audit_event SET verb = 'x'"))


def test_a_backup_taken_while_officers_work_is_one_state(request, here, people, database, tmp_path):
    """Documents have their files, approvals their events, and what follows from a read has that read."""
    stop, done, troubles = threading.Event(), Counter(), []

    def work(step):
        serial = 100
        try:
            while not stop.is_set():
                serial += 1
                step(serial)
                done[step] += 1
        except Exception as error:
            troubles.append(error)

    def read(serial):
        record_reads([{"object_type": "test", "object_id": str(serial)}], actor=people.clerk, purpose="TEST")
        with transaction(ACTOR) as session:
            record(session, ACTOR, "follow", "test", serial)

    def approve(serial):
        approve_one(serial, people, here)

    workers = [threading.Thread(target=work, args=(step,)) for step in (approve, read)]
    for worker in workers:
        worker.start()
    taken = []
    for number in range(3):
        _wait_for_more(done, troubles)
        manifest, missing = backups.take(tmp_path / f"backup{number}", here, actor=ACTOR)
        assert missing == 0
        taken.append(manifest.databases["register"].counts["change_request"])
    stop.set()
    for worker in workers:
        worker.join()
    assert troubles == []
    assert taken[0] < taken[-1], "nobody worked meanwhile"
    for number in range(3):
        (tmp_path / f"there{number}").mkdir()
        with empty_databases(request, tmp_path / f"there{number}", database.kind) as urls:
            there = place(tmp_path / f"there{number}", urls)
            restores.restore(tmp_path / f"backup{number}", there, actor=ACTOR)
            _is_one_state(there)


def _taken_where_nobody_is_at_it(target, here):
    """The killed group's last process may hold the lock for a moment."""
    try:
        backups.take(target, here, actor=ACTOR)
    except BackupError as error:
        if "is going on" not in str(error):
            raise
        return False
    return True


def _wait_for_more(done, troubles):
    before = done.copy()
    until(lambda: troubles or (len(done) == 2 and all(done[step] > before[step] for step in done)), done.copy)


def _is_one_state(there):
    with db.engine.connect() as register, db.reads.connect() as reads:
        approved = register.scalar(sa.text("SELECT count(*) FROM change_request WHERE status = 'APPROVED'"))
        told = register.scalar(sa.text("SELECT count(*) FROM audit_event WHERE verb = 'approve_certification'"))
        assert approved == told > 0
        for name in register.scalars(sa.text("SELECT sha256 FROM evidence_document")):
            assert (there.uploads / name[:2] / name).is_file()
        follows = set(register.scalars(sa.text("SELECT object_id FROM audit_event WHERE verb = 'follow'")))
        seen = set(reads.scalars(sa.text("SELECT object_id FROM read_access WHERE purpose = 'TEST'")))
        assert follows and follows <= seen
        if register.dialect.name == "sqlite":
            assert register.execute(sa.text("PRAGMA foreign_key_check")).all() == []


def test_a_backup_is_open_to_its_owner_alone_and_carries_no_session(here, people, tmp_path):
    sessions.start("a key", "what the session holds", people.clerk.user_id, lifetime=timedelta(hours=8))
    backups.take(tmp_path / "backup", here, actor=ACTOR)
    backup = tmp_path / "backup"
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in (backup, *backup.rglob("*"))}
    assert modes == {(True, 0o700), (False, 0o600)}
    if db.dialect == "sqlite":
        assert all(b"what the session holds" not in body for body in files(tmp_path / "backup").values())


def test_evidence_that_is_gone_is_told_and_does_not_stop_the_backup(here, tmp_path):
    (file,) = (path for path in here.uploads.rglob("*") if path.is_file())
    file.unlink()
    _manifest, missing = backups.take(tmp_path / "backup", here, actor=ACTOR)
    assert missing == 1


def test_a_folder_that_holds_anything_is_refused_and_left_alone(here, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("x")
    (tmp_path / "file").write_text("y")
    for name in ("full", "file"):
        with pytest.raises(BackupError, match="not empty"):
            backups.take(tmp_path / name, here, actor=ACTOR)
    assert files(tmp_path / "full") == {"mine": b"x"}
    (tmp_path / "empty").mkdir()
    backups.take(tmp_path / "empty", here, actor=ACTOR)
    assert read_manifest(tmp_path / "empty").databases


def test_two_backups_to_one_folder_do_not_mix(here, tmp_path):
    with growing(tmp_path / "backup") as other, pytest.raises(BackupError, match="going on"):
        (other / "x").write_text("x")
        backups.take(tmp_path / "backup", here, actor=ACTOR)
    assert files(tmp_path / "backup") == {"x": b"x"}


def test_missing_programs_of_postgresql_are_named(new_database, tmp_path, monkeypatch):
    urls = new_database("postgresql")
    db.bind(urls.url, urls.reads_url)
    monkeypatch.setattr(database_copies, "SERVER_PROGRAMS", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match="pg_dump is missing: install PostgreSQL's client programs"):
        backups.take(tmp_path / "backup", place(tmp_path / "here", urls), actor=ACTOR)
    assert not (tmp_path / "backup").exists() and not (tmp_path / ".backup.partial").exists()


def test_a_database_without_tables_is_no_instance(request, tmp_path):
    (tmp_path / "here").mkdir()
    for kind in ("sqlite", "postgresql"):
        with empty_databases(request, tmp_path / "here", kind) as urls:
            here = place(tmp_path / "here", urls)
            bind(here)
            with pytest.raises(BackupError, match="no tables yet"):
                backups.take(tmp_path / "backup", here, actor=ACTOR)


def test_a_killed_backup_never_looks_whole_and_the_next_one_clears_it_away(here, tmp_path):
    """SIGKILL to the whole group at ten instants spread over the time that a backup takes."""
    begun = time.monotonic()
    backups.take(tmp_path / "timed", here, actor=ACTOR)
    lasts, halves = time.monotonic() - begun, 0
    db.dispose()
    for number in range(10):
        target = tmp_path / f"backup{number}"
        child = os.fork()
        if child == 0:
            os.setsid()
            bind(here)
            backups.take(target, here, actor=ACTOR)
            os._exit(0)
        waited = lasts * number / 9
        time.sleep(waited)
        os.killpg(child, signal.SIGKILL) if os.getpgid(child) == child else os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        halves += not target.exists()
        if target.exists():  # the first one was held up by its neighbours: the next blows come as much earlier
            lasts = min(lasts, waited)
        bind(here)
        if not target.exists():
            until(
                lambda target=target: _taken_where_nobody_is_at_it(target, here), lambda: "the killed one still lives"
            )
        check_files(target, read_manifest(target))
        assert not target.with_name(f".{target.name}.partial").exists()
        db.dispose()
    assert halves > 2
