"""What people see of rounds: those that were, and what each carried of the reader's own requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.people import RequestStatus, RequestType, RoundError, RoundStatus
from app.domain.powers import Power
from app.models.change_request import ChangeRequest
from app.models.processing_round import ProcessingRound
from app.models.round_manifest import RoundManifest, RoundOutcome
from app.rules.rounds import ON_TIME
from app.services.approval_queue import LARGEST_ID
from app.services.coming_round import ComingRound, coming_round
from app.services.round_preview import Preview, preview
from app.services.transaction import reading

PAGE_SIZE = 50
OFFSET_LIMIT = 10_000


@dataclass(frozen=True)
class RoundLine:
    """A round and how many of the reader's requests it holds, by status."""

    round: ProcessingRound
    counts: dict[RequestStatus, int]
    now: datetime

    @property
    def is_late(self) -> bool:
        """Whether it started late, or should have started by now."""
        if self.round.run_at is not None:
            return self.round.run_at > self.round.scheduled_at
        return self.round.status is RoundStatus.PLANNED and self.now >= self.round.scheduled_at + ON_TIME

    @property
    def late_by(self) -> timedelta:
        """How late it started, or is by now."""
        return (self.round.run_at or self.now) - self.round.scheduled_at


@dataclass(frozen=True)
class RoundRow:
    """One request of a round: as the ledger keeps it once the round is done, else as it stands.

    Of a round that has not run yet `round_error` is what will go wrong as things stand now.
    """

    request: ChangeRequest
    status: RequestStatus
    round_error: RoundError | None
    law_code: str | None
    conflict_request_id: int | None


@dataclass(frozen=True)
class Proof:
    """The manifest of a round; `counts` by kind and then by outcome or rule, of the reader's own requests."""

    seconds: float
    sha256: str
    row_count: int
    counts: dict[RequestType, dict[str, int]]


@dataclass(frozen=True)
class RoundsPage:
    """Some rounds, newest first."""

    lines: list[RoundLine]
    coming: ComingRound
    page: int
    has_next: bool


@dataclass(frozen=True)
class RoundPage:
    """One round with some of the reader's requests in it, those that failed first; `rivals` are the numbers of requests
    that came first in a CONFLICT, by id, as far as the reader may know them."""

    line: RoundLine
    rows: list[RoundRow]
    rivals: dict[int, str]
    page: int
    pages: int
    preview: Preview | None = None  # of a round that has not run yet
    proof: Proof | None = None  # of one that is done


def rounds(*, page: int, actor: Actor) -> RoundsPage:
    """One page of rounds, counted from 1, with counts in the actor's scope. Raises NotAllowed('POWER_MISSING')."""
    actor.require(Power.VIEW_ROUNDS)
    offset = min((max(page, 1) - 1) * PAGE_SIZE, OFFSET_LIMIT)
    query = sa.select(ProcessingRound).order_by(ProcessingRound.scheduled_at.desc())
    with reading(actor.scope) as session:
        coming = coming_round(session)
        found = session.scalars(query.limit(PAGE_SIZE + 1).offset(offset)).all()
        shown = found[:PAGE_SIZE]
        counts = _counts(session, [round_.id for round_ in shown])
    lines = [RoundLine(round_, counts.get(round_.id, {}), coming.now) for round_ in shown]
    return RoundsPage(lines, coming, offset // PAGE_SIZE + 1, len(found) > PAGE_SIZE and offset < OFFSET_LIMIT)


def round_(round_id: int, *, page: int, actor: Actor) -> RoundPage:
    """A round with its counts and one page of its requests in the actor's scope; no request without the register's power.

    Raises NotFound('ROUND_NOT_FOUND'), NotAllowed.
    """
    actor.require(Power.VIEW_ROUNDS)
    with reading(actor.scope) as session:
        found = session.get(ProcessingRound, round_id) if 0 < round_id <= LARGEST_ID else None
        if found is None:
            raise NotFound("ROUND_NOT_FOUND")
        line = RoundLine(found, _counts(session, [round_id]).get(round_id, {}), coming_round(session).now)
        foreseen = preview(session, round_id) if found.status is RoundStatus.PLANNED else None
        proof = _proof(session, round_id)
        if Power.VIEW_REGISTER not in actor.powers:
            return RoundPage(line, [], {}, 1, 1, foreseen, proof)
        pages = max(1, -(-min(sum(line.counts.values()), OFFSET_LIMIT) // PAGE_SIZE))
        page = min(max(page, 1), pages)
        place = {"limit": PAGE_SIZE, "offset": (page - 1) * PAGE_SIZE}
        rows = _kept(session, round_id, **place) if proof else _standing(session, round_id, foreseen, **place)
        return RoundPage(line, rows, _rivals(session, rows), page, pages, foreseen, proof)


def _standing(session: Session, round_id: int, foreseen: Preview | None, *, limit: int, offset: int) -> list[RoundRow]:
    """As they stand, those first that failed or will fail."""
    failing = (foreseen.failing if foreseen else None) or {}
    requests = session.scalars(_requests(round_id, list(failing)[:PAGE_SIZE]).limit(limit).offset(offset))
    return [
        RoundRow(r, r.status, failing[r.id].error, None, failing[r.id].rival_id)
        if r.id in failing
        else RoundRow(r, r.status, r.round_error, r.law_code, r.conflict_request_id)
        for r in requests
    ]


def _kept(session: Session, round_id: int, *, limit: int, offset: int) -> list[RoundRow]:
    """What the ledger says, whatever became of the requests since."""
    failed_first = sa.case((RoundOutcome.outcome == RequestStatus.ROUND_ERROR, 0), else_=1)
    query = (
        sa.select(RoundOutcome, ChangeRequest)
        .join(ChangeRequest, ChangeRequest.id == RoundOutcome.request_id)
        .join(ChangeRequest.proposal)
        .where(RoundOutcome.round_id == round_id)
        .options(contains_eager(ChangeRequest.proposal), joinedload(ChangeRequest.agency))
        .order_by(failed_first, ChangeRequest.submission_no, ChangeRequest.position, ChangeRequest.id)
    )
    return [
        RoundRow(request, kept.outcome, kept.round_error, kept.law_code, kept.conflict_request_id)
        for kept, request in session.execute(query.limit(limit).offset(offset))
    ]


def _proof(session: Session, round_id: int) -> Proof | None:
    manifest = session.get(RoundManifest, round_id)
    if manifest is None:
        return None
    said = sa.func.coalesce(RoundOutcome.round_error, RoundOutcome.outcome, type_=sa.String)
    query = sa.select(RoundOutcome.type, said, sa.func.count(RoundOutcome.request_id))
    query = query.where(RoundOutcome.round_id == round_id).group_by(RoundOutcome.type, said)
    counts: dict[RequestType, dict[str, int]] = {}
    for kind, outcome, count in session.execute(query.order_by(RoundOutcome.type, said)):
        counts.setdefault(kind, {})[outcome] = count
    seconds = (manifest.ended_at - manifest.begun_at).total_seconds()
    return Proof(seconds, manifest.sha256, manifest.row_count, counts)


def _requests(round_id: int, first: Sequence[int]) -> sa.Select[Any]:
    failed = sa.or_(ChangeRequest.status == RequestStatus.ROUND_ERROR, ChangeRequest.id.in_(first))
    failed_first = sa.case((failed, 0), else_=1)
    return (
        sa.select(ChangeRequest)
        .join(ChangeRequest.proposal)
        .where(ChangeRequest.round_id == round_id)
        .options(contains_eager(ChangeRequest.proposal), joinedload(ChangeRequest.agency))
        .order_by(failed_first, ChangeRequest.submission_no, ChangeRequest.position, ChangeRequest.id)
    )


def _counts(session: Session, round_ids: Sequence[int]) -> dict[int, dict[RequestStatus, int]]:
    query = (
        sa.select(ChangeRequest.round_id, ChangeRequest.status, sa.func.count(ChangeRequest.id))
        .where(ChangeRequest.round_id.in_(round_ids))
        .group_by(ChangeRequest.round_id, ChangeRequest.status)
    )
    found: dict[int, dict[RequestStatus, int]] = {}
    for round_id, status, count in session.execute(query):
        found.setdefault(round_id, {})[status] = count
    return found | _counts_kept(session, round_ids)


def _counts_kept(session: Session, round_ids: Sequence[int]) -> dict[int, dict[RequestStatus, int]]:
    """As the ledger has it: what failed and was corrected since belongs to its round all the same."""
    query = (
        sa.select(RoundOutcome.round_id, RoundOutcome.outcome, sa.func.count(RoundOutcome.request_id))
        .join(RoundManifest, RoundManifest.round_id == RoundOutcome.round_id)
        .where(RoundOutcome.round_id.in_(round_ids))
        .group_by(RoundOutcome.round_id, RoundOutcome.outcome)
    )
    found: dict[int, dict[RequestStatus, int]] = {}
    for round_id, status, count in session.execute(query):
        found.setdefault(round_id, {})[status] = count
    return found


def _rivals(session: Session, rows: Sequence[RoundRow]) -> dict[int, str]:
    wanted = {r.conflict_request_id for r in rows if r.round_error is RoundError.CONFLICT and r.conflict_request_id}
    if not wanted:
        return {}
    query = sa.select(ChangeRequest.id, ChangeRequest.request_no).where(ChangeRequest.id.in_(wanted))
    return {request_id: number for request_id, number in session.execute(query)}
