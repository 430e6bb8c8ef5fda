"""What the pages of payment runs show: the latest runs, one run with its agencies, its lines by outcome, how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.payment_runs import LineOutcome, RunStatus, RunVerb
from app.domain.powers import Power
from app.models.agency import Agency
from app.models.appeal import Appeal
from app.models.claim import ReceiptClaim
from app.models.job import Job
from app.models.payment_run import PaymentRun, TransferLine, TransferStatement
from app.models.person import Person
from app.models.scoping import in_scope
from app.rules.run_statuses import run_verbs
from app.services.evidence import LARGEST_ID
from app.services.money import bank_files, set_offs
from app.services.money.runs import decided_by
from app.services.my_jobs import seconds_left
from app.services.officers import officer_names
from app.services.transaction import reading

PAGE = 50
_line, _claim, _appeal = TransferLine.__table__, ReceiptClaim.__table__, Appeal.__table__
_statement, _agency, _person = TransferStatement.__table__, Agency.__table__, Person.__table__


@dataclass(frozen=True)
class RunDesk:
    """A run with its counts by outcome; `verbs` is what the reader may do now, `mine` what of it he decided himself."""

    run: PaymentRun
    made_by: str
    released_by: str
    counts: dict[LineOutcome, int]
    verbs: frozenset[RunVerb]
    is_own: bool
    mine: int
    mine_nos: Sequence[str]
    seconds_left: int | None
    takings: Sequence[bank_files.Taking]

    @property
    def is_running(self) -> bool:
        """Whether its job is at work."""
        return self.run.status is RunStatus.RELEASING

    @property
    def total(self) -> int:
        """Lines that are to get their outcome by the release."""
        return sum(count for outcome, count in self.counts.items() if outcome is not LineOutcome.LEFT)

    @property
    def done(self) -> int:
        """Those of them that have it."""
        return self.total - self.counts.get(LineOutcome.WAITS, 0)


@dataclass(frozen=True)
class Rows:
    """One page, counted from 1, and whether another follows."""

    rows: Sequence[Any]
    page: int
    has_more: bool


def newest(page: int, *, actor: Actor) -> Rows:
    """The runs, the newest first. Raises NotAllowed('POWER_MISSING')."""
    actor.require(Power.PAY_CLAIM)
    with reading(actor.scope) as session:
        query = sa.select(PaymentRun).order_by(PaymentRun.id.desc()).offset((page - 1) * PAGE).limit(PAGE + 1)
        found = session.scalars(query).all()
        session.expunge_all()
    return Rows(found[:PAGE], page, len(found) > PAGE)


def open_run(run_id: int, *, actor: Actor) -> RunDesk:
    """One run. Raises NotAllowed('POWER_MISSING'), NotFound('RUN_NOT_FOUND')."""
    actor.require(Power.PAY_CLAIM)
    with reading(actor.scope) as session:
        run = session.get(PaymentRun, run_id) if 0 < run_id <= LARGEST_ID else None
        if run is None:
            raise NotFound("RUN_NOT_FOUND")
        names = officer_names(session, (run.made_by_id, run.released_by_id))
        counted = sa.select(_line.c.outcome, sa.func.count()).where(_line.c.run_id == run.id).group_by(_line.c.outcome)
        counts = {outcome: count for outcome, count in session.execute(counted)}
        mine, numbers = decided_by(session, run.id, actor) if run.status is RunStatus.PREPARED else (0, [])
        job = session.get(Job, run.job_id) if run.job_id is not None else None
        taken = bank_files.takings(session, run.id)
        session.expunge_all()
    return RunDesk(
        run, names.get(run.made_by_id, ""), names.get(run.released_by_id, ""), counts,
        run_verbs(run.status, actor.powers), run.made_by_id == actor.user_id, mine, numbers,
        seconds_left(job) if job is not None else None, taken,
    )  # fmt: skip


def agencies(run_id: int, page: int, *, actor: Actor) -> Rows:
    """What the run brings to each agency, in the order of their codes."""
    actor.require(Power.PAY_CLAIM)
    query = (
        sa.select(
            _statement.c.id, _statement.c.agency_id, _statement.c.statement_no, _statement.c.line_count,
            _statement.c.satang, _statement.c.set_off, _statement.c.issued_at, _agency.c.dla_code, _agency.c.name_th,
        )
        .join(_agency, _agency.c.id == _statement.c.agency_id)
        .where(_statement.c.run_id == run_id, in_scope(_statement.c.agency_id, actor.scope))
        .order_by(_agency.c.dla_code)
    )  # fmt: skip
    return _paged(query, page, actor)


def to_keep_back(rows: Sequence[Any], *, actor: Actor) -> dict[int, int]:
    """What refunds would take off these rows of `agencies` as they stand now, by the agency's id; fixed when it is paid out."""
    actor.require(Power.PAY_CLAIM)
    with reading(actor.scope) as session:
        return set_offs.expected(session, {row.agency_id: row.satang for row in rows}, actor.scope)


def lines(run_id: int, outcome: LineOutcome, page: int, *, actor: Actor) -> Rows:
    """The lines of one outcome, in the order in which they are paid."""
    actor.require(Power.PAY_CLAIM)
    mine = in_scope(_line.c.agency_id, actor.scope)
    return _paged(line_query().where(_line.c.run_id == run_id, _line.c.outcome == outcome, mine), page, actor)


def line_query() -> sa.Select[Any]:
    """Lines with the numbers and names that pages show; whoever asks adds his condition, and his scope."""
    return (
        sa.select(
            _line.c.id, _line.c.claim_id, _line.c.appeal_id, _line.c.satang, _line.c.outcome, _line.c.reason_code,
            _line.c.statement_id, _claim.c.claim_no, _appeal.c.appeal_no, _agency.c.name_th.label("agency_name"),
            (_person.c.first_name_th + " " + _person.c.last_name_th).label("patient_name"),
        )
        .join(_claim, _claim.c.id == _line.c.claim_id)
        .outerjoin(_appeal, _appeal.c.id == _line.c.appeal_id)
        .join(_person, _person.c.id == _claim.c.patient_id)
        .join(_agency, _agency.c.id == _line.c.agency_id)
        .order_by(_line.c.id)
    )  # fmt: skip


def _paged(query: sa.Select[Any], page: int, actor: Actor) -> Rows:
    with reading(actor.scope) as session:
        found = session.execute(query.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return Rows(found[:PAGE], page, len(found) > PAGE)
