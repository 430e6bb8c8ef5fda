"""การเลือกสิทธิในเดือนตุลาคม: recorded once a year for whoever has something to choose, taken back before it binds, never erased."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import bangkok_day, real_now
from app.domain.errors import BadInput, NotFound, Refused
from app.domain.powers import Power
from app.domain.thai_calendar import fiscal_year_be
from app.models.other_scheme import SchemeElection
from app.models.person import Person
from app.rules import choosing
from app.rules.choosing import Chooser
from app.rules.elections import CITATION, Election, is_election_month
from app.rules.schemes import Scheme
from app.services.audit import record
from app.services.clock import business_now
from app.services.evidence import LARGEST_ID
from app.services.scheme_confirmations import counts_at_once, require_counting
from app.services.scheme_orders import known_rights, redecide
from app.services.transaction import transaction

LONGEST_REASON = 500


def record_election(person_id: int, scheme: Scheme, declared_on: date, *, actor: Actor) -> bool:
    """Record which scheme a person chose; it counts to 30 September next. False where it was not made in October.

    Raises NotFound('PERSON_NOT_FOUND'), and what app/rules/choosing.py refuses. The same choice sent twice is recorded once.
    """
    actor.require(Power.RECORD_REQUEST)
    with transaction(actor) as session:
        # Two who record at one instant go one after the other: the second sees the choice of the first.
        if not 0 < person_id <= LARGEST_ID or session.get(Person, person_id, with_for_update=True) is None:
            raise NotFound("PERSON_NOT_FOUND")
        today = bangkok_day(business_now(session))
        chosen = _standing(session, person_id)
        if chosen and (chosen[-1].scheme, chosen[-1].declared_on) == (scheme, declared_on):
            return is_election_month(declared_on)  # sent twice
        made = tuple(Election(one.scheme, one.declared_on, one.id) for one in chosen)
        refusal = choosing.refusal_of(
            scheme, declared_on, Chooser(known_rights(session.connection(), person_id), made, today)
        )
        if refusal is not None:
            raise refusal
        row = SchemeElection(
            person_id=person_id, fiscal_year_be=fiscal_year_be(declared_on), scheme=scheme, declared_on=declared_on,
            recorded_by_id=actor.user_id, recorded_at=real_now(),
            verified_at=real_now() if counts_at_once(session, person_id, today, actor) else None,
        )  # fmt: skip
        session.add(row)
        session.flush()
        detail = {"scheme": scheme.value, "declared_on": declared_on.isoformat(), "person": person_id}
        record(session, actor, "record_election", "scheme_election", row.id, agency_id=actor.agency_id, detail=detail)
        redecide(session, [person_id], today, actor=actor)
    return is_election_month(declared_on)


def withdraw_election(election_id: int, reason: str, *, actor: Actor) -> None:
    """Take back a choice that does not bind yet, with the reason; the row stays, and another choice may be recorded.

    Raises NotFound('ELECTION_NOT_FOUND'), BadInput REQUIRED or TOO_LONG (reason), Refused('ELECTION_BINDS') from the day of
    `binds_from` on, Refused('SCHEME_NEEDS_REGISTRAR') where it counts and the actor's word alone does not.
    """
    actor.require(Power.RECORD_REQUEST)
    words = " ".join(reason.split())
    if not words:
        raise BadInput("REQUIRED", field="reason")
    if len(words) > LONGEST_REASON:
        raise BadInput("TOO_LONG", field="reason", longest=LONGEST_REASON)
    with transaction(actor) as session:
        row = session.get(SchemeElection, election_id, with_for_update=True) if 0 < election_id <= LARGEST_ID else None
        if row is None or row.withdrawn_at is not None or session.get(Person, row.person_id) is None:
            raise NotFound("ELECTION_NOT_FOUND")
        today = bangkok_day(business_now(session))
        if row.verified_at is not None:
            binds = choosing.binds_from(row.declared_on, bangkok_day(row.recorded_at))
            if today >= binds:
                raise Refused("ELECTION_BINDS", citation=CITATION, field="reason", since=binds)
            require_counting(session, row.person_id, today, actor)
        row.withdrawn_at, row.withdrawn_by_id, row.withdrawn_reason = real_now(), actor.user_id, words
        session.flush()
        detail = {"scheme": row.scheme.value, "person": row.person_id}
        record(session, actor, "withdraw_election", "scheme_election", row.id, agency_id=actor.agency_id, detail=detail)
        redecide(session, [row.person_id], today, actor=actor)


def _standing(session: Session, person_id: int) -> list[SchemeElection]:
    """The person's choices that were not taken back, the oldest first."""
    query = sa.select(SchemeElection).where(
        SchemeElection.person_id == person_id, SchemeElection.withdrawn_at.is_(None)
    )
    return list(session.scalars(query.order_by(SchemeElection.id)))
