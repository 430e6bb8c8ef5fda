"""ทำไมจึงมีหรือไม่มีสิทธิ: one person's rights on a day with the clauses behind each, and families laid out to be tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import NotFound
from app.domain.people import EntitlementState, PersonnelType, Relation, TerminationReason
from app.domain.period import Period
from app.domain.powers import Power
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.rules import lifecycle
from app.rules.around import Around
from app.rules.decision import Clause, Flag, Need
from app.rules.ends import end_by
from app.rules.household import AFTER_THE_END, BEFORE_THE_START, Explained, Household, Member, Principal, as_approved
from app.rules.household import explain as by_law
from app.rules.priority import Resolution
from app.rules.relatives import Relative
from app.services.audit import person_hash, record_reads
from app.services.clock import business_now
from app.services.crossings.rights_lookup import FARTHEST, RightAnswer, look_up
from app.services.crossings.rights_lookup import Right as LookedUp
from app.services.evidence import LARGEST_ID
from app.services.family_facts import told_of, with_death
from app.services.scheme_orders import Beside, Entry, entries, orders, others_of
from app.services.transaction import reading

PURPOSE = "EXPLAIN"


@dataclass(frozen=True)
class WhyRight:
    """One right on the day: the legal clock in days, the visible clock in instants, and why.

    `law` is what the rules make of the facts today; `differs` tells that they would not give the right that stands.
    """

    entitlement_id: int
    relation: Relation
    principal_id: int
    principal_name: str
    agency_name: str
    state: EntitlementState
    entitled_from: date
    last_day: date | None
    seen_since: datetime
    seen_until: datetime | None
    clauses: tuple[Clause, ...]
    missing: tuple[Need, ...]
    flags: tuple[Flag, ...]
    holds_until: date | None
    differs: bool

    @property
    def counts(self) -> bool:
        """Whether it is a right on the day, used or standing by."""
        return self.state in (EntitlementState.ACTIVE, EntitlementState.STANDBY)


@dataclass(frozen=True)
class Why:
    """A person on a day: entitled or not, and each right with its reasons, those that count first.

    `rights` are those within reach. `elsewhere` is the right that counts where none of them does, as the look-up tells it to
    anybody with that power; `is_whole` tells that the look-up was asked, so that a no is a no of the whole register.
    """

    person_id: int
    full_name: str
    national_id: str
    birth_date: date | None
    on: date
    asked_at: datetime
    rights: tuple[WhyRight, ...]
    schemes: Resolution
    elsewhere: LookedUp | None = None
    is_whole: bool = True

    @property
    def entitled(self) -> bool:
        """Whether any right counts on the day, here or elsewhere."""
        return self.entitled_here or self.elsewhere is not None

    @property
    def entitled_here(self) -> bool:
        """Whether one of the rights within reach counts on the day."""
        return any(right.counts for right in self.rights)


@dataclass(frozen=True)
class LaidOut:
    """A real family as facts to be tried, its people by the key under which the facts have them."""

    household: Household
    names: dict[str, str]
    today: date


def why(person_id: int, on: date | None, *, actor: Actor, hash_key: str) -> Why:
    """Why the person has rights on the day, or has none (None: today); one durable read-access row is written first.

    Raises NotAllowed('POWER_MISSING'), NotFound('PERSON_NOT_FOUND') for whoever has no right within the scope.
    """
    actor.require(Power.VIEW_REGISTER)
    with reading(actor.scope) as session:
        now = business_now(session)
        day = on or bangkok_day(now)
        mine = _rows(session, Entitlement.person_id == person_id) if 0 < person_id <= LARGEST_ID else []
        if not mine:
            raise NotFound("PERSON_NOT_FOUND")
        families = _rows(session, Entitlement.principal_id.in_({right.principal_id for right in mine}))
        rights = [_why_right(right, [one for one in families if one.principal_id == right.principal_id], day, now)
                  for right in mine]  # fmt: skip
        person = mine[0].person
        schemes = orders(session.connection(), [person_id], day)[person_id]
    _write_down([person], actor, hash_key)
    may_ask = Power.LOOKUP_RIGHT in actor.powers
    is_here = any(right.counts for right in rights)
    elsewhere = _elsewhere(person.national_id, day, actor, hash_key) if may_ask and not is_here else None
    rights.sort(key=lambda right: (not right.counts, right.relation is not Relation.SELF, -right.entitlement_id))
    return Why(person.id, person.full_name, person.national_id, person.birth_date, day, now, tuple(rights), schemes, elsewhere,
               is_here or may_ask)  # fmt: skip


def _elsewhere(number: str, day: date, actor: Actor, hash_key: str) -> LookedUp | None:
    """The right that counts at an agency out of reach; the look-up writes the question down and tells no more than to all."""
    if day > bangkok_day(business_now()) + FARTHEST:
        return None
    (answer,) = look_up([number], day, actor=actor, hash_key=hash_key)
    return answer.order[0] if isinstance(answer, RightAnswer) and answer.order else None


def laid_out(person_id: int, *, actor: Actor, hash_key: str) -> LaidOut:
    """The family of this principal as facts; each person on it leaves a read-access row.

    Raises NotAllowed('POWER_MISSING'), NotFound('PERSON_NOT_FOUND') for whoever is no principal within the scope.
    """
    actor.require(Power.VIEW_REGISTER)
    with reading(actor.scope) as session:
        today = bangkok_day(business_now(session))
        rows = _rows(session, Entitlement.principal_id == person_id) if 0 < person_id <= LARGEST_ID else []
        rows = [right for right in rows if not right.voided]
        if not any(right.relation is Relation.SELF for right in rows):
            raise NotFound("PERSON_NOT_FOUND")
        people = {right.person_id: right.person for right in rows}
        others = others_of(session.connection(), people, person_id)
        entry = entries(session.connection(), [person_id])[person_id]
    _write_down(list(people.values()), actor, hash_key)
    return LaidOut(
        _with_others(household_of(rows, today), others, entry),
        {str(key): one.full_name for key, one in people.items()},
        today,
    )


def _with_others(household: Household, others: Mapping[int, Beside], entry: Entry) -> Household:
    """The family with what is known of each beside it; a trial must not forget what stands already."""
    held, elections = others[int(household.principal.key)]
    principal = replace(
        household.principal, others=held, elections=elections, registered_at=entry.registered_at,
        decided_at=entry.decided_at, request_no=entry.request_no,
    )  # fmt: skip
    members = tuple(Member(one.relative, *others[int(one.key)], one.ended_on) for one in household.members)
    return Household(principal, members)


def household_of(rows: Sequence[Entitlement], today: date) -> Household:
    """The family whose rights these are, each relative by his newest right; keys are the ids of persons."""
    own = [right for right in rows if right.relation is Relation.SELF]
    newest = {right.person_id: right for right in rows if right.relation is not Relation.SELF}
    principal = _principal(rows[0].principal, own)
    relatives = [_relative(right) for right in newest.values()]
    members = [
        Member(as_approved(one, _around(principal, relatives, one, today)), ended_on=_ended_on(right))
        for one, right in zip(relatives, newest.values(), strict=True)
    ]
    return Household(principal, tuple(members))


def _rows(session: Session, condition: sa.ColumnElement[bool]) -> Sequence[Entitlement]:
    query = sa.select(Entitlement).where(condition).options(
        joinedload(Entitlement.person), joinedload(Entitlement.principal), joinedload(Entitlement.agency)
    )  # fmt: skip
    return session.scalars(query.order_by(Entitlement.entitled_from, Entitlement.id)).all()


def _write_down(people: Sequence[Person], actor: Actor, hash_key: str) -> None:
    read = [
        {"person_hash": person_hash(one.national_id, hash_key), "object_type": "person", "object_id": str(one.id)}
        for one in people
    ]
    record_reads(read, actor=actor, purpose=PURPOSE)


def _principal(person: Person, own: Sequence[Entitlement]) -> Principal:
    kind = next((right.personnel_type for right in reversed(own) if right.personnel_type), None)
    active = tuple(Period(right.entitled_from, right.entitled_until) for right in own)
    return Principal(
        str(person.id),
        person.sex,
        person.birth_date,
        kind or PersonnelType.MUNICIPAL_OFFICER,
        active,
        person.death_date,
    )


def _relative(right: Entitlement) -> Relative:
    return Relative(
        str(right.person_id), right.relation, right.person.birth_date, right.person.sex,
        with_death(told_of(right), right.person.death_date), frozenset(),
        right.birth_order, right.seq_in_delivery, period=Period(right.entitled_from, right.entitled_until),
        legitimate_from=right.legitimate_from,
    )  # fmt: skip


def _ended_on(right: Entitlement) -> date | None:
    """The first day without the right by an end of the relative's own, also one that a suspension came before."""
    if right.termination_reason in (None, TerminationReason.PRINCIPAL_ENDED, TerminationReason.TRANSFERRED_LGO):
        return None
    is_away = right.suspended and right.suspended_until is None
    return right.until_before_end if is_away else right.entitled_until


def _around(principal: Principal, relatives: Sequence[Relative], one: Relative, today: date) -> Around:
    others = tuple(other for other in relatives if other.national_id != one.national_id)
    return Around(today, principal.sex, principal.birth_date, principal.active, others)


def _why_right(right: Entitlement, family: Sequence[Entitlement], day: date, now: datetime) -> WhyRight:
    standing = [one for one in family if not one.voided and one.person_id != right.person_id]
    own = [one for one in family if one.relation is Relation.SELF and not one.voided]
    facts = household_of([*standing, *own, right] if right.relation is not Relation.SELF else [*standing, right], day)
    found = next(one for one in by_law(facts, day) if one.key == str(right.person_id))
    state = right.state_on(day, now)
    clauses = _clauses(right, state, found)
    return WhyRight(
        entitlement_id=right.id, relation=right.relation, principal_id=right.principal_id,
        principal_name=right.principal.full_name, agency_name=right.agency.name_th, state=state,
        entitled_from=right.entitled_from, last_day=Period(right.entitled_from, right.entitled_until).last_day,
        seen_since=right.effective_at, seen_until=right.end_seen_at, clauses=clauses,
        missing=found.missing, flags=found.flags, holds_until=found.holds_until,
        differs=state is EntitlementState.ACTIVE and not found.entitled,
    )  # fmt: skip


def _clauses(right: Entitlement, state: EntitlementState, found: Explained) -> tuple[Clause, ...]:
    """The register decides whether there is a right; the clauses say why, the deciding one first."""
    match state:
        case EntitlementState.VOIDED:
            return (end_by(TerminationReason.RECORDED_IN_ERROR).clause,)
        case EntitlementState.SUSPENDED:
            return (lifecycle.SUSPENSION,)
        case EntitlementState.SCHEDULED:
            return (BEFORE_THE_START, *(clause for clause in found.clauses if clause != BEFORE_THE_START))
        case EntitlementState.ENDED if right.termination_reason is not None:
            return (end_by(right.termination_reason).clause,)
        case EntitlementState.ENDED:
            return (AFTER_THE_END,) if found.entitled else tuple(dict.fromkeys((*found.clauses, AFTER_THE_END)))
        case _:
            return found.clauses
