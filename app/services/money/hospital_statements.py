"""นำเข้า STM ของหน่วยบริการ: what the NHSO paid to hospitals, line by line beside the register and its claims (spec 8.3).

A workbook is known by its content and read once, in the background. National IDs are matched and then kept masked only.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain.actor import NATION, Actor
from app.domain.errors import BadInput, Conflict, NotFound
from app.domain.hospital_statements import Finding, Reversal, StatementState
from app.domain.names import tidy
from app.domain.people import JobStatus
from app.domain.powers import Power
from app.models.claim import ReceiptClaim
from app.models.dialects import lock_rows
from app.models.hospital_statement import HospitalStatement, HospitalStatementLine
from app.models.job import Job
from app.services import jobs, roster_uploads
from app.services.audit import record
from app.services.clock import business_now
from app.services.evidence import LARGEST_ID
from app.services.leases import Lease
from app.services.money.hospital_matching import matched
from app.services.money.hospital_reversals import Reversed, payments_of, taken_back
from app.services.money.hospital_sheets import SheetLine, read
from app.services.officers import names_of_accounts
from app.services.roster_uploads import Tray
from app.services.transaction import reading, transaction
from config import instance_dir

KIND, FOLDER = "hospital_statement", "hospital_statements"
NOBODY = 0  # the tray's place for what belongs to no agency
PAGE, AT_ONCE, MOST_IN_FILE, NAME_LENGTH = 50, 500, 10_000, 255
_line = HospitalStatementLine.__table__
Which = Finding | Reversal | None  # None: all that differ


@dataclass(frozen=True)
class Shown:
    """A statement with one page of its lines, counted from 1; `finding` is what was asked for.

    `taken_back` is how many of all lines take money back and how much (satang), `reversals` how many of them differ in nothing;
    `reverses` names the payments that the shown ones take back.
    """

    statement: HospitalStatement
    finding: Which
    rows: Sequence[HospitalStatementLine]
    page: int
    has_more: bool
    taken_back: tuple[int, int] = (0, 0)
    reversals: int = 0
    reverses: Mapping[int, Reversed] = field(default_factory=dict)


@dataclass(frozen=True)
class About:
    """Which of some statements wait for a reading that has ended without an outcome, and who brought them, by the account's name.

    The file of one that broke off has to be brought in again.
    """

    broken_off: frozenset[int]
    people: Mapping[str, str]


def receive(content: bytes, original_name: str, *, actor: Actor, tray: Tray) -> tuple[int, bool]:
    """Take a workbook in and have it read; returns its id, and whether it was there already.

    The same bytes again are the same statement; one that was refused, or whose reading broke off, is read anew.
    Raises NotAllowed('POWER_MISSING'), BadInput and Refused as `roster_uploads.hold`.
    """
    actor.require(Power.IMPORT_STATEMENTS)
    sha256 = hashlib.sha256(content).hexdigest()
    with reading(actor.scope) as session:
        known = session.scalars(sa.select(HospitalStatement).where(HospitalStatement.sha256 == sha256)).one_or_none()
        if known is not None and not _begins_anew(session, known):
            return known.id, True
    roster_uploads.hold(content, agency_id=NOBODY, tray=tray)
    try:
        return _receive(sha256, original_name, actor)
    except Conflict:  # somebody else sent it at the same instant, and was first
        return _receive(sha256, original_name, actor)


def read_in(payload: dict[str, Any], lease: Lease) -> None:
    """Read and match the workbook of one statement (the handler of KIND); begun again it begins anew."""
    officer = Actor(str(payload["officer"]), NATION, user_id=int(payload["officer_id"]))
    statement_id = int(payload["statement_id"])
    with reading(NATION) as session:
        of = session.get(HospitalStatement, statement_id)
        if of is None or of.state is not StatementState.READING:
            return  # an earlier attempt got to the end
        sha256 = of.sha256
    tray = Tray(instance_dir(os.environ) / FOLDER)
    try:
        lines = read(roster_uploads.content_of(NOBODY, sha256, tray=tray))
    except (BadInput, NotFound) as refusal:
        _end(statement_id, officer, lease, state=StatementState.REFUSED, problem=refusal.code)
        roster_uploads.drop(NOBODY, sha256, tray=tray)  # full of national IDs, and nobody reads it again
        return
    counts: Counter[str] = Counter()
    for start in range(0, len(lines), AT_ONCE):
        _write(statement_id, lines[start : start + AT_ONCE], start, len(lines), counts, lease, officer)
    _end(
        statement_id, officer, lease, state=StatementState.READ, line_count=len(lines), counts=dict(counts),
        satang=sum(line.satang or 0 for line in lines),
    )  # fmt: skip
    roster_uploads.drop(NOBODY, sha256, tray=tray)


def newest(page: int, *, actor: Actor) -> tuple[Sequence[HospitalStatement], bool]:
    """The statements, the newest first, and whether more follow. Raises NotAllowed('POWER_MISSING')."""
    actor.require(Power.IMPORT_STATEMENTS)
    query = sa.select(HospitalStatement).order_by(HospitalStatement.id.desc())
    with reading(actor.scope) as session:
        rows = session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
        session.expunge_all()
    return rows[:PAGE], len(rows) > PAGE


def about(statements: Sequence[HospitalStatement], *, actor: Actor) -> About:
    """What else a page says of these statements. Raises NotAllowed('POWER_MISSING')."""
    actor.require(Power.IMPORT_STATEMENTS)
    with reading(actor.scope) as session:
        names = names_of_accounts(session, (one.brought_by for one in statements))
        return About(frozenset(one.id for one in statements if _has_broken_off(session, one)), names)


def open_statement(statement_id: int, finding: Which, page: int, *, actor: Actor) -> Shown:
    """A statement with its lines of one finding, or with all that differ. Raises NotFound('STATEMENT_NOT_FOUND')."""
    actor.require(Power.IMPORT_STATEMENTS)
    with reading(actor.scope) as session:
        statement = _found(session, statement_id)
        rows = session.scalars(_lines(statement_id, finding).offset((page - 1) * PAGE).limit(PAGE + 1)).all()
        back, reversals = taken_back(session, statement_id), session.scalar(_count_of_reversals(statement_id)) or 0
        reverses = payments_of(session, rows[:PAGE])
        session.expunge_all()
    return Shown(statement, finding, rows[:PAGE], page, len(rows) > PAGE, back, reversals, reverses)


def for_file(statement_id: int, finding: Which, *, actor: Actor) -> Shown:
    """The same for a file, at most MOST_IN_FILE lines; its taking is written down before anything of it leaves.

    What is read is read first: thousands of lines hold up nobody who writes.
    """
    actor.require(Power.IMPORT_STATEMENTS)
    with reading(actor.scope) as session:
        statement = _found(session, statement_id)
        rows = session.scalars(_lines(statement_id, finding).limit(MOST_IN_FILE + 1)).all()
        reverses = payments_of(session, rows)
        session.expunge_all()
    with transaction(actor) as session:
        told = {"lines": min(len(rows), MOST_IN_FILE)}
        record(session, actor, "take_statement_file", KIND, statement_id, detail=told)
    return Shown(statement, finding, rows[:MOST_IN_FILE], 1, len(rows) > MOST_IN_FILE, reverses=reverses)


def _receive(sha256: str, original_name: str, actor: Actor) -> tuple[int, bool]:
    with transaction(actor) as session:
        query = sa.select(HospitalStatement).where(HospitalStatement.sha256 == sha256)
        statement = session.scalars(lock_rows(query, session)).one_or_none()
        if statement is not None and not _begins_anew(session, statement):
            return statement.id, True
        now = business_now(session)
        if statement is None:
            name = tidy(original_name)[:NAME_LENGTH]
            statement = HospitalStatement(sha256=sha256, original_name=name)
            session.add(statement)
        statement.state, statement.problem = StatementState.READING, None
        statement.brought_by_id, statement.brought_by, statement.brought_at = actor.user_id, actor.name, now
        session.flush()
        payload = {"statement_id": statement.id, "officer_id": actor.user_id, "officer": actor.name}
        jobs.add(session, KIND, f"{KIND}:{statement.id}:{now.isoformat()}", payload, actor=actor)
        record(session, actor, "bring_statement", KIND, statement.id)
        return statement.id, False


def _begins_anew(session: Session, statement: HospitalStatement) -> bool:
    return statement.state is StatementState.REFUSED or _has_broken_off(session, statement)


def _has_broken_off(session: Session, statement: HospitalStatement) -> bool:
    if statement.state is not StatementState.READING:
        return False
    jobs_of = sa.select(Job.status).where(Job.key.startswith(f"{KIND}:{statement.id}:")).order_by(Job.id.desc())
    return session.scalar(jobs_of.limit(1)) in (JobStatus.FAILED, JobStatus.CANCELLED)


def _write(
    statement_id: int, lines: Sequence[SheetLine], start: int, total: int, counts: Counter[str], lease: Lease, officer: Actor
) -> None:  # fmt: skip
    with transaction(officer) as session:
        lease.guard(session, done_count=start, total_count=total)
        if not start:  # what a killed attempt left behind
            session.execute(sa.delete(_line).where(_line.c.statement_id == statement_id))
        rows = matched(session, statement_id, lines)
        counts.update(row["finding"] for row in rows)
        session.execute(sa.insert(_line), rows)


def _end(statement_id: int, officer: Actor, lease: Lease, **values: Any) -> None:
    with transaction(officer) as session:
        lease.guard(session)
        statement = session.get_one(HospitalStatement, statement_id)
        for name, value in values.items():
            setattr(statement, name, value)
        if statement.state is StatementState.READ:
            statement.read_at = business_now(session)
        record(session, officer, "finish_statement", KIND, statement_id, detail={"lines": statement.line_count})


def _found(session: Session, statement_id: int) -> HospitalStatement:
    found = session.get(HospitalStatement, statement_id) if 0 < statement_id <= LARGEST_ID else None
    if found is None:
        raise NotFound("STATEMENT_NOT_FOUND")
    return found


def _count_of_reversals(statement_id: int) -> sa.Select[Any]:
    reversal = _line.c.finding == Finding.MATCHES, _line.c.satang < 0
    return sa.select(sa.func.count()).select_from(_line).where(_line.c.statement_id == statement_id, *reversal)


def _lines(statement_id: int, finding: Which) -> sa.Select[Any]:
    line = HospitalStatementLine
    which = line.finding == finding if isinstance(finding, Finding) else line.finding != Finding.MATCHES
    if finding is Finding.MATCHES:
        which = sa.and_(which, sa.or_(line.satang.is_(None), line.satang >= 0))
    if finding is Reversal.REVERSAL:
        which = sa.and_(line.finding == Finding.MATCHES, line.satang < 0)
    names = joinedload(line.person), joinedload(line.claim).joinedload(ReceiptClaim.agency)
    return (
        sa.select(line)
        .options(*names)
        .where(line.statement_id == statement_id, which)
        .order_by(line.excel_row, line.id)
    )
