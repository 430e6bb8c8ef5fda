"""What a principal's end or suspension does to everybody who leans on him (spec 3.8; seed 001 "ตามผู้มีสิทธิ", since 2018)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.people import TerminationReason
from app.rules import citations
from app.rules.decision import Clause

FAMILY_FOLLOWS = Clause(
    "CASCADE_FAMILY", "The family's rights stop with the principal's, on the same day.", citations.NHSO_START_AND_END
)
REQUESTS_LAPSE = Clause(
    "CASCADE_REQUESTS", "Open requests of an ended principal are cancelled.", citations.REGISTER_LIFECYCLE
)
STANDBY_PROMOTED = Clause(
    "CASCADE_STANDBY",
    "A right through another principal that stood by takes the place of the one that stopped.",
    citations.REGISTER_LIFECYCLE,
)


@dataclass(frozen=True)
class OpenRight:
    """A right that stands: whose, through whom (himself for an own right), until when, and whether it stands by."""

    right_id: str
    person_id: str
    principal_id: str
    until: date | None
    stands_by: bool
    registered_at: datetime


@dataclass(frozen=True)
class Stop:
    """A dependent's right that stops: `until` is the first day without; suspended rights may come back, ended ones not."""

    right_id: str
    until: date
    reason: TerminationReason | None  # None when only suspended


@dataclass(frozen=True)
class Cascade:
    """What goes with the principal's end in the same round, and by which clauses."""

    stops: tuple[Stop, ...]
    cancelled_requests: tuple[str, ...]
    promoted_rights: tuple[str, ...]
    clauses: tuple[Clause, ...]


def cascade(
    principal_id: str, until: date, *, suspends: bool, rights: Iterable[OpenRight], requests: Iterable[str]
) -> Cascade:
    """What an end (or suspension) of the principal from the day `until` on brings with it.

    `rights` are the open rights of all members of his family, through whomever; `requests` the ids of his open requests.
    A right that ends earlier anyway is left alone; an own right never is touched.
    """
    standing = list(rights)
    stopping = [right for right in standing if _leans_on(right, principal_id) and _outlasts(right, until)]
    reason = None if suspends else TerminationReason.PRINCIPAL_ENDED
    stops = tuple(Stop(right.right_id, until, reason) for right in sorted(stopping, key=lambda right: right.right_id))
    cancelled = () if suspends else tuple(sorted(requests))
    persons = sorted({right.person_id for right in stopping if not right.stands_by})
    successors = (_successor(person, principal_id, standing) for person in persons)
    promoted = tuple(right.right_id for right in successors if right is not None)
    fired = ((FAMILY_FOLLOWS, stops), (REQUESTS_LAPSE, cancelled), (STANDBY_PROMOTED, promoted))
    return Cascade(stops, cancelled, promoted, tuple(clause for clause, effect in fired if effect))


def _leans_on(right: OpenRight, principal_id: str) -> bool:
    return right.principal_id == principal_id != right.person_id


def _outlasts(right: OpenRight, until: date) -> bool:
    return right.until is None or right.until > until


def _successor(person_id: str, principal_id: str, rights: list[OpenRight]) -> OpenRight | None:
    """The right that takes over: of those standing by, the one through whoever came into the register first (spec 4.3)."""
    others = [right for right in rights if right.person_id == person_id and right.principal_id != principal_id]
    if any(not right.stands_by for right in others):
        return None
    return min(others, key=lambda right: (right.registered_at, right.right_id), default=None)
