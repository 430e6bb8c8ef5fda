"""The order in which a round is carried: its requests family by family, read once, cut between families (decisions 5).

Looking for each chunk's requests among all that still wait would cost the more, the larger the round.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.chunking import prefer_indexes

_ROWS_AT_ONCE = 5_000
_SELECT = """
    SELECT r.id, COALESCE(p.principal_national_id, '') AS family
    FROM change_request r LEFT JOIN proposal p ON p.request_id = r.id
    WHERE {which} ORDER BY family, r.id"""
_WAITING = sa.text(_SELECT.format(which="r.round_id = :round AND r.status = 'APPROVED'"))
_NAMED = sa.text(_SELECT.format(which="r.id IN :ids")).bindparams(sa.bindparam("ids", expanding=True))


class RoundOrder:
    """The requests of a round that wait, family by family; eight bytes each, and eight for each family."""

    def __init__(self, rows: Iterable[tuple[int, str]]) -> None:
        self._ids, self._ends = array("q"), array("q")
        for _family, members in groupby(rows, key=lambda row: row[1]):
            self._ids.extend(request_id for request_id, _ in members)
            self._ends.append(len(self._ids))

    def cut(self, begin: int, size: int) -> tuple[int, ...]:
        """The next requests from the place `begin` on: `size` of them and the rest of the last one's family."""
        if begin >= len(self._ids):
            return ()
        place = bisect_left(self._ends, min(begin + size, len(self._ids)))
        return tuple(self._ids[begin : self._ends[place]])

    def __len__(self) -> int:
        return len(self._ids)


def order_of(session: Session, round_id: int) -> RoundOrder:
    """The order of all that waits in the round."""
    prefer_indexes(session)
    rows = session.execute(_WAITING, {"round": round_id}, execution_options={"yield_per": _ROWS_AT_ONCE})
    return RoundOrder((row.id, row.family) for row in rows)


def halves(session: Session, ids: Sequence[int]) -> list[tuple[int, ...]]:
    """These requests in two parts, between two families; in one part where they are of one family."""
    rows = [(row.id, row.family) for row in session.execute(_NAMED, {"ids": list(ids)})]
    families = [[request_id for request_id, _ in members] for _, members in groupby(rows, key=lambda row: row[1])]
    middle = len(families) // 2
    parts = (families[:middle], families[middle:])
    return [tuple(request_id for family in part for request_id in family) for part in parts if part]
