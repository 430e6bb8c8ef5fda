"""Measures, letters and foot of a printed page; who names them loads nothing of what prints."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Sarabun"
# Millimetres; points for the letters.
WIDTH, HEIGHT, MARGIN, FOOT = 210.0, 297.0, 18.0, 20.0
INNER = WIDTH - 2 * MARGIN
TEXT, SMALL, TITLE = 11.0, 8.5, 16.0
# A line of Thai needs room for a vowel and a tone above and a vowel below.
LEADING = 0.3528 * 1.5
PAD = 1.2
GREY, LINE, HEAD_FILL = (84, 96, 106), (180, 194, 203), (217, 234, 232)
# Of Code 128: what scanners of any make still read, with the quiet room that they ask for on both sides.
BAR, BAR_HEIGHT, QUIET = 0.3, 12.0, 10


@dataclass(frozen=True)
class Footer:
    """What stands below each page; `printed` has the places {who} and {at}, `page` {page} and {pages}."""

    who: str
    at: datetime
    printed: str = "พิมพ์โดย {who} เมื่อ {at}"
    page: str = "หน้า {page} จาก {pages}"
