"""Matching of imports: which people of a roster hold or await a right already, here or elsewhere.

Of other agencies it gives the dates and the place of standing rights, as a refusal would name them, and that a request
waits; no name and no request number (decisions 8).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.people import OPEN_STATUSES, Relation, RequestStatus, RequestType
from app.domain.powers import Power
from app.models.change_request import ChangeRequest, Proposal
from app.rules.certification import KnownSpell
from app.services import facts
from app.services.audit import record_reads
from app.services.crossings.rights_lookup import ReadAuditFailed
from app.services.transaction import widened

PURPOSE = "ROSTER_MATCHING"
# What another agency has sent off; its drafts are its own business.
_SENT = tuple(status for status in OPEN_STATUSES if status is not RequestStatus.DRAFT)


@dataclass(frozen=True, slots=True)
class AskedRight:
    """A right that somebody asked for and nobody has refused; `here` when the asking agency is the actor's own."""

    principal_national_id: str
    relation: Relation
    status: RequestStatus
    service_start_date: date | None
    here: bool


@dataclass(frozen=True, slots=True)
class Matches:
    """By national ID: the rights that stand (voided ones left out) and those asked for."""

    standing: dict[str, list[KnownSpell]]
    asked: dict[str, list[AskedRight]]


def match(session: Session, national_ids: Iterable[str], *, roster: str, actor: Actor) -> Matches:
    """What stands or waits anywhere for these people, within the session's transaction; a few queries per 500 people.

    Leaves one durable read-access row with the counts, about `roster` (at most 40 characters that name the workbook).
    Raises NotAllowed('POWER_MISSING'), ReadAuditFailed. Source: decisions 8, spec 2.5.
    """
    actor.require(Power.IMPORT_ROSTER)
    people = sorted(set(national_ids))
    with widened(session) as wide:
        matches = Matches(facts.standing_spells(wide, people), _asked(wide, people, actor.agency_id))
    counts = f"{len(people)} people, {len(matches.standing)} held, {len(matches.asked)} asked"
    try:
        record_reads([{"object_type": "roster", "object_id": roster, "answer": counts}], actor=actor, purpose=PURPOSE)
    except SQLAlchemyError as error:
        raise ReadAuditFailed("READ_AUDIT_FAILED") from error
    return matches


def _asked(wide: Session, people: list[str], agency_id: int | None) -> dict[str, list[AskedRight]]:
    query = (
        sa.select(
            Proposal.national_id, Proposal.principal_national_id, Proposal.relation, ChangeRequest.status,
            Proposal.service_start_date, ChangeRequest.agency_id == agency_id,
        )
        .join(ChangeRequest, ChangeRequest.id == Proposal.request_id)
        .where(
            ChangeRequest.type == RequestType.CERTIFY_NEW,
            ChangeRequest.status.in_(OPEN_STATUSES),
            sa.or_(ChangeRequest.agency_id == agency_id, ChangeRequest.status.in_(_SENT)),
        )
        .order_by(ChangeRequest.id)
    )  # fmt: skip
    found: dict[str, list[AskedRight]] = defaultdict(list)
    for some in facts.batches(people):
        for national_id, *asked in wide.execute(query.where(Proposal.national_id.in_(some))):
            found[national_id].append(AskedRight(*asked))
    return found
