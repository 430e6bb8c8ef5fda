"""What is attached to claims: taken in checked and scanned like all evidence, opened only in scope, fixed once sent."""

import hashlib
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.claims import PaperKind
from app.domain.errors import BadInput, Conflict, NotFound, WrongState
from app.domain.powers import Power
from app.models.claim import ClaimPaper, ReceiptClaim
from app.rules.claim_statuses import OPEN_TO_CLERK
from app.services import evidence
from app.services.audit import record as audit
from app.services.audit import record_reads
from app.services.clock import business_now
from app.services.evidence import LARGEST_ID, OpenedDocument, Shelf
from app.services.evidence_formats import SUFFIXES
from app.services.money.claim_rows import own
from app.services.transaction import reading, transaction

MOST = 20  # files on one claim
PURPOSE = "CLAIM_PAPER"


def attach(claim_id: int, kind: PaperKind, stream: BinaryIO, name: str, *, actor: Actor, shelf: Shelf) -> int:
    """Attach a PDF, JPEG or PNG of at most 5 MB to a claim that the clerk may still write; returns the paper's id.

    Raises what `evidence.store` raises of a file, BadInput('TOO_MANY_PAPERS'), Conflict('PAPER_THERE'), NotFound,
    WrongState('CLAIM_STATE').
    """
    actor.require(Power.RECORD_CLAIM)
    with reading(actor.scope) as session:
        _open_to_clerk(own(session, claim_id))
    content, media_type = evidence.checked(stream, shelf)
    digest = hashlib.sha256(content).hexdigest()
    evidence.keep(shelf.folder, digest, content)
    with transaction(actor) as session:
        claim = own(session, claim_id)
        _open_to_clerk(claim)
        hashes = session.scalars(sa.select(ClaimPaper.sha256).where(ClaimPaper.claim_id == claim.id)).all()
        if digest in hashes:
            raise Conflict("PAPER_THERE", field="file")
        if len(hashes) >= MOST:
            raise BadInput("TOO_MANY_PAPERS", field="file", most=MOST)
        paper = ClaimPaper(
            claim_id=claim.id, agency_id=claim.agency_id, kind=kind, original_name=evidence.known_as(name),
            media_type=media_type, size=len(content), sha256=digest, uploaded_by_id=actor.user_id,
            uploaded_at=business_now(session),
        )  # fmt: skip
        session.add(paper)
        session.flush()
        audit(session, actor, "attach_claim_paper", "receipt_claim", claim.id, agency_id=claim.agency_id)
        return paper.id


def remove(paper_id: int, *, actor: Actor) -> int:
    """Take a paper off a claim that was not sent yet; returns the claim's id.

    Raises NotFound('EVIDENCE_NOT_FOUND'), WrongState('CLAIM_STATE').
    """
    actor.require(Power.RECORD_CLAIM)
    with transaction(actor) as session:
        paper = _paper(session, paper_id)
        claim = own(session, paper.claim_id)
        _open_to_clerk(claim)
        session.delete(paper)
        session.flush()
        audit(session, actor, "remove_claim_paper", "receipt_claim", claim.id, agency_id=claim.agency_id)
        return claim.id


def open_(paper_id: int, *, actor: Actor, shelf: Shelf) -> OpenedDocument:
    """A paper's content; the reading is written down before it is given.

    Raises NotFound('EVIDENCE_NOT_FOUND') outside the scope and for a file that is gone or not what was uploaded.
    """
    actor.require(Power.VIEW_CLAIMS)
    with reading(actor.scope) as session:
        paper = _paper(session, paper_id)
    content = content_of(evidence.path_of(shelf.folder, paper.sha256), paper.sha256)
    record_reads([{"object_type": "claim_paper", "object_id": str(paper_id)}], actor=actor, purpose=PURPOSE)
    return OpenedDocument(
        content, paper.media_type, paper.original_name or f"{paper.kind}-{paper.id}{SUFFIXES[paper.media_type]}"
    )


def _paper(session: Session, paper_id: int) -> ClaimPaper:
    found = session.get(ClaimPaper, paper_id) if 0 < paper_id <= LARGEST_ID else None
    if found is None:
        raise NotFound("EVIDENCE_NOT_FOUND")
    return found


def content_of(path: Path, digest: str) -> bytes:
    """The file with this hash; raises NotFound for one that is gone or not what was uploaded."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound("EVIDENCE_NOT_FOUND") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise NotFound("EVIDENCE_NOT_FOUND")
    return content


def _open_to_clerk(claim: ReceiptClaim) -> None:
    if claim.status not in OPEN_TO_CLERK:
        raise WrongState("CLAIM_STATE", claim_no=claim.claim_no, status=claim.status)
