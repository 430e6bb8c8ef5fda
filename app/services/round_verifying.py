"""Looks through the ledger of a round: is it still what its manifest says, and does the register agree with it?"""

from collections import Counter
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION
from app.domain.errors import NotFound
from app.domain.people import RequestStatus, RoundStatus
from app.models.audit import AuditEvent
from app.models.change_request import ChangeRequest
from app.models.processing_round import ProcessingRound
from app.models.round_manifest import RoundManifest, RoundOutcome
from app.services.round_ledger import DIGEST_BYTES, rows_with_digests, sum_up
from app.services.transaction import reading

NAMED = 50  # differing rows that are told by number


@dataclass(frozen=True)
class Verdict:
    """What was found: `altered` and `missing` are rows of the ledger, `contradicted` requests that say otherwise now.

    `manifest_differs` where the manifest itself, or its link to the one before, is not what the rows give.
    """

    round: ProcessingRound
    row_count: int
    sha256: str
    manifest_differs: bool
    altered: list[str] = field(default_factory=list)
    contradicted: list[str] = field(default_factory=list)
    missing: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing differs."""
        return not (self.manifest_differs or self.altered or self.contradicted or self.missing)


def verify(round_id: int) -> Verdict:
    """Compare rows, manifest and register of one round. Raises NotFound('ROUND_NOT_FOUND')."""
    with reading(NATION) as session:
        found = session.get(ProcessingRound, round_id)
        if found is None:
            raise NotFound("ROUND_NOT_FOUND")
        manifest = session.get(RoundManifest, round_id)
        if manifest is None:
            raise NotFound("ROUND_NOT_FOUND")
        summed = sum_up(session, round_id)
        same = (summed.sha256, summed.row_count, summed.counts, summed.digests, summed.previous_sha256) == (
            manifest.sha256, manifest.row_count, manifest.counts, manifest.row_digests, manifest.previous_sha256,
        )  # fmt: skip
        altered, missing = ([], 0) if same else _differing(session, manifest)
        contradicted = _contradicted(session, round_id)
    return Verdict(found, manifest.row_count, manifest.sha256, not same, altered, contradicted, missing)


def proven_rounds(limit: int) -> list[int]:
    """The latest rounds that have a manifest, oldest first."""
    query = sa.select(RoundManifest.round_id).join(ProcessingRound, ProcessingRound.id == RoundManifest.round_id)
    with reading(NATION) as session:
        newest = session.scalars(query.order_by(ProcessingRound.scheduled_at.desc()).limit(limit)).all()
    return list(reversed(newest))


def unproven_rounds(limit: int) -> list[ProcessingRound]:
    """Of the latest rounds those that did something, after the first one with a manifest, and have none themselves; oldest first.

    What the audit says of the end of a round must be its manifest's hash; where it is another one the round stands here too.
    """
    with reading(NATION) as session:
        first = session.scalar(
            sa.select(sa.func.min(ProcessingRound.scheduled_at)).join(
                RoundManifest, RoundManifest.round_id == ProcessingRound.id
            )
        )
        query = sa.select(ProcessingRound).where(
            ProcessingRound.status == RoundStatus.DONE,
            ProcessingRound.effective_count + ProcessingRound.error_count > 0,
        )
        latest = session.scalars(query.order_by(ProcessingRound.scheduled_at.desc()).limit(limit)).all()
        hashes = dict(
            session.execute(
                sa.select(RoundManifest.round_id, RoundManifest.sha256).where(
                    RoundManifest.round_id.in_([one.id for one in latest])
                )
            ).all()
        )
        told = {
            int(number): (detail or {}).get("sha256")
            for number, detail in session.execute(
                sa.select(AuditEvent.object_id, AuditEvent.detail).where(
                    AuditEvent.verb == "finish_round", AuditEvent.object_type == "processing_round",
                    AuditEvent.object_id.in_([str(one.id) for one in latest]),
                )
            )
        }  # fmt: skip
        session.expunge_all()
    return [
        one
        for one in reversed(latest)
        if (told.get(one.id) and told[one.id] != hashes.get(one.id))
        or (one.id not in hashes and first is not None and one.scheduled_at > first)
    ]


def _differing(session: Session, manifest: RoundManifest) -> tuple[list[str], int]:
    """The numbers of requests whose row is not one of the manifest's, and how many of the manifest's rows are gone."""
    kept = manifest.row_digests
    expected = Counter(kept[at : at + DIGEST_BYTES] for at in range(0, len(kept), DIGEST_BYTES))
    altered = []
    for row, digest in rows_with_digests(session, manifest.round_id):
        if expected[digest[:DIGEST_BYTES]]:
            expected[digest[:DIGEST_BYTES]] -= 1
        else:
            altered.append(row.request_id)
    lost = expected.total() - len(altered)  # an altered row stands in the place of one of the manifest's
    return _numbers(session, altered), max(lost, 0)


def _contradicted(session: Session, round_id: int) -> list[str]:
    """Requests whose own row says something else of this round than the ledger; later corrections are no contradiction."""
    outcome = RoundOutcome
    carried = (RequestStatus.EFFECTIVE, RequestStatus.ROUND_ERROR)
    same_row = sa.and_(outcome.request_id == ChangeRequest.id, outcome.round_id == ChangeRequest.round_id)
    says_otherwise = sa.or_(
        outcome.request_id.is_(None),
        outcome.outcome != ChangeRequest.status,
        sa.func.coalesce(outcome.round_error, "") != sa.func.coalesce(ChangeRequest.round_error, ""),
        outcome.revision != ChangeRequest.revision,
    )
    query = (
        sa.select(ChangeRequest.request_no)
        .outerjoin(outcome, same_row)
        .where(ChangeRequest.round_id == round_id, ChangeRequest.status.in_(carried), says_otherwise)
    )
    undone = (
        sa.select(ChangeRequest.request_no)
        .join(outcome, outcome.request_id == ChangeRequest.id)
        .where(outcome.round_id == round_id, outcome.outcome == RequestStatus.EFFECTIVE)
        .where(sa.or_(ChangeRequest.status != RequestStatus.EFFECTIVE, ChangeRequest.round_id != round_id))
    )
    found = [*session.scalars(query.order_by(ChangeRequest.id).limit(NAMED))]
    found += session.scalars(undone.order_by(ChangeRequest.id).limit(NAMED))
    return sorted(set(found))


def _numbers(session: Session, request_ids: list[int]) -> list[str]:
    some = request_ids[:NAMED]
    known = dict(
        session.execute(sa.select(ChangeRequest.id, ChangeRequest.request_no).where(ChangeRequest.id.in_(some))).all()
    )
    return [known.get(request_id, f"#{request_id}") for request_id in some]
