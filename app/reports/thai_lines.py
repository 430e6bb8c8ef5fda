"""Where a printed Thai line may end: between words, and never between a letter and the vowels and marks that belong to it."""

import unicodedata
from collections.abc import Callable
from functools import lru_cache

from budoux import Parser, load_default_thai_parser

# Written before the consonant that they are spoken after; parted from it they cannot be read.
_LEADING = "เแโใไ"
# Never first on a line: what belongs to the letter, word or bracket before it.
_FOLLOWS = "ะาำๅๆฯ)]}”’,.;:!?%/"
_OPENS = "([{“‘"
_REMEMBERED = 20_000


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return load_default_thai_parser()


@lru_cache(maxsize=_REMEMBERED)
def pieces(text: str) -> tuple[str, ...]:
    """The text cut wherever a line may end; joined they are the text again, spaces stand at the end of a piece."""
    found: list[str] = []
    for piece in _parser().parse(text) if text else ():
        # Its model knows words by likelihood: a cut that would part a letter from its marks, or leave one alone, is none.
        if found and (_belongs(found[-1], piece) or piece.isspace()):
            found[-1] += piece
        else:
            found.append(piece)
    return tuple(found)


def lines(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The text in lines of at most `width` as `measure` sees it; line feeds of the text stand, spaces at the ends go.

    A piece longer than a line is cut between clusters; a single cluster always stands whole.
    """
    found = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in pieces(paragraph):
            if measure((line + piece).rstrip()) <= width:
                line += piece
                continue
            if line.strip():
                found.append(line.rstrip())
            line = ""
            for cluster in clusters(piece) if measure(piece.rstrip()) > width else (piece,):
                if line and measure((line + cluster).rstrip()) > width:
                    found.append(line.rstrip())
                    line = ""
                line += cluster
        found.append(line.rstrip())
    return found


def clusters(text: str) -> list[str]:
    """The text in the smallest parts that can be read: a letter with all that stands before, above, below and behind it."""
    found: list[str] = []
    for letter in text:
        if found and (_is_mark(letter) or letter in "ะาำๅ" or found[-1][-1] in _LEADING):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _belongs(before: str, piece: str) -> bool:
    """Whether no line may end between the two."""
    first, last = piece[0], before[-1]
    if last.isspace():
        return False
    alone = len(clusters(piece.strip())) == 1 and "ก" <= first <= "ฮ"
    number = last.isascii() and first.isascii() and last.isalnum() and first.isalnum()
    return _is_mark(first) or first in _FOLLOWS or last in _LEADING or last in _OPENS or alone or number


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) == "Mn"
