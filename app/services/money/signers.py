"""Who signed a claim: also whose signature another one's has replaced, over whatever amount."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.models.audit import AuditEvent

# A claim that is sent again, or whose approval was taken back, is decided from the beginning.
_BEGINS = ("submit_claim", "recall_claim")


def signed(session: Session, claim_ids: Collection[int], actor: Actor) -> set[int]:
    """Of these claims those that the actor signed since their decision began last."""
    of = AuditEvent
    mine = sa.select(of.object_id, sa.func.max(of.id)).where(
        of.object_type == "receipt_claim", of.object_id.in_([str(one) for one in claim_ids])
    )
    his = mine.where(of.verb == "sign_claim", of.actor_id == actor.user_id).group_by(of.object_id)
    found = {number: at for number, at in session.execute(his).tuples() if number is not None}
    if not found:
        return set()
    began = dict(session.execute(mine.where(of.verb.in_(_BEGINS)).group_by(of.object_id)).tuples().all())
    return {int(number) for number, at in found.items() if at > began.get(number, 0)}
