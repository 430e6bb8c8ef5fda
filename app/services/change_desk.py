"""The clerk's desk for one right that stands: whose it is, what may be reported of it, who goes along, what waits already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain import names, national_id
from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, NotFound
from app.domain.people import (
    OPEN_STATUSES,
    EntitlementState,
    PersonnelType,
    Relation,
    RequestStatus,
    TerminationReason,
)
from app.domain.powers import Power
from app.models.change_request import ChangeRequest
from app.models.dialects import contains
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.rules.ends import reasons_for
from app.services import came_back, evidence_filed
from app.services.audit import person_hash, record_reads
from app.services.came_back import CameBack
from app.services.clock import business_now
from app.services.crossings.change_targets import family_of
from app.services.evidence import LARGEST_ID, DocumentNote
from app.services.transaction import reading

PURPOSE = "CHANGE"
LONGEST = 100
MOST = 30


@dataclass(frozen=True)
class FoundRight:
    """One right of a search: whose, through whom, and what it is today."""

    entitlement_id: int
    full_name: str
    masked_id: str
    relation: Relation
    principal_name: str
    state: EntitlementState


@dataclass(frozen=True)
class ChangeDesk:
    """One right with what can be asked about it; `family` leans on it today, `waiting` are the open requests about it.

    `draft` is the one that is being written anew, with its documents.
    """

    right: Entitlement
    state: EntitlementState
    today: date
    now: datetime
    family: tuple[Entitlement, ...]
    waiting: tuple[ChangeRequest, ...]
    papers: tuple[DocumentNote, ...]
    draft: ChangeRequest | None = None
    draft_papers: tuple[DocumentNote, ...] = ()
    came_back: CameBack | None = None
    """Why the draft was returned or rejected before."""

    @property
    def reasons(self) -> tuple[TerminationReason, ...]:
        """Why the right may end."""
        return reasons_for(self.right.relation, self.right.personnel_type)

    @property
    def is_own(self) -> bool:
        """Whether it is a principal's."""
        return self.right.relation is Relation.SELF

    @property
    def may_suspend(self) -> bool:
        """Whether the official may be suspended."""
        return self.is_own and self._runs and self.right.personnel_type is not PersonnelType.PENSIONER

    @property
    def may_retire(self) -> bool:
        """Whether a pension may take the place of the service."""
        never = (PersonnelType.PENSIONER, PersonnelType.POLITICAL_EXECUTIVE)
        return self.is_own and self.right.personnel_type not in never

    @property
    def may_return(self) -> bool:
        """Whether the official is suspended and may come back."""
        return self.is_own and self.state is EntitlementState.SUSPENDED

    @property
    def may_end(self) -> bool:
        """Whether an end can still be reported."""
        return self._runs or self.state is EntitlementState.SUSPENDED or self.right.termination_reason is None

    @property
    def may_take_back(self) -> bool:
        """Whether an end was reported that could have been wrong."""
        return self.right.ended_by_request_id is not None

    @property
    def may_change(self) -> bool:
        """Whether the entry can still be changed."""
        return self._runs

    @property
    def _runs(self) -> bool:
        return self.state in (EntitlementState.ACTIVE, EntitlementState.STANDBY, EntitlementState.SCHEDULED)


def find(typed: str, *, actor: Actor, hash_key: str) -> list[FoundRight]:
    """The newest rights in the actor's own agency of whoever has this national ID or these words in the name, at most MOST.

    Each one leaves a read-access row. Raises BadInput: REQUIRED, TOO_LONG, or the codes of spec 2.2 for an ID that cannot be.
    """
    actor.require(Power.RECORD_REQUEST)
    text = names.tidy(typed)
    if not text:
        raise BadInput("REQUIRED", field="q")
    if len(text) > LONGEST:
        raise BadInput("TOO_LONG", field="q", longest=LONGEST)
    by_number = any(letter.isdigit() for letter in text)
    digits = national_id.parse(text, field="q") if by_number else ""
    whole = Person.title_th + Person.first_name_th + " " + Person.last_name_th
    wanted = [Person.national_id == digits] if by_number else [contains(whole, word) for word in text.split()]
    with reading(actor.scope) as session:
        now = business_now(session)
        query = (
            sa.select(Entitlement)
            .join(Person, Person.id == Entitlement.person_id)
            .where(*wanted, sa.not_(Entitlement.voided), Entitlement.agency_id == actor.agency_id)
            .options(joinedload(Entitlement.person), joinedload(Entitlement.principal))
            .order_by(Person.sort_key, Entitlement.relation, Entitlement.entitled_from.desc())
            .limit(MOST * 2)
        )
        newest: dict[tuple[int, int, Relation], Entitlement] = {}
        for right in session.scalars(query):
            newest.setdefault((right.person_id, right.principal_id, right.relation), right)
        rights = list(newest.values())[:MOST]
        found = [_found(right, now) for right in rights]
        read = [_read(right, hash_key) for right in rights]
    record_reads(read, actor=actor, purpose=PURPOSE)
    return found


def desk(entitlement_id: int, *, actor: Actor, hash_key: str, draft_id: int | None = None) -> ChangeDesk:
    """The desk of one right of the actor's own agency; who is shown on it leaves a read-access row.

    Raises NotFound('ENTITLEMENT_NOT_FOUND' or 'REQUEST_NOT_FOUND').
    """
    actor.require(Power.RECORD_REQUEST)
    with reading(actor.scope) as session:
        right = _right(session, entitlement_id, actor)
        now = business_now(session)
        today = bangkok_day(now)
        family = family_of(session, right, today) if right.is_own else []
        waiting = _waiting(session, entitlement_id)
        draft = next((one for one in waiting if one.id == draft_id and one.status is RequestStatus.DRAFT), None)
        if draft_id is not None and draft is None:
            raise NotFound("REQUEST_NOT_FOUND")
        papers = evidence_filed.of_requests(session, [right.request_id, *([draft.id] if draft else [])])
        found = ChangeDesk(
            right, right.state_on(today, now), today, now, tuple(family),
            tuple(one for one in waiting if one is not draft), tuple(papers.get(right.request_id, ())), draft,
            tuple(papers.get(draft.id, ())) if draft else (),
            came_back.of_drafts(session, [draft]).get(draft.id) if draft else None,
        )  # fmt: skip
        session.expunge_all()
    record_reads([_read(one, hash_key) for one in (right, *family)], actor=actor, purpose=PURPOSE)
    return found


def _right(session: Session, entitlement_id: int, actor: Actor) -> Entitlement:
    if not 0 < entitlement_id <= LARGEST_ID:
        raise NotFound("ENTITLEMENT_NOT_FOUND")
    query = sa.select(Entitlement).where(Entitlement.id == entitlement_id, sa.not_(Entitlement.voided))
    query = query.options(
        joinedload(Entitlement.person), joinedload(Entitlement.principal), joinedload(Entitlement.agency)
    )
    found = session.scalars(query).one_or_none()
    if found is None or found.agency_id != actor.agency_id:
        raise NotFound("ENTITLEMENT_NOT_FOUND")
    return found


def _waiting(session: Session, entitlement_id: int) -> Sequence[ChangeRequest]:
    query = (
        sa.select(ChangeRequest)
        .where(ChangeRequest.target_entitlement_id == entitlement_id, ChangeRequest.status.in_(OPEN_STATUSES))
        .options(joinedload(ChangeRequest.proposal))
        .order_by(ChangeRequest.id)
    )
    return session.scalars(query).all()


def _found(right: Entitlement, now: datetime) -> FoundRight:
    return FoundRight(
        right.id, right.person.full_name, national_id.mask(right.person.national_id), right.relation,
        right.principal.full_name, right.state_on(bangkok_day(now), now),
    )  # fmt: skip


def _read(right: Entitlement, hash_key: str) -> dict[str, str]:
    return {"person_hash": person_hash(right.person.national_id, hash_key), "object_type": "entitlement",
            "object_id": str(right.id)}  # fmt: skip
