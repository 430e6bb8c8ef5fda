"""What a round that has not run yet will do, in the reader's scope: "เกิดสิทธิ 37 หมดสิทธิ 4 ขัดแย้ง 2"."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.people import ENDING_TYPES, STARTING_TYPES, RequestStatus, RequestType
from app.models.change_request import ChangeRequest
from app.models.entitlement import Entitlement


class Effect(StrEnum):
    """What becomes of a right."""

    BEGINS = "BEGINS"  # เกิดสิทธิ
    ENDS = "ENDS"  # หมดสิทธิ
    CHANGES = "CHANGES"  # แก้ไข
    VOIDED = "VOIDED"  # ยกเลิกเพราะบันทึกผิด
    RESTORED = "RESTORED"  # คืนสิทธิ


_EFFECTS = {
    **dict.fromkeys(STARTING_TYPES, Effect.BEGINS),
    **dict.fromkeys(ENDING_TYPES, Effect.ENDS),
    RequestType.CERTIFY_EDIT: Effect.CHANGES,
    RequestType.CORRECTION: Effect.VOIDED,
    RequestType.RESTORE: Effect.RESTORED,
}


@dataclass(frozen=True)
class Preview:
    """How many approved requests of a planned round do what, and how many of them will fail as things stand now."""

    effects: dict[Effect, int]
    conflicts: int


def preview(session: Session, round_id: int) -> Preview:
    """The preview within the session's scope; what the law will say at the round is not foretold."""
    approved = sa.and_(ChangeRequest.round_id == round_id, ChangeRequest.status == RequestStatus.APPROVED)
    counts = sa.select(ChangeRequest.type, sa.func.count(ChangeRequest.id)).where(approved).group_by(ChangeRequest.type)
    effects: dict[Effect, int] = {}
    for kind, count in session.execute(counts):
        effects[_EFFECTS[kind]] = effects.get(_EFFECTS[kind], 0) + count
    return Preview(effects, session.execute(_failing(round_id)).scalar_one())


def _failing(round_id: int) -> sa.Select[Any]:
    """Requests about a right that another one takes first, or that is not as it was when they were sent."""
    first = aliased(ChangeRequest)
    taken = (
        sa.select(first.id)
        .where(
            first.round_id == round_id,
            first.status == RequestStatus.APPROVED,
            first.target_entitlement_id == ChangeRequest.target_entitlement_id,
            sa.tuple_(first.decided_at, first.id) < sa.tuple_(ChangeRequest.decided_at, ChangeRequest.id),
        )
        .exists()
    )
    moved = sa.and_(ChangeRequest.type == RequestType.CERTIFY_EDIT, Entitlement.version != ChangeRequest.target_version)
    over = sa.and_(ChangeRequest.type.in_(ENDING_TYPES), Entitlement.termination_reason.is_not(None))
    return (
        sa.select(sa.func.count(ChangeRequest.id))
        .outerjoin(Entitlement, Entitlement.id == ChangeRequest.target_entitlement_id)
        .where(ChangeRequest.round_id == round_id, ChangeRequest.status == RequestStatus.APPROVED)
        .where(sa.or_(taken, moved, over, Entitlement.voided))
    )
