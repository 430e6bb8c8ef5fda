"""หักเงินคืน: refunds that an agency wants kept back from its next transfer, by the run that pays it (docs/money.md).

Neither seed nor law keeps anything back by itself: only what the agency chose so, and somebody else confirmed, is.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain.actor import Actor, Scope
from app.domain.ledger import EntryKind, entry
from app.domain.powers import Power
from app.domain.refunds import RefundMethod, RefundStatus
from app.models.claim import ReceiptClaim
from app.models.dialects import lock_rows, take_ids
from app.models.ledger import LedgerEntry
from app.models.payment_run import PaymentRun, RefundSetOff, TransferStatement
from app.models.refund import RefundRequest
from app.models.scoping import in_scope
from app.rules.refund_statuses import EXPECTED
from app.services.audit import record_many
from app.services.money.given_back import free_receipts
from app.services.transaction import reading

_refund, _statement = RefundRequest.__table__, TransferStatement.__table__
_REST = _refund.c.amount - _refund.c.kept_back
# Waits to be kept back: chosen so, confirmed, and not all of it kept back yet.
_WAITS = sa.and_(_refund.c.method == RefundMethod.SET_OFF, _refund.c.status.in_(EXPECTED), _REST > 0)


@dataclass(frozen=True)
class Share:
    """What is kept back of one refund by one statement; satang, `is_all` where nothing of it is left."""

    refund_id: int
    claim_id: int
    agency_id: int
    statement_id: int
    satang: int
    is_all: bool


def expected(session: Session, payments: Mapping[int, int], scope: Scope) -> dict[int, int]:
    """What would be kept back now of these payments (satang by agency), never more than each."""
    query = sa.select(_refund.c.agency_id, sa.func.sum(_REST)).where(_WAITS, in_scope(_refund.c.agency_id, scope))
    waits = {agency: int(satang) for agency, satang in session.execute(query.group_by(_refund.c.agency_id))}
    return {agency: min(waits[agency], satang) for agency, satang in payments.items() if agency in waits}


def take(session: Session, run: PaymentRun, officer: Actor, now: datetime) -> int:
    """Keep back what waits from what the run paid to each agency, the oldest confirmation first; returns satang in all.

    Each share has its ledger entry; a refund of which nothing is left is received, the rest of another one waits for the
    next run. Whoever wrote a refund is not who keeps it back. In the transaction that ends the run.
    """
    shares = list(_shared_out(_due(session, run, officer)))
    if shares:
        _post(session, shares, officer, run.released_at or now)
        _note(session, shares, run, officer)
        free_receipts(session, [share.claim_id for share in shares if share.is_all], actor=officer)
    return sum(share.satang for share in shares)


def of_statement(statement_id: int, *, actor: Actor) -> Sequence[RefundSetOff]:
    """What was kept back from a statement in scope, with refund and claim, in the order in which it was."""
    actor.require(Power.VIEW_CLAIMS)
    return _found(RefundSetOff.statement_id == statement_id, actor)


def of_refund(refund_id: int, *, actor: Actor) -> Sequence[RefundSetOff]:
    """Where a refund in scope was kept back, part by part."""
    actor.require(Power.VIEW_CLAIMS)
    return _found(RefundSetOff.refund_id == refund_id, actor)


def _found(which: sa.ColumnElement[bool], actor: Actor) -> Sequence[RefundSetOff]:
    claim = joinedload(RefundSetOff.refund).joinedload(RefundRequest.claim).joinedload(ReceiptClaim.patient)
    query = sa.select(RefundSetOff).options(claim, joinedload(RefundSetOff.statement)).where(which)
    with reading(actor.scope) as session:
        rows = session.scalars(query.order_by(RefundSetOff.id)).all()
        session.expunge_all()
    return rows


def _due(session: Session, run: PaymentRun, officer: Actor) -> Sequence[Any]:
    """What waits of agencies that this run pays, with its statement, held against change."""
    paid = sa.and_(_statement.c.run_id == run.id, _statement.c.agency_id == _refund.c.agency_id)
    query = (
        sa.select(
            _refund.c.id, _refund.c.claim_id, _refund.c.agency_id, _REST.label("rest"),
            _statement.c.id.label("statement_id"), _statement.c.satang,
        )
        .join(_statement, paid)
        .where(_WAITS, _statement.c.satang > 0, _refund.c.recorded_by_id.is_distinct_from(officer.user_id))
        .order_by(_statement.c.id, _refund.c.confirmed_at, _refund.c.id)
    )  # fmt: skip
    return session.execute(lock_rows(query, session)).all()


def _shared_out(due: Sequence[Any]) -> Iterator[Share]:
    """Each refund takes what is left of its statement, no more than its own rest."""
    taken: Counter[int] = Counter()
    for row in due:
        share = min(int(row.rest), int(row.satang) - taken[row.statement_id])
        if share > 0:
            taken[row.statement_id] += share
            yield Share(row.id, row.claim_id, row.agency_id, row.statement_id, share, share == row.rest)


def _post(session: Session, shares: Sequence[Share], officer: Actor, at: datetime) -> None:
    """Entries first, then the rows that name them: triggers compare both."""
    ids = take_ids(session, "ledger_entry", len(shares))
    entries, rows = [], []
    for number, share in zip(ids, shares, strict=True):
        posted = entry(EntryKind.REFUND_SET_OFF, share.satang)
        entries.append(
            {
                "id": number, "claim_id": share.claim_id, "agency_id": share.agency_id, "kind": posted.kind,
                "debit": posted.debit, "credit": posted.credit, "satang": posted.satang,
                "posted_by_id": officer.user_id, "posted_at": at,
            }
        )  # fmt: skip
        rows.append(
            {
                "statement_id": share.statement_id, "refund_id": share.refund_id, "satang": share.satang,
                "entry_id": number, "agency_id": share.agency_id,
            }
        )  # fmt: skip
    session.execute(sa.insert(LedgerEntry.__table__), entries)
    session.execute(sa.insert(RefundSetOff.__table__), rows)


def _note(session: Session, shares: Sequence[Share], run: PaymentRun, officer: Actor) -> None:
    """Say it on refunds and statements, and in the audit."""
    this = _refund.c.id == sa.bindparam("refund")
    part = {"kept_back": _refund.c.kept_back + sa.bindparam("satang"), "version": _refund.c.version + 1}
    whole = part | {
        "status": RefundStatus.MONEY_RECEIVED, "received_by_id": officer.user_id, "received_on": run.transfer_on,
        "received_no": run.run_no,
    }  # fmt: skip
    for values, is_all in ((part, False), (whole, True)):
        some = [{"refund": one.refund_id, "satang": one.satang} for one in shares if one.is_all is is_all]
        if some:
            session.execute(sa.update(_refund).where(this).values(values), some)
    sums: Counter[int] = Counter()
    for share in shares:
        sums[share.statement_id] += share.satang
    change = sa.update(_statement).where(_statement.c.id == sa.bindparam("statement"))
    session.execute(
        change.values(set_off=sa.bindparam("kept")),
        [{"statement": statement, "kept": satang} for statement, satang in sums.items()],
    )
    audits = [(one.refund_id, one.agency_id, {"run": run.id, "amount": one.satang}) for one in shares]
    record_many(session, officer, "set_off_refund", "refund_request", audits)
