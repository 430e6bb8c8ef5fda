"""What all verbs on claims share: the row in scope and unchanged, the line of the table of states, the step told later."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session, joinedload

from app.domain.actor import Actor
from app.domain.claims import ClaimReason, ClaimStatus, ClaimVerb
from app.domain.errors import WrongState
from app.models.claim import ClaimPaper, ClaimStep, ReceiptClaim
from app.rules.claim_statuses import TABLE
from app.rules.status_tables import Line
from app.services.audit import record as audit
from app.services.money.own_rows import own_row

SENT = (
    "claim_no", "patient_id", "name_on_receipt", "hospital_id", "private_unit", "patient_type", "served_on", "discharged_on",
    "receipt_no", "receipt_on", "total", "claimable",
)  # fmt: skip


def own(session: Session, claim_id: int, seen_version: int | None = None) -> ReceiptClaim:
    """The claim, locked, with patient and hospital. Raises NotFound('CLAIM_NOT_FOUND'), Conflict('STALE')."""
    return own_row(session, ReceiptClaim, claim_id, seen_version, "CLAIM_NOT_FOUND")


def with_names() -> tuple[object, ...]:
    """Loader options for what pages show of a claim."""
    return joinedload(ReceiptClaim.patient), joinedload(ReceiptClaim.hospital), joinedload(ReceiptClaim.agency)


def line(claim: ReceiptClaim, verb: ClaimVerb, actor: Actor) -> Line[ClaimStatus, ClaimVerb]:
    """The line of the table for this act. Raises NotAllowed('POWER_MISSING'), WrongState('CLAIM_STATE')."""
    found = TABLE.line(claim.status, verb)
    if found is None:
        raise WrongState("CLAIM_STATE", claim_no=claim.claim_no, status=claim.status)
    actor.require(found.power)
    return found


def move(
    session: Session,
    claim: ReceiptClaim,
    step: Line[ClaimStatus, ClaimVerb],
    *,
    actor: Actor,
    now: datetime,
    amount: int | None = None,
    reason: ClaimReason | None = None,
    note: str | None = None,
    frozen: dict[str, Any] | None = None,
) -> None:
    """Bring the claim to its new state and note the act on its page; `frozen` is kept with its hash."""
    claim.status = step.to
    session.flush()
    session.add(
        ClaimStep(
            claim_id=claim.id, agency_id=claim.agency_id, verb=step.verb, status=step.to, by_name=actor.name, at=now,
            amount=amount, reason=reason, note=note, frozen=frozen, sha256=None if frozen is None else sealed(frozen),
        )
    )  # fmt: skip


def as_sent(claim: ReceiptClaim, papers: Sequence[ClaimPaper]) -> dict[str, Any]:
    """What the claim says when it is sent, and the hashes of what is attached: kept as it was, whatever is written later."""
    told: dict[str, Any] = {name: getattr(claim, name) for name in SENT}
    told = {name: str(value) if isinstance(value, date) else value for name, value in told.items()}
    return told | {"papers": [{"kind": one.kind, "name": one.original_name, "sha256": one.sha256} for one in papers]}


def sealed(frozen: dict[str, Any]) -> str:
    """The hash of a frozen copy."""
    return hashlib.sha256(json.dumps(frozen, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def record(session: Session, actor: Actor, verb: str, kind: str, claim: ReceiptClaim, **detail: object) -> None:
    """Write the act into the audit trail, by one of the words of app/views/audit_words.py; amounts in satang."""
    audit(session, actor, verb, kind, claim.id, agency_id=claim.agency_id, detail=detail or None)
