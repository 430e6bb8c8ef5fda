"""ทำไมจึงมีหรือไม่มีสิทธิ: a family as facts, and what the law makes of each of them on a day (spec 3, 4).

Nothing here knows the register: who asks lays the facts, what is answered says why, with the clauses.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.domain.people import EntitlementState, PersonnelType, Relation, Sex, TerminationReason, ToFollow
from app.domain.period import Period
from app.rules import citations, family_law, lifecycle
from app.rules.around import Around
from app.rules.certification import PARENTS
from app.rules.decision import OK, Clause, Flag, Need, next_day_after
from app.rules.elections import Election, elected_on
from app.rules.ends import end_by, first_day_without
from app.rules.family_law import RelativeDecision
from app.rules.own_right import TOPPED_UP
from app.rules.principals import TYPES
from app.rules.priority import HeldRight, Resolution, resolve
from app.rules.relatives import STANDS, Relative
from app.rules.schemes import EntitlementRank, Scheme

NOT_YET, ENDED, SUSPENDED = "NOT_YET", "ENDED", "SUSPENDED"
BEFORE_THE_START = Clause(
    "EXPLAIN_NOT_YET", "On this day the right has not begun.", citations.NHSO_START_AND_END
)  # fmt: skip
AFTER_THE_END = Clause("EXPLAIN_ENDED", "On this day the right has ended.", citations.NHSO_START_AND_END)
PRINCIPAL_HAS_NONE = Clause(
    "EXPLAIN_PRINCIPAL_HAS_NONE",
    "The family's rights start and end with the principal's.",
    citations.NHSO_START_AND_END,
)
SECOND_PARENT = "ONE_PARENT_EACH"
ONE_EACH = Clause(SECOND_PARENT, "A principal has one father and one mother.", citations.REGISTER_PARENTS)
_DEATH = end_by(TerminationReason.DECEASED)
_CLAUSE_OF_TYPE = {row.personnel_type: row.clause for row in TYPES}


@dataclass(frozen=True)
class Principal:
    """Through whom the family has rights; `suspended_from` is the first day of a suspension that still lasts."""

    key: str
    sex: Sex | None
    birth_date: date | None
    personnel_type: PersonnelType
    active: tuple[Period, ...]
    death_date: date | None = None
    suspended_from: date | None = None
    others: tuple[HeldRight, ...] = ()
    elections: tuple[Election, ...] = ()
    registered_at: datetime | None = None  # how the first own right came into the register, where it did
    decided_at: datetime | None = None
    request_no: str = ""


@dataclass(frozen=True)
class Member:
    """A relative, and the rights in other schemes that are known of him; `relative.national_id` is any key.

    `ended_on` is the first day without his right by an end of his own that was decided, whatever the facts say.
    """

    relative: Relative
    others: tuple[HeldRight, ...] = ()
    elections: tuple[Election, ...] = ()
    ended_on: date | None = None

    @property
    def key(self) -> str:
        """What he is called by."""
        return self.relative.national_id


@dataclass(frozen=True)
class Household:
    """A principal and his relatives."""

    principal: Principal
    members: tuple[Member, ...] = ()


@dataclass(frozen=True)
class Explained:
    """What the law makes of one person on the day: yes or no, why, what is missing, and until when that holds.

    `schemes` is the order in which his rights are used; a right that is not used stands by.
    """

    key: str
    relation: Relation
    on: date
    code: str
    state: EntitlementState | None
    clauses: tuple[Clause, ...]
    period: Period | None
    missing: tuple[Need, ...]
    flags: tuple[Flag, ...]
    holds_until: date | None
    schemes: Resolution

    @property
    def entitled(self) -> bool:
        """Whether the right counts on the day, used or standing by."""
        return self.state in (EntitlementState.ACTIVE, EntitlementState.STANDBY)


def explain(household: Household, on: date, told_on: date | None = None) -> tuple[Explained, ...]:
    """The principal first, then the relatives in the order given; raises nothing.

    What is told as having happened cannot lie after `told_on`; None where it was told and weighed before.
    """
    principal = household.principal
    active = _active(principal)
    found = [_of_principal(principal, active, on)]
    standing = found[0].entitled
    members = _in_turn(household.members)
    parents = [(one.relative.relation, one.relative.period) for one in members if one.relative.period]
    for member in members:
        others = tuple(other.relative for other in members if other is not member)
        leans_on = _leans_on(active, member.relative, on)
        around = Around(
            on, principal.sex, principal.birth_date, active, others, _own_scheme(member, on), leans_on, told_on
        )
        decided = _one_each(family_law.decide(member.relative, around), member.relative, parents)
        found.append(_of_member(member, _ended(decided, member.ended_on), principal, on, standing))
    return tuple(found)


def _ended(decided: RelativeDecision, ended_on: date | None) -> RelativeDecision:
    period = decided.period
    if period is None or ended_on is None or (period.until_on or date.max) <= ended_on or ended_on <= period.from_on:
        return decided
    return replace(decided, period=Period(period.from_on, ended_on))


def _in_turn(members: tuple[Member, ...]) -> tuple[Member, ...]:
    """Who is only asked for comes after who stands: spouses by the day of the marriage, of which the later one is void."""
    asked = [place for place, member in enumerate(members) if member.relative.period is None]
    turn = sorted(asked, key=lambda place: (members[place].relative.told.marriage_date or date.max, place))
    places = {place: STANDS + 1 + n for n, place in enumerate(turn)}
    return tuple(
        replace(member, relative=replace(member.relative, place=places[place])) if place in places else member
        for place, member in enumerate(members)
    )


def _one_each(decided: RelativeDecision, one: Relative, known: list[tuple[Relation, Period]]) -> RelativeDecision:
    """Of two fathers or two mothers whose days meet who stands counts, else the first one; `known` grows by who does."""
    if one.relation not in PARENTS or one.period is not None or decided.period is None:
        return decided
    if any(relation is one.relation and period.overlaps(decided.period) for relation, period in known):
        clauses = (ONE_EACH,)
        return replace(
            decided, code=SECOND_PARENT, accepted=False, clauses=clauses, period=None, state=None, missing=()
        )
    known.append((one.relation, decided.period))
    return decided


def _active(principal: Principal) -> tuple[Period, ...]:
    """The days of the own right, cut at a death or a suspension."""
    end = None if principal.death_date is None else first_day_without(_DEATH.reason, principal.death_date)
    if principal.suspended_from is not None:
        end = min(end or principal.suspended_from, principal.suspended_from)
    found = []
    for period in principal.active:
        if end is not None and end <= period.from_on:
            continue
        until = period.until_on if end is None else min(period.until_on or end, end)
        found.append(Period(period.from_on, until))
    return tuple(found)


def _leans_on(active: tuple[Period, ...], relative: Relative, on: date) -> date | None:
    """The first day of the own right that the relative's right began in; of one that is only asked for, of the day's."""
    day = on if relative.period is None else relative.period.from_on
    return next((period.from_on for period in active if period.contains(day)), None)


def _of_principal(principal: Principal, active: tuple[Period, ...], on: date) -> Explained:
    period = next((period for period in active if period.contains(on)), None)
    state = EntitlementState.ACTIVE if period is not None else None
    clauses: tuple[Clause, ...]
    if period is not None:
        code, clauses = OK, (_CLAUSE_OF_TYPE[principal.personnel_type], lifecycle.START)
    elif principal.suspended_from is not None and principal.suspended_from <= on:
        code, state, clauses = SUSPENDED, EntitlementState.SUSPENDED, (lifecycle.SUSPENSION,)
    elif principal.death_date is not None and principal.death_date < on:
        code, state, clauses = "DEAD", EntitlementState.ENDED, (_DEATH.clause,)
    elif any(known.from_on <= on for known in active):
        code, state, clauses = ENDED, EntitlementState.ENDED, (AFTER_THE_END,)
    else:
        code, state, clauses = NOT_YET, EntitlementState.SCHEDULED if active else None, (BEFORE_THE_START,)
    held = tuple(
        HeldRight(_scheme(principal.personnel_type), EntitlementRank.PRIMARY, known, label="own") for known in active
    )
    edges = [edge for known in active for edge in (known.from_on, known.until_on)]
    order = _order((*held, *principal.others), principal.elections, on)
    return Explained(
        principal.key, Relation.SELF, on, code, _standing_by(state, order), clauses, period, (), (),
        next_day_after(on, [*edges, order.holds_until]), order,
    )  # fmt: skip


def _of_member(
    member: Member, decided: RelativeDecision, principal: Principal, on: date, principal_stands: bool
) -> Explained:
    period, code, clauses = decided.period, decided.code, decided.clauses
    state: EntitlementState | None = None
    if decided.accepted and period is not None:
        code, state, clauses = _on_the_day(period, decided, on, principal_stands)
    held: tuple[HeldRight, ...] = ()
    if decided.accepted and period is not None and principal_stands:
        held = (
            HeldRight(
                _scheme(principal.personnel_type), EntitlementRank.SECONDARY, period, principal.registered_at, 0, "own",
                principal.decided_at, principal.request_no,
            ),
        )  # fmt: skip
    order = _order((*held, *member.others), member.elections, on)
    edges = [] if period is None else [period.from_on, period.until_on]
    return Explained(
        member.key, member.relative.relation, on, code, _standing_by(state, order), clauses, period, decided.missing,
        decided.flags, next_day_after(on, [*edges, decided.holds_until, order.holds_until]), order,
    )  # fmt: skip


def _on_the_day(
    period: Period, decided: RelativeDecision, on: date, principal_stands: bool
) -> tuple[str, EntitlementState, tuple[Clause, ...]]:
    if on < period.from_on:
        return NOT_YET, EntitlementState.SCHEDULED, (BEFORE_THE_START, *decided.clauses)
    if not period.contains(on):
        return ENDED, EntitlementState.ENDED, (AFTER_THE_END, *decided.clauses)
    if not principal_stands:
        return "PRINCIPAL_NOT_ACTIVE", EntitlementState.ENDED, (PRINCIPAL_HAS_NONE,)
    is_standby = decided.state is EntitlementState.STANDBY
    return OK, EntitlementState.STANDBY if is_standby else EntitlementState.ACTIVE, decided.clauses


def as_approved(relative: Relative, around: Around | None = None) -> Relative:
    """A right that stands was proven when it was approved: the papers for the facts told count as seen.

    Where the facts themselves were never told, it counts as taken over from a list, whose facts are still owed.
    """
    if relative.told.to_follow is not None:
        return relative
    seen = replace(relative, told=replace(relative.told, to_follow=ToFollow.PAPERS))
    found = None if around is None else family_law.decide(seen, around)
    if found is None or found.accepted or not found.missing:
        return seen
    return replace(relative, told=replace(relative.told, to_follow=ToFollow.FACTS))


def _standing_by(state: EntitlementState | None, order: Resolution) -> EntitlementState | None:
    if state is not EntitlementState.ACTIVE:
        return state
    unused = any(right.right.label == "own" for right in order.not_used)
    return EntitlementState.STANDBY if unused else state


def _order(rights: Iterable[HeldRight], elections: Iterable[Election], on: date) -> Resolution:
    return resolve(rights, elected_on(elections, on), on)


def _own_scheme(member: Member, on: date) -> Scheme | None:
    """A state scheme of one's own that is used on the day; ประกันสังคม and ครูเอกชน leave the right through the family in use,
    also where they were chosen before the state scheme (spec 4.4)."""
    own = [right for right in member.others if right.rank is EntitlementRank.PRIMARY and right.scheme is not Scheme.UCS]
    order = _order(own, member.elections, on)
    leading = [used.right for used in order.order[:1]] or order.undecided
    return next((right.scheme for right in leading if right.scheme not in TOPPED_UP), None)


def _scheme(personnel_type: PersonnelType) -> Scheme:
    return Scheme.LGO_PENSION if personnel_type is PersonnelType.PENSIONER else Scheme.LGO
