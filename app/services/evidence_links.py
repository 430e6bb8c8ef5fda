"""Which documents support which requests: laid on drafts, and described for their frozen copies."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.models.change_request import ChangeRequest
from app.models.evidence import EvidenceDocument, EvidenceLink
from app.services import facts


class Filed(Protocol):
    """Whoever brings documents: which ones, and for which draft, None for a new one."""

    @property
    def evidence_ids(self) -> tuple[int, ...]: ...
    @property
    def request_id(self) -> int | None: ...


def lay_on(session: Session, requests: Sequence[ChangeRequest], members: Sequence[Filed]) -> None:
    """Give each request just the documents of its member, in the same order; raises NotFound('EVIDENCE_NOT_FOUND')."""
    wanted = {(r.id, e): r for r, m in zip(requests, members, strict=True) for e in m.evidence_ids}
    if not wanted and all(m.request_id is None for m in members):
        return
    linked = {(link.request_id, link.evidence_id): link for link in _links(session, requests)}
    if {evidence_id for _, evidence_id in wanted} - _documents(session, (e for _, e in wanted)).keys():
        raise NotFound("EVIDENCE_NOT_FOUND")
    for key, link in linked.items():
        if key not in wanted:
            session.delete(link)
    for key, request in wanted.items():
        if key not in linked:
            session.add(EvidenceLink(request_id=key[0], evidence_id=key[1], agency_id=request.agency_id))
    session.flush()


def mark_submitted(session: Session, requests: Sequence[ChangeRequest], now: datetime) -> None:
    """Note on the documents of these requests that they were submitted: from now on they are kept for good."""
    for some in facts.batches([request.id for request in requests]):
        theirs = sa.select(EvidenceLink.evidence_id).where(EvidenceLink.request_id.in_(some))
        unsent = sa.update(EvidenceDocument).where(
            EvidenceDocument.id.in_(theirs), EvidenceDocument.submitted_at.is_(None)
        )
        session.execute(unsent.values(submitted_at=now), execution_options={"synchronize_session": False})


def described(session: Session, requests: Sequence[ChangeRequest]) -> dict[int, list[str]]:
    """By request id, its documents as "type:number:sha256", sorted; a request without any is left out."""
    found: dict[int, list[str]] = {}
    links = _links(session, requests)
    documents = _documents(session, (link.evidence_id for link in links))
    for link in links:
        document = documents[link.evidence_id]
        found.setdefault(link.request_id, []).append(f"{document.doc_type}:{document.doc_no}:{document.sha256}")
    return {key: sorted(value) for key, value in found.items()}


def _links(session: Session, requests: Sequence[ChangeRequest]) -> list[EvidenceLink]:
    found: list[EvidenceLink] = []
    for some in facts.batches([request.id for request in requests]):
        found += session.execute(sa.select(EvidenceLink).where(EvidenceLink.request_id.in_(some))).scalars()
    return found


def _documents(session: Session, ids: Iterable[int]) -> dict[int, EvidenceDocument]:
    found: dict[int, EvidenceDocument] = {}
    for some in facts.batches(sorted(set(ids))):
        query = sa.select(EvidenceDocument).where(EvidenceDocument.id.in_(some))
        found |= {document.id: document for document in session.execute(query).scalars()}
    return found
