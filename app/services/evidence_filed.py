"""What has been filed for people: documents of earlier requests to be used again, and those that were not accepted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.people import EvidenceFault, RequestStatus
from app.domain.powers import Power
from app.models.change_request import ChangeRequest, Proposal
from app.models.evidence import EvidenceDocument, EvidenceLink
from app.services.evidence import DocumentNote, note_of
from app.services.transaction import reading

MOST_OFFERED = 60


def filed_before(national_ids: Iterable[str], *, actor: Actor) -> dict[str, list[DocumentNote]]:
    """The documents that were filed for these people in requests that were sent, newest first, within the scope.

    One that was not accepted for a request is not offered again.
    """
    actor.require(Power.RECORD_REQUEST)
    wanted = sorted({number for number in national_ids if len(number) == 13})
    if not wanted:
        return {}
    query = (
        sa.select(Proposal, EvidenceDocument, EvidenceLink)
        .join(EvidenceLink, EvidenceLink.request_id == Proposal.request_id)
        .join(EvidenceDocument, EvidenceDocument.id == EvidenceLink.evidence_id)
        .join(ChangeRequest, ChangeRequest.id == Proposal.request_id)
        .where(Proposal.national_id.in_(wanted), ChangeRequest.status != RequestStatus.DRAFT)
        .order_by(EvidenceDocument.id.desc())
        .limit(MOST_OFFERED)
    )
    found: dict[str, dict[int, DocumentNote]] = {}
    with reading(actor.scope) as session:
        rows = session.execute(query).all()
    refused = {document.id for _proposal, document, link in rows if link.fault is not None}
    for proposal, document, _link in rows:
        if document.id not in refused:
            found.setdefault(proposal.national_id, {})[document.id] = note_of(document)
    return {number: list(notes.values()) for number, notes in found.items()}


def of_requests(session: Session, request_ids: Sequence[int]) -> dict[int, list[DocumentNote]]:
    """The documents of each request, each with its fault where it was not accepted; none is left out."""
    query = (
        sa.select(EvidenceLink, EvidenceDocument)
        .join(EvidenceDocument, EvidenceDocument.id == EvidenceLink.evidence_id)
        .where(EvidenceLink.request_id.in_(request_ids))
        .order_by(EvidenceDocument.id)
    )
    found: dict[int, list[DocumentNote]] = {}
    for link, document in session.execute(query) if request_ids else ():
        found.setdefault(link.request_id, []).append(note_of(document, link.fault))
    return found


def faults_of(request_ids: Sequence[int], *, actor: Actor) -> dict[tuple[int, int], EvidenceFault]:
    """Which documents of these requests were not accepted, by (request, document)."""
    if not request_ids:
        return {}
    query = sa.select(EvidenceLink).where(EvidenceLink.request_id.in_(request_ids), EvidenceLink.fault.is_not(None))
    with reading(actor.scope) as session:
        return {(link.request_id, link.evidence_id): link.fault for link in session.scalars(query) if link.fault}


def refuse(
    session: Session, request: ChangeRequest, faults: Mapping[int, EvidenceFault], *, actor: Actor, now: datetime
) -> None:
    """Mark documents of the request as not accepted; raises NotFound('EVIDENCE_NOT_FOUND') for one that is not its own."""
    query = sa.select(EvidenceLink).where(EvidenceLink.request_id == request.id, EvidenceLink.evidence_id.in_(faults))
    links = {link.evidence_id: link for link in session.scalars(query)} if faults else {}
    if set(faults) - set(links):
        raise NotFound("EVIDENCE_NOT_FOUND")
    for evidence_id, fault in faults.items():
        link = links[evidence_id]
        link.fault, link.fault_by_id, link.fault_at = fault, actor.user_id, now
    session.flush()
