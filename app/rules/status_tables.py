"""What a table of states is: each line an act that leads from one state to another, under whose power and by which source."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.domain.powers import Power
from app.rules.citations import Citation

S = TypeVar("S")
V = TypeVar("V")


@dataclass(frozen=True)
class Line(Generic[S, V]):
    """One line; `of` is None where the thing begins, `guard` says in words what else must hold."""

    of: S | None
    verb: V
    to: S
    power: Power
    guard: str
    source: Citation


class StatusTable(Generic[S, V]):
    """All lines of one kind of thing; of each state and act there is at most one."""

    def __init__(self, *lines: Line[S, V]) -> None:
        """Raises ValueError where two lines stand for one act in one state."""
        self._by_key = {(line.of, line.verb): line for line in lines}
        if len(self._by_key) != len(lines):
            raise ValueError("two lines for one act in one state")

    def __iter__(self) -> Iterator[Line[S, V]]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def line(self, of: S | None, verb: V) -> Line[S, V] | None:
        """The line for this act in this state; None where the table has none."""
        return self._by_key.get((of, verb))

    def verbs(self, of: S, powers: frozenset[Power]) -> frozenset[V]:
        """What somebody with these powers may do in this state."""
        return frozenset(line.verb for line in self if line.of == of and line.power in powers)
