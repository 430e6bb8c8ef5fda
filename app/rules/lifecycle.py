"""การเกิดสิทธิและหมดสิทธิ: a principal's and his family's legal days, out of what happened (spec 3.8; seed 001, since 2018).

Only what happened counts, not the order in which it was recorded; an event that finds nothing to act on changes nothing.
When hospitals see it is the round's business.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import groupby

from app.domain.people import EntitlementState, PersonnelType, Relation, TerminationReason
from app.domain.period import Period
from app.rules import citations
from app.rules.children import Spell
from app.rules.decision import Clause
from app.rules.ends import first_day_without
from app.rules.principals import sub_scheme_code


class Service(StrEnum):
    """What can happen to a principal's service."""

    ENDED = "ENDED"  # ออกจากราชการ เสียชีวิต หมดวาระ รับบำเหน็จ
    SUSPENDED = "SUSPENDED"  # พักราชการ
    REINSTATED = "REINSTATED"  # กลับเข้าปฏิบัติหน้าที่
    PENSIONED = "PENSIONED"  # เกษียณหรือลาออกรับบำนาญ
    TRANSFERRED = "TRANSFERRED"  # ย้ายไป อปท. อื่น
    APPOINTED = "APPOINTED"  # บรรจุ เริ่มวาระ หรือกลับเข้ารับราชการ


class Break(StrEnum):
    """Why a spell stops although the right goes on or may come back."""

    SUSPENDED = "SUSPENDED"
    PENSIONED = "PENSIONED"
    TRANSFERRED = "TRANSFERRED"


START = Clause(
    "LIFE_START", "A principal's right starts with the service or the pension.", citations.NHSO_START_AND_END
)
SUSPENSION = Clause(
    "LIFE_SUSPENSION",
    "Suspension stops the right of the principal and the family; reinstatement starts it again from its date.",
    citations.REGISTER_LIFECYCLE,
)
PENSION = Clause("LIFE_PENSION", "A pension keeps the right without a gap.", citations.NHSO_START_AND_END)
TRANSFER = Clause(
    "LIFE_TRANSFER", "A transfer to another local agency keeps the right without a gap.", citations.REGISTER_LIFECYCLE
)
REJOIN = Clause(
    "LIFE_REJOIN",
    "Who comes back after the end has a new right; the family is certified again.",
    citations.REGISTER_LIFECYCLE,
)


@dataclass(frozen=True)
class ServiceEvent:
    """Something that happened to the service on the day that its order names; of a death, the day of death.

    `personnel_type` and `agency_id` are those from this day on (None: as before); `reason` goes with ENDED.
    """

    on: date
    kind: Service
    personnel_type: PersonnelType | None = None
    agency_id: str | None = None
    reason: TerminationReason = TerminationReason.OTHER


@dataclass(frozen=True)
class OwnSpell:
    """A stretch of a principal's own right; `appointment` counts his appointments from 1, `stopped_by` why it stops."""

    period: Period
    personnel_type: PersonnelType
    agency_id: str
    appointment: int
    clause: Clause
    stopped_by: TerminationReason | Break | None = None

    @property
    def sub_scheme(self) -> str:
        """The NHSO code of the principal in this spell."""
        return sub_scheme_code(self.personnel_type, Relation.SELF)


@dataclass(frozen=True)
class FamilySpell:
    """A stretch of a dependent's right through a principal, with the NHSO code and why it stops."""

    period: Period
    sub_scheme: str
    stopped_by: TerminationReason | Break | None


@dataclass
class _Walk:
    """Where the principal stands while his events are walked in order of time."""

    spells: list[OwnSpell]
    current: OwnSpell | None = None  # the spell that runs, its period still open
    suspended: OwnSpell | None = None
    appointments: int = 0

    def stop(self, day: date, by: TerminationReason | Break) -> None:
        if self.current is not None and day > self.current.period.from_on:
            self.spells.append(replace(self.current, period=Period(self.current.period.from_on, day), stopped_by=by))
        self.current = None


def own_spells(events: Iterable[ServiceEvent]) -> tuple[OwnSpell, ...]:
    """The principal's days with right, oldest first; the last one is open while no end is known."""
    walk = _Walk([])
    in_order = sorted(events, key=_takes_effect)
    for _, on_one_day in groupby(in_order, key=_takes_effect):
        for event in _as_they_must_have_come(list(on_one_day), walk):
            _STEPS[event.kind](walk, event)
            if _is_death(event):
                return tuple(walk.spells)  # whatever is recorded for later days, nothing follows a death
    return tuple(walk.spells if walk.current is None else [*walk.spells, walk.current])


def family_spells(
    grounds: Iterable[Spell], own: Iterable[OwnSpell], relation: Relation, certified_in: frozenset[int]
) -> tuple[FamilySpell, ...]:
    """A dependent's days with right: those of the relation within those of the principal.

    `grounds` are the legal days of the relation itself; `certified_in` the appointments of the principal for which the
    dependent has been certified. A suspension needs no new certification, a new appointment does.
    """
    leaned_on = [spell for spell in own if spell.appointment in certified_in]
    legal = list(grounds)
    pairs = ((ground, spell) for spell in leaned_on for ground in legal if ground.period.overlaps(spell.period))
    found = (_within(ground, spell, relation) for ground, spell in pairs)
    return tuple(sorted(found, key=lambda spell: spell.period.from_on))


def state_on(spells: Iterable[OwnSpell | FamilySpell], day: date) -> EntitlementState:
    """What the right is on a day, by law alone: before its first day it is SCHEDULED."""
    past = [spell for spell in spells if spell.period.from_on <= day]
    if not past:
        return EntitlementState.SCHEDULED
    if past[-1].period.contains(day):
        return EntitlementState.ACTIVE
    return EntitlementState.SUSPENDED if past[-1].stopped_by is Break.SUSPENDED else EntitlementState.ENDED


def _takes_effect(event: ServiceEvent) -> date:
    return first_day_without(event.reason, event.on) if event.kind is Service.ENDED else event.on


def _is_death(event: ServiceEvent) -> bool:
    return event.kind is Service.ENDED and event.reason is TerminationReason.DECEASED


def _as_they_must_have_come(events: list[ServiceEvent], walk: _Walk) -> list[ServiceEvent]:
    """Events of one day: an end and an appointment are a return where a service runs, a service of no day where none does."""
    runs = walk.current is not None or walk.suspended is not None
    kinds = list(Service) if runs else [Service.APPOINTED, *Service]
    return sorted(events, key=lambda event: (not _is_death(event), kinds.index(event.kind), *_in_words(event)))


def _in_words(event: ServiceEvent) -> tuple[str, ...]:
    return event.reason, event.personnel_type or "", event.agency_id or ""


def _appoint(walk: _Walk, event: ServiceEvent) -> None:
    if walk.current is not None or event.personnel_type is None or event.agency_id is None:
        return
    walk.appointments += 1
    walk.suspended = None
    clause = START if walk.appointments == 1 else REJOIN
    walk.current = OwnSpell(Period(event.on), event.personnel_type, event.agency_id, walk.appointments, clause)


def _suspend(walk: _Walk, event: ServiceEvent) -> None:
    if walk.current is not None:
        walk.suspended = walk.current
        walk.stop(event.on, Break.SUSPENDED)


def _reinstate(walk: _Walk, event: ServiceEvent) -> None:
    if walk.suspended is not None:
        walk.current = replace(walk.suspended, period=Period(event.on), clause=SUSPENSION)
        walk.suspended = None


def _pension(walk: _Walk, event: ServiceEvent) -> None:
    before = walk.current or walk.suspended
    if before is not None:
        walk.stop(event.on, Break.PENSIONED)
        walk.suspended = None
        pensioner = PersonnelType.PENSIONER
        walk.current = replace(before, period=Period(event.on), personnel_type=pensioner, clause=PENSION)


def _transfer(walk: _Walk, event: ServiceEvent) -> None:
    before = walk.current
    if before is not None:
        walk.stop(event.on, Break.TRANSFERRED)
        walk.current = replace(
            before,
            period=Period(event.on),
            personnel_type=event.personnel_type or before.personnel_type,
            agency_id=event.agency_id or before.agency_id,
            clause=TRANSFER,
        )


def _end(walk: _Walk, event: ServiceEvent) -> None:
    walk.stop(_takes_effect(event), event.reason)
    walk.suspended = None


_STEPS = {
    Service.APPOINTED: _appoint,
    Service.SUSPENDED: _suspend,
    Service.REINSTATED: _reinstate,
    Service.PENSIONED: _pension,
    Service.TRANSFERRED: _transfer,
    Service.ENDED: _end,
}


def _within(ground: Spell, own: OwnSpell, relation: Relation) -> FamilySpell:
    ends = [day for day in (ground.period.until_on, own.period.until_on) if day is not None]
    period = Period(max(ground.period.from_on, own.period.from_on), min(ends, default=None))
    stopped_by: TerminationReason | Break | None = ground.end_reason
    if period.until_on != ground.period.until_on:
        stopped_by = own.stopped_by if isinstance(own.stopped_by, Break) else TerminationReason.PRINCIPAL_ENDED
    return FamilySpell(period, sub_scheme_code(own.personnel_type, relation), stopped_by)
