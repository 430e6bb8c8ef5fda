"""เอกสารที่จะส่งตามมา: since when papers are owed, and until when; neither a change nor a move renews or drops a promise."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.domain.clock import bangkok_day
from app.domain.people import CONTINUING_TYPES, RequestType
from app.models.change_request import ChangeRequest, Proposal
from app.rules import certification, evidence_matrix
from app.services import facts
from app.services.crossings.change_targets import promised_since


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


def promised_on(session: Session, request: ChangeRequest) -> date | None:
    """When the papers that are owed were promised: a change and a move leave that as it was when the right was asked for."""
    if request.target_entitlement_id is not None and request.type in (*CONTINUING_TYPES, RequestType.CERTIFY_EDIT):
        return promised_since(session, request.target_entitlement_id)
    return bangkok_day(request.submitted_at) if request.submitted_at is not None else None
