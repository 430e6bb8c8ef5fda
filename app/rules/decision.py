"""What every rule of law answers: the outcome, why, on which facts, what is missing, and until when it holds (house 4)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from app.rules.citations import Citation

OK = "OK"


class Flag(StrEnum):
    """What the registrar has to look at before he approves (spec 3.9)."""

    REVIEW = "REVIEW"  # the law or a paper leaves a doubt
    REVIEW_ORDER_DISPLACED = "REVIEW_ORDER_DISPLACED"  # kept although an elder child has taken the place
    NEEDS_REGISTRAR_CONFIRMATION = "NEEDS_REGISTRAR_CONFIRMATION"  # more children than places came in by replacement


@dataclass(frozen=True)
class Clause:
    """One sentence of the law: `says` is what it says in plain English, `source` where that stands and since when."""

    code: str
    says: str
    source: Citation
    flag: Flag | None = None

    @property
    def citation(self) -> str:
        """The legal basis as people cite it, in Thai."""
        return self.source.text


class Slot(StrEnum):
    """What a paper or a fact is needed for."""

    IDENTITY = "IDENTITY"  # that this is the person meant
    LEGALITY = "LEGALITY"  # that the relation or right exists in law
    EVENT = "EVENT"  # that, and when, something happened
    FACT = "FACT"  # something the register has not been told


@dataclass(frozen=True)
class Need:
    """Something that is missing: any one of the named papers (or facts) fills the slot."""

    slot: Slot
    any_of: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The answer of a rule.

    `code` is OK or why not (spec 3.9); `clauses` are those that fired, the deciding one first; `facts` is what the rule
    was told; `holds_until` is the next day on which the same facts could be answered otherwise, None for never.
    """

    code: str
    accepted: bool
    clauses: tuple[Clause, ...]
    facts: object
    missing: tuple[Need, ...] = ()
    holds_until: date | None = None

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What the registrar must tick off, each once, in the order of the clauses that ask for it."""
        return tuple(dict.fromkeys(clause.flag for clause in self.clauses if clause.flag is not None))


Facts = TypeVar("Facts")


@dataclass(frozen=True)
class Doubt(Generic[Facts]):
    """One thing that is looked at twice: its clause, and whether it shows in the facts."""

    clause: Clause
    shows: Callable[[Facts], bool]


@dataclass(frozen=True)
class Rule(Generic[Facts]):
    """One row of categorical law: where it applies and no row above it does, the outcome is `code`, by this clause."""

    code: str
    clause: Clause
    applies: Callable[[Facts], bool]

    @property
    def accepts(self) -> bool:
        """True when the outcome is yes."""
        return self.code == OK


def first_that_applies(table: Iterable[Rule[Facts]], facts: Facts) -> Rule[Facts]:
    """The row of the table that decides; raises LookupError when the table has a gap."""
    for rule in table:
        if rule.applies(facts):
            return rule
    raise LookupError(f"no clause decides {facts!r}")


def next_day_after(on: date, days: Iterable[date | None]) -> date | None:
    """The earliest of the days that lies after `on`, None when there is none."""
    return min((day for day in days if day is not None and day > on), default=None)
