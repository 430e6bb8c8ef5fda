"""What is attached to claims, by kind of paper; fixed once sent (app/services/money/papers.py)."""

from typing import BinaryIO

from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.claims import PaperKind
from app.domain.errors import WrongState
from app.domain.powers import Power
from app.models.claim import ClaimPaper, ReceiptClaim
from app.rules.claim_statuses import OPEN_TO_CLERK
from app.services.audit import record as audit
from app.services.evidence import Shelf
from app.services.money.claim_rows import own
from app.services.money.papers import Papers


def _unsent(session: Session, claim_id: int) -> ReceiptClaim:
    claim = own(session, claim_id)
    if claim.status not in OPEN_TO_CLERK:
        raise WrongState("CLAIM_STATE", claim_no=claim.claim_no, status=claim.status)
    return claim


def _note(session: Session, actor: Actor, claim: ReceiptClaim, is_new: bool) -> None:
    verb = "attach_claim_paper" if is_new else "remove_claim_paper"
    audit(session, actor, verb, "receipt_claim", claim.id, agency_id=claim.agency_id)


_PAPERS = Papers(ClaimPaper, "claim_id", "claim_paper", Power.RECORD_CLAIM, _unsent, _note)
remove, open_ = _PAPERS.remove, _PAPERS.open_


def attach(claim_id: int, kind: PaperKind, stream: BinaryIO, name: str, *, actor: Actor, shelf: Shelf) -> int:
    """Attach a file of this kind to a claim that the clerk may still write; raises as `Papers.attach`, NotFound, WrongState."""
    return _PAPERS.attach(claim_id, stream, name, actor=actor, shelf=shelf, kind=kind)
