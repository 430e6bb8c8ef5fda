"""ยืนยันสิทธิที่แจ้ง: a declaration that touches rights of another agency counts once a registrar who answers for it says so.

Of rights that the recording agency alone has certified it may tell at once. Else it waits for a registrar of the agency that
holds the person's own right, or, where he has none here, of any agency that holds one of his rights (docs/schemes.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import bangkok_day, real_now
from app.domain.errors import NotFound, Refused
from app.domain.people import Relation
from app.domain.powers import Power
from app.models.entitlement import Entitlement
from app.models.other_scheme import OtherSchemeRight, SchemeElection, SchemeSource
from app.models.person import Person
from app.services.audit import record
from app.services.clock import business_now
from app.services.evidence import LARGEST_ID
from app.services.scheme_orders import redecide
from app.services.transaction import reading, transaction

CITATION = "spec 4"
SHOWN = 50
_spell = Entitlement.__table__


@dataclass(frozen=True)
class Waiting:
    """A person within reach of whom something was declared that waits for a registrar's word."""

    person_id: int
    full_name: str


def counts_at_once(session: Session, person_id: int, day: date, actor: Actor) -> bool:
    """Whether what the actor tells of the person's other schemes takes effect without anybody else's word.

    Looks at the agencies of all rights that stand or are to come, anywhere; none of them leaves this service.
    """
    holders, own = _holders(session, person_id, day)
    if holders <= {actor.agency_id}:
        return True
    return Power.APPROVE_CERTIFICATION in actor.powers and actor.agency_id in (own or holders)


def require_counting(session: Session, person_id: int, day: date, actor: Actor) -> None:
    """Raises Refused('SCHEME_NEEDS_REGISTRAR') where the actor's word alone does not count."""
    if not counts_at_once(session, person_id, day, actor):
        raise Refused("SCHEME_NEEDS_REGISTRAR", citation=CITATION)


def confirm(person_id: int, *, actor: Actor) -> int:
    """Let everything count that was declared of the person and waits; his rights are ordered anew. Returns how much it was.

    Raises NotAllowed('POWER_MISSING'), NotFound('PERSON_NOT_FOUND'), Refused('SCHEME_NEEDS_REGISTRAR') for a registrar of
    another agency than those that answer for it.
    """
    actor.require(Power.APPROVE_CERTIFICATION)
    with transaction(actor) as session:
        if not 0 < person_id <= LARGEST_ID or session.get(Person, person_id) is None:
            raise NotFound("PERSON_NOT_FOUND")
        today = bangkok_day(business_now(session))
        require_counting(session, person_id, today, actor)
        found = [*_waiting(session, OtherSchemeRight, person_id), *_waiting(session, SchemeElection, person_id)]
        for row in found:
            row.verified_at = real_now()
            kind = row.__tablename__
            detail = {"scheme": row.scheme.value, "person": person_id}
            record(session, actor, "confirm_declaration", kind, row.id, agency_id=actor.agency_id, detail=detail)
        session.flush()
        if found:
            redecide(session, [person_id], today, actor=actor)
        return len(found)


def waiting(*, actor: Actor) -> list[Waiting]:
    """Persons of the actor's register of whom something waits and whom his word would let count, at most SHOWN.

    Empty for whoever is no registrar.
    """
    if Power.APPROVE_CERTIFICATION not in actor.powers:
        return []
    declared = [
        sa.select(kind.__table__.c.person_id).where(*_unconfirmed(kind)) for kind in (OtherSchemeRight, SchemeElection)
    ]
    with reading(actor.scope) as session:
        today = bangkok_day(business_now(session))
        query = sa.select(Person).where(Person.id.in_(sa.union(*declared))).order_by(Person.sort_key, Person.id)
        people = session.scalars(query.limit(SHOWN)).all()
        return [Waiting(p.id, p.full_name) for p in people if counts_at_once(session, p.id, today, actor)]


def _holders(session: Session, person_id: int, day: date) -> tuple[set[int], set[int]]:
    """The agencies of the person's rights that stand or are to come, and of his own right among them."""
    open_ = sa.or_(_spell.c.entitled_until.is_(None), _spell.c.entitled_until > day)
    query = sa.select(_spell.c.agency_id, _spell.c.relation).where(
        _spell.c.person_id == person_id, sa.not_(_spell.c.voided), open_
    )
    rows = session.execute(query).all()
    return {row.agency_id for row in rows}, {row.agency_id for row in rows if row.relation is Relation.SELF}


def _unconfirmed(kind: Any) -> list[Any]:
    table = kind.__table__
    found = [table.c.verified_at.is_(None)]
    if kind is OtherSchemeRight:
        found.append(table.c.source == SchemeSource.DECLARED)
    else:
        found.append(table.c.withdrawn_at.is_(None))
    return found


def _waiting(session: Session, kind: Any, person_id: int) -> Sequence[Any]:
    return session.scalars(sa.select(kind).where(kind.person_id == person_id, *_unconfirmed(kind))).all()
