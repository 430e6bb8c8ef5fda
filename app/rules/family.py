"""A principal's children as the rules see them: facts only, no judgement."""

from dataclasses import dataclass
from datetime import date

from app.domain.period import Period


@dataclass(frozen=True)
class Child:
    """One child claimed by a principal; None where it did not happen.

    `delivery_id` is the same for all children of one birth, even across midnight; `legitimate_from` is the first day as
    the principal's lawful child, None for never; `adopted_out_date` is the first day as somebody else's adopted child;
    `incompetent` holds the days of each court order; `in_care` tells that the registrar has the declaration that the
    principal cares for the incompetent child; `displacement_ended_date` is the day on which the registrar ended a right
    that was kept although an elder child had taken the place; `stands_from` is the first day of a right that stands already
    and is only to go on.
    """

    child_id: str
    birth_date: date
    delivery_id: str
    seq_in_delivery: int = 1
    legitimate_from: date | None = None
    is_adopted_by_principal: bool = False
    adopted_out_date: date | None = None
    registered_marriage_date: date | None = None
    marriage_court_permitted: bool = False
    nikah_date: date | None = None
    death_date: date | None = None
    incompetent: tuple[Period, ...] = ()
    in_care: bool = False
    displacement_ended_date: date | None = None
    stands_from: date | None = None


@dataclass(frozen=True)
class Family:
    """The days on which the principal has a right, and all children claimed by him, in any order."""

    principal_active: tuple[Period, ...]
    children: tuple[Child, ...]
