"""เอกสารที่จะส่งตามมา: since when papers are owed, and when they are owed no longer; a change neither renews nor drops a promise."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.people import RequestType
from app.models.change_request import ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.rules import certification, evidence_matrix
from app.services import facts


def lift(session: Session, proposal: Proposal, now: datetime) -> None:
    """What was promised or is owed since a list, and has now come, is owed no longer; the rest stays owed as it was."""
    if proposal.to_follow is None:
        return
    known = facts.load(session, [proposal], now)[proposal.request_id]
    kept = facts.candidate_of(proposal, known)
    without = replace(kept, told=replace(kept.told, to_follow=None))
    if known.around is None:
        return
    cells = evidence_matrix.matrix(without.relative, known.around)
    law = certification.judge(without, known).law
    if law is not None and law.accepted and all(cell.is_filled for cell in cells if cell.is_nearest):
        proposal.to_follow = None
        session.flush()


def promised_at(session: Session, request: ChangeRequest) -> datetime | None:
    """When the papers that are owed were promised: a change leaves that as it was when the right was asked for."""
    if request.type is not RequestType.CERTIFY_EDIT:
        return request.submitted_at
    first = sa.select(Entitlement.request_id).where(Entitlement.id == request.target_entitlement_id).scalar_subquery()
    return session.scalar(sa.select(ChangeRequest.submitted_at).where(ChangeRequest.id == first))
