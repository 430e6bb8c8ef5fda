"""What a clerk's desk shows: his work in hand, and one submission with its drafts ready to be filled in again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.people import (
    CORRECTABLE_STATUSES,
    Relation,
    RequestStatus,
    Sex,
)
from app.domain.powers import Power
from app.models.change_request import ChangeRequest, Proposal, RequestEditor
from app.models.entitlement import Entitlement
from app.models.evidence import EvidenceLink
from app.models.person import Person
from app.models.roster_import import RosterImport
from app.services import evidence_filed, form_families, roster_drafts, succession_returns
from app.services.audit import person_hash, record_reads
from app.services.came_back import of_drafts as came_back_before
from app.services.evidence import LARGEST_ID
from app.services.family_forms import Member, as_member
from app.services.transaction import reading
from app.services.work_items import WorkItem, item_of

MINE_TO_DO = (RequestStatus.DRAFT, *CORRECTABLE_STATUSES)
MOST_ROWS, MOST_OF_FORM = 200, 50
PURPOSE = "SUBMISSION"


@dataclass(frozen=True)
class WorkGroup:
    """The lines of one form, which the clerk takes up together: the first of `count`."""

    submission_no: str
    items: tuple[WorkItem, ...]
    count: int


@dataclass(frozen=True)
class Desk:
    """The work in hand, what waits for the registrar (`waiting_count` in all), both newest first.

    Of each kind MOST_ROWS, of one waiting form MOST_OF_FORM: an import of thousands leaves room for what came before it.
    """

    to_do: tuple[WorkGroup, ...]
    waiting: tuple[WorkGroup, ...]
    to_do_count: int
    waiting_count: int


@dataclass(frozen=True)
class PrincipalNote:
    """Through whom a family has its rights; `person_id` is None until a round has carried his own."""

    national_id: str
    full_name: str
    person_id: int | None
    sex: Sex | None = None


@dataclass(frozen=True)
class Submission:
    """One form as it stands: its requests as lines, its drafts as members, and its principal where he is not on it.

    `name` and `others` name this form and the other families of its number that are drafts (`form_families`). An import
    without drafts has thousands of requests: `items` are those of one of its `pages`, `count` says how many there are.
    """

    submission_no: str
    items: tuple[WorkItem, ...]
    drafts: tuple[Member, ...]
    principal: PrincipalNote | None
    name: str = ""
    others: tuple[str, ...] = ()
    count: int = 0
    page: int = 1

    @property
    def pages(self) -> int:
        """How many pages of MOST_ROWS its requests fill."""
        return max(1, -(-self.count // MOST_ROWS))


def my_work(*, actor: Actor, whole_agency: bool = False) -> Desk:
    """What the actor recorded or changed, or with `whole_agency` anybody of it, that is not over; MOST_ROWS of each."""
    actor.require(Power.RECORD_REQUEST)
    with reading(actor.scope) as session:
        to_do, to_do_count = _lines(session, MINE_TO_DO, MOST_ROWS, actor, whole_agency)
        sent = (RequestStatus.PENDING_APPROVAL,)
        waiting, waiting_count = _lines(session, sent, MOST_OF_FORM, actor, whole_agency)
    return Desk(to_do, waiting, to_do_count, waiting_count)


def count_my_work(*, actor: Actor) -> int:
    """How many requests wait for the actor himself: drafts, returned, rejected, not carried by their round."""
    with reading(actor.scope) as session:
        return session.execute(_count(_of_desk(MINE_TO_DO, actor, whole_agency=False))).scalar_one()


def came_back(*, actor: Actor) -> tuple[WorkItem, ...]:
    """What the actor recorded and came back, with the reason, newest first: his to know of whatever his role is now."""
    actor.require(Power.VIEW_ROUNDS)
    query = sa.select(ChangeRequest, Proposal).join(Proposal, Proposal.request_id == ChangeRequest.id)
    query = query.where(ChangeRequest.recorded_by_id == actor.user_id, ChangeRequest.status.in_(CORRECTABLE_STATUSES))
    with reading(actor.scope) as session:
        rows = session.execute(query.order_by(ChangeRequest.decided_at.desc(), ChangeRequest.id).limit(MOST_ROWS)).all()
        sent_back = succession_returns.of_requests(session, [request for request, _ in rows])
    return tuple(item_of(*row, (), sent_back.get(row[0].id)) for row in rows)


def submission(name: str, *, actor: Actor, hash_key: str, page: int = 1) -> Submission:
    """One form of the actor's agency; each person on it leaves a read-access row. Raises NotFound('REQUEST_NOT_FOUND').

    Of a number with several families it is one of them: that of the request in the name, else the first with drafts.
    """
    submission_no, request_id = form_families.parted(name)
    actor.require(Power.RECORD_REQUEST)
    with reading(actor.scope) as session:
        every = _requests(session, ChangeRequest.submission_no == submission_no) if submission_no else []
        if not every:
            raise NotFound("REQUEST_NOT_FOUND")
        brought = sa.select(RosterImport.id).where(RosterImport.submission_no == submission_no).limit(1)
        is_import = session.scalar(brought) is not None
        form = form_families.form_of(submission_no, every, request_id, is_import=is_import)
        drafts = [row for row in form.rows if row[0].status is RequestStatus.DRAFT]
        page = 1 if drafts else min(max(page, 1), max(1, -(-len(form.rows) // MOST_ROWS)))
        rows = form.rows if drafts else form.rows[(page - 1) * MOST_ROWS :][:MOST_ROWS]
        principal = _principal_beside(session, [proposal for _, proposal in drafts or rows])
        papers = evidence_filed.of_requests(session, [request.id for request, _ in rows])
        back = came_back_before(session, (request for request, _ in rows))
        found = Submission(
            submission_no,
            tuple(item_of(r, p, papers.get(r.id, ()), None, back.get(r.id)) for r, p in rows),
            _members(session, drafts),
            principal,
            form.name,
            form.others,
            len(form.rows),
            page,
        )
    _write_down([proposal for _, proposal in rows], submission_no, actor, hash_key)
    return found


def principal_note(person_id: int, *, actor: Actor) -> PrincipalNote:
    """The person as a principal of the actor's own agency, to whom family may be added; raises NotFound."""
    actor.require(Power.RECORD_REQUEST)
    query = (
        sa.select(Person)
        .join(Entitlement, Entitlement.person_id == Person.id)
        .where(Person.id == person_id, Entitlement.relation == Relation.SELF, sa.not_(Entitlement.voided))
        .where(Entitlement.agency_id == actor.agency_id)
    )
    with reading(actor.scope) as session:
        person = session.execute(query).scalars().first() if 0 < person_id <= LARGEST_ID else None
    if person is None:
        raise NotFound("PRINCIPAL_NOT_FOUND")
    return PrincipalNote(person.national_id, person.full_name, person.id, person.sex)


def submission_of(request_id: int, *, actor: Actor) -> str | None:
    """The form that a request belongs to, None where it is gone or out of reach."""
    query = sa.select(ChangeRequest.submission_no).where(ChangeRequest.id == request_id)
    with reading(actor.scope) as session:
        return session.execute(query).scalar_one_or_none() if 0 < request_id <= LARGEST_ID else None


def _of_desk(statuses: Sequence[RequestStatus], actor: Actor, *, whole_agency: bool) -> sa.Select[Any]:
    query = sa.select(ChangeRequest, Proposal).join(Proposal, Proposal.request_id == ChangeRequest.id)
    query = query.where(ChangeRequest.status.in_(statuses), ChangeRequest.agency_id == actor.agency_id)
    query = query.where(ChangeRequest.submission_no.not_in(roster_drafts.hidden()))
    if whole_agency:
        return query
    edited = sa.select(RequestEditor.request_id).where(RequestEditor.user_id == actor.user_id)
    return query.where(sa.or_(ChangeRequest.recorded_by_id == actor.user_id, ChangeRequest.id.in_(edited)))


def _count(query: sa.Select[Any]) -> sa.Select[tuple[int]]:
    return query.with_only_columns(sa.func.count(ChangeRequest.id))


def _lines(
    session: Session, statuses: Sequence[RequestStatus], most: int, actor: Actor, whole_agency: bool
) -> tuple[tuple[WorkGroup, ...], int]:
    query = _of_desk(statuses, actor, whole_agency=whole_agency)
    form, inside = ChangeRequest.submission_no, (ChangeRequest.position, ChangeRequest.id)
    of_form = {"partition_by": form, "order_by": inside}
    place, many = sa.func.row_number().over(**of_form), sa.func.count().over(partition_by=form)
    placed = query.with_only_columns(ChangeRequest.id, place.label("place"), many.label("many")).subquery()
    shown = (
        sa.select(ChangeRequest, Proposal, placed.c.many)
        .join(Proposal, Proposal.request_id == ChangeRequest.id)
        .join(placed, placed.c.id == ChangeRequest.id)
        .where(placed.c.place <= most)
    )
    rows = session.execute(shown.order_by(form.desc(), *inside).limit(MOST_ROWS)).all()
    papers = evidence_filed.of_requests(session, [request.id for request, *_ in rows])
    sent_back = succession_returns.of_requests(session, [request for request, *_ in rows])
    counts = {request.submission_no: many for request, _, many in rows}
    back = came_back_before(session, (request for request, *_ in rows))
    items = [item_of(r, p, papers.get(r.id, ()), sent_back.get(r.id), back.get(r.id)) for r, p, _ in rows]
    groups = groupby(items, lambda item: item.submission_no)
    found = tuple(WorkGroup(number, tuple(group), counts[number]) for number, group in groups)
    return found, session.execute(_count(query)).scalar_one()


def _requests(session: Session, condition: Any) -> list[tuple[ChangeRequest, Proposal]]:
    query = sa.select(ChangeRequest, Proposal).join(Proposal, Proposal.request_id == ChangeRequest.id).where(condition)
    return [(r, p) for r, p in session.execute(query.order_by(ChangeRequest.position, ChangeRequest.id))]


def _members(session: Session, rows: Sequence[tuple[ChangeRequest, Proposal]]) -> tuple[Member, ...]:
    links = session.execute(
        sa.select(EvidenceLink.request_id, EvidenceLink.evidence_id)
        .where(EvidenceLink.request_id.in_([request.id for request, _ in rows]))
        .order_by(EvidenceLink.evidence_id)
    ).all()
    return tuple(
        replace(
            as_member(proposal),
            evidence_ids=tuple(link.evidence_id for link in links if link.request_id == request.id),
            request_id=request.id,
            seen_version=request.version,
        )
        for request, proposal in rows
    )


def _principal_beside(session: Session, proposals: Sequence[Proposal]) -> PrincipalNote | None:
    """The principal of these proposals where none of them is his own."""
    if any(proposal.relation is Relation.SELF for proposal in proposals):
        return None
    number = proposals[0].principal_national_id
    person = session.execute(sa.select(Person).where(Person.national_id == number)).scalars().first()
    if person is not None:
        return PrincipalNote(number, person.full_name, person.id, person.sex)
    own = sa.and_(Proposal.national_id == number, Proposal.relation == Relation.SELF)
    asked = _requests(session, own)
    if not asked:
        return PrincipalNote(number, "", None)
    return PrincipalNote(number, asked[-1][1].full_name, None, asked[-1][1].sex)


def _write_down(proposals: Sequence[Proposal], submission_no: str, actor: Actor, hash_key: str) -> None:
    numbers = dict.fromkeys(proposal.national_id for proposal in proposals)
    rows = [
        {"person_hash": person_hash(number, hash_key), "object_type": "submission", "object_id": submission_no}
        for number in numbers
    ]
    record_reads(rows, actor=actor, purpose=PURPOSE)
