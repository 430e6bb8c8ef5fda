"""ย้ายหน่วยงาน (ปลายทาง): the new agency finds an official of another one; told is only who that is, where, and the family.

Every search and every look at a family is written down before it is answered (decisions 8, 11; spec 5.2).
"""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain import names, national_id
from app.domain.actor import NATION, Actor
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, NotFound
from app.domain.people import PersonnelType, Relation
from app.domain.powers import Power
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.services.audit import person_hash, record_reads
from app.services.clock import business_now
from app.services.crossings.change_targets import family_of, targets
from app.services.transaction import reading, widened

PURPOSE = "TRANSFER"
MOST = 10


@dataclass(frozen=True)
class Found:
    """An official of another agency: just enough to know him by."""

    entitlement_id: int
    full_name: str
    masked_id: str
    agency_name: str
    personnel_type: PersonnelType | None
    service_start_date: date | None


@dataclass(frozen=True)
class Companion:
    """Somebody of his family who would come along."""

    entitlement_id: int
    relation: Relation
    full_name: str
    entitled_until: date | None


@dataclass(frozen=True)
class Household:
    """An official of another agency with the family that leans on him."""

    official: Found
    family: tuple[Companion, ...]


def search(typed: str, *, actor: Actor, hash_key: str) -> list[Found]:
    """The officials elsewhere with this national ID or this full name (first and last, spelled the same), at most MOST.

    Raises NotAllowed('POWER_MISSING'), BadInput: for an ID the codes of spec 2.2, FULL_NAME_NEEDED for less than two words,
    TOO_MANY_FOUND where the ID must be asked for.
    """
    actor.require(Power.SEARCH_TRANSFER)
    condition, digits = _asked(typed)
    with reading(NATION) as session:
        today = bangkok_day(business_now(session))
        query = _open_own_rights(today).where(condition, Entitlement.agency_id != actor.agency_id)
        rights = session.scalars(query.order_by(Person.sort_key, Entitlement.id).limit(MOST + 1)).all()
        found = [_found(right) for right in rights]
        hashes = [person_hash(digits or right.person.national_id, hash_key) for right in rights]
    answer = {"object_type": "transfer_search", "answer": str(len(found))}
    searched = person_hash(digits, hash_key) if digits else None
    record_reads([answer | {"person_hash": h} for h in hashes] or [answer | {"person_hash": searched}],
                 actor=actor, purpose=PURPOSE)  # fmt: skip
    if len(found) > MOST:
        raise BadInput("TOO_MANY_FOUND", field="q", most=MOST)
    return found


def household(entitlement_id: int, on: date | None, *, actor: Actor, hash_key: str) -> Household:
    """The official behind an own right of another agency, and who leans on him beyond `on`, at the latest beyond today.

    Raises NotAllowed('POWER_MISSING'), NotFound('ENTITLEMENT_NOT_FOUND') for what a search would not have found.
    """
    actor.require(Power.SEARCH_TRANSFER)
    with reading(NATION) as session:
        today = bangkok_day(business_now(session))
        own = _own(session, entitlement_id, today, actor)
        family = family_of(session, own, min(on or today, today))
        people = [own, *family]
        read = [{"person_hash": person_hash(one.person.national_id, hash_key), "object_type": "entitlement",
                 "object_id": str(one.id)} for one in people]  # fmt: skip
        found = Household(
            _found(own),
            tuple(Companion(one.id, one.relation, one.person.full_name, one.entitled_until) for one in family),
        )
    record_reads(read, actor=actor, purpose=PURPOSE)
    return found


def movers_of(session: Session, entitlement_id: int, on: date | None, actor: Actor) -> list[Entitlement]:
    """For the verb: the own right of another agency and the family's that last beyond `on`, detached from the session.

    Raises NotFound('ENTITLEMENT_NOT_FOUND') for what a search would not have found.
    """
    today = bangkok_day(business_now(session))
    with widened(session) as wide:
        own = _own(wide, entitlement_id, today, actor)
        found = [own, *family_of(wide, own, on or today)]
        wide.expunge_all()
        return found


def _own(session: Session, entitlement_id: int, today: date, actor: Actor) -> Entitlement:
    own = targets(session, [entitlement_id]).get(entitlement_id)
    is_open = own is not None and (own.entitled_until is None or own.entitled_until > today)
    if own is None or not own.is_own or own.voided or not is_open or own.agency_id == actor.agency_id:
        raise NotFound("ENTITLEMENT_NOT_FOUND")
    return own


def _asked(typed: str) -> tuple[sa.ColumnElement[bool], str | None]:
    text = names.tidy(typed)
    if any(letter.isdigit() for letter in text):
        digits = national_id.parse(text, field="q")
        return Person.national_id == digits, digits
    if len(text.split()) < 2:
        raise BadInput("FULL_NAME_NEEDED", field="q")
    first, *_, last = text.split()
    # The first word may hold the title.
    whole = Person.title_th + Person.first_name_th
    return sa.and_(sa.or_(Person.first_name_th == first, whole == first), Person.last_name_th == last), None


def _open_own_rights(today: date) -> sa.Select[tuple[Entitlement]]:
    return (
        sa.select(Entitlement)
        .join(Person, Person.id == Entitlement.person_id)
        .where(
            Entitlement.relation == Relation.SELF,
            sa.not_(Entitlement.voided),
            sa.or_(Entitlement.entitled_until.is_(None), Entitlement.entitled_until > today),
        )
        .options(joinedload(Entitlement.person), joinedload(Entitlement.agency))
    )


def _found(right: Entitlement) -> Found:
    return Found(
        right.id, right.person.full_name, national_id.mask(right.person.national_id), right.agency.name_th,
        right.personnel_type, right.service_start_date,
    )  # fmt: skip
