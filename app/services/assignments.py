"""Who has said that he decides what: claimed for oneself, handed to a colleague, given back; it never bars anybody.

No version is raised by it: a page that shows a request stays good, and whoever decides what another one has is told so.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.approval_menus import POWER_OF, TYPES_OF, ApprovalMenu, power_for
from app.domain.errors import NotFound
from app.domain.people import RequestStatus, RequestType
from app.domain.roles import roles_with
from app.models.account import PortalUser
from app.models.change_request import ChangeRequest
from app.models.dialects import lock_rows
from app.services.approvals import require_any
from app.services.audit import record_many
from app.services.officers import officer_names
from app.services.transaction import reading, transaction

COUNT_LIMIT = 10_000


@dataclass(frozen=True)
class Assigned:
    """How many requests changed hands, and of those how many others had, by their names."""

    count: int
    taken_from: dict[str, int]


@dataclass(frozen=True)
class Tally:
    """Of what waits: how many are the actor's and since when, how many nobody's; up to COUNT_LIMIT in all."""

    mine: int
    nobodys: int
    mine_since: datetime | None


def claim(request_ids: Sequence[int], *, actor: Actor) -> Assigned:
    """Say that the actor decides these waiting requests; what he may not decide or does not wait is left as it is."""
    return _assign(request_ids, actor.user_id, actor)


def hand_over(request_ids: Sequence[int], colleague_id: int, *, actor: Actor) -> Assigned:
    """The same for a colleague of the agency who has the power. Raises NotFound('COLLEAGUE_NOT_FOUND')."""
    require_any(actor)
    for menu, kinds in TYPES_OF.items():
        if POWER_OF[menu] in actor.powers and colleague_id not in colleagues(menu, actor=actor):
            with reading(actor.scope) as session:
                asked = sa.select(ChangeRequest.id).where(
                    ChangeRequest.id.in_(request_ids), ChangeRequest.type.in_(kinds)
                )
                if session.execute(asked.limit(1)).first() is not None:
                    raise NotFound("COLLEAGUE_NOT_FOUND")
    return _assign(request_ids, colleague_id, actor)


def release(request_ids: Sequence[int], *, actor: Actor) -> Assigned:
    """Give them back to everybody."""
    return _assign(request_ids, None, actor)


def colleagues(menu: ApprovalMenu, *, actor: Actor) -> dict[int, str]:
    """The other officers of the agency who decide in this menu, by name."""
    query = (
        sa.select(PortalUser.id, PortalUser.first_name, PortalUser.last_name)
        .where(PortalUser.agency_id == actor.agency_id, PortalUser.active.is_(True), PortalUser.id != actor.user_id)
        .where(PortalUser.roles.any(Role.name.in_(roles_with(POWER_OF[menu]))))
        .order_by(PortalUser.first_name, PortalUser.last_name, PortalUser.id)
    )
    with reading(actor.scope) as session:
        return {user_id: f"{first} {last}".strip() for user_id, first, last in session.execute(query)}


def tally(kinds: Sequence[RequestType], *, actor: Actor) -> Tally:
    """What waits of these kinds, by whose it is."""
    waits = sa.and_(ChangeRequest.status == RequestStatus.PENDING_APPROVAL, ChangeRequest.type.in_(kinds))
    some = (
        sa.select(ChangeRequest.assigned_to_id, ChangeRequest.submitted_at).where(waits).limit(COUNT_LIMIT).subquery()
    )
    is_mine, is_nobodys = some.c.assigned_to_id == actor.user_id, some.c.assigned_to_id.is_(None)
    query = sa.select(
        sa.func.count(sa.case((is_mine, 1))), sa.func.count(sa.case((is_nobodys, 1))),
        sa.func.min(sa.case((is_mine, some.c.submitted_at)), type_=some.c.submitted_at.type),
    )  # fmt: skip
    with reading(actor.scope) as session:
        return Tally(*session.execute(query).one())


def others_among(session: Session, assigned_to: Sequence[int | None], actor: Actor) -> dict[str, int]:
    """Whom a decision on requests would surprise: the names of others who have them, with how many."""
    counts = Counter(user_id for user_id in assigned_to if user_id not in (None, actor.user_id))
    names = officer_names(session, counts)
    return {names.get(user_id, "–"): count for user_id, count in counts.items()}


def _assign(request_ids: Sequence[int], user_id: int | None, actor: Actor) -> Assigned:
    require_any(actor)
    mine = "claim_requests" if user_id == actor.user_id else "hand_requests_over"
    verb = "release_requests" if user_id is None else mine
    wanted = sa.select(
        ChangeRequest.id, ChangeRequest.type, ChangeRequest.agency_id, ChangeRequest.assigned_to_id
    ).where(ChangeRequest.id.in_(request_ids), ChangeRequest.status == RequestStatus.PENDING_APPROVAL)
    with transaction(actor) as session:
        rows = [
            row
            for row in session.execute(lock_rows(wanted.order_by(ChangeRequest.id), session))
            if power_for(row.type) in actor.powers and row.assigned_to_id != user_id
        ]
        if not rows:
            return Assigned(0, {})
        change = sa.update(ChangeRequest).where(ChangeRequest.id.in_([row.id for row in rows]))
        session.execute(change.values(assigned_to_id=user_id), execution_options={"synchronize_session": False})
        record_many(session, actor, verb, "change_request", [(r.id, r.agency_id, {"to": user_id}) for r in rows])
        return Assigned(len(rows), others_among(session, [row.assigned_to_id for row in rows], actor))
