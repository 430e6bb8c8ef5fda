"""A page of fpdf2 with our letters. Loading it costs half a second and thirty megabytes: only who prints does."""

import re
from functools import lru_cache
from typing import Any

from fpdf import FPDF

from app.domain.thai_calendar import format_be_instant
from app.reports import thai_lines
from app.reports.page_look import FAMILY, FONTS, FOOT, GREY, HEIGHT, INNER, LINE, MARGIN, SMALL, WIDTH, Footer

_MARKS = re.compile("[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]")  # letters that are set above, below or in two halves
_PHRASES = re.compile(r"\s*\S+\s*")  # smaller pieces would be read with gaps between them


class Sheet(FPDF):
    """fpdf2's page with our letters, our foot, and no clock."""

    def __init__(self, footer: Footer, watermark: str) -> None:
        super().__init__(format="A4")
        self._footer_words, self._watermark = footer, watermark
        self.add_font(FAMILY, "", FONTS / "Sarabun-Regular.ttf")
        self.add_font(FAMILY, "B", FONTS / "Sarabun-Bold.ttf")
        self.set_text_shaping(True)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(False)
        self.c_margin = 0
        self.set_lang("th")
        self.pdf_version = "1.5"  # the first that knows ActualText
        self._measured = lru_cache(maxsize=50_000)(self._measure)

    def letters(self, size: float, bold: bool = False, grey: bool = False) -> None:
        """How the next words look."""
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_text_color(*(GREY if grey else (0, 0, 0)))

    def room(self, height: float) -> bool:
        """Begin a page where so much does not fit any more; whether one was begun."""
        if self.get_y() + height <= HEIGHT - FOOT:
            return False
        look = (self.font_size_pt, self.font_style == "B", tuple(self.text_color.colors255) != (0, 0, 0))
        self.add_page()
        self.letters(*look)
        return True

    def wrapped(self, text: str, width: float) -> list[str]:
        """The text in lines of this width, in the letters of now."""
        look = (self.font_style, self.font_size_pt)
        return thai_lines.lines(text, width, lambda part: self._measured(part, *look))

    def cell(self, w: float, h: float, text: str, align: str = "L", **more: Any) -> bool:  # type: ignore[override]
        """One line; its phrases with Thai marks carry their letters (ActualText, ISO 32000-1 section 14.9.4).

        Programs else put them together from the places on the page: in another order, and SARA AM with a gap behind it.
        """
        if not _MARKS.search(text):
            return super().cell(w, h, text, align=align, **more)
        phrases = _PHRASES.findall(text)
        widths = [self._measured(phrase, self.font_style, self.font_size_pt) for phrase in phrases]
        free = w - sum(widths)
        left = self.get_x() + {"L": 0.0, "C": free / 2, "R": free}[align]
        for phrase, width in zip(phrases, widths, strict=True):
            has_marks = _MARKS.search(phrase)
            self.set_x(left)
            if has_marks:
                self._out(f"/Span <</ActualText <feff{phrase.encode('utf-16-be').hex()}>>> BDC")
            super().cell(width, h, phrase, **more)
            if has_marks:
                self._out("EMC")
            left += width
        return False

    def _measure(self, text: str, _style: str, _size: float) -> float:
        return self.get_string_width(text)

    def header(self) -> None:
        """The watermark lies below all that is written."""
        if self._watermark:
            self.set_font(FAMILY, "B", 90)
            self.set_text_color(232, 236, 239)
            with self.rotation(40, WIDTH / 2, HEIGHT / 2):
                self.set_xy(0, HEIGHT / 2 - 20)
                self.cell(WIDTH, 40, self._watermark, align="C")
        self.set_xy(MARGIN, MARGIN)

    def footer(self) -> None:
        """Who printed it, when, and which page of how many this is."""
        words = self._footer_words
        self.letters(SMALL, grey=True)
        self.set_draw_color(*LINE)
        self.line(MARGIN, HEIGHT - FOOT + 4, WIDTH - MARGIN, HEIGHT - FOOT + 4)
        self.set_xy(MARGIN, HEIGHT - FOOT + 5)
        self.cell(INNER, 5, words.printed.format(who=words.who, at=format_be_instant(words.at)))
        self.set_xy(MARGIN, HEIGHT - FOOT + 5)
        self.cell(INNER, 5, words.page.format(page=self.page_no(), pages=self.str_alias_nb_pages), align="R")
