"""Posts to the ledger of claims: by kind, or as the counter-entry of what was posted; nothing is ever changed."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import ledger
from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.ledger import Entry, EntryKind, Standing
from app.models.claim import ReceiptClaim
from app.models.ledger import LedgerEntry


def post(
    session: Session, claim: ReceiptClaim, kind: EntryKind, satang: int, *, actor: Actor, now: datetime
) -> LedgerEntry:
    """Post one amount of a claim in the session's transaction.

    Raises BadInput('AMOUNT_NOT_POSITIVE'), Conflict('LEDGER_OVERDRAWN') for more than stands there.
    """
    return _write(session, claim, ledger.entry(kind, satang), actor, now)


def undo(
    session: Session, claim: ReceiptClaim, kind: EntryKind, *, actor: Actor, now: datetime, satang: int | None = None
) -> LedgerEntry:
    """Post the counter-entry of the claim's newest entry of this kind that still stands, of this amount where one is given.

    Raises NotFound('LEDGER_ENTRY').
    """
    rows = of_claim(session, claim.id)
    undone = {row.reverses_id for row in rows}
    standing = [row for row in rows if row.kind is kind and row.reverses_id is None and row.id not in undone]
    standing = [row for row in standing if satang in (None, row.satang)]
    if not standing:
        raise NotFound("LEDGER_ENTRY")
    return _write(session, claim, ledger.counter_entry(as_entry(standing[-1]), standing[-1].id), actor, now)


def undo_entry(session: Session, claim: ReceiptClaim, entry_id: int, *, actor: Actor, now: datetime) -> LedgerEntry:
    """Post the counter-entry of this very entry of the claim. Raises NotFound('LEDGER_ENTRY')."""
    found = next((row for row in of_claim(session, claim.id) if row.id == entry_id), None)
    if found is None:
        raise NotFound("LEDGER_ENTRY")
    return _write(session, claim, ledger.counter_entry(as_entry(found), found.id), actor, now)


def of_claim(session: Session, claim_id: int) -> Sequence[LedgerEntry]:
    """All entries of a claim, the oldest first."""
    return session.scalars(
        sa.select(LedgerEntry).where(LedgerEntry.claim_id == claim_id).order_by(LedgerEntry.id)
    ).all()


def standing(rows: Sequence[LedgerEntry]) -> Standing:
    """What these entries come to."""
    return ledger.standing(map(as_entry, rows))


def as_entry(row: LedgerEntry) -> Entry:
    """A row as the pure ledger knows it."""
    return Entry(row.kind, row.debit, row.credit, row.satang, row.reverses_id)


def _write(session: Session, claim: ReceiptClaim, entry: Entry, actor: Actor, now: datetime) -> LedgerEntry:
    row = LedgerEntry(
        claim_id=claim.id, agency_id=claim.agency_id, kind=entry.kind, debit=entry.debit, credit=entry.credit,
        satang=entry.satang, reverses_id=entry.reverses, posted_by_id=actor.user_id, posted_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row
