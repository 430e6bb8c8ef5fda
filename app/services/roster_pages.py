"""What a clerk sees of the imports of the agency: the list, one import with its background work, its lines by fate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.imports import Decision, Fate, ImportState
from app.domain.people import DocType, JobStatus, RequestStatus
from app.domain.powers import Power
from app.models.change_request import ChangeRequest
from app.models.evidence import EvidenceDocument, EvidenceLink
from app.models.job import Job
from app.models.roster_import import RosterImport, RosterLine
from app.services import roster_drafts
from app.services.officers import officer_names
from app.services.roster_lines import Line, as_line, of_check
from app.services.transaction import reading

LINES_PER_PAGE = 50
MOST_IMPORTS = 50
LARGEST_ID = 2**31 - 1
_LEADS_TO = {Decision.DIFFERENT: Fate.NEW, Decision.SAME: Fate.MEND}


@dataclass(frozen=True)
class Work:
    """The background work of an import; `total` is None before it is known how much there is."""

    status: JobStatus
    done: int
    total: int | None

    @property
    def percent(self) -> int | None:
        """How much is done."""
        return None if not self.total else 100 * self.done // self.total


@dataclass(frozen=True)
class ImportNote:
    """One import in the list."""

    note: RosterImport
    work: Work | None
    brought_by: str

    @property
    def has_failed(self) -> bool:
        """Whether its work ended without an outcome and has to be begun anew."""
        busy = self.note.state in (ImportState.CHECKING, ImportState.SUBMITTING)
        return busy and self.work is not None and self.work.status in (JobStatus.FAILED, JobStatus.CANCELLED)


@dataclass(frozen=True)
class ImportPage(ImportNote):
    """One import on its own page: its lines by what becomes of them, how many go, which papers follow, what is decided.

    `counts` follow the clerk's decisions: a doubt told apart is ready, the same person is to be mended.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    going: int = 0
    unsent: int = 0  # changes that were to be taken over and that law or register refused
    papers: dict[DocType, int] | None = None
    outcomes: dict[RequestStatus, int] | None = None

    @property
    def undecided(self) -> int:
        """How many doubts wait for the clerk."""
        return self.counts.get(Fate.DOUBT, 0)

    @property
    def decided(self) -> int:
        """How many of its requests wait for the registrar no more."""
        return sum((self.outcomes or {}).values())


def history(*, actor: Actor) -> list[ImportNote]:
    """The latest imports in the actor's scope, newest first. Raises NotAllowed('POWER_MISSING')."""
    actor.require(Power.IMPORT_ROSTER)
    with reading(actor.scope) as session:
        query = sa.select(RosterImport).order_by(RosterImport.id.desc()).limit(MOST_IMPORTS)
        notes = session.scalars(query).all()
        work = _work(session, notes)
        names = officer_names(session, (note.created_by_id for note in notes))
        return [ImportNote(n, work.get(n.job_id), names.get(n.created_by_id, "")) for n in notes]


def find(import_id: int, *, actor: Actor) -> ImportPage:
    """One import in the actor's scope. Raises NotAllowed('POWER_MISSING'), NotFound('IMPORT_NOT_FOUND')."""
    actor.require(Power.IMPORT_ROSTER)
    with reading(actor.scope) as session:
        note = _note(session, import_id)
        names = officer_names(session, [note.created_by_id])
        common = (note, _work(session, [note]).get(note.job_id), names.get(note.created_by_id, ""))
        counts = _counts(session, note)
        if note.state is ImportState.CHECKED:
            return ImportPage(*common, counts, roster_drafts.count(session, note), _unsent(session, note))
        if note.state is ImportState.SUBMITTED:
            beside = _papers(session, note), _outcomes(session, note)
            return ImportPage(*common, counts, 0, _unsent(session, note), *beside)
        return ImportPage(*common, counts)


def lines(import_id: int, fate: Fate, *, page: int, actor: Actor) -> tuple[list[Line], int]:
    """One page of the lines with a fate, and how many pages there are; a page beyond the end becomes the last one.

    Decided doubts stand both among the doubts, where the decision can be changed, and where it has led them.
    """
    actor.require(Power.IMPORT_ROSTER)
    with reading(actor.scope) as session:
        note = _note(session, import_id)
        wanted = sa.and_(of_check(note), _led_to(fate))
        many = session.scalar(sa.select(sa.func.count(RosterLine.id)).where(wanted)) or 0
        pages = max(1, -(-many // LINES_PER_PAGE))
        start = (min(max(page, 1), pages) - 1) * LINES_PER_PAGE
        query = sa.select(RosterLine).where(wanted).order_by(RosterLine.place)
        return [as_line(line) for line in session.scalars(query.offset(start).limit(LINES_PER_PAGE))], pages


def staying_out(import_id: int, *, actor: Actor) -> tuple[RosterImport, list[Line]]:
    """The lines that a clerk has to mend: unreadable, against the law, or the same person under a mistyped number.

    Together with the lines of their holders that stand in the file, which the mended family needs beside it.
    """
    actor.require(Power.IMPORT_ROSTER)
    with reading(actor.scope) as session:
        note = _note(session, import_id)
        same = sa.and_(
            RosterLine.fate == Fate.DOUBT, sa.or_(RosterLine.decision.is_(None), RosterLine.decision == Decision.SAME)
        )
        out = sa.or_(RosterLine.fate.in_((Fate.MEND, Fate.LAW)), same)
        query = sa.select(RosterLine).where(of_check(note), out).order_by(RosterLine.place)
        return note, [as_line(line) for line in session.scalars(query)]


def _note(session: Session, import_id: int) -> RosterImport:
    note = session.get(RosterImport, import_id) if 0 < import_id <= LARGEST_ID else None
    if note is None:
        raise NotFound("IMPORT_NOT_FOUND")
    return note


def _counts(session: Session, note: RosterImport) -> dict[str, int]:
    """The lines by fate as the clerk's decisions leave them; together they are all lines."""
    decided = (
        sa.select(RosterLine.decision, sa.func.count(RosterLine.id))
        .where(of_check(note), RosterLine.fate == Fate.DOUBT, RosterLine.decision.in_(_LEADS_TO))
        .group_by(RosterLine.decision)
    )
    counts = dict(note.counts)
    for decision, many in session.execute(decided):
        counts[Fate.DOUBT] -= many
        counts[_LEADS_TO[decision]] = counts.get(_LEADS_TO[decision], 0) + many
    return counts


def _unsent(session: Session, note: RosterImport) -> int:
    refused = sa.and_(RosterLine.fate == Fate.CHANGED, RosterLine.reason["code"].as_string() != "STANDING")
    return session.scalar(sa.select(sa.func.count(RosterLine.id)).where(of_check(note), refused)) or 0


def _led_to(fate: Fate) -> sa.ColumnElement[bool]:
    decisions = [decision for decision, to in _LEADS_TO.items() if to is fate]
    return sa.or_(RosterLine.fate == fate, sa.and_(RosterLine.fate == Fate.DOUBT, RosterLine.decision.in_(decisions)))


def _work(session: Session, notes: Sequence[RosterImport]) -> dict[int | None, Work]:
    ids = [note.job_id for note in notes if note.job_id is not None]
    query = sa.select(Job.id, Job.status, Job.done_count, Job.total_count).where(Job.id.in_(ids))
    return {row.id: Work(row.status, row.done_count, row.total_count) for row in session.execute(query)}


def _papers(session: Session, note: RosterImport) -> dict[DocType, int]:
    """By type, the declared documents of the import whose papers have not come yet."""
    query = (
        sa.select(EvidenceDocument.doc_type, sa.func.count(EvidenceDocument.id))
        .join(EvidenceLink, EvidenceLink.evidence_id == EvidenceDocument.id)
        .join(ChangeRequest, ChangeRequest.id == EvidenceLink.request_id)
        .where(ChangeRequest.submission_no == note.submission_no, EvidenceDocument.sha256.is_(None))
        .group_by(EvidenceDocument.doc_type)
        .order_by(EvidenceDocument.doc_type)
    )
    return {kind: many for kind, many in session.execute(query)}


def _outcomes(session: Session, note: RosterImport) -> dict[RequestStatus, int]:
    """How many requests of the import stand where, but for those that wait for the registrar."""
    status = ChangeRequest.status
    query = (
        sa.select(status, sa.func.count(ChangeRequest.id))
        .where(ChangeRequest.submission_no == note.submission_no, status != RequestStatus.PENDING_APPROVAL)
        .group_by(status)
        .order_by(status)
    )
    return {state: many for state, many in session.execute(query)}
