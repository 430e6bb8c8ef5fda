"""How the workbook to mend looks: columns as wide as what they hold, lines as high as their reason, A4, lists to choose from."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.services.rosters.words import EVIDENCE, PERSONNEL_TYPES, RELATIONS

_A4 = 9
_LONGEST_NAME = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LINE_HEIGHT = 31  # pixels; Thai vowels and tone marks above and below the line need more than Excel's 20
_NARROWEST, _WIDEST, _REASON, _ROW_NUMBER = 8, 30, 70, 14  # letters
_LETTERS_OF_REASON = 44  # that surely stand in one line of it, whichever font the machine has
_LISTS = "รายการ"
_CHOICES = {
    "sex": ("ชาย", "หญิง"),
    "personnel_type": PERSONNEL_TYPES.labels,
    "relation": RELATIONS.labels,
    "doc_type": EVIDENCE.labels,
}


def names_for(given: Sequence[str]) -> list[str]:
    """Names that Excel takes for sheets called so in a file of another program: 31 letters, no signs of formulas, each once."""
    found: list[str] = []
    for name in given:
        tidy = name.translate(_NOT_IN_NAMES).strip(" '")[:_LONGEST_NAME].strip(" '") or "1"
        found.append(_unlike(tidy, found))
    return found


def _unlike(name: str, others: Sequence[str]) -> str:
    taken = {other.casefold() for other in others} | {"history"}  # Excel keeps that one for itself
    number, tried = 1, name
    while tried.casefold() in taken:
        number += 1
        suffix = f" ({number})"
        tried = name[: _LONGEST_NAME - len(suffix)] + suffix
    return tried


def lay_out(sheet: Worksheet, shown: Sequence[Sequence[str]], heading_row: int, style: Format) -> None:
    """Widths, height of the heading and print set-up; `shown` are the heading's cells and those of each line.

    Two columns stand on the right of them: the reason and the line's row in the first file.
    """
    headings, *lines = shown
    high = 1
    for column, words in enumerate(headings):
        longest = max((_letters(line[column]) for line in lines if column < len(line)), default=0)
        width = min(max(longest + 4, _NARROWEST, *(_letters(word) + 2 for word in words.split())), _WIDEST)
        sheet.set_column(column, column, width, style)
        high = max(high, -(-_letters(words) // (width - 4)))
    sheet.set_column(len(headings), len(headings), _REASON, style)
    sheet.set_column(len(headings) + 1, len(headings) + 1, _ROW_NUMBER, style)
    sheet.set_row_pixels(heading_row - 1, _LINE_HEIGHT * max(high, 2))
    sheet.freeze_panes(heading_row, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(heading_row - 1)
    sheet.set_footer("&L&A&R&P / &N")


def as_high_as(sheet: Worksheet, row: int, reason: str) -> None:
    """Make the row as high as the whole reason."""
    sheet.set_row_pixels(row, _LINE_HEIGHT * max(-(-_letters(reason) // _LETTERS_OF_REASON), 1))


def _letters(text: str) -> int:
    """How many stand beside each other: vowels and marks above and below take no room."""
    return sum(unicodedata.category(letter) != "Mn" for letter in text)


class Choices:
    """The words that a column takes, as lists beside its cells; they stand on a hidden sheet."""

    def __init__(self, book: Workbook, names: Sequence[str]) -> None:
        self._name = _unlike(_LISTS, names)
        lists = book.add_worksheet(self._name)
        lists.hide()
        for place, words in enumerate(_CHOICES.values()):
            lists.write_column(0, place, words)

    def offer(self, sheet: Worksheet, columns: Sequence[Mapping[str, Any]], first: int, last: int) -> None:
        """Offer them in these rows; other words may still be typed, for a list may know them under more names."""
        for place, (field, words) in enumerate(_CHOICES.items()):
            letter = chr(ord("A") + place)
            source = f"='{self._name}'!${letter}$1:${letter}${len(words)}"
            rule = {"validate": "list", "source": source, "error_type": "information"}
            for column in columns:
                if column["field"] == field and last > first:
                    sheet.data_validation(first, column["index"], last - 1, column["index"], rule)
