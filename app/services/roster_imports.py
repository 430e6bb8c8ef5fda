"""The clerk's verbs on imports: hand a workbook in, explain its columns, decide doubts, submit, take back, undo.

A workbook goes CHECKING, then CHECKED (or COLUMNS, REFUSED); SUBMITTING makes drafts that nobody sees, and one transaction
submits them all. What runs in the background stands in `roster_jobs`.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import names
from app.domain.actor import Actor
from app.domain.errors import BadInput, Conflict, NotAllowed, NotFound, WrongState
from app.domain.imports import Decision, Fate, ImportState
from app.domain.people import JobStatus, RequestStatus
from app.domain.powers import Power
from app.models.change_request import ChangeRequest
from app.models.dialects import lock_rows
from app.models.job import Job
from app.models.roster_import import RosterImport, RosterLine
from app.services import jobs, roster_drafts, roster_layouts, roster_uploads
from app.services.audit import record as audit
from app.services.clock import business_now
from app.services.my_jobs import UNFINISHED
from app.services.roster_lines import going, of_check
from app.services.roster_uploads import Tray
from app.services.rosters.headings import Layout
from app.services.transaction import transaction

CHECK, SUBMIT = "roster_check", "roster_submit"
NAME_LENGTH = 255
LARGEST_ID = 2**31 - 1
_SETTLED = (ImportState.CHECKED, ImportState.COLUMNS, ImportState.REFUSED)
_job = Job.__table__


def receive(content: bytes, original_name: str, *, actor: Actor, tray: Tray) -> int:
    """Take a workbook in and have it checked in the background; returns the id of its import.

    The same bytes again, also at the same instant and under another name, are the same import: what waits for its clerk is
    checked anew, what is on its way or submitted stays as it is. Raises NotAllowed('POWER_MISSING', 'AGENCY_NEEDED'),
    BadInput and Refused as `roster_uploads.hold`.
    """
    agency_id = _agency_of(actor)
    sha256 = roster_uploads.hold(content, agency_id=agency_id, tray=tray)
    try:
        return _receive(sha256, original_name, agency_id, actor)
    except Conflict:  # somebody else sent it at the same instant, and was first
        return _receive(sha256, original_name, agency_id, actor)


def check_again(import_id: int, *, actor: Actor) -> None:
    """Judge the same file anew, for the register may have changed; decisions on doubts are kept.

    Raises NotFound('IMPORT_NOT_FOUND'), WrongState('IMPORT_BUSY', 'IMPORT_OVER').
    """
    with transaction(actor) as session:
        note = _locked(session, import_id, actor)
        _refuse_busy(session, note)
        _start_check(session, note, actor)


def explain_columns(import_id: int, said: Sequence[Layout], *, actor: Actor) -> None:
    """Remember what the columns hold, for this agency and these headings, and check the file anew.

    `said` follows the import's sheets. Raises as `check_again`, BadInput as `roster_layouts.explain`.
    """
    with transaction(actor) as session:
        note = _locked(session, import_id, actor)
        _refuse_busy(session, note)
        if not note.sheets or len(said) != len(note.sheets):
            raise WrongState("IMPORT_CHANGED")
        roster_layouts.explain(session, note.sheets, said, actor)
        audit(session, actor, "explain_columns", "roster_import", note.id, agency_id=note.agency_id)
        _start_check(session, note, actor)


def decide(import_id: int, decisions: dict[int, Decision | None], *, actor: Actor) -> None:
    """Say of lines, by their ids, whether they are the same person or another, or that a change is taken over; None takes it
    back.

    Raises NotFound('IMPORT_NOT_FOUND'), WrongState('IMPORT_BUSY', 'IMPORT_OVER'); unknown lines are passed over.
    """
    with transaction(actor) as session:
        note = _locked(session, import_id, actor)
        if note.state is not ImportState.CHECKED:
            raise WrongState("IMPORT_BUSY" if note.state in _BUSY else "IMPORT_OVER")
        may = {Fate.DOUBT: (Decision.SAME, Decision.DIFFERENT, None), Fate.CHANGED: (Decision.TAKE, None)}
        query = sa.select(RosterLine).where(of_check(note), RosterLine.fate.in_(may), RosterLine.id.in_(decisions))
        lines = [line for line in session.scalars(query) if decisions[line.id] in may[line.fate]]
        for line in lines:
            line.decision = decisions[line.id]
            line.decided_by_id = actor.user_id if line.decision else None
        detail = {"lines": {str(line.id): line.decision for line in lines}}
        audit(session, actor, "decide_double", "roster_import", note.id, agency_id=note.agency_id, detail=detail)


def take_changes(import_id: int, *, taken: bool, actor: Actor) -> None:
    """Take all lines over that differ from what stands, or none of them; errors as `decide`."""
    with transaction(actor) as session:
        note = _locked(session, import_id, actor)
        if note.state is not ImportState.CHECKED:
            raise WrongState("IMPORT_BUSY" if note.state in _BUSY else "IMPORT_OVER")
        changed = sa.update(RosterLine).where(of_check(note), RosterLine.fate == Fate.CHANGED)
        said = {"decision": Decision.TAKE if taken else None, "decided_by_id": actor.user_id if taken else None}
        done = session.execute(changed.values(said), execution_options={"synchronize_session": False})
        audit(session, actor, "take_changes", "roster_import", note.id, agency_id=note.agency_id,
              detail={"lines": done.rowcount, "taken": taken})  # fmt: skip


def submit(import_id: int, *, actor: Actor) -> None:
    """Have the lines that may go turned into submitted requests under one number, all or none, in the background.

    Raises NotFound('IMPORT_NOT_FOUND'), WrongState('IMPORT_BUSY', 'IMPORT_OVER'), BadInput('NOTHING_NEW').
    """
    with transaction(actor) as session:
        note = _locked(session, import_id, actor)
        if note.state is not ImportState.CHECKED:
            raise WrongState("IMPORT_BUSY" if note.state in _BUSY else "IMPORT_OVER")
        if session.scalar(sa.select(RosterLine.id).where(of_check(note), going()).limit(1)) is None:
            raise BadInput("NOTHING_NEW")
        note.state, note.problem = ImportState.SUBMITTING, None
        _start(session, SUBMIT, note, actor)


def stop(import_id: int, *, actor: Actor) -> None:
    """End what is under way: a submission leaves nothing behind, a check leaves what was known before.

    Raises NotFound('IMPORT_NOT_FOUND'), WrongState('IMPORT_OVER') when it had ended already.
    """
    with transaction(actor) as session:
        note = _locked(session, import_id, actor)
        if note.state not in _BUSY:
            raise WrongState("IMPORT_OVER")
        # The worker that has it loses its lease with this very commit (decisions 7).
        unfinished = sa.update(_job).where(_job.c.id == note.job_id, _job.c.status.in_(UNFINISHED))
        session.execute(unfinished.values(status=JobStatus.CANCELLED, lease_until=None))
        if note.state is ImportState.SUBMITTING:
            roster_drafts.let_go(session, note)
        note.state = ImportState.CHECKED if note.check_no else ImportState.REFUSED
        note.problem = None if note.check_no else {"code": "ROSTER_STOPPED"}
        audit(session, actor, "stop_import", "roster_import", note.id, agency_id=note.agency_id)


def discard(import_id: int, *, actor: Actor, tray: Tray) -> None:
    """Throw an import away that was never submitted: its lines, its file and its row.

    Raises NotFound('IMPORT_NOT_FOUND'), WrongState('IMPORT_BUSY', 'IMPORT_OVER').
    """
    with transaction(actor) as session:
        note = _locked(session, import_id, actor)
        _refuse_busy(session, note)
        session.execute(sa.delete(RosterLine).where(RosterLine.import_id == note.id))
        audit(session, actor, "discard_import", "roster_import", note.id, agency_id=note.agency_id)
        agency_id, sha256 = note.agency_id, note.sha256
        session.delete(note)
    roster_uploads.drop(agency_id, sha256, tray=tray)


def undo(import_id: int, *, actor: Actor) -> int:
    """Take back every request of an import before the registrar has decided any; returns how many.

    Raises NotFound('IMPORT_NOT_FOUND'), WrongState('IMPORT_OVER') unless it is submitted, and WrongState('IMPORT_DECIDED',
    fact `count`) when some are decided.
    """
    with transaction(actor) as session:
        note = _locked(session, import_id, actor)
        if note.state is not ImportState.SUBMITTED:
            raise WrongState("IMPORT_OVER")
        query = sa.select(ChangeRequest.id, ChangeRequest.status).where(
            ChangeRequest.submission_no == note.submission_no, ChangeRequest.agency_id == note.agency_id
        )
        # Held in id order, as decisions hold them: of the two at once, one waits for the other.
        found = session.execute(lock_rows(query.order_by(ChangeRequest.id), session)).all()
        decided = [row for row in found if row.status not in (RequestStatus.PENDING_APPROVAL, RequestStatus.CANCELLED)]
        if decided:
            raise WrongState("IMPORT_DECIDED", count=len(decided))
        waiting = sa.update(ChangeRequest).where(
            ChangeRequest.submission_no == note.submission_no,
            ChangeRequest.agency_id == note.agency_id,
            ChangeRequest.status == RequestStatus.PENDING_APPROVAL,
        )
        values = {"status": RequestStatus.CANCELLED, "version": ChangeRequest.version + 1}
        done = session.execute(waiting.values(values), execution_options={"synchronize_session": False})
        note.state, note.undone_at, note.undone_by_id = ImportState.UNDONE, business_now(session), actor.user_id
        audit(
            session, actor, "undo_import", "roster_import", note.id, agency_id=note.agency_id,
            detail={"requests": done.rowcount},
        )  # fmt: skip
        return int(done.rowcount)


def job_payload(note: RosterImport, actor: Actor) -> dict[str, Any]:
    """What the background work needs to know: the import, its version now, and for whom it works."""
    officer = {"name": actor.name, "user_id": actor.user_id, "agency_id": actor.agency_id}
    return {"import_id": note.id, "started": note.version, "officer": officer}


def start_check(session: Session, note: RosterImport, actor: Actor) -> None:
    """Have a held import checked anew, within the transaction of a verb or of a job."""
    _start_check(session, note, actor)


_BUSY = (ImportState.CHECKING, ImportState.SUBMITTING)


def _receive(sha256: str, original_name: str, agency_id: int, actor: Actor) -> int:
    with transaction(actor) as session:
        live = sa.select(RosterImport).where(
            RosterImport.agency_id == agency_id, RosterImport.sha256 == sha256, RosterImport.state != ImportState.UNDONE
        )
        note = session.scalars(lock_rows(live, session)).one_or_none()
        if note is None:
            note = RosterImport(
                agency_id=agency_id, sha256=sha256, original_name=_known_as(original_name), counts={},
                state=ImportState.CHECKING, created_by_id=actor.user_id, created_at=business_now(session),
            )  # fmt: skip
            session.add(note)
            session.flush()
            audit(session, actor, "receive_roster", "roster_import", note.id, agency_id=agency_id)
        elif note.state not in _SETTLED:
            return note.id
        _start_check(session, note, actor)
        return note.id


def _start_check(session: Session, note: RosterImport, actor: Actor) -> None:
    note.state = ImportState.CHECKING
    _start(session, CHECK, note, actor)


def _start(session: Session, kind: str, note: RosterImport, actor: Actor) -> None:
    session.flush()
    key = f"{kind}:{note.id}:{note.version}"
    note.job_id = jobs.add(session, kind, key, job_payload(note, actor), actor=actor, agency_id=note.agency_id).id
    session.flush()


def _locked(session: Session, import_id: int, actor: Actor) -> RosterImport:
    """The import of the actor's own agency, held against other verbs and its job."""
    _agency_of(actor)
    query = sa.select(RosterImport).where(RosterImport.id == import_id, RosterImport.agency_id == actor.agency_id)
    note = session.scalars(lock_rows(query, session)).one_or_none() if 0 < import_id <= LARGEST_ID else None
    if note is None:
        raise NotFound("IMPORT_NOT_FOUND")
    return note


def _refuse_busy(session: Session, note: RosterImport) -> None:
    """Refuse while work is under way, unless it has failed for good, and once the requests are submitted."""
    if note.state is ImportState.CHECKING:
        status = session.scalar(sa.select(_job.c.status).where(_job.c.id == note.job_id))
        if status in UNFINISHED:
            raise WrongState("IMPORT_BUSY")
    elif note.state not in _SETTLED:
        raise WrongState("IMPORT_BUSY" if note.state is ImportState.SUBMITTING else "IMPORT_OVER")


def _agency_of(actor: Actor) -> int:
    actor.require(Power.IMPORT_ROSTER)
    if actor.agency_id is None:
        raise NotAllowed("AGENCY_NEEDED")
    return actor.agency_id


def _known_as(original_name: str) -> str:
    """The last part of the name as uploaded, Thai kept; a long one keeps its end."""
    return names.tidy(original_name.replace("\\", "/").rsplit("/", 1)[-1])[-NAME_LENGTH:]


__all__ = [
    "CHECK",
    "SUBMIT",
    "check_again",
    "decide",
    "discard",
    "explain_columns",
    "receive",
    "stop",
    "submit",
    "take_changes",
    "undo",
]
