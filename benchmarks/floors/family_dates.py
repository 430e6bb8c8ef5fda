"""The floor of a decision: the days of one plain family by bare comparisons, without clauses, papers or any other case."""

from collections.abc import Sequence
from datetime import date

Asked = tuple[str, date, date | None]  # relation, birth, marriage


def days(service_start: date, members: Sequence[Asked]) -> list[tuple[date, date | None]]:
    """First day and first day without right of each member: official, wife, mother and minor children of a marriage."""
    kids = sorted(birth for relation, birth, _marriage in members if relation == "CHILD")
    found: list[tuple[date, date | None]] = []
    for relation, birth, marriage in members:
        start, until = service_start, None
        if relation == "SPOUSE" and marriage is not None:
            start = max(start, marriage)
        if relation == "CHILD":
            if kids.index(birth) >= 3:
                continue
            start, until = max(start, birth), birth.replace(year=birth.year + 20)
        found.append((start, until))
    return found
