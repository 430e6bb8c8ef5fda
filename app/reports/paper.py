"""The one printed A4 page of the portal: agency above, who printed it when below, Thai set as it is read, as PDF.

The same facts give the same bytes: nothing of the machine's clock enters the file. Its words are the caller's.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from app.reports.page_look import (
    BAR,
    BAR_HEIGHT,
    HEAD_FILL,
    INNER,
    LEADING,
    LINE,
    MARGIN,
    PAD,
    QUIET,
    SMALL,
    TEXT,
    TITLE,
    WIDTH,
    Footer,
)  # fmt: skip

__all__ = ["Align", "Column", "Footer", "Paper"]


Align = Literal["L", "C", "R"]


@dataclass(frozen=True)
class Column:
    """A column of a printed table; its width is its share of the page's."""

    title: str
    share: float
    align: Align = "L"


class Paper:
    """One document, written from top to bottom; a page begins by itself where the one before is full."""

    def __init__(
        self, title: str, agency: str, footer: Footer, *, sub: str = "", barcode: str = "", watermark: str = ""
    ) -> None:
        """Begin the first page: the agency's line, the title, a quiet line under it, a barcode (Code 128) beside them.

        A watermark runs across each page.
        """
        from app.reports.sheet import Sheet

        self._pdf = Sheet(footer, watermark)
        self._pdf.set_title(title)
        self._pdf.set_creation_date(footer.at)
        self._pdf.add_page()
        width, below = self._barcode(barcode) if barcode else (INNER, 0.0)
        for words, size, bold in ((agency, TEXT, True), (title, TITLE, True), (sub, SMALL + 1, False)):
            if words:
                self._pdf.letters(size, bold, grey=not bold)
                self._lines(self._pdf.wrapped(words, width), MARGIN, width, size)
        self._pdf.set_y(max(self._pdf.get_y(), below) + 3)

    def space(self, millimetres: float) -> None:
        """Leave so much room."""
        self._pdf.set_y(self._pdf.get_y() + millimetres)

    def line(
        self, text: str, *, size: float = TEXT, bold: bool = False, grey: bool = False, align: Align = "L"
    ) -> None:
        """A paragraph over the whole width, broken as Thai is."""
        self._pdf.letters(size, bold, grey)
        self._lines(self._pdf.wrapped(text, INNER), MARGIN, INNER, size, align)

    def heading(self, text: str) -> None:
        """The head of a section; it never stands alone at the foot of a page."""
        self.space(2)
        self._pdf.room(3 * TEXT * LEADING)
        self.line(text, size=TEXT + 1, bold=True)

    def facts(self, rows: Iterable[tuple[str, str]], *, label_share: float = 0.3) -> None:
        """Labels with what they say, one below the other."""
        label_width = INNER * label_share
        for label, words in rows:
            self._pdf.letters(TEXT, bold=True)
            said = self._pdf.wrapped(words or "-", INNER - label_width)
            self._pdf.letters(TEXT, grey=True)
            named = self._pdf.wrapped(label, label_width - 2)
            self._pdf.room(max(len(said), len(named)) * TEXT * LEADING)
            top = self._pdf.get_y()
            self._lines(named, MARGIN, label_width, TEXT)
            below = self._pdf.get_y()
            self._pdf.set_y(top)
            self._pdf.letters(TEXT, bold=True)
            self._lines(said, MARGIN + label_width, INNER - label_width, TEXT)
            self._pdf.set_y(max(below, self._pdf.get_y()))

    def note(self, paragraphs: Sequence[str]) -> None:
        """What must not be missed: paragraphs in a frame that stays on one page."""
        self._pdf.letters(TEXT)
        parts = [self._pdf.wrapped(text, INNER - 8) for text in paragraphs]
        height = sum(map(len, parts)) * TEXT * LEADING + 4
        self._pdf.room(height + 2)
        self.space(1)
        top = self._pdf.get_y()
        self._pdf.set_draw_color(*LINE)
        self._pdf.rect(MARGIN, top, INNER, height)
        self._pdf.set_y(top + 2)
        for part in parts:
            self._lines(part, MARGIN + 4, INNER - 8, TEXT)
        self._pdf.set_y(top + height + 2)

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str]], total: Sequence[str] = ()) -> None:
        """A table with its head on every page that it reaches, and a row of sums below; a row is never cut in two."""
        whole = sum(column.share for column in columns)
        widths = [INNER * column.share / whole for column in columns]
        self._row(columns, widths, [column.title for column in columns], head=True)
        for row in rows:
            self._row(columns, widths, row)
        if total:
            self._row(columns, widths, total, bold=True)
        self.space(2)

    def signatures(self, signers: Sequence[str], dated: str = "วันที่ ......./......./.......") -> None:
        """A dotted line for each who signs, side by side, on one page."""
        width = INNER / len(signers)
        self._pdf.letters(TEXT)
        self._pdf.room(34)
        self.space(14)
        for words in ("ลงชื่อ " + "." * 36, "(" + "." * 42 + ")", None, dated):
            top = self._pdf.get_y()
            for place, signer in enumerate(signers):
                self._pdf.set_y(top)
                self._lines([signer if words is None else words], MARGIN + place * width, width, TEXT, "C")

    def write(self) -> bytes:
        """The finished file."""
        return bytes(self._pdf.output())

    def _barcode(self, value: str) -> tuple[float, float]:
        """The value and its bars at the top right; returns the width that is left beside them and where they end."""
        from barcode import Code128

        (bars,) = Code128(value).build()
        width = (len(bars) + 2 * QUIET) * BAR
        left, top = WIDTH - MARGIN - width + QUIET * BAR, MARGIN
        self._pdf.set_fill_color(0, 0, 0)
        for run in re.finditer("1+", bars):
            self._pdf.rect(left + (QUIET + run.start()) * BAR, top, len(run[0]) * BAR, BAR_HEIGHT, style="F")
        self._pdf.set_y(top + BAR_HEIGHT)
        self._pdf.letters(SMALL)
        self._lines([value], left, width, SMALL, "C")
        below = self._pdf.get_y()
        self._pdf.set_y(MARGIN)
        return INNER - width - 4, below

    def _row(
        self, columns: Sequence[Column], widths: Sequence[float], cells: Sequence[str], *, head: bool = False,
        bold: bool = False,
    ) -> None:  # fmt: skip
        size = TEXT - 1.5
        self._pdf.letters(size, head or bold)
        lines = [self._pdf.wrapped(cell, width - 2 * PAD) for cell, width in zip(cells, widths, strict=True)]
        height = max(map(len, lines)) * size * LEADING + 2 * PAD
        if self._pdf.room(height + (10 if head else 0)) and not head:
            self._row(columns, widths, [column.title for column in columns], head=True)
            self._pdf.letters(size, bold)
        left, top = MARGIN, self._pdf.get_y()
        self._pdf.set_draw_color(*LINE)
        self._pdf.set_fill_color(*HEAD_FILL)
        for column, width, cell in zip(columns, widths, lines, strict=True):
            self._pdf.rect(left, top, width, height, style="DF" if head else "D")
            self._pdf.set_y(top + PAD)
            self._lines(cell, left + PAD, width - 2 * PAD, size, "C" if head else column.align)
            left += width
        self._pdf.set_y(top + height)

    def _lines(self, lines: Sequence[str], left: float, width: float, size: float, align: Align = "L") -> None:
        for text in lines:
            self._pdf.room(size * LEADING)
            self._pdf.set_x(left)
            self._pdf.cell(width, size * LEADING, text, align=align)
            self._pdf.set_y(self._pdf.get_y() + size * LEADING)
