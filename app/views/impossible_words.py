"""What is said of facts that cannot be: which two of them contradict each other, and where to look for the slip."""

from typing import Any

from flask_babel import lazy_gettext as _l

IMPOSSIBLE_WORDS: dict[str, Any] = {
    "PRINCIPAL_CATEGORY": _l(
        "A number that begins with %(category)s belongs to somebody without settled status, who cannot hold an own right."
        " Compare the number with the ID card; whoever has been naturalised or got a residence permit has a new number."
    ),
    "SECOND_EXECUTIVE": _l(
        "%(holder)s is chief executive of this agency since %(since)s, and there is one at a time. Report the end of that term"
        " first, or correct the personnel type or the first day."
    ),
    "OTHER_RELATION": _l(
        "This person has been recorded as %(relation)s of the same principal since %(since)s. Nobody is both; if that entry is"
        " wrong, report it as recorded in error first."
    ),
    "OTHER_RELATION_ELSEWHERE": _l(
        "Another agency has this person in another relation to the same principal, and nobody is both. Compare the number and"
        " the relation with the papers; if that entry is wrong, ask that agency through the NHSO to mend it."
    ),
    "OTHER_RELATION_ASKED": _l(
        "This person has been asked for as %(relation)s of the same principal. Nobody is both; if that request is wrong, take"
        " it back first."
    ),
    "SPOUSE_IS_KIN": _l(
        "By other entries of the register these two are parent and child, or brother and sister, who cannot marry each other."
        " Compare the number with the ID card and the marriage with its paper."
    ),
    "DEATH_TOLD": _l(
        "An entry of this person (as %(relation)s) says that the person died on %(since)s. Type the same day as the day of"
        " death, or have that entry changed first."
    ),
    "MARRIAGE_TOLD": _l(
        "An entry of this child says that it married on %(since)s, and whom a marriage made of age stays so, also after a"
        " divorce. Type the same day as the child's own marriage, or have that entry changed first."
    ),
    "SEX_NOT_OF_RELATION": _l(
        "A mother is a woman and a father a man. Compare with the ID card, then correct the sex or the relation."
    ),
    "PARENT_NOT_OLDER": _l(
        "This person was born on %(date)s, the principal on %(other_date)s: a parent is born before the child. Compare both"
        " birth dates with the ID cards, and check the relation."
    ),
    "PARENT_TOO_YOUNG": _l(
        "This person was born on %(date)s, the principal on %(other_date)s: the parent would have been younger than nine."
        " Compare both birth dates with the ID cards."
    ),
    "MARRIED_BEFORE_BIRTH": _l(
        "The marriage on %(date)s does not lie after the birth on %(other_date)s (%(whose)s). Compare the marriage with its"
        " paper, and the birth date with the ID card."
    ),
    "MARRIED_TOO_YOUNG": _l(
        "On the day of the marriage, %(date)s, somebody born on %(other_date)s (%(whose)s) was younger than nine. Compare the"
        " marriage with its paper, and the birth date with the ID card."
    ),
    "EVENT_BEFORE_BIRTH": _l(
        "%(date)s lies before the birth on %(other_date)s (%(whose)s). Compare the day with its paper, and the birth date with"
        " the ID card."
    ),
    "EVENT_AFTER_DEATH": _l(
        "%(date)s lies after the death on %(other_date)s (%(whose)s). Compare both days with their papers."
    ),
    "DIED_BEFORE_BIRTH": _l(
        "The mother died on %(date)s, and the child was born on %(other_date)s. Compare the death certificate with the"
        " principal's birth date."
    ),
    "END_BEFORE_BEGINNING": _l(
        "The end on %(date)s lies before the beginning on %(other_date)s. Compare both days with their papers."
    ),
    "FAMILY_CANNOT_BE": _l(
        "With this birth date or sex the facts of a family member (%(whose)s, born on %(date)s) cannot be. Compare with the ID"
        " cards; if it is the family member's entry that is wrong, have that changed first."
    ),
    "EVENT_IN_FUTURE": _l("%(date)s lies in the future. Correct the year, or record it when it has happened."),
    "BEYOND_OR_TWIN": _l(
        "Three elder children have the places, but this child was born within a day of another. If they are twins, number all"
        " children of that birth (1, 2) under “Twin: number in the birth”."
    ),
    "TWIN_NUMBER_MISSING": _l(
        "This child was born within a day of another child of the same mother, most likely as a twin: type for each which one it"
        " is in the birth (1, 2). If the other one stands in the register without a number, have that entry changed first."
    ),
    "NAME_HIDDEN_SIGN": _l(
        "There is a sign in this name that nobody sees (%(sign)s). Empty the box and type the name anew instead of pasting it."
    ),
}
