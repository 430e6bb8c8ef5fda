"""Runs a processing round: started once, carried chunk by chunk, finished when no approval is left (decisions 4, 5)."""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.actor import NATION
from app.domain.clock import real_now
from app.domain.errors import PortalError, WrongState
from app.domain.people import RequestStatus, RoundStatus
from app.models.change_request import ChangeRequest
from app.models.chunking import chunk_pause, chunk_seconds, chunk_sizes
from app.models.database import db
from app.models.dialects import lock_rows
from app.models.job import Job
from app.models.processing_round import ProcessingRound
from app.rules.rounds import run_instant
from app.services import jobs, round_ledger
from app.services.audit import record as audit
from app.services.clock import business_now
from app.services.leases import Lease
from app.services.round_chunks import ROBOT, Chunk, carry, refuse
from app.services.round_ledger import Summed
from app.services.round_order import halves, order_of
from app.services.round_plan import plan, start_due
from app.services.scheme_rounds import settle
from app.services.transaction import reading, transaction

LOOK_AGAIN_SECONDS = 0.2
log = logging.getLogger(__name__)


def run(payload: dict[str, Any], lease: Lease, *, shortcut: bool = True) -> None:
    """Run the round `payload["round_id"]` to its end, going on where an earlier attempt was cut off.

    Raises WrongState('ROUND_NOT_DUE' or 'OLDER_ROUND_UNFINISHED'), Fenced. Without `shortcut` every request is judged by the
    Python rules; the outcome must be the same.
    """
    round_id = int(payload["round_id"])
    run_at = _start(round_id, lease)
    total, left = _counts(round_id)
    while run_at and left:
        _carry_all(Chunk(round_id, run_at, shortcut=shortcut), lease, total, left)
        total, left = _counts(round_id)
    lease.progress(total, total)  # also when an earlier attempt was cut off between its last chunk and this line
    if run_at:
        settle(round_id, run_at, lease)
        _finish(round_id, lease, _summed(round_id))


def run_due() -> Iterator[ProcessingRound]:
    """Plan and run every due round in this process, oldest first, and yield each when it is done; needs no queue.

    Goes through the same job rows as the workers do, and waits where one of them is at work already. Raises
    WrongState('ROUND_FAILED', error) when an attempt failed; the ticker will try again.
    """
    while True:
        now = business_now()
        plan(now)
        with transaction(ROBOT) as session:
            job = start_due(session, now)
        if job is None:
            return
        mine = jobs.run(job.id, job.attempt)
        with reading(NATION) as session:
            found = session.get_one(ProcessingRound, job.payload["round_id"])
            error = session.get_one(Job, job.id).error
        if found.status is RoundStatus.DONE:
            yield found
        elif mine:
            raise WrongState("ROUND_FAILED", round=found.id, error=error)
        else:
            jobs.recover()
            time.sleep(LOOK_AGAIN_SECONDS)


def _start(round_id: int, lease: Lease) -> datetime | None:
    """The round's `run_at`, set now if nobody has started it; None when it is done already."""
    with transaction(ROBOT) as session:
        lease.guard(session)
        found = _locked(session, round_id)  # waits for the approvals that are being written into it
        if found.status is RoundStatus.DONE:
            return None
        if found.status is RoundStatus.RUNNING:
            return found.run_at
        now = business_now(session)
        if now < found.scheduled_at:
            raise WrongState("ROUND_NOT_DUE", round=round_id)
        older = sa.select(ProcessingRound.id).where(
            ProcessingRound.scheduled_at < found.scheduled_at, ProcessingRound.status != RoundStatus.DONE
        )
        if session.execute(older.limit(1)).first() is not None:
            raise WrongState("OLDER_ROUND_UNFINISHED", round=round_id)
        run_at = run_instant(found.scheduled_at, now)
        begun = {"run_at": run_at, "begun_at": real_now()}
        _change(session, round_id, RoundStatus.PLANNED, status=RoundStatus.RUNNING, **begun)
        audit(session, ROBOT, "start_round", "processing_round", round_id, detail={"run_at": run_at.isoformat()})
        return run_at


def _carry_all(whole: Chunk, lease: Lease, total: int, left: int) -> None:
    """Carry the round family by family, in chunks that keep nobody else from writing for long."""
    least, most = chunk_sizes(db.dialect)
    with reading(NATION) as session:
        order = order_of(session, whole.round_id)
    size, place, held = least, 0, 0.0
    while ids := order.cut(place, size):
        begun = time.monotonic()
        left -= _carry(replace(whole, ids=ids), lease)
        spent = max(time.monotonic() - begun, 0.001)
        held, fitting = held + spent, len(ids) * chunk_seconds(db.dialect) / spent
        size, place = max(least, min(int(fitting), 2 * size, most)), place + len(ids)
        if place < len(order):
            lease.progress(total - left, total)
            if held > chunk_seconds(db.dialect) / 2:  # others wait no longer than for a chunk of full size
                time.sleep(chunk_pause(db.dialect))
                held = 0.0


def _carry(chunk: Chunk, lease: Lease) -> int:
    """Carry a chunk and return its requests; where the database refuses a row, halve it until that row stands alone."""
    try:
        with transaction(ROBOT) as session:
            lease.guard(session)
            return carry(session, chunk)
    except PortalError as refused:
        if not isinstance(refused.__cause__, IntegrityError):
            raise
        if chunk.careful:  # no check foresaw it: these requests go back, and the round goes on for everybody else
            log.exception("round %s: the database refuses requests %s", chunk.round_id, chunk.ids)
            with transaction(ROBOT) as session:
                lease.guard(session)
                return refuse(session, chunk)
        return sum(_carry(part, lease) for part in _halves(chunk))


def _halves(chunk: Chunk) -> list[Chunk]:
    with reading(NATION) as session:
        parts = halves(session, chunk.ids)
    return [replace(chunk, ids=part, careful=len(parts) == 1) for part in parts]


def _summed(round_id: int) -> Summed:
    """Read outside the last transaction: nobody changes the ledger any more, and others may write meanwhile."""
    with reading(NATION) as session:
        return round_ledger.sum_up(session, round_id)


def _finish(round_id: int, lease: Lease, summed: Summed) -> None:
    with transaction(ROBOT) as session:
        lease.guard(session)
        if _by_status(session, round_id).get(RequestStatus.APPROVED):  # the standing check: a DONE round holds none
            raise WrongState("APPROVED_LEFT", round=round_id)
        # Of the ledger: a clerk may have taken up what failed in an early chunk already.
        effective, errors = summed.of(RequestStatus.EFFECTIVE), summed.of(RequestStatus.ROUND_ERROR)
        now = business_now(session)
        _change(
            session, round_id, RoundStatus.RUNNING, status=RoundStatus.DONE, finished_at=now,
            effective_count=effective, error_count=errors,
        )  # fmt: skip
        begun_at = session.get_one(ProcessingRound, round_id).begun_at or real_now()
        round_ledger.seal(session, round_id, summed, begun_at)
        detail = {"effective": effective, "errors": errors, "sha256": summed.sha256}
        audit(session, ROBOT, "finish_round", "processing_round", round_id, detail=detail)
        start_due(session, now)


def _locked(session: Session, round_id: int) -> ProcessingRound:
    return session.scalars(lock_rows(sa.select(ProcessingRound).where(ProcessingRound.id == round_id), session)).one()


def _change(session: Session, round_id: int, before: RoundStatus, **values: Any) -> None:
    table = ProcessingRound.__table__
    changed = session.execute(sa.update(table).where(table.c.id == round_id, table.c.status == before).values(**values))
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise WrongState("ROUND_NOT_" + before.value, round=round_id)


def _by_status(session: Session, round_id: int) -> dict[RequestStatus, int]:
    query = sa.select(ChangeRequest.status, sa.func.count()).where(ChangeRequest.round_id == round_id)
    return {status: count for status, count in session.execute(query.group_by(ChangeRequest.status))}


def _counts(round_id: int) -> tuple[int, int]:
    with reading(NATION) as session:
        counts = _by_status(session, round_id)
    return sum(counts.values()), counts.get(RequestStatus.APPROVED, 0)
