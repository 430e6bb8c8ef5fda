"""Duplicate check: while an ID is typed, is this person registered or asked for already, here or elsewhere?

Tells the asking clerk no name, no number and no relation of anybody: of other agencies only that the person holds an own right,
or that a request of one waits. Where it stands is told by the refusal, of a person whose particulars fit.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.domain import national_id as national_ids
from app.domain.actor import NATION, Actor
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput
from app.domain.people import OPEN_STATUSES, SENT_STATUSES, Relation, RequestType
from app.domain.powers import Power
from app.models.change_request import ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.services.audit import person_hash, record_reads
from app.services.clock import business_now
from app.services.crossings.rights_lookup import ReadAuditFailed
from app.services.transaction import reading

PURPOSE = "DUPLICATE_CHECK"


@dataclass(frozen=True, slots=True)
class DuplicateHint:
    """What the clerk is told: `error` is the code of spec 2.2 for an ID that cannot be, then nothing else is set.

    `person_id` names the person in the asking agency's own register, `pending_here` the form that already asks.
    """

    error: BadInput | None = None
    registered_here: bool = False
    person_id: int | None = None
    pending_here: str | None = None
    pending_elsewhere: bool = False
    own_right_elsewhere: bool = False

    @property
    def answer(self) -> str:
        """The hint in a word, for the audit."""
        words = {
            "REGISTERED_HERE": self.registered_here,
            "PENDING_HERE": self.pending_here,
            "OWN_RIGHT_ELSEWHERE": self.own_right_elsewhere,
            "PENDING_ELSEWHERE": self.pending_elsewhere,
        }
        return next((word for word, holds in words.items() if holds), "NOTHING")


def check(typed: str, *, actor: Actor, hash_key: str, submission_no: str | None = None) -> DuplicateHint:
    """What is known of the ID that the actor just typed into his form (`submission_no`, which itself does not count).

    Each readable ID leaves one durable read-access row under `person_hash` with `hash_key` before this returns. Raises
    NotAllowed('POWER_MISSING'), ReadAuditFailed. Source: decisions 8, spec 2.2, 2.5.
    """
    actor.require(Power.RECORD_REQUEST)
    try:
        number = national_ids.parse(typed)
    except BadInput as error:
        return DuplicateHint(error=error)
    with reading(NATION) as session:
        hint = _hint(session, number, actor.agency_id, submission_no)
    try:
        read = {"person_hash": person_hash(number, hash_key), "answer": hint.answer}
        record_reads([read], actor=actor, purpose=PURPOSE)
    except SQLAlchemyError as error:
        raise ReadAuditFailed("READ_AUDIT_FAILED") from error
    return hint


def _hint(session: Session, number: str, agency_id: int | None, submission_no: str | None) -> DuplicateHint:
    standing = session.execute(
        sa.select(Entitlement.person_id, Entitlement.agency_id, Entitlement.relation)
        .join(Person, Person.id == Entitlement.person_id)
        .where(Person.national_id == number, sa.not_(Entitlement.voided), _not_over(session))
        .order_by(Entitlement.entitled_from, Entitlement.id)
    ).all()  # fmt: skip
    here = [row for row in standing if row.agency_id == agency_id]
    own = [row for row in standing if row.agency_id != agency_id and row.relation is Relation.SELF]
    asked = session.execute(
        sa.select(ChangeRequest.agency_id, ChangeRequest.submission_no, ChangeRequest.status, Proposal.relation)
        .join(Proposal, Proposal.request_id == ChangeRequest.id)
        .where(
            Proposal.national_id == number,
            ChangeRequest.type == RequestType.CERTIFY_NEW,
            ChangeRequest.status.in_(OPEN_STATUSES),
            ChangeRequest.submission_no != (submission_no or ""),
        )
        .order_by(ChangeRequest.id)
    ).all()
    mine = [row.submission_no for row in asked if row.agency_id == agency_id]
    # What another agency has sent off; its drafts are its own business.
    theirs = [row for row in asked if row.agency_id != agency_id and row.status in SENT_STATUSES]
    return DuplicateHint(
        registered_here=bool(here),
        person_id=here[0].person_id if here else None,
        pending_here=mine[0] if mine else None,
        pending_elsewhere=any(row.relation is Relation.SELF for row in theirs),
        own_right_elsewhere=bool(own),
    )


def _not_over(session: Session) -> sa.ColumnElement[bool]:
    today = bangkok_day(business_now(session))
    return sa.or_(Entitlement.entitled_until.is_(None), Entitlement.entitled_until > today)
