"""สั่งจ่ายงวดโอนเงิน: a run is released by another than who made it and decided its claims, or cancelled (spec 5.5, 7)."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import NotAllowed, WrongState
from app.domain.payment_runs import LineOutcome, RunVerb
from app.domain.powers import Power
from app.domain.thai_calendar import fiscal_year_be
from app.models.appeal import Appeal
from app.models.claim import ReceiptClaim
from app.models.payment_run import PaymentRun, TransferLine, TransferStatement
from app.rules.citations import REGISTER_CLAIMS
from app.rules.run_statuses import RunStep, run_step
from app.services import jobs
from app.services.audit import record
from app.services.clock import business_now
from app.services.money.agency_accounts import in_force
from app.services.money.own_rows import own_row
from app.services.transaction import transaction

KIND = "payment_run"
TOLD = 5  # numbers in a refusal
_line, _statement = TransferLine.__table__, TransferStatement.__table__
_claim, _appeal = ReceiptClaim.__table__, Appeal.__table__


def release(run_id: int, seen_version: int, *, actor: Actor) -> None:
    """Let the run be paid out: its job posts claim by claim from now on, and nothing stops it.

    Raises NotAllowed RUN_OWN (he made it), RUN_DECIDED (he decided or signed some of it; facts `claim_no`, `count`);
    WrongState RUN_STATE, RUN_EMPTY, ACCOUNT_MISSING, TRANSFER_DAY_OVER, RUN_OTHER_YEAR; NotFound('RUN_NOT_FOUND'),
    Conflict('STALE').
    """
    actor.require(Power.PAY_CLAIM)
    with transaction(actor) as session:
        now = business_now(session)
        run = _own(session, run_id, seen_version)
        step = _step(run, RunVerb.RELEASE, actor)
        if run.made_by_id == actor.user_id:
            raise NotAllowed("RUN_OWN", citation=REGISTER_CLAIMS.text, run_no=run.run_no)
        count, numbers = decided_by(session, run.id, actor)
        if count:
            raise NotAllowed("RUN_DECIDED", citation=REGISTER_CLAIMS.text, count=count, claim_no=", ".join(numbers))
        if not run.line_count:
            raise WrongState("RUN_EMPTY", run_no=run.run_no)
        today = bangkok_day(now)
        if run.transfer_on < today:
            raise WrongState("TRANSFER_DAY_OVER", run_no=run.run_no, transfer_on=run.transfer_on)
        if fiscal_year_be(run.transfer_on) != fiscal_year_be(today):  # the ledger books on the day of the release
            raise WrongState("RUN_OTHER_YEAR", run_no=run.run_no, year=fiscal_year_be(run.transfer_on))
        _fix_accounts(session, run)
        payload = {"run_id": run.id, "officer_id": actor.user_id, "officer": actor.name}
        job = jobs.add(session, KIND, f"{KIND}:{run.id}", payload, actor=actor)
        run.status, run.released_by_id, run.released_at, run.job_id = step.to, actor.user_id, now, job.id
        record(session, actor, "release_run", KIND, run.id, detail={"lines": run.line_count, "satang": run.satang})


def cancel(run_id: int, seen_version: int, *, actor: Actor) -> None:
    """Give a run up that was not released; its claims wait for another one.

    Raises NotFound('RUN_NOT_FOUND'), WrongState('RUN_STATE'), Conflict('STALE').
    """
    actor.require(Power.PAY_CLAIM)
    with transaction(actor) as session:
        run = _own(session, run_id, seen_version)
        run.status, run.ended_by_id = _step(run, RunVerb.CANCEL, actor).to, actor.user_id
        session.flush()
        waits = sa.and_(_line.c.run_id == run.id, _line.c.outcome == LineOutcome.WAITS)
        session.execute(sa.update(_line).where(waits).values(outcome=LineOutcome.CANCELLED))
        record(session, actor, "cancel_run", KIND, run.id)


def leave_mine(run_id: int, seen_version: int, *, actor: Actor) -> int:
    """Take out what the actor decided or signed himself, so that he can release the rest; returns how many went.

    They wait for another run. Raises as `cancel`.
    """
    actor.require(Power.PAY_CLAIM)
    with transaction(actor) as session:
        run = _own(session, run_id, seen_version)
        run.status = _step(run, RunVerb.LEAVE_MINE, actor).to
        ids = session.execute(_decided(run.id, actor).with_only_columns(_line.c.id)).scalars().all()
        for some in (ids[at : at + 500] for at in range(0, len(ids), 500)):
            session.execute(sa.update(_line).where(_line.c.id.in_(some)).values(outcome=LineOutcome.LEFT))
        run.line_count, run.satang = add_up(session, run.id, LineOutcome.WAITS)
        record(session, actor, "leave_out_of_run", KIND, run.id, detail={"lines": len(ids)})
        return len(ids)


def decided_by(session: Session, run_id: int, actor: Actor) -> tuple[int, list[str]]:
    """How many lines of a run the actor decided or signed, and the numbers of the first of them."""
    found = _decided(run_id, actor)
    count = session.execute(found.with_only_columns(sa.func.count())).scalar_one()
    number = sa.func.coalesce(_appeal.c.appeal_no, _claim.c.claim_no)
    first = found.with_only_columns(number).order_by(_line.c.id).limit(TOLD)
    return count, list(session.execute(first).scalars()) if count else []


def add_up(session: Session, run_id: int, outcome: LineOutcome) -> tuple[int, int]:
    """Write into the run's statements what their lines of this outcome come to; returns the count and satang of all."""
    mine = sa.and_(_line.c.statement_id == _statement.c.id, _line.c.outcome == outcome)
    count = sa.select(sa.func.count(_line.c.id)).where(mine).scalar_subquery()
    satang = sa.select(sa.func.coalesce(sa.func.sum(_line.c.satang), 0)).where(mine).scalar_subquery()
    change = sa.update(_statement).where(_statement.c.run_id == run_id)
    session.execute(change.values(line_count=count, satang=satang))
    sums = sa.select(
        sa.func.coalesce(sa.func.sum(_statement.c.line_count), 0),
        sa.func.coalesce(sa.func.sum(_statement.c.satang), 0),
    )
    found = session.execute(sums.where(_statement.c.run_id == run_id)).one()
    return int(found[0]), int(found[1])


def _fix_accounts(session: Session, run: PaymentRun) -> None:
    """Note where each agency's money goes; what is changed of its accounts later is for later runs."""
    mine = sa.and_(_statement.c.run_id == run.id, _statement.c.line_count > 0)
    wanted = session.execute(
        sa.select(_statement.c.id, _statement.c.agency_id, _statement.c.statement_no).where(mine)
    ).all()
    accounts = in_force(session, [row.agency_id for row in wanted])
    for row in wanted:
        if row.agency_id not in accounts:
            raise WrongState("ACCOUNT_MISSING", statement_no=row.statement_no)
    names = ("bank_code", "account_no", "account_name")
    change = sa.update(_statement).where(_statement.c.id == sa.bindparam("statement"))
    session.execute(
        change.values({name: sa.bindparam(f"its_{name}") for name in names}),
        [
            {"statement": row.id} | {f"its_{name}": getattr(accounts[row.agency_id], name) for name in names}
            for row in wanted
        ],
    )


def _decided(run_id: int, actor: Actor) -> sa.Select[Any]:
    of_claim = sa.and_(_line.c.appeal_id.is_(None), _mine(_claim, actor))
    return (
        sa.select(_line.c.id)
        .join(_claim, _claim.c.id == _line.c.claim_id)
        .outerjoin(_appeal, _appeal.c.id == _line.c.appeal_id)
        .where(_line.c.run_id == run_id, _line.c.outcome == LineOutcome.WAITS, sa.or_(of_claim, _mine(_appeal, actor)))
    )


def _mine(table: sa.Table, actor: Actor) -> Any:
    return sa.or_(table.c.decided_by_id == actor.user_id, table.c.signed_by_id == actor.user_id)


def _own(session: Session, run_id: int, seen_version: int) -> PaymentRun:
    return own_row(session, PaymentRun, run_id, seen_version, "RUN_NOT_FOUND")


def _step(run: PaymentRun, verb: RunVerb, actor: Actor) -> RunStep:
    found = run_step(run.status, verb)
    if found is None or found.power is None:
        raise WrongState("RUN_STATE", run_no=run.run_no, status=run.status)
    actor.require(found.power)
    return found
