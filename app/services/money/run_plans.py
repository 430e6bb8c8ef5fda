"""รวบรวมงวดโอนเงิน: what is approved and unpaid, agency by agency, and the run that is made of it (spec 5.5, 7)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor, Scope
from app.domain.appeals import AppealStatus
from app.domain.claims import ClaimStatus, RightGone
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, Conflict, WrongState
from app.domain.payment_runs import LIVING, LeftOutFor, LineOutcome
from app.domain.powers import Power
from app.models.agency import Agency
from app.models.appeal import Appeal
from app.models.claim import ReceiptClaim
from app.models.dialects import add_in_bulk
from app.models.payment_run import PaymentRun, TransferLine, TransferStatement
from app.models.scoping import in_scope
from app.rules.run_statuses import MOST_DAYS_AHEAD
from app.services.audit import record
from app.services.clock import business_now
from app.services.money import set_offs
from app.services.money.agency_accounts import newest
from app.services.money.rights_now import lost
from app.services.numbering import take_national
from app.services.officers import officer_names
from app.services.transaction import reading, transaction

PREFIX = "PR"
MOST_LINES = 100_000  # the oldest go first, the rest goes into the next run
_LEFT_OUT = {
    RightGone.RECEIPT_HELD: LeftOutFor.RECEIPT_HELD, RightGone.RECEIPTS_SHORT: LeftOutFor.RECEIPTS_SHORT,
}  # fmt: skip
_claim, _appeal = ReceiptClaim.__table__, Appeal.__table__
_line, _run, _agency = TransferLine.__table__, PaymentRun.__table__, Agency.__table__


@dataclass(frozen=True)
class AgencySum:
    """What a run brings to one agency; satang."""

    agency_id: int
    code: str
    name: str
    count: int
    satang: int


@dataclass(frozen=True)
class LeftOut:
    """What waits for its money in a run that was made before."""

    run_id: int
    run_no: str
    count: int
    satang: int


@dataclass(frozen=True)
class Preview:
    """What a run of this day would hold; `is_cut` where more waits than one run takes.

    `left` waits in other runs, `left_out` cannot be paid now: neither is gathered. `deciders` decided or signed some
    of it and cannot release it; `mine` is how many of them the reader did himself. `kept_back` is what refunds would take
    off each agency's transfer as they stand now, by the agency's id.
    """

    transfer_on: date
    agencies: Sequence[AgencySum]
    count: int
    satang: int
    is_cut: bool
    left: Sequence[LeftOut]
    left_out: Mapping[LeftOutFor, Sequence[AgencySum]]
    deciders: Sequence[str]
    mine: int
    kept_back: Mapping[int, int]


def preview(transfer_on: date | None, agency_code: str, *, actor: Actor) -> Preview:
    """What would be gathered now for the day, of all agencies or of one; nothing is written.

    Raises NotAllowed('POWER_MISSING'), BadInput REQUIRED, TRANSFER_DAY_PAST, DATE_TOO_FAR, NO_SUCH_AGENCY.
    """
    actor.require(Power.PAY_CLAIM)
    with reading(actor.scope) as session:
        day = _day(transfer_on, business_now(session))
        agency_id = _agency_id(session, agency_code)
        both = _waiting(actor.scope, agency_id)
        rows, out, is_cut = _gathered(session, both)
        people = {user for row in rows for user in (row.decided_by_id, row.signed_by_id) if user is not None}
        names = officer_names(session, people)
        found = {why: _by_agency(session, some) for why, some in out.items()}
        found[LeftOutFor.NO_ACCOUNT] = _without_account(session, both)
        agencies = _by_agency(session, rows)
        kept = set_offs.expected(session, {one.agency_id: one.satang for one in agencies}, actor.scope)
        return Preview(
            day, agencies, len(rows), sum(row.satang for row in rows), is_cut, _left_out(session, actor.scope, agency_id),
            {why: sums for why, sums in found.items() if sums}, sorted(names.values()),
            sum(actor.user_id in (row.decided_by_id, row.signed_by_id) for row in rows), kept,
        )  # fmt: skip


def make(transfer_on: date | None, agency_code: str, seen: tuple[int, int], *, actor: Actor) -> int:
    """Make the run of what the preview showed, and return its id; `seen` is the preview's count and sum in satang.

    Raises as `preview`, and WrongState('NOTHING_TO_PAY'), Conflict PREVIEW_CHANGED (something came or went meanwhile) or
    IN_PAYMENT_RUN (somebody else was quicker).
    """
    actor.require(Power.PAY_CLAIM)
    with transaction(actor) as session:
        now = business_now(session)
        day = _day(transfer_on, now)
        rows, _out, _is_cut = _gathered(session, _waiting(actor.scope, _agency_id(session, agency_code)))
        if not rows:
            raise WrongState("NOTHING_TO_PAY")
        satang = sum(row.satang for row in rows)
        if seen != (len(rows), satang):
            raise Conflict("PREVIEW_CHANGED")
        number = take_national(session, PREFIX, bangkok_day(now))
        assert actor.user_id is not None
        run = PaymentRun(
            run_no=number, transfer_on=day, line_count=len(rows), satang=satang, made_by_id=actor.user_id, made_at=now
        )
        session.add(run)
        session.flush()
        _write_lines(session, run, rows)
        record(session, actor, "make_run", "payment_run", run.id, detail={"lines": len(rows), "satang": satang})
        return run.id


def refuse_in_run(session: Session, number: str, claim_id: int, appeal_id: int | None = None) -> None:
    """Raise Conflict('IN_PAYMENT_RUN') where this claim, or this appeal, waits in a run: it is paid by that alone, once."""
    of = _line.c.appeal_id.is_(None) if appeal_id is None else _line.c.appeal_id == appeal_id
    query = sa.select(_run.c.run_no).join(_line, _line.c.run_id == _run.c.id)
    found = session.execute(query.where(_line.c.claim_id == claim_id, of, _line.c.outcome == LineOutcome.WAITS))
    if run_no := found.scalar():
        raise Conflict("IN_PAYMENT_RUN", claim_no=number, run_no=run_no)


def _waiting(scope: Scope, agency_id: int | None) -> sa.Subquery:
    """Approved claims and passed appeals that were not paid and stand in no living run."""
    lives = sa.select(_line.c.id).where(_line.c.outcome.in_(LIVING))
    claims = sa.select(
        _claim.c.id.label("claim_id"), sa.null().label("appeal_id"), _claim.c.agency_id,
        _claim.c.approved.label("satang"), _claim.c.decided_at, _claim.c.decided_by_id, _claim.c.signed_by_id,
    ).where(
        _claim.c.status == ClaimStatus.APPROVED, in_scope(_claim.c.agency_id, scope),
        ~lives.where(_line.c.claim_id == _claim.c.id, _line.c.appeal_id.is_(None)).exists(),
    )  # fmt: skip
    appeals = sa.select(
        _appeal.c.claim_id, _appeal.c.id.label("appeal_id"), _appeal.c.agency_id,
        _appeal.c.additional.label("satang"), _appeal.c.decided_at, _appeal.c.decided_by_id, _appeal.c.signed_by_id,
    ).where(
        _appeal.c.status == AppealStatus.PASSED, _appeal.c.additional.is_not(None), _appeal.c.paid_on.is_(None),
        in_scope(_appeal.c.agency_id, scope), ~lives.where(_line.c.appeal_id == _appeal.c.id).exists(),
    )  # fmt: skip
    if agency_id is not None:
        claims, appeals = claims.where(_claim.c.agency_id == agency_id), appeals.where(_appeal.c.agency_id == agency_id)
    return sa.union_all(claims, appeals).subquery("waiting")


def _gathered(session: Session, both: sa.Subquery) -> tuple[list[Any], dict[LeftOutFor, list[Any]], bool]:
    """What can be paid now, the oldest decision first, what lost its right or receipt, and whether more waits than goes."""
    query = sa.select(both).where(both.c.agency_id.in_(sa.select(newest().c.agency_id)))
    query = query.order_by(both.c.decided_at, both.c.claim_id, both.c.appeal_id)
    going: list[Any] = []
    out: dict[LeftOutFor, list[Any]] = {why: [] for why in _LEFT_OUT.values()} | {LeftOutFor.RIGHT_GONE: []}
    while True:  # what cannot be paid takes no place of what can
        seen = len(going) + sum(map(len, out.values()))
        rows = session.execute(query.offset(seen).limit(MOST_LINES + 1)).all()
        without = _left_out_for(session, rows)
        for row in rows:
            why = without.get((row.claim_id, row.appeal_id))
            (going if why is None else out[why]).append(row)
        if len(going) > MOST_LINES or len(rows) <= MOST_LINES:
            return going[:MOST_LINES], out, len(going) > MOST_LINES


def _left_out_for(session: Session, rows: Sequence[Any]) -> dict[tuple[int, int | None], LeftOutFor]:
    """Claim and appeal of what lost its right, or the receipts that it rests on."""
    found: dict[tuple[int, int | None], LeftOutFor] = {}
    for at in range(0, len(rows), 500):
        some = [(row.claim_id, row.appeal_id) for row in rows[at : at + 500]]
        for pair, why in lost(session, some).items():
            found[pair] = _LEFT_OUT.get(why, LeftOutFor.RIGHT_GONE)
    return found


def _without_account(session: Session, both: sa.Subquery) -> list[AgencySum]:
    """Agencies for which something waits and which have no confirmed account: counts and sums alone."""
    sums = (
        sa.select(both.c.agency_id, sa.func.count().label("count"), sa.func.sum(both.c.satang).label("satang"))
        .where(both.c.agency_id.not_in(sa.select(newest().c.agency_id)))
        .group_by(both.c.agency_id)
        .subquery("without_account")
    )
    query = sa.select(_agency.c.id, _agency.c.dla_code, _agency.c.name_th, sums.c.count, sums.c.satang).join(
        sums, sums.c.agency_id == _agency.c.id
    )
    rows = session.execute(query.order_by(_agency.c.dla_code))
    return [AgencySum(id_, code, name, count, int(satang)) for id_, code, name, count, satang in rows]


def _by_agency(session: Session, rows: Sequence[Any]) -> list[AgencySum]:
    counts, sums = Counter(row.agency_id for row in rows), Counter[int]()
    for row in rows:
        sums[row.agency_id] += row.satang
    found = session.execute(sa.select(_agency.c.id, _agency.c.dla_code, _agency.c.name_th).order_by(_agency.c.dla_code))
    return [AgencySum(id_, code, name, counts[id_], sums[id_]) for id_, code, name in found if counts[id_]]


def _left_out(session: Session, scope: Scope, agency_id: int | None) -> list[LeftOut]:
    query = (
        sa.select(_run.c.id, _run.c.run_no, sa.func.count(), sa.cast(sa.func.sum(_line.c.satang), sa.BigInteger))
        .join(_line, _line.c.run_id == _run.c.id)
        .where(_line.c.outcome == LineOutcome.WAITS, in_scope(_line.c.agency_id, scope))
        .group_by(_run.c.id, _run.c.run_no)
        .order_by(_run.c.id)
    )
    if agency_id is not None:
        query = query.where(_line.c.agency_id == agency_id)
    return [LeftOut(*row) for row in session.execute(query)]


def _write_lines(session: Session, run: PaymentRun, rows: Sequence[Any]) -> None:
    statements = {
        one.agency_id: TransferStatement(
            statement_no=f"{run.run_no}-{one.code}", run_id=run.id, run_no=run.run_no, transfer_on=run.transfer_on,
            agency_id=one.agency_id, line_count=one.count, satang=one.satang,
        )
        for one in _by_agency(session, rows)
    }  # fmt: skip
    session.add_all(statements.values())
    session.flush()
    add_in_bulk(
        session, "transfer_line",
        [
            {
                "run_id": run.id, "statement_id": statements[row.agency_id].id, "claim_id": row.claim_id,
                "appeal_id": row.appeal_id, "satang": row.satang, "outcome": LineOutcome.WAITS.value,
                "agency_id": row.agency_id,
            }
            for row in rows
        ],
    )  # fmt: skip


def _day(transfer_on: date | None, now: datetime) -> date:
    if transfer_on is None:
        raise BadInput("REQUIRED", field="transfer_on")
    today = bangkok_day(now)
    if transfer_on < today:
        raise BadInput("TRANSFER_DAY_PAST", field="transfer_on")
    if transfer_on > today + timedelta(days=MOST_DAYS_AHEAD):
        raise BadInput("DATE_TOO_FAR", field="transfer_on")
    return transfer_on


def _agency_id(session: Session, code: str) -> int | None:
    if not code.strip():
        return None
    found = session.execute(sa.select(_agency.c.id).where(_agency.c.dla_code == code.strip())).scalar()
    if found is None:
        raise BadInput("NO_SUCH_AGENCY", field="agency")
    return int(found)
