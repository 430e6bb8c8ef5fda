"""What a round does to rights that stand: ends, changes in place, and moves, on the claimed chunk (spec 2.6, 3.8, 5.2)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.actor import robot
from app.domain.clock import bangkok_day, real_now
from app.domain.errors import PortalError
from app.domain.people import CONTINUING_TYPES, Relation, RequestType, RoundError
from app.rules.majority import birth_cut
from app.rules.moves import DEATH_TOLD_THERE
from app.services import round_end_sql as ends
from app.services import round_move_sql as moves
from app.services import round_person_sql as persons
from app.services import round_sql as sql
from app.services.crossings.returning_rights import refusals_of_return
from app.services.round_judging import KEEP_CODE, OTHERWISE, PERSON_DECEASED, judge_claimed, round_error_of
from app.services.round_layers import ends_by_law, keep_ends, relay
from app.services.service_starts import Mended, ended_before, following

ROBOT = robot("round")
_BATCH = 500


def has_targets(session: Session) -> bool:
    """Whether the claimed chunk is about any right that stands."""
    return session.execute(ends.ANY_TARGET).first() is not None


def refuse_changed(session: Session) -> None:
    """What is about a right that is no longer as it was; of several on one right the first decided wins."""
    for statement in (ends.REFUSE_CHANGED_TARGET, ends.REFUSE_ENDED, ends.REFUSE_NOT_ENDED,
                      ends.REFUSE_ALONE, ends.REFUSE_TAKEN, moves.REFUSE_STALE_EDIT, moves.REFUSE_CHANGED_SOURCE):  # fmt: skip
        session.execute(statement)
    _refuse_given(session)
    session.execute(moves.REFUSE_DEATH_TOLD, {"error": OTHERWISE.value})
    session.execute(moves.REFUSE_FAMILY_LEFT)
    refuse_rivals(session, session.execute(ends.SAME_TARGET))


def _refuse_given(session: Session) -> None:
    """An end is not taken back where somebody else has had the place since."""
    asked = {row.target_id: row.request_id for row in session.execute(ends.RESTORED)}
    given = refusals_of_return(session, asked) if asked else {}
    _refuse(session, {asked[target]: errors for target, errors in given.items()})


def _refuse(session: Session, refused: Mapping[int, Sequence[PortalError]]) -> None:
    """With the first code of each, by request."""
    for request_id, errors in refused.items():
        code = errors[0].code
        values = {"request": request_id, "error": round_error_of(code).value, "rival": None, "law": code}
        session.execute(sql.REFUSE, values)
        session.execute(KEEP_CODE, values)


def name_deaths(session: Session) -> None:
    """Who wants something for a person of whom a death comes first in this very round, or was reported, is told so."""
    session.execute(moves.NOTE_DEATH_TOLD, {"law": DEATH_TOLD_THERE.code, "error": OTHERWISE.value})
    session.execute(persons.NOTE_DEATH, {"law": PERSON_DECEASED})
    session.execute(persons.REFUSE_DEAD, {"error": OTHERWISE.value})


def apply_ends(session: Session, run_at: datetime) -> None:
    """Take ends back, stop and void rights, the family's before the principal's, and what goes with a principal or a death."""
    _take_back(session, run_at)
    for own in (False, True):
        if own:
            session.execute(ends.REFUSE_LEANED_ON)
        values = {"own": own, "run_at": run_at}
        session.execute(ends.VOID, values)
        session.execute(ends.STOP, values)
    who_is_away(session, RequestType.CORRECTION, run_at)
    _void_next(session, run_at)
    for statement in (ends.CASCADE, ends.VOID_LATER, ends.CASCADE_SUSPENDED, persons.STOP_OTHERS, persons.VOID_OTHERS,
                      persons.CASCADE_OTHERS, persons.VOID_LEANING_OTHERS, persons.TELL_DEATHS):  # fmt: skip
        session.execute(statement, {"run_at": run_at})
    session.execute(persons.DEATHS)


def _void_next(session: Session, run_at: datetime) -> None:
    """Void what went on by a pension or a return from rights that end before, and what went on from that."""
    statement = ends.VOID_NEXT
    while cast(CursorResult[Any], session.execute(statement, {"run_at": run_at})).rowcount:
        statement = ends.VOID_AFTER_NEXT


def _take_back(session: Session, run_at: datetime) -> None:
    """Undo ends that were reported in error, for everybody whom they touched; what an end had replaced stands again."""
    ids = session.scalars(persons.TAKEN_BACK).all()
    if ids:
        session.execute(persons.TELL_ENDS_BACK, {"run_at": run_at})
    for some in (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH)):
        session.execute(persons.TELL_LIVING, {"ids": some, "run_at": run_at})
        rights = session.scalars(persons.TOUCHED, {"ids": some}).all()
        session.execute(persons.UNDO_DEATHS, {"ids": some})
        session.execute(persons.UNDO_VOIDS, {"ids": some})
        relay(session, rights, without=some)
    who_is_away(session, RequestType.RESTORE, run_at)


def who_is_away(session: Session, kind: RequestType, run_at: datetime) -> None:
    """Suspend officials and their families until they serve again, which requests of this kind may have changed."""
    relay(session, session.scalars(persons.AWAY, {"type": kind.value, "run_at": run_at}).all())


def apply_edits(session: Session, run_at: datetime, careful: bool) -> None:
    """Change rights in place as the law still allows it; `careful` takes them one by one, each in a savepoint."""
    session.execute(moves.REFUSE_STALE_EDIT)  # an end of this very round may have come first
    refuse_rivals(session, session.execute(moves.SAME_PERSON))
    judge_claimed(session, sql.EDIT, run_at)
    _refuse(session, ended_before(session, session.scalars(moves.OWN_EDITS).all()))
    session.execute(sql.REFUSE_SAME_OVERLAP, {"step": sql.EDIT})
    if not careful:
        _change(session, run_at, None)
    for request_id in session.execute(moves.EDITS).scalars().all() if careful else ():
        try:
            with session.begin_nested():
                _change(session, run_at, request_id)
        except IntegrityError:
            session.execute(sql.REFUSE, {"request": request_id, "error": OTHERWISE.value, "rival": None})
    who_is_away(session, RequestType.CERTIFY_EDIT, run_at)
    session.execute(moves.MARK_EDITED)


def hold_families(session: Session, run_at: datetime) -> None:
    """Refuse the principal's move, pension or return where one of the family could not follow: the law is asked for each before.

    Ends of this round have come before: who stays behind by one of them is not waited for.
    """
    refuse_without_leader(session)
    if judge_claimed(session, sql.DEPENDENT, run_at, CONTINUING_TYPES):
        session.execute(moves.HELD)
    for statement in (moves.REFUSE_FAMILY_LEFT, moves.REFUSE_RETURN_LEFT):
        session.execute(statement)


def refuse_without_leader(session: Session) -> None:
    """Refuse the family of a principal whose own move, pension or return did not come to pass."""
    session.execute(moves.REFUSE_WITHOUT_LEADER)


def cut_targets(session: Session, step: str, run_at: datetime, only: int | None) -> None:
    """Before a right goes on in a new one: the old one stops where the new one begins."""
    session.execute(moves.CUT_SOURCE, {"step": step, "run_at": run_at, "only": only})
    session.execute(moves.VOID_SOURCE, {"step": step, "run_at": run_at, "only": only})
    session.execute(moves.CLOSE_SUSPENDED, {"step": step, "only": only})
    session.execute(moves.CARRY_EVIDENCE, {"step": step, "only": only})


def carry_ends(session: Session, step: str, only: int | None) -> None:
    """After rights were added: what was to end the old one ends the new one; papers are owed since they were promised."""
    keep_ends(session, [tuple(row) for row in session.execute(moves.KNOWN_ENDS, {"step": step, "only": only})])
    dialect = session.get_bind().dialect.name
    session.execute(moves.KEEP_PROMISE[dialect], {"step": step, "only": only})


def clip(session: Session, only: int | None) -> None:
    """After the family's rights were added: each carries the code of the service it leans on, none outlasts the principal's."""
    session.execute(moves.TAKE_CODE, {"only": only})
    session.execute(moves.CLIP_ENDS, {"only": only})


def finish(session: Session, round_id: int, run_at: datetime) -> None:
    """Whoever does not move along stays behind without right; requests that have lost their ground are cancelled."""
    session.execute(ends.LEAVE_BEHIND, {"run_at": run_at})
    session.execute(ends.VOID_LEFT, {"run_at": run_at})
    session.execute(moves.LEFT_SUSPENDED)
    detail = {"round": round_id}
    session.execute(ends.AUDIT_GROUNDLESS, {"at": real_now(), "actor": ROBOT.name, "detail": detail})
    session.execute(ends.CANCEL_GROUNDLESS)


def refuse_rivals(session: Session, pairs: Iterable[sa.Row[tuple[int, int]]]) -> None:
    """Of requests that exclude each other the first decided wins; one that has lost itself no longer excludes others.

    `pairs` are (later, earlier) requests, ordered by the later one's decision.
    """
    lost: dict[int, int] = {}
    for later, earlier in pairs:
        if later not in lost and earlier not in lost:
            lost[later] = earlier
    if lost:
        error = RoundError.CONFLICT.value
        rows = [{"request": later, "error": error, "rival": earlier} for later, earlier in lost.items()]
        session.execute(sql.REFUSE, rows)


def _change(session: Session, run_at: datetime, only: int | None) -> None:
    session.execute(persons.TELL_CHANGED, {"run_at": run_at, "day": bangkok_day(run_at), "only": only})
    born_otherwise = session.execute(persons.BORN_OTHERWISE, {"only": only}).all()
    sooner = [Mended(*row) for row in session.execute(moves.STARTS_SOONER, {"only": only})]
    for statement in (moves.CHANGE_PERSONS, moves.CHANGE_RIGHTS, moves.CLIP_STARTS):
        session.execute(statement, {"only": only})
    _give_back(session, sooner)
    edited = {right: by_law for right, by_law in session.execute(moves.ENDED_EDITED, {"only": only})}
    relay(session, edited, by_law=edited)
    _cut_by_birth(session, born_otherwise, run_at)


def _give_back(session: Session, sooner: Iterable[Mended]) -> None:
    """Whoever of the family began with the official begins as the law has it, where his service turns out to be older."""
    rows = [{"right": right.id, "from_on": day} for one in sooner for right, day in following(session, one)]
    if rows:
        session.expunge_all()
        session.execute(moves.START_SOONER, rows)


def _cut_by_birth(session: Session, rights: Sequence[sa.Row[Any]], run_at: datetime) -> None:
    """A birth date that was mended cuts the person's other rights, and those elsewhere; it lengthens none of them."""
    by_law = ends_by_law(session, [right.id for right in rights])
    cut, ends, gone = [], {}, []
    for right in rights:
        start, known = right.entitled_from, by_law[right.id]
        period = birth_cut(Relation(right.relation), right.birth_date, start, known, right.incompetent_from)
        if period is None or (right.entitled_until is not None and period[0] >= right.entitled_until):
            gone.append({"right": right.id, "request": right.request_id, "run_at": run_at})
        elif period != (start, known):
            cut.append({"right": right.id, "from_on": period[0]})
            ends[right.id] = period[1]
    if cut:
        session.execute(persons.CUT_BY_BIRTH, cut)
        relay(session, ends, by_law=ends)
    if gone:
        session.execute(persons.VOID_BY_BIRTH, gone)
