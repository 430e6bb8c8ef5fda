"""Which rounds there are: seats approvals in the next open one, plans what is due, starts the oldest (decisions 4, 16)."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION, robot
from app.domain.clock import bangkok_day
from app.domain.people import RoundStatus
from app.models.base import UtcInstant
from app.models.change_request import ChangeRequest
from app.models.dialects import lock_shared
from app.models.job import Job
from app.models.processing_round import ProcessingRound, RoundTimetable
from app.rules import rounds as rule
from app.services import jobs
from app.services.clock import OFFSET, business_now, instant_at
from app.services.transaction import reading, transaction

ROBOT = robot("ticker")
ROUNDS_PER_STATEMENT = 8_000  # four values each, below SQLite's 32,766 bound values: eleven years of rounds


def timetable(session: Session) -> tuple[rule.RoundTime, ...]:
    """The dated lines of the timetable; the seed's own where nobody has configured any."""
    rows = session.scalars(sa.select(RoundTimetable).order_by(RoundTimetable.id))
    return tuple(map(_line, rows)) or rule.SEED_TIMETABLE


def _line(row: RoundTimetable) -> rule.RoundTime:
    return rule.RoundTime(row.round_no, row.at, row.valid_from, row.valid_until)


def clock_and_timetable(session: Session) -> tuple[datetime, tuple[rule.RoundTime, ...]]:
    """The business instant and the timetable by one statement: every page shows the coming round."""
    rows = session.execute(sa.select(RoundTimetable, OFFSET).order_by(RoundTimetable.id)).all()
    if not rows:
        return business_now(session), rule.SEED_TIMETABLE
    return instant_at(rows[0][1]), tuple(_line(row) for row, _offset in rows)


def next_round(
    session: Session, now: datetime | None = None, lines: Sequence[rule.RoundTime] | None = None
) -> rule.RoundSlot:
    """The round that would carry an approval made now, as it stands where it is planned already; writes nothing."""
    lines = lines or timetable(session)
    now = after = now or business_now(session)
    while True:
        slot = rule.round_for(after, lines)
        found = session.scalars(_taking_place_of(slot)).one_or_none()
        if found is None:
            return slot
        if found.status is RoundStatus.PLANNED and now < found.scheduled_at:
            return rule.RoundSlot(found.round_date, found.round_no, found.scheduled_at)
        after = max(now, slot.scheduled_at)


def seat(session: Session) -> tuple[ProcessingRound, datetime]:
    """The round that carries an approval of this transaction, held open until the commit, and the approval's `decided_at`.

    The clock is read again under the lock: a round whose cut-off has passed, or that has started, is left to itself and
    the next one taken, so that no approval is ever promised to a round that runs without it (decisions 4).
    """
    lines = timetable(session)
    after = business_now(session)
    while True:
        slot = rule.round_for(after, lines)
        found = _held(session, slot)
        decided_at = business_now(session)
        if found.status is RoundStatus.PLANNED and decided_at < found.scheduled_at:
            return found, decided_at
        after = max(decided_at, slot.scheduled_at)


def _held(session: Session, slot: rule.RoundSlot) -> ProcessingRound:
    """The slot's round as it stands now, held against change until the commit; planned where nobody has needed it yet.

    It may stand at another time than the slot: the timetable was changed after the round had been planned.
    """
    query = lock_shared(_taking_place_of(slot), session).execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        _insert_planned(session, slot)
        found = session.scalars(query).one()
    return found


def _named(slot: rule.RoundSlot) -> sa.ColumnElement[bool]:
    return sa.and_(ProcessingRound.round_date == slot.day, ProcessingRound.round_no == slot.no)


def _taking_place_of(slot: rule.RoundSlot) -> sa.Select[tuple[ProcessingRound]]:
    """The one row that an approval for the slot finds: by its name first, else by its instant."""
    named_first = sa.case((_named(slot), 0), else_=1)
    return sa.select(ProcessingRound).where(_stands(slot)).order_by(named_first).limit(1)


def _stands(slot: rule.RoundSlot) -> sa.ColumnElement[bool]:
    """A row that takes the slot's place, by its number on the day or by its instant: no second one can be inserted."""
    return sa.or_(_named(slot), ProcessingRound.scheduled_at == slot.scheduled_at)


def plan(now: datetime) -> None:
    """Write the rows of every round that became due up to the business instant `now`, and of the next one.

    On an empty instance nothing is planned before its first use: its clock may still be set to any date.
    """
    with reading(NATION) as session:
        lines = timetable(session)
        coming = rule.round_for(now, lines)
        missed = _missed(session, now, lines)
        in_use = missed or _in_use(session)
        known = session.scalar(_exists(_stands(coming)))
    if not missed and (known or not in_use):
        return
    with transaction(ROBOT) as session:
        _insert_empty(session, missed, now)
        _insert_planned(session, coming)


def start_due(session: Session, now: datetime) -> Job | None:
    """Write the job of the oldest unfinished round that is due at `now`; None when no round is due.

    One at a time: a round begins only when every older one is DONE, and each one's end calls this again.
    """
    due = sa.and_(ProcessingRound.status != RoundStatus.DONE, ProcessingRound.scheduled_at <= now)
    oldest = session.scalars(
        sa.select(ProcessingRound).where(due).order_by(ProcessingRound.scheduled_at).limit(1)
    ).first()
    if oldest is None:
        return None
    key = f"round-{oldest.round_date}-{oldest.round_no}"
    return jobs.add(session, "round", key, {"round_id": oldest.id}, actor=ROBOT)


def start_due_rounds() -> None:
    """What every ticker does: plan, then start the oldest due round; safe to be done by several at once."""
    now = business_now()
    plan(now)
    waits = sa.and_(ProcessingRound.status == RoundStatus.PLANNED, ProcessingRound.scheduled_at <= now)
    with reading(NATION) as session:
        due = session.scalar(_exists(waits))
    if due:
        with transaction(ROBOT) as session:
            start_due(session, now)


def _exists(condition: sa.ColumnElement[bool]) -> sa.Select[tuple[bool]]:
    return sa.select(sa.select(ProcessingRound.id).where(condition).exists())


def _in_use(session: Session) -> bool:
    if session.scalar(_exists(sa.true())):
        return True
    return session.execute(sa.select(ChangeRequest.id).limit(1)).first() is not None


def _missed(session: Session, now: datetime, lines: tuple[rule.RoundTime, ...]) -> list[rule.RoundSlot]:
    """The slots up to `now` that have no row, oldest first.

    Every slot up to the newest round that has started has its row, because nothing starts before all of them are planned;
    before any round has started, the first row that an approval needed is where the count begins.
    """
    at = ProcessingRound.scheduled_at
    started = session.scalar(sa.select(sa.func.max(at)).where(ProcessingRound.status != RoundStatus.PLANNED, at <= now))
    begin = started or session.scalar(sa.select(sa.func.min(at)))
    if begin is None:
        return []
    day, no = ProcessingRound.round_date, ProcessingRound.round_no
    rows = session.execute(sa.select(day, no, at).where(day.between(bangkok_day(begin), bangkok_day(now)))).all()
    known, instants = {(row.round_date, row.round_no) for row in rows}, {row.scheduled_at for row in rows}
    slots = rule.slots_between(begin, now, lines)
    return [slot for slot in slots if (slot.day, slot.no) not in known and slot.scheduled_at not in instants]


def _insert_planned(session: Session, slot: rule.RoundSlot) -> None:
    insert = _insert_text(1, "'PLANNED', NULL, NULL", {"at"})
    session.execute(insert, {"day0": slot.day, "no0": slot.no, "at0": slot.scheduled_at})


def _insert_empty(session: Session, slots: list[rule.RoundSlot], now: datetime) -> None:
    """Rounds that nobody was seated in are DONE from the start: they carried nothing."""
    for start in range(0, len(slots), ROUNDS_PER_STATEMENT):
        some = slots[start : start + ROUNDS_PER_STATEMENT]
        values: dict[str, object] = {}
        for i, slot in enumerate(some):
            run_at = rule.run_instant(slot.scheduled_at, now)
            values |= {f"day{i}": slot.day, f"no{i}": slot.no, f"at{i}": slot.scheduled_at, f"run{i}": run_at}
        session.execute(_insert_text(len(some), "'DONE', :run{i}, :run{i}", {"at", "run"}), values)


def _insert_text(count: int, rest: str, instants: set[str]) -> sa.TextClause:
    """One INSERT of `count` rounds that leaves rounds which stand already alone; the same on both databases."""
    rows = ", ".join(f"(:day{i}, :no{i}, :at{i}, {rest.format(i=i)}, 0, 0)" for i in range(count))
    columns = "round_date, round_no, scheduled_at, status, run_at, finished_at, effective_count, error_count"
    text = sa.text(f"INSERT INTO processing_round ({columns}) VALUES {rows} ON CONFLICT DO NOTHING")
    types = [sa.bindparam(f"{name}{i}", type_=UtcInstant) for i in range(count) for name in sorted(instants)]
    days = [sa.bindparam(f"day{i}", type_=sa.Date) for i in range(count)]
    return text.bindparams(*types, *days)
