"""บุตรไร้/เสมือนไร้ความสามารถ: for how long a court order keeps an adult child's right (spec 3.7; seed 001, since 2018).

Only the order of a court counts, a disability card does not. A gap between majority and the order is not filled.
"""

from datetime import date

from app.domain.period import Period
from app.rules import citations
from app.rules.decision import Clause

UNLIMITED_AGE = Clause(
    "CHILD_INCOMPETENT",
    "A child declared incompetent or quasi-incompetent has no age limit.",
    citations.NHSO_CHILD_TERMS,
)
IN_CARE_DECLARED = "IN_CARE_OF_PRINCIPAL"


def order_period(order_date: date | None, lifted_date: date | None) -> tuple[Period, ...]:
    """The days of one court order, from its date until it is lifted; none without order or lifted the same day."""
    if order_date is None or (lifted_date is not None and lifted_date <= order_date):
        return ()
    return (Period(order_date, lifted_date),)


def is_incompetent_on(orders: tuple[Period, ...], day: date) -> bool:
    """Whether one of the court orders stands on the day."""
    return any(order.contains(day) for order in orders)
