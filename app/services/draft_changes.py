"""How a kept form stands now and who changed it last, for an officer whose own page may have grown stale."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.actor import Actor
from app.domain.people import RequestStatus
from app.domain.powers import Power
from app.models.audit import AuditEvent
from app.models.change_request import ChangeRequest, Proposal
from app.services.form_families import in_form, parted
from app.services.officers import officer_names
from app.services.transaction import reading


@dataclass(frozen=True)
class LastChange:
    """Who changed the form last, and when."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Standing:
    """A kept form's drafts as versions by request id, and through whom its rights come."""

    versions: dict[int, int]
    principal_national_id: str | None


def standing(name: str, *, actor: Actor) -> Standing:
    """The form's drafts within the actor's scope; none for a form that is sent, gone or out of reach."""
    actor.require(Power.RECORD_REQUEST)
    query = (
        sa.select(ChangeRequest, Proposal.principal_national_id)
        .join(Proposal, Proposal.request_id == ChangeRequest.id)
        .where(in_form(name), ChangeRequest.status == RequestStatus.DRAFT)
        .order_by(ChangeRequest.position, ChangeRequest.id)
    )
    with reading(actor.scope) as session:
        rows = session.execute(query).all()
    return Standing({request.id: request.version for request, _ in rows}, rows[0][1] if rows else None)


def last_change(name: str, *, actor: Actor) -> LastChange | None:
    """The newest deed on this form or one of its requests, within the actor's scope; None where there was none."""
    actor.require(Power.RECORD_REQUEST)
    with reading(actor.scope) as session:
        ids = session.scalars(sa.select(ChangeRequest.id).join(ChangeRequest.proposal).where(in_form(name))).all()
        of_form = sa.and_(AuditEvent.object_type == "submission", AuditEvent.object_id == parted(name)[0])
        of_request = sa.and_(
            AuditEvent.object_type == "change_request", AuditEvent.object_id.in_([str(number) for number in ids])
        )
        query = sa.select(AuditEvent).where(sa.or_(of_form, of_request)).order_by(AuditEvent.id.desc()).limit(1)
        event = session.scalars(query).first()
        if event is None:
            return None
        return LastChange(officer_names(session, [event.actor_id]).get(event.actor_id, event.actor_name), event.at)
