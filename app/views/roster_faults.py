"""What has to be mended in a line of a roster before it can be read, in words: one sentence for each code."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

MEND: dict[str, Any] = {
    "REQUIRED": _l("“%(heading)s” is empty. Fill it in."),
    "NOT_DIGITS": _l("“%(heading)s” holds something other than digits. Type the 13 digits of the ID card."),
    "LENGTH": _l("“%(heading)s” has %(length)s digits instead of 13. Compare it with the ID card."),
    "UNASSIGNED_CATEGORY": _l("“%(heading)s” begins with 9, as no national ID does. Compare it with the ID card."),
    "CHECK_DIGIT": _l("“%(heading)s” is mistyped: its last digit does not fit. Compare it with the ID card."),
    "DEGENERATE": _l("“%(heading)s” is no real national ID: all its digits are equal. Compare it with the ID card."),
    "INVALID_DATE": _l("“%(heading)s” is no date. Type day, month and year of the Buddhist era, such as 1/10/2556."),
    "YEAR_NOT_BE": _l(
        "The year %(year)s in “%(heading)s” is not in the Buddhist era. Type the year in the Buddhist era."
    ),
    "NAME_NO_TITLE": _l(
        "“%(heading)s” does not begin with a title that we know. Add it, or divide the cell with strokes, as %(example)s."
    ),
    "NAME_HIDDEN_SIGN": _l(
        "There is a sign in “%(heading)s” that nobody sees (%(sign)s). Empty the cell and type the name anew instead of"
        " pasting it."
    ),
    "NAME_NOT_WHOLE": _l(
        "“%(heading)s” lacks a part of the name. Complete it, or divide the cell with strokes, as %(example)s."
    ),
    "NAME_UNSURE": _l(
        "“%(heading)s” can be divided into a name in more than one way. Divide the cell with strokes, as %(example)s."
    ),
    "SEX_UNTOLD": _l(
        "The title in “%(heading)s” does not tell whether this is a man or a woman, and the sheet has no column for the"
        " sex. Add one."
    ),
    "UNKNOWN_CODE": _l("“%(word)s” is no word of the list for “%(heading)s”. Use one of: %(accepted)s."),
    "HOLDER_NOT_FOUND": _l(
        "The principal stands neither in this file nor in your agency's register. Compare “%(heading)s” with the ID card."
    ),
    "DUPLICATE_IN_FILE": _l(
        "This person stands in row %(excel_row)s of sheet %(sheet)s already. Delete one of the rows."
    ),
}
_MEND_WITH_YEAR = _l("The year in “%(heading)s” is %(year)s. Was %(suggested_year)s meant? Type the date again.")
_MEND_IN_EXCEL = _l(
    "Excel keeps the date in “%(heading)s” as the year %(suggested_year)s of the Common Era (%(year)s of the Buddhist era)."
    " If %(suggested_year)s of the Buddhist era was meant, format the cell as text and type %(meant)s."
)
_MEND_WITH_HOLDER = _l(
    "The principal's own row %(holder_excel_row)s is refused. Mend that row and this one is right too."
)
_LONGEST_WORD = 60


def mending(code: str, facts: Mapping[str, Any]) -> Any:
    """The sentence for a fault of these codes; it is filled in with `short(facts)`."""
    if facts.get("meant"):
        return _MEND_IN_EXCEL
    if facts.get("suggested_year"):
        return _MEND_WITH_YEAR
    if facts.get("holder_excel_row"):
        return _MEND_WITH_HOLDER
    return MEND[code]


def short(facts: dict[str, Any]) -> dict[str, Any]:
    """Words from a stranger's file may be of any length, and a list is read with commas."""
    shown = {name: ", ".join(value) if isinstance(value, tuple) else value for name, value in facts.items()}
    if len(str(shown.get("word", ""))) > _LONGEST_WORD:
        shown["word"] = str(shown["word"])[:_LONGEST_WORD] + "…"
    return shown
