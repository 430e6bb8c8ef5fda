"""Writes the audit trail: one row per act, in the act's own transaction; reads of personal data go beside it."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import real_now
from app.models.audit import AuditEvent
from app.models.database import db
from app.models.prepared import Prepared
from app.models.read_access import ReadAccess

_INSERT_EVENT, _INSERT_READ = sa.insert(AuditEvent.__table__), sa.insert(ReadAccess.__table__)
# Inline: nobody asks for the number that the row gets.
_INSERT_ONE_READ = Prepared(
    _INSERT_READ.inline(), [column.key for column in ReadAccess.__table__.c if column.key != "id"]
)
_READ_OF_NOTHING = {"person_hash": None, "object_type": None, "object_id": None, "answer": None}


def record(
    session: Session,
    actor: Actor,
    verb: str,
    object_type: str,
    object_id: int | str | None,
    *,
    agency_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add one audit event to the session's transaction; `detail` holds codes and ids, never a national ID."""
    session.execute(
        _INSERT_EVENT.values(
            at=real_now(),
            actor_id=actor.user_id,
            actor_name=actor.name,
            verb=verb,
            object_type=object_type,
            object_id=None if object_id is None else str(object_id),
            agency_id=agency_id,
            detail=detail,
            address=actor.address,
        )
    )


def record_many(
    session: Session,
    actor: Actor,
    verb: str,
    object_type: str,
    objects: Sequence[tuple[int, int, dict[str, Any]]],
) -> None:
    """As `record`, for many objects of one verb at once: each its id, its agency's id and its detail."""
    common = {
        "at": real_now(), "actor_id": actor.user_id, "actor_name": actor.name, "verb": verb, "object_type": object_type,
        "address": actor.address,
    }  # fmt: skip
    rows = [common | {"object_id": str(i), "agency_id": agency, "detail": detail} for i, agency, detail in objects]
    session.execute(_INSERT_EVENT, rows)


def record_reads(rows: list[dict[str, Any]], *, actor: Actor, purpose: str) -> None:
    """Write read-access rows durably before the answer leaves (decisions 11); raises if they cannot be written.

    Each row may name `person_hash`, `object_type`, `object_id`, `answer`.
    """
    if not rows:
        return
    common = {
        "at": real_now(),
        "actor_id": actor.user_id,
        "token_id": actor.token_id,
        "actor_name": actor.name,
        "agency_id": actor.agency_id,
        "purpose": purpose,
        "address": actor.address,
    }
    written = [common | _READ_OF_NOTHING | row for row in rows]
    if len(written) == 1:
        _INSERT_ONE_READ.run(db.single_reads, **written[0])
        return
    with db.reads.begin() as connection:
        connection.execute(_INSERT_READ, written)


def person_hash(national_id: str, key: str) -> str:
    """A keyed hash under which the reads of one person can be found again without storing the number."""
    return hmac.new(key.encode(), national_id.encode(), hashlib.sha256).hexdigest()
