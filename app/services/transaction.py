"""The one place where the register is opened for writing, and the only commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.domain.actor import NATION, Actor, Scope
from app.domain.errors import Conflict, NotAllowed, PortalError
from app.models.database import db
from app.models.dialects import lost_a_deadlock
from app.models.scoping import SCOPE

_AFTER_COMMIT = "portal_after_commit"
_open: ContextVar[bool] = ContextVar("portal_transaction_open", default=False)


@contextmanager
def transaction(actor: Actor) -> Iterator[Session]:
    """A writing session limited to the actor's scope: committed once at the end, rolled back on any error.

    Integrity errors that the database's own rules raise become the PortalError they stand for; a row that somebody else
    changed meanwhile, or holds while he waits for one of ours, is Conflict('STALE'). Opening one inside another is a
    programming error (RuntimeError).
    """
    if _open.get():
        raise RuntimeError("a verb opened a transaction inside another verb's transaction")
    token = _open.set(True)
    session = Session(db.writer, expire_on_commit=False, info={SCOPE: actor.scope})
    try:
        yield session
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise _portal_error(error) from error
    except StaleDataError as error:
        session.rollback()
        raise Conflict("STALE") from error
    except OperationalError as error:
        session.rollback()
        if lost_a_deadlock(error):
            raise Conflict("STALE") from error
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()
        _open.reset(token)
    for call in session.info.get(_AFTER_COMMIT, ()):
        call()


def after_commit(session: Session, call: Callable[[], None]) -> None:
    """Run `call` once the session's transaction has been committed; never when it was rolled back."""
    session.info.setdefault(_AFTER_COMMIT, []).append(call)


@contextmanager
def reading(scope: Scope) -> Iterator[Session]:
    """A session that only reads, limited to `scope`; for jobs, commands and tests."""
    session = Session(db.engine, info={SCOPE: scope})
    try:
        yield session
    finally:
        session.close()


@contextmanager
def widened(session: Session) -> Iterator[Session]:
    """A second session on the same transaction that sees the nation.

    Only the four named crossings and the verbs' own checks of law use it (a guard reads the source); what it finds leaves
    the service as narrow records.
    """
    wide = Session(session.connection(), info={SCOPE: NATION}, join_transaction_mode="create_savepoint")
    try:
        yield wide
    finally:
        wide.close()


def _portal_error(error: IntegrityError) -> PortalError:
    text = str(error.orig)
    if "FOUR_EYES" in text:
        return NotAllowed("FOUR_EYES", citation="spec 7, Q19")
    for code, mark in (
        ("OWN_RIGHT_OVERLAP", "ex_entitlement_own"),
        ("SAME_RIGHT_OVERLAP", "ex_entitlement_same"),
        ("ALREADY_PENDING", "asked_right"),
        ("ROUND_STARTED", "ROUND_STARTED"),
        ("RECEIPT_ALREADY_CLAIMED", "uq_claimed_receipt_held"),
        ("RECEIPT_ALREADY_CLAIMED", "claimed_receipt.receipt_key"),  # how SQLite names that index
        ("APPEAL_OPEN", "uq_appeal_open"),
        ("APPEAL_OPEN", "appeal.claim_id"),
        ("ACCOUNT_WAITS", "uq_agency_account_open"),
        ("ACCOUNT_WAITS", "agency_account.agency_id"),
        ("IN_PAYMENT_RUN", "uq_transfer_line"),
        ("IN_PAYMENT_RUN", "transfer_line.claim_id"),
        ("IN_PAYMENT_RUN", "transfer_line.appeal_id"),
        ("REFUND_OVER_PAID", "REFUND_OVER_PAID"),
        ("LEDGER_ACCOUNTS", "LEDGER_ACCOUNTS"),
        ("LEDGER_COUNTER", "LEDGER_COUNTER"),
        ("LEDGER_OVERDRAWN", "LEDGER_OVERDRAWN"),
        ("FROZEN", "FROZEN"),
        ("NO_DELETE", "NO_DELETE"),
        ("APPEND_ONLY", "APPEND_ONLY"),
    ):
        if code in text or mark in text:
            return Conflict(code)
    return Conflict("ALREADY_EXISTS" if "unique" in text.lower() else "INTEGRITY")
