"""One walk over lines of hospital-side statements: which say again what was said, what takes back what, and what is left.

A statement may list what is new or all that was; the same amount is said again, another one is another payment. What stands
twice in one statement is two lines; a taking back may stand before its payment there.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Key = tuple[Any, ...]  # a transaction's number at its hospital, or one patient's day there
Shares = Mapping[int, int]  # how much of which payments, by their lines' ids


@dataclass
class Walk:
    """What some lines tell; with `in_doubt_paid` (what warns of money that would be paid twice) what is doubtful counts as paid.

    `first`: lines that were listed before, each with the line that it was first. `left`: of each payment but those.
    `taken`: what each line below zero takes; `like`: payments that one which takes nothing might have meant.
    """

    in_doubt_paid: bool
    first: dict[int, int] = field(default_factory=dict)
    left: dict[int, int] = field(default_factory=dict)
    taken: dict[int, Shares] = field(default_factory=dict)
    _paid: dict[int, Any] = field(default_factory=dict)
    _of: dict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))  # payments by transaction, and by day
    _known: dict[Key, dict[int, list[int]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    _anew: dict[Key, int] = field(default_factory=dict)  # the newest payment that was paid anew
    _waiting: dict[Key, list[Any]] = field(default_factory=lambda: defaultdict(list))  # what has taken nothing yet
    _early: set[Key] = field(default_factory=set)  # of which an earlier statement took back what was paid later
    _sum: Counter[Key] = field(default_factory=Counter)  # what is left of all payments of a transaction, or of a day

    def over(self, rows: Iterable[Any]) -> "Walk":
        """Through these lines, all of their transactions, as the statements came."""
        ordered = sorted(rows, key=lambda row: row.id)
        statements: dict[int, dict[Key, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for row in ordered:
            statements[row.statement_id][next(iter(keys(row)), (row.id,))].append(row)
        for number, statement in statements.items():
            for key, lines in statement.items():
                self._told(key, lines)
            for key in dict.fromkeys(key for lines in statement.values() for row in lines for key in keys(row)):
                self._is_over(key, number)
        if not self.in_doubt_paid:
            self._settle_anew([row for row in ordered if row.id in self.taken])
        return self

    def like(self, row: Any) -> Sequence[int]:
        """The payments told until now that a line below zero may mean: of its transaction, else of as much on that day."""
        own = self._own(row) if row.tran_id else ()
        return own or [one for one in self._on_day(row) if self._paid[one].satang == -row.satang]

    def _told(self, key: Key, lines: Sequence[Any]) -> None:
        """What one statement lists of a transaction."""
        before = {satang: tuple(ids) for satang, ids in self._known[key].items()}
        below = [row.satang for row in lines if row.satang < 0]
        # A sure taking back is one that stands alone; beside it a payment may be listed once more.
        is_sure = len(below) == len(lines)
        may_be_anew = not any(satang in before for satang in below) if self.in_doubt_paid else not below
        here: Counter[int] = Counter()
        for row in lines:
            here[row.satang] += 1
            ids, nth = before.get(row.satang, ()), here[row.satang]
            if nth > len(ids):
                self._is_new(key, row)
            elif row.satang > 0 and may_be_anew and nth > self._standing(key, ids):
                self._anew[key] = row.id
                self._is_new(key, row)
            elif row.satang < 0 and is_sure and self._may_take_again(key, ids[-1]) and self._shares(row):
                self._is_new(key, row)
            else:
                self.first[row.id] = ids[nth - 1]

    def _is_new(self, key: Key, row: Any) -> None:
        self._known[key][row.satang].append(row.id)
        if row.satang > 0:
            self.left[row.id], self._paid[row.id] = row.satang, row
            for pool in keys(row):
                self._of[pool].append(row.id)
                self._sum[pool] += row.satang
            self._retry(key, row.statement_id)
        elif not self._takes(row, row.statement_id):
            for pool in keys(row):
                self._waiting[pool].append(row)

    def _standing(self, key: Key, payments: Sequence[int]) -> float:
        """Of how many of these payments something is left; of a transaction that was taken back before it was paid, nobody is
        asked for a payment that is listed once more."""
        if not self.in_doubt_paid and key in self._early:
            return math.inf
        return sum(self.left[one] > 0 for one in payments)

    def _may_take_again(self, key: Key, newest: int) -> bool:
        """Whether a taking back that stands alone may be another one than the `newest` of its amount."""
        return self._anew.get(key, 0) > newest or not self.in_doubt_paid

    def _is_over(self, key: Key, now: int) -> None:
        """Now that statement `now` is told, what its own transaction does not cover is looked for in the patient's day.

        What is larger than all that was paid until then takes, where payments count as made, none that comes later; what came
        before any payment goes on waiting.
        """
        self._retry(key, now, is_over=True)
        if self.in_doubt_paid:
            self._waiting[key] = [row for row in self._waiting[key] if not self.like(row)]

    def _retry(self, key: Key, now: int, *, is_over: bool = False) -> None:
        waiting = [row for row in self._waiting[key] if not self.taken[row.id]]
        self._waiting[key] = [row for row in waiting if not self._takes(row, now, is_over=is_over)]

    def _settle_anew(self, below: Iterable[Any]) -> None:
        """What takes back takes of all payments, also of those that came later: nobody is asked for what may be back."""
        self.left = {one: row.satang for one, row in self._paid.items()}
        self._sum = Counter()
        for row in self._paid.values():
            self._sum.update(dict.fromkeys(keys(row), row.satang))
        for row in below:
            self._takes(row, row.statement_id, is_over=True)

    def _takes(self, row: Any, now: int, *, is_over: bool = False) -> bool:
        """Whether a taking back takes something, now that a line of statement `now` is told; it is taken then."""
        shares = self._shares(row) or (self._elsewhere(row) if is_over else {})
        for paid, satang in shares.items():
            self.left[paid] -= satang
            self._sum.subtract(dict.fromkeys(keys(self._paid[paid]), satang))
            self._early.update(keys(self._paid[paid]) if row.statement_id != now else ())
        self.taken[row.id] = shares
        return bool(shares)

    def _shares(self, row: Any) -> Shares:
        """Without a transaction's number nothing less than all that is left of one payment is known to be taken back."""
        if not row.tran_id:
            return self._elsewhere(row)
        return _spread(self._left(self._own(row)), -row.satang) if self._sum[keys(row)[0]] >= -row.satang else {}

    def _elsewhere(self, row: Any) -> Shares:
        """The whole of a payment of the day. Where payments count as made, none for what says its own transaction was paid, and
        of what comes later only what has the same number."""
        if not (row.person_id and row.served_on) or self._sum[_day(row)] < -row.satang:
            return {}
        day: Iterable[int] = self._on_day(row)
        if self.in_doubt_paid:
            if row.tran_id and any(self._paid[one].statement_id < row.statement_id for one in self._own(row)):
                return {}
            day = [
                one for one in day
                if self._paid[one].statement_id <= row.statement_id or self._paid[one].tran_id == row.tran_id
            ]  # fmt: skip
        return _whole(self._left(day), -row.satang)

    def _own(self, row: Any) -> Sequence[int]:
        return self._of[keys(row)[0]] if keys(row) else ()

    def _on_day(self, row: Any) -> Sequence[int]:
        return self._of[_day(row)] if row.person_id and row.served_on else ()

    def _left(self, payments: Iterable[int]) -> Shares:
        return {one: self.left[one] for one in payments}


def keys(row: Any) -> Sequence[Key]:
    """Its transaction and its day; without a number the day is the transaction, and what has neither stands for itself."""
    number = [(row.hospital_code, row.tran_id)] if row.tran_id else []
    return [*number, _day(row)] if row.person_id and row.served_on else number


def _day(row: Any) -> Key:
    return row.hospital_code, row.person_id, row.served_on


def _whole(left: Shares, satang: int) -> Shares:
    """All that is left of one payment, or nothing."""
    return next(({paid: satang} for paid, rest in left.items() if rest == satang), {})


def _spread(left: Shares, satang: int) -> Shares:
    """All of the first payment that covers it, else of all together, the oldest first; or nothing."""
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
