"""Clauses that speak of a relation as it is asked for: what is still owed, and what the registrar has to look at."""

from app.rules import citations
from app.rules.decision import Clause, Flag

WAITS_FOR_FACTS = Clause(
    "FAMILY_WAITS_FOR_FACTS", "The law cannot decide before the facts that it asks for are told.", citations.NHSO_FAMILY
)
TAKEN_OVER = Clause(
    "FAMILY_TAKEN_OVER",
    "Taken over from the agency's list; the facts and papers that prove it are still owed.",
    citations.REGISTER_LIFECYCLE,
)
ORDER_DIFFERS = Clause(
    "CHILD_ORDER_DIFFERS",
    "The number that was typed differs from the order of birth of the children who are known.",
    citations.REGISTER_CHILDREN,
    Flag.REVIEW,
)
PUSHES_OUT = Clause(
    "CHILD_PUSHES_OUT",
    "With this child another one, whose right stands, has no place any more; the registrar decides about that one.",
    citations.REGISTER_CHILDREN,
    Flag.REVIEW_ORDER_DISPLACED,
)
MARRIED_BEFORE = Clause(
    "SPOUSE_BEFORE",
    "Another spouse's right ended with a service of the principal's, and nothing was told of the end of that marriage: is it"
    " dissolved?",
    citations.BIGAMY,
    Flag.NEEDS_REGISTRAR_CONFIRMATION,
)
SAME_PLACE = Clause(
    "CHILD_SAME_PLACE",
    "Another child of this birth stands with the same number; the other one's number has to be changed as well.",
    citations.NHSO_CHILD_ORDER,
    Flag.REVIEW,
)
