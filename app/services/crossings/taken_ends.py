"""Which report of an end is taken back from a right, and what stands against that (spec 2.6, 5.2).

Of a death another agency's report may have ended it; only which one, and of which kind, leaves this file (decisions 8).
"""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.people import RequestType
from app.models.entitlement import Entitlement
from app.services.round_person_sql import TAKEN
from app.services.transaction import widened

_TAKEN = sa.text(f"""
    SELECT t.id, r.id AS request_id, r.type, t.ended_by_request_id AS top, p.national_id <> n.national_id AS of_another
    FROM entitlement t JOIN person n ON n.id = t.person_id JOIN change_request r ON r.id = {TAKEN.format("t")}
        JOIN proposal p ON p.request_id = r.id
    WHERE t.id IN :rights""").bindparams(sa.bindparam("rights", expanding=True))


@dataclass(frozen=True)
class TakenEnd:
    """The request whose end goes, of which kind; `lies_beneath` where another end of the right stays above it.

    `of_another` where it is about another person, with whom this right ended: the official.
    """

    request_id: int
    type: RequestType
    lies_beneath: bool
    of_another: bool


def of_rights(session: Session, right_ids: Collection[int]) -> dict[int, TakenEnd]:
    """What a taking back would take from each right, by its id: the last end, as the round's `TAKEN` has it."""
    with widened(session) as wide:
        rows = wide.execute(_TAKEN, {"rights": sorted(right_ids)}).all()
    return {
        row.id: TakenEnd(row.request_id, RequestType(row.type), row.request_id != row.top, bool(row.of_another))
        for row in rows
    }


def is_back(right: Entitlement, taken: TakenEnd) -> bool:
    """Whether the suspension that would be taken back is over, because somebody returned to duty."""
    return taken.type is RequestType.SUSPEND and right.suspended_until is not None
