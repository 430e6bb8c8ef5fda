"""ไฟล์โอนเงิน: the text file of a paid-out run for the bank, the same bytes each time, its hash kept with the run (spec 8.3)."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.bank_accounts import Transfer, transfer_file
from app.domain.errors import Conflict, WrongState
from app.domain.payment_runs import RunStatus
from app.domain.powers import Power
from app.models.payment_run import BankFileTaking, PaymentRun, TransferStatement
from app.services.audit import record
from app.services.clock import business_now
from app.services.money.own_rows import own_row
from app.services.officers import officer_names
from app.services.transaction import transaction

CODE_LENGTH = 8
_statement = TransferStatement.__table__


@dataclass(frozen=True)
class Taking:
    """Who took the file of a run, by his name, and when."""

    taken_by: str
    taken_at: datetime


def take(run_id: int, seen: int, *, actor: Actor) -> tuple[bytes, str]:
    """The file of a paid-out run and the name to give it; who took it is written down.

    `seen` is how often it had been taken when the officer asked: a bank that gets it twice pays twice. Raises
    NotFound('RUN_NOT_FOUND'), WrongState('RUN_STATE'), Conflict('FILE_TAKEN') where somebody took it meanwhile,
    Conflict('FILE_CHANGED') where it is not what was released.
    """
    actor.require(Power.PAY_CLAIM)
    with transaction(actor) as session:
        run = own_row(session, PaymentRun, run_id, None, "RUN_NOT_FOUND")
        before = takings(session, run.id)
        if len(before) != seen:
            last = before[-1] if before else None
            who, at = (last.taken_by, last.taken_at) if last else ("", None)
            raise Conflict("FILE_TAKEN", run_no=run.run_no, taken_by=who, taken_at=at)
        if run.status is not RunStatus.RELEASED or run.file_sha256 is None:
            raise WrongState("RUN_STATE", run_no=run.run_no, status=run.status)
        content = written(session, run)
        if not hmac.compare_digest(hash_of(content), run.file_sha256):
            raise Conflict("FILE_CHANGED", run_no=run.run_no)
        session.add(
            BankFileTaking(
                run_id=run.id, taken_by_id=actor.user_id, taken_by=actor.name, taken_at=business_now(session)
            )
        )
        record(session, actor, "take_bank_file", "payment_run", run.id, detail={"before": len(before)})
        return content, f"{run.run_no}_{run.transfer_on:%Y%m%d}.txt"


def takings(session: Session, run_id: int) -> Sequence[Taking]:
    """Who took the file of a run, the first one first."""
    query = sa.select(BankFileTaking).where(BankFileTaking.run_id == run_id)
    rows = session.scalars(query.order_by(BankFileTaking.id)).all()
    names = officer_names(session, (one.taken_by_id for one in rows))
    return [Taking(names.get(one.taken_by_id) or one.taken_by, one.taken_at) for one in rows]


def written(session: Session, run: PaymentRun) -> bytes:
    """The file of a run: a transfer for each agency that gets money, in the order of their codes.

    The codes are those of the run, at the end of each statement's number: an agency may have another one since.
    """
    columns: tuple[Any, ...] = (
        _statement.c.statement_no, _statement.c.bank_code, _statement.c.account_no, _statement.c.account_name,
        _statement.c.satang - _statement.c.set_off,
    )  # fmt: skip
    query = sa.select(*columns).where(_statement.c.run_id == run.id, _statement.c.satang > _statement.c.set_off)
    rows = session.execute(query.order_by(_statement.c.statement_no))
    transfers = (Transfer(number, number[-CODE_LENGTH:], *rest) for number, *rest in rows)
    return transfer_file(run.run_no, run.transfer_on, transfers)


def hash_of(content: bytes) -> str:
    """Under which the page shows the file."""
    return hashlib.sha256(content).hexdigest()
