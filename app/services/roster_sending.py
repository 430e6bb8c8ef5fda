"""The background work that turns the lines of an import into submitted requests; safe to kill anywhere.

Chunk by chunk drafts are written and made ready, which nobody sees; then one short transaction submits them all.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import Conflict, InvalidForm, PortalError
from app.domain.imports import Fate, ImportState
from app.models.roster_import import RosterImport
from app.services import roster_drafts, roster_edits, roster_imports, roster_prepared
from app.services.audit import record as audit
from app.services.clock import business_now
from app.services.leases import Lease
from app.services.roster_drafts import GoingLine
from app.services.roster_jobs import held, officer_of
from app.services.transaction import reading, transaction

LINES_AT_ONCE = 500
# So often may the register move between judging and submitting before a clerk has to look again.
ATTEMPTS = 5


def submit(payload: dict[str, Any], lease: Lease) -> None:
    """Turn the lines that go into requests, all or none (the handler of SUBMIT).

    What was written is not written again, whoever goes on; what the register refuses meanwhile makes the import CHECKING
    again, with nothing of it left.
    """
    officer = officer_of(payload)
    with reading(officer.scope) as session:
        note = session.get(RosterImport, payload["import_id"])
    if note is None or note.job_id != lease.job_id:
        return
    if note.state is ImportState.SUBMITTING:
        try:
            _send(payload, lease, officer)
        except (InvalidForm, Conflict) as refusal:
            # Judged at the check from the same facts: a round, a colleague or another agency came between.
            _give_back(payload, lease, officer, refusal)
            return
    elif note.state is not ImportState.SUBMITTED:
        return
    _clear(lease, officer, note.id)


def _send(payload: dict[str, Any], lease: Lease, officer: Actor) -> None:
    for _ in range(ATTEMPTS):
        with reading(officer.scope) as session:
            note = session.get_one(RosterImport, payload["import_id"])
            lines = roster_drafts.going_lines(session, note)
        for done, some in _chunks(lines):
            _make_ready(payload, lease, officer, note, some)
            lease.progress(done, len(lines))
        with reading(officer.scope) as session:
            total = roster_drafts.count(session, note)  # changes that the law refuses stay out
        if not total:
            return _nothing_left(payload, lease, officer)
        if _submitted(payload, lease, officer, total):
            return None
    raise Conflict("STALE")


def _chunks(lines: Sequence[GoingLine]) -> Iterator[tuple[int, list[GoingLine]]]:
    """Whole families that are not prepared, some hundred lines at once, each with how many lines are done with them."""
    some: list[GoingLine] = []
    done = sum(line.is_prepared for line in lines)
    for _, family in groupby(lines, key=lambda line: line.family):
        members = list(family)
        if not all(line.is_prepared for line in members):
            done += sum(not line.is_prepared for line in members)
            some += members
        if len(some) >= LINES_AT_ONCE:
            yield done, some
            some = []
    if some:
        yield done, some


def _make_ready(
    payload: dict[str, Any], lease: Lease, officer: Actor, note: RosterImport, some: Sequence[GoingLine]
) -> None:
    """Draft these lines where they are not, judge them without holding anybody up, and keep what came of it."""
    undrafted = [line for line in some if line.request_id is None]
    with reading(officer.scope) as session:
        found = roster_drafts.lines_of(session, [line.line_id for line in undrafted])
    requests = [line.request_id for line in some if line.request_id is not None]
    if undrafted:
        with transaction(officer) as session:
            holding = held(session, payload, lease, ImportState.SUBMITTING)
            lines = {line.position: found[line.line_id] for line in undrafted}
            now = business_now(session)
            for draft, is_change in ((roster_drafts.draft, False), (roster_edits.draft, True)):
                some_lines = {place: line for place, line in lines.items() if (line.fate is Fate.CHANGED) == is_change}
                if some_lines:
                    requests += draft(session, holding, some_lines, actor=officer, now=now).values()
    with reading(officer.scope) as session:
        ready = roster_prepared.judged(session, note, requests, business_now(session))
    with transaction(officer) as session:
        held(session, payload, lease, ImportState.SUBMITTING)
        roster_prepared.keep(session, ready)


def _submitted(payload: dict[str, Any], lease: Lease, officer: Actor, total: int) -> bool:
    """Submit all that was made ready; False when some of it has to be judged again."""
    with transaction(officer) as session:
        note = held(session, payload, lease, ImportState.SUBMITTING)
        now = business_now(session)
        if roster_prepared.moved(session, note, bangkok_day(now)):
            return False
        roster_prepared.submit(session, note, total, actor=officer, now=now)
        note.state, note.submitted_at, note.row_count = ImportState.SUBMITTED, now, total
        detail = {name.lower(): number for name, number in note.counts.items()} | {"requests": total}
        audit(session, officer, "import_roster", "roster_import", note.id, agency_id=note.agency_id, detail=detail)
        return True


def _nothing_left(payload: dict[str, Any], lease: Lease, officer: Actor) -> None:
    """All that was to go were changes that the law refuses: the lines say why, and nothing is sent."""
    with transaction(officer) as session:
        note = held(session, payload, lease, ImportState.SUBMITTING)
        roster_drafts.let_go(session, note)
        note.state = ImportState.CHECKED
        audit(session, officer, "stop_import", "roster_import", note.id, agency_id=note.agency_id)


def _clear(lease: Lease, officer: Actor, import_id: int) -> None:
    while True:
        with transaction(officer) as session:
            lease.guard(session)
            if not roster_prepared.clear(session, import_id):
                return


def _give_back(payload: dict[str, Any], lease: Lease, officer: Actor, refusal: PortalError) -> None:
    with transaction(officer) as session:
        note = held(session, payload, lease, ImportState.SUBMITTING)
        roster_drafts.let_go(session, note)
        note.problem = {"code": "STALE"}
        roster_imports.start_check(session, note, officer)
        codes = sorted({error.code for error in getattr(refusal, "errors", [refusal])})
        audit(
            session, officer, "stop_import", "roster_import", note.id, agency_id=note.agency_id, detail={"codes": codes}
        )
