"""ตรวจสอบสิทธิซ้ำซ้อน: what clerks and registrars record of a person's rights in other schemes, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import bangkok_day, real_now
from app.domain.errors import BadInput, Conflict, NotFound
from app.domain.powers import Power
from app.models.other_scheme import OtherSchemeRight, SchemeElection, SchemeFile, SchemeSource
from app.models.person import Person
from app.rules.priority import Resolution
from app.rules.schemes import EntitlementRank, Scheme
from app.services.audit import person_hash, record, record_reads
from app.services.clock import business_now
from app.services.evidence import LARGEST_ID
from app.services.scheme_confirmations import counts_at_once, require_counting
from app.services.scheme_orders import orders, redecide
from app.services.transaction import reading, transaction

PURPOSE = "OTHER_SCHEMES"
# What this register itself certifies is recorded by certification, never here.
DECLARABLE = tuple(scheme for scheme in Scheme if scheme not in (Scheme.LGO, Scheme.LGO_PENSION))


@dataclass(frozen=True)
class DeclaredRight:
    """What a person declares; `via_principal` says through whom where the right is not his own."""

    scheme: Scheme
    rank: EntitlementRank
    since: date
    until: date | None = None
    via_principal: str = ""


@dataclass(frozen=True)
class SchemeDesk:
    """All that is known of one person: rights, elections, the order today, and which schemes' files were loaded when.

    `can_confirm` tells that the reader's word would let count what waits.
    """

    person_id: int
    full_name: str
    national_id: str
    today: date
    rights: tuple[OtherSchemeRight, ...]
    elections: tuple[SchemeElection, ...]
    order: Resolution
    loaded: dict[Scheme, date]
    can_confirm: bool = False

    @property
    def waits(self) -> bool:
        """Whether something declared does not count yet."""
        standing = (one for one in self.elections if one.withdrawn_at is None)
        return any(one.verified_at is None for one in (*self.rights, *standing))


def find_person(national_id: str, *, actor: Actor, hash_key: str) -> int:
    """The id of the person with this number within the scope; asking is written down. Raises NotFound('PERSON_NOT_FOUND')."""
    actor.require(Power.VIEW_REGISTER)
    with reading(actor.scope) as session:
        found = session.scalars(sa.select(Person.id).where(Person.national_id == national_id)).one_or_none()
    read = {"person_hash": person_hash(national_id, hash_key), "answer": "FOUND" if found else "NOT_FOUND"}
    record_reads([read], actor=actor, purpose=PURPOSE)
    if found is None:
        raise NotFound("PERSON_NOT_FOUND", field="national_id")
    return found


def desk(person_id: int, *, actor: Actor, hash_key: str) -> SchemeDesk:
    """One person's rights in all schemes, written down as a read; raises NotFound('PERSON_NOT_FOUND')."""
    actor.require(Power.VIEW_REGISTER)
    with reading(actor.scope) as session:
        person = _person(session, person_id)
        today = bangkok_day(business_now(session))
        rights = _all(session, OtherSchemeRight, person_id)
        found = SchemeDesk(
            person_id, person.full_name, person.national_id, today, tuple(rights),
            tuple(_all(session, SchemeElection, person_id)), orders(session.connection(), [person_id], today)[person_id],
            loaded_schemes(session),
            Power.APPROVE_CERTIFICATION in actor.powers and counts_at_once(session, person_id, today, actor),
        )  # fmt: skip
        session.expunge_all()
    hashed = person_hash(found.national_id, hash_key)
    read = {"person_hash": hashed, "object_type": "person", "object_id": str(person_id)}
    record_reads([read], actor=actor, purpose=PURPOSE)
    return found


def declare_right(person_id: int, right: DeclaredRight, *, actor: Actor) -> int:
    """Record a right in another scheme as the person declares it; where it counts at once his rights are ordered anew.

    Raises BadInput SCHEME_IS_OURS, PERIOD_EMPTY, REQUIRED (through whom), TOO_LONG, NotFound('PERSON_NOT_FOUND'),
    Conflict('ALREADY_EXISTS').
    """
    actor.require(Power.RECORD_REQUEST)
    via = " ".join(right.via_principal.split())
    if right.scheme not in DECLARABLE:
        raise BadInput("SCHEME_IS_OURS", field="scheme")
    if right.until is not None and right.until <= right.since:
        raise BadInput("PERIOD_EMPTY", field="until")
    if right.rank is EntitlementRank.SECONDARY and not via:
        raise BadInput("REQUIRED", field="via_principal")
    if len(via) > 200:
        raise BadInput("TOO_LONG", field="via_principal", longest=200)
    with transaction(actor) as session:
        _person(session, person_id)
        today = bangkok_day(business_now(session))
        counts = counts_at_once(session, person_id, today, actor)
        row = OtherSchemeRight(
            person_id=person_id, scheme=right.scheme, rank=right.rank, via_principal=via, since=right.since,
            until=right.until, source=SchemeSource.DECLARED, recorded_by_id=actor.user_id, recorded_at=real_now(),
            verified_at=real_now() if counts else None,
        )  # fmt: skip
        session.add(row)
        try:
            session.flush()
        except IntegrityError as error:
            raise Conflict("ALREADY_EXISTS", field="since") from error
        detail = {"scheme": right.scheme.value, "rank": right.rank.value, "person": person_id}
        record(session, actor, "declare_right", "other_scheme_right", row.id, agency_id=actor.agency_id, detail=detail)
        redecide(session, [person_id], today, actor=actor)
        return row.id


def end_declared_right(right_id: int, until: date, *, actor: Actor) -> None:
    """Record the first day without a declared right; what it held back comes out of standby in the round of that day.

    Raises NotFound('OTHER_RIGHT_NOT_FOUND'), also for a right from a file, BadInput PERIOD_EMPTY,
    Refused('SCHEME_NEEDS_REGISTRAR') where the right counts and the actor's word alone does not.
    """
    actor.require(Power.RECORD_REQUEST)
    with transaction(actor) as session:
        row = session.get(OtherSchemeRight, right_id) if 0 < right_id <= LARGEST_ID else None
        if row is None or row.source is not SchemeSource.DECLARED or session.get(Person, row.person_id) is None:
            raise NotFound("OTHER_RIGHT_NOT_FOUND")
        if until <= row.since:
            raise BadInput("PERIOD_EMPTY", field="until")
        if row.verified_at is not None:
            require_counting(session, row.person_id, bangkok_day(business_now(session)), actor)
        row.until = until
        detail = {"scheme": row.scheme.value, "until": until.isoformat(), "person": row.person_id}
        record(
            session,
            actor,
            "end_declared_right",
            "other_scheme_right",
            right_id,
            agency_id=actor.agency_id,
            detail=detail,
        )


def loaded_schemes(session: Session) -> dict[Scheme, date]:
    """The schemes whose files were loaded, and the newest day of their data; of all others nothing is known (decisions 3)."""
    query = sa.select(SchemeFile.scheme, sa.func.max(SchemeFile.as_of)).where(SchemeFile.loaded_at.is_not(None))
    return {scheme: as_of for scheme, as_of in session.execute(query.group_by(SchemeFile.scheme))}


def _person(session: Session, person_id: int) -> Person:
    found = session.scalars(sa.select(Person).where(Person.id == person_id)).one_or_none() if (
        0 < person_id <= LARGEST_ID
    ) else None  # fmt: skip
    if found is None:
        raise NotFound("PERSON_NOT_FOUND")
    return found


def _all(session: Session, kind: type, person_id: int) -> Sequence[object]:
    return session.scalars(sa.select(kind).where(kind.person_id == person_id).order_by(kind.id)).all()  # type: ignore[attr-defined]
