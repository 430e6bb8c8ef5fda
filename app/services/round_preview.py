"""What a round that has not run yet will do, in the reader's scope: "เกิดสิทธิ 37 หมดสิทธิ 4 ขัดแย้ง 2"."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain.people import ENDING_TYPES, STARTING_TYPES, RequestStatus, RequestType, RoundError
from app.models.change_request import ChangeRequest
from app.services.end_effects import taken_along
from app.services.round_rehearsal import Foreseen, foreseen


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
    """How many approved requests of a planned round will do what, and which will fail as things stand now.

    `failing` is None where there are too many requests to rehearse: then `effects` counts all of them. `along` are the
    family's rights that stop with a principal's and have no request of their own.
    """

    effects: dict[Effect, int]
    failing: dict[int, Foreseen] | None
    along: int = 0

    @property
    def reasons(self) -> dict[RoundError, int]:
        """How many will fail, by reason."""
        return dict(Counter(one.error for one in (self.failing or {}).values()))


def preview(session: Session, round_id: int) -> Preview:
    """The preview within the session's scope; what the law will say at the round is not foretold."""
    approved = sa.and_(ChangeRequest.round_id == round_id, ChangeRequest.status == RequestStatus.APPROVED)
    counts = sa.select(ChangeRequest.type, sa.func.count(ChangeRequest.id)).where(approved).group_by(ChangeRequest.type)
    effects: Counter[Effect] = Counter()
    for kind, count in session.execute(counts):
        effects[_EFFECTS[kind]] += count
    refused = foreseen(session, round_id)
    effects.subtract(_EFFECTS[one.type] for one in refused or ())
    told = {effect: effects[effect] for effect in Effect if effects[effect] > 0}
    if refused is None:
        return Preview(told, None)
    failing = {one.request_id: one for one in refused}
    return Preview(told, failing, _along(session, approved, failing) if Effect.ENDS in told else 0)


def _along(session: Session, approved: sa.ColumnElement[bool], failing: Mapping[int, Foreseen]) -> int:
    query = sa.select(ChangeRequest).where(approved, ChangeRequest.type.in_(ENDING_TYPES))
    ends = [one for one in session.scalars(query.options(joinedload(ChangeRequest.proposal))) if one.id not in failing]
    asked = {one.target_entitlement_id for one in ends}
    stopping = {right.id for rights in taken_along(session, ends).values() for right in rights}
    return len(stopping - asked)
