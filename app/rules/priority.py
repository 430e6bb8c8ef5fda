"""ลำดับการใช้สิทธิ: in which order a person's rights are used, and which stand by (spec 4.4; seed 001, since 2018).

The rules are the rows of `priority_table`; here they are only applied: main rights first, then one right through the family.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import combinations, permutations

from app.domain.period import Period
from app.rules.decision import OK, Clause, next_day_after
from app.rules.elections import next_election_on
from app.rules.priority_rule import Collision, Outcome
from app.rules.priority_table import RESIDUAL, Match, rule_between
from app.rules.schemes import LGO_GROUP, EntitlementRank, Scheme

_NEVER_REGISTERED = datetime.max.replace(tzinfo=UTC)


class Use(StrEnum):
    """How far a right in the order is used."""

    FULL = "FULL"  # for everything
    PRIVATE_PROVIDERS = "PRIVATE_PROVIDERS"  # คลินิกเอกชน หรือ รพ.เอกชน only
    TOP_UP_LIST = "TOP_UP_LIST"  # เบิกส่วนต่างเฉพาะกรณี
    ABOVE_100K_PER_YEAR = "ABOVE_100K_PER_YEAR"  # เมื่อเกินวงเงินครูเอกชนต่อปี


class PriorityFlag(StrEnum):
    """What a person must look at (spec 3.9); the first two also stop the ordering."""

    IMPOSSIBLE_PAIR = "IMPOSSIBLE_PAIR"  # nobody can hold both: one record is wrong
    UNRESOLVED_MAIN_MAIN = "UNRESOLVED_MAIN_MAIN"  # no rule orders these main rights: NHSO decides by hand
    SECONDARY_WITH_SSO_ELECTION = (
        "SECONDARY_WITH_SSO_ELECTION"  # the seed does not speak of a top-up after such a choice
    )


_USE_AFTER_OWN = {Outcome.TOP_UP: Use.TOP_UP_LIST, Outcome.ABOVE_CAP: Use.ABOVE_100K_PER_YEAR}


@dataclass(frozen=True)
class HeldRight:
    """One right of the person in one scheme.

    `principal_registered_at` is when the own right behind it entered the register (เกิดในฐาน), None if that is unknown; of
    the same instant who was decided on first, then who has the smaller number of request (decisions 5), then the smaller
    `record_id`, then the smaller `label` goes first.
    """

    scheme: Scheme
    rank: EntitlementRank
    period: Period
    principal_registered_at: datetime | None = None
    record_id: int = 0
    label: str = ""
    principal_decided_at: datetime | None = None
    principal_request_no: str = ""

    @property
    def identity(self) -> tuple[Scheme, EntitlementRank, int, str]:
        """What stays the same when its dates change."""
        return self.scheme, self.rank, self.record_id, self.label

    @property
    def seniority(self) -> tuple[datetime, datetime, str, int, str, Scheme]:
        """The smaller, the earlier in the register; an unknown instant is no claim to be early."""
        registered_at = self.principal_registered_at or _NEVER_REGISTERED
        decided_at = self.principal_decided_at or _NEVER_REGISTERED
        return registered_at, decided_at, self.principal_request_no, self.record_id, self.label, self.scheme


@dataclass(frozen=True)
class UsedRight:
    """A right in the order, and the rule that gives it its place beside a better one."""

    right: HeldRight
    use: Use
    because: Match | None = None


@dataclass(frozen=True)
class UnusedRight:
    """A right that stands by `behind` another, and the rule that put it there."""

    right: HeldRight
    behind: HeldRight
    because: Match


@dataclass(frozen=True)
class Resolution:
    """The rights in force on a day: each is used, unused or, where a flag stops the ordering, undecided.

    `reasons` are the rules that fired; `holds_until` is the first day on which the order could change by itself.
    """

    on: date
    election: Scheme | None
    order: tuple[UsedRight, ...] = ()
    not_used: tuple[UnusedRight, ...] = ()
    undecided: tuple[HeldRight, ...] = ()
    reasons: tuple[Match, ...] = ()
    flags: tuple[PriorityFlag, ...] = ()
    holds_until: date | None = None

    @property
    def code(self) -> str:
        """OK, or the flag that stopped the ordering."""
        return self.flags[0] if self.undecided else OK

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The reasons as every decision cites them, each rule once."""
        return tuple(dict.fromkeys(match.rule.clause for match in self.reasons))


def resolve(entitlements: Iterable[HeldRight], election: Scheme | None, on: date) -> Resolution:
    """The order in which the rights in force on the day are used (spec 4.4); the order of input means nothing.

    `election` is the scheme whose election counts on the day, see `elections.elected_on`.
    """
    known = list(entitlements)
    rights = sorted((right for right in known if right.period.contains(on)), key=lambda right: right.seniority)
    edges = [edge for right in known for edge in (right.period.from_on, right.period.until_on)]
    holds_until = next_day_after(on, [*edges, next_election_on(on) if election else None])
    main, secondary, residual = _parted(rights)

    stop = _why_undecided(main, on)
    if stop is not None:
        flag, reasons = stop
        return Resolution(on, election, (), (), tuple(rights), reasons, (flag,), holds_until)

    order, not_used = _order_main(main, election, on)
    sso_elected = bool(not_used) and order[0].right.scheme is Scheme.SSO
    flags = (PriorityFlag.SECONDARY_WITH_SSO_ELECTION,) if sso_elected and secondary else ()
    order, not_used = _add_secondary(order, not_used, secondary, on)
    if not order:
        order = [UsedRight(right, Use.FULL) for right in residual[:1]]
        residual = residual[1:]
    not_used += [UnusedRight(right, order[0].right, Match(RESIDUAL, by_analogy=False)) for right in residual]
    fired = [used.because for used in order if used.because] + [unused.because for unused in not_used]
    return Resolution(on, election, tuple(order), tuple(not_used), (), tuple(fired), flags, holds_until)


def leaves_in_use(rank: EntitlementRank, on: date) -> frozenset[Scheme]:
    """The schemes of which a right of one's own alone never puts a single LGO right of this rank aside, without an election.

    Asked of the rules themselves, so that whoever orders a million people need not look at those for whom nothing can change.
    """
    return frozenset(other for other in Scheme if all(_is_left_in_use(group, rank, other, on) for group in LGO_GROUP))


def _is_left_in_use(held: Scheme, rank: EntitlementRank, other: Scheme, on: date) -> bool:
    always = Period(on)
    beside = HeldRight(other, EntitlementRank.PRIMARY, always)
    found = resolve((HeldRight(held, rank, always, label="held"), beside), None, on)
    return all(unused.right.label != "held" for unused in found.not_used)


@dataclass(frozen=True)
class StandbyChanges:
    """What a new order means for the records: rights that come out of standby, and rights that go into it."""

    promoted: tuple[HeldRight, ...]
    stood_down: tuple[HeldRight, ...]


def standby_changes(before: Resolution, after: Resolution) -> StandbyChanges:
    """Which rights are promoted and which stand by from now on, when one order follows another (spec 4.4, 3.8).

    A right that stood by and is not in force any more is neither; nor is one whose order a flag leaves undecided.
    """
    stood_by = {unused.right.identity for unused in before.not_used}
    return StandbyChanges(
        promoted=tuple(used.right for used in after.order if used.right.identity in stood_by),
        stood_down=tuple(unused.right for unused in after.not_used if unused.right.identity not in stood_by),
    )


_Ordered = tuple[list[UsedRight], list[UnusedRight]]


def _parted(rights: list[HeldRight]) -> tuple[list[HeldRight], list[HeldRight], list[HeldRight]]:
    """Rights of one's own, rights through the family, and บัตรทอง, which is set aside whatever its rank (step 0)."""
    real = [right for right in rights if right.scheme is not Scheme.UCS]
    return (
        [right for right in real if right.rank is EntitlementRank.PRIMARY],
        [right for right in real if right.rank is EntitlementRank.SECONDARY],
        [right for right in rights if right.scheme is Scheme.UCS],
    )


def _why_undecided(main: list[HeldRight], on: date) -> tuple[PriorityFlag, tuple[Match, ...]] | None:
    """The flag that stops the ordering and the rules behind it: a pair that cannot be, or one without a rule (steps 2 to 4)."""
    found = [
        rule_between(Collision.MAIN_MAIN, one.scheme, other.scheme, on)
        or rule_between(Collision.MAIN_MAIN, other.scheme, one.scheme, on)
        for one, other in combinations(main, 2)
    ]
    impossible = tuple(match for match in found if match and match.rule.outcome is Outcome.IMPOSSIBLE)
    if impossible:
        return PriorityFlag.IMPOSSIBLE_PAIR, impossible
    return (PriorityFlag.UNRESOLVED_MAIN_MAIN, ()) if None in found else None


def _order_main(main: list[HeldRight], election: Scheme | None, on: date) -> _Ordered:
    """Rights of one's own, every pair of which has a rule: one leads, SSO may stand beside it (steps 3 and 5)."""
    meetings = [
        (match, held, colliding)
        for held, colliding in permutations(main, 2)
        if (match := rule_between(Collision.MAIN_MAIN, held.scheme, colliding.scheme, on))
    ]
    # Which state scheme it is must be settled before that one meets SSO.
    meetings.sort(key=lambda meeting: meeting[0].rule.outcome is not Outcome.CHOOSE_ONE)
    left, beside, not_used = list(main), [], []
    for match, held, colliding in meetings:
        if held not in left or colliding not in left:
            continue
        if election is colliding.scheme:
            left.remove(held)
            not_used.append(UnusedRight(held, colliding, match))
        elif match.rule.outcome is Outcome.CHOOSE_ONE:
            left.remove(colliding)
            not_used.append(UnusedRight(colliding, held, match))
        else:
            beside.append(UsedRight(colliding, Use.PRIVATE_PROVIDERS, match))
            left.remove(colliding)
    return [UsedRight(right, Use.FULL) for right in left] + beside, not_used


def _add_secondary(
    order: list[UsedRight], not_used: list[UnusedRight], secondary: list[HeldRight], on: date
) -> _Ordered:
    """One right through the family at most: alone, or behind the leading right as far as its rule allows (steps 5 and 6)."""
    if not secondary:
        return order, not_used
    place = _place_of_chosen(secondary, on)
    chosen, others = secondary[place], secondary[:place] + secondary[place + 1 :]
    if not order:
        order = [UsedRight(chosen, Use.FULL)]
    else:
        lead = order[0].right
        match = _rule(Collision.MAIN_SECONDARY, lead, chosen, on)
        if match.rule.outcome is Outcome.OWN_ONLY:
            behind = [UnusedRight(right, lead, _rule(Collision.MAIN_SECONDARY, lead, right, on)) for right in secondary]
            return order, not_used + behind
        order = [*order, UsedRight(chosen, _USE_AFTER_OWN[match.rule.outcome], match)]
    beaten = [UnusedRight(right, chosen, _rule(Collision.SECONDARY_SECONDARY, right, chosen, on)) for right in others]
    return order, not_used + beaten


def _place_of_chosen(secondary: list[HeldRight], on: date) -> int:
    """The place of the first right in the register that has to give way to no other one."""
    for place, right in enumerate(secondary):
        meets = (_rule(Collision.SECONDARY_SECONDARY, right, other, on) for other in secondary)
        if all(match.rule.outcome is not Outcome.OTHER_FIRST for match in meets):
            return place
    raise LookupError("each right through the family gives way to another one")


def _rule(kind: Collision, held: HeldRight, colliding: HeldRight, on: date) -> Match:
    match = rule_between(kind, held.scheme, colliding.scheme, on)
    if match is None:
        raise LookupError(f"no rule orders {held.scheme} and {colliding.scheme}")
    return match
