"""The seal on the audit trail: what it covers, what it notices, and that nothing stops it half way."""

import json
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION, robot
from app.domain.people import JobStatus
from app.models import AuditEvent, Job
from app.models.audit import AuditBlock
from app.models.database import db
from app.services import audit_seals, jobs
from app.services.audit import record
from app.services.queues import connect_queue
from app.services.transaction import reading, transaction

ACTOR = robot("test", NATION)
_event, _block = AuditEvent.__table__, AuditBlock.__table__


def write(count: int) -> None:
    """So many audit events, each with something in every column that may hold Thai or a structure."""
    for number in range(count):
        with transaction(ACTOR) as session:
            record(session, ACTOR, "approve", "request", number, detail={"z": "เหตุผล", "a": [1, None, {"b": True}]})


def blocks() -> list[tuple[int, int]]:
    with db.engine.connect() as connection:
        return [
            tuple(row)
            for row in connection.execute(sa.select(_block.c.first_id, _block.c.last_id).order_by(_block.c.id))
        ]


def tamper(statement: str) -> None:
    """Change the trail as somebody would who holds the database: past the triggers."""
    with db.writer.begin() as connection:
        if db.dialect == "postgresql":
            connection.execute(sa.text("SET session_replication_role = replica"))
            connection.execute(sa.text(statement))
            connection.execute(sa.text("SET session_replication_role = origin"))
            return
        for table in ("audit_event", "audit_block"):
            for act in ("update", "delete"):
                connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {table}_no_{act}"))
        connection.execute(sa.text(statement))


@pytest.fixture
def heads(database, tmp_path):
    """Seven rows in sealed blocks of three, three and one, and the folder of heads."""
    folder = tmp_path / "audit_heads"
    write(7)
    assert audit_seals.seal(folder, rows_per_block=3) == 3
    return folder


def test_blocks_cover_every_id_and_an_untouched_trail_is_sound(heads):
    assert blocks() == [(1, 3), (4, 6), (7, 7)]
    assert audit_seals.verify(heads) == audit_seals.Verdict(blocks=3, last_id=7, unsealed=0, faults=())
    write(2)
    assert audit_seals.verify(heads).unsealed == 2


def test_sealing_twice_adds_nothing_and_goes_on_where_it_stopped(heads):
    before = [file.read_text() for file in heads.iterdir()]
    assert audit_seals.seal(heads) == 0
    assert [file.read_text() for file in heads.iterdir()] == before
    write(1)
    assert audit_seals.seal(heads) == 1
    assert blocks()[-1] == (8, 8)
    (file,) = heads.iterdir()
    assert [json.loads(line)["last_id"] for line in file.read_text().splitlines()] == [7, 8]
    assert audit_seals.verify(heads).faults == ()


def test_an_empty_trail_has_nothing_to_seal(database, tmp_path):
    assert audit_seals.seal(tmp_path / "heads") == 0
    assert audit_seals.verify(tmp_path / "heads") == audit_seals.Verdict(0, 0, 0, ())


ROW = "INSERT INTO audit_event (id, at, actor_name, verb, object_type) VALUES ({id}, '2026-01-01', 'x', 'y', 'z')"


@pytest.mark.parametrize(
    ("act", "block"),
    [
        ("UPDATE audit_event SET actor_name = 'somebody else' WHERE id = 5", "block 2 (ids 4 to 6)"),
        ("UPDATE audit_event SET at = '2001-01-01' WHERE id = 1", "block 1 (ids 1 to 3)"),
        ("""UPDATE audit_event SET detail = '{"z": "x"}' WHERE id = 7""", "block 3 (ids 7 to 7)"),
        ("DELETE FROM audit_event WHERE id = 4", "block 2 (ids 4 to 6)"),
        (ROW.format(id=0), "before block 1"),
        ("UPDATE audit_block SET sha256 = previous_sha256 WHERE id = 2", "block 2 (ids 4 to 6)"),
        ("DELETE FROM audit_block WHERE id = 2", "block 3 (ids 7 to 7)"),
    ],
)
def test_what_was_touched_is_found_and_its_block_named(heads, act, block):
    tamper(act)
    faults = audit_seals.verify(heads).faults
    assert faults and faults[0].startswith(block), faults


def test_a_row_slipped_into_a_gap_is_found(database, tmp_path):
    write(1)
    tamper(ROW.format(id=9))
    audit_seals.seal(tmp_path, rows_per_block=1)
    assert blocks() == [(1, 1), (2, 9)]
    tamper(ROW.format(id=5))
    (fault,) = audit_seals.verify(tmp_path).faults
    assert fault.startswith("block 2 (ids 2 to 9)")


def test_a_chain_cut_or_sealed_anew_by_its_owner_betrays_itself_by_the_exported_head(heads):
    tamper("DELETE FROM audit_block WHERE id = 3")
    assert [fault.partition(":")[0][-5:] for fault in audit_seals.verify(heads).faults] == [".json"]
    tamper("DELETE FROM audit_block")
    tamper("UPDATE audit_event SET verb = 'reject' WHERE id = 2")
    audit_seals.seal(heads.with_name("elsewhere"), rows_per_block=3)
    assert audit_seals.verify(heads.with_name("elsewhere")).faults == ()
    assert len(audit_seals.verify(heads).faults) == 1


def test_a_torn_line_of_a_power_cut_spoils_neither_the_file_nor_the_check(heads):
    (file,) = heads.iterdir()
    with file.open("a") as handle:
        handle.write('{"block": 3, "la')
    write(1)
    audit_seals.seal(heads)
    assert audit_seals.verify(heads).faults == ()
    tamper("DELETE FROM audit_block WHERE last_id = 8")
    assert len(audit_seals.verify(heads).faults) == 1


def test_a_row_that_is_still_on_its_way_is_never_passed_by(new_database, tmp_path):
    """PostgreSQL: an id is given at the insert, its row is seen at the commit, perhaps after higher ones."""
    urls = new_database("postgresql")
    db.bind(urls.url, urls.reads_url)
    write(1)
    slow = Session(db.writer)
    record(slow, ACTOR, "approve", "request", "slow")
    write(1)
    with pytest.raises(TimeoutError):
        audit_seals.settled_id(patience=0.3)
    found = []
    sealer = threading.Thread(target=lambda: found.append(audit_seals.seal(tmp_path)))
    sealer.start()
    write(1)  # nobody has to wait for the sealer
    sealer.join(0.5)
    assert sealer.is_alive() and blocks() == []
    slow.commit()
    slow.close()
    sealer.join()
    assert found == [1]
    assert blocks() == [(1, 3)]  # the slow row, id 2, is within; the one written meanwhile waits for the next seal
    assert audit_seals.verify(tmp_path) == audit_seals.Verdict(1, 3, 1, ())


def test_several_sealers_and_writers_at_once_leave_one_chain(database, tmp_path):
    write(30)
    writer = threading.Thread(target=write, args=(30,))
    sealers = [
        threading.Thread(target=audit_seals.seal, args=(tmp_path,), kwargs={"rows_per_block": 2}) for _ in range(3)
    ]
    for thread in (writer, *sealers):
        thread.start()
    for thread in (writer, *sealers):
        thread.join()
    audit_seals.seal(tmp_path, rows_per_block=2)
    verdict = audit_seals.verify(tmp_path)
    assert verdict.faults == () and verdict.unsealed == 0 and verdict.last_id == 60


def test_a_sealer_that_dies_between_two_blocks_or_before_the_head_is_continued(database, tmp_path):
    write(6)
    calls = []

    def dies(_session: Session) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit_seals.seal(tmp_path, guard=dies, rows_per_block=3)
    assert blocks() == [(1, 3)] and list(tmp_path.glob("*.json")) == []
    assert audit_seals.seal(tmp_path, rows_per_block=3) == 1
    assert audit_seals.verify(tmp_path).faults == () and len(list(tmp_path.glob("*.json"))) == 1


def test_the_ticker_asks_once_a_night_and_the_job_seals(database, tmp_path, monkeypatch):
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    connect_queue({"REDIS_URL": None, "LEASE_SECONDS": 60})
    write(3)
    audit_seals.start_nightly()
    audit_seals.start_nightly()
    asked = sa.select(Job.id, Job.attempt).where(Job.kind == audit_seals.KIND)
    with reading(NATION) as session:
        (job,) = session.execute(asked).all()
    assert jobs.run(job.id, job.attempt)
    with reading(NATION) as session:
        assert session.get(Job, job.id).status is JobStatus.DONE
    assert blocks() == [(1, 3)]
    assert audit_seals.verify(audit_seals.heads_folder(tmp_path)).faults == ()
