"""The round's second look at the law: whatever changed since its decision goes through the Python rules (decisions 5)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.people import RoundError
from app.models.change_request import Proposal
from app.services import facts
from app.services.round_sql import REFUSE, claim

_KEEP_CODE = sa.text("UPDATE change_request SET law_code = :law WHERE id = :request")
OTHERWISE = RoundError.REFUSED_BY_RULES
"""What is said when the entry as it stands cannot be applied and no closer code exists."""


def round_error_of(code: str) -> RoundError:
    """The round's code for a refusal of the rules; most share their name."""
    if code == "PRINCIPAL_NOT_SUBMITTED":  # in a round: nothing stands that the right could lean on
        return RoundError.PRINCIPAL_NOT_EFFECTIVE
    return RoundError(code) if code in RoundError.__members__ else OTHERWISE


def judge_claimed(session: Session, step: str, run_at: datetime) -> int:
    """Refuse, within the claimed chunk, what the rules refuse as of `run_at`; returns how many requests were judged."""
    query = (
        sa.select(Proposal)
        .join(claim, claim.c.request_id == Proposal.request_id)
        .where(claim.c.step == step, claim.c.must_judge, claim.c.error.is_(None))
        .order_by(Proposal.request_id)
    )
    proposals = session.scalars(query).all()
    if not proposals:
        return 0
    known = facts.load(session, proposals, run_at)
    refused: list[dict[str, Any]] = []
    for proposal in proposals:
        judgement = facts.judge(proposal, known[proposal.request_id])
        if judgement.refusals:
            error = round_error_of(judgement.refusals[0].code)
            row = {"request": proposal.request_id, "error": error.value, "rival": None}
            refused.append(row | {"law": judgement.code})
    if refused:
        session.execute(REFUSE, refused)
        session.execute(_KEEP_CODE, refused)
    session.expunge_all()
    return len(proposals)
