"""One chunk of a round: claims whole families, looks for what speaks against each request, applies the rest (decisions 5)."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.actor import robot
from app.domain.clock import bangkok_day, real_now
from app.domain.people import RequestType, RoundError
from app.models.chunking import after_claim, empty_claim, prefer_indexes
from app.rules.certification import RULES_VERSION
from app.services import executives, round_changes, round_ledger
from app.services import round_sql as sql
from app.services.round_changes import refuse_rivals
from app.services.round_judging import OTHERWISE, judge_claimed

ROBOT = robot("round")


@dataclass(frozen=True)
class Chunk:
    """Some requests of one round, whole families.

    `careful` adds rights one by one, each in a savepoint; without `shortcut` every request goes through the Python rules.
    """

    round_id: int
    run_at: datetime
    ids: tuple[int, ...] = ()
    careful: bool = False
    shortcut: bool = True


def carry(session: Session, chunk: Chunk) -> int:
    """Make every request of the chunk EFFECTIVE or ROUND_ERROR in the session's transaction; returns how many.

    Ends come before starts and own rights before those that lean on them. Raises IntegrityError when the database refuses
    a row that no check foresaw.
    """
    claimed = claim(session, chunk)
    if claimed == 0:
        return 0
    session.execute(sql.REFUSE_UNKNOWN, {"error": OTHERWISE.value})
    targeted = round_changes.has_targets(session)
    if targeted:
        round_changes.refuse_changed(session)
        round_changes.name_deaths(session)
        round_changes.apply_ends(session, chunk.run_at)
    changed = {"rules": RULES_VERSION, "day": bangkok_day(chunk.run_at)}
    session.execute(sql.MARK_CHANGED, changed) if chunk.shortcut else session.execute(sql.MARK_ALL)
    session.execute(sql.MARK_SIBLINGS)
    if targeted:
        round_changes.apply_edits(session, chunk.run_at, chunk.careful)
        round_changes.hold_families(session, chunk.run_at)
    for step in (sql.OWN, sql.DEPENDENT):
        if step == sql.DEPENDENT:
            session.execute(sql.REFUSE_WITHOUT_PRINCIPAL)
            if targeted:
                round_changes.refuse_without_leader(session)
        judge_claimed(session, step, chunk.run_at)
        if step == sql.OWN:
            session.execute(sql.REFUSE_OWN_OVERLAP)
            session.execute(executives.NOTE_SECOND)
            session.execute(executives.REFUSE_SECOND)
        else:
            session.execute(sql.REFUSE_SAME_OVERLAP, {"step": step})
        refuse_rivals(session, session.execute(sql.RIVALS, {"step": step}))
        _apply_starts(session, chunk, step, targeted)
    if targeted:
        round_changes.finish(session, chunk.round_id, chunk.run_at)
    _decide(session, chunk, claimed)
    return claimed


def refuse(session: Session, chunk: Chunk) -> int:
    """Make every request of the chunk ROUND_ERROR, by the rules; returns how many."""
    claimed = claim(session, chunk)
    if claimed:
        session.execute(sql.REFUSE_ALL, {"error": OTHERWISE.value})
        _decide(session, chunk, claimed)
    return claimed


def claim(session: Session, chunk: Chunk) -> int:
    """Gather what the round is to carry of the chunk in a temporary table of this connection; returns how many."""
    drop, create, *indexes = sql.CLAIM_TABLE_ANEW
    connection = session.connection()
    prefer_indexes(session)
    emptied = empty_claim(connection, sql.CLAIM_TABLE)
    if not emptied:
        connection.execute(drop)
        connection.execute(create)
    values = {"round": chunk.round_id, "ids": json.dumps(chunk.ids)}
    claimed = connection.execute(sql.CLAIM[connection.dialect.name], values).rowcount
    for index in () if emptied else indexes:
        connection.execute(index)
    after_claim(connection, sql.CLAIM_TABLE, claimed, emptied)
    return claimed


def _apply_starts(session: Session, chunk: Chunk, step: str, targeted: bool) -> None:
    if not chunk.careful:
        _add(session, chunk, step, None, targeted)
    for request_id in session.execute(sql.STARTING, {"step": step}).scalars().all() if chunk.careful else ():
        try:
            with session.begin_nested():
                _add(session, chunk, step, request_id, targeted)
        except IntegrityError as error:
            session.execute(sql.REFUSE, {"request": request_id, "error": _code_of(error).value, "rival": None})
    if step == sql.OWN:
        round_changes.who_is_away(session, RequestType.CERTIFY_NEW, chunk.run_at)


def _add(session: Session, chunk: Chunk, step: str, only: int | None, targeted: bool) -> None:
    values = {"step": step, "only": only, "run_at": chunk.run_at}
    if targeted:
        round_changes.cut_targets(session, step, chunk.run_at, only)
    session.execute(sql.MEND_PERSONS, {"step": step, "only": only})
    session.execute(sql.ADD_PERSONS, values)
    session.execute(sql.ADD_RIGHTS, values)
    if targeted:
        round_changes.carry_ends(session, step, only)
    if step == sql.DEPENDENT:
        round_changes.clip(session, only)


def _code_of(error: IntegrityError) -> RoundError:
    text = str(error.orig)
    for code, mark in (
        (RoundError.OWN_RIGHT_OVERLAP, "ex_entitlement_own"),
        (RoundError.SAME_RIGHT_OVERLAP, "ex_entitlement_same"),
    ):
        if code.value in text or mark in text:
            return code
    return OTHERWISE


def _decide(session: Session, chunk: Chunk, claimed: int) -> None:
    outcomes = session.execute(sql.OUTCOMES).all()
    decided: int = session.execute(sql.DECIDE, {"run_at": chunk.run_at}).rowcount  # type: ignore[attr-defined]
    if decided != claimed:  # somebody wrote to an approved request of a running round
        raise RuntimeError(f"round {chunk.round_id}: claimed {claimed} requests but decided {decided}")
    round_ledger.keep(session)
    for error, _ in outcomes:
        verb = "make_effective" if error is None else "refuse_in_round"
        detail = {"round": chunk.round_id} | ({} if error is None else {"error": error})
        values = {"at": real_now(), "actor": ROBOT.name, "verb": verb, "error": error or "", "detail": detail}
        session.execute(sql.AUDIT, values)
