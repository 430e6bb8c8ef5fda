"""A round rehearsed before it runs: which of the reader's requests it would refuse as things stand, and for whom (spec 6).

Asks the round's own first questions of a claim that nothing is written from. What only shows while rights are being written -
what the law says of changed facts, a death elsewhere in the same round - is not foretold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.people import RequestStatus, RequestType, RoundError
from app.models.change_request import ChangeRequest, Proposal
from app.services import round_changes
from app.services import round_sql as sql
from app.services.facts import batches
from app.services.round_changes import refuse_rivals
from app.services.round_chunks import Chunk, claim
from app.services.round_judging import OTHERWISE
from app.services.transaction import widened

MOST = 20_000
"""Requests that are rehearsed for one reader; of larger rounds only the counts are told."""
_SOMEDAY = datetime(1, 1, 1, tzinfo=UTC)  # nothing of the rehearsal is written, so nothing happens at any instant
_REFUSE_LEANING = sa.text(f"""
    UPDATE {sql.CLAIM_TABLE} SET error = 'PRINCIPAL_NOT_EFFECTIVE'
    WHERE step = 'DEPENDENT' AND error IS NULL AND {sql.NO_PRINCIPAL}
        AND NOT EXISTS (SELECT 1 FROM {sql.CLAIM_TABLE} o WHERE o.family = {sql.CLAIM_TABLE}.family AND o.step = 'OWN'
            AND o.agency_id = {sql.CLAIM_TABLE}.agency_id AND o.error IS NULL)""")
_REFUSED = sa.text(f"SELECT request_id, error, conflict_request_id FROM {sql.CLAIM_TABLE} WHERE error IS NOT NULL")


@dataclass(frozen=True)
class Foreseen:
    """One approved request that the round would refuse: what it asks, why, and the request that comes before it."""

    request_id: int
    type: RequestType
    error: RoundError
    rival_id: int | None


def foreseen(session: Session, round_id: int) -> list[Foreseen] | None:
    """What the round would refuse of the requests in the session's scope; None where there are too many to look at."""
    query = (
        sa.select(ChangeRequest.id, ChangeRequest.type, Proposal.principal_national_id)
        .join(Proposal, Proposal.request_id == ChangeRequest.id)
        .where(ChangeRequest.round_id == round_id, ChangeRequest.status == RequestStatus.APPROVED)
    )
    mine = session.execute(query.limit(MOST + 1)).all()
    if len(mine) > MOST:
        return None
    kinds = {request_id: kind for request_id, kind, _family in mine}
    with widened(session) as wide:
        # Whoever stands against a request is of its family, perhaps at another agency.
        ids = _of_families(wide, round_id, sorted({family for _, _, family in mine}))
        refused = _rehearse(wide, Chunk(round_id, _SOMEDAY, ids)) if ids else []
    return [Foreseen(i, kinds[i], RoundError(error), rival) for i, error, rival in refused if i in kinds]


def _of_families(wide: Session, round_id: int, families: Sequence[str]) -> tuple[int, ...]:
    found: list[int] = []
    for some in batches(families):
        query = sa.select(ChangeRequest.id).join(Proposal, Proposal.request_id == ChangeRequest.id)
        query = query.where(ChangeRequest.round_id == round_id, ChangeRequest.status == RequestStatus.APPROVED)
        found += wide.scalars(query.where(Proposal.principal_national_id.in_(some)))
    return tuple(found)


def _rehearse(wide: Session, chunk: Chunk) -> Sequence[sa.Row[tuple[int, str, int | None]]]:
    claim(wide, chunk)
    wide.execute(sql.REFUSE_UNKNOWN, {"error": OTHERWISE.value})
    if round_changes.has_targets(wide):
        round_changes.refuse_changed(wide)
    for step in (sql.OWN, sql.DEPENDENT):
        if step == sql.DEPENDENT:
            wide.execute(_REFUSE_LEANING)
            round_changes.refuse_without_leader(wide)
        refuse_rivals(wide, wide.execute(sql.RIVALS, {"step": step}))
    return wide.execute(_REFUSED).all()
