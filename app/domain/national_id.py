"""The thirteen-digit national ID: how it is typed, checked, shown and masked."""

import unicodedata
from operator import mul

from app.domain.errors import BadInput
from app.domain.thai_calendar import to_arabic_digits

LENGTH = 13
_WEIGHTS = tuple(range(13, 1, -1))
UNASSIGNED_CATEGORY = 9
REVIEW_CATEGORIES = frozenset("067")

# What copying from a web page, a chat or a PDF adds unseen. Direction overrides are left in on purpose: with one
# of them the number on the screen is not the number in the text, so it must be refused, not cleaned.
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_MINUS_SIGN = "\u2212"
_ASCII_DIGITS = frozenset("0123456789")


def normalize(text: str) -> str:
    """The text without spaces, dashes and invisible marks, Thai and full-width digits made Arabic (spec 2.2).

    Nothing else is changed and nothing is added: a number that lost its leading zero stays one digit short.
    """
    if text.isascii() and text.isdecimal():  # as files and programs write it
        return text
    return "".join(ch for ch in to_arabic_digits(text) if not _is_filler(ch))


def parse(text: str, *, field: str | None = None) -> str:
    """The 13 digits of a national ID as typed.

    Raises BadInput with the first of REQUIRED, NOT_DIGITS, LENGTH (fact `length`), UNASSIGNED_CATEGORY, CHECK_DIGIT,
    DEGENERATE (spec 2.2). The facts never hold the number itself: they travel to logs (decisions 10).
    """
    digits = normalize(text)
    if not digits:
        raise BadInput("REQUIRED", field=field)
    if not _ASCII_DIGITS.issuperset(digits):
        raise BadInput("NOT_DIGITS", field=field)
    if len(digits) != LENGTH:
        raise BadInput("LENGTH", field=field, length=len(digits))
    if category(digits) == UNASSIGNED_CATEGORY:
        raise BadInput("UNASSIGNED_CATEGORY", field=field)
    if check_digit(digits[:12]) != int(digits[12]):
        raise BadInput("CHECK_DIGIT", field=field)
    if len(set(digits[:12])) == 1:
        raise BadInput("DEGENERATE", field=field)
    return digits


def check_digit(first12: str) -> int:
    """The thirteenth digit that belongs to the first twelve (spec 2.2); ValueError unless there are twelve digits.

    It does not notice every wrong digit: the third has weight 11, which counts for nothing modulo 11, and the
    remainders 0 and 10 both give 1. So a name must always be compared with the register as well.
    """
    if len(first12) != len(_WEIGHTS):
        raise ValueError("a check digit belongs to twelve digits")
    weighted: int = sum(map(mul, map(int, first12), _WEIGHTS))
    return (11 - weighted % 11) % 10


def category(nid: str) -> int:
    """The kind of person (ประเภทบุคคล) that the first digit tells, 0 to 9 (spec 2.2)."""
    return int(nid[0])


def needs_review(nid: str) -> bool:
    """True when a registrar must look: a person without status (0), a temporary entrant (6), the child of one (7)."""
    return nid[:1] in REVIEW_CATEGORIES


def display(nid: str) -> str:
    """13 digits as printed on the card: `1-2345-67890-12-3`."""
    return "-".join((nid[0], nid[1:5], nid[5:10], nid[10:12], nid[12]))


def mask(nid: str) -> str:
    """13 digits as lists show them, the middle hidden: `1-9901-xxxxx-01-7` (spec 10.1)."""
    return "-".join((nid[0], nid[1:5], "xxxxx", nid[10:12], nid[12]))


def _is_filler(ch: str) -> bool:
    return ch.isspace() or ch in _INVISIBLE or ch == _MINUS_SIGN or unicodedata.category(ch) == "Pd"
