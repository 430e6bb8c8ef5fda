"""The ledger of rounds: each request's outcome beside its decision, and the manifest that proves them later (spec 6).

A row's hash covers all that the ledger says of it; the manifest's covers all rows in the order of their requests and the
manifest before it, so that nothing can be changed, added or taken away unseen without writing every later manifest anew.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.clock import real_now
from app.domain.people import RequestStatus
from app.models.processing_round import ProcessingRound
from app.models.round_manifest import RoundManifest
from app.services.round_sql import CLAIM_TABLE

DIGEST_BYTES = 8  # of each row's hash in the manifest
_ROWS_AT_ONCE = 5_000
_COLUMNS = (
    "round_id", "request_id", "agency_id", "type", "outcome", "round_error", "law_code", "conflict_request_id", "revision",
    "request_version", "rules_version", "inputs_version", "frozen_sha256",
)  # fmt: skip
_KEEP = sa.text(f"""
    INSERT INTO round_outcome ({", ".join(_COLUMNS)})
    SELECT r.round_id, r.id, r.agency_id, r.type, r.status, r.round_error, r.law_code, r.conflict_request_id, r.revision,
        r.version, r.rules_version, r.inputs_version, v.sha256
    FROM {CLAIM_TABLE} c JOIN change_request r ON r.id = c.request_id
        LEFT JOIN request_revision v ON v.request_id = r.id AND v.revision = r.revision""")
_ROWS = sa.text(f"SELECT {', '.join(_COLUMNS)} FROM round_outcome WHERE round_id = :round ORDER BY request_id")


@dataclass(frozen=True)
class Summed:
    """The outcomes of a round, summed up: `counts` by kind of request and then by outcome or rule."""

    row_count: int
    counts: dict[str, dict[str, int]]
    digests: bytes
    previous_sha256: str
    sha256: str

    def of(self, outcome: RequestStatus) -> int:
        """How many rows are EFFECTIVE, or ROUND_ERROR."""
        effective = sum(kinds.get(RequestStatus.EFFECTIVE.value, 0) for kinds in self.counts.values())
        return effective if outcome is RequestStatus.EFFECTIVE else self.row_count - effective


def keep(session: Session) -> None:
    """Write the outcome of every claimed request, which has just been decided; in the transaction of its chunk."""
    session.execute(_KEEP)


def sum_up(session: Session, round_id: int) -> Summed:
    """What the ledger holds of a round that has decided everything, as its manifest is to say it."""
    previous = _previous(session, round_id)
    whole, digests = hashlib.sha256(previous.encode()), bytearray()
    counts: dict[str, Counter[str]] = {}
    for row, digest in rows_with_digests(session, round_id):
        whole.update(digest)
        digests += digest[:DIGEST_BYTES]
        counts.setdefault(row.type, Counter())[row.round_error or row.outcome] += 1
    kinds = {kind: dict(sorted(outcomes.items())) for kind, outcomes in sorted(counts.items())}
    count = len(digests) // DIGEST_BYTES
    return Summed(count, kinds, bytes(digests), previous, whole.hexdigest())


def seal(session: Session, round_id: int, summed: Summed, begun_at: datetime) -> None:
    """Write the manifest of a round, once and for good."""
    session.add(
        RoundManifest(
            round_id=round_id, row_count=summed.row_count, counts=summed.counts, begun_at=begun_at, ended_at=real_now(),
            row_digests=summed.digests, previous_sha256=summed.previous_sha256, sha256=summed.sha256,
        )
    )  # fmt: skip
    session.flush()


def rows_with_digests(session: Session, round_id: int) -> Iterator[tuple[Any, bytes]]:
    """Every row that the ledger holds of a round with its hash, in the order of the requests."""
    found = session.execute(_ROWS, {"round": round_id}, execution_options={"yield_per": _ROWS_AT_ONCE})
    for row in found:
        yield row, hashlib.sha256(_text(row).encode()).digest()


def _text(row: Sequence[Any]) -> str:
    return "|".join("" if value is None else str(value) for value in row)


def _previous(session: Session, round_id: int) -> str:
    """The hash of the manifest before this round's; empty for the first."""
    here = sa.select(ProcessingRound.scheduled_at).where(ProcessingRound.id == round_id).scalar_subquery()
    before = (
        sa.select(RoundManifest.sha256)
        .join(ProcessingRound, ProcessingRound.id == RoundManifest.round_id)
        .where(ProcessingRound.scheduled_at < here)
        .order_by(ProcessingRound.scheduled_at.desc())
        .limit(1)
    )
    return session.execute(before).scalar() or ""
