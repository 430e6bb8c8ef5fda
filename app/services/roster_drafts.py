"""The requests of an import before they are submitted: drafts under one number that stay out of everybody's sight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.imports import ImportState
from app.domain.people import RequestStatus, RequestType
from app.models.base import Model
from app.models.change_request import ChangeRequest, Proposal, RequestEditor, RequestFlag
from app.models.dialects import take_ids
from app.models.evidence import EvidenceDocument, EvidenceLink
from app.models.roster_import import PreparedRequest, RosterImport, RosterLine
from app.rules import certification
from app.services import submissions
from app.services.numbering import take_numbers
from app.services.roster_fates import holder_of, member_of
from app.services.roster_lines import Record, going, of_check, record_of
from app.services.rosters.verdict import FamilyRow

_line = RosterLine.__table__


@dataclass(frozen=True, slots=True)
class GoingLine:
    """A line that becomes the request of that position; with its draft, where it has one, and whether that is prepared."""

    position: int
    line_id: int
    family: int
    request_id: int | None
    is_prepared: bool


def hidden() -> sa.Select[tuple[str | None]]:
    """The numbers of imports that are being made: their drafts are no work for anybody yet."""
    return sa.select(RosterImport.submission_no).where(
        RosterImport.state == ImportState.SUBMITTING, RosterImport.submission_no.is_not(None)
    )


def going_lines(session: Session, note: RosterImport) -> list[GoingLine]:
    """The lines that become requests, each principal before his family, in the order of the requests."""
    prepared = sa.select(PreparedRequest.request_id).where(PreparedRequest.request_id == RosterLine.request_id).exists()
    query = sa.select(RosterLine.id, RosterLine.family_place, RosterLine.request_id, prepared)
    query = query.where(of_check(note), going()).order_by(RosterLine.family_place, RosterLine.place)
    return [GoingLine(position, *row) for position, row in enumerate(session.execute(query))]


def lines_of(session: Session, ids: Sequence[int]) -> dict[int, RosterLine]:
    """These lines by their ids."""
    return {line.id: line for line in session.scalars(sa.select(RosterLine).where(RosterLine.id.in_(ids)))}


def count(session: Session, note: RosterImport) -> int:
    """How many lines go."""
    return session.scalar(sa.select(sa.func.count(RosterLine.id)).where(of_check(note), going())) or 0


def draft(
    session: Session, note: RosterImport, lines: Mapping[int, RosterLine], *, actor: Actor, now: datetime
) -> dict[int, int]:
    """Write the drafts of these lines, by their positions, set by set; returns each line's request by its id."""
    take_number(session, note, now)
    records = [record_of(line) for line in lines.values()]
    evidence = _declared_evidence(session, records, actor, now)
    ids = take_ids(session, "change_request", len(lines))
    numbers = take_numbers(session, "CR", note.agency_id, bangkok_day(now), len(lines))
    common = {
        "submission_no": note.submission_no, "type": RequestType.CERTIFY_NEW, "status": RequestStatus.DRAFT,
        "agency_id": note.agency_id, "recorded_by_id": actor.user_id, "recorded_at": now,
    }  # fmt: skip
    requests, proposals = [], []
    for key, number, position, record in zip(ids, numbers, lines, records, strict=True):
        whose = holder_of(record)
        proposal = submissions.proposed(member_of(record), whose)
        right = certification.asked_right(record.national_id, whose, proposal["relation"])
        request = {"id": key, "request_no": number, "position": position, "asked_right": right}
        requests.append(common | request | {"sort_key": proposal["sort_key"]})
        proposals.append(proposal | {"request_id": key, "agency_id": note.agency_id})
    linked = [{"request_id": ids[n], "evidence_id": e, "agency_id": note.agency_id} for n, e in evidence.items()]
    editors = [{"request_id": key, "revision": 1, "user_id": actor.user_id, "agency_id": note.agency_id} for key in ids]
    drafted = {line.id: key for line, key in zip(lines.values(), ids, strict=True)}
    _insert(session, ChangeRequest, requests)
    _insert(session, Proposal, proposals)
    _insert(session, EvidenceLink, linked)
    _insert(session, RequestEditor, editors if actor.user_id is not None else [])
    mine = sa.update(_line).where(_line.c.id == sa.bindparam("line")).values(request_id=sa.bindparam("request"))
    session.connection().execute(mine, [{"line": line, "request": key} for line, key in drafted.items()])
    return drafted


def take_number(session: Session, note: RosterImport, now: datetime) -> str:
    """The number under which everything of this import stands."""
    if note.submission_no is None:
        note.submission_no = next(take_numbers(session, "SB", note.agency_id, bangkok_day(now), 1))
    return note.submission_no


def _insert(session: Session, kind: type[Model], rows: list[dict[str, Any]]) -> None:
    """Rows as plain Core: the ORM would look at each by itself."""
    if rows:
        session.connection().execute(sa.insert(kind.__table__), rows)  # type: ignore[attr-defined]


def let_go(session: Session, note: RosterImport) -> None:
    """Remove the drafts of an import and their declared documents, and the number with them; set by set."""
    ids = sa.select(ChangeRequest.id).where(_drafts(note)).scalar_subquery()
    silent = {"synchronize_session": False}
    papers = list(session.scalars(sa.select(EvidenceLink.evidence_id).where(EvidenceLink.request_id.in_(ids))))
    for kind in (PreparedRequest, RequestFlag, EvidenceLink, RequestEditor, Proposal):
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


def _declared_evidence(session: Session, records: Sequence[Record], actor: Actor, now: datetime) -> dict[int, int]:
    """The documents that the family sheet names, by the record's place; without a file, for their papers follow."""
    named = {place: record for place, record in enumerate(records) if isinstance(record, FamilyRow)}
    ids = dict(zip(named, take_ids(session, "evidence_document", len(named)), strict=True))
    documents = [
        {
            "id": ids[place], "uploader_agency_id": actor.agency_id, "doc_type": record.doc_type, "doc_no": record.doc_no,
            "issue_date": record.issue_date, "uploaded_by_id": actor.user_id, "uploaded_at": now,
        }
        for place, record in named.items()
    ]  # fmt: skip
    _insert(session, EvidenceDocument, documents)
    return ids
