"""What each round did, row by row, and the manifest that proves it later; neither is ever changed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.people import RequestStatus, RequestType, RoundError
from app.models.base import AgencyOwned, Model, UtcInstant


def _copied(kind: type[StrEnum]) -> sa.Enum:
    """A code copied from a column that checks it: the ledger outlives changes of the lists."""
    return sa.Enum(kind, native_enum=False, create_constraint=False, length=40, values_callable=list)


class RoundOutcome(AgencyOwned, Model):
    """What a round made of one request: applied, or refused with its rule, on which versions.

    Written by the hundred thousand from rows that are never deleted, so without foreign keys and with one index.
    """

    __tablename__ = "round_outcome"
    round_id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.Integer)  # type: ignore[assignment]
    type: Mapped[RequestType] = mapped_column(_copied(RequestType))
    outcome: Mapped[RequestStatus] = mapped_column(_copied(RequestStatus))
    round_error: Mapped[RoundError | None] = mapped_column(_copied(RoundError))
    law_code: Mapped[str | None] = mapped_column(sa.String(40))
    conflict_request_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    revision: Mapped[int]
    request_version: Mapped[int]  # of the request after the round
    rules_version: Mapped[str | None] = mapped_column(sa.String(20))
    inputs_version: Mapped[int | None] = mapped_column(sa.BigInteger)
    frozen_sha256: Mapped[str | None] = mapped_column(sa.String(64))  # of what was submitted and approved
    __table_args__ = (
        sa.CheckConstraint("outcome IN ('EFFECTIVE', 'ROUND_ERROR')", name="outcome_of_round"),
        sa.Index("ix_round_outcome_agency_round", "agency_id", "round_id"),
    )


class RoundManifest(Model):
    """The sum of a round's outcomes: counts, how long it took, and a hash over all rows and the manifest before it.

    `row_digests` holds the first eight bytes of each row's hash, in the order of the request ids, so that a later look can
    name the row that differs.
    """

    __tablename__ = "round_manifest"
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("processing_round.id"), primary_key=True, autoincrement=False)
    row_count: Mapped[int]
    counts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # by kind of request, by outcome or rule
    begun_at: Mapped[datetime] = mapped_column(UtcInstant)  # by the real clock
    ended_at: Mapped[datetime] = mapped_column(UtcInstant)
    row_digests: Mapped[bytes] = mapped_column(sa.LargeBinary)
    previous_sha256: Mapped[str] = mapped_column(sa.String(64))  # of the manifest before it; empty for the first
    sha256: Mapped[str] = mapped_column(sa.String(64))
