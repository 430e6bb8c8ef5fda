"""One family as its page shows it: everybody, both clocks of each right, what is pending, and how it came about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import NotFound
from app.domain.people import (
    CORRECTABLE_STATUSES,
    OPEN_STATUSES,
    BirthPrecision,
    EntitlementState,
    PersonnelType,
    Relation,
    RequestType,
    Sex,
)
from app.domain.period import Period
from app.domain.powers import Power
from app.models.change_request import ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.rules import evidence_matrix
from app.rules.around import Around
from app.rules.evidence_matrix import Cell
from app.rules.priority import Resolution
from app.rules.relatives import Relative
from app.services import evidence_filed, family_history
from app.services.audit import person_hash, record_reads
from app.services.clock import business_now
from app.services.evidence import LARGEST_ID, DocumentNote
from app.services.family_facts import papers_of, told_of
from app.services.family_history import Step
from app.services.scheme_orders import orders
from app.services.transaction import reading

PURPOSE = "FAMILY"
# As the seeds list a family: the principal, then spouse, parents, and children by age.
_ORDER = (Relation.SELF, Relation.SPOUSE, Relation.FATHER, Relation.MOTHER, Relation.CHILD)
_PENDING = (*OPEN_STATUSES, *(status for status in CORRECTABLE_STATUSES if status not in OPEN_STATUSES))


@dataclass(frozen=True)
class Spell:
    """One stretch of a right: the legal clock in days, the visible clock in instants (decisions 3)."""

    entitlement_id: int
    relation: Relation
    state: EntitlementState
    entitled_from: date
    last_day: date | None
    seen_since: datetime
    seen_until: datetime | None
    agency_name: str
    personnel_type: PersonnelType | None
    service_start_date: date | None
    sub_inscl: str
    request_no: str
    correction_no: str | None
    can_report: bool


@dataclass(frozen=True)
class FamilyMember:
    """A person of the family with all his rights through this principal, newest first; `matrix` is about the newest."""

    person_id: int
    national_id: str
    full_name: str
    birth_date: date | None
    birth_date_precision: BirthPrecision
    sex: Sex
    spells: tuple[Spell, ...]
    evidence: tuple[DocumentNote, ...]
    matrix: tuple[Cell, ...] = ()
    papers_due_on: date | None = None


@dataclass(frozen=True)
class Family:
    """The principal's family; `other_principals` are those through whom he himself has rights, as (person id, name).

    `schemes` holds for each person in which order the rights in all schemes are used today, those elsewhere too.
    """

    principal_id: int
    today: date
    can_add: bool
    members: tuple[FamilyMember, ...]
    pending: tuple[Step, ...]
    history: tuple[Step, ...]
    other_principals: tuple[tuple[int, str], ...]
    schemes: Mapping[int, Resolution]


def family(person_id: int, *, actor: Actor, hash_key: str) -> Family:
    """The family of a principal, or of the principal through whom a dependent has his newest right, within the scope.

    Each person on it leaves a durable read-access row before it is returned. Raises NotFound('PERSON_NOT_FOUND').
    """
    actor.require(Power.VIEW_REGISTER)
    with reading(actor.scope) as session:
        principal_id = _principal_id(session, person_id)
        found = _Loader(session, actor, principal_id).family()
    read = [
        {"person_hash": person_hash(m.national_id, hash_key), "object_type": "person", "object_id": str(m.person_id)}
        for m in found.members
    ]
    record_reads(read, actor=actor, purpose=PURPOSE)
    return found


def _principal_id(session: Session, person_id: int) -> int:
    mine = sa.or_(Entitlement.principal_id == person_id, Entitlement.person_id == person_id)
    query = sa.select(Entitlement.principal_id).where(mine)
    # Own family first; a dependent's newest right otherwise.
    own_first = query.order_by((Entitlement.principal_id == person_id).desc(), Entitlement.id.desc())
    found = session.execute(own_first).scalars().first() if 0 < person_id <= LARGEST_ID else None
    if found is None:
        raise NotFound("PERSON_NOT_FOUND")
    return found


class _Loader:
    """Reads one family in a handful of queries."""

    def __init__(self, session: Session, actor: Actor, principal_id: int) -> None:
        self.session, self.actor, self.principal_id = session, actor, principal_id
        self.now = business_now(session)
        self.today = bangkok_day(self.now)

    def family(self) -> Family:
        """The whole page."""
        rights = self._rights(Entitlement.principal_id == self.principal_id)
        number = rights[0].principal.national_id
        requests = self._requests(number)
        self.request_nos = {request.id: request.request_no for request, _ in requests}
        self.submitted_at = {request.id: request.submitted_at for request, _ in requests}
        self.corrections = {
            request.target_entitlement_id: request.request_no
            for request, _ in requests
            if request.type is RequestType.CORRECTION and request.status in OPEN_STATUSES
        }
        evidence = evidence_filed.of_requests(self.session, [right.request_id for right in rights])
        steps = family_history.steps(self.session, requests)
        by_person: dict[int, list[Entitlement]] = {}
        for right in rights:
            by_person.setdefault(right.person_id, []).append(right)
        return Family(
            principal_id=self.principal_id,
            today=self.today,
            can_add=self._can_add(rights),
            members=tuple(sorted((self._member(rows, evidence) for rows in by_person.values()), key=_place)),
            pending=tuple(step for step in steps if step.outcome in _PENDING),
            history=tuple(step for step in steps if step.outcome not in OPEN_STATUSES or step.decided_at),
            other_principals=self._other_principals(),
            schemes=orders(self.session.connection(), list(by_person), self.today),
        )

    def _rights(self, condition: Any) -> Sequence[Entitlement]:
        query = sa.select(Entitlement).where(condition).options(
            joinedload(Entitlement.person), joinedload(Entitlement.principal), joinedload(Entitlement.agency)
        )  # fmt: skip
        own_first = query.order_by(
            (Entitlement.relation == Relation.SELF).desc(), Entitlement.entitled_from.desc(), Entitlement.id.desc()
        )
        return self.session.execute(own_first).scalars().all()

    def _can_add(self, rights: Sequence[Entitlement]) -> bool:
        is_mine = any(r.is_own and not r.voided and r.agency_id == self.actor.agency_id for r in rights)
        return is_mine and Power.RECORD_REQUEST in self.actor.powers

    def _other_principals(self) -> tuple[tuple[int, str], ...]:
        others = sa.and_(Entitlement.person_id == self.principal_id, Entitlement.principal_id != self.principal_id)
        return tuple({right.principal_id: right.principal.full_name for right in self._rights(others)}.items())

    def _member(self, rights: Sequence[Entitlement], evidence: dict[int, list[DocumentNote]]) -> FamilyMember:
        person: Person = rights[0].person
        notes = {note.id: note for right in rights for note in evidence.get(right.request_id, ())}
        return FamilyMember(
            person_id=person.id,
            national_id=person.national_id,
            full_name=person.full_name,
            birth_date=person.birth_date,
            birth_date_precision=person.birth_date_precision,
            sex=person.sex,
            spells=tuple(self._spell(right) for right in rights),
            evidence=tuple(notes.values()),
            matrix=self._matrix(rights[0], tuple(notes.values())),
            papers_due_on=self._papers_due_on(rights[0]),
        )

    def _matrix(self, right: Entitlement, notes: Sequence[DocumentNote]) -> tuple[Cell, ...]:
        """The papers that the law asks for the right, and which of them are there."""
        kinds = [note.doc_type for note in notes if note.fault is None]
        relative = Relative(
            right.person.national_id, right.relation, right.person.birth_date, right.person.sex, told_of(right),
            papers_of(kinds, right.relation), right.birth_order, right.seq_in_delivery,
        )  # fmt: skip
        around = Around(self.today, right.principal.sex, right.principal.birth_date, ())
        return evidence_matrix.matrix(relative, around, right.personnel_type)

    def _papers_due_on(self, right: Entitlement) -> date | None:
        submitted_at = self.submitted_at.get(right.request_id)
        promised_on = right.promised_on or (bangkok_day(submitted_at) if submitted_at is not None else None)
        if right.to_follow is None or promised_on is None:
            return None
        return evidence_matrix.papers_due_on(promised_on)

    def _spell(self, right: Entitlement) -> Spell:
        correction = self.corrections.get(right.id)
        mine = right.agency_id == self.actor.agency_id and Power.RECORD_REQUEST in self.actor.powers
        return Spell(
            entitlement_id=right.id,
            relation=right.relation,
            state=right.state_on(self.today, self.now),
            entitled_from=right.entitled_from,
            last_day=Period(right.entitled_from, right.entitled_until).last_day,
            seen_since=right.effective_at,
            seen_until=right.end_seen_at,
            agency_name=right.agency.name_th,
            personnel_type=right.personnel_type,
            service_start_date=right.service_start_date,
            sub_inscl=right.sub_inscl,
            request_no=self.request_nos.get(right.request_id, ""),
            correction_no=correction,
            can_report=mine and not right.voided and correction is None,
        )

    def _requests(self, principal_number: str) -> list[tuple[ChangeRequest, Proposal]]:
        query = (
            sa.select(ChangeRequest, Proposal)
            .join(Proposal, Proposal.request_id == ChangeRequest.id)
            .where(Proposal.principal_national_id == principal_number)
            .options(joinedload(ChangeRequest.round))
            .order_by(ChangeRequest.id.desc())
        )
        return [(request, proposal) for request, proposal in self.session.execute(query)]


def _place(member: FamilyMember) -> tuple[int, date, int]:
    return _ORDER.index(member.spells[0].relation), member.birth_date or date.max, member.person_id
