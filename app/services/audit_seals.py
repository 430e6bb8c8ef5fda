"""Seals the audit trail into chained blocks and finds a sealed row that was changed, removed or slipped in (decisions 11)."""

import hashlib
import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION, robot
from app.domain.clock import BANGKOK, bangkok_day, real_now
from app.models.audit import AuditBlock, AuditEvent
from app.models.database import db
from app.models.job import Job
from app.services import jobs
from app.services.leases import Lease
from app.services.transaction import reading, transaction
from config import instance_dir

KIND = "seal_audit"
NIGHT_HOUR = 2  # Bangkok time, after midnight's work and before the first officer's
ROWS_PER_BLOCK = 10_000
PATIENCE_SECONDS = 30.0
ROBOT = robot("audit-seal")
log = logging.getLogger(__name__)
_event, _block = AuditEvent.__table__, AuditBlock.__table__
# Named here and not read from the table: a column that is added one day must not break the seals of before.
_SEALED = (
    _event.c.id, _event.c.at, _event.c.actor_id, _event.c.actor_name, _event.c.verb, _event.c.object_type,
    _event.c.object_id, _event.c.agency_id, _event.c.detail, _event.c.address,
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What a check found: how far the seal reaches, how many rows wait for one, and every fault in words."""

    blocks: int
    last_id: int
    unsealed: int
    faults: tuple[str, ...]


def heads_folder(instance: Path) -> Path:
    """Where the heads of the chain are written; to be copied to a place that the database's owner cannot reach."""
    return instance / "audit_heads"


def start_nightly() -> None:
    """Write tonight's job once, after 02:00 Bangkok time; a night that was missed is made up at the next start."""
    now = real_now()
    key = f"{KIND}-{bangkok_day(now - timedelta(hours=NIGHT_HOUR))}"
    with reading(NATION) as session:
        known = session.scalar(sa.select(Job.id).where(Job.key == key)) is not None
    if not known:
        with transaction(ROBOT) as session:
            jobs.add(session, KIND, key, {}, actor=ROBOT)


def run(_payload: dict[str, Any], lease: Lease) -> None:
    """Seal under a lease (the handler of KIND)."""
    seal(heads_folder(instance_dir(os.environ)), guard=lease.guard)


def seal(heads: Path, *, guard: Callable[[Session], None] | None = None, rows_per_block: int = ROWS_PER_BLOCK) -> int:
    """Seal every settled row that has no seal yet, write the head into `heads`, and return how many blocks were added.

    One transaction a block, which `guard` opens: killed anywhere, the next call goes on; twice is as good as once, and
    of two at the same time each block is written by one. Raises TimeoutError while a transaction that may still
    insert a lower id does not end; nothing is sealed then.
    """
    settled, added = settled_id(), 0
    while True:
        previous = _last_block()
        if previous is not None and previous.last_id >= settled or not settled:
            break
        added += _add_block(previous, settled, rows_per_block, guard)
    if previous is not None:
        _export(previous, heads)
    return added


def verify(heads: Path) -> Verdict:
    """Compare every sealed row, the chain of blocks and the exported heads with each other; changes nothing."""
    faults: list[str] = []
    previous = None
    known: dict[int, str] = {}
    with db.engine.connect() as connection:
        if connection.scalar(sa.select(sa.func.count()).where(_event.c.id < 1)):
            faults.append("before block 1: rows with ids below 1")
        blocks = connection.execute(sa.select(_block).order_by(_block.c.last_id)).all()
        for block in blocks:
            faults += _faults_of(connection, block, previous)
            known[block.last_id] = block.sha256
            previous = block
        last_id = previous.last_id if previous is not None else 0
        unsealed = connection.scalar(sa.select(sa.func.count()).where(_event.c.id > last_id)) or 0
    for name, head in _exported(heads):
        if known.get(head["last_id"]) != head["sha256"]:
            faults.append(
                f"{name}: its head at id {head['last_id']} is not in the chain; a block was removed or rewritten"
            )
    return Verdict(len(blocks), last_id, unsealed, tuple(faults))


def settled_id(patience: float = PATIENCE_SECONDS) -> int:
    """The highest audit id below which no row can appear any more; 0 for an empty trail.

    SQLite has one writer, so ids become visible in their order. PostgreSQL gives an id when a row is inserted and shows
    the row at the commit, perhaps minutes after a higher one. Whoever inserts holds a ROW EXCLUSIVE lock on the table,
    taken before the id and kept to the end of the transaction (PostgreSQL manual 13.3.1). So: read the highest id, then
    list the holders; once these have ended, every id up to it is there or will never be. Later ones take higher ids and
    nobody is kept waiting, neither by us nor by a long round. Raises TimeoutError after `patience` seconds.
    """
    with db.engine.connect() as connection:
        found = int(connection.scalar(sa.select(sa.func.max(_event.c.id))) or 0)
        if connection.dialect.name == "sqlite":
            return found
        holders, until = _inserting(connection), time.monotonic() + patience
        while holders & _inserting(connection):
            if time.monotonic() > until:
                raise TimeoutError("a transaction that writes to the audit trail does not end")
            time.sleep(0.1)
        return found


def _inserting(connection: sa.Connection) -> set[str]:
    query = (
        "SELECT virtualtransaction FROM pg_locks WHERE granted AND mode = 'RowExclusiveLock' "
        "AND relation = 'audit_event'::regclass "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return set(connection.scalars(sa.text(query)))


def _last_block(session: Session | None = None) -> Any:
    query = sa.select(_block).order_by(_block.c.last_id.desc()).limit(1)
    if session is not None:
        return session.execute(query).first()
    with db.engine.connect() as connection:
        return connection.execute(query).first()


def _add_block(previous: Any, settled: int, size: int, guard: Callable[[Session], None] | None) -> int:
    """Hash outside, write inside: settled rows never change, and SQLite's one writer is wanted by others."""
    first = previous.last_id + 1 if previous is not None else 1
    before = previous.sha256 if previous is not None else None
    nth = sa.select(_event.c.id).where(_event.c.id.between(first, settled)).order_by(_event.c.id)
    with db.engine.connect() as connection:
        last = connection.scalar(nth.offset(size - 1).limit(1)) or settled
        digest = _digest(connection, first, last, before)
    values = {"first_id": first, "last_id": last, "sha256": digest, "previous_sha256": before, "sealed_at": real_now()}
    with transaction(ROBOT) as session:
        if guard is not None:
            guard(session)
        if db.dialect == "postgresql":
            session.execute(sa.text("LOCK TABLE audit_block IN EXCLUSIVE MODE"))
        newest = _last_block(session)
        if (newest.last_id if newest is not None else 0) != first - 1:
            return 0
        session.execute(sa.insert(_block).values(**values))
    return 1


def _digest(connection: sa.Connection, first: int, last: int, previous: str | None) -> str:
    """sha256 over one line of JSON for the block's place in the chain and one for each of its rows."""
    seal = hashlib.sha256(_line(["audit-block-1", first, last, previous]))
    query = sa.select(*_SEALED).where(_event.c.id.between(first, last)).order_by(_event.c.id)
    for row in connection.execution_options(yield_per=1_000).execute(query):
        seal.update(_line(list(row)))
    return seal.hexdigest()


def _line(values: list[Any]) -> bytes:
    plain = [v.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(v, datetime) else v for v in values]
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _faults_of(connection: sa.Connection, block: Any, previous: Any) -> Iterator[str]:
    name = f"block {block.id} (ids {block.first_id} to {block.last_id})"
    first, before = (previous.last_id + 1, previous.sha256) if previous is not None else (1, None)
    if (block.first_id, block.previous_sha256) != (first, before):
        yield f"{name}: does not follow the block before it; a block was removed or rewritten"
    if _digest(connection, block.first_id, block.last_id, block.previous_sha256) != block.sha256:
        yield f"{name}: a row was changed, removed or inserted"


def _export(block: Any, heads: Path) -> None:
    """Append the head to today's file unless it ends with it; a line is one write, so it stands whole or not at all."""
    head = {"block": block.id, "last_id": block.last_id, "sha256": block.sha256}
    head["sealed_at"] = block.sealed_at.astimezone(BANGKOK).isoformat()
    heads.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = heads / f"{bangkok_day(real_now())}.json"
    written = file.read_bytes() if file.exists() else b""
    line = json.dumps(head).encode() + b"\n"
    if written.endswith(line):
        return
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    with open(file, "ab", opener=lambda path, _flags: os.open(path, flags, 0o600), buffering=0) as handle:
        handle.write(line if not written or written.endswith(b"\n") else b"\n" + line)
        os.fsync(handle.fileno())
    log.info("the audit trail is sealed up to id %s: %s", block.last_id, block.sha256)


def _exported(heads: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every head that was exported, with the name of its file; a line that a power cut tore is passed over."""
    for file in sorted(heads.glob("*.json")) if heads.exists() else ():
        for line in file.read_text("utf-8").splitlines():
            try:
                head = json.loads(line)
                yield file.name, {"last_id": head["last_id"], "sha256": head["sha256"]}
            except (ValueError, TypeError, KeyError):
                continue
