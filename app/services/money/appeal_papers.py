"""Further receipts and other files of appeals: taken in checked and scanned, opened only in scope, fixed once sent."""

import hashlib
from typing import BinaryIO

import sqlalchemy as sa

from app.domain.actor import Actor
from app.domain.appeals import AppealStatus
from app.domain.errors import BadInput, Conflict, NotFound, WrongState
from app.domain.powers import Power
from app.models.appeal import Appeal, AppealPaper
from app.services import evidence
from app.services.audit import record as audit
from app.services.audit import record_reads
from app.services.clock import business_now
from app.services.evidence import LARGEST_ID, OpenedDocument, Shelf
from app.services.evidence_formats import SUFFIXES
from app.services.money.appeals import own
from app.services.money.claim_papers import MOST, content_of
from app.services.transaction import reading, transaction

PURPOSE = "APPEAL_PAPER"


def attach(appeal_id: int, stream: BinaryIO, name: str, *, actor: Actor, shelf: Shelf) -> int:
    """Attach a PDF, JPEG or PNG of at most 5 MB to an appeal that was not sent; raises as `claim_papers.attach`."""
    actor.require(Power.RECORD_CLAIM)
    with reading(actor.scope) as session:
        _unsent(own(session, appeal_id))
    content, media_type = evidence.checked(stream, shelf)
    digest = hashlib.sha256(content).hexdigest()
    evidence.keep(shelf.folder, digest, content)
    with transaction(actor) as session:
        appeal = own(session, appeal_id)
        _unsent(appeal)
        hashes = session.scalars(sa.select(AppealPaper.sha256).where(AppealPaper.appeal_id == appeal.id)).all()
        if digest in hashes:
            raise Conflict("PAPER_THERE", field="file")
        if len(hashes) >= MOST:
            raise BadInput("TOO_MANY_PAPERS", field="file", most=MOST)
        paper = AppealPaper(
            appeal_id=appeal.id, agency_id=appeal.agency_id, original_name=evidence.known_as(name), media_type=media_type,
            size=len(content), sha256=digest, uploaded_by_id=actor.user_id, uploaded_at=business_now(session),
        )  # fmt: skip
        session.add(paper)
        session.flush()
        audit(session, actor, "attach_appeal_paper", "appeal", appeal.id, agency_id=appeal.agency_id)
        return paper.id


def open_(paper_id: int, *, actor: Actor, shelf: Shelf) -> OpenedDocument:
    """A paper's content, the reading written down first; raises NotFound('EVIDENCE_NOT_FOUND')."""
    actor.require(Power.VIEW_CLAIMS)
    with reading(actor.scope) as session:
        paper = session.get(AppealPaper, paper_id) if 0 < paper_id <= LARGEST_ID else None
    if paper is None:
        raise NotFound("EVIDENCE_NOT_FOUND")
    content = content_of(evidence.path_of(shelf.folder, paper.sha256), paper.sha256)
    record_reads([{"object_type": "appeal_paper", "object_id": str(paper_id)}], actor=actor, purpose=PURPOSE)
    return OpenedDocument(content, paper.media_type, paper.original_name or f"{paper.id}{SUFFIXES[paper.media_type]}")


def _unsent(appeal: Appeal) -> None:
    if appeal.status is not AppealStatus.DRAFT:
        raise WrongState("APPEAL_STATE", appeal_no=appeal.appeal_no, status=appeal.status)
