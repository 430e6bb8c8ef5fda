"""The figures of the law on persons and families, each with the days on which it holds; the one place that names them.

Law that changes gets a new dated row, never an edit.
"""

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from app.domain.people import Sex
from app.rules import citations
from app.rules.citations import Citation

Value = TypeVar("Value")


@dataclass(frozen=True)
class Dated(Generic[Value]):
    """A figure and the text that sets it, with that text's days."""

    value: Value
    source: Citation


def in_force(rows: tuple[Dated[Value], ...], day: date) -> Value:
    """The figure that held on the day; `rows` are in order of time, and before the first one the first one counts."""
    return next((row.value for row in reversed(rows) if row.source.since <= day), rows[0].value)


YEARS_OF_MINORITY = Dated(20, citations.AGE_OF_MAJORITY)
MINIMUM_MARRIAGE_AGE = (Dated(17, citations.MARRIAGE_AGE_17), Dated(18, citations.MARRIAGE_AGE_18))
MINIMUM_MARRIAGE_AGE_BY_SEX = {
    Sex.M: (Dated(17, citations.MARRIAGE_AGE_1935), *MINIMUM_MARRIAGE_AGE),
    Sex.F: (Dated(15, citations.MARRIAGE_AGE_1935), *MINIMUM_MARRIAGE_AGE),
}
"""The age of the law on the day of a marriage, also of parents who married under the older code."""
YOUNGEST_PARENT_OR_SPOUSE = Dated(9, citations.REGISTER_PLAUSIBILITY)
"""Below it the register takes a birth or a marriage for a slip; above it what is rare is the registrar's to check."""
YOUNG_PARENT_BELOW = Dated(15, citations.REGISTER_PLAUSIBILITY)
OLD_MOTHER_FROM = Dated(50, citations.REGISTER_PLAUSIBILITY)
DAYS_BETWEEN_BIRTHS = Dated(210, citations.REGISTER_PLAUSIBILITY)
"""Two births of one mother lie at least seven months apart, or the children are of one birth."""
DAYS_OF_PRESUMED_BIRTH = Dated(310, citations.PRESUMED_CHILD)
CHILDREN_WITH_A_PLACE = Dated(3, citations.NHSO_CHILD_ORDER)
RETIREMENT_AGE = Dated(60, citations.RETIREMENT)
SERVICE_AGE = Dated(18, citations.REGISTER_PLAUSIBILITY)
PENSION_AGE = Dated(28, citations.REGISTER_PLAUSIBILITY)
PAPERS_DUE_DAYS = Dated(30, citations.REGISTER_LIFECYCLE)

# สตูล ปัตตานี ยะลา นราธิวาส
NIKAH_PROVINCES = Dated(frozenset({"91", "94", "95", "96"}), citations.NHSO_SPOUSE)
SPOUSES_BY_NIKAH = Dated(4, citations.NHSO_SPOUSE)
SAME_SEX_MARRIAGE_FROM = citations.EQUAL_MARRIAGE.since

DAYS_TO_CLAIM = (Dated(365, citations.ONE_YEAR_TO_CLAIM),)
# More than this on one receipt is a slip of typing, not a treatment; satang. No text sets it: the register's own bound.
LARGEST_RECEIPT = (Dated(50_000_000 * 100, citations.REGISTER_CLAIMS),)
DAYS_BEFORE_CLAIM_WARNING = (Dated(300, citations.REGISTER_CLAIMS),)
# Above this a decision needs two signatures; satang.
ONE_SIGNATURE_UP_TO = (Dated(100_000 * 100, citations.REGISTER_CLAIMS),)
