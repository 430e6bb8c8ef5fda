"""ใช้สิทธิตนเองก่อน: what an own right in another scheme does to a right through the family (spec 3.3, 4; seed 001, since 2018)."""

from app.rules import citations
from app.rules.decision import Clause
from app.rules.schemes import Scheme

OWN_RIGHT_FIRST = Clause(
    "OWN_RIGHT_FIRST",
    "Who has a right of their own uses it first; the right through the family stands by.",
    citations.NHSO_OWN_RIGHT_FIRST,
)

OWN_RIGHT_TOPPED_UP = Clause(
    "OWN_RIGHT_TOPPED_UP",
    "The own right of social security or of a private teacher is used first; the right through the family tops it up.",
    citations.NHSO_OWN_RIGHT_TOPPED_UP,
)
TOPPED_UP = frozenset({Scheme.SSO, Scheme.PRIVATE_TEACHER})
"""Own rights that a right through the family tops up instead of standing by (seed 001: MS01-MS04)."""


def has_own_right(scheme: Scheme | None) -> bool:
    """Whether the scheme is a right that comes first; universal coverage is only for those without any other right."""
    return scheme not in (None, Scheme.UCS)
