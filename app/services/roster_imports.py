"""Brings a personnel workbook in: judged without saving, shown line by line, turned into submitted requests as one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import names
from app.domain.actor import NATION, Actor, Scope, ScopeKind, robot
from app.domain.clock import bangkok_day
from app.domain.errors import Conflict, InvalidForm, NotAllowed, NotFound
from app.domain.people import OPEN_STATUSES, Relation, RequestType
from app.domain.period import Period
from app.domain.powers import Power
from app.models.agency import Agency
from app.models.change_request import ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.models.evidence import EvidenceDocument
from app.models.person import Person
from app.models.roster_import import RosterImport
from app.rules.certification import PARENTS
from app.services import facts, submissions
from app.services.agencies import find_by_code
from app.services.audit import record as audit
from app.services.clock import business_now
from app.services.crossings import roster_matching
from app.services.numbering import take_numbers
from app.services.roster_fates import Desk, Fate, RowFate, fates_of, holder_of, member_of, people_in
from app.services.rosters.judge import KnownHolders, judge
from app.services.rosters.verdict import FamilyRow, PrincipalRow, Verdict
from app.services.rosters.workbook import Roster, read_roster
from app.services.transaction import reading, transaction

NAME_LENGTH = 255
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class ImportResult:
    """What an import came to; `submission_no` and `import_id` are None where no line was new and nothing was written.

    `repeated` marks a workbook that had been brought in before: the result is the first one's.
    """

    import_id: int | None
    submission_no: str | None
    original_name: str
    request_count: int
    created_at: datetime
    repeated: bool = False


@dataclass(frozen=True)
class Preview:
    """The verdict on a workbook with the fate of every line; `earlier` is what this very file came to before."""

    verdict: Verdict
    rows: tuple[RowFate, ...]
    earlier: ImportResult | None

    def count(self, fate: Fate) -> int:
        """How many lines have this fate."""
        return sum(row.fate is fate for row in self.rows)


def check(content: bytes, agency_code: str) -> Verdict:
    """Judge a workbook as the agency of that code would, without saving and without matching; for the command line.

    Raises NotFound('AGENCY_NOT_FOUND'), BadInput as `read_roster`.
    """
    with reading(NATION) as session:
        agency = find_by_code(session, agency_code)
    roster = read_roster(content)
    judge_there = robot("roster-check", Scope(ScopeKind.AGENCY, agency.id))
    with reading(judge_there.scope) as session:
        holders = _known_holders(session, business_now(session))
        return judge(roster, agency_type=agency.agency_type, known_holders=holders)


def preview(content: bytes, *, actor: Actor) -> Preview:
    """What an import of these bytes would do now; nothing is saved but the audit of the matching.

    Raises NotAllowed('POWER_MISSING', 'AGENCY_NEEDED'), BadInput as `read_roster`, ReadAuditFailed.
    """
    agency_id = _agency_of(actor)
    roster, sha256 = read_roster(content), _sha256(content)
    with reading(actor.scope) as session:
        now = business_now(session)
        verdict, rows = _judged(session, roster, sha256, agency_id, actor, now)
        return Preview(verdict, rows, _earlier(session, agency_id, sha256))


def import_roster(content: bytes, original_name: str, *, actor: Actor) -> ImportResult:
    """Turn the new lines of a workbook into submitted requests under one number, all or none.

    Everything is judged again; lines that are known, unreadable or refused by law stay out. The same file twice, also at
    the same instant, gives the first result. Raises as `preview`, and Conflict('STALE') when the register changed meanwhile.
    """
    agency_id, sha256 = _agency_of(actor), _sha256(content)
    with reading(actor.scope) as session:
        earlier = _earlier(session, agency_id, sha256)
    if earlier is not None:
        return earlier
    roster = read_roster(content)
    with transaction(actor) as session:
        now = business_now(session)
        # Taking the number holds off every other import of this agency until this one ends.
        number = next(take_numbers(session, "SB", agency_id, bangkok_day(now), 1))
        earlier = _earlier(session, agency_id, sha256)
        if earlier is not None:
            return earlier
        _verdict, rows = _judged(session, roster, sha256, agency_id, actor, now)
        fresh = _by_family([row.record for row in rows if row.fate is Fate.NEW and row.record is not None])
        if not fresh:
            return ImportResult(None, None, _known_as(original_name), 0, now)
        _submit(session, fresh, number, actor, now)
        note = _note(session, original_name, sha256, number, len(fresh), agency_id, actor, now)
        counts = {fate.value.lower(): sum(row.fate is fate for row in rows) for fate in Fate}
        audit(session, actor, "import_roster", "roster_import", note.id, agency_id=agency_id, detail=counts)
        return _result(note)


def history(*, actor: Actor, most: int = 50) -> list[ImportResult]:
    """The latest imports in the actor's scope, newest first. Raises NotAllowed('POWER_MISSING')."""
    actor.require(Power.IMPORT_ROSTER)
    with reading(actor.scope) as session:
        query = sa.select(RosterImport).order_by(RosterImport.id.desc()).limit(most)
        return [_result(note) for note in session.scalars(query)]


def find(import_id: int, *, actor: Actor) -> ImportResult:
    """One import in the actor's scope. Raises NotAllowed('POWER_MISSING'), NotFound('IMPORT_NOT_FOUND')."""
    actor.require(Power.IMPORT_ROSTER)
    with reading(actor.scope) as session:
        note = session.get(RosterImport, import_id) if 0 < import_id <= LARGEST_ID else None
    if note is None:
        raise NotFound("IMPORT_NOT_FOUND")
    return _result(note)


def _agency_of(actor: Actor) -> int:
    actor.require(Power.IMPORT_ROSTER)
    if actor.agency_id is None:
        raise NotAllowed("AGENCY_NEEDED")
    return actor.agency_id


def _judged(
    session: Session, roster: Roster, sha256: str, agency_id: int, actor: Actor, now: datetime
) -> tuple[Verdict, tuple[RowFate, ...]]:
    agency = session.get_one(Agency, agency_id)
    verdict = judge(roster, agency_type=agency.agency_type, known_holders=_known_holders(session, now))
    people = people_in((*verdict.principals, *verdict.family))
    with_parents = {holder_of(row) for row in verdict.family if row.relation in PARENTS}
    holders = {holder_of(row) for row in verdict.family}
    matches = roster_matching.match(
        session, people, with_parents=with_parents, holders=holders, roster=sha256[:16], actor=actor
    )  # fmt: skip
    period = Period(agency.valid_from, agency.valid_until)
    desk = Desk(agency_id, agency.agency_type, period, bangkok_day(now))
    return verdict, fates_of(roster, verdict, matches, desk)


def _known_holders(session: Session, now: datetime) -> KnownHolders:
    """Which of these people are principals of the session's agency: an own right that has not ended, or asked for."""
    standing = (
        sa.select(Person.national_id)
        .join(Entitlement, Entitlement.person_id == Person.id)
        .where(
            Entitlement.relation == Relation.SELF,
            sa.not_(Entitlement.voided),
            sa.or_(Entitlement.entitled_until.is_(None), Entitlement.entitled_until > bangkok_day(now)),
        )
    )
    asked = (
        sa.select(Proposal.national_id)
        .join(ChangeRequest, ChangeRequest.id == Proposal.request_id)
        .where(
            Proposal.relation == Relation.SELF,
            ChangeRequest.type == RequestType.CERTIFY_NEW,
            ChangeRequest.status.in_(OPEN_STATUSES),
        )
    )

    def known(people: set[str]) -> set[str]:
        found: set[str] = set()
        for some in facts.batches(sorted(people)):
            found |= set(session.scalars(standing.where(Person.national_id.in_(some))))
            found |= set(session.scalars(asked.where(Proposal.national_id.in_(some))))
        return found

    return known


def _by_family(records: Sequence[PrincipalRow | FamilyRow]) -> list[PrincipalRow | FamilyRow]:
    """Each principal followed by his family, so that a registrar reads families and not sheets."""
    families: dict[str, list[PrincipalRow | FamilyRow]] = {}
    for record in sorted(records, key=lambda record: isinstance(record, FamilyRow)):
        families.setdefault(holder_of(record), []).append(record)
    return [record for family in families.values() for record in family]


def _submit(
    session: Session, records: Sequence[PrincipalRow | FamilyRow], number: str, actor: Actor, now: datetime
) -> None:
    evidence = _declared_evidence(session, records, actor, now)
    members = [member_of(record, evidence.get(place, ())) for place, record in enumerate(records)]
    requests = submissions.write_drafts(
        session, members, principal=[holder_of(r) for r in records], submission_no=number, actor=actor, now=now
    )
    try:
        submissions.submit_drafts(session, requests, actor=actor, now=now)
    except InvalidForm as refusal:
        # Judged a moment ago from the same facts: a round or another agency came between.
        raise Conflict("STALE", codes=sorted({error.code for error in refusal.errors})) from refusal


def _declared_evidence(
    session: Session, records: Sequence[PrincipalRow | FamilyRow], actor: Actor, now: datetime
) -> dict[int, tuple[int, ...]]:
    """The documents that the family sheet names, by the record's place; their papers follow."""
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


def _note(
    session: Session, name: str, sha256: str, number: str, count: int, agency_id: int, actor: Actor, now: datetime
) -> RosterImport:
    note = RosterImport(
        agency_id=agency_id, sha256=sha256, original_name=_known_as(name), submission_no=number, row_count=count,
        created_by_id=actor.user_id, created_at=now,
    )  # fmt: skip
    session.add(note)
    session.flush()
    return note


def _earlier(session: Session, agency_id: int, sha256: str) -> ImportResult | None:
    query = sa.select(RosterImport).where(RosterImport.agency_id == agency_id, RosterImport.sha256 == sha256)
    note = session.scalars(query).one_or_none()
    return None if note is None else replace(_result(note), repeated=True)


def _result(note: RosterImport) -> ImportResult:
    return ImportResult(note.id, note.submission_no, note.original_name, note.row_count, note.created_at)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _known_as(original_name: str) -> str:
    """The last part of the name as uploaded, Thai kept; a long one keeps its end."""
    return names.tidy(original_name.replace("\\", "/").rsplit("/", 1)[-1])[-NAME_LENGTH:]
