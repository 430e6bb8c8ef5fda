"""The job that pays a released run out: each line once, with its ledger entry, in chunks that a kill leaves whole or undone."""

import time
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION, Actor
from app.domain.appeals import AppealStatus
from app.domain.claims import ClaimStatus, ClaimVerb, RightGone
from app.domain.errors import Conflict
from app.domain.ledger import EntryKind, entry
from app.domain.payment_runs import LineOutcome, RunStatus
from app.models.appeal import Appeal
from app.models.chunking import chunk_pause
from app.models.claim import ClaimStep, ReceiptClaim
from app.models.database import db
from app.models.dialects import lock_rows, take_ids
from app.models.ledger import LedgerEntry
from app.models.payment_run import PaymentRun, TransferLine, TransferStatement
from app.services.audit import record, record_many
from app.services.clock import business_now
from app.services.leases import Lease
from app.services.money import bank_files, set_offs
from app.services.money.rights_now import lost
from app.services.money.runs import KIND, add_up
from app.services.money.signers import signed
from app.services.transaction import reading, transaction

AT_ONCE = 500
_LINE_CODES = {
    RightGone.RECEIPT_HELD: "LINE_RECEIPT_HELD", RightGone.RECEIPTS_SHORT: "LINE_RECEIPTS_SHORT",
}  # fmt: skip
_line, _claim, _appeal = TransferLine.__table__, ReceiptClaim.__table__, Appeal.__table__
_DUE = (
    sa.select(
        _line.c.id, _line.c.claim_id, _line.c.appeal_id, _line.c.satang, _line.c.agency_id,
        _claim.c.status, _claim.c.approved, _claim.c.decided_by_id, _claim.c.signed_by_id,
        _appeal.c.status.label("appeal_status"), _appeal.c.additional, _appeal.c.paid_on.label("appeal_paid_on"),
        _appeal.c.decided_by_id.label("appeal_decided_by_id"), _appeal.c.signed_by_id.label("appeal_signed_by_id"),
    )
    .join(_claim, _claim.c.id == _line.c.claim_id)
    .outerjoin(_appeal, _appeal.c.id == _line.c.appeal_id)
)  # fmt: skip


def run(payload: dict[str, Any], lease: Lease) -> None:
    """Pay what still waits of one run (the handler of KIND), in the name of who released it. Raises Fenced.

    A line whose claim is not what it was when the run was made is refused with its reason and paid nothing.
    """
    run_id = int(payload["run_id"])
    officer = Actor(str(payload["officer"]), NATION, user_id=int(payload["officer_id"]))
    of_run = _line.c.run_id == run_id
    waits = sa.and_(of_run, _line.c.outcome == LineOutcome.WAITS)
    with reading(NATION) as session:
        total = session.execute(sa.select(sa.func.count()).where(of_run, _line.c.outcome != LineOutcome.LEFT)).scalar()
    while True:
        with reading(NATION) as session:
            ids = (
                session.execute(sa.select(_line.c.id).where(waits).order_by(_line.c.id).limit(AT_ONCE)).scalars().all()
            )
            left = session.execute(sa.select(sa.func.count()).where(waits)).scalar() or 0
        lease.progress((total or 0) - left, total)
        if not ids:
            break
        _pay(ids, run_id, officer, lease)
        time.sleep(chunk_pause(db.dialect))
    _finish(run_id, officer, lease)


def _pay(ids: Sequence[int], run_id: int, officer: Actor, lease: Lease) -> None:
    with transaction(officer) as session:
        lease.guard(session)
        now, of = business_now(session), session.get_one(PaymentRun, run_id)
        rows = _held(session, ids)
        why = lost(session, [(row.claim_id, row.appeal_id) for row in rows])
        his = signed(session, {row.claim_id for row in rows if row.appeal_id is None}, officer)
        refused = {
            row.id: code
            for row in rows
            if (code := _why_not(row, officer, why.get((row.claim_id, row.appeal_id)), his))
        }
        good = [row for row in rows if row.id not in refused]
        claims = [row for row in good if row.appeal_id is None]
        appeals = [row for row in good if row.appeal_id is not None]
        paid = {"paid_by_id": officer.user_id, "paid_on": of.transfer_on, "transfer_no": of.run_no}
        _change(session, _claim, [row.claim_id for row in claims], paid | {"status": ClaimStatus.PAID})
        _change(session, _appeal, [row.appeal_id for row in appeals], paid)
        _tell(session, claims, of.run_no, officer, now)
        _settle(
            session, _post(session, good, officer, of.released_at or now), refused
        )  # the year is that of the release
        for verb, kind, some in (
            (
                "pay_claim",
                "receipt_claim",
                [(row.claim_id, row.agency_id, {"run": run_id, "amount": row.satang}) for row in claims],
            ),
            (
                "pay_appeal",
                "appeal",
                [(row.appeal_id, row.agency_id, {"run": run_id, "amount": row.satang}) for row in appeals],
            ),
        ):
            if some:
                record_many(session, officer, verb, kind, some)


def _held(session: Session, ids: Sequence[int]) -> Sequence[Any]:
    """The lines with their claims and appeals, which nobody else changes before the commit."""
    mine = _line.c.id.in_(ids)
    for table, column in ((_claim, _line.c.claim_id), (_appeal, _line.c.appeal_id)):
        held = sa.select(table.c.id).where(table.c.id.in_(sa.select(column).where(mine))).order_by(table.c.id)
        session.execute(lock_rows(held, session)).all()
    return session.execute(_DUE.where(mine, _line.c.outcome == LineOutcome.WAITS).order_by(_line.c.id)).all()


def _why_not(row: Any, officer: Actor, gone: RightGone | None, his: Collection[int]) -> str:
    """Why this line cannot be paid, empty where it can: state and amount are as gathered, the right stands, others decided.

    `his`: claims that the officer signed, though another one's signature stands there now.
    """
    if row.appeal_id is None:
        as_gathered = row.status is ClaimStatus.APPROVED and row.approved == row.satang
        deciders = (row.decided_by_id, row.signed_by_id)
    else:
        as_gathered = row.appeal_status is AppealStatus.PASSED and row.appeal_paid_on is None
        as_gathered = as_gathered and row.additional == row.satang
        deciders = (row.appeal_decided_by_id, row.appeal_signed_by_id)
    if not as_gathered:
        return "LINE_CHANGED"
    if gone is not None:
        return _LINE_CODES.get(gone, "LINE_RIGHT_GONE")
    is_his = officer.user_id in deciders or (row.appeal_id is None and row.claim_id in his)
    return "PAYER_DECIDED" if is_his else ""


def _change(session: Session, table: sa.Table, ids: Sequence[int], values: Mapping[str, Any]) -> None:
    if ids:
        change = sa.update(table).where(table.c.id.in_(ids)).values(version=table.c.version + 1, **values)
        if session.execute(change).rowcount != len(ids):  # type: ignore[attr-defined]
            raise Conflict("STALE")


def _tell(session: Session, claims: Sequence[Any], run_no: str, officer: Actor, now: datetime) -> None:
    """The story of each claim."""
    common = {
        "verb": ClaimVerb.PAY, "status": ClaimStatus.PAID, "by_name": officer.name, "at": now, "note": run_no,
    }  # fmt: skip
    steps = [common | {"claim_id": one.claim_id, "agency_id": one.agency_id, "amount": one.satang} for one in claims]
    if steps:
        session.execute(sa.insert(ClaimStep.__table__), steps)


def _post(session: Session, good: Sequence[Any], officer: Actor, now: datetime) -> dict[int, int]:
    """One ledger entry for each line; returns their ids by that of the line."""
    entries = dict(zip((row.id for row in good), take_ids(session, "ledger_entry", len(good)), strict=True))
    values = []
    for row in good:
        posted = entry(EntryKind.PAYMENT, row.satang)
        values.append(
            {
                "id": entries[row.id], "claim_id": row.claim_id, "agency_id": row.agency_id, "kind": posted.kind,
                "debit": posted.debit, "credit": posted.credit, "satang": posted.satang,
                "posted_by_id": officer.user_id, "posted_at": now,
            }
        )  # fmt: skip
    if values:
        session.execute(sa.insert(LedgerEntry.__table__), values)
    return entries


def _settle(session: Session, entries: Mapping[int, int], refused: Mapping[int, str]) -> None:
    """The outcome of each line, in the transaction of what it brought about."""
    of_line = sa.update(_line).where(_line.c.id == sa.bindparam("line"))
    if entries:
        paid = of_line.values(outcome=LineOutcome.PAID, entry_id=sa.bindparam("entry"))
        session.execute(paid, [{"line": line, "entry": number} for line, number in entries.items()])
    if refused:
        refusal = of_line.values(outcome=LineOutcome.REFUSED, reason_code=sa.bindparam("code"))
        session.execute(refusal, [{"line": line, "code": code} for line, code in refused.items()])


def _finish(run_id: int, officer: Actor, lease: Lease) -> None:
    """Say what the run came to, and hand each agency its statement."""
    with transaction(officer) as session:
        lease.guard(session)
        now, of = business_now(session), session.get_one(PaymentRun, run_id)
        if of.status is not RunStatus.RELEASING:  # an earlier attempt got as far as this
            return
        of.line_count, of.satang = add_up(session, run_id, LineOutcome.PAID)
        kept_back = set_offs.take(session, of, officer, now)
        of.file_sha256 = bank_files.hash_of(bank_files.written(session, of))
        of.status, of.finished_at = RunStatus.RELEASED, now
        session.flush()
        statement = TransferStatement.__table__
        brought = sa.and_(statement.c.run_id == run_id, statement.c.line_count > 0)
        session.execute(sa.update(statement).where(brought).values(issued_at=now))
        told = {"lines": of.line_count, "satang": of.satang, "kept_back": kept_back}
        record(session, officer, "finish_run", KIND, run_id, detail=told)
