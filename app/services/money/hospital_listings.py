"""Which lines of hospital-side statements say again what an earlier statement said: each payment and reversal counts once.

A statement may list what is new or all that was. What stands twice in one statement is two lines.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


def first_listed(ordered: Iterable[Any], *, in_doubt_paid: bool) -> Mapping[int, int]:
    """The lines that a statement lists again, each with the line that it was first.

    A payment of which nothing is left is paid anew, but where its statement lists a taking back as well; with `in_doubt_paid`
    (what warns of money that would be paid twice) it is then too, unless that taking back was listed before.
    """
    by_transaction: dict[Any, list[Any]] = defaultdict(list)
    for row in ordered:
        if row.tran_id or (row.person_id and row.served_on):
            by_transaction[row.tran_id or (row.person_id, row.served_on), row.hospital_code].append(row)
    first: dict[int, int] = {}
    for rows in by_transaction.values():
        by_statement: dict[int, list[Any]] = defaultdict(list)
        for row in rows:
            by_statement[row.statement_id].append(row)
        takes = spread if rows[0].tran_id else whole
        story = _Transaction(in_doubt_paid, takes)
        for lines in by_statement.values():
            first |= story.told(lines)
    return first


@dataclass
class _Transaction:
    """What was told of one transaction until now: lines by amount, and what is left of each payment."""

    in_doubt_paid: bool
    takes: Callable[[Mapping[int, int], int], Mapping[int, int]]  # how much of which payments a taking back takes
    known: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    left: dict[int, int] = field(default_factory=dict)
    early: list[int] = field(default_factory=list)  # taken back before anything so large was paid
    paid_anew: int = 0
    was_early: bool = False

    def told(self, lines: Sequence[Any]) -> dict[int, int]:
        """What one statement lists of it; returns its lines that were listed before."""
        before = {satang: tuple(ids) for satang, ids in self.known.items()}
        below = [row.satang for row in lines if row.satang < 0]
        # A sure taking back is one that stands alone; beside it a payment may be listed once more.
        is_sure = len(below) == len(lines)
        may_be_anew = not below and not self.was_early
        if self.in_doubt_paid:
            may_be_anew = not any(satang in before for satang in below)
        here: Counter[int] = Counter()
        again: dict[int, int] = {}
        for row in lines:
            here[row.satang] += 1
            ids, nth = before.get(row.satang, ()), here[row.satang]
            if nth > len(ids):
                self._is_new(row)
            elif row.satang > 0 and may_be_anew and nth > sum(self.left[one] > 0 for one in ids):
                self.paid_anew = row.id
                self._is_new(row)
            elif row.satang < 0 and is_sure and self._may_take_again(ids[-1]) and self.takes(self.left, -row.satang):
                self._is_new(row)
            else:
                again[row.id] = ids[nth - 1]
        return again

    def _is_new(self, row: Any) -> None:
        self.known[row.satang].append(row.id)
        if row.satang > 0:
            self.left[row.id] = row.satang
            for satang in [one for one in self.early if one <= row.satang]:
                if self.left[row.id] >= satang:
                    self.left[row.id] -= satang
                    self.early.remove(satang)
                    self.was_early = True
        elif shares := self.takes(self.left, -row.satang):
            for paid, satang in shares.items():
                self.left[paid] -= satang
        else:
            self.early.append(-row.satang)

    def _may_take_again(self, newest: int) -> bool:
        """Whether a taking back that stands alone may be another one than the `newest` of its amount."""
        return self.paid_anew > newest or not self.in_doubt_paid


def whole(left: Mapping[int, int], satang: int) -> dict[int, int]:
    """All that is left of one payment; without a transaction's number nothing less is known to be taken back."""
    return next(({paid: satang} for paid, rest in left.items() if rest == satang), {})


def spread(left: Mapping[int, int], satang: int) -> dict[int, int]:
    """How much is taken of each payment: all of the first that covers it, else of all together, the oldest first; or nothing."""
    one = next((paid for paid, rest in left.items() if rest >= satang), None)
    if one is not None:
        return {one: satang}
    if sum(left.values()) < satang:
        return {}
    shares: dict[int, int] = {}
    for paid, rest in left.items():
        if (share := min(rest, satang - sum(shares.values()))) > 0:
            shares[paid] = share
    return shares
