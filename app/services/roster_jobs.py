"""The background work that checks a workbook line by line; safe to kill anywhere. What submits it: `roster_sending`."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor, Scope, ScopeKind
from app.domain.errors import BadInput, NotFound
from app.domain.imports import ImportState
from app.domain.powers import Power
from app.models.dialects import lock_rows
from app.models.roster_import import RosterImport, RosterLine
from app.services import roster_layouts, roster_lines, roster_uploads
from app.services.clock import business_now
from app.services.leases import Fenced, Lease
from app.services.roster_fates import RowFate
from app.services.roster_judging import judged
from app.services.rosters.headings import Layout
from app.services.rosters.workbook import OpenSheet, Roster, open_workbook, people_of
from app.services.transaction import reading, transaction
from config import instance_dir, load_config

LINES_AT_ONCE = 2_000
_FOR_THE_CLERK = ("ROSTER_NO_COLUMN", "ROSTER_NO_HEADER", "ROSTER_NO_SHEET")


def check(payload: dict[str, Any], lease: Lease) -> None:
    """Read and judge the workbook of one import and write the fate of every line (the handler of CHECK).

    Lines are written under the number of this check, which counts from the last transaction on: before it the clerk sees
    the earlier check, or that it is under way. Begun again it begins anew.
    """
    officer = officer_of(payload)
    with reading(officer.scope) as session:
        note = session.get(RosterImport, payload["import_id"])
        if note is None or note.state is not ImportState.CHECKING or note.job_id != lease.job_id:
            return  # an earlier attempt was killed after its last transaction, or the clerk has stopped it
        layouts = roster_layouts.remembered(session)
    sheets, hidden, outcome = _read(note, layouts)
    if isinstance(outcome, Roster):
        with reading(officer.scope) as session:
            now, key = business_now(session), load_config()["SECRET_KEY"]
            _verdict, fates = judged(session, outcome, note.sha256, note.agency_id, officer, now, hash_key=key)
        _write(payload, lease, officer, note.agency_id, fates)
        outcome = {
            "state": ImportState.CHECKED, "check_no": payload["started"], "counts": roster_lines.counts_of(fates),
            "problem": {"code": "ROSTER_SHEETS_HIDDEN", "facts": {"sheets": hidden}} if hidden else None,
        }  # fmt: skip
    _end(payload, lease, officer, sheets=roster_layouts.surveyed(sheets), **outcome)


def _read(
    note: RosterImport, layouts: Mapping[str, Layout]
) -> tuple[list[OpenSheet], list[str], Roster | dict[str, Any]]:
    """The sheets of the held file, the names of hidden ones that list people too, and the people on those that are shown, or
    else what the check comes to without them."""
    tray = roster_uploads.Tray(instance_dir(os.environ) / roster_uploads.FOLDER)
    sheets: list[OpenSheet] = []
    hidden: list[str] = []
    try:
        book = open_workbook(roster_uploads.content_of(note.agency_id, note.sha256, tray=tray), layouts)
        sheets = [sheet for sheet in book if sheet.is_visible]
        hidden = [sheet.name for sheet in book if not sheet.is_visible and sheet.lists_people]
        if roster_layouts.must_be_explained(sheets):
            return sheets, hidden, {"state": ImportState.COLUMNS}
        return sheets, hidden, people_of(sheets)
    except (BadInput, NotFound) as refusal:
        for_clerk = refusal.code in _FOR_THE_CLERK and any(sheet.heading for sheet in sheets)
        state = ImportState.COLUMNS if for_clerk else ImportState.REFUSED
        facts = dict(refusal.facts) | ({"hidden": hidden} if hidden and refusal.code == "ROSTER_NO_SHEET" else {})
        return sheets, hidden, {"state": state, "problem": {"code": refusal.code, "facts": facts}}


def _write(payload: dict[str, Any], lease: Lease, officer: Actor, agency_id: int, fates: Sequence[RowFate]) -> None:
    import_id, check_no = payload["import_id"], payload["started"]
    rows = roster_lines.as_rows(fates, import_id=import_id, check_no=check_no, agency_id=agency_id)
    for start in range(0, len(rows), LINES_AT_ONCE):
        some = rows[start : start + LINES_AT_ONCE]
        with transaction(officer) as session:
            held(session, payload, lease, ImportState.CHECKING)
            lease.guard(session, done_count=start + len(some), total_count=len(rows))
            if not start:  # what a killed attempt left behind
                _forget(session, import_id, RosterLine.check_no == check_no)
            session.execute(sa.insert(RosterLine.__table__), some)


def _end(
    payload: dict[str, Any],
    lease: Lease,
    officer: Actor,
    *,
    state: ImportState,
    sheets: Sequence[Mapping[str, Any]],
    problem: dict[str, Any] | None = None,
    check_no: int = 0,
    counts: dict[str, int] | None = None,
) -> None:
    """The last transaction of a check: from here on its lines count, the earlier ones are gone."""
    with transaction(officer) as session:
        note = held(session, payload, lease, ImportState.CHECKING)
        if check_no:
            _keep_decisions(session, note, check_no)
        _forget(session, note.id, RosterLine.check_no != check_no)
        kept = note.problem if note.problem and note.problem.get("code") == "STALE" else None
        note.state, note.problem, note.sheets = state, kept or problem, [dict(sheet) for sheet in sheets]
        note.check_no, note.counts = check_no, counts or {}


def _keep_decisions(session: Session, note: RosterImport, check_no: int) -> None:
    """What a clerk said of a line holds for the same line of the same file."""
    said = sa.select(RosterLine).where(roster_lines.of_check(note), RosterLine.decision.is_not(None))
    for line in session.scalars(said):
        same = sa.update(RosterLine).where(
            RosterLine.import_id == note.id, RosterLine.check_no == check_no, RosterLine.sheet == line.sheet,
            RosterLine.excel_row == line.excel_row, RosterLine.national_id == line.national_id,
        )  # fmt: skip
        session.execute(same.values(decision=line.decision, decided_by_id=line.decided_by_id))


def _forget(session: Session, import_id: int, which: sa.ColumnElement[bool]) -> None:
    gone = sa.delete(RosterLine).where(RosterLine.import_id == import_id, which)
    session.execute(gone, execution_options={"synchronize_session": False})


def held(session: Session, payload: dict[str, Any], lease: Lease, state: ImportState) -> RosterImport:
    """The import, held; Fenced when it is no longer this job's to work on."""
    lease.guard(session)
    query = sa.select(RosterImport).where(RosterImport.id == payload["import_id"])
    note = session.scalars(lock_rows(query, session)).one_or_none()
    if note is None or note.state is not state or note.job_id != lease.job_id:
        raise Fenced(f"import {payload['import_id']}")
    return note


def officer_of(payload: Mapping[str, Any]) -> Actor:
    """The officer who asked for it, with the powers that this very work needs."""
    officer = payload["officer"]
    scope = Scope(ScopeKind.AGENCY, officer["agency_id"])
    return Actor(scope=scope, powers=frozenset({Power.IMPORT_ROSTER, Power.RECORD_REQUEST}), **officer)
