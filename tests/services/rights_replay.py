"""What the register should say, told anew from the requests that took effect; nothing of the rounds' SQL is used for it.

A right is its period by law and a set of cuts, each by the request that brought it. Taking an end back removes the cuts of
its request; whatever else was cut stays cut. So it does not matter in which order the ends came.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from app.domain.people import EntitlementState, Relation, RequestType, TerminationReason
from app.models import ChangeRequest
from app.rules.majority import majority_date

T = RequestType
_ORDER = {T.RESTORE: 0, T.CORRECTION: 1, T.TERMINATE: 1, T.SUSPEND: 1, T.CERTIFY_EDIT: 2}


@dataclass
class Spell:
    """One right: `cuts` are the first days without it, by request, `away` those among them that only suspend."""

    request_id: int
    person: str
    principal: str
    relation: Relation
    agency_id: int
    start: date
    by_law: date | None
    cuts: dict[int, date] = field(default_factory=dict)
    away: set[int] = field(default_factory=set)
    services: list["Spell"] = field(default_factory=list)  # all own rights of the principal, at whatever agency
    void: set[int] = field(default_factory=set)
    told: list[int] = field(default_factory=list)  # the cuts that shortened it or ended it for good, the last one last
    own_end: set[int] = field(default_factory=set)  # those among them that are the person's, not the principal's
    source: "Spell | None" = None  # from which a pension or a return goes on
    is_own_pension: bool = False
    gone_on: set[int] = field(default_factory=set)  # those by which it went on in a move or pension of its own
    typed: date = date.min  # the first day that the clerk asked for

    @property
    def back_on(self) -> date | None:
        """Since when the official serves again after he was suspended; what was recorded in error is no service."""
        since = min((self.cuts[key] for key in self.away), default=date.max)
        return min((one.start for one in self.services if not one.void and one.start >= since), default=None)

    @property
    def taken(self) -> int | None:
        """The report that a taking back takes: the last one, but of a relative his own beneath the principal's."""
        told = [key for key in self.told if key in self.cuts]
        is_principals = self.relation is not Relation.SELF and told and told[-1] not in self.own_end | self.gone_on
        beneath = [key for key in told if key in self.own_end - self.away] if is_principals else []
        return (beneath or told or [None])[-1]

    @property
    def until(self) -> date | None:
        days = [*self.cuts.values(), *([self.by_law] if self.by_law else [])]
        return min(days, default=None)

    def runs_at(self, day: date) -> bool:
        return not self.void and self.start <= day and (self.until is None or day < self.until)

    def state_on(self, day: date) -> str:
        if self.void:
            return EntitlementState.VOIDED
        if day < self.start:
            return EntitlementState.SCHEDULED
        if self.until is None or day < self.until:
            return EntitlementState.ACTIVE
        gone = [cut for key, cut in self.cuts.items() if key not in self.away]
        gone += [one for one in (self.back_on, self.by_law) if one is not None]
        stops = [cut for key, cut in self.cuts.items() if key in self.away]
        is_away = bool(stops) and min(stops) <= day < min(gone, default=date.max)
        return EntitlementState.SUSPENDED if is_away else EntitlementState.ENDED


class Replay:
    """The rights as the requests that took effect make them, round after round."""

    def __init__(self, requests: list[ChangeRequest], came_of: dict[int, int]) -> None:
        self.spells: dict[int, Spell] = {}  # by the request that made each
        self._came_of = came_of
        self._births: dict[str, date | None] = {}
        self._deaths: dict[int, str] = {}
        self._services: dict[str, list[Spell]] = defaultdict(list)
        for _, some in groupby(sorted(requests, key=_turn), key=lambda one: one.effective_at):
            together = list(some)
            self._take_back([self._target(request) for request in together if request.type is T.RESTORE])
            for request in together:
                self._apply(request)
            for request in together:
                self._leave_behind(request, together)

    def _target(self, request: ChangeRequest) -> Spell | None:
        return self.spells.get(self._came_of.get(request.target_entitlement_id or 0, 0))

    def _apply(self, request: ChangeRequest) -> None:
        target, kind = self._target(request), request.type
        if target is None:
            self._start(request, None)
        elif kind is T.CORRECTION:
            target.void.add(request.id)
        elif kind in (T.TERMINATE, T.SUSPEND):
            self._end(request, target, request.proposal.entitled_until)
        elif kind is T.CERTIFY_EDIT:
            self._change(request, target)
        elif kind is not T.RESTORE:
            self._start(request, target)

    def _end(self, request: ChangeRequest, target: Spell, day: date) -> None:
        away = request.type is T.SUSPEND
        self._cut(target, request.id, day, away, own=True)
        if not away and request.proposal.termination_reason is not TerminationReason.DECEASED:
            self._void_next(target, request.id, day)
        if target.relation is Relation.SELF:
            self._family(target, request.id, day, away)
        if request.proposal.termination_reason is TerminationReason.DECEASED:
            self._deaths[request.id] = target.person
            for other in [one for one in self.spells.values() if one.person == target.person and one is not target]:
                self._cut(other, request.id, day, False, own=True)
                if other.relation is Relation.SELF:
                    self._family(other, request.id, day, False)

    def _void_next(self, target: Spell, request_id: int, day: date) -> None:
        """A pension or a return from the end on never begins."""
        for one in self.spells.values():
            follows_service = one.is_own_pension and one.start == day  # the service ended on that very day
            if one.source is target and not one.void and one.start >= day and not follows_service:
                one.void.add(request_id)
                self._void_next(one, request_id, day)

    def _family(
        self, own: Spell, request_id: int, day: date, away: bool, besides: frozenset[int] = frozenset()
    ) -> None:
        others = [one for one in self._own(own.person, own.agency_id) if one is not own and not one.void]
        for one in self._leaning(own):
            if (
                one.start >= own.start
                and one.request_id not in besides
                and not any(o.runs_at(one.start) for o in others)
            ):
                self._cut(one, request_id, day, away)

    def _own(self, person: str, agency_id: int) -> list[Spell]:
        mine = [one for one in self.spells.values() if one.person == person and one.agency_id == agency_id]
        return [one for one in mine if one.relation is Relation.SELF]

    def _leaning(self, own: Spell) -> list[Spell]:
        theirs = [one for one in self.spells.values() if one.principal == own.person and one.agency_id == own.agency_id]
        return [one for one in theirs if one.relation is not Relation.SELF]

    def _cut(self, spell: Spell, request_id: int, day: date, away: bool, own: bool = False) -> None:
        if spell.void:
            return
        if spell.start >= day:
            spell.void.add(request_id)
        else:
            is_late = spell.until is not None and spell.until <= day
            if not is_late or spell.state_on(spell.until) == EntitlementState.SUSPENDED:
                spell.told.append(request_id)
            spell.own_end |= {request_id} if own else set()
            spell.cuts[request_id] = day
            spell.away |= {request_id} if away else set()

    def _take_back(self, targets: list[Spell | None]) -> None:
        """Undo the end that binds each of these, for everybody; a death wherever it was reported."""
        gone = {one.taken for one in targets if one is not None and one.taken is not None}
        dead = {self._deaths[key] for key in gone if key in self._deaths}
        gone |= {key for key, person in self._deaths.items() if person in dead}
        for spell in self.spells.values():
            spell.cuts = {key: day for key, day in spell.cuts.items() if key not in gone}
            spell.away -= gone
            spell.void -= gone
        for spell in self.spells.values():
            if spell.relation is not Relation.SELF and not spell.void:
                self._within(spell)

    def _within(self, spell: Spell) -> None:
        """None outlasts the right that it leans on."""
        for own in self._own(spell.principal, spell.agency_id):
            if own.runs_at(spell.start):
                for key in [key for key in own.cuts if key not in spell.cuts]:
                    is_late = spell.until is not None and spell.until <= own.cuts[key]
                    is_away = key not in own.away and is_late and spell.state_on(spell.until) == "SUSPENDED"
                    if not is_late or is_away:  # who was gone by then had nothing that the principal's could end
                        spell.told += [key] if key in own.told else []
                        spell.cuts[key] = own.cuts[key]
                        spell.away |= {key} & own.away

    def _change(self, request: ChangeRequest, target: Spell) -> None:
        proposal = request.proposal
        was, target.start, target.by_law = target.start, proposal.entitled_from, proposal.entitled_until
        others = [one for one in self._own(target.person, target.agency_id) if one is not target and not one.void]
        for one in self._leaning(target) if target.relation is Relation.SELF else ():
            is_over = one.until is not None and one.until <= target.start
            if not (is_over or one.void or any(other.runs_at(one.start) for other in others)):
                one.start = max(one.start, target.start)
            if one.start == was > target.start and not one.void:  # began with him
                typed = one.typed if one.typed < was else date.min
                one.start = max(target.start, self._births.get(one.person) or date.min, typed)
        if proposal.birth_date == self._births.get(target.person):
            return
        self._births[target.person] = proposal.birth_date
        for other in [one for one in self.spells.values() if one.person == target.person and one is not target]:
            if not other.void:
                self._born(other, request.id, proposal.birth_date)

    def _born(self, spell: Spell, request_id: int, birth_date: date) -> None:
        start, until = max(spell.start, birth_date), spell.by_law
        if spell.relation is Relation.CHILD:
            until = min(until or date.max, majority_date(birth_date))
        if (spell.until is not None and start >= spell.until) or (until is not None and start >= until):
            spell.void.add(request_id)
        else:
            spell.start, spell.by_law = start, until

    def _start(self, request: ChangeRequest, target: Spell | None) -> None:
        proposal, day = request.proposal, request.proposal.entitled_from
        person = proposal.national_id
        if all(one.void for one in self.spells.values() if one.person == person):
            self._births[person] = proposal.birth_date
        spell = Spell(
            request.id, person, proposal.principal_national_id, proposal.relation, request.agency_id, day,
            proposal.entitled_until,
        )  # fmt: skip
        if request.type is T.CERTIFY_NEW:
            spell.typed = proposal.requested_from or date.min
        spell.source = target if request.type in (T.PENSION, T.REINSTATE) else None
        spell.is_own_pension = request.type is T.PENSION and spell.relation is Relation.SELF
        if target is not None:
            self._goes_on(spell, target, proposal.entitled_until, with_principal=request.type is T.REINSTATE)
            if request.type is not T.REINSTATE:
                target.gone_on.add(request.id)
                self._cut(target, request.id, day, False, own=request.type is T.TRANSFER_IN)
        spell.services = self._services[spell.principal]
        spell.services += [spell] if spell.relation is Relation.SELF else []
        if proposal.relation is not Relation.SELF:
            self._within(spell)
        self.spells[request.id] = spell

    @staticmethod
    def _goes_on(spell: Spell, old: Spell, until: date | None, with_principal: bool) -> None:
        """What was to end the old right ends the one that goes on from it."""
        own = old.own_end if spell.relation is not Relation.SELF or with_principal else set()
        known = {key: day for key, day in old.cuts.items() if key not in old.away and day > spell.start}
        kept = {key: day for key, day in known.items() if with_principal or key in own}
        if kept and min(kept.values()) == until:
            spell.cuts, spell.by_law = kept, old.by_law
            spell.told, spell.own_end = [key for key in old.told if key in kept], old.own_end & set(kept)

    def _leave_behind(self, request: ChangeRequest, together: list[ChangeRequest]) -> None:
        own, day = self._target(request), request.proposal.entitled_from
        moves = request.type in (T.TRANSFER_IN, T.PENSION)
        if own is None or own.relation is not Relation.SELF or not moves:
            return
        along = {
            self._came_of[one.target_entitlement_id or 0]
            for one in together
            if one.submission_no == request.submission_no and one.type is request.type
        }
        self._family(own, request.id, day, False, frozenset(along))


def _turn(request: ChangeRequest) -> tuple[object, ...]:
    own = request.proposal.relation is Relation.SELF
    step = _ORDER.get(request.type, 3 if own else 4)
    return request.effective_at, step, own, request.id
