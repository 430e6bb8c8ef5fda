"""The round's second look at the law: whatever changed since its decision goes through the Python rules (decisions 5).

What the law now gives otherwise than the registrar saw it never takes effect by itself: other dates, or a doubt that nobody
has looked at, end in the round's error, and the request goes back to its agency with that word.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.people import CONTINUING_TYPES, Relation, RequestType, RoundError
from app.models.change_request import ChangeRequest, Proposal
from app.rules.certification import Judgement
from app.services import facts, request_flags
from app.services.crossings.change_targets import own_ends, targets
from app.services.judging import within_known_end
from app.services.round_sql import CLAIM_TABLE, REFUSE, claim

_ANY = sa.text(f"SELECT 1 FROM {CLAIM_TABLE} WHERE step = :step AND must_judge AND error IS NULL LIMIT 1")
KEEP_CODE = sa.text("UPDATE change_request SET law_code = :law WHERE id = :request")
DATES_CHANGED, FLAGS_OPEN, PERSON_DECEASED = "DATES_CHANGED", "FLAGS_OPEN", "PERSON_DECEASED"
"""Kept as the law's code beside REFUSED_BY_RULES: other dates than those approved, a doubt that arose after the approval, a
death in the same round."""
OTHERWISE = RoundError.REFUSED_BY_RULES
"""What is said when the entry as it stands cannot be applied and no closer code exists."""


def round_error_of(code: str) -> RoundError:
    """The round's code for a refusal of the rules; most share their name."""
    if code == "PRINCIPAL_NOT_SUBMITTED":  # in a round: nothing stands that the right could lean on
        return RoundError.PRINCIPAL_NOT_EFFECTIVE
    return RoundError(code) if code in RoundError.__members__ else OTHERWISE


def judge_claimed(
    session: Session, step: str, run_at: datetime, types: Collection[RequestType] = tuple(RequestType)
) -> int:
    """Refuse, within the claimed chunk, what the rules refuse as of `run_at`, of these types; returns how many were judged."""
    if session.connection().execute(_ANY, {"step": step}).first() is None:
        return 0
    query = (
        sa.select(Proposal, ChangeRequest)
        .join(claim, claim.c.request_id == Proposal.request_id)
        .join(ChangeRequest, ChangeRequest.id == Proposal.request_id)
        .where(claim.c.step == step, claim.c.must_judge, claim.c.error.is_(None))
        # A succession gives nobody another right: the same one goes on at another agency.
        .where(claim.c.succession_id.is_(None), ChangeRequest.type.in_(types))
        .order_by(Proposal.request_id)
    )
    rows = session.execute(query).all()
    proposals = [proposal for proposal, _request in rows]
    if not proposals:
        return 0
    known = facts.load(session, proposals, run_at)
    flags = request_flags.of_requests(session, [proposal.request_id for proposal in proposals])
    standing = targets(session, [r.target_entitlement_id for _p, r in rows if r.target_entitlement_id is not None])
    ends = own_ends(session, standing.values())
    refused: list[dict[str, Any]] = []
    for proposal, request in rows:
        judgement = facts.judge(proposal, known[proposal.request_id])
        target = standing.get(request.target_entitlement_id or 0)
        if target is not None and request.type in CONTINUING_TYPES:
            dates = within_known_end(judgement.dates, request, target, ends)
            judgement = replace(judgement, dates=dates)
        noted = {flag.clause for flag in flags.get(proposal.request_id, ()) if flag.note is not None}
        if code := _refused_by(proposal, judgement, noted):
            row = {"request": proposal.request_id, "error": round_error_of(code).value, "rival": None}
            refused.append(row | {"law": judgement.code if judgement.refusals else code})
    if refused:
        session.execute(REFUSE, refused)
        session.execute(KEEP_CODE, refused)
    session.expunge_all()
    return len(proposals)


def _refused_by(proposal: Proposal, judgement: Judgement, noted: Collection[str]) -> str:
    """The code of the first refusal, or what of a relative's case the registrar did not see; empty where all may go."""
    if judgement.refusals:
        return judgement.refusals[0].code
    return "" if proposal.relation is Relation.SELF else _unseen(proposal, judgement, noted)


def _unseen(proposal: Proposal, judgement: Judgement, noted: Collection[str]) -> str:
    """What the law gives now and the registrar did not see when he approved; empty where it is as he saw it."""
    if not judgement.has_dates_of(proposal.entitled_from, proposal.entitled_until):
        return DATES_CHANGED
    return FLAGS_OPEN if any(clause.code not in noted for clause in judgement.doubts) else ""
