"""Days that cannot be meant, whatever the relation: ahead, too long ago, before the birth (spec 3.1)."""

from datetime import date, timedelta
from typing import Protocol

from app.domain.errors import BadInput, PortalError

OLDEST = timedelta(days=366 * 130)
FARTHEST = timedelta(days=366)


class Asked(Protocol):
    """The days of a right that is asked for."""

    @property
    def birth_date(self) -> date | None: ...
    @property
    def service_start_date(self) -> date | None: ...
    @property
    def entitled_from(self) -> date | None: ...


def refusals(asked: Asked, is_own: bool, today: date) -> list[PortalError]:
    """Each day that is asked back, at its field."""
    found: list[PortalError] = []
    birth, start = asked.birth_date, asked.service_start_date
    if birth is not None and birth > today:
        found.append(BadInput("DATE_IN_FUTURE", field="birth_date", date=birth))
    if birth is not None and birth < today - OLDEST:
        found.append(BadInput("DATE_TOO_OLD", field="birth_date", date=birth))
    if start is not None and birth is not None and start <= birth:
        found.append(BadInput("DATE_BEFORE_BIRTH", field="service_start_date", date=start, birth_date=birth))
    if start is not None and start > today + FARTHEST:
        found.append(BadInput("DATE_TOO_FAR", field="service_start_date", date=start))
    from_on = asked.entitled_from
    if not is_own and from_on is not None and birth is not None and from_on < birth:
        found.append(BadInput("DATE_BEFORE_BIRTH", field="entitled_from", date=from_on, birth_date=birth))
    return found
