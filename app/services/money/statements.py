"""ตรวจสอบรายงานการโอนเงิน: what runs brought to an agency, as page, workbook and letter, each in the reader's scope (spec 8.3)."""

import io
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, joinedload

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import NotFound
from app.domain.payment_runs import LIVING, LineOutcome
from app.domain.powers import Power
from app.models.claim import ReceiptClaim
from app.models.payment_run import TransferLine, TransferStatement
from app.models.scoping import SCOPE, in_scope
from app.reports.paper import Footer
from app.reports.transfer_notice import Part, print_notice
from app.reports.transfer_statement import (
    TITLE,
    file_columns,
    file_rows,
    print_statement,
    select_kept_back,
    select_lines,
)
from app.reports.workbook import file_name
from app.services import jobs
from app.services.audit import record, record_reads
from app.services.clock import business_now
from app.services.evidence import LARGEST_ID
from app.services.leases import Lease
from app.services.money.run_pages import PAGE, Rows, line_query
from app.services.officers import names_of_accounts
from app.services.report_files import EXCEL, ROWS_AT_ONCE, asked_by, deliver, refuse_too_many, scope_of, write_table
from app.services.transaction import reading, transaction

KIND, PDF = "transfer_statement", "pdf"
# More lines are written in the background.
AT_ONCE = {EXCEL: 3_000, PDF: 150}
_line, _statement = TransferLine.__table__, TransferStatement.__table__
_claim = ReceiptClaim.__table__


@dataclass(frozen=True)
class Found:
    """A file that is ready: its bytes and the name to give it."""

    content: io.BytesIO
    name: str


def open_statement(statement_id: int, page: int, *, actor: Actor) -> tuple[TransferStatement, Rows]:
    """An issued statement in scope and one page of its lines, counted from 1.

    Raises NotAllowed('POWER_MISSING'), NotFound('STATEMENT_NOT_FOUND').
    """
    actor.require(Power.VIEW_CLAIMS)
    with reading(actor.scope) as session:
        statement = _issued(session, statement_id)
        of = sa.and_(_line.c.statement_id == statement.id, _line.c.outcome == LineOutcome.PAID)
        found = session.execute(line_query().where(of).offset((page - 1) * PAGE).limit(PAGE + 1)).all()
        session.expunge_all()
    return statement, Rows(found[:PAGE], page, len(found) > PAGE)


def of_claim(claim_id: int, *, actor: Actor) -> Sequence[Any]:
    """Where the money of a claim and of its appeals stands: run, statement, outcome; agencies see it once it is issued."""
    actor.require(Power.VIEW_CLAIMS)
    columns = (
        _line.c.appeal_id, _line.c.outcome, _line.c.run_id, _statement.c.id, _statement.c.statement_no,
        _statement.c.run_no, _statement.c.transfer_on, _statement.c.issued_at,
    )  # fmt: skip
    query = sa.select(*columns).join(_statement, _statement.c.id == _line.c.statement_id)
    query = query.where(
        _line.c.claim_id == claim_id, _line.c.outcome.in_(LIVING), in_scope(_line.c.agency_id, actor.scope)
    )
    if Power.PAY_CLAIM not in actor.powers:
        query = query.where(_statement.c.issued_at.is_not(None))
    with reading(actor.scope) as session:
        return session.execute(query.order_by(_line.c.id)).all()


def letters(page: int, *, actor: Actor) -> Rows:
    """The transfer notices in scope, the newest first."""
    actor.require(Power.VIEW_CLAIMS)
    query = sa.select(TransferStatement).options(joinedload(TransferStatement.agency))
    query = query.where(TransferStatement.issued_at.is_not(None)).order_by(TransferStatement.id.desc())
    with reading(actor.scope) as session:
        found = session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
        session.expunge_all()
    return Rows(found[:PAGE], page, len(found) > PAGE)


def count_unopened(*, actor: Actor) -> int:
    """How many notices nobody of the agency has opened yet, for its own finance clerks; no further than PAGE."""
    actor.require(Power.VIEW_CLAIMS)
    if not _is_addressee(actor):
        return 0
    fits = (TransferStatement.issued_at.is_not(None), TransferStatement.opened_at.is_(None))
    with reading(actor.scope) as session:
        first = sa.select(TransferStatement.id).where(*fits).limit(PAGE).subquery()
        return session.scalar(sa.select(sa.func.count()).select_from(first)) or 0


def letter(statement_id: int, *, actor: Actor) -> Found:
    """The transfer notice as PDF; that the agency's finance clerk opened it is noted, the first time. Raises as above."""
    actor.require(Power.VIEW_CLAIMS)
    with reading(actor.scope) as session:
        statement = _issued(session, statement_id)
        kept_back = session.execute(select_kept_back(statement.id)).all()
        content = print_notice(statement, statement.agency, _parts(session, statement), kept_back)
        name = f"หนังสือแจ้งการโอนเงิน_{statement.statement_no}.pdf"
        is_new = statement.opened_at is None and _is_addressee(actor)
    if is_new:
        _note_opened(statement_id, actor)
    return Found(io.BytesIO(content), name)


def _parts(session: Session, statement: TransferStatement) -> list[Part]:
    of_appeals = _line.c.appeal_id.is_not(None)
    query = (
        sa.select(of_appeals, _claim.c.patient_type, sa.func.count(), sa.func.sum(_line.c.satang))
        .join(_claim, _claim.c.id == _line.c.claim_id)
        .where(_line.c.statement_id == statement.id, _line.c.outcome == LineOutcome.PAID)
        .group_by(of_appeals, _claim.c.patient_type)
        .order_by(of_appeals, _claim.c.patient_type)
    )
    return [(bool(appeals), kind, count, int(satang)) for appeals, kind, count, satang in session.execute(query)]


def _note_opened(statement_id: int, actor: Actor) -> None:
    with transaction(actor) as session:
        statement = _issued(session, statement_id)
        if statement.opened_at is None:
            statement.opened_by_id, statement.opened_at = actor.user_id, business_now(session)
            record(session, actor, "open_notice", "transfer_statement", statement.id, agency_id=statement.agency_id)


def file(
    statement_id: int, file_format: str, words: Mapping[str, str], *, actor: Actor
) -> Found | None:  # fmt: skip
    """The statement as workbook or PDF; where it has many lines its job is asked for instead, and None returned.

    `words` are the file's words (titles by column name, codes by `word_key`, phrases). Raises as above, and
    Conflict('EXPORTS_WAITING').
    """
    actor.require(Power.VIEW_CLAIMS)
    with reading(actor.scope) as session:
        statement = _issued(session, statement_id)
        payload = _payload(statement, business_now(session), file_format, words, actor)
        session.expunge_all()
    if statement.line_count > AT_ONCE[file_format]:
        with transaction(actor) as session:
            refuse_too_many(session, actor)
            job = jobs.add(
                session, KIND, f"{KIND}:{secrets.token_hex(8)}", payload, actor=actor, agency_id=actor.agency_id
            )
            record(session, actor, "request_report", "job", job.id, agency_id=actor.agency_id, detail={"report": KIND})
        return None
    with tempfile.TemporaryDirectory() as folder, reading(actor.scope) as session:
        path = Path(folder) / "statement"
        count = _write(session.connection(), path, payload, None)
        content = io.BytesIO(path.read_bytes())
    read = {"object_type": "transfer_statement", "object_id": str(statement_id), "answer": str(count)}
    record_reads([read], actor=actor, purpose="STATEMENT_EXPORT")
    return Found(content, str(payload["file_name"]))


def write(payload: dict[str, Any], lease: Lease) -> None:
    """Write the file of one job (the handler of KIND), streamed."""
    deliver(payload, lease, "statement", lambda connection, path: _write(connection, path, payload, lease))


def _write(connection: Connection, path: Path, payload: Mapping[str, Any], lease: Lease | None) -> int:
    with Session(connection, info={SCOPE: scope_of(payload)}) as session:
        statement = _issued(session, int(payload["statement_id"]))
        agency = statement.agency
        session.expunge_all()
    words, total = payload["words"], statement.line_count

    def progress(done: int) -> None:
        if lease is not None:
            lease.progress(done, total)

    progress(0)
    kept_back = connection.execute(select_kept_back(statement.id)).all()
    streaming = connection.execution_options(yield_per=ROWS_AT_ONCE)
    with closing(streaming.execute(select_lines(statement.id))) as lines:
        if payload["format"] == PDF:
            foot = Footer(_printed_by(connection, payload), business_now(connection))
            path.write_bytes(print_statement(statement, agency, lines.all(), kept_back, words, foot, progress))
            return total
        rows = file_rows(statement, lines, kept_back, words)
        return write_table(
            path, payload, list(payload["heading"]), columns=file_columns(words), rows=rows, progress=progress
        )


def _printed_by(connection: Connection, payload: Mapping[str, Any]) -> str:
    """The officer's name on paper, the account's where he has none."""
    account = str(payload["requester"]["name"])
    with Session(connection, info={SCOPE: scope_of(payload)}) as session:
        return names_of_accounts(session, [account]).get(account) or account


def _payload(
    statement: TransferStatement, now: datetime, file_format: str, words: Mapping[str, str], actor: Actor
) -> dict[str, Any]:
    agency = statement.agency
    return asked_by(actor) | {
        "statement_id": statement.id,
        "format": file_format,
        "power": Power.VIEW_CLAIMS.value,
        "title": words["title"],
        "described": words["described"],
        "heading": [TITLE, words["agency"], words["described"], words["sums"], words["provenance"]],
        "file_name": file_name(f"STM_{statement.run_no}", agency.dla_code, bangkok_day(now), file_format),
        "words": dict(words),
    }


def _issued(session: Session, statement_id: int) -> TransferStatement:
    query = sa.select(TransferStatement).options(joinedload(TransferStatement.agency))
    query = query.where(TransferStatement.id == statement_id, TransferStatement.issued_at.is_not(None))
    found = session.scalars(query).one_or_none() if 0 < statement_id <= LARGEST_ID else None
    if found is None:
        raise NotFound("STATEMENT_NOT_FOUND")
    return found


def _is_addressee(actor: Actor) -> bool:
    """Whether he is of an agency's finance: the NHSO and the auditor open notices of others."""
    return Power.RECORD_CLAIM in actor.powers and actor.agency_id is not None
