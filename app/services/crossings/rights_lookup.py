"""Rights look-up: is this person covered on that day? Nation-wide, without names, and never without an audit row."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from app.domain import national_id as national_ids_of
from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, PortalError
from app.domain.people import EntitlementState, Relation
from app.domain.period import Period
from app.domain.powers import Power
from app.models.agency import Agency
from app.models.database import db
from app.models.entitlement import Entitlement
from app.models.other_scheme import OtherSchemeRight, SchemeFile
from app.models.person import Person
from app.models.prepared import Prepared
from app.rules.priority import Resolution
from app.services.audit import person_hash, record_reads
from app.services.clock import OFFSET, instant_at
from app.services.scheme_orders import Entry, entries, orders

BATCH_LIMIT = 100
FARTHEST = timedelta(days=366 * 100)  # nobody alive is entitled beyond; 1/1/9999 is a slip or a stand-in for "always"
MAIN_INSCL = "LGO"
PURPOSE = "RIGHTS_LOOKUP"
_NEVER = datetime.max.replace(tzinfo=UTC)

_COUNTS = (EntitlementState.ACTIVE, EntitlementState.STANDBY)


class ReadAuditFailed(PortalError):
    """The read could not be written down, so the answer is withheld (decisions 11); asking again later may help."""


class NoRight(StrEnum):
    """Why the answer is no, the most telling reason first."""

    SUSPENDED = "SUSPENDED"  # พักราชการ
    NOT_YET = "NOT_YET"  # ยังไม่ถึงวันเกิดสิทธิ
    ENDED = "ENDED"  # หมดสิทธิแล้ว
    VOIDED = "VOIDED"  # ยกเลิกเพราะบันทึกผิด
    NO_RIGHT_KNOWN = "NO_RIGHT_KNOWN"  # ไม่พบสิทธิในทะเบียน


@dataclass(frozen=True, slots=True)
class Right:
    """One right as an outsider may see it: no name and no number, neither the person's nor the principal's."""

    sub_inscl: str
    agency_code: str
    agency_name: str
    successor_code: str | None  # of the agency that has taken this one's place by that day
    relation: Relation
    state: EntitlementState
    entitled_from: date
    entitled_until: date | None  # exclusive

    @property
    def last_day(self) -> date | None:
        """The last day that counts, None while no end is known."""
        return Period(self.entitled_from, self.entitled_until).last_day


@dataclass(frozen=True, slots=True)
class RightAnswer:
    """What the register knows of one person on one day; other schemes are unknown, never none (decisions 3).

    `order` holds the rights that count on the day in the order of their use; it is empty when `reason` says why not.
    `schemes` is that order among the rights of all schemes, None while nothing is known of others, and `loaded` names the
    schemes whose files were loaded: of the rest nothing is known. `right` is the first of them, or the one that explains
    the reason (suspended, not begun, ended).
    """

    national_id: str
    on: date
    answered_at: datetime
    provisional: bool
    order: tuple[Right, ...]
    right: Right | None
    reason: NoRight | None
    schemes: Resolution | None = None
    loaded: tuple[str, ...] = ()

    @property
    def entitled(self) -> bool:
        """Whether at least one right counts on the day."""
        return bool(self.order)


@dataclass(frozen=True, slots=True)
class UnreadableId:
    """A row of the question that is no national ID; `error` says what is wrong with it."""

    national_id: object
    error: BadInput


def look_up(
    national_ids: Sequence[str], on: date | None, *, actor: Actor, hash_key: str
) -> list[RightAnswer | UnreadableId]:
    """Answer for 1 to 100 national IDs, as typed, whether each person is entitled on the day (None: today in Bangkok).

    One answer per ID, in the order asked; an ID that cannot be read gets an UnreadableId and holds up no other. Each
    answered ID leaves one durable read-access row under `person_hash` with `hash_key`, written before this returns.
    Raises NotAllowed('POWER_MISSING'), BadInput('BATCH_SIZE', 'DATE_TOO_FAR'), ReadAuditFailed.
    Source: spec 8.6, decisions 3, 8, 11.
    """
    actor.require(Power.LOOKUP_RIGHT)
    if not 1 <= len(national_ids) <= BATCH_LIMIT:
        raise BadInput("BATCH_SIZE", field="national_ids", count=len(national_ids), most=BATCH_LIMIT)
    numbers = [_readable(typed) for typed in national_ids]
    now, spells, loaded = _known({number for number in numbers if isinstance(number, str)})
    day = on or bangkok_day(now)
    if day > bangkok_day(now) + FARTHEST:
        raise BadInput("DATE_TOO_FAR", field="on", date=day)
    schemes, firsts = _ordered(spells, day), _firsts(spells)
    answers: list[RightAnswer | UnreadableId] = []
    audit_rows = []
    for typed, number in zip(national_ids, numbers, strict=True):
        if isinstance(number, BadInput):
            answers.append(UnreadableId(typed, number))
            continue
        answer = replace(_answer(typed, day, now, spells.get(number, []), schemes.get(number), firsts), loaded=loaded)
        answers.append(answer)
        audit_rows.append(
            {
                "person_hash": person_hash(number, hash_key),
                "answer": answer.reason.value if answer.reason else "ENTITLED",
            }
        )
    _write_down(audit_rows, actor)
    return answers


def _readable(typed: object) -> str | BadInput:
    if not isinstance(typed, str):
        return BadInput("NOT_TEXT", field="national_id")
    try:
        return national_ids_of.parse(typed, field="national_id")
    except BadInput as error:
        return error


def _write_down(rows: list[dict[str, Any]], actor: Actor) -> None:
    try:
        record_reads(rows, actor=actor, purpose=PURPOSE)
    except SQLAlchemyError as error:
        raise ReadAuditFailed("READ_AUDIT_FAILED") from error


# What the state on a day and the answer are told from.
_STATED = (
    "id", "principal_id", "relation", "sub_inscl", "entitled_from", "entitled_until", "effective_at", "voided", "voided_at",
    "suspended", "standby_since", "suspended_until", "ended_effective_at", "until_before_end",
)  # fmt: skip


def _query(asked: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The business clock and, beside it, what the register holds of the persons; one row with the clock alone if nothing."""
    person, agency, spell = Person.__table__, Agency.__table__, Entitlement.__table__
    successor = agency.alias("successor")
    loaded = sa.select(sa.func.aggregate_strings(SchemeFile.__table__.c.scheme.cast(sa.String), ",")).where(
        SchemeFile.__table__.c.loaded_at.is_not(None)
    )
    clock = sa.select(OFFSET.label("offset_seconds"), loaded.scalar_subquery().label("loaded")).subquery("clock")
    own, other = spell.alias("own"), OtherSchemeRight.__table__
    has_others = sa.or_(
        spell.c.declared_scheme.is_not(None),
        sa.exists().where(other.c.person_id == person.c.id, other.c.verified_at.is_not(None)),
    )
    # Of several rights through others, the one whose principal came into the register first goes first (spec 4.3).
    principal_since = (
        sa.select(sa.func.min(own.c.registered_at))
        .where(own.c.person_id == spell.c.principal_id, own.c.relation == Relation.SELF, sa.not_(own.c.voided))
        .scalar_subquery()
    )
    source = (
        clock.outerjoin(person, asked)
        .outerjoin(spell, spell.c.person_id == person.c.id)
        .outerjoin(agency, agency.c.id == spell.c.agency_id)
        .outerjoin(successor, successor.c.id == agency.c.successor_agency_id)
    )
    told = (
        clock.c.offset_seconds,
        clock.c.loaded,
        has_others.label("has_others"),
        spell.c.person_id,
        person.c.national_id,
        agency.c.dla_code,
        agency.c.name_th,
        agency.c.valid_until.label("agency_until"),
        successor.c.dla_code.label("successor_code"),
    )
    columns = (spell.c[name] for name in _STATED)
    return sa.select(*told, principal_since.label("since"), *columns).select_from(source)


_OF_ONE = Prepared(_query(Person.__table__.c.national_id == sa.bindparam("national_id")))
_OF_MANY = _query(Person.__table__.c.national_id.in_(sa.bindparam("national_ids", expanding=True)))


def _known(numbers: Collection[str]) -> tuple[datetime, dict[str, list[Any]], tuple[str, ...]]:
    """The business instant, the rows of the register by national ID, the schemes that were loaded, in one statement."""
    if len(numbers) == 1:
        rows = _OF_ONE.run(db.single, national_id=next(iter(numbers)))
    else:
        with db.engine.connect() as connection:
            rows = list(connection.execute(_OF_MANY, {"national_ids": list(numbers)}))
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        if row.id is not None:
            found[row.national_id].append(row)
    return instant_at(rows[0].offset_seconds), found, tuple(sorted(set((rows[0].loaded or "").split(",")) - {""}))


def _ordered(spells: dict[str, list[Any]], day: date) -> dict[str, Resolution]:
    """The order of all schemes for the persons of whom another right is known; asks nothing where there are none."""
    known = {number: rows[0].person_id for number, rows in spells.items() if any(row.has_others for row in rows)}
    if not known:
        return {}
    with db.engine.connect() as connection:
        found = orders(connection, known.values(), day)
    return {number: found[person_id] for number, person_id in known.items()}


def _firsts(spells: dict[str, list[Any]]) -> dict[int, Entry]:
    """How principals of one person who came into the register at one instant did so; asks nothing where there are none."""
    alike: dict[tuple[str, datetime], set[int]] = defaultdict(set)
    for number, rows in spells.items():
        for row in rows:
            if row.relation is not Relation.SELF and row.since is not None:
                alike[number, row.since].add(row.principal_id)
    wanted = {one for principals in alike.values() if len(principals) > 1 for one in principals}
    if not wanted:
        return {}
    with db.engine.connect() as connection:
        return entries(connection, wanted)


def _answer(
    typed: str, day: date, now: datetime, spells: list[Any], schemes: Resolution | None, firsts: dict[int, Entry]
) -> RightAnswer:
    # The entity's own function on a plain row: what a right is on a day is said in one place only (decisions 2).
    states = ((Entitlement.state_on(row, day, now), row) for row in spells)
    stated = [(state, row) for state, row in states if state is not EntitlementState.UNKNOWN]
    counting = sorted((pair for pair in stated if pair[0] in _COUNTS), key=lambda pair: _turn(pair, firsts))
    order = tuple(_right(state, row, day) for state, row in counting)
    reason, explaining = (None, order[0]) if order else _why_not(stated, day)
    return RightAnswer(typed, day, now, day > bangkok_day(now), order, explaining, reason, schemes)


def _turn(
    stated: tuple[EntitlementState, Any], firsts: dict[int, Entry]
) -> tuple[bool, bool, datetime, datetime, str, int]:
    """Own right first, then by the principal's seniority in the register; what stands by comes last (spec 4, decisions 5)."""
    state, row = stated
    first = firsts.get(row.principal_id)
    decided_at, request_no = (first.decided_at or _NEVER, first.request_no) if first is not None else (_NEVER, "")
    is_standby, is_anothers = state is EntitlementState.STANDBY, row.relation is not Relation.SELF
    return is_standby, is_anothers, row.since or row.effective_at, decided_at, request_no, row.id


def _why_not(stated: list[tuple[EntitlementState, Any]], day: date) -> tuple[NoRight, Right | None]:
    by_state: dict[EntitlementState, list[Any]] = defaultdict(list)
    for state, row in stated:
        by_state[state].append(row)
    if suspended := by_state[EntitlementState.SUSPENDED]:
        return NoRight.SUSPENDED, _right(EntitlementState.SUSPENDED, suspended[0], day)
    if scheduled := by_state[EntitlementState.SCHEDULED]:
        nearest = min(scheduled, key=lambda row: (row.entitled_from, row.id))
        return NoRight.NOT_YET, _right(EntitlementState.SCHEDULED, nearest, day)
    if ended := by_state[EntitlementState.ENDED]:
        latest = max(ended, key=lambda row: (row.entitled_until, row.id))
        return NoRight.ENDED, _right(EntitlementState.ENDED, latest, day)
    # A right recorded in error was never a right: nothing of it is told.
    return (NoRight.VOIDED if stated else NoRight.NO_RIGHT_KNOWN), None


def _right(state: EntitlementState, row: Any, day: date) -> Right:
    return Right(
        sub_inscl=row.sub_inscl,
        agency_code=row.dla_code,
        agency_name=row.name_th,
        successor_code=row.successor_code if row.agency_until is not None and row.agency_until <= day else None,
        relation=row.relation,
        state=state,
        entitled_from=row.entitled_from,
        entitled_until=row.entitled_until,
    )
