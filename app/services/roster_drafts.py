"""The requests of an import before they are submitted: drafts under one number that stay out of everybody's sight."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.imports import ImportState
from app.domain.people import RequestStatus
from app.models.change_request import ChangeRequest, Proposal, RequestEditor
from app.models.evidence import EvidenceDocument, EvidenceLink
from app.models.roster_import import RosterImport, RosterLine
from app.services import submissions
from app.services.numbering import take_numbers
from app.services.roster_fates import holder_of, member_of
from app.services.roster_lines import Record, going, of_check, record_of
from app.services.rosters.verdict import FamilyRow

_request = ChangeRequest.__table__


def hidden() -> sa.Select[tuple[str | None]]:
    """The numbers of imports that are being made: their drafts are no work for anybody yet."""
    return sa.select(RosterImport.submission_no).where(
        RosterImport.state == ImportState.SUBMITTING, RosterImport.submission_no.is_not(None)
    )


def next_lines(session: Session, note: RosterImport, most: int) -> Sequence[RosterLine]:
    """The first lines that go and have no draft yet, each principal before his family."""
    query = sa.select(RosterLine).where(of_check(note), going(), RosterLine.request_id.is_(None))
    return session.scalars(query.order_by(RosterLine.family_place, RosterLine.place).limit(most)).all()


def count(session: Session, note: RosterImport, *, drafted: bool = False) -> int:
    """How many lines go, or of those, how many have a draft."""
    query = sa.select(sa.func.count(RosterLine.id)).where(of_check(note), going())
    if drafted:
        query = query.where(RosterLine.request_id.is_not(None))
    return session.scalar(query) or 0


def draft(
    session: Session, note: RosterImport, lines: Sequence[RosterLine], *, before: int, actor: Actor, now: datetime
) -> None:
    """Write the drafts of these lines, `before` of whose import have theirs; a line that has one is known by it."""
    if note.submission_no is None:
        note.submission_no = next(take_numbers(session, "SB", note.agency_id, bangkok_day(now), 1))
    records = [record_of(line) for line in lines]
    evidence = _declared_evidence(session, records, actor, now)
    members = [member_of(record, evidence.get(place, ())) for place, record in enumerate(records)]
    requests = submissions.write_drafts(
        session, members, principal=[holder_of(r) for r in records], submission_no=note.submission_no,
        actor=actor, now=now,
    )  # fmt: skip
    places = [{"known": request.id, "place": before + n} for n, request in enumerate(requests)]
    moved = sa.update(_request).where(_request.c.id == sa.bindparam("known")).values(position=sa.bindparam("place"))
    session.connection().execute(moved, places)
    for line, request in zip(lines, requests, strict=True):
        line.request_id = request.id
    session.flush()


def drafts_of(session: Session, note: RosterImport) -> list[ChangeRequest]:
    """All drafts of an import with their proposals, in order."""
    query = (
        sa.select(ChangeRequest)
        .join(ChangeRequest.proposal)
        .options(sa.orm.contains_eager(ChangeRequest.proposal))
        .where(_drafts(note))
        .order_by(ChangeRequest.position)
    )
    return list(session.scalars(query))


def let_go(session: Session, note: RosterImport) -> None:
    """Remove the drafts of an import and their declared documents, and the number with them; set by set."""
    ids = sa.select(ChangeRequest.id).where(_drafts(note)).scalar_subquery()
    silent = {"synchronize_session": False}
    papers = list(session.scalars(sa.select(EvidenceLink.evidence_id).where(EvidenceLink.request_id.in_(ids))))
    for kind in (EvidenceLink, RequestEditor, Proposal):
        session.execute(sa.delete(kind).where(kind.request_id.in_(ids)), execution_options=silent)
    session.execute(sa.delete(ChangeRequest).where(_drafts(note)), execution_options=silent)
    for start in range(0, len(papers), 500):
        some = EvidenceDocument.id.in_(papers[start : start + 500])
        unused = sa.and_(some, EvidenceDocument.submitted_at.is_(None), EvidenceDocument.sha256.is_(None))
        session.execute(sa.delete(EvidenceDocument).where(unused), execution_options=silent)
    mine = sa.update(RosterLine).where(RosterLine.import_id == note.id)
    session.execute(mine.values(request_id=None), execution_options=silent)
    note.submission_no = None
    session.flush()


def _drafts(note: RosterImport) -> sa.ColumnElement[bool]:
    return sa.and_(
        ChangeRequest.submission_no == note.submission_no,
        ChangeRequest.agency_id == note.agency_id,
        ChangeRequest.status == RequestStatus.DRAFT,
    )


def _declared_evidence(
    session: Session, records: Sequence[Record], actor: Actor, now: datetime
) -> dict[int, tuple[int, ...]]:
    """The documents that the family sheet names, by the record's place; without a file, for their papers follow."""
    documents = {
        place: EvidenceDocument(
            uploader_agency_id=actor.agency_id, doc_type=record.doc_type, doc_no=record.doc_no,
            issue_date=record.issue_date, uploaded_by_id=actor.user_id, uploaded_at=now,
        )
        for place, record in enumerate(records)
        if isinstance(record, FamilyRow)
    }  # fmt: skip
    session.add_all(documents.values())
    session.flush()
    return {place: (document.id,) for place, document in documents.items()}
