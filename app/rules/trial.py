"""ถ้าเกิดเหตุนี้: what may happen to a family, tried on its facts before it is true (spec 3.5-3.8, 4)."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from app.domain.people import Relation
from app.domain.period import Period
from app.rules.household import Explained, Household, Member, Principal, explain
from app.rules.priority import HeldRight
from app.rules.schemes import EntitlementRank, Scheme
from app.rules.told import Told


class Event(StrEnum):
    """What may happen to somebody of the family."""

    DIES = "DIES"  # เสียชีวิต
    MARRIES = "MARRIES"  # จดทะเบียนสมรส
    DIVORCES = "DIVORCES"  # หย่า
    ADOPTED_OUT = "ADOPTED_OUT"  # ยกให้เป็นบุตรบุญธรรมผู้อื่น
    DECLARED_INCOMPETENT = "DECLARED_INCOMPETENT"  # ศาลสั่งให้เป็นคนไร้หรือเสมือนไร้ความสามารถ อยู่ในความดูแล
    INCOMPETENCE_LIFTED = "INCOMPETENCE_LIFTED"  # ศาลเพิกถอนคำสั่ง
    BECOMES_OFFICIAL = "BECOMES_OFFICIAL"  # รับราชการ (สิทธิข้าราชการ)
    BECOMES_INSURED = "BECOMES_INSURED"  # เข้าประกันสังคม
    LEAVES_SERVICE = "LEAVES_SERVICE"  # พ้นจากตำแหน่งหรือราชการ
    SUSPENDED = "SUSPENDED"  # พักราชการ


EVENTS_OF: dict[Relation, tuple[Event, ...]] = {
    Relation.SELF: (Event.DIES, Event.LEAVES_SERVICE, Event.SUSPENDED, Event.BECOMES_INSURED),
    Relation.FATHER: (Event.DIES, Event.BECOMES_OFFICIAL, Event.BECOMES_INSURED),
    Relation.MOTHER: (Event.DIES, Event.BECOMES_OFFICIAL, Event.BECOMES_INSURED),
    Relation.SPOUSE: (Event.DIES, Event.DIVORCES, Event.BECOMES_OFFICIAL, Event.BECOMES_INSURED),
    Relation.CHILD: (
        Event.DIES, Event.MARRIES, Event.ADOPTED_OUT, Event.DECLARED_INCOMPETENT, Event.INCOMPETENCE_LIFTED,
        Event.BECOMES_OFFICIAL, Event.BECOMES_INSURED,
    ),
}  # fmt: skip
_SCHEMES = {Event.BECOMES_OFFICIAL: Scheme.CSMBS, Event.BECOMES_INSURED: Scheme.SSO}


@dataclass(frozen=True)
class Change:
    """Something that is tried: to whom, what, on which day."""

    key: str
    event: Event
    on: date


@dataclass(frozen=True)
class Difference:
    """One person before and after what was tried."""

    before: Explained
    after: Explained

    @property
    def is_changed(self) -> bool:
        """Whether the answer, the days or the order of use differ."""
        return _told(self.before) != _told(self.after)


def try_out(
    household: Household, changes: tuple[Change, ...], on: date, told_on: date | None = None
) -> tuple[Difference, ...]:
    """Each person's answer for the day without and with the changes; nothing is kept.

    A change that does not fit the relation, or of somebody unknown, changes nothing. What is told as having happened cannot
    lie after `told_on`; what is tried may lie ahead.
    """
    tried = household
    for change in changes:
        tried = _changed(tried, change)
    ahead = None if told_on is None else max([told_on, *(change.on for change in changes)])
    before, after = explain(household, on, told_on), explain(tried, on, ahead)
    return tuple(Difference(one, other) for one, other in zip(before, after, strict=True))


def lifting_nothing(household: Household, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Those that lift an order of a court which was neither told nor tried before: they would change nothing, without a word."""
    under_order = {m.key for m in household.members if m.relative.told.incompetent_from is not None}
    found = []
    for change in changes:
        if change.event is Event.DECLARED_INCOMPETENT:
            under_order.add(change.key)
        elif change.event is Event.INCOMPETENCE_LIFTED and change.key not in under_order:
            found.append(change)
    return tuple(found)


def _told(found: Explained) -> tuple[object, ...]:
    used = tuple((one.right.scheme, one.right.label, one.use) for one in found.schemes.order)
    return found.code, found.state, found.period, used


def _changed(household: Household, change: Change) -> Household:
    principal = household.principal
    if change.key == principal.key:
        return replace(household, principal=_changed_principal(household, change))
    members = tuple(_changed_member(one, change) if one.key == change.key else one for one in household.members)
    return replace(household, members=members)


def _changed_principal(household: Household, change: Change) -> Principal:
    principal = household.principal
    match change.event:
        case Event.DIES:
            return replace(principal, death_date=change.on)
        case Event.SUSPENDED:
            return replace(principal, suspended_from=change.on)
        case Event.LEAVES_SERVICE:
            return replace(principal, active=_cut(principal.active, change.on))
        case Event.BECOMES_INSURED:
            return replace(principal, others=(*principal.others, _right(change)))
    return principal


def _cut(active: tuple[Period, ...], end: date) -> tuple[Period, ...]:
    earlier = (period for period in active if period.from_on < end)
    return tuple(Period(period.from_on, min(period.until_on or end, end)) for period in earlier)


def _changed_member(member: Member, change: Change) -> Member:
    relative = member.relative
    if change.event not in EVENTS_OF[relative.relation]:
        return member
    if change.event in _SCHEMES:
        return replace(member, others=(*member.others, _right(change)))
    return replace(member, relative=replace(relative, told=_changed_facts(relative.told, change)))


def _changed_facts(told: Told, change: Change) -> Told:
    match change.event:
        case Event.DIES:
            return replace(told, death_date=change.on)
        case Event.MARRIES:
            return replace(told, own_marriage_date=change.on)
        case Event.DIVORCES:
            return replace(told, marriage_end_date=change.on)
        case Event.ADOPTED_OUT:
            return replace(told, adopted_out_date=change.on)
        case Event.DECLARED_INCOMPETENT:
            return replace(told, incompetent_from=change.on, incompetent_until=None, in_care=True)
        case Event.INCOMPETENCE_LIFTED if told.incompetent_from is not None:
            return replace(told, incompetent_until=change.on)
    return told


def _right(change: Change) -> HeldRight:
    return HeldRight(_SCHEMES[change.event], EntitlementRank.PRIMARY, Period(change.on), label="tried")
